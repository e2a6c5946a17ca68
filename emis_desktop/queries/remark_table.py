"""What is written about the pupils of a class beside their marks: remarks, conduct, attendance of a term."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.orm import Session

from emis_desktop.models import AttendanceTotal, ConductRating, TermRemark
from emis_desktop.one_person import together
from emis_desktop.queries.gradebook import Gradebook
from emis_desktop.queries.pupil_attendance import term_attendance
from emis_desktop.queries.settings import card_words
from emis_desktop.rules.registers import Attendance
from emis_desktop.rules.rights import Actor, Right, offers


@dataclass(frozen=True, slots=True)
class TermDays:
    """Attendance totals as typed: days possible, absent in all, of these excused; ``late`` counts occasions.

    None is not known.
    """

    possible: int | None = None
    absent: int | None = None
    excused: int | None = None
    late: int | None = None


@dataclass(frozen=True, slots=True)
class RemarkRow:
    """A pupil with both remarks ("" for none), the levels of conduct by trait, and the days of the term.

    ``counted``: the days are those of the registers, which go before totals that were typed.
    """

    student_id: UUID
    number: int
    name: str
    class_teacher: str
    principal: str
    conduct: Mapping[str, int]
    days: TermDays
    counted: bool = False


@dataclass(frozen=True, slots=True)
class RemarkTable:
    """All pupils of a class in register order; ``traits`` and ``levels`` by code, in the order printed.

    ``may_edit``: the actor may write here; ``may_sign``: the principal's remark too.
    """

    class_id: UUID
    term_id: UUID
    class_name: str
    traits: Mapping[str, str]
    levels: Mapping[int, str]
    rows: tuple[RemarkRow, ...]
    may_edit: bool
    may_sign: bool


def remark_table(session: Session, actor: Actor, book: Gradebook, language: str) -> RemarkTable:
    """The table of a gradebook's class, inside a transaction; its pupils must be open to ``actor``."""
    words = card_words(session, book.head.institution_id, language)
    students = [pupil.student_id for pupil in book.pupils]
    remarks = _remarks(session, book, students)
    conduct = _conduct(session, book, students)
    days = _days(session, book, students)
    counted = term_attendance(session, book.head.institution_id, book.term, students)
    days.update({student: _counted(total) for student, total in counted.items()})
    edits = offers(actor, Right.EDIT_MARKS)
    rows = []
    for number, pupil in enumerate(book.pupils, start=1):
        teacher, principal = remarks.get(pupil.student_id, ("", ""))
        rows.append(
            RemarkRow(
                student_id=pupil.student_id,
                number=number,
                name=pupil.listed,
                class_teacher=teacher,
                principal=principal,
                conduct=conduct.get(pupil.student_id, {}),
                days=days.get(pupil.student_id, TermDays()),
                counted=pupil.student_id in counted,
            )
        )
    return RemarkTable(
        class_id=book.head.id,
        term_id=book.term.id,
        class_name=book.head.name,
        traits=words.traits,
        levels=words.levels,
        rows=tuple(rows),
        may_edit=edits,
        may_sign=edits and actor.class_ids is None,
    )


def _remarks(session: Session, book: Gradebook, students: list[UUID]) -> dict[UUID, tuple[str, str]]:
    whole = together(session, students)
    rows = session.execute(
        select(TermRemark.student_id, TermRemark.class_teacher, TermRemark.principal).where(
            TermRemark.student_id.in_(whole.all_of(students)),
            TermRemark.institution_id == book.head.institution_id,
            TermRemark.term_id == book.term.id,
            TermRemark.deleted_at.is_(None),
        )
    )
    found = whole.own_first(students, (tuple(row) for row in rows))
    return {student: (teacher or "", principal or "") for student, teacher, principal in found}


def _conduct(session: Session, book: Gradebook, students: list[UUID]) -> dict[UUID, dict[str, int]]:
    whole = together(session, students)
    rows = session.execute(
        select(ConductRating.student_id, ConductRating.trait, ConductRating.level).where(
            ConductRating.student_id.in_(whole.all_of(students)),
            ConductRating.term_id == book.term.id,
            ConductRating.deleted_at.is_(None),
        )
    )
    found: dict[UUID, dict[str, int]] = {}
    for student, trait, level in whole.own_first(students, (tuple(row) for row in rows), key=1):
        found.setdefault(student, {})[trait] = level
    return found


def _counted(total: Attendance) -> TermDays:
    """The days that somebody marked; the rest is neither present nor absent."""
    return TermDays(total.days.marked, total.days.absent, total.days.excused, total.sessions.late)


def _days(session: Session, book: Gradebook, students: list[UUID]) -> dict[UUID, TermDays]:
    whole = together(session, students)
    rows = session.execute(
        select(
            AttendanceTotal.student_id,
            AttendanceTotal.possible,
            AttendanceTotal.absent,
            AttendanceTotal.excused,
            AttendanceTotal.late,
        ).where(
            AttendanceTotal.student_id.in_(whole.all_of(students)),
            AttendanceTotal.institution_id == book.head.institution_id,
            AttendanceTotal.term_id == book.term.id,
            AttendanceTotal.deleted_at.is_(None),
        )
    )
    found = whole.own_first(students, (tuple(row) for row in rows))
    return {student: TermDays(*days) for student, *days in found}
