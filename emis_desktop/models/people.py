"""People: one record a person, who may be pupil, guardian and member of staff at once."""

from __future__ import annotations

from datetime import date
from decimal import Decimal
from uuid import UUID

from sqlalchemy import LargeBinary, String, Text
from sqlalchemy.orm import Mapped

from emis_desktop.models.base import Base, Merge, Synced, field, reference
from emis_desktop.models.types import Scaled
from emis_desktop.rules.rights import SensitivityClass


class Person(Synced, Base):
    """A person as on the birth certificate. ``alias_of_id`` names the record a double was merged into.

    ``distance_km`` is from home to school; ``meals``: free, reduced, paid, or nothing known.
    """

    __tablename__ = "person"

    given_names: Mapped[str] = field(String(120), merge=Merge.GUARD)
    family_name: Mapped[str] = field(String(120), merge=Merge.GUARD)
    preferred_name: Mapped[str | None] = field(String(120))
    sex: Mapped[str | None] = field(String(1), merge=Merge.GUARD)
    birth_date: Mapped[date | None] = field(merge=Merge.GUARD)
    birth_place: Mapped[str | None] = field(String(120))
    nationality: Mapped[str | None] = field(String(3))
    address: Mapped[str | None] = field(String(200), sensitivity=SensitivityClass.CONTACT)
    transport: Mapped[str | None] = field(String(120))
    distance_km: Mapped[Decimal | None] = field(Scaled(3))
    meals: Mapped[str | None] = field(String(16), sensitivity=SensitivityClass.CONTACT)
    alias_of_id: Mapped[UUID | None] = reference("person", merge=Merge.GUARD)
    synthetic: Mapped[bool] = field(default=False)


class PersonIdentity(Synced, Base):
    """One of a person's numbers. Numbers are text: leading zeros count (``kind``: the profile's list)."""

    __tablename__ = "person_identity"

    person_id: Mapped[UUID] = reference("person", key=True, merge=Merge.ROWS)
    kind: Mapped[str] = field(String(32), key=True)
    number: Mapped[str] = field(String(40), merge=Merge.GUARD, index=True)
    country: Mapped[str | None] = field(String(3))


class PersonContact(Synced, Base):
    """A phone number or e-mail address of a person; the lowest ``priority`` is tried first."""

    __tablename__ = "person_contact"

    person_id: Mapped[UUID] = reference("person", key=True, merge=Merge.ROWS)
    kind: Mapped[str] = field(String(16), sensitivity=SensitivityClass.CONTACT)
    value: Mapped[str] = field(String(120), sensitivity=SensitivityClass.CONTACT)
    label: Mapped[str | None] = field(String(40), sensitivity=SensitivityClass.CONTACT)
    priority: Mapped[int] = field(default=1)


class PersonAddress(Synced, Base):
    """A further address of a person beside that of the record: postal, of the other parent, during term.

    ``kind``: home, postal, term, other. ``lines`` as on an envelope; the dates may be open.
    """

    __tablename__ = "person_address"

    person_id: Mapped[UUID] = reference("person", key=True, merge=Merge.ROWS)
    kind: Mapped[str] = field(String(16), sensitivity=SensitivityClass.CONTACT)
    lines: Mapped[str] = field(String(200), sensitivity=SensitivityClass.CONTACT)
    area_id: Mapped[UUID | None] = reference("area", sensitivity=SensitivityClass.CONTACT)
    starts_on: Mapped[date | None] = field(sensitivity=SensitivityClass.CONTACT)
    ends_on: Mapped[date | None] = field(sensitivity=SensitivityClass.CONTACT)


class PersonPhoto(Synced, Base):
    """A person's photo, a small JPEG (id from the person)."""

    __tablename__ = "person_photo"

    person_id: Mapped[UUID] = reference("person", key=True)
    image: Mapped[bytes] = field(LargeBinary)


