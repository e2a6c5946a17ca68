"""Who comes from another school, who is asked for by one, and to which schools a pupil can go."""

from __future__ import annotations

import contextlib
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, datetime
from typing import Final
from uuid import UUID

from sqlalchemy import or_, select
from sqlalchemy.orm import Session, aliased

from emis_desktop.database import Database
from emis_desktop.errors import Refused
from emis_desktop.models import (
    Conflict,
    EducationGrade,
    Enrolment,
    Institution,
    Person,
    PersonIdentity,
)
from emis_desktop.one_person import together
from emis_desktop.queries.conflict_words import other_person
from emis_desktop.rules.deciding import Kind
from emis_desktop.rules.names import display_name, fold
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
    """A pupil who can be taken in, with the last school and grade; ``left_on`` None: still on roll there.

    ``destination``: the school that the pupil was sent to, "" where none was named.
    """

    person_id: UUID
    name: str
    birth_date: date | None
    number: str | None
    school: str
    grade_id: UUID
    grade: str
    left_on: date | None
    school_id: UUID | None = None
    destination: str = ""


@dataclass(frozen=True, slots=True)
class Asked:
    """Two records that the ministry's server holds for one pupil: which of them is here, and how both read.

    ``school_id`` and ``school``: that of the newer record, None and "" where it is not known.
    """

    conflict_id: UUID
    person_id: UUID
    name: str
    birth_date: date | None
    other_id: UUID
    other_name: str
    other_birth_date: date | None
    school_id: UUID | None
    school: str
    by_number: bool
    at: datetime | None


@dataclass(frozen=True, slots=True)
class Gone:
    """A pupil who was transferred: ``destination`` is "" while it is not known where to."""

    person_id: UUID
    name: str
    number: str | None
    left_on: date
    destination: str


@dataclass(frozen=True, slots=True)
class Moves:
    """What moves between a school and others.

    ``awaited``: sent to this school and not enrolled here yet. ``asked``: pupils of this school whom another
    school has admitted as new. ``waiting``: admitted here as new; the other school is asked. ``gone``: sent
    to another school since the day asked for, the latest first.
    """

    awaited: tuple[Newcomer, ...] = ()
    asked: tuple[Asked, ...] = ()
    waiting: tuple[Asked, ...] = ()
    gone: tuple[Gone, ...] = ()

    @property
    def to_do(self) -> int:
        """How many of them somebody here can do something about."""
        return len(self.awaited) + len(self.asked)


class TransferQueries:
    """Questions about moves between schools, for one actor."""

    def __init__(self, db: Database, actor: Actor) -> None:
        """Every answer is limited to what ``actor`` may do."""
        self._db = db
        self._actor = actor

    def destinations(self) -> tuple[SchoolChoice, ...]:
        """The schools that this laptop knows, by name, without the actor's own and those that closed."""
        require(self._actor, Right.EDIT_STUDENTS)
        today = datetime.now().astimezone().date()
        is_open = or_(Institution.closed_on.is_(None), Institution.closed_on >= today)
        with self._db.read() as session:
            rows = session.scalars(
                select(Institution)
                .where(Institution.deleted_at.is_(None), is_open)
                .order_by(Institution.name)
            )
            own = self._actor.institution_id
            return tuple(SchoolChoice(row.id, row.code, row.name) for row in rows if row.id != own)

    def awaited(self, institution_id: UUID) -> tuple[Newcomer, ...]:
        """The pupils whom another school has sent to this one and who are not enrolled here yet, by name."""
        require(self._actor, Right.EDIT_STUDENTS, institution_id=institution_id)
        with self._db.read() as session:
            return _awaited(session, institution_id)

    def moves(self, institution_id: UUID, since: date) -> Moves:
        """Everything that moves between a school and others; who left before ``since`` is left out."""
        require(self._actor, Right.EDIT_STUDENTS, institution_id=institution_id)
        with self._db.read() as session:
            pairs = list(_pairs(session))
            homes = {one: _home_of(session, one) for pair in pairs for one in pair[1:]}
            asked = [pair for pair in pairs if homes[pair[2]] == institution_id != _asking(pair[0])]
            mine = [pair for pair in pairs if homes[pair[1]] == institution_id != homes[pair[2]]]
            return Moves(
                _awaited(session, institution_id),
                tuple(_asked(session, row, other, new) for row, new, other in asked),
                tuple(_asked(session, row, new, other) for row, new, other in mine),
                _gone(session, institution_id, since),
            )

    def find(self, text: str, birth_date: date | None) -> tuple[Newcomer, ...]:
        """The pupils of this laptop who have that number; or, with the date of birth, all words of that name.

        Who is on roll or was, anywhere; usually one, or none. Raises :class:`Refused` for a name alone.
        """
        require(self._actor, Right.EDIT_STUDENTS)
        with self._db.read() as session:
            found = numbered(session, text)
            words = set(fold(text).split())
            if not found and words and birth_date is not None:
                found = _named(session, words, birth_date)
            elif not found and not any(sign.isdigit() for sign in text):
                raise Refused("Type the date of birth with the name.", field="birth_date")
            return tuple(_newcomer(session, person_id) for person_id in found)

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
        select(Person.id)
        .join(PersonIdentity, PersonIdentity.person_id == Person.id)
        .where(
            PersonIdentity.number.in_(forms - {""}),
            PersonIdentity.deleted_at.is_(None),
            Person.deleted_at.is_(None),
        )
        .order_by(Person.id)
    )
    numbered_so = list(rows.scalars())
    whole = together(session, numbered_so)
    enrolled = session.scalars(
        select(Enrolment.person_id).where(
            Enrolment.person_id.in_(whole.all_of(numbered_so)), Enrolment.deleted_at.is_(None)
        )
    )
    pupils = {whole.main_of(person) for person in enrolled}
    mains = dict.fromkeys(whole.main_of(person) for person in numbered_so)
    return [person for person in mains if person in pupils]


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
    sent_to = session.get(Institution, enrolment.destination_id) if enrolment.destination_id else None
    return Newcomer(
        person_id=person_id,
        name=_name(person),
        birth_date=person.birth_date,
        number=_number(session, person_id),
        school=school,
        grade_id=enrolment.grade_id,
        grade=grade,
        left_on=enrolment.ends_on,
        school_id=enrolment.institution_id,
        destination=sent_to.name if sent_to is not None else "",
    )


