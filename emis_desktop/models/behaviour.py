"""Behaviour: what happened, who was part of it, what was done, and what is still to do."""

from __future__ import annotations

from datetime import date
from uuid import UUID

from sqlalchemy import LargeBinary, String, Text
from sqlalchemy.orm import Mapped

from emis_desktop.models.base import Base, Merge, Synced, field, reference
from emis_desktop.rules.rights import SensitivityClass


class Incident(Synced, Base):
    """An incident at a school. ``category`` and ``classification`` are codes of the profile's lists.

    ``summary`` is the one line that whoever sees the pupil reads; the ``account`` is of the class *case*.
    ``closed_on``: everything that was to follow has been done.
    """

    __tablename__ = "incident"

    institution_id: Mapped[UUID] = reference("institution", key=True)
    happened_on: Mapped[date] = field()
    category: Mapped[str] = field(String(40))
    classification: Mapped[str] = field(String(24))
    summary: Mapped[str] = field(String(200))
    place: Mapped[str | None] = field(String(80))
    reported_by_id: Mapped[UUID | None] = reference("person")
    closed_on: Mapped[date | None] = field()
    account: Mapped[str | None] = field(Text, sensitivity=SensitivityClass.CASE)


class IncidentPerson(Synced, Base):
    """Somebody's part in an incident, and the action taken (id from both).

    ``part``: did, suffered, saw. ``action`` is a code of the profile's list, its dates may be open.
    """

    __tablename__ = "incident_person"

    incident_id: Mapped[UUID] = reference("incident", key=True, merge=Merge.SET)
    person_id: Mapped[UUID] = reference("person", key=True, merge=Merge.SET)
    part: Mapped[str] = field(String(16))
    action: Mapped[str | None] = field(String(40))
    action_from: Mapped[date | None] = field()
    action_until: Mapped[date | None] = field()


class IncidentFile(Synced, Base):
    """A picture or paper that belongs to an incident, at most 300 kB."""

    __tablename__ = "incident_file"

    incident_id: Mapped[UUID] = reference("incident", key=True, merge=Merge.ROWS)
    name: Mapped[str] = field(String(120), sensitivity=SensitivityClass.CASE)
    content: Mapped[bytes] = field(LargeBinary, sensitivity=SensitivityClass.CASE)


class IncidentStep(Synced, Base):
    """What is to follow an incident: ``kind`` letter, meeting, counselling, call, other; due, and done."""

    __tablename__ = "incident_step"

    incident_id: Mapped[UUID] = reference("incident", key=True, merge=Merge.ROWS)
    kind: Mapped[str] = field(String(24))
    due_on: Mapped[date | None] = field()
    done_on: Mapped[date | None] = field()
    note: Mapped[str | None] = field(Text, sensitivity=SensitivityClass.CASE)