class Guardianship(Synced, Base):
    """A guardian of a pupil (id from both persons); siblings share the guardian's person record."""

    __tablename__ = "guardianship"

    student_id: Mapped[UUID] = reference("person", key=True, merge=Merge.SET)
    guardian_id: Mapped[UUID] = reference("person", key=True, merge=Merge.SET)
    relation: Mapped[str] = field(String(32))
    priority: Mapped[int] = field(default=1)
    may_collect: Mapped[bool] = field(default=True)
    court_order: Mapped[bool] = field(default=False, merge=Merge.GUARD)


class StaffPosition(Synced, Base):
    """A post of a person at a school; one person may hold posts at two schools and counts once."""

    __tablename__ = "staff_position"

    person_id: Mapped[UUID] = reference("person", key=True)
    institution_id: Mapped[UUID] = reference("institution", key=True)
    role: Mapped[str] = field(String(40), sensitivity=SensitivityClass.STAFF)
    starts_on: Mapped[date | None] = field(sensitivity=SensitivityClass.STAFF)
    ends_on: Mapped[date | None] = field(sensitivity=SensitivityClass.STAFF)
    employment: Mapped[str | None] = field(String(16), sensitivity=SensitivityClass.STAFF)
    end_reason: Mapped[str | None] = field(String(40), sensitivity=SensitivityClass.STAFF)


class Qualification(Synced, Base):
    """A qualification of a member of staff. ``kind``: a code of the profile's list; ``body`` awarded it."""

    __tablename__ = "qualification"

    person_id: Mapped[UUID] = reference("person", key=True, merge=Merge.ROWS)
    kind: Mapped[str] = field(String(24), sensitivity=SensitivityClass.STAFF)
    title: Mapped[str] = field(String(120), sensitivity=SensitivityClass.STAFF)
    body: Mapped[str | None] = field(String(120), sensitivity=SensitivityClass.STAFF)
    year: Mapped[int | None] = field(sensitivity=SensitivityClass.STAFF)


class Training(Synced, Base):
    """A course that a member of staff took while in service; ``hours`` of it."""

    __tablename__ = "training"

    person_id: Mapped[UUID] = reference("person", key=True, merge=Merge.ROWS)
    title: Mapped[str] = field(String(120), sensitivity=SensitivityClass.STAFF)
    provider: Mapped[str | None] = field(String(120), sensitivity=SensitivityClass.STAFF)
    starts_on: Mapped[date | None] = field(sensitivity=SensitivityClass.STAFF)
    ends_on: Mapped[date | None] = field(sensitivity=SensitivityClass.STAFF)
    hours: Mapped[Decimal | None] = field(Scaled(3), sensitivity=SensitivityClass.STAFF)


class HealthNote(Synced, Base):
    """What a school must know of a person's health, sealed with the key of the class *health* (id from the
    person).
    """

    __tablename__ = "health_note"

    person_id: Mapped[UUID] = reference("person", key=True, sensitivity=SensitivityClass.HEALTH)
    sealed: Mapped[bytes | None] = field(LargeBinary, sensitivity=SensitivityClass.HEALTH)


class HealthRecord(Synced, Base):
    """One entry on a person's health or special needs, sealed with the key of the class *health*.

    ``kind``: alert, condition, allergy, immunisation, medication; of special needs assessment, service,
    device, plan. Entries are rows, so two laptops never overwrite each other's.
    """

    __tablename__ = "health_record"

    person_id: Mapped[UUID] = reference(
        "person", key=True, merge=Merge.ROWS, sensitivity=SensitivityClass.HEALTH
    )
    kind: Mapped[str] = field(String(16), key=True, sensitivity=SensitivityClass.HEALTH)
    sealed: Mapped[bytes | None] = field(LargeBinary, sensitivity=SensitivityClass.HEALTH)


class PersonNote(Synced, Base):
    """A dated note on a pupil; notes are rows, so two laptops never overwrite each other's."""

    __tablename__ = "person_note"

    person_id: Mapped[UUID] = reference("person", key=True, merge=Merge.ROWS)
    written_on: Mapped[date] = field(merge=Merge.ROWS)
    text: Mapped[str] = field(Text, merge=Merge.ROWS)
