"""Enrolments of years that are over, and of pupils who left, from a file: kept as closed history.

Such a row makes or corrects one enrolment that has ended. Names, phones and guardians of a pupil who is here
already stay as they are: the record is newer than the file.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date
from functools import partial
from typing import Final
from uuid import UUID

from sqlalchemy.orm import Session

from emis_desktop.errors import Refused
from emis_desktop.exchange.columns import Record
from emis_desktop.models import Enrolment
from emis_desktop.profiles import CountryProfile
from emis_desktop.queries.closing import closing_of
from emis_desktop.rules.names import fold
from emis_desktop.services.admission import Admission, NewStudent, Row, enrolment_row, place_row
from emis_desktop.services.enrolments import EXITS, leave
from emis_desktop.services.importing.guardians import list_words
from emis_desktop.services.importing.names import choice
from emis_desktop.services.importing.outcome import Faults

OUTCOMES: Final = {
    "promoted": "promoted",
    "trial": "promoted",
    "repeated": "repeated",
    "repeating": "repeated",
    "graduated": "graduated",
    "completed": "graduated",
    "promu": "promoted",
    "promue": "promoted",
    "redouble": "repeated",
    "diplome": "graduated",
    "promovido": "promoted",
    "promovida": "promoted",
    "repite": "repeated",
    "graduado": "graduated",
    "graduada": "graduated",
}
"""What came of a year, in words of files, folded."""


@dataclass(frozen=True, slots=True)
class Ending:
    """What a row says of the end of an enrolment; None where it says nothing."""

    ends_on: date | None
    outcome: str | None
    exit: str | None
    exit_reason: str | None

    def fields(self) -> Row:
        """What it says, as fields of the enrolment."""
        said = {"outcome": self.outcome, "exit": self.exit, "exit_reason": self.exit_reason}
        return {name: value for name, value in said.items() if value is not None}


class EndingWords:
    """Reads how an enrolment ended, by the country's list of reasons."""

    def __init__(self, profile: CountryProfile | None) -> None:
        """``profile`` has the list."""
        self._reasons = [] if profile is None else list_words(profile, "exit_reason")
        listed = profile.code_lists.get("exit_reason", ()) if profile is not None else ()
        self._exits = {entry.code: entry.maps_to for entry in listed}

    def read(self, record: Record, faults: Faults, last_day: Callable[[Record], date | None]) -> Ending:
        """How a row says that it ended; what is wrong is noted."""
        reason = faults.read(partial(self._reason, record))
        said = faults.read(partial(_exit, record))
        return Ending(
            faults.read(partial(last_day, record)),
            faults.read(partial(_outcome, record)),
            said or (self._exits.get(reason) if reason else None),
            reason,
        )

    def _reason(self, record: Record) -> str | None:
        return choice(record, "exit_reason", self._reasons)


class History:
    """Collects what rows of the past do."""

    def __init__(self, session: Session, today: date) -> None:
        """``today`` is the last day on which anything can have ended."""
        self._session = session
        self._today = today
        self._closing = closing_of(session)

    def end(self, made: Admission, new: NewStudent, ending: Ending) -> Admission:
        """A new pupil who is on the roll no more."""
        last = self._last(new, ending)
        self._closing.require_year(new.period_id)
        made.enrolment.update(ends_on=last, **ending.fields())
        if made.place is not None:
            made.place["ends_on"] = last
        return made

    def same(self, enrolments: list[Enrolment], new: NewStudent, record: Record) -> Enrolment | None:
        """The enrolment that a row is about: at that school in that year, of several the one that begins on
        its first day, else the last.
        """
        alike = [
            one
            for one in enrolments
            if (one.institution_id, one.period_id) == (new.institution_id, new.period_id)
        ]
        exact = [one for one in alike if one.starts_on == new.starts_on]
        if record.get("starts_on"):
            return exact[-1] if exact else None
        return alike[-1] if alike else None

    def change(
        self, there: Enrolment, new: NewStudent, ending: Ending, record: Record
    ) -> Callable[[], None] | None:
        """What corrects an enrolment that is there; None where it says the same."""
        wanted: Row = {"grade_id": new.grade_id, **ending.fields()}
        if record.get("repeater"):
            wanted["repeater"] = new.repeater
        changed = {name: value for name, value in wanted.items() if getattr(there, name) != value}
        ends = ending.ends_on if ending.ends_on is not None and ending.ends_on != there.ends_on else None
        if not changed and ends is None:
            return None
        if ends is not None:
            self._last(new, ending, first=there.starts_on)
        self._closing.require_year(there.period_id)
        return partial(self._write, there, changed, ends)

    def _write(self, there: Enrolment, changed: Row, ends: date | None) -> None:
        if ends is not None and there.ends_on is None:
            leave(self._session, there, ends)
        elif ends is not None:
            there.ends_on = ends
        for name, value in changed.items():
            setattr(there, name, value)

    def add(
        self, person_id: UUID, enrolments: list[Enrolment], new: NewStudent, ending: Ending
    ) -> tuple[Row, Row | None]:
        """A closed enrolment of a pupil who is here already, and the stay in its class."""
        last = self._last(new, ending)
        self._closing.require_year(new.period_id)
        self._refuse_overlap(enrolments, new.starts_on, last)
        before = [one for one in enrolments if one.starts_on < new.starts_on]
        row = enrolment_row(person_id, new)
        row.update(ends_on=last, previous_id=before[-1].id if before else None, **ending.fields())
        stay = place_row(row, new.class_id)
        if stay is not None:
            stay["ends_on"] = last
        return row, stay

    def go_on(self, person_id: UUID, enrolments: list[Enrolment], new: NewStudent) -> tuple[Row, Row | None]:
        """The enrolment that goes on of a pupil whose past years come with the same file."""
        self._refuse_overlap(enrolments, new.starts_on, date.max)
        row = enrolment_row(person_id, new)
        row["previous_id"] = enrolments[-1].id if enrolments else None
        return row, place_row(row, new.class_id)

    def _refuse_overlap(self, enrolments: list[Enrolment], first: date, last: date) -> None:
        for one in enrolments:
            if one.starts_on <= last and (one.ends_on or date.max) >= first:
                raise Refused(
                    "This pupil is on a roll from {first} on. Correct the days of this row.",
                    field="starts_on",
                    first=one.starts_on,
                )

    def _last(self, new: NewStudent, ending: Ending, first: date | None = None) -> date:
        last = ending.ends_on
        if last is None or last > self._today:
            raise Refused("Give a last day that is not after today.", field="ends_on")
        if last < (first or new.starts_on):
            raise Refused("The last day is before the first. Correct one of them.", field="ends_on")
        return last


def _outcome(record: Record) -> str | None:
    text = record.get("outcome")
    if not text:
        return None
    found = OUTCOMES.get(fold(text))
    if found is None:
        raise Refused("Type promoted, repeated or graduated.", field="outcome")
    return found


def _exit(record: Record) -> str | None:
    text = record.get("exit")
    if not text:
        return None
    code = fold(text).replace(" ", "_")
    if code not in EXITS:
        raise Refused(
            "{text} is not in the list: {all}.", field="exit", text=text, all=", ".join(sorted(EXITS))
        )
    return code
