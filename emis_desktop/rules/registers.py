"""Registers of attendance: what may stand in one, and the one function that counts them.

A session that nobody marked is *unmarked*, never "present"; a session on which school was not held is none at
all. Every screen, paper, export and rule counts by :func:`count` (domain reference, section 2).
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from enum import StrEnum
from typing import Final

from emis_desktop.errors import Refused
from emis_desktop.rules.numbers import round_ratio

MOST_SESSIONS: Final = 5
LONGEST_REASON: Final = 10
RATE_PLACES: Final = 2


class Presence(StrEnum):
    """How a pupil was at one session, by the letter that stands in the register."""

    PRESENT = "P"
    LATE = "L"
    UNEXCUSED = "A"
    EXCUSED = "E"

    @property
    def attended(self) -> bool:
        """Whether the pupil was there; who came late was."""
        return self in {Presence.PRESENT, Presence.LATE}


class DayRule(StrEnum):
    """When a day counts as absent."""

    ANY_MISSED = "any_missed"
    """As soon as one marked session was missed."""
    ALL_MISSED = "all_missed"
    """Only when no marked session was attended: present if any was."""


@dataclass(frozen=True, slots=True)
class Entry:
    """One cell of a register. ``reason``: a code of the profile's list, "" without one."""

    presence: Presence
    reason: str = ""

    def __str__(self) -> str:
        """As the store keeps it: "P", "E/ILL"."""
        return f"{self.presence}/{self.reason}" if self.reason else str(self.presence)


@dataclass(frozen=True, slots=True)
class Day:
    """A day on which school was held, with the sessions held: each marked, or ``None`` where it is not."""

    on: date
    sessions: Sequence[Presence | None]


@dataclass(frozen=True, slots=True)
class Sessions:
    """Sessions counted. ``possible`` were held; ``late`` are among the attended."""

    possible: int
    attended: int
    late: int
    excused: int
    unexcused: int

    @property
    def marked(self) -> int:
        """Sessions that somebody marked."""
        return self.attended + self.excused + self.unexcused

    @property
    def unmarked(self) -> int:
        """Sessions held that nobody marked."""
        return self.possible - self.marked


@dataclass(frozen=True, slots=True)
class Days:
    """Days counted. ``marked``: at least one session is; ``excused`` of the absent days in every missed
    session.
    """

    possible: int
    marked: int
    absent: int
    excused: int

    @property
    def present(self) -> int:
        """Marked days that do not count as absent."""
        return self.marked - self.absent

    @property
    def unexcused(self) -> int:
        """Absent days with a session missed without excuse."""
        return self.absent - self.excused


@dataclass(frozen=True, slots=True)
class Attendance:
    """What a pupil's register comes to, in sessions and in days."""

    sessions: Sessions
    days: Days

    def rate(self, *, excused_count: bool = True) -> Decimal | None:
        """Attended of marked sessions in per cent, two places, half up; None while nothing is marked.

        ``excused_count``: excused sessions stay in the denominator.
        """
        return attendance_rate([self.sessions], excused_count=excused_count)


@dataclass(frozen=True, slots=True)
class Run:
    """School days in order on which a pupil was absent, days nobody marked left out."""

    first: date
    last: date
    days: int


def read_entry(cell: str | None) -> Entry | None:
    """The entry of a stored cell; ``None`` for an empty one and for what this version cannot read."""
    letter, _, reason = (cell or "").partition("/")
    try:
        return Entry(Presence(letter), reason)
    except ValueError:
        return None


def typed_entry(text: str, reasons: Mapping[str, Presence]) -> Entry | None:
    """What somebody typed or a file says: a letter, a letter with a reason, or a reason alone; "" empties.

    ``reasons``: the profile's codes and what each counts as. Raises :class:`Refused` for anything else.
    """
    said = text.strip().upper()
    if not said:
        return None
    letter, _, reason = said.partition("/")
    if letter in reasons and not reason and letter not in set(Presence):
        return Entry(reasons[letter], letter)
    if letter not in set(Presence):
        raise Refused("Type P for present, L for late, A for absent or E for excused.", field="entry")
    presence = Presence(letter)
    if reason and reasons.get(reason) is not presence:
        raise Refused(
            "{reason} is no reason for that. Choose one of the list.", field="reason", reason=reason
        )
    return Entry(presence, reason)


def count(days: Iterable[Day], rule: DayRule = DayRule.ANY_MISSED) -> Attendance:
    """Sessions and days of one pupil. ``days`` are those on which school was held and the pupil on roll.

    Late counts as attended; a day without a mark is possible and nothing else.
    """
    possible = attended = late = excused = unexcused = 0
    held = marked_days = absent = excused_days = 0
    for day in days:
        marks = [mark for mark in day.sessions if mark is not None]
        possible += len(day.sessions)
        attended += sum(mark.attended for mark in marks)
        late += sum(mark is Presence.LATE for mark in marks)
        excused += sum(mark is Presence.EXCUSED for mark in marks)
        unexcused += sum(mark is Presence.UNEXCUSED for mark in marks)
        held += bool(day.sessions)
        marked_days += bool(marks)
        if is_absent(marks, rule):
            absent += 1
            excused_days += Presence.UNEXCUSED not in marks
    sessions = Sessions(possible, attended, late, excused, unexcused)
    return Attendance(sessions, Days(held, marked_days, absent, excused_days))


def is_absent(marks: Sequence[Presence], rule: DayRule) -> bool:
    """Whether a day with these marked sessions counts as absent."""
    if rule is DayRule.ANY_MISSED:
        return any(not mark.attended for mark in marks)
    return bool(marks) and not any(mark.attended for mark in marks)


def attendance_rate(of: Iterable[Sessions], *, excused_count: bool = True) -> Decimal | None:
    """Attended of marked sessions of several pupils together, in per cent, two places, half up.

    None while nothing that counts is marked. ``excused_count``: excused stays in the denominator.
    """
    attended = counted = 0
    for each in of:
        attended += each.attended
        counted += each.marked if excused_count else each.marked - each.excused
    return round_ratio(100 * attended, counted, RATE_PLACES) if counted else None


def runs(days: Iterable[Day], rule: DayRule = DayRule.ANY_MISSED) -> list[Run]:
    """Every run of absent school days, in order. ``days`` are in order.

    A day nobody marked neither counts nor breaks; days on which school was not held are not among them.
    """
    found: list[Run] = []
    open_run: Run | None = None
    for day in days:
        marks = [mark for mark in day.sessions if mark is not None]
        if not marks:
            continue
        if is_absent(marks, rule):
            first, length = (day.on, 0) if open_run is None else (open_run.first, open_run.days)
            open_run = Run(first, day.on, length + 1)
        elif open_run is not None:
            found.append(open_run)
            open_run = None
    return [*found, open_run] if open_run is not None else found


def latest_run(days: Sequence[Day], rule: DayRule = DayRule.ANY_MISSED) -> Run | None:
    """The run of absences that goes on: it reaches the last marked day. None when the pupil was there."""
    marked = [day.on for day in days if any(mark is not None for mark in day.sessions)]
    found = runs(days, rule)
    return found[-1] if found and marked and found[-1].last == marked[-1] else None


def column_of(on: date) -> str:
    """The column of a month's row that has the day: d01 to d31."""
    return f"d{on.day:02}"


def month_of(on: date) -> str:
    """The month of a day as rows are keyed: 2026-09."""
    return f"{on.year:04}-{on.month:02}"
