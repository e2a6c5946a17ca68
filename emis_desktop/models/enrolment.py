"""Enrolment: a student at a school in a year and grade, with standing, outcome and exit kept apart; and
suspension.
"""

from __future__ import annotations

from datetime import date
from uuid import UUID

from sqlalchemy import String, Text
from sqlalchemy.orm import Mapped

from emis_desktop.models.base import Base, Merge, Synced, field, reference
from emis_desktop.rules.rights import SensitivityClass


class Enrolment(Synced, Base):
    """A student's enrolment (domain reference, section 2).

    ``standing``: enrolled, suspended, hosted. ``outcome``: promoted, repeated, graduated or nothing yet.
    ``exit``: transferred, emigrated, dropped_out, expelled, deceased, completed, administrative or nothing;
    ``exit_reason`` is a code of the profile's list. A re-entry is a new enrolment whose ``previous_id`` names
    the old one. ``destination_id``: the school that a pupil who was transferred goes to, where it is known.

    ``entry``: admitted, transferred, returned, promoted, repeated, hosted. ``override_reason``: why the pupil
    was taken in against a policy of the ministry. ``approval``: asked, given, refused, or nothing where none
    is needed. ``outcome_reason``: why people decided otherwise than the rules at the end of the year, or
    refused the admission.
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
    entry: Mapped[str | None] = field(String(16))
    override_reason: Mapped[str | None] = field(String(200))
    approval: Mapped[str | None] = field(String(12), merge=Merge.GUARD)
    approved_by_id: Mapped[UUID | None] = reference("user")
    approved_on: Mapped[date | None] = field()
    outcome_reason: Mapped[str | None] = field(String(200))


class Suspension(Synced, Base):
    """A time in which an enrolled pupil may not come to school; ``reason``: a code of the profile's list."""

    __tablename__ = "suspension"

    student_id: Mapped[UUID] = reference("person", key=True)
    institution_id: Mapped[UUID] = reference("institution", key=True)
    enrolment_id: Mapped[UUID] = reference("enrolment", key=True)
    starts_on: Mapped[date] = field()
    ends_on: Mapped[date | None] = field()
    reason: Mapped[str] = field(String(40))
    note: Mapped[str | None] = field(Text, sensitivity=SensitivityClass.CASE)
