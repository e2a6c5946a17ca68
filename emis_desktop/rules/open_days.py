"""On which days, and in which sessions of them, school is held: the week, the terms, and what differs.

What a school says of a day goes before what the country says; of two words of the same kind the narrower span
goes first, then the later. A day on which school was not held is in no count.
"""

from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from enum import StrEnum
from typing import Final

from emis_desktop.rules.calendar import TermSpan, term_on

MONDAY_TO_FRIDAY: Final = frozenset(range(5))


class Kind(StrEnum):
    """What a calendar says of days."""

    HOLIDAY = "holiday"
    CLOSURE = "closure"
    """Closed for a reason of its own: a storm, an election, a broken pipe."""
    HALF = "half"
    """Only the first half of the sessions is held, where none is named."""
    OPEN = "open"
    """School is held although the week or the country's calendar says otherwise."""


@dataclass(frozen=True, slots=True)
class Span:
    """An entry of a calendar, both days included. ``sessions`` empty: all. ``own``: the school's."""

    starts: date
    ends: date
    kind: Kind
    sessions: frozenset[int] = frozenset()
    label: str = ""
    own: bool = False

    def covers(self, day: date) -> bool:
        """Whether the entry is about that day."""
        return self.starts <= day <= self.ends


@dataclass(frozen=True, slots=True)
class SchoolDay:
    """One day: the numbers of its sessions that are held, and why others are not ("" for a usual day)."""

    on: date
    sessions: tuple[int, ...]
    label: str = ""
    kind: Kind | None = None


class Calendar:
    """The days of one school in one school year."""

    def __init__(
        self,
        sessions: int,
        terms: Sequence[TermSpan],
        spans: Iterable[Span] = (),
        week: Collection[int] = MONDAY_TO_FRIDAY,
    ) -> None:
        """``sessions`` a day (1 to 5); ``week``: the weekdays of school, Monday 0."""
        self._all = tuple(range(1, sessions + 1))
        self._terms = tuple(terms)
        self._week = frozenset(week)
        self._spans = sorted(
            spans, key=lambda span: (not span.own, span.ends - span.starts, -span.starts.toordinal())
        )

    def day(self, on: date) -> SchoolDay:
        """What is held on a day; nothing outside the terms, whatever the calendar says."""
        if term_on(on, self._terms) is None:
            return SchoolDay(on, ())
        usual = on.weekday() in self._week
        about = [span for span in self._spans if span.covers(on)]
        held, told = [], None
        for number in self._all:
            span = next((each for each in about if self._concerns(each, number)), None)
            if usual if span is None else span.kind is Kind.OPEN:
                held.append(number)
            told = told or span
        return SchoolDay(on, tuple(held), told.label if told else "", told.kind if told else None)

    def days(self, first: date, last: date) -> list[SchoolDay]:
        """The days from ``first`` to ``last`` on which at least one session is held."""
        every = (self.day(first + timedelta(days=after)) for after in range((last - first).days + 1))
        return [day for day in every if day.sessions]

    def _concerns(self, span: Span, number: int) -> bool:
        if span.sessions:
            return number in span.sessions
        return span.kind is not Kind.HALF or number > (len(self._all) + 1) // 2
