"""Guardians who are on this laptop already, found by name or phone: siblings share one record."""

from __future__ import annotations

from collections.abc import Callable, Collection
from dataclasses import dataclass
from typing import Final
from uuid import UUID

from sqlalchemy import ColumnElement, Select, select
from sqlalchemy.orm import Session, aliased

from emis_desktop.database import Database
from emis_desktop.models import Enrolment, Guardianship, Person, PersonContact
from emis_desktop.rules.names import display_name, fold, sort_key
from emis_desktop.rules.rights import Actor, Right, SensitivityClass, require, require_read
from emis_desktop.search_lines import digits

MOST: Final = 6
SHORTEST: Final = 3
"""Letters or digits that must be typed before anybody is looked for."""


@dataclass(frozen=True, slots=True)
class KnownGuardian:
    """A guardian with the phone to try first and the pupils they are guardian of, by name."""

    person_id: UUID
    given_names: str
    family_name: str
    phone: str
    pupils: tuple[str, ...]


class GuardianQueries:
    """Questions about guardians of the pupils of an actor's school."""

    def __init__(self, db: Database, actor: Actor) -> None:
        """``actor`` decides which pupils count."""
        self._db = db
        self._actor = actor

    def find(
        self, text: str, without: UUID | None = None, check: Callable[[], None] = lambda: None
    ) -> tuple[KnownGuardian, ...]:
        """Up to six guardians whose names hold every word of ``text``, or whose phone holds its digits.

        Guardians of the pupil ``without`` are left out. Reads every guardian's name: for a thread of its own.
        """
        require(self._actor, Right.EDIT_STUDENTS)
        require_read(self._actor, SensitivityClass.CONTACT)
        words = fold(text).split()
        number = "" if any(map(str.isalpha, text)) else digits(text)
        if max(len("".join(words)), len(number)) < SHORTEST:
            return ()
        with self._db.read() as session:
            check()
            found = self._by_phone(session, number) if number else self._by_name(session, words)
            check()
            own = session.scalars(_links(Guardianship.guardian_id).where(Guardianship.student_id == without))
            wanted = [person_id for person_id in found if person_id not in set(own)]
            return _described(session, wanted[:MOST], self._of_school())

    def _by_name(self, session: Session, words: Collection[str]) -> list[UUID]:
        rows = session.execute(
            self._guardians(Person.id, Person.given_names, Person.family_name).distinct()
        ).all()
        found = [row for row in rows if _holds(fold(f"{row.given_names} {row.family_name}").split(), words)]
        found.sort(key=lambda row: sort_key(row.family_name, row.given_names))
        return [row.id for row in found]

    def _by_phone(self, session: Session, number: str) -> list[UUID]:
        rows = session.execute(
            self._guardians(Person.id, PersonContact.value)
            .join(PersonContact, PersonContact.person_id == Person.id)
            .where(PersonContact.deleted_at.is_(None))
            .order_by(PersonContact.value)
        ).all()
        return list(dict.fromkeys(row.id for row in rows if number in digits(row.value)))

    def _guardians(self, *columns: object) -> Select[*tuple[object, ...]]:
        question = (
            select(*columns)  # type: ignore[call-overload]
            .select_from(Person)
            .join(Guardianship, Guardianship.guardian_id == Person.id)
            .where(Guardianship.deleted_at.is_(None), Person.deleted_at.is_(None))
        )
        return question.where(*self._of_school())  # type: ignore[no-any-return]

    def _of_school(self) -> list[ColumnElement[bool]]:
        """The condition that a guardian's pupil is or was at the actor's school."""
        if self._actor.institution_id is None:
            return []
        school = select(Enrolment.person_id).where(
            Enrolment.institution_id == self._actor.institution_id, Enrolment.deleted_at.is_(None)
        )
        return [Guardianship.student_id.in_(school)]


def _links(column: object) -> Select[*tuple[object, ...]]:
    return select(column).where(Guardianship.deleted_at.is_(None))  # type: ignore[call-overload, no-any-return]


def _holds(names: Collection[str], words: Collection[str]) -> bool:
    """Whether each word begins one of the names."""
    return all(any(name.startswith(word) for name in names) for word in words)


def _described(
    session: Session, person_ids: Collection[UUID], of_school: Collection[ColumnElement[bool]]
) -> tuple[KnownGuardian, ...]:
    """The guardians of these ids in their order, with the pupils that ``of_school`` lets through."""
    people = {row.id: row for row in session.scalars(select(Person).where(Person.id.in_(person_ids)))}
    phones = {
        row.person_id: row.value
        for row in session.scalars(
            select(PersonContact)
            .where(
                PersonContact.person_id.in_(person_ids),
                PersonContact.kind == "phone",
                PersonContact.deleted_at.is_(None),
            )
            .order_by(PersonContact.priority.desc())
        )
    }
    pupil = aliased(Person)
    pupils: dict[UUID, list[str]] = {}
    rows = session.execute(
        select(Guardianship.guardian_id, pupil.given_names, pupil.family_name)
        .join(pupil, pupil.id == Guardianship.student_id)
        .where(
            Guardianship.guardian_id.in_(person_ids),
            Guardianship.deleted_at.is_(None),
            pupil.deleted_at.is_(None),
            *of_school,
        )
        .order_by(pupil.birth_date)
    )
    for guardian_id, given, family in rows:
        pupils.setdefault(guardian_id, []).append(display_name(given, family))
    return tuple(
        KnownGuardian(
            person_id,
            people[person_id].given_names,
            people[person_id].family_name,
            phones.get(person_id, ""),
            tuple(pupils.get(person_id, ())),
        )
        for person_id in person_ids
    )
