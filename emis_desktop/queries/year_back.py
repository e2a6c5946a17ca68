"""Who a school's end of year sent on, and who has used the new year since: those stay where they are."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Sequence
from dataclasses import dataclass
from uuid import UUID

from sqlalchemy import ColumnElement, Select, or_, select
from sqlalchemy.orm import InstrumentedAttribute, Session

from emis_desktop.errors import N_
from emis_desktop.models import (
    AssessmentItem,
    AttendanceMonth,
    AttendanceTotal,
    ClassPupil,
    Enrolment,
    Mark,
    Person,
    SubjectChoice,
    SubjectRemark,
    Suspension,
    Term,
    TermRemark,
)
from emis_desktop.one_person import together
from emis_desktop.queries.plain import pieces
from emis_desktop.rules.names import listed_name
from emis_desktop.rules.registers import month_of
from emis_desktop.sentence import Sentence, say

_ENTRIES = ("promoted", "repeated")


@dataclass(frozen=True, slots=True)
class Ended:
    """An enrolment that the end of a year closed; ``next_id``: the one that continues it, None for who
    finished, or whose outcome alone was written.
    """

    enrolment_id: UUID
    student_id: UUID
    name: str
    next_id: UUID | None
    next_year_id: UUID | None


@dataclass(frozen=True, slots=True)
class GoneOn:
    """A pupil for whom the end of the year cannot be taken back, and why."""

    enrolment_id: UUID
    student_id: UUID
    name: str
    reason: Sentence


def run_of(session: Session, institution_id: UUID, year_id: UUID) -> list[Ended]:
    """Everybody whom the end of that year wrote about, by name."""
    rows = session.execute(
        select(Enrolment, Person.given_names, Person.family_name)
        .join(Person, Person.id == Enrolment.person_id)
        .where(
            Enrolment.institution_id == institution_id,
            Enrolment.period_id == year_id,
            Enrolment.outcome.is_not(None),
            Enrolment.deleted_at.is_(None),
            or_(Enrolment.ends_on.is_not(None), Enrolment.outcome_reason.is_(None)),
        )
        .order_by(Person.family_name, Person.given_names, Enrolment.id)
    ).all()
    onward: dict[UUID, Enrolment] = {}
    for piece in pieces([row.Enrolment.id for row in rows]):
        for follower in session.scalars(
            select(Enrolment).where(
                Enrolment.previous_id.in_(piece),
                Enrolment.standing != "hosted",
                Enrolment.deleted_at.is_(None),
            )
        ):
            if follower.previous_id is not None:
                onward[follower.previous_id] = follower
    return [
        Ended(
            row.Enrolment.id,
            row.Enrolment.person_id,
            listed_name(row.given_names, row.family_name),
            onward[row.Enrolment.id].id if row.Enrolment.id in onward else None,
            onward[row.Enrolment.id].period_id if row.Enrolment.id in onward else None,
        )
        for row in rows
    ]


def gone_on(session: Session, ended: Sequence[Ended]) -> list[GoneOn]:
    """Those of ``ended`` who have gone on since, each with the first reason found."""
    reasons: dict[UUID, Sentence] = {}
    for piece in pieces(ended):
        for enrolment_id, reason in _reasons(session, piece):
            reasons.setdefault(enrolment_id, reason)
    return [
        GoneOn(one.enrolment_id, one.student_id, one.name, reasons[one.enrolment_id])
        for one in ended
        if one.enrolment_id in reasons
    ]


def _reasons(session: Session, ended: Sequence[Ended]) -> Iterator[tuple[UUID, Sentence]]:
    by_next = {one.next_id: one for one in ended if one.next_id is not None}
    yield from _left(session, ended)
    yield from _changed(session, by_next)
    yield from _used(session, by_next)
    yield from _entered(session, [one for one in ended if one.next_id is not None])


def _left(session: Session, ended: Sequence[Ended]) -> Iterator[tuple[UUID, Sentence]]:
    """Who finished here and is on a roll elsewhere by now; the enrolment's own exit is another one."""
    bare = {one.enrolment_id: one for one in ended if one.next_id is None}
    for row in session.scalars(select(Enrolment).where(Enrolment.id.in_(bare))):
        if row.exit not in {None, "completed"}:
            yield row.id, say(N_("left the school since"))
    whole = together(session, [one.student_id for one in bare.values()])
    everybody = whole.all_of([one.student_id for one in bare.values()])
    open_now = set(
        session.scalars(
            select(Enrolment.person_id).where(
                Enrolment.person_id.in_(everybody),
                Enrolment.id.not_in(bare),
                Enrolment.ends_on.is_(None),
                Enrolment.deleted_at.is_(None),
                Enrolment.standing != "hosted",
            )
        )
    )
    for one in bare.values():
        if open_now & set(whole.of(one.student_id)):
            yield one.enrolment_id, say(N_("is on the roll of a school again"))


