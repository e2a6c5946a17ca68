"""The calendar part of a profile: the shape of the school year, observed dates, public holidays."""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from types import MappingProxyType
from typing import Final

from emis_desktop.profiles.date_rules import DateRule, date_rule
from emis_desktop.profiles.entry import Entry
from emis_desktop.profiles.lists import Named, read_named
from emis_desktop.profiles.texts import Texts
from resources.words import N_

SUBSTITUTES: Final = ("none", "sunday_to_monday", "weekend_to_monday", "weekend_to_friday")
"""What happens to a holiday that falls on a weekend: nothing, or a day off on the next or last working
day.
"""

_RULE = N_(
    "{file}, {place}: write a date rule, such as “first Monday of September”, “1 August”, “Easter + 1 day” or"
    " “proclaimed”."
)
_OBSERVED_CODE = re.compile(r"(?P<year>(?:19|20|21)\d\d)-(?P<term>\S+)")
_WEEK: Final = ("MO", "TU", "WE", "TH", "FR", "SA", "SU")


@dataclass(frozen=True, slots=True)
class TermRule:
    """A term of every year. ``weight`` is its share in the year result; ``local_name`` what the country
    calls it.
    """

    code: str
    name: Texts
    local_name: str
    starts: DateRule
    ends: DateRule
    weight: Decimal


@dataclass(frozen=True, slots=True)
class Observed:
    """Dates that a term really had, or will have by decree, in the school year that begins in ``year``."""

    year: int
    term: str
    starts_on: date | None
    ends_on: date | None


@dataclass(frozen=True, slots=True)
class HolidayRule:
    """A public holiday. ``dates`` of a year replace the rule in that year; ``certain`` is False where
    sources differ.
    """

    code: str
    name: Texts
    rule: DateRule
    substitute: str
    certain: bool
    from_year: int
    until_year: int
    dates: Mapping[int, tuple[date, ...]]

    def on(self, year: int) -> tuple[date, ...]:
        """The days of ``year`` on which the holiday falls, before any substitute; none when nobody
        proclaimed it.
        """
        if not self.from_year <= year <= self.until_year:
            return ()
        if year in self.dates:
            return self.dates[year]
        day = self.rule.on(year)
        return (day,) if day is not None else ()


@dataclass(frozen=True, slots=True)
class CalendarRules:
    """Everything that dates are computed from. ``week`` holds the school days, Monday is 0."""

    starts_month: int
    terms: tuple[TermRule, ...]
    observed: Mapping[tuple[int, str], Observed]
    holidays: tuple[HolidayRule, ...]
    closure_reasons: tuple[Named, ...]
    week: frozenset[int]


def read_calendar(entry: Entry, week: frozenset[int]) -> CalendarRules:
    """The group ``calendar``; ``week`` comes from the profile's ``school_week``."""
    entry.group("starts_month", "terms", "observed", "holidays", "closure_reasons")
    terms = tuple(_term(row) for row in entry["terms"].rows())
    if not terms:
        raise entry["terms"].refuse(N_("{file}, {place}: a school year has at least one term. Add one."))
    codes = {term.code for term in terms}
    observed = [_observed(row, codes) for row in entry.rows_of("observed")]
    return CalendarRules(
        starts_month=entry["starts_month"].whole(1, 12),
        terms=terms,
        observed=MappingProxyType({(one.year, one.term): one for one in observed}),
        holidays=tuple(_holiday(row) for row in entry.rows_of("holidays")),
        closure_reasons=tuple(read_named(row) for row in entry.rows_of("closure_reasons")),
        week=week,
    )


def read_week(entry: Entry) -> frozenset[int]:
    """School days written as ``MO TU WE TH FR``; Monday is 0."""
    return entry.parsed(_week, N_("{file}, {place}: write the school days, such as “MO TU WE TH FR”."))


def _week(text: str) -> frozenset[int]:
    return frozenset(_WEEK.index(day) for day in text.split())


def _day(entry: Entry) -> date:
    return entry.parsed(date.fromisoformat, N_("{file}, {place}: write a date, such as 2026-12-11."))


def _rule(entry: Entry) -> DateRule:
    return entry.parsed(date_rule, _RULE)


def _fixed_rule(entry: Entry) -> DateRule:
    rule = _rule(entry)
    if rule.proclaimed:
        raise entry.refuse(_RULE)
    return rule


def _term(row: Entry) -> TermRule:
    row.group("code", "name", "local_name", "starts", "ends", "weight")
    return TermRule(
        code=row.word("code"),
        name=row.texts_of("name"),
        local_name=row.text_of("local_name"),
        starts=_fixed_rule(row["starts"]),
        ends=_fixed_rule(row["ends"]),
        weight=row["weight"].number(0, 100),
    )


def _observed(row: Entry, terms: set[str]) -> Observed:
    row.group("code", "starts", "ends")
    found = _OBSERVED_CODE.fullmatch(row.word("code"))
    if found is None or found["term"] not in terms:
        raise row["code"].refuse(N_("{file}, {place}: write year and term, such as 2026-T1."))
    starts, ends = row.find("starts"), row.find("ends")
    return Observed(
        int(found["year"]), found["term"], _day(starts) if starts else None, _day(ends) if ends else None
    )


def _holiday(row: Entry) -> HolidayRule:
    row.group("code", "name", "rule", "substitute", "status", "from_year", "until_year", "dates")
    dates: dict[int, tuple[date, ...]] = {}
    for one in row.rows_of("dates"):
        day = _day(one)
        dates[day.year] = (*dates.get(day.year, ()), day)
    substitute, status = row.find("substitute"), row.find("status")
    first, last = row.find("from_year"), row.find("until_year")
    return HolidayRule(
        code=row.word("code"),
        name=row.texts_of("name"),
        rule=_rule(row["rule"]),
        substitute=substitute.choice(SUBSTITUTES) if substitute else "none",
        certain=status is None or status.choice(("certain", "uncertain")) == "certain",
        from_year=first.whole(1900, 2200) if first else 1900,
        until_year=last.whole(1900, 2200) if last else 2200,
        dates=MappingProxyType(dates),
    )
