"""Who comes from another school, and to which schools a pupil can go."""

from __future__ import annotations

import contextlib
from dataclasses import dataclass
from datetime import date
from typing import Final
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.orm import Session, aliased

from emis_desktop.database import Database
from emis_desktop.errors import Refused
from emis_desktop.models import EducationGrade, Enrolment, Institution, Person, PersonIdentity
from emis_desktop.rules.names import display_name
from emis_desktop.rules.rights import Actor, Right, require
from emis_desktop.rules.student_number import parse_student_number

TRANSFERRED: Final = "transferred"
HOSTED: Final = "hosted"


@dataclass(frozen=True, slots=True)
class SchoolChoice:
    """A school that a pupil can go to."""

    id: UUID
    code: str
    name: str


@dataclass(frozen=True, slots=True)
class Newcomer:
    """A pupil who can be taken in, with the last school and grade; ``left_on`` None: still on roll there."""

    person_id: UUID
    name: str
    birth_date: date | None
    number: str | None
    school: str
    grade_id: UUID
    grade: str
    left_on: date | None


class TransferQueries:
    """Questions about moves between schools, for one actor."""

    def __init__(self, db: Database, actor: Actor) -> None:
        """Every answer is limited to what ``actor`` may do."""
        self._db = db
        self._actor = actor

    def destinations(self) -> tuple[SchoolChoice, ...]:
        """The schools that this laptop knows, by name, without the actor's own."""
        require(self._actor, Right.EDIT_STUDENTS)
        with self._db.read() as session:
            rows = session.scalars(
                select(Institution).where(Institution.deleted_at.is_(None)).order_by(Institution.name)
            )
            own = self._actor.institution_id
            return tuple(SchoolChoice(row.id, row.code, row.name) for row in rows if row.id != own)

    def awaited(self, institution_id: UUID) -> tuple[Newcomer, ...]:
        """The pupils whom another school has sent to this one and who are not enrolled here yet, by name."""
        require(self._actor, Right.EDIT_STUDENTS, institution_id=institution_id)
        later = aliased(Enrolment)
        with self._db.read() as session:
            people = session.scalars(
                select(Enrolment.person_id)
                .join(Person, Person.id == Enrolment.person_id)
                .where(
                    Enrolment.exit == TRANSFERRED,
                    Enrolment.destination_id == institution_id,
                    Enrolment.deleted_at.is_(None),
                    Person.deleted_at.is_(None),
                    ~select(later.id)
                    .where(later.previous_id == Enrolment.id, later.deleted_at.is_(None))
                    .exists(),
                )
                .order_by(Person.family_name, Person.given_names, Person.id)
            )
            return tuple(_newcomer(session, person_id) for person_id in dict.fromkeys(people))

    def by_number(self, number: str) -> tuple[Newcomer, ...]:
        """The pupils of this laptop with that number; usually one, or none."""
        require(self._actor, Right.EDIT_STUDENTS)
        with self._db.read() as session:
            return tuple(_newcomer(session, person_id) for person_id in numbered(session, number))


def numbered(session: Session, number: str) -> list[UUID]:
    """The pupils who have that number, of whatever kind; a double counts as the record that is kept."""
    typed = " ".join(number.split())
    forms = {typed, typed.upper()}
    with contextlib.suppress(Refused):  # a number of another kind has no check digit
        forms.add(parse_student_number(typed))
    rows = session.execute(
        select(Person.id, Person.alias_of_id)
        .join(PersonIdentity, PersonIdentity.person_id == Person.id)
        .where(
            PersonIdentity.number.in_(forms - {""}),
            PersonIdentity.deleted_at.is_(None),
            Person.deleted_at.is_(None),
            Person.id.in_(select(Enrolment.person_id).where(Enrolment.deleted_at.is_(None))),
        )
        .order_by(Person.id)
    )
    return list(dict.fromkeys(alias or person for person, alias in rows))


def _newcomer(session: Session, person_id: UUID) -> Newcomer:
    person = session.get_one(Person, person_id)
    enrolment, school, grade = session.execute(
        select(Enrolment, Institution.name, EducationGrade.name)
        .join(Institution, Institution.id == Enrolment.institution_id)
        .join(EducationGrade, EducationGrade.id == Enrolment.grade_id)
        .where(Enrolment.person_id == person_id, Enrolment.deleted_at.is_(None))
        .order_by(Enrolment.ends_on.is_not(None), Enrolment.starts_on.desc(), Enrolment.id.desc())
        .limit(1)
    ).one()
    number = session.scalar(
        select(PersonIdentity.number)
        .where(PersonIdentity.person_id == person_id, PersonIdentity.deleted_at.is_(None))
        .order_by(PersonIdentity.kind != "national", PersonIdentity.id)
    )
    return Newcomer(
        person_id=person_id,
        name=display_name(person.given_names, person.family_name),
        birth_date=person.birth_date,
        number=number,
        school=school,
        grade_id=enrolment.grade_id,
        grade=grade,
        left_on=enrolment.ends_on,
    )
