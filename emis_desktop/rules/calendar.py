"""School years, terms, weeks, and the day on which an age is counted."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from itertools import pairwise
from uuid import UUID

from emis_desktop.errors import Refused


@dataclass(frozen=True, slots=True)
class TermSpan:
    """A term from its first to its last day."""

    key: UUID
    name: str
    starts: date
    ends: date


@dataclass(frozen=True, slots=True)
class Week:
    """Week ``number`` of ``of`` of a term; weeks start on Monday, the first may be short."""

    number: int
    of: int


def year_label(starts: date, ends: date) -> str:
    """How a school year is called: "2026–27", or "2026" for one inside a calendar year."""
    return str(starts.year) if starts.year == ends.year else f"{starts.year}–{ends.year % 100:02}"


def time_period(ends: date) -> int:
    """The year under which figures of a school year are reported: 2024/25 is 2025."""
    return ends.year


def in_force(valid_from: date | None, valid_to: date | None, first: date, last: date) -> bool:
    """Whether what is valid between two days, both included, is so on any day from ``first`` to ``last``.

    None leaves that end open.
    """
    return (valid_from is None or valid_from <= last) and (valid_to is None or valid_to >= first)


def check_terms(terms: Sequence[TermSpan]) -> None:
    """Raise :class:`Refused` unless every term ends after it starts and none overlaps another."""
    for term in terms:
        if term.ends < term.starts:
            raise Refused(
                "{name} ends before it starts. Change one of the dates.", field="ends", name=term.name
            )
    for earlier, later in pairwise(sorted(terms, key=lambda term: term.starts)):
        if later.starts <= earlier.ends:
            raise Refused(
                "{first} and {second} overlap. Change one of the dates.",
                field="starts",
                first=earlier.name,
                second=later.name,
            )


def term_on(day: date, terms: Sequence[TermSpan]) -> TermSpan | None:
    """The term that ``day`` lies in, None on a holiday between terms."""
    return next((term for term in terms if term.starts <= day <= term.ends), None)


def working_term(day: date, terms: Sequence[TermSpan]) -> TermSpan | None:
    """The term that people work on: the one of ``day``, else the last that has ended, else the first to
    come.
    """
    ordered = sorted(terms, key=lambda term: term.starts)
    started = [term for term in ordered if term.starts <= day]
    return started[-1] if started else next(iter(ordered), None)


def week_of(day: date, term: TermSpan) -> Week | None:
    """Which week of ``term`` the day lies in, None outside it."""
    if not term.starts <= day <= term.ends:
        return None
    first = _monday(term.starts)
    return Week(_weeks_between(first, day), _weeks_between(first, term.ends))


def school_days(starts: date, ends: date, closed: frozenset[date] = frozenset()) -> int:
    """Days from Monday to Friday between both dates, these included, that are not in ``closed``."""
    span = (starts + timedelta(days) for days in range((ends - starts).days + 1))
    return sum(day.weekday() < 5 and day not in closed for day in span)


def cut_off(year_starts: date, month: int, day: int) -> date:
    """The day on which ages are counted for a school year: in the calendar year in which it starts.

    29 February is 28 February in a common year. Raises :class:`ValueError` for a day that no year has.
    """
    if (month, day) == (2, 29):
        return date(year_starts.year, 3, 1) - timedelta(days=1)
    return date(year_starts.year, month, day)


def _monday(day: date) -> date:
    return day - timedelta(days=day.weekday())


def _weeks_between(first_monday: date, day: date) -> int:
    """Number of the week of ``day`` when that of ``first_monday`` is 1."""
    return (day - first_monday).days // 7 + 1
