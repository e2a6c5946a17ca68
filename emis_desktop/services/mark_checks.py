"""What must hold before a mark is stored, read once for a whole block."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.orm import Session

from emis_desktop.errors import Refused
from emis_desktop.models import (
    AssessmentItem,
    ClassPupil,
    ClassSubject,
    Enrolment,
    Person,
    SchoolClass,
)
from emis_desktop.queries.gradebook import term_of
from emis_desktop.queries.mark_sheet import OPEN, column_of
from emis_desktop.queries.plain import pieces
from emis_desktop.queries.reach import Teaching, teaching_of
from emis_desktop.queries.roster import in_term, term_values
from emis_desktop.queries.taken import ALL, Seated, Taken, taken_of
from emis_desktop.rules.marks import MarkColumn
from emis_desktop.rules.names import display_name
from emis_desktop.rules.rights import Actor, Right, require
from emis_desktop.services.closing import Closing, closing_of


@dataclass(frozen=True, slots=True)
class Item:
    """An assessment item as entry needs it."""

    id: UUID
    institution_id: UUID
    grade_id: UUID
    subject_id: UUID
    term_id: UUID
    name: str
    column: MarkColumn
    open: bool


@dataclass(frozen=True, slots=True)
class Seat:
    """Where a student sits in a term: class, school, grade and enrolment."""

    class_id: UUID
    institution_id: UUID
    grade_id: UUID
    enrolment_id: UUID


@dataclass(frozen=True, slots=True)
class Checks:
    """Everything that the marks of a block are checked against. ``seats`` by student, term and
    school; ``taken`` by school and term.
    """

    actor: Actor
    teaching: Teaching | None
    items: Mapping[UUID, Item]
    seats: Mapping[tuple[UUID, UUID, UUID], Seat]
    names: Mapping[UUID, str]
    taught: frozenset[tuple[UUID, UUID]]
    closing: Closing
    taken: Mapping[tuple[UUID, UUID], Taken]

    def require(self, student_id: UUID, item_id: UUID) -> Item:
        """The item, if the actor may enter this student's mark for it; raises :class:`Refused` with the
        reason.
        """
        item = self.items.get(item_id)
        if item is None:
            raise Refused("That item is no longer there. Open the sheet again.")
        self.closing.require_term(item.term_id)
        seat = self.seats.get((student_id, item.term_id, item.institution_id))
        if seat is None or seat.grade_id != item.grade_id:
            raise Refused(
                "{pupil} is not on the roll for {item}. Check the class in the pupil's record.",
                pupil=self.names.get(student_id, "–"),
                item=item.name,
            )
        require(self.actor, Right.EDIT_MARKS, class_id=seat.class_id, institution_id=seat.institution_id)
        if (seat.class_id, item.subject_id) not in self.taught:
            raise Refused("That subject is not taught in this class. Choose another.")
        taken = self.taken.get((seat.institution_id, item.term_id), ALL)
        if not taken.takes(seat.enrolment_id, seat.grade_id, item.subject_id):
            raise Refused(
                "{pupil} does not take this subject. The office can change that in the pupil's record.",
                pupil=self.names.get(student_id, "–"),
            )
        if self.teaching is not None and not self.teaching.edits(seat.class_id, item.subject_id):
            raise Refused("Another teacher has that subject in this class. The office can give it to you.")
        if not item.open:
            raise Refused("{item} is locked. The office can open it again.", item=item.name)
        return item


def checks_for(
    session: Session,
    actor: Actor,
    student_ids: Collection[UUID],
    item_ids: Collection[UUID],
    *,
    given: bool = False,
) -> Checks:
    """Read what the marks of these students and items are checked against.

    ``given``: marks that were there come back, whose students belong to the term by them.
    """
    items = _items(session, item_ids)
    seats: dict[tuple[UUID, UUID, UUID], Seat] = {}
    for term_id in {item.term_id for item in items.values()}:
        for student_id, seat in _seats(session, student_ids, term_id, given=given):
            seats[student_id, term_id, seat.institution_id] = seat
    class_ids = {seat.class_id for seat in seats.values()}
    rows = session.execute(
        select(ClassSubject.class_id, ClassSubject.subject_id).where(
            ClassSubject.class_id.in_(class_ids), ClassSubject.deleted_at.is_(None)
        )
    )
    return Checks(
        actor=actor,
        teaching=teaching_of(session, actor),
        items=items,
        seats=seats,
        names=_names(session, student_ids),
        taught=frozenset((row.class_id, row.subject_id) for row in rows),
        closing=closing_of(session),
        taken=_taken(session, seats),
    )


def _taken(session: Session, seats: Mapping[tuple[UUID, UUID, UUID], Seat]) -> dict[tuple[UUID, UUID], Taken]:
    """What the students take, by school and term."""
    found: dict[tuple[UUID, UUID], list[Seat]] = {}
    for (_student, term_id, institution_id), seat in seats.items():
        found.setdefault((institution_id, term_id), []).append(seat)
    return {
        (school, term_id): taken_of(
            session,
            school,
            term_of(session, term_id).year_id,
            [Seated(seat.enrolment_id, seat.grade_id) for seat in there],
        )
        for (school, term_id), there in found.items()
    }


def _items(session: Session, item_ids: Collection[UUID]) -> dict[UUID, Item]:
    rows = [
        row
        for piece in pieces(item_ids)
        for row in session.scalars(
            select(AssessmentItem).where(AssessmentItem.id.in_(piece), AssessmentItem.deleted_at.is_(None))
        )
    ]
    return {
        row.id: Item(
            id=row.id,
            institution_id=row.institution_id,
            grade_id=row.grade_id,
            subject_id=row.subject_id,
            term_id=row.term_id,
            name=row.name,
            column=column_of(row.maximum),
            open=row.state == OPEN,
        )
        for row in rows
    }


def seats_in(
    session: Session, student_ids: Collection[UUID], term_id: UUID, actor: Actor
) -> dict[UUID, Seat]:
    """Where each of the students sits in a term; who belongs to no class in it is not in the answer.

    Of two schools in one term the actor's own counts, else the last.
    """
    seats: dict[UUID, Seat] = {}
    for student_id, seat in _seats(session, student_ids, term_id):
        there = seats.get(student_id)
        if there is None or there.institution_id != actor.institution_id:
            seats[student_id] = seat
    return seats


def _seats(
    session: Session, student_ids: Collection[UUID], term_id: UUID, *, given: bool = False
) -> Iterator[tuple[UUID, Seat]]:
    """(student, seat) in a term at each school, the last school last."""
    term = term_of(session, term_id)
    question = (
        select(
            Enrolment.person_id, SchoolClass.id, SchoolClass.institution_id, Enrolment.grade_id, Enrolment.id
        )
        .join(ClassPupil, ClassPupil.enrolment_id == Enrolment.id)
        .join(SchoolClass, SchoolClass.id == ClassPupil.class_id)
        .where(SchoolClass.period_id == term.year_id, SchoolClass.deleted_at.is_(None), in_term(given=given))
        .order_by(Enrolment.starts_on)
    )
    values = term_values(term)
    for piece in pieces(student_ids):
        for student_id, *seat in session.execute(question.where(Enrolment.person_id.in_(piece)), values):
            yield student_id, Seat(*seat)


def _names(session: Session, student_ids: Collection[UUID]) -> dict[UUID, str]:
    question = select(Person.id, Person.given_names, Person.family_name)
    return {
        row.id: display_name(row.given_names, row.family_name)
        for piece in pieces(student_ids)
        for row in session.execute(question.where(Person.id.in_(piece)))
    }
