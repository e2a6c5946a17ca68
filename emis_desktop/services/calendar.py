"""The calendar of a school or of the country: holidays, closures, half days, and days held all the same."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from typing import Final
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.orm import Session

from emis_desktop.database import Database
from emis_desktop.errors import Refused
from emis_desktop.models import CalendarDay
from emis_desktop.rules.ids import new_id
from emis_desktop.rules.open_days import Kind
from emis_desktop.rules.registers import MOST_SESSIONS
from emis_desktop.rules.rights import Actor, Right, require
from emis_desktop.services.rows import delete

LONGEST_LABEL: Final = 120
LONGEST_SPAN: Final = 366


@dataclass(frozen=True, slots=True)
class CalendarEntry:
    """What is to stand in a calendar, both days included; ``sessions`` empty: all of them."""

    starts_on: date
    ends_on: date
    kind: Kind
    label: str = ""
    sessions: tuple[int, ...] = ()


class CalendarService:
    """Changes calendars for one actor; every method is one act."""

    def __init__(self, db: Database, actor: Actor) -> None:
        """``actor`` changes them."""
        self._db = db
        self._actor = actor

    def add(self, entry: CalendarEntry, institution_id: UUID | None) -> UUID:
        """Put an entry into a school's calendar, or with None into the country's; returns its id."""
        self._require(institution_id)
        checked = _checked(entry)
        with self._db.write(self._actor, "change_calendar") as session:
            return _add(session, checked, institution_id)

    def add_all(self, entries: Sequence[CalendarEntry], institution_id: UUID | None) -> int:
        """Put in those that are not there yet as one act, such as a year's holidays; returns how many."""
        self._require(institution_id)
        checked = [_checked(entry) for entry in entries]
        with self._db.write(self._actor, "change_calendar") as session:
            known = {
                (row.starts_on, row.ends_on, row.kind)
                for row in session.scalars(
                    select(CalendarDay).where(
                        CalendarDay.deleted_at.is_(None),
                        CalendarDay.institution_id.is_(None)
                        if institution_id is None
                        else CalendarDay.institution_id.in_([institution_id])
                        | CalendarDay.institution_id.is_(None),
                    )
                )
            }
            fresh = [one for one in checked if (one.starts_on, one.ends_on, one.kind.value) not in known]
            for entry in fresh:
                _add(session, entry, institution_id)
            return len(fresh)

    def change(self, entry_id: UUID, entry: CalendarEntry) -> None:
        """Let an entry say something else."""
        checked = _checked(entry)
        with self._db.write(self._actor, "change_calendar") as session:
            row = self._row(session, entry_id)
            row.starts_on, row.ends_on, row.kind = checked.starts_on, checked.ends_on, checked.kind.value
            row.label, row.sessions = checked.label or None, _sessions(checked.sessions)

    def remove(self, entry_id: UUID) -> None:
        """Take an entry out: school is held again as the week says. What was marked then counts again."""
        with self._db.write(self._actor, "remove_calendar_day") as session:
            delete(session, self._row(session, entry_id))

    def _row(self, session: Session, entry_id: UUID) -> CalendarDay:
        row = session.get(CalendarDay, entry_id)
        if row is None or row.deleted_at is not None:
            raise Refused("That entry is no longer in the calendar.")
        self._require(row.institution_id)
        return row

    def _require(self, institution_id: UUID | None) -> None:
        require(self._actor, Right.MANAGE_STRUCTURE, institution_id=institution_id)
        if institution_id is None and self._actor.institution_id is not None:
            raise Refused("The country’s calendar is the ministry’s. Add the day to your school’s own.")


def _checked(entry: CalendarEntry) -> CalendarEntry:
    if entry.ends_on < entry.starts_on:
        raise Refused("The last day lies before the first. Change one of them.", field="ends_on")
    if (entry.ends_on - entry.starts_on).days >= LONGEST_SPAN:
        raise Refused("An entry is no longer than a year. Change one of the days.", field="ends_on")
    if any(not 0 < one <= MOST_SESSIONS for one in entry.sessions):
        raise Refused("Sessions are numbered from 1 to {most}.", field="sessions", most=MOST_SESSIONS)
    label = " ".join(entry.label.split())
    if len(label) > LONGEST_LABEL:
        raise Refused(
            "This is longer than {longest} characters. Shorten it.", field="label", longest=LONGEST_LABEL
        )
    if entry.kind is Kind.CLOSURE and not label:
        raise Refused("Say why school is closed: everybody reads it on the registers.", field="label")
    return CalendarEntry(
        entry.starts_on, entry.ends_on, entry.kind, label, tuple(sorted(set(entry.sessions)))
    )


def _add(session: Session, entry: CalendarEntry, institution_id: UUID | None) -> UUID:
    row = CalendarDay(
        id=new_id(),
        institution_id=institution_id,
        starts_on=entry.starts_on,
        ends_on=entry.ends_on,
        kind=entry.kind.value,
        sessions=_sessions(entry.sessions),
        label=entry.label or None,
    )
    session.add(row)
    return row.id


def _sessions(numbers: Sequence[int]) -> str | None:
    return ",".join(map(str, numbers)) or None
