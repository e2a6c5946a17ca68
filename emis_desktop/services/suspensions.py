"""Suspending a pupil for a time. Marks and attendance stay; the standing on a day follows from the dates."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from typing import Final
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.orm import Session

from emis_desktop.database import Database
from emis_desktop.errors import Refused
from emis_desktop.models import Enrolment, Suspension
from emis_desktop.rules.code_words import SUSPENSIONS
from emis_desktop.rules.ids import new_id
from emis_desktop.rules.rights import Actor, Right, SensitivityClass, may_read, require
from emis_desktop.services.closing import require_open
from emis_desktop.services.enrolments import current_enrolment, student
from emis_desktop.services.rows import delete

LONGEST_NOTE: Final = 2000


@dataclass(frozen=True, slots=True)
class NewSuspension:
    """A time to suspend a pupil for. ``ends_on`` None: until it is ended. ``reason``: a code of the list."""

    starts_on: date
    ends_on: date | None
    reason: str
    note: str = ""


class SuspensionService:
    """Suspends pupils, for one actor."""

    def __init__(self, db: Database, actor: Actor) -> None:
        """Acts are recorded as ``actor``'s."""
        self._db = db
        self._actor = actor

    def suspend(self, student_id: UUID, new: NewSuspension) -> UUID:
        """Suspend a pupil who is on roll; returns the id. A future time is allowed: it is decided ahead.

        Raises :class:`Refused` for days that cannot be and for a time in which the pupil is suspended
        already.
        """
        require(self._actor, Right.EDIT_STUDENTS)
        _check_reason(new.reason)
        with self._db.write(self._actor, "suspend") as session:
            student(session, self._actor, student_id)
            enrolment = current_enrolment(session, student_id)
            _check_days(session, enrolment, new.starts_on, new.ends_on, None)
            row = Suspension(
                id=new_id(),
                student_id=enrolment.person_id,
                institution_id=enrolment.institution_id,
                enrolment_id=enrolment.id,
                starts_on=new.starts_on,
                ends_on=new.ends_on,
                reason=new.reason,
                note=self._note(new.note),
            )
            session.add(row)
            return row.id

    def change(self, suspension_id: UUID, starts_on: date, ends_on: date | None) -> None:
        """Give a suspension other days: longer, shorter, or ended."""
        require(self._actor, Right.EDIT_STUDENTS)
        with self._db.write(self._actor, "change_suspension") as session:
            row, enrolment = self._row(session, suspension_id)
            _check_days(session, enrolment, starts_on, ends_on, row.id)
            row.starts_on, row.ends_on = starts_on, ends_on

    def remove(self, suspension_id: UUID) -> None:
        """Take a suspension back that should not have been."""
        require(self._actor, Right.EDIT_STUDENTS)
        with self._db.write(self._actor, "remove_suspension") as session:
            row, _enrolment = self._row(session, suspension_id)
            require_open(session, row.starts_on)
            delete(session, row)

    def _row(self, session: Session, suspension_id: UUID) -> tuple[Suspension, Enrolment]:
        row = session.get(Suspension, suspension_id)
        if row is None or row.deleted_at is not None:
            raise Refused("That suspension is no longer there.")
        student(session, self._actor, row.student_id)
        require(self._actor, Right.EDIT_STUDENTS, institution_id=row.institution_id)
        return row, session.get_one(Enrolment, row.enrolment_id)

    def _note(self, text: str) -> str | None:
        said = text.strip()
        if said and not may_read(self._actor, SensitivityClass.CASE):
            raise Refused("Notes on a suspension are kept by who reads case notes.", field="note")
        if len(said) > LONGEST_NOTE:
            raise Refused("Say it in {limit} letters or less.", field="note", limit=LONGEST_NOTE)
        return said or None


def _check_reason(reason: str) -> None:
    if reason not in SUSPENSIONS:
        raise Refused("Choose why the pupil is suspended.", field="reason")


def _check_days(
    session: Session, enrolment: Enrolment, first: date, last: date | None, own: UUID | None
) -> None:
    if last is not None and last < first:
        raise Refused(
            "The last day is before the first day, {first}. Choose a later day.", field="ends_on", first=first
        )
    if first < enrolment.starts_on:
        raise Refused(
            "The pupil came on {first}. Choose that day or a later one.",
            field="starts_on",
            first=enrolment.starts_on,
        )
    if enrolment.ends_on is not None and (last or date.max) > enrolment.ends_on:
        raise Refused(
            "The pupil left on {last}. Choose that day or an earlier one.",
            field="ends_on",
            last=enrolment.ends_on,
        )
    require_open(session, first)
    for other in session.scalars(
        select(Suspension).where(
            Suspension.enrolment_id == enrolment.id, Suspension.deleted_at.is_(None), Suspension.id != own
        )
    ):
        if first <= (other.ends_on or date.max) and other.starts_on <= (last or date.max):
            raise Refused(
                "The pupil is suspended from {first} already. Change that suspension.",
                field="starts_on",
                first=other.starts_on,
            )