def _changed(session: Session, by_next: dict[UUID, Ended]) -> Iterator[tuple[UUID, Sentence]]:
    for row in session.scalars(select(Enrolment).where(Enrolment.id.in_(by_next))):
        old = by_next[row.id].enrolment_id
        if row.ends_on is not None or row.outcome is not None:
            yield old, say(N_("left or finished the new year"))
        elif row.standing != "enrolled" or row.entry not in _ENTRIES:
            yield old, say(N_("was changed in the new year"))
    stays: dict[UUID, int] = {}
    for enrolment_id, ends_on, gone in session.execute(
        select(ClassPupil.enrolment_id, ClassPupil.ends_on, ClassPupil.deleted_at).where(
            ClassPupil.enrolment_id.in_(by_next)
        )
    ):
        stays[enrolment_id] = stays.get(enrolment_id, 0) + 1
        if ends_on is not None or gone is not None:
            stays[enrolment_id] += 1
    for enrolment_id, count in stays.items():
        if count > 1:
            yield by_next[enrolment_id].enrolment_id, say(N_("changed class in the new year"))


def _used(session: Session, by_next: dict[UUID, Ended]) -> Iterator[tuple[UUID, Sentence]]:
    """Rows that hang on the new enrolment."""
    for column, gone, reason in (
        (Suspension.enrolment_id, Suspension.deleted_at, say(N_("was suspended in the new year"))),
        (
            SubjectChoice.enrolment_id,
            SubjectChoice.deleted_at,
            say(N_("has chosen subjects for the new year")),
        ),
        (Enrolment.previous_id, Enrolment.deleted_at, say(N_("went on from the new year"))),
    ):
        for found in session.scalars(select(column).where(column.in_(by_next), gone.is_(None))):
            if found is not None:
                yield by_next[found].enrolment_id, reason


def _entered(session: Session, ended: Collection[Ended]) -> Iterator[tuple[UUID, Sentence]]:
    """What was entered about the pupil in the new year."""
    by_year: dict[UUID, list[Ended]] = {}
    for one in ended:
        if one.next_year_id is not None:
            by_year.setdefault(one.next_year_id, []).append(one)
    for year_id, pupils in by_year.items():
        of = {one.student_id: one.enrolment_id for one in pupils}
        terms = session.scalars(select(Term).where(Term.period_id == year_id)).all()
        ids = [term.id for term in terms]
        first = min((month_of(term.starts_on) for term in terms), default="9999-12")
        for question, reason in _questions(list(of), ids, year_id, first):
            for student_id in session.scalars(question):
                yield of[student_id], reason


def _questions(
    students: list[UUID], terms: list[UUID], year_id: UUID, first: str
) -> Iterator[tuple[Select[UUID], Sentence]]:
    marks = say(N_("has marks in the new year"))
    attendance = say(N_("has attendance in the new year"))
    remarks = say(N_("has remarks in the new year"))
    items = select(AssessmentItem.id).where(AssessmentItem.term_id.in_(terms))

    def of(column: InstrumentedAttribute[UUID], *also: ColumnElement[bool]) -> Select[UUID]:
        return select(column).where(column.in_(students), *also).distinct()

    yield of(Mark.student_id, Mark.item_id.in_(items), Mark.deleted_at.is_(None)), marks
    registers = (AttendanceMonth.month >= first, AttendanceMonth.deleted_at.is_(None))
    yield of(AttendanceMonth.student_id, *registers), attendance
    totals = (AttendanceTotal.period_id == year_id, AttendanceTotal.deleted_at.is_(None))
    yield of(AttendanceTotal.student_id, *totals), attendance
    for model in (SubjectRemark, TermRemark):
        yield of(model.student_id, model.term_id.in_(terms), model.deleted_at.is_(None)), remarks
