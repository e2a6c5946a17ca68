"""Who is already in the store, so that a file brought in twice changes nothing the second time."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from datetime import date
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.orm import Session

from emis_desktop.models import ClassPupil, Enrolment, Guardianship, Person, PersonContact, PersonIdentity
from emis_desktop.queries.phones import first_phones
from emis_desktop.queries.plain import in_pieces, pieces
from emis_desktop.rules.names import fold

NameKey = tuple[str, str, date | None]


@dataclass(slots=True)
class Guardian:
    """A guardian of a pupil as a file can name one."""

    link: Guardianship
    person: Person
    phone: PersonContact | None


@dataclass(slots=True)
class Known:
    """A pupil already there: the record, the newest enrolment and the open place in a class."""

    person: Person
    numbers: list[PersonIdentity]
    phone: PersonContact | None
    enrolment: Enrolment | None
    place: ClassPupil | None
    guardians: list[Guardian]
    enrolments: list[Enrolment] = field(default_factory=list)


def holders_of(session: Session, numbers: Iterable[str], kind: str = "") -> dict[str, UUID]:
    """Who has each of the numbers, of that kind or, with none, of any."""
    found: dict[str, UUID] = {}
    question = select(PersonIdentity.number, PersonIdentity.person_id)
    if kind:
        question = question.where(PersonIdentity.kind == kind)
    for piece in pieces(set(numbers)):
        rows = session.execute(
            question.where(PersonIdentity.number.in_(piece), PersonIdentity.deleted_at.is_(None))
        )
        found.update((number, person_id) for number, person_id in rows)
    return found


def namesakes(session: Session, institution_ids: Sequence[UUID]) -> dict[NameKey, list[UUID]]:
    """Pupils who are or were at these schools, by folded names and date of birth."""
    rows = session.execute(
        select(Person.id, Person.given_names, Person.family_name, Person.birth_date).where(
            Person.deleted_at.is_(None),
            Person.id.in_(select(Enrolment.person_id).where(Enrolment.institution_id.in_(institution_ids))),
        )
    )
    found: dict[NameKey, list[UUID]] = {}
    for person_id, given, family, born in rows:
        found.setdefault((fold(given), fold(family), born), []).append(person_id)
    return found


def read_known(session: Session, person_ids: Iterable[UUID]) -> dict[UUID, Known]:
    """The records of these people."""
    found: dict[UUID, Known] = {}
    for piece in pieces(person_ids):
        for person in session.scalars(
            select(Person).where(Person.id.in_(piece), Person.deleted_at.is_(None))
        ):
            found[person.id] = Known(person, [], None, None, None, [])
        _add_numbers(session, piece, found)
        _add_phones(session, piece, found)
        _add_enrolments(session, piece, found)
        _add_guardians(session, piece, found)
    return found


def _add_numbers(session: Session, piece: Sequence[UUID], found: dict[UUID, Known]) -> None:
    rows = session.scalars(
        select(PersonIdentity).where(PersonIdentity.person_id.in_(piece), PersonIdentity.deleted_at.is_(None))
    )
    for row in rows:
        found[row.person_id].numbers.append(row)


def _add_phones(session: Session, piece: Sequence[UUID], found: dict[UUID, Known]) -> None:
    for person_id, phone in first_phones(session, piece).items():
        found[person_id].phone = phone


def _add_enrolments(session: Session, piece: Sequence[UUID], found: dict[UUID, Known]) -> None:
    rows = session.execute(
        select(Enrolment, ClassPupil)
        .outerjoin(
            ClassPupil,
            (ClassPupil.enrolment_id == Enrolment.id)
            & ClassPupil.ends_on.is_(None)
            & ClassPupil.deleted_at.is_(None),
        )
        .where(Enrolment.person_id.in_(piece), Enrolment.deleted_at.is_(None))
        .order_by(Enrolment.starts_on)
    )
    for enrolment, place in rows:
        known = found[enrolment.person_id]
        known.enrolment, known.place = enrolment, place
        if enrolment not in known.enrolments:
            known.enrolments.append(enrolment)


def _add_guardians(session: Session, piece: Sequence[UUID], found: dict[UUID, Known]) -> None:
    rows = session.execute(
        select(Guardianship, Person)
        .join(Person, Person.id == Guardianship.guardian_id)
        .where(Guardianship.student_id.in_(piece), Guardianship.deleted_at.is_(None))
        .order_by(Guardianship.priority)
    ).all()
    phones = in_pieces(session, (person.id for _, person in rows), first_phones)
    for link, person in rows:
        found[link.student_id].guardians.append(Guardian(link, person, phones.get(person.id)))
