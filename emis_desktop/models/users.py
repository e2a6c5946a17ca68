"""Users of a laptop and settings that travel with the records."""

from __future__ import annotations

from datetime import datetime
from uuid import UUID

from sqlalchemy import LargeBinary, String, Text
from sqlalchemy.orm import Mapped

from emis_desktop.models.base import Base, Merge, Synced, field, reference
from emis_desktop.models.types import Instant


class User(Synced, Base):
    """Someone who signs in. The role here decides; the key ring's label is only shown on the sign-in list.

    ``institution_id`` empty: the whole country. ``role_proof``: who gave role and school, signed (key ring,
    ``roles``). ``ended_at``: access has ended. ``password_set_at``: another
    person last reset the password, which stands in history.
    """

    __tablename__ = "user"

    name: Mapped[str] = field(String(120), merge=Merge.GUARD)
    role: Mapped[str] = field(String(32), merge=Merge.GUARD)
    institution_id: Mapped[UUID | None] = reference("institution", merge=Merge.GUARD)
    role_proof: Mapped[bytes | None] = field(LargeBinary, merge=Merge.GUARD)
    person_id: Mapped[UUID | None] = reference("person")
    ended_at: Mapped[datetime | None] = field(Instant, merge=Merge.GUARD)
    password_set_at: Mapped[datetime | None] = field(Instant)


class Setting(Synced, Base):
    """A setting of a school or, with none, of the country; ``value`` is JSON (id from school and name)."""

    __tablename__ = "setting"

    institution_id: Mapped[UUID | None] = reference("institution", key=True)
    name: Mapped[str] = field(String(80), key=True)
    value: Mapped[str] = field(Text)
