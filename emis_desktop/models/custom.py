"""Fields that a ministry defines without code, what stands in them, and what waits for the office."""

from __future__ import annotations

from datetime import date
from uuid import UUID

from sqlalchemy import String, Text
from sqlalchemy.orm import Mapped

from emis_desktop.models.base import Base, Merge, Synced, field, reference
from emis_desktop.models.types import Key
from emis_desktop.rules.rights import SensitivityClass


class CustomField(Synced, Base):
    """A field of the country's own (id from the code). ``of_what``: student or staff.

    ``kind``: text, number, date, yes_no, choice; ``choices`` a JSON list for the last.
    """

    __tablename__ = "custom_field"

    code: Mapped[str] = field(String(32), key=True)
    label: Mapped[str] = field(String(80))
    label_fr: Mapped[str | None] = field(String(80))
    label_es: Mapped[str | None] = field(String(80))
    of_what: Mapped[str] = field(String(12))
    kind: Mapped[str] = field(String(12))
    choices: Mapped[str | None] = field(Text)
    position: Mapped[int] = field(default=0)
    required: Mapped[bool] = field(default=False)


class CustomValue(Synced, Base):
    """What stands in such a field for a person (id from both), as text in one form for every language."""

    __tablename__ = "custom_value"

    person_id: Mapped[UUID] = reference("person", key=True)
    field_id: Mapped[UUID] = reference("custom_field", key=True)
    value: Mapped[str | None] = field(Text, sensitivity=SensitivityClass.CONTACT)


class Proposal(Synced, Base):
    """A value that a parent or a form proposes for one field of a pupil, until the office has decided.

    ``source``: parent, form, teacher. Fields that came together share ``batch``. ``decision``: accepted,
    declined.
    """

    __tablename__ = "proposal"

    person_id: Mapped[UUID] = reference("person", key=True, merge=Merge.ROWS)
    institution_id: Mapped[UUID] = reference("institution", key=True)
    field_name: Mapped[str] = field(String(40), key=True)
    value: Mapped[str | None] = field(Text, sensitivity=SensitivityClass.CONTACT)
    source: Mapped[str] = field(String(24))
    said_by: Mapped[str | None] = field(String(120), sensitivity=SensitivityClass.CONTACT)
    received_on: Mapped[date] = field()
    batch: Mapped[UUID | None] = field(Key)
    decided_on: Mapped[date | None] = field()
    decided_by_id: Mapped[UUID | None] = reference("user")
    decision: Mapped[str | None] = field(String(12))
