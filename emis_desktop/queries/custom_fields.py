"""Fields that the ministry has defined, and what stands in them."""

from __future__ import annotations

import json
from collections.abc import Collection
from dataclasses import dataclass
from uuid import UUID

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from emis_desktop.database import Database
from emis_desktop.models import CustomField, CustomValue, StaffPosition
from emis_desktop.one_person import together
from emis_desktop.queries.plain import pieces
from emis_desktop.rules.rights import Actor, SensitivityClass, may_read


@dataclass(frozen=True, slots=True)
class CustomFieldInfo:
    """A field of the country's own. ``kind``: text, number, date, yes_no, choice (then with ``choices``)."""

    id: UUID
    code: str
    name: str
    name_fr: str | None
    name_es: str | None
    of_what: str
    kind: str
    choices: tuple[str, ...]
    position: int
    required: bool

    def label(self, language: str) -> str:
        """What it is called in a language; in English where there is no other name."""
        return {"fr": self.name_fr, "es": self.name_es}.get(language) or self.name


@dataclass(frozen=True, slots=True)
class CustomLine:
    """A field and what stands in it for somebody; None for nothing."""

    field: CustomFieldInfo
    value: str | None


@dataclass(frozen=True, slots=True)
class CustomFieldUse:
    """A field and for how many people something stands in it."""

    field: CustomFieldInfo
    used: int


class CustomFieldQueries:
    """Questions about the country's own fields."""

    def __init__(self, db: Database, actor: Actor) -> None:
        """Whoever is signed in may know which fields there are."""
        self._db = db
        self._actor = actor

    def fields(self, of_what: str = "student") -> tuple[CustomFieldInfo, ...]:
        """The fields of pupils ("student") or of "staff" in their order."""
        with self._db.read() as session:
            return custom_fields(session, of_what)

    def of_staff(self, person_id: UUID) -> tuple[CustomLine, ...]:
        """Every field of staff with what stands in it for somebody with a post at the actor's school.

        Who reads no contacts gets none.
        """
        if not may_read(self._actor, SensitivityClass.CONTACT):
            return ()
        own = self._actor.institution_id
        posts = select(StaffPosition.institution_id).where(
            StaffPosition.person_id == person_id, StaffPosition.deleted_at.is_(None)
        )
        with self._db.read() as session:
            schools = set(session.scalars(posts))
            if not schools or (own is not None and own not in schools):
                return ()
            fields = custom_fields(session, "staff")
            values = custom_values(session, [person_id]).get(person_id, {}) if fields else {}
            return tuple(CustomLine(one, values.get(one.id)) for one in fields)

    def used(self) -> tuple[CustomFieldUse, ...]:
        """Every field, those of pupils first, and how often it is filled in on this laptop."""
        with self._db.read() as session:
            question = (
                select(CustomValue.field_id, func.count())
                .where(CustomValue.deleted_at.is_(None), CustomValue.value.is_not(None))
                .group_by(CustomValue.field_id)
            )
            counts = {row[0]: row[1] for row in session.execute(question)}
            found = (*custom_fields(session, "student"), *custom_fields(session, "staff"))
            return tuple(CustomFieldUse(one, counts.get(one.id, 0)) for one in found)


def custom_fields(session: Session, of_what: str) -> tuple[CustomFieldInfo, ...]:
    """The fields of one kind of people in their order."""
    rows = session.scalars(
        select(CustomField)
        .where(CustomField.of_what == of_what, CustomField.deleted_at.is_(None))
        .order_by(CustomField.position, CustomField.label, CustomField.id)
    )
    return tuple(field_info(row) for row in rows)


def custom_values(session: Session, people: Collection[UUID]) -> dict[UUID, dict[UUID, str]]:
    """What stands in the fields of these people: by person, then by field; a merged pupil's is found."""
    whole = together(session, people)
    rows: list[tuple[UUID, UUID, str]] = []
    for piece in pieces(whole.all_of(people)):
        rows.extend(
            (person_id, field_id, value or "")
            for person_id, field_id, value in session.execute(
                select(CustomValue.person_id, CustomValue.field_id, CustomValue.value).where(
                    CustomValue.person_id.in_(piece),
                    CustomValue.value.is_not(None),
                    CustomValue.deleted_at.is_(None),
                )
            )
        )
    found: dict[UUID, dict[UUID, str]] = {}
    for person_id, field_id, value in whole.own_first(people, rows, key=1):
        found.setdefault(person_id, {})[field_id] = value
    return found


def field_info(row: CustomField) -> CustomFieldInfo:
    """A row as plain values; choices that cannot be read count as none."""
    try:
        listed = json.loads(row.choices or "[]")
    except ValueError:
        listed = []
    choices = tuple(one for one in listed if isinstance(one, str)) if isinstance(listed, list) else ()
    return CustomFieldInfo(
        id=row.id,
        code=row.code,
        name=row.label,
        name_fr=row.label_fr,
        name_es=row.label_es,
        of_what=row.of_what,
        kind=row.kind,
        choices=choices,
        position=row.position,
        required=row.required,
    )
