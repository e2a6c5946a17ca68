"""Guardians and staff as they leave in a file: with the columns that come in."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.orm import Session

from emis_desktop.models import (
    Enrolment,
    Guardianship,
    Institution,
    Person,
    PersonContact,
    PersonIdentity,
    StaffPosition,
)
from emis_desktop.one_person import together
from emis_desktop.queries.exports import Row
from emis_desktop.queries.phones import first_phones
from emis_desktop.queries.plain import in_pieces, pieces
from emis_desktop.queries.roster import numbers_of
from emis_desktop.rules.names import fold, sort_key
from emis_desktop.rules.rights import Actor

GUARDIAN_COLUMNS = (
    *("number", "guardian_number", "guardian_given_names", "guardian_family_name", "guardian_relation"),
    *("guardian_phone", "guardian_email", "priority", "may_collect", "court_order", "same_person"),
    "synthetic",
)
STAFF_COLUMNS = (
    *("staff_number", "given_names", "family_name", "preferred_name", "sex", "birth_date", "phone", "email"),
    *("institution", "post", "employment", "starts_on", "ends_on", "end_reason", "same_person", "synthetic"),
)


def guardian_rows(session: Session, actor: Actor, year_id: UUID, number_kind: str) -> Iterator[Row]:
    """Every guardian of every pupil of a year whom the actor sees, by the pupil's name and the order of
    calling. ``number_kind``: which of a guardian's numbers goes into the file.
    """
    pupils = _pupils(session, actor, year_id)
    whole = together(session, [person.id for person in pupils])
    links: dict[UUID, list[tuple[Guardianship, Person]]] = {}
    for piece in pieces(whole.all_of([person.id for person in pupils])):
        rows = session.execute(
            select(Guardianship, Person)
            .join(Person, Person.id == Guardianship.guardian_id)
            .where(
                Guardianship.student_id.in_(piece),
                Guardianship.deleted_at.is_(None),
                Person.deleted_at.is_(None),
            )
            .order_by(Guardianship.priority, Guardianship.id)
        )
        for link, guardian in rows:
            links.setdefault(whole.main_of(link.student_id), []).append((link, guardian))
    listed = [
        (pupil, *each)
        for pupil in {whole.main_of(person.id): person for person in pupils}.values()
        for each in _once(links.get(whole.main_of(pupil.id), []))
    ]
    people = {guardian.id: guardian for _, _, guardian in listed}
    reach = _Reach(session, people, number_kind)
    words = _words([guardian for _, _, guardian in listed], "G")
    numbers = in_pieces(session, [person.id for person in pupils], numbers_of)
    for pupil, link, guardian in listed:
        yield (
            numbers.get(pupil.id),
            reach.number(guardian),
            guardian.given_names,
            guardian.family_name,
            link.relation,
            reach.phone(guardian),
            reach.email(guardian),
            link.priority,
            _yes(link.may_collect),
            _yes(link.court_order),
            words.get(guardian.id),
            _yes(guardian.synthetic),
        )


def staff_rows(session: Session, actor: Actor, number_kind: str) -> Iterator[Row]:
    """Every post, also one that ended, at the schools that the actor sees, by name and first day."""
    question = (
        select(StaffPosition, Person, Institution.code)
        .join(Person, Person.id == StaffPosition.person_id)
        .join(Institution, Institution.id == StaffPosition.institution_id)
        .where(StaffPosition.deleted_at.is_(None), Person.deleted_at.is_(None))
        .order_by(StaffPosition.starts_on, StaffPosition.id)
    )
    if actor.institution_id is not None:
        question = question.where(StaffPosition.institution_id == actor.institution_id)
    listed = sorted(
        session.execute(question),
        key=lambda row: (sort_key(row[1].family_name, row[1].given_names), row[1].id.bytes),
    )
    reach = _Reach(session, {person.id: person for _, person, _ in listed}, number_kind)
    words = _words([person for _, person, _ in listed if reach.number(person) is None], "S")
    for post, person, school in listed:
        yield (
            reach.number(person),
            person.given_names,
            person.family_name,
            person.preferred_name,
            person.sex,
            person.birth_date,
            reach.phone(person),
            reach.email(person),
            school,
            post.role,
            post.employment,
            post.starts_on,
            post.ends_on,
            post.end_reason,
            words.get(person.id),
            _yes(person.synthetic),
        )


class _Reach:
    """Numbers, phones and mail addresses of people."""

    def __init__(self, session: Session, people: Iterable[UUID], number_kind: str) -> None:
        listed = list(people)
        self._phones = in_pieces(session, listed, first_phones)
        self._emails = in_pieces(session, listed, lambda session, ids: first_phones(session, ids, "email"))
        self._numbers: dict[UUID, str] = {}
        for piece in pieces(listed):
            rows = session.execute(
                select(PersonIdentity.person_id, PersonIdentity.number).where(
                    PersonIdentity.person_id.in_(piece),
                    PersonIdentity.kind == number_kind,
                    PersonIdentity.deleted_at.is_(None),
                )
            )
            self._numbers.update((person_id, number) for person_id, number in rows)

    def number(self, person: Person) -> str | None:
        return self._numbers.get(person.id)

    def phone(self, person: Person) -> str | None:
        return _value(self._phones.get(person.id))

    def email(self, person: Person) -> str | None:
        return _value(self._emails.get(person.id))


def _words(rows: Sequence[Person], letter: str) -> dict[UUID, str]:
    """A word for each person of several rows, and for people whom a file could take for one another."""
    times = Counter(person.id for person in rows)
    people = {person.id: person for person in rows}
    alike = Counter(fold(f"{person.given_names} {person.family_name}") for person in people.values())
    found: dict[UUID, str] = {}
    for person_id, person in people.items():
        name = fold(f"{person.given_names} {person.family_name}")
        if times[person_id] > 1 or alike[name] > 1:
            found[person_id] = f"{letter}{len(found) + 1}"
    return found


def _pupils(session: Session, actor: Actor, year_id: UUID) -> list[Person]:
    question = (
        select(Person)
        .join(Enrolment, Enrolment.person_id == Person.id)
        .where(Enrolment.period_id == year_id, Enrolment.deleted_at.is_(None), Person.deleted_at.is_(None))
        .distinct()
    )
    if actor.institution_id is not None:
        question = question.where(Enrolment.institution_id == actor.institution_id)
    return sorted(
        session.scalars(question), key=lambda one: (sort_key(one.family_name, one.given_names), one.id.bytes)
    )


def _once(links: Iterable[tuple[Guardianship, Person]]) -> list[tuple[Guardianship, Person]]:
    """Each guardian of a pupil once, also where two records that were merged have them."""
    found: dict[UUID, tuple[Guardianship, Person]] = {}
    for link, guardian in links:
        found.setdefault(guardian.id, (link, guardian))
    return list(found.values())


def _value(contact: PersonContact | None) -> str | None:
    return None if contact is None else contact.value


def _yes(said: bool) -> str:
    return "yes" if said else "no"
