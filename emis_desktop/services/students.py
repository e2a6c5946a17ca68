"""What the office does to a pupil: admit, correct a field, give a number, place in a class, withdraw.

Each method is one act: one permission check, one transaction, one line in history.
"""

from __future__ import annotations

from collections.abc import Callable
from datetime import date
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.orm import Session

from emis_desktop.database import Database
from emis_desktop.errors import Refused
from emis_desktop.models import ClassPupil, Enrolment, Person, PersonIdentity, SchoolClass
from emis_desktop.rules.ids import new_id
from emis_desktop.rules.rights import Actor, Right, require
from emis_desktop.rules.student_number import parse_register_number, parse_student_number
from emis_desktop.services.admission import NewStudent, admission, write_admissions
from emis_desktop.services.moments import local_today
from emis_desktop.services.person_fields import checked
from emis_desktop.services.rows import keep
from emis_desktop.services.student_numbers import NATIONAL, PROVISIONAL, REGISTER, provisional_number


class StudentService:
    """Commands on pupils' records by one actor."""

    def __init__(self, db: Database, actor: Actor, today: Callable[[], date] = local_today) -> None:
        """Acts are recorded as ``actor``'s; ``today`` bounds dates of birth."""
        self._db = db
        self._actor = actor
        self._today = today

    def admit(self, new: NewStudent) -> UUID:
        """Admit a pupil: person, number, enrolment and place in one act. Returns the person's id.

        Raises :class:`Refused` for a name or date that cannot be, or a number that another pupil has.
        """
        require(self._actor, Right.EDIT_STUDENTS, institution_id=new.institution_id)
        with self._db.write(self._actor, "admit_student") as session:
            return admit(session, new, self._today())

    def change(self, student_id: UUID, name: str, value: str | date | None) -> None:
        """Set one field of the person, such as ``given_names``, after the rule of that field."""
        require(self._actor, Right.EDIT_STUDENTS)
        stored = checked(name, value, self._today())
        with self._db.write(self._actor, "change_student") as session:
            person = student(session, self._actor, student_id)
            setattr(person, name, stored)

    def set_number(self, student_id: UUID, kind: str, number: str | None) -> None:
        """Give, change or (empty) take away one of the pupil's numbers."""
        require(self._actor, Right.EDIT_STUDENTS)
        with self._db.write(self._actor, "change_number") as session:
            student(session, self._actor, student_id)
            set_number(session, student_id, kind, number)

    def move_to_class(self, student_id: UUID, class_id: UUID, on: date) -> None:
        """Move the pupil to another class of the same school and year, from ``on``."""
        require(self._actor, Right.EDIT_STUDENTS)
        with self._db.write(self._actor, "move_class") as session:
            student(session, self._actor, student_id)
            enrolment = current_enrolment(session, student_id)
            place(session, enrolment, class_id, on)

    def withdraw(self, student_id: UUID, on: date, exit_kind: str, reason: str | None) -> None:
        """End the pupil's enrolment with a coded reason; nothing of the record is lost."""
        require(self._actor, Right.EDIT_STUDENTS)
        with self._db.write(self._actor, "withdraw_student") as session:
            student(session, self._actor, student_id)
            enrolment = current_enrolment(session, student_id)
            if on < enrolment.starts_on:
                raise Refused(
                    "The last day is before the first day, {first}. Choose a later day.",
                    first=enrolment.starts_on,
                )
            enrolment.ends_on = on
            enrolment.exit = exit_kind
            enrolment.exit_reason = reason
            for stay in _open_places(session, enrolment.id):
                stay.ends_on = on


def admit(session: Session, new: NewStudent, today: date) -> UUID:
    """Write one new pupil inside an open act."""
    if new.class_id is not None:
        check_class(session, new.class_id, new.institution_id, new.period_id)
    if new.number:
        kind, number = number_kind(new.number), kept_number(number_kind(new.number), new.number)
    else:
        kind, number = PROVISIONAL, provisional_number(session)
    made = admission(new, today, (kind, number))
    refuse_taken(session, made.person_id, kind, number)
    write_admissions(session, [made])
    return made.person_id


