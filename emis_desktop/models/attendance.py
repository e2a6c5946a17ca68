"""Registers of attendance and the days on which school is held.

A register is kept as one row a pupil, month and session, with a column a day: two teachers who mark different
days never meet, a class is read by its rows' ids, and a country's year has twenty times fewer rows than one
row a mark would make.
"""

from __future__ import annotations

from datetime import date
from typing import Final
from uuid import UUID

from sqlalchemy import Index, String
from sqlalchemy.orm import Mapped

from emis_desktop.models.base import STAYS_DELETED, Base, Synced, field, reference

_CODE: Final = String(12)


class AttendanceMonth(Synced, Base):
    """A pupil's attendance at a school in one session of each day of a month (id from the key).

    ``month``: 2026-09. ``session``: 1 to 5. ``subject_id`` for a register that a subject keeps. A day's cell
    has P, L, A or E, a reason after it ("E/ILL"), or nothing where the session is not marked
    (``rules.registers``).
    """

    __tablename__ = "attendance_month"
    __table_args__ = (Index("ix_attendance_month_school", "institution_id", "month"), STAYS_DELETED)

    student_id: Mapped[UUID] = reference("person", key=True)
    institution_id: Mapped[UUID] = reference("institution", key=True, index=False)
    month: Mapped[str] = field(String(7), key=True)
    session: Mapped[int] = field(key=True)
    subject_id: Mapped[UUID | None] = reference("subject", key=True, index=False)
    d01: Mapped[str | None] = field(_CODE)
    d02: Mapped[str | None] = field(_CODE)
    d03: Mapped[str | None] = field(_CODE)
    d04: Mapped[str | None] = field(_CODE)
    d05: Mapped[str | None] = field(_CODE)
    d06: Mapped[str | None] = field(_CODE)
    d07: Mapped[str | None] = field(_CODE)
    d08: Mapped[str | None] = field(_CODE)
    d09: Mapped[str | None] = field(_CODE)
    d10: Mapped[str | None] = field(_CODE)
    d11: Mapped[str | None] = field(_CODE)
    d12: Mapped[str | None] = field(_CODE)
    d13: Mapped[str | None] = field(_CODE)
    d14: Mapped[str | None] = field(_CODE)
    d15: Mapped[str | None] = field(_CODE)
    d16: Mapped[str | None] = field(_CODE)
    d17: Mapped[str | None] = field(_CODE)
    d18: Mapped[str | None] = field(_CODE)
    d19: Mapped[str | None] = field(_CODE)
    d20: Mapped[str | None] = field(_CODE)
    d21: Mapped[str | None] = field(_CODE)
    d22: Mapped[str | None] = field(_CODE)
    d23: Mapped[str | None] = field(_CODE)
    d24: Mapped[str | None] = field(_CODE)
    d25: Mapped[str | None] = field(_CODE)
    d26: Mapped[str | None] = field(_CODE)
    d27: Mapped[str | None] = field(_CODE)
    d28: Mapped[str | None] = field(_CODE)
    d29: Mapped[str | None] = field(_CODE)
    d30: Mapped[str | None] = field(_CODE)
    d31: Mapped[str | None] = field(_CODE)


class CalendarDay(Synced, Base):
    """Days on which school is not held as the week says: of a school or, with none, of the country.

    ``kind``: holiday, closure, half, or open for a day on which school is held although the country's
    calendar says otherwise. ``sessions`` names those concerned ("1,2"), empty: all.
    """

    __tablename__ = "calendar_day"

    institution_id: Mapped[UUID | None] = reference("institution", key=True)
    starts_on: Mapped[date] = field()
    ends_on: Mapped[date] = field()
    kind: Mapped[str] = field(String(12))
    sessions: Mapped[str | None] = field(String(16))
    label: Mapped[str | None] = field(String(120))
