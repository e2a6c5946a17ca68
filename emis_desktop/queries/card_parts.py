"""What a card shows beside the marks, read at once for a class: remarks, effort, conduct, attendance,
photos.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from uuid import UUID

from sqlalchemy import ColumnElement, select
from sqlalchemy.orm import InstrumentedAttribute, Session

from emis_desktop.models import (
    AttendanceTotal,
    ConductRating,
    Enrolment,
    PersonPhoto,
    SubjectRemark,
    TermRemark,
)
from emis_desktop.queries.roster import numbers_of
from emis_desktop.rules.card import CardAttendance


@dataclass(frozen=True, slots=True)
class CardParts:
    """By student: ``remarks`` (class teacher's, principal's), ``conduct`` by trait, ``outcomes`` of the
    enrolment.

    ``comments`` has (comment, effort) by (student, subject).
    """

    numbers: Mapping[UUID, str]
    photos: Mapping[UUID, bytes]
    comments: Mapping[tuple[UUID, UUID], tuple[str | None, str | None]]
    remarks: Mapping[UUID, tuple[str | None, str | None]]
    conduct: Mapping[UUID, Mapping[str, int]]
    attendance: Mapping[UUID, CardAttendance]
    outcomes: Mapping[UUID, str]


def card_parts(
    session: Session,
    institution_id: UUID,
    term_id: UUID,
    student_ids: Collection[UUID],
    enrolments: Collection[UUID],
) -> CardParts:
    """Read the parts of the students' cards of a term at a school."""
    photos = session.execute(
        select(PersonPhoto.person_id, PersonPhoto.image).where(
            _of(PersonPhoto.person_id, student_ids), _live(PersonPhoto)
        )
    )
    outcomes = session.execute(
        select(Enrolment.person_id, Enrolment.outcome).where(
            Enrolment.id.in_(enrolments), Enrolment.outcome.is_not(None)
        )
    )
    return CardParts(
        numbers=numbers_of(session, student_ids),
        photos={row.person_id: row.image for row in photos},
        comments=_comments(session, term_id, student_ids),
        remarks=_remarks(session, institution_id, term_id, student_ids),
        conduct=_conduct(session, term_id, student_ids),
        attendance=_attendance(session, institution_id, term_id, student_ids),
        outcomes={row.person_id: row.outcome for row in outcomes if row.outcome is not None},
    )


def _comments(
    session: Session, term_id: UUID, student_ids: Collection[UUID]
) -> dict[tuple[UUID, UUID], tuple[str | None, str | None]]:
    rows = session.execute(
        select(
            SubjectRemark.student_id, SubjectRemark.subject_id, SubjectRemark.comment, SubjectRemark.effort
        ).where(
            _of(SubjectRemark.student_id, student_ids), SubjectRemark.term_id == term_id, _live(SubjectRemark)
        )
    )
    return {(row.student_id, row.subject_id): (row.comment, row.effort) for row in rows}


def _remarks(
    session: Session, institution_id: UUID, term_id: UUID, student_ids: Collection[UUID]
) -> dict[UUID, tuple[str | None, str | None]]:
    rows = session.execute(
        select(TermRemark.student_id, TermRemark.class_teacher, TermRemark.principal).where(
            _of(TermRemark.student_id, student_ids),
            TermRemark.institution_id == institution_id,
            TermRemark.term_id == term_id,
            _live(TermRemark),
        )
    )
    return {row.student_id: (row.class_teacher, row.principal) for row in rows}


def _conduct(session: Session, term_id: UUID, student_ids: Collection[UUID]) -> dict[UUID, dict[str, int]]:
    rows = session.execute(
        select(ConductRating.student_id, ConductRating.trait, ConductRating.level).where(
            _of(ConductRating.student_id, student_ids), ConductRating.term_id == term_id, _live(ConductRating)
        )
    )
    ratings: dict[UUID, dict[str, int]] = {}
    for row in rows:
        ratings.setdefault(row.student_id, {})[row.trait] = row.level
    return ratings


def _attendance(
    session: Session, institution_id: UUID, term_id: UUID, student_ids: Collection[UUID]
) -> dict[UUID, CardAttendance]:
    rows = session.scalars(
        select(AttendanceTotal).where(
            _of(AttendanceTotal.student_id, student_ids),
            AttendanceTotal.institution_id == institution_id,
            AttendanceTotal.term_id == term_id,
            _live(AttendanceTotal),
        )
    )
    return {row.student_id: _days(row) for row in rows}


def _days(row: AttendanceTotal) -> CardAttendance:
    """The days of a term from its totals; ``absent`` counts all absences, ``excused`` those with an
    excuse.
    """
    known = row.possible is not None and row.absent is not None
    excused_known = row.absent is not None and row.excused is not None
    return CardAttendance(
        possible=row.possible,
        present=(row.possible or 0) - (row.absent or 0) if known else None,
        excused=row.excused,
        unexcused=(row.absent or 0) - (row.excused or 0) if excused_known else None,
        late=row.late,
    )


def _of(column: InstrumentedAttribute[UUID], ids: Collection[UUID]) -> ColumnElement[bool]:
    return column.in_(ids)


def _live(
    table: type[SubjectRemark | TermRemark | ConductRating | AttendanceTotal | PersonPhoto],
) -> ColumnElement[bool]:
    return table.deleted_at.is_(None)
