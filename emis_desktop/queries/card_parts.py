"""What a card shows beside the marks, read at once for a class: remarks, effort, conduct, attendance,
photos.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass, replace
from typing import Any
from uuid import UUID

from sqlalchemy.orm import Session

from emis_desktop.one_person import together
from emis_desktop.queries.gradebook import term_of
from emis_desktop.queries.plain import places, rows
from emis_desktop.queries.pupil_attendance import term_attendance
from emis_desktop.queries.roster import numbers_of
from emis_desktop.rules.card import CardAttendance

_PHOTOS = "SELECT person_id, image FROM person_photo WHERE person_id IN ({students}) AND deleted_at IS NULL"
_OUTCOMES = "SELECT person_id, outcome FROM enrolment WHERE id IN ({students}) AND outcome IS NOT NULL"
_COMMENTS = (
    "SELECT student_id, subject_id, comment, effort FROM subject_remark "
    "WHERE term_id = ? AND student_id IN ({students}) AND deleted_at IS NULL"
)
_REMARKS = (
    "SELECT student_id, class_teacher, principal FROM term_remark "
    "WHERE institution_id = ? AND term_id = ? AND student_id IN ({students}) AND deleted_at IS NULL"
)
_CONDUCT = (
    "SELECT student_id, trait, level FROM conduct_rating "
    "WHERE term_id = ? AND student_id IN ({students}) AND deleted_at IS NULL"
)
_ATTENDANCE = (
    "SELECT student_id, possible, absent, excused, late FROM attendance_total "
    "WHERE institution_id = ? AND term_id = ? AND student_id IN ({students}) AND deleted_at IS NULL"
)
_ATTENDANCE_OF_YEAR = (
    "SELECT student_id, possible, absent, excused, late FROM attendance_total WHERE institution_id = ? "
    "AND period_id = ? AND term_id IS NULL AND student_id IN ({students}) AND deleted_at IS NULL"
)


@dataclass(frozen=True, slots=True)
class CardParts:
    """By student: ``remarks`` (class teacher's, principal's), ``conduct`` by trait, ``outcomes`` of the year.

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
    year_ended: UUID | None = None,
) -> CardParts:
    """Read the parts of the students' cards of a term at a school.

    ``year_ended``: the year that the term is the last of. Who has no attendance of the term then has that of
    the year; on any other card a total of the year would pass for one of the term.
    """
    whole = together(session, student_ids)
    records = {student_id.bytes: student_id for student_id in whole.all_of(student_ids)}
    school, term = institution_id.bytes, term_id.bytes

    def ask(question: str, *before: bytes, key: int = 0) -> list[tuple[Any, ...]]:
        found = rows(session, question.format(students=places(records)), (*before, *records))
        return list(whole.own_first(student_ids, ((records[row[0]], *row[1:]) for row in found), key))

    conduct: dict[UUID, dict[str, int]] = {}
    for student, trait, level in ask(_CONDUCT, term, key=1):
        conduct.setdefault(student, {})[trait] = level
    attendance = {student: _days(*days) for student, *days in ask(_ATTENDANCE, school, term)}
    attendance.update(_counted(session, institution_id, term_id, student_ids))
    if year_ended is not None:
        for student, *days in ask(_ATTENDANCE_OF_YEAR, school, year_ended.bytes):
            attendance.setdefault(student, replace(_days(*days), whole_year=True))
    outcomes = rows(
        session, _OUTCOMES.format(students=places(enrolments)), [enrolment.bytes for enrolment in enrolments]
    )
    return CardParts(
        numbers=numbers_of(session, student_ids),
        photos=dict(ask(_PHOTOS)),
        comments=_comments(ask(_COMMENTS, term, key=1)),
        remarks={student: (teacher, head) for student, teacher, head in ask(_REMARKS, school, term)},
        conduct=conduct,
        attendance=attendance,
        outcomes={UUID(bytes=student): outcome for student, outcome in outcomes},
    )


def _counted(
    session: Session, institution_id: UUID, term_id: UUID, student_ids: Collection[UUID]
) -> dict[UUID, CardAttendance]:
    """The days of those whose register was kept in the term; it goes before totals that were typed."""
    totals = term_attendance(session, institution_id, term_of(session, term_id), student_ids)
    return {
        student: CardAttendance(
            possible=total.days.marked,
            present=total.days.present,
            excused=total.days.excused,
            unexcused=total.days.unexcused,
            late=total.sessions.late,
            counted=True,
        )
        for student, total in totals.items()
    }


def _comments(found: list[tuple[Any, ...]]) -> dict[tuple[UUID, UUID], tuple[str | None, str | None]]:
    subjects = {subject: UUID(bytes=subject) for subject in {row[1] for row in found}}
    return {(student, subjects[subject]): (comment, effort) for student, subject, comment, effort in found}


def _days(possible: int | None, absent: int | None, excused: int | None, late: int | None) -> CardAttendance:
    """The days of a term from its totals; ``absent`` counts all absences, ``excused`` those with an
    excuse.
    """
    return CardAttendance(
        possible=possible,
        present=possible - absent if possible is not None and absent is not None else None,
        excused=excused,
        unexcused=absent - excused if absent is not None and excused is not None else None,
        late=late,
    )
