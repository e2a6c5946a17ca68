"""Rows as they leave in a file: the columns that come in, so that bringing them in again changes nothing."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from uuid import UUID

from sqlalchemy import ColumnElement, select
from sqlalchemy.orm import Session

from emis_desktop.models import (
    AcademicPeriod,
    AssessmentItem,
    AttendanceTotal,
    Mark,
    Person,
    Subject,
    Term,
)
from emis_desktop.queries.plain import in_pieces
from emis_desktop.queries.roster import numbers_of
from emis_desktop.rules.marks import MarkCodes
from emis_desktop.rules.numbers import plain
from emis_desktop.rules.rights import Actor

Cell = str | int | Decimal | date | None
Row = tuple[Cell, ...]
MARK_COLUMNS = ("number", "subject", "term", "item", "mark", "maximum", "weight", "part", "year")
ATTENDANCE_COLUMNS = ("number", "term", "possible", "absent", "excused", "late", "year")


def mark_rows(session: Session, actor: Actor, year_id: UUID, codes: MarkCodes) -> Iterator[Row]:
    """Every mark of a year that the actor may see: those given by the own school."""
    items = {item.id: item for item in _items(session, actor, year_id)}
    rows = session.execute(
        select(Mark.student_id, Mark.item_id, Mark.state, Mark.value)
        .join(AssessmentItem, AssessmentItem.id == Mark.item_id)
        .join(Subject, Subject.id == AssessmentItem.subject_id)
        .join(Term, Term.id == AssessmentItem.term_id)
        .join(Person, Person.id == Mark.student_id)
        .where(
            Mark.deleted_at.is_(None),
            Person.deleted_at.is_(None),
            *_seen_items(actor, year_id),
        )
        .order_by(Term.number, Subject.position, AssessmentItem.position, Mark.student_id)
    ).all()
    numbers = in_pieces(session, list({row.student_id for row in rows}), numbers_of)
    for student_id, item_id, state, value in rows:
        item = items[item_id]
        text: Cell = plain(value) if value is not None else None
        if state != "scored":
            text = codes.absent if state == "absent" else codes.exempt
        yield (
            numbers.get(student_id),
            item.subject,
            item.term,
            item.code,
            text,
            item.maximum,
            item.weight,
            item.part,
            item.year,
        )


@dataclass(frozen=True, slots=True)
class _Item:
    """An item as it stands in each row of its marks."""

    id: UUID
    subject: str
    term: int
    code: str
    maximum: Decimal
    weight: Decimal
    part: str
    year: str


def _seen_items(actor: Actor, year_id: UUID) -> list[ColumnElement[bool]]:
    """The conditions that an item, joined with its term, is of that year and the actor's to see."""
    seen = [AssessmentItem.deleted_at.is_(None), Term.period_id == year_id]
    if actor.institution_id is not None:
        seen.append(AssessmentItem.institution_id == actor.institution_id)
    return seen


def _items(session: Session, actor: Actor, year_id: UUID) -> Iterator[_Item]:
    rows = session.execute(
        select(AssessmentItem, Subject.code, Term.number, AcademicPeriod.code)
        .join(Subject, Subject.id == AssessmentItem.subject_id)
        .join(Term, Term.id == AssessmentItem.term_id)
        .join(AcademicPeriod, AcademicPeriod.id == Term.period_id)
        .where(*_seen_items(actor, year_id))
    )
    for item, subject, term, year in rows:
        maximum, weight = plain(item.maximum), plain(item.weight)
        yield _Item(item.id, subject, term, item.code, maximum, weight, item.part, year)


def attendance_rows(session: Session, actor: Actor, year_id: UUID) -> Iterator[Row]:
    """Every attendance total of a year that the actor may see."""
    chosen = select(AttendanceTotal, Term.number, AcademicPeriod.code).where(
        AttendanceTotal.deleted_at.is_(None), AttendanceTotal.period_id == year_id
    )
    if actor.institution_id is not None:
        chosen = chosen.where(AttendanceTotal.institution_id == actor.institution_id)
    rows = session.execute(
        chosen.outerjoin(Term, Term.id == AttendanceTotal.term_id)
        .join(AcademicPeriod, AcademicPeriod.id == AttendanceTotal.period_id)
        .order_by(Term.number, AttendanceTotal.student_id)
    ).all()
    numbers = in_pieces(session, list({row.AttendanceTotal.student_id for row in rows}), numbers_of)
    for total, term, year in rows:
        yield (
            numbers.get(total.student_id),
            term,
            total.possible,
            total.absent,
            total.excused,
            total.late,
            year,
        )
