"""Fields that a ministry defines without code, and what schools write into them."""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Final
from uuid import UUID

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from emis_desktop.database import Database
from emis_desktop.errors import N_, Refused
from emis_desktop.models import CustomField, CustomValue, StaffPosition
from emis_desktop.queries.custom_fields import field_info
from emis_desktop.rules.custom_values import KINDS, OF_WHAT, kept_value
from emis_desktop.rules.ids import natural_id
from emis_desktop.rules.lines import kept_line
from emis_desktop.rules.names import fold
from emis_desktop.rules.rights import Actor, Right, SensitivityClass, require, require_read
from emis_desktop.services.enrolments import student
from emis_desktop.services.rows import delete, revive

LONGEST_LABEL: Final = 80
MOST_CHOICES: Final = 60
_LONGEST_CODE: Final = 32
_GONE = N_("That field is no longer there.")


@dataclass(frozen=True, slots=True)
class NewField:
    """A field as typed. ``of_what``: student or staff; ``kind``: one of :data:`KINDS`; ``choices`` for a
    choice.
    """

    label: str
    kind: str
    of_what: str = "student"
    label_fr: str = ""
    label_es: str = ""
    choices: tuple[str, ...] = ()
    required: bool = False


class CustomFieldService:
    """Defines fields as the ministry, and fills them in as a school."""

    def __init__(self, db: Database, actor: Actor) -> None:
        """Acts are recorded as ``actor``'s."""
        self._db = db
        self._actor = actor

    def define(self, field: NewField) -> UUID:
        """Add a field, last in order; its code follows from the English name. Returns its id."""
        self._require_ministry()
        kept = _checked(field)
        with self._db.write(self._actor, "define_field") as session:
            code = _code(session, kept.label)
            last = session.scalar(
                select(func.max(CustomField.position)).where(
                    CustomField.of_what == kept.of_what, CustomField.deleted_at.is_(None)
                )
            )
            row = revive(session, CustomField, natural_id("custom_field", code))
            row.code, row.of_what, row.kind = code, kept.of_what, kept.kind
            row.position = 1 if last is None else last + 1
            _fill(row, kept)
            return row.id

    def change(self, field_id: UUID, field: NewField) -> None:
        """Change names, choices and whether it must be filled in; whose it is and its kind stay once
        something stands in it.
        """
        self._require_ministry()
        kept = _checked(field)
        with self._db.write(self._actor, "change_field") as session:
            row = _row(session, field_id)
            if (row.kind, row.of_what) != (kept.kind, kept.of_what) and _is_used(session, field_id):
                raise Refused(
                    "Something stands in this field already, so its kind stays. Add another field.",
                    field="kind",
                )
            row.kind, row.of_what = kept.kind, kept.of_what
            _fill(row, kept)

    def order(self, field_ids: Sequence[UUID]) -> None:
        """Put fields into this order; those that are not named keep behind these."""
        self._require_ministry()
        with self._db.write(self._actor, "change_field") as session:
            rows = {
                row.id: row
                for row in session.scalars(
                    select(CustomField)
                    .where(CustomField.deleted_at.is_(None))
                    .order_by(CustomField.position, CustomField.label)
                )
            }
            wanted = [rows.pop(one) for one in dict.fromkeys(field_ids) if one in rows]
            for position, row in enumerate([*wanted, *rows.values()], 1):
                row.position = position

    def remove(self, field_id: UUID) -> None:
        """Take a field away; what stands in it is kept and comes back with it."""
        self._require_ministry()
        with self._db.write(self._actor, "remove_field") as session:
            delete(session, _row(session, field_id))

    def set_value(self, person_id: UUID, field_id: UUID, typed: str | None) -> None:
        """Write what stands in a field of a pupil or a member of staff; empty takes it away."""
        require(self._actor, Right.EDIT_STUDENTS)
        require_read(self._actor, SensitivityClass.CONTACT)
        with self._db.write(self._actor, "set_field") as session:
            info = field_info(_row(session, field_id))
            self._require_person(session, person_id, info.of_what)
            value = kept_value(info.kind, info.choices, typed, required=info.required)
            row_id = natural_id("custom_value", person_id, field_id)
            known = session.get(CustomValue, row_id)
            if value is None and (known is None or known.deleted_at is not None):
                return
            row = revive(session, CustomValue, row_id)
            row.person_id, row.field_id, row.value = person_id, field_id, value

    def _require_ministry(self) -> None:
        require(self._actor, Right.MANAGE_STRUCTURE)
        if self._actor.institution_id is not None:
            raise Refused("This is set by the ministry for every school.")

    def _require_person(self, session: Session, person_id: UUID, of_what: str) -> None:
        if of_what == "student":
            student(session, self._actor, person_id)
            return
        posts = session.scalars(
            select(StaffPosition.institution_id).where(
                StaffPosition.person_id == person_id, StaffPosition.deleted_at.is_(None)
            )
        )
        schools = set(posts)
        own = self._actor.institution_id
        if not schools or (own is not None and own not in schools):
            raise Refused("There is no such member of staff here, or the record is not open to you.")


def _row(session: Session, field_id: UUID) -> CustomField:
    row = session.get(CustomField, field_id)
    if row is None or row.deleted_at is not None:
        raise Refused(_GONE)
    return row


def _is_used(session: Session, field_id: UUID) -> bool:
    question = select(CustomValue.id).where(
        CustomValue.field_id == field_id, CustomValue.value.is_not(None), CustomValue.deleted_at.is_(None)
    )
    return session.scalar(question.limit(1)) is not None


def _checked(field: NewField) -> NewField:
    label = kept_line(field.label, "label", LONGEST_LABEL, N_("Type what the field is called."))
    if field.of_what not in OF_WHAT:
        raise Refused("Choose whose field it is.", field="of_what")
    if field.kind not in KINDS:
        raise Refused("Choose what is typed into the field.", field="kind")
    choices: tuple[str, ...] = ()
    if field.kind == "choice":
        lines = (kept_line(one, "choices", LONGEST_LABEL) for one in field.choices)
        choices = tuple(dict.fromkeys(line for line in lines if line))
        if len(choices) < 2:
            raise Refused("Type two choices or more, each on a line of its own.", field="choices")
        if len(choices) > MOST_CHOICES:
            raise Refused(
                "These are more than {most} choices. Take some out.", field="choices", most=MOST_CHOICES
            )
    return replace(
        field,
        label=label,
        label_fr=kept_line(field.label_fr, "label_fr", LONGEST_LABEL),
        label_es=kept_line(field.label_es, "label_es", LONGEST_LABEL),
        choices=choices,
    )


def _fill(row: CustomField, field: NewField) -> None:
    row.label, row.label_fr, row.label_es = field.label, field.label_fr or None, field.label_es or None
    row.choices = json.dumps(list(field.choices), ensure_ascii=False) if field.choices else None
    row.required = field.required


def _code(session: Session, label: str) -> str:
    """A code that no field has: the letters and digits of the name, and a number where it is taken."""
    letters = "".join(letter if letter.isascii() and letter.isalnum() else "_" for letter in fold(label))
    stem = "_".join(filter(None, letters.split("_")))[: _LONGEST_CODE - 4] or "field"
    taken = set(session.scalars(select(CustomField.code)))
    wanted = (stem if number == 1 else f"{stem}_{number}" for number in range(1, len(taken) + 2))
    return next(code for code in wanted if code not in taken)
