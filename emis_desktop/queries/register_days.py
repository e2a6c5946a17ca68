"""What registers have in common: whose days count, when a session takes no entry, who keeps a register."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from datetime import date
from types import MappingProxyType
from typing import Any, Final
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.orm import Session

from emis_desktop.errors import N_, Refused, Word
from emis_desktop.models import ClassSubject, Person, SchoolClass
from emis_desktop.queries.calendar import YearCalendar
from emis_desktop.queries.class_members import Member
from emis_desktop.queries.reach import require_class, teaching_of
from emis_desktop.queries.register_cells import Cells, cell_on, presence_of
from emis_desktop.rules.names import display_name
from emis_desktop.rules.open_days import Kind, SchoolDay
from emis_desktop.rules.registers import Day
from emis_desktop.rules.rights import Actor, Right, may
from emis_desktop.sentence import Sentence, say

KIND_NAMES: Final[Mapping[Kind, str]] = MappingProxyType(
    {
        Kind.HOLIDAY: N_("holiday"),
        Kind.CLOSURE: N_("school closed"),
        Kind.HALF: N_("half day"),
        Kind.OPEN: N_("school held"),
    }
)


def barrier_of(calendar: YearCalendar, on: date, number: int, today: date) -> Sentence | None:
    """Why session ``number`` of a day takes no entry, whoever asks; None where it does."""
    if on > today:
        return say(N_("{day} is still to come."), day=on)
    if not 0 < number <= len(calendar.names):
        return say(N_("There is no session {number} on this school’s day."), number=number)
    day = calendar.day(on)
    term = calendar.term_on(on)
    if term is not None and term.id in calendar.closed:
        return say(N_("{term} is closed: its registers stay as they are."), term=term.name)
    return None if number in day.sessions else _not_held(day, in_term=term is not None)


def _not_held(day: SchoolDay, *, in_term: bool) -> Sentence:
    if not in_term:
        return say(N_("{day} lies in no term of the year."), day=day.on)
    if day.label:
        return say(N_("No school on {day}: {why}."), day=day.on, why=day.label)
    if day.kind is not None:
        return say(N_("No school on {day}: {why}."), day=day.on, why=Word(KIND_NAMES[day.kind]))
    return say(N_("{day} is no school day."), day=day.on)


def refusal(barrier: Sentence) -> Refused:
    """What stands in the way, as the error that a service raises."""
    values: dict[str, Any] = dict(barrier.values)
    return Refused(barrier.template, **values)


def by_student(members: Sequence[Member]) -> dict[UUID, list[Member]]:
    """The stays of each pupil, in the order of ``members``."""
    found: dict[UUID, list[Member]] = {}
    for member in members:
        found.setdefault(member.student_id, []).append(member)
    return found


def register_days(stays: Sequence[Member], cells: Cells, days: Sequence[SchoolDay]) -> Iterator[Day]:
    """A pupil's days as the counting takes them: those on which the pupil belonged there and was expected.

    A session that was marked counts although the pupil was away; one that was not is then none at all.
    """
    for day in days:
        member = next((one for one in stays if one.sits_on(day.on)), None)
        if member is None:
            continue
        marks = [presence_of(cell_on(cells, member.student_id, day.on, one)) for one in day.sessions]
        if member.away and member.away_on(day.on) is not None:
            marks = [mark for mark in marks if mark is not None]
            if not marks:
                continue
        yield Day(day.on, marks)


def teacher_of(session: Session, school_class: SchoolClass, subject_id: UUID | None) -> str:
    """Who keeps the register: the class teacher, or who teaches the subject there; "" for nobody."""
    person_id = school_class.teacher_id
    if subject_id is not None:
        person_id = session.scalar(
            select(ClassSubject.teacher_id).where(
                ClassSubject.class_id == school_class.id,
                ClassSubject.subject_id == subject_id,
                ClassSubject.deleted_at.is_(None),
            )
        )
    person = None if person_id is None else session.get(Person, person_id)
    return "" if person is None else display_name(person.given_names, person.family_name)


def require_register(
    session: Session, actor: Actor, right: Right, class_id: UUID, subject_id: UUID | None
) -> SchoolClass:
    """The class, if the actor has the right in its register or that of the subject; raises
    :class:`Refused`.
    """
    found = require_class(session, actor, right, class_id)
    if subject_id is not None:
        taught = session.scalar(
            select(ClassSubject.id).where(
                ClassSubject.class_id == class_id,
                ClassSubject.subject_id == subject_id,
                ClassSubject.deleted_at.is_(None),
            )
        )
        if taught is None:
            raise Refused("That subject is not taught in this class. Choose another.")
        teaching = teaching_of(session, actor)
        if teaching is not None and not teaching.edits(class_id, subject_id):
            raise Refused("Another teacher has that subject in this class. The office can give it to you.")
    return found


def no_right_in(
    session: Session, actor: Actor, found: SchoolClass, subject_id: UUID | None
) -> Sentence | None:
    """Why the actor may mark nothing in a register, None where they may."""
    if not may(actor, Right.EDIT_ATTENDANCE, class_id=found.id, institution_id=found.institution_id):
        return say(N_("You may look at this register; its teachers and the office mark it."))
    try:
        require_register(session, actor, Right.EDIT_ATTENDANCE, found.id, subject_id)
    except Refused as reason:
        return say(reason.message)
    return None
