"""Enrolment: a student at a school in a year and grade, with standing, outcome and exit kept apart."""

from __future__ import annotations

from datetime import date
from uuid import UUID

from sqlalchemy import String
from sqlalchemy.orm import Mapped

from emis_desktop.models.base import Base, Merge, Synced, field, reference


class Enrolment(Synced, Base):
    """A student's enrolment (domain reference, section 2).

    ``standing``: enrolled, suspended, hosted. ``outcome``: promoted, repeated, graduated or nothing yet.
    ``exit``: transferred, emigrated, dropped_out, expelled, deceased, completed, administrative or nothing;
    ``exit_reason`` is a code of the profile's list. A re-entry is a new enrolment whose ``previous_id`` names
    the old one. ``destination_id``: the school that a pupil who was transferred goes to, where it is known.
    """

    __tablename__ = "enrolment"

    person_id: Mapped[UUID] = reference("person", key=True)
    institution_id: Mapped[UUID] = reference("institution", key=True)
    period_id: Mapped[UUID] = reference("academic_period", key=True)
    grade_id: Mapped[UUID] = reference("education_grade")
    starts_on: Mapped[date] = field()
    ends_on: Mapped[date | None] = field()
    standing: Mapped[str] = field(String(16), default="enrolled")
    outcome: Mapped[str | None] = field(String(16))
    exit: Mapped[str | None] = field(String(24))
    exit_reason: Mapped[str | None] = field(String(40))
    repeater: Mapped[bool] = field(default=False, merge=Merge.GUARD)
    previous_id: Mapped[UUID | None] = reference("enrolment")
    destination_id: Mapped[UUID | None] = reference("institution")
