"""Admitting: the rows a new pupil is made of, for one pupil at the desk and for thousands from a file."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from typing import Any
from uuid import UUID

from sqlalchemy import insert
from sqlalchemy.orm import Session

from emis_desktop.models import Base, ClassPupil, Enrolment, Person, PersonIdentity
from emis_desktop.rules.ids import new_id
from emis_desktop.services.person_fields import checked_birth_date, checked_text

Row = dict[str, Any]


@dataclass(frozen=True, slots=True)
class NewStudent:
    """What admitting needs. ``number`` empty: a provisional one is given; a class may be chosen later.

    ``phone`` and further ``numbers`` by kind are kept in the same act. ``override``: why the pupil is taken
    in although a policy of the ministry stands against it.
    """

    given_names: str
    family_name: str
    sex: str
    birth_date: date | None
    institution_id: UUID
    period_id: UUID
    grade_id: UUID
    starts_on: date
    class_id: UUID | None = None
    number: str | None = None
    repeater: bool = False
    synthetic: bool = False
    fields: Mapping[str, str | None] = field(default_factory=dict)
    phone: str | None = None
    numbers: Mapping[str, str] = field(default_factory=dict)
    override: str | None = None


@dataclass(frozen=True, slots=True)
class Admission:
    """The rows of one admission."""

    person: Row
    enrolment: Row
    identity: Row | None = None
    place: Row | None = None

    @property
    def person_id(self) -> UUID:
        """Id of the new person."""
        found: UUID = self.person["id"]
        return found


def admission(new: NewStudent, today: date, number: tuple[str, str] | None) -> Admission:
    """The rows for ``new``; ``number`` is (kind, number). Raises :class:`~emis_desktop.errors.Refused` for a
    field that cannot be.
    """
    person: Row = {
        "id": new_id(),
        "given_names": checked_text("given_names", new.given_names),
        "family_name": checked_text("family_name", new.family_name),
        "sex": checked_text("sex", new.sex),
        "birth_date": checked_birth_date(new.birth_date, today),
        "synthetic": new.synthetic,
        **{name: checked_text(name, value) for name, value in new.fields.items()},
    }
    enrolment = enrolment_row(person["id"], new)
    identity = None
    if number is not None:
        identity = {"id": new_id(), "person_id": person["id"], "kind": number[0], "number": number[1]}
    return Admission(person, enrolment, identity, place_row(enrolment, new.class_id))


def enrolment_row(person_id: UUID, new: NewStudent) -> Row:
    """The enrolment of a pupil, new or coming back."""
    return {
        "id": new_id(),
        "person_id": person_id,
        "institution_id": new.institution_id,
        "period_id": new.period_id,
        "grade_id": new.grade_id,
        "starts_on": new.starts_on,
        "standing": "enrolled",
        "repeater": new.repeater,
        "entry": "admitted",
    }


def place_row(enrolment: Row, class_id: UUID | None) -> Row | None:
    """The place in a class from the first day of an enrolment."""
    if class_id is None:
        return None
    return {
        "id": new_id(),
        "class_id": class_id,
        "enrolment_id": enrolment["id"],
        "starts_on": enrolment["starts_on"],
    }


def write_admissions(session: Session, admissions: Sequence[Admission]) -> None:
    """Write them inside an open act."""
    write_rows(session, Person, [each.person for each in admissions])
    write_rows(session, PersonIdentity, [each.identity for each in admissions if each.identity])
    write_rows(session, Enrolment, [each.enrolment for each in admissions])
    write_rows(session, ClassPupil, [each.place for each in admissions if each.place])


def write_rows(session: Session, model: type[Base], rows: Sequence[Row]) -> None:
    """Insert rows that have the same columns, many at once."""
    by_columns: dict[tuple[str, ...], list[Row]] = {}
    for row in rows:
        by_columns.setdefault(tuple(row), []).append(row)
    table = model.metadata.tables[model.__tablename__]
    for alike in by_columns.values():
        session.connection().execute(insert(table), alike)