def student(session: Session, actor: Actor, student_id: UUID) -> Person:
    """The live record, of a school that ``actor`` may change; raises :class:`Refused` otherwise."""
    person = session.get(Person, student_id)
    schools = set(session.scalars(select(Enrolment.institution_id).where(Enrolment.person_id == student_id)))
    allowed = actor.institution_id is None or actor.institution_id in schools
    if person is None or person.deleted_at is not None or not allowed:
        raise Refused("There is no such pupil on this laptop, or the record is not open to you.")
    return person


def current_enrolment(session: Session, student_id: UUID) -> Enrolment:
    """The pupil's enrolment that has not ended; raises :class:`Refused` when there is none."""
    found = session.scalars(
        select(Enrolment)
        .where(Enrolment.person_id == student_id, Enrolment.ends_on.is_(None), Enrolment.deleted_at.is_(None))
        .order_by(Enrolment.starts_on.desc())
        .limit(1)
    ).first()
    if found is None:
        raise Refused("This pupil is not on roll. Admit the pupil again first.")
    return found


def set_number(session: Session, person_id: UUID, kind: str, number: str | None) -> None:
    """Write a number of a kind, one per person and kind; refuses a number that another person has."""
    typed = kept_number(kind, number or "")
    mine = session.scalars(
        select(PersonIdentity).where(PersonIdentity.person_id == person_id, PersonIdentity.kind == kind)
    ).first()
    if typed:
        refuse_taken(session, person_id, kind, typed)
    if mine is None and typed:
        session.add(PersonIdentity(id=new_id(), person_id=person_id, kind=kind, number=typed))
    elif mine is not None:
        keep(session, mine, wanted=bool(typed))
        mine.number = typed or mine.number


def number_kind(number: str) -> str:
    """What kind of number was given without saying so: the ministry's, when its check digit fits."""
    try:
        parse_student_number(number)
    except Refused:
        return REGISTER
    return NATIONAL


def kept_number(kind: str, number: str) -> str:
    """A number as it is stored; raises :class:`Refused` for one that cannot be of that kind."""
    if not number.strip():
        return ""
    if kind == NATIONAL:
        return parse_student_number(number)
    if kind == REGISTER:
        return parse_register_number(number)
    return " ".join(number.split())


def refuse_taken(session: Session, person_id: UUID, kind: str, number: str) -> None:
    """Raise :class:`Refused` when another person has that number."""
    other = session.scalars(
        select(Person)
        .join(PersonIdentity, PersonIdentity.person_id == Person.id)
        .where(
            PersonIdentity.number == number,
            PersonIdentity.kind == kind,
            PersonIdentity.deleted_at.is_(None),
            Person.id != person_id,
            Person.deleted_at.is_(None),
        )
    ).first()
    if other is not None:
        raise Refused(
            "{number} is already the number of {name}. Check the number.",
            field=f"number.{kind}",
            number=number,
            name=f"{other.given_names} {other.family_name}",
        )


def place(session: Session, enrolment: Enrolment, class_id: UUID, on: date) -> None:
    """End the enrolment's open stays and begin one in ``class_id``; the same class again changes nothing."""
    check_class(session, class_id, enrolment.institution_id, enrolment.period_id)
    stays = _open_places(session, enrolment.id)
    if any(stay.class_id == class_id for stay in stays):
        return
    for stay in stays:
        stay.ends_on = on
    session.add(ClassPupil(id=new_id(), class_id=class_id, enrolment_id=enrolment.id, starts_on=on))
    session.flush()


def check_class(session: Session, class_id: UUID, institution_id: UUID, period_id: UUID) -> None:
    """Raise :class:`Refused` unless the class is there and is one of that school and year."""
    chosen = session.get(SchoolClass, class_id)
    if chosen is None or chosen.deleted_at is not None:
        raise Refused("That class is no longer there. Choose another.", field="class")
    if (chosen.institution_id, chosen.period_id) != (institution_id, period_id):
        raise Refused(
            "That class belongs to another school or year. Choose a class of this one.", field="class"
        )


def _open_places(session: Session, enrolment_id: UUID) -> list[ClassPupil]:
    return list(
        session.scalars(
            select(ClassPupil).where(
                ClassPupil.enrolment_id == enrolment_id,
                ClassPupil.ends_on.is_(None),
                ClassPupil.deleted_at.is_(None),
            )
        )
    )
