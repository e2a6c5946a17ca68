"""The shape of a school system: areas, institutions, years and terms, grades, subjects."""

from __future__ import annotations

from datetime import date
from decimal import Decimal
from uuid import UUID

from sqlalchemy import LargeBinary, String
from sqlalchemy.orm import Mapped

from emis_desktop.models.base import Base, Merge, Synced, field, reference
from emis_desktop.models.types import Scaled


class Area(Synced, Base):
    """A node of the tree nation, district or island; every institution lies in one."""

    __tablename__ = "area"

    code: Mapped[str] = field(String(32), key=True)
    name: Mapped[str] = field(String(120))
    level: Mapped[str] = field(String(24))
    parent_id: Mapped[UUID | None] = reference("area")


class Institution(Synced, Base):
    """A school of any kind: early-childhood centre, primary, secondary, special.

    ``sex_policy``: mixed, girls or boys. A school that closed keeps its records; ``successor_id`` names the
    one that it was merged into, so that no series breaks.
    """

    __tablename__ = "institution"

    code: Mapped[str] = field(String(32), merge=Merge.GUARD)
    name: Mapped[str] = field(String(160), merge=Merge.GUARD)
    area_id: Mapped[UUID | None] = reference("area")
    sector: Mapped[str | None] = field(String(32))
    kind: Mapped[str | None] = field(String(32))
    motto: Mapped[str | None] = field(String(200))
    address: Mapped[str | None] = field(String(200))
    phone: Mapped[str | None] = field(String(40))
    email: Mapped[str | None] = field(String(120))
    principal_name: Mapped[str | None] = field(String(120))
    crest: Mapped[bytes | None] = field(LargeBinary)
    sex_policy: Mapped[str | None] = field(String(8))
    opened_on: Mapped[date | None] = field()
    closed_on: Mapped[date | None] = field()
    closing_reason: Mapped[str | None] = field(String(40))
    successor_id: Mapped[UUID | None] = reference("institution")


class AcademicPeriod(Synced, Base):
    """A school year, such as 2026-27, from its first to its last day.

    ``state``: open or nothing, or closed for changes; who opens it again says why in ``state_reason``.
    """

    __tablename__ = "academic_period"

    code: Mapped[str] = field(String(16), key=True)
    label: Mapped[str] = field(String(32))
    starts_on: Mapped[date] = field()
    ends_on: Mapped[date] = field()
    state: Mapped[str | None] = field(String(8), merge=Merge.STATE, levels=("open", "closed"))
    state_reason: Mapped[str | None] = field(String(200))


class Term(Synced, Base):
    """A part of a school year; ``weight`` is its share in the year result, ``state`` as of the year."""

    __tablename__ = "term"

    period_id: Mapped[UUID] = reference("academic_period", key=True)
    number: Mapped[int] = field(key=True)
    name: Mapped[str] = field(String(60))
    starts_on: Mapped[date] = field()
    ends_on: Mapped[date] = field()
    next_begins_on: Mapped[date | None] = field()
    marks_due_on: Mapped[date | None] = field()
    weight: Mapped[Decimal] = field(Scaled(3), default=Decimal(1))
    state: Mapped[str | None] = field(String(8), merge=Merge.STATE, levels=("open", "closed"))
    state_reason: Mapped[str | None] = field(String(200))


class EducationGrade(Synced, Base):
    """A grade or form; labels change over time, so a grade has validity dates."""

    __tablename__ = "education_grade"

    code: Mapped[str] = field(String(16), key=True)
    name: Mapped[str] = field(String(60))
    level: Mapped[str] = field(String(24))
    isced: Mapped[str | None] = field(String(8))
    position: Mapped[int] = field()
    official_age: Mapped[int | None] = field()
    valid_from: Mapped[date | None] = field()
    valid_to: Mapped[date | None] = field()


class Subject(Synced, Base):
    """A subject of the country's list, with its name in each language of the country."""

    __tablename__ = "subject"

    code: Mapped[str] = field(String(32), key=True)
    name: Mapped[str] = field(String(120))
    name_fr: Mapped[str | None] = field(String(120))
    name_es: Mapped[str | None] = field(String(120))
    level: Mapped[str | None] = field(String(24))
    position: Mapped[int] = field(default=0)