def awaited_ids(session: Session, institution_id: UUID) -> list[UUID]:
    """The pupils who were sent to a school and are not enrolled there yet, by name."""
    later = aliased(Enrolment)
    people = session.scalars(
        select(Enrolment.person_id)
        .join(Person, Person.id == Enrolment.person_id)
        .where(
            Enrolment.exit == TRANSFERRED,
            Enrolment.destination_id == institution_id,
            Enrolment.deleted_at.is_(None),
            Person.deleted_at.is_(None),
            ~select(later.id).where(later.previous_id == Enrolment.id, later.deleted_at.is_(None)).exists(),
        )
        .order_by(Person.family_name, Person.given_names, Person.id)
    )
    return list(dict.fromkeys(people))


def _awaited(session: Session, institution_id: UUID) -> tuple[Newcomer, ...]:
    return tuple(_newcomer(session, person_id) for person_id in awaited_ids(session, institution_id))


def _named(session: Session, words: set[str], birth_date: date) -> list[UUID]:
    rows = session.execute(
        select(Person.id, Person.given_names, Person.family_name)
        .where(
            Person.birth_date == birth_date,
            Person.deleted_at.is_(None),
            Person.alias_of_id.is_(None),
            Person.id.in_(select(Enrolment.person_id).where(Enrolment.deleted_at.is_(None))),
        )
        .order_by(Person.id)
    )
    return [person for person, given, family in rows if words <= set(fold(f"{given} {family}").split())]


def _pairs(session: Session) -> Iterator[tuple[Conflict, UUID, UUID]]:
    """The open questions whether two are one pupil, each with the newer record and the older."""
    rows = session.scalars(
        select(Conflict)
        .where(
            Conflict.kind == Kind.DUPLICATE.value,
            Conflict.decided_at.is_(None),
            Conflict.deleted_at.is_(None),
        )
        .order_by(Conflict.other_at, Conflict.id)
    )
    for row in rows:
        other = other_person(row)
        if other is not None:
            yield row, row.row_id, other


def _asking(row: Conflict) -> UUID | None:
    """The school that has the newer record."""
    held = row.held
    return UUID(bytes=held) if isinstance(held, bytes) and len(held) == len(row.row_id.bytes) else None


def _home_of(session: Session, person_id: UUID) -> UUID | None:
    """The school on whose roll a pupil is, as far as this laptop knows."""
    return session.scalar(
        select(Enrolment.institution_id)
        .where(
            Enrolment.person_id == person_id,
            Enrolment.deleted_at.is_(None),
            Enrolment.ends_on.is_(None),
            Enrolment.standing != HOSTED,
        )
        .order_by(Enrolment.starts_on.desc())
        .limit(1)
    )


def _asked(session: Session, row: Conflict, here: UUID, there: UUID) -> Asked:
    mine, theirs = session.get(Person, here), session.get(Person, there)
    school_id = _asking(row)
    school = session.get(Institution, school_id) if school_id is not None else None
    return Asked(
        conflict_id=row.id,
        person_id=here,
        name=_name(mine),
        birth_date=mine.birth_date if mine is not None else None,
        other_id=there,
        other_name=_name(theirs),
        other_birth_date=theirs.birth_date if theirs is not None else None,
        school_id=school.id if school is not None else None,
        school=school.name if school is not None else "",
        by_number=row.field == "number",
        at=row.other_at,
    )


def _gone(session: Session, institution_id: UUID, since: date) -> tuple[Gone, ...]:
    rows = session.execute(
        select(Enrolment, Person, Institution.name)
        .join(Person, Person.id == Enrolment.person_id)
        .outerjoin(Institution, Institution.id == Enrolment.destination_id)
        .where(
            Enrolment.institution_id == institution_id,
            Enrolment.exit == TRANSFERRED,
            Enrolment.ends_on >= since,
            Enrolment.deleted_at.is_(None),
            Person.deleted_at.is_(None),
        )
        .order_by(Enrolment.ends_on.desc(), Person.family_name, Person.given_names)
    )
    return tuple(
        Gone(person.id, _name(person), _number(session, person.id), enrolment.ends_on, school or "")
        for enrolment, person, school in rows
        if enrolment.ends_on is not None
    )


def _name(person: Person | None) -> str:
    return "–" if person is None else display_name(person.given_names, person.family_name)


def _number(session: Session, person_id: UUID) -> str | None:
    return session.scalar(
        select(PersonIdentity.number)
        .where(PersonIdentity.person_id == person_id, PersonIdentity.deleted_at.is_(None))
        .order_by(PersonIdentity.kind != "national", PersonIdentity.id)
    )
