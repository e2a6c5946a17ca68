"""Guardians and staff that are on this laptop already, and what rows change of their records."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from datetime import date
from typing import Any
from uuid import UUID

from sqlalchemy import select, update
from sqlalchemy.orm import Session

from emis_desktop.errors import Refused
from emis_desktop.models import Base, Person, PersonContact, PersonIdentity
from emis_desktop.queries.phones import first_phones
from emis_desktop.queries.plain import pieces
from emis_desktop.rules.ids import new_id
from emis_desktop.rules.names import display_name, fold
from emis_desktop.search_lines import digits
from emis_desktop.services.admission import Row, write_rows
from emis_desktop.services.importing.names import Columns, Named

Value = str | int | bool | date | None


@dataclass(slots=True)
class GrownUp:
    """A person with the number of the kind that files give, the first phone and the first mail address."""

    person: Person
    number: PersonIdentity | None = None
    phone: PersonContact | None = None
    email: PersonContact | None = None

    @property
    def key(self) -> str:
        """Both names, for comparing."""
        return fold(f"{self.person.given_names} {self.person.family_name}")

    @property
    def call(self) -> tuple[str, str] | None:
        """Names and phone, as :attr:`Named.call`."""
        return (self.key, digits(self.phone.value)) if self.phone else None


def read_grown_ups(session: Session, people: Iterable[UUID], number_kind: str) -> dict[UUID, GrownUp]:
    """The records of these people."""
    found: dict[UUID, GrownUp] = {}
    for piece in pieces(people):
        for person in session.scalars(
            select(Person).where(Person.id.in_(piece), Person.deleted_at.is_(None))
        ):
            found[person.id] = GrownUp(person)
        for identity in session.scalars(
            select(PersonIdentity).where(
                PersonIdentity.person_id.in_(piece),
                PersonIdentity.kind == number_kind,
                PersonIdentity.deleted_at.is_(None),
            )
        ):
            if identity.person_id in found:
                found[identity.person_id].number = identity
        for kind in ("phone", "email"):
            for person_id, contact in first_phones(session, piece, kind).items():
                if person_id in found:
                    setattr(found[person_id], kind, contact)
    return found


@dataclass(slots=True)
class Writing:
    """What sound rows write: rows to insert by table, and fields to change by row."""

    inserts: dict[type[Base], list[Row]] = field(default_factory=dict)
    updates: dict[tuple[type[Base], UUID], Row] = field(default_factory=dict)
    noted: int = 0
    """Grows with everything that is noted."""

    def insert(self, model: type[Base], row: Row) -> None:
        """Note a new row."""
        self.inserts.setdefault(model, []).append(row)
        self.noted += 1

    def change(self, model: type[Base], row_id: UUID, **values: Any) -> None:  # noqa: ANN401 - any column's
        """Note fields of a row that is there."""
        if values:
            self.updates.setdefault((model, row_id), {}).update(values)
            self.noted += 1

    def write(self, session: Session, order: Sequence[type[Base]]) -> None:
        """Write it inside the open act; ``order``: tables that others point at come first."""
        for model in order:
            write_rows(session, model, self.inserts.get(model, []))
        connection = session.connection()
        for (model, row_id), values in self.updates.items():
            table = model.metadata.tables[model.__tablename__]
            connection.execute(update(table).where(table.c.id == row_id).values(values))
        session.expire_all()


class GrownUps:
    """The people that a file names: found, shared by rows, or made."""

    def __init__(self, writing: Writing, columns: Columns) -> None:
        """``writing`` takes what changes; ``columns`` of the kind of file."""
        self._writing = writing
        self._columns = columns
        self._known: dict[UUID, GrownUp] = {}
        self._numbers: dict[str, UUID] = {}
        self._calls: dict[tuple[str, str], UUID] = {}
        self._words: dict[str, UUID] = {}
        self._word_of: dict[UUID, str] = {}
        self._alike: dict[str, list[UUID]] = {}
        self._made: dict[UUID, Named] = {}
        self._said: dict[tuple[UUID, str], tuple[Value, int]] = {}
        self._reached: set[tuple[UUID, str]] = set()

    def know(self, known: dict[UUID, GrownUp], holders: dict[str, UUID]) -> None:
        """Take up who is there; ``holders`` of the numbers in the file."""
        self._known |= known
        self._numbers |= {number: one for number, one in holders.items() if one in self._known}
        for person_id, one in known.items():
            self._alike.setdefault(one.key, []).append(person_id)
            if one.call is not None:
                self._calls.setdefault(one.call, person_id)

    def get(self, person_id: UUID) -> GrownUp | None:
        """Somebody who was there before the file."""
        return self._known.get(person_id)

    def namesakes(self, row: Named) -> Sequence[UUID]:
        """Everybody known here or made by the file with the row's names."""
        return self._alike.get(row.key, ())

    def among(self, row: Named, people: Sequence[UUID]) -> UUID | None:
        """Which of these people the row means: by number, by its word, by names, of namesakes by phone, else
        the first. Whom rows with another word mean is not meant.
        """
        by_number = self._numbers.get(row.number) if row.number else None
        if by_number is not None:
            return by_number if by_number in people else None
        if row.word in self._words:
            return self._words[row.word] if self._words[row.word] in people else None
        alike = [one for one in people if self._key(one) == row.key and self._free(one, row.word)]
        spelt = [one for one in alike if self._spelling(one) == (row.given_names, row.family_name)]
        alike = spelt or alike
        if len(alike) > 1 and row.call is not None:
            return next((one for one in alike if self._call(one) == row.call), alike[0])
        return alike[0] if alike else None

    def _spelling(self, person_id: UUID) -> tuple[str, str]:
        known = self._known.get(person_id)
        found = self._made[person_id] if known is None else known.person
        return found.given_names, found.family_name

    def _key(self, person_id: UUID) -> str:
        known = self._known.get(person_id)
        return self._made[person_id].key if known is None else known.key

    def _call(self, person_id: UUID) -> tuple[str, str] | None:
        known = self._known.get(person_id)
        return self._made[person_id].call if known is None else known.call

    def _free(self, person_id: UUID, word: str) -> bool:
        """Whether no rows with another word mean this person."""
        return not word or self._word_of.get(person_id, word) == word

    def group(self, row: Named, person_id: UUID) -> None:
        """Rows with the same word mean this person, if none before said otherwise."""
        if row.word:
            self._words.setdefault(row.word, person_id)
            self._word_of.setdefault(person_id, row.word)

    def other(self, row: Named, *, by_call: bool = True) -> UUID | None:
        """Somebody with that number, that word, or those names and that phone; None: to be made."""
        found = self._numbers.get(row.number) if row.number else None
        found = found or (self._words.get(row.word) if row.word else None)
        if found is None and by_call and not row.word and row.call is not None:
            found = self._calls.get(row.call)
        return found

    def refuse_other(self, row: Named, person_id: UUID) -> None:
        """Refuse a number that is another person's: neither name is the same."""
        there = self._known.get(person_id)
        if there is None:
            return
        theirs = fold(there.person.given_names), fold(there.person.family_name)
        if fold(row.given_names) != theirs[0] and fold(row.family_name) != theirs[1]:
            raise Refused(
                "This is the number or the word of {name}. Check it.",
                field=self._columns.number if row.number else "same_person",
                name=display_name(there.person.given_names, there.person.family_name),
            )

    def make(self, row: Named, fields: Row) -> UUID:
        """A new person, whom later rows of the file share by number, word, or names and phone."""
        person_id = new_id()
        person = {"id": person_id, "given_names": row.given_names, "family_name": row.family_name, **fields}
        self._writing.insert(Person, person)
        if row.number:
            self._number(person_id, row.number)
        for kind, value in (("phone", row.phone), ("email", row.email)):
            if value:
                self._contact(person_id, kind, value)
        self._made[person_id] = row
        self._alike.setdefault(row.key, []).append(person_id)
        if row.call is not None and not row.word:
            self._calls.setdefault(row.call, person_id)
        self.group(row, person_id)
        return person_id

    def refuse_contradiction(self, person_id: UUID, line: int, said: dict[str, Value]) -> None:
        """Refuse a row that says something else of a person than a row before; then note what it says."""
        for column, value in said.items():
            if value in {None, ""}:
                continue
            before, first = self._said.get((person_id, column), (value, line))
            if before != value:
                raise Refused(
                    "Row {row} says {value} of the same person. Write the same in both.",
                    field=column,
                    row=first,
                    value=str(before),
                )
        self._said.update(
            {
                (person_id, column): (value, line)
                for column, value in said.items()
                if value not in {None, ""} and (person_id, column) not in self._said
            }
        )

    def update(self, person_id: UUID, row: Named, fields: Row) -> None:
        """Bring the record of somebody who was there, or was made by this file, up to what a row says."""
        there = self._known.get(person_id)
        if there is None:
            self._complete(person_id, row)
            return
        wanted = {"given_names": row.given_names, "family_name": row.family_name, **fields}
        changed = {name: value for name, value in wanted.items() if getattr(there.person, name) != value}
        self._writing.change(Person, person_id, **changed)
        if row.number and (there.number is None or there.number.number != row.number):
            if there.number is None:
                self._number(person_id, row.number)
            else:
                self._writing.change(PersonIdentity, there.number.id, number=row.number)
        for kind, value, contact in (("phone", row.phone, there.phone), ("email", row.email, there.email)):
            if value and contact is None:
                self._contact(person_id, kind, value)
            elif value and contact is not None and contact.value != value:
                self._writing.change(PersonContact, contact.id, value=value)

    def _complete(self, person_id: UUID, row: Named) -> None:
        """What a second row of a person made here adds."""
        made = self._made[person_id]
        if row.number and not made.number:
            self._number(person_id, row.number)
        for kind, value, before in (("phone", row.phone, made.phone), ("email", row.email, made.email)):
            if value and not before:
                self._contact(person_id, kind, value)
        self._made[person_id] = Named(
            made.given_names,
            made.family_name,
            made.number or row.number,
            made.phone or row.phone,
            made.email or row.email,
            made.word,
        )

    def _number(self, person_id: UUID, number: str) -> None:
        if self._numbers.get(number) == person_id:
            return
        kind = self._columns.number_kind
        self._writing.insert(
            PersonIdentity, {"id": new_id(), "person_id": person_id, "kind": kind, "number": number}
        )
        self._numbers.setdefault(number, person_id)

    def _contact(self, person_id: UUID, kind: str, value: str) -> None:
        if (person_id, kind) in self._reached:
            return
        self._reached.add((person_id, kind))
        self._writing.insert(
            PersonContact,
            {"id": new_id(), "person_id": person_id, "kind": kind, "value": value, "priority": 1},
        )
