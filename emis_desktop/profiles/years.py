"""Dates of a country's school years, computed from its profile: terms, public holidays, school days."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, timedelta
from decimal import Decimal
from typing import Final

from emis_desktop.profiles.calendar_rules import HolidayRule
from emis_desktop.profiles.country import CountryProfile
from emis_desktop.profiles.entry import Entry
from emis_desktop.profiles.texts import Texts
from emis_desktop.rules.calendar import time_period, year_label
from resources.words import N_

CHECKED_YEARS: Final = range(2015, 2041)
"""School years for which a profile's term rules must give terms in order."""

_DAY: Final = timedelta(days=1)


@dataclass(frozen=True, slots=True)
class TermDates:
    """A term of one year; ``observed`` is true when a date of it was decreed or seen and not computed.

    ``number`` counts from 1; ``next_begins_on`` is the first day of the term that follows, in the next
    year for the last.
    """

    code: str
    number: int
    name: Texts
    local_name: str
    starts_on: date
    ends_on: date
    next_begins_on: date
    weight: Decimal
    observed: bool

    @property
    def weeks(self) -> int:
        """How many calendar weeks (from Monday) the term touches."""
        return self._week(self.ends_on)

    def week_of(self, day: date) -> int | None:
        """The week of the term in which ``day`` lies, from 1; None outside the term."""
        return self._week(day) if self.starts_on <= day <= self.ends_on else None

    def _week(self, day: date) -> int:
        monday = self.starts_on - timedelta(days=self.starts_on.weekday())
        return (day - monday).days // 7 + 1


@dataclass(frozen=True, slots=True)
class SchoolYear:
    """A school year from the first day of its first term to the last day of its last.

    ``code`` is "2026-27", ``label`` the same with an en dash, ``time_period`` the year in which it ends,
    by which statistics call it.
    """

    start_year: int
    code: str
    label: str
    time_period: int
    starts_on: date
    ends_on: date
    terms: tuple[TermDates, ...]

    def term_on(self, day: date) -> TermDates | None:
        """The term in which ``day`` lies, or None between terms."""
        return next((term for term in self.terms if term.starts_on <= day <= term.ends_on), None)


@dataclass(frozen=True, slots=True)
class Holiday:
    """A public holiday. ``observed_for`` is the day it stands in for; ``certain`` is False where sources
    differ.
    """

    day: date
    code: str
    name: Texts
    certain: bool
    observed_for: date | None = None


def school_year(profile: CountryProfile, start_year: int) -> SchoolYear:
    """The school year that begins in ``start_year``, its terms in order."""
    rules = profile.calendar.terms
    spans = [*_spans(profile, start_year), *_spans(profile, start_year + 1)]
    terms = tuple(
        TermDates(
            rule.code, number, rule.name, rule.local_name, start, end, following[0], rule.weight, observed
        )
        for number, (rule, (start, end, observed), following) in enumerate(
            zip(rules, spans, spans[1:], strict=False), start=1
        )
    )
    starts_on, ends_on = terms[0].starts_on, terms[-1].ends_on
    label = year_label(starts_on, ends_on)
    return SchoolYear(
        start_year=start_year,
        code=label.replace("–", "-"),
        label=label,
        time_period=time_period(ends_on),
        starts_on=starts_on,
        ends_on=ends_on,
        terms=terms,
    )


def school_year_on(profile: CountryProfile, day: date) -> SchoolYear:
    """The school year that ``day`` belongs to: the holidays after its last term are still part of it."""
    year = school_year(profile, day.year)
    return year if day >= year.starts_on else school_year(profile, day.year - 1)


def holidays(profile: CountryProfile, year: int) -> tuple[Holiday, ...]:
    """The public holidays of the calendar ``year`` in order, with the days that stand in for those on a
    weekend.
    """
    rules = [
        (rule, day)
        for about in (year - 1, year, year + 1)
        for rule in profile.calendar.holidays
        for day in rule.on(about)
    ]
    rules.sort(key=lambda pair: pair[1])  # the earlier of two gets the earlier free day
    found = [Holiday(day, rule.code, rule.name, rule.certain) for rule, day in rules]
    taken = {holiday.day for holiday in found}
    for rule, day in rules:
        instead = _substitute(rule, day, taken)
        if instead is not None:
            taken.add(instead)
            found.append(Holiday(instead, rule.code, rule.name, rule.certain, observed_for=day))
    return tuple(sorted((one for one in found if one.day.year == year), key=lambda one: (one.day, one.code)))


def unproclaimed(profile: CountryProfile, year: int) -> tuple[HolidayRule, ...]:
    """The holidays that ``year`` has, but whose date a ministry must still write down."""
    return tuple(
        rule
        for rule in profile.calendar.holidays
        if rule.rule.proclaimed and rule.from_year <= year <= rule.until_year and year not in rule.dates
    )


def school_days(profile: CountryProfile, first: date, last: date) -> tuple[date, ...]:
    """The days from ``first`` to ``last`` on which schools open: school days of the week, no public
    holidays.
    """
    closed = {one.day for year in range(first.year, last.year + 1) for one in holidays(profile, year)}
    return tuple(
        day for day in _days(first, last) if day.weekday() in profile.calendar.week and day not in closed
    )


def check_years(profile: CountryProfile, calendar: Entry) -> None:
    """Refuse a calendar (its entry is ``calendar``) whose terms overlap or run backwards in any year
    checked.
    """
    for start_year in sorted({*CHECKED_YEARS, *(year for year, _ in profile.calendar.observed)}):
        spans = [*_spans(profile, start_year), *_spans(profile, start_year + 1)]
        for rule, (start, end, _), (following, _, _) in zip(
            profile.calendar.terms, spans, spans[1:], strict=False
        ):
            if not start <= end < following:
                raise calendar.refuse(
                    N_(
                        "{file}, {place}: in the school year {year}, {term} would run from {start} to {end}"
                        " and the next term begin on {next}. Set the dates in order."
                    ),
                    year=start_year,
                    term=rule.code,
                    start=start,
                    end=end,
                    next=following,
                )


def _spans(profile: CountryProfile, start_year: int) -> list[tuple[date, date, bool]]:
    """First and last day of each term of a year, and whether one of them is an observed date."""
    year_begins = date(start_year, profile.calendar.starts_month, 1)
    spans = []
    for rule in profile.calendar.terms:
        start, end = rule.starts.after(year_begins), rule.ends.after(year_begins)
        seen = profile.calendar.observed.get((start_year, rule.code))
        if seen is None:
            spans.append((start, end, False))
        else:
            spans.append((seen.starts_on or start, seen.ends_on or end, True))
    return spans


def _substitute(rule: HolidayRule, day: date, taken: set[date]) -> date | None:
    """The free day that stands in for ``day``, or None when it is not moved."""
    weekday = day.weekday()
    if rule.substitute == "weekend_to_friday":
        step, moves = -_DAY, weekday >= 5
    else:
        step, moves = _DAY, weekday == 6 or (weekday == 5 and rule.substitute == "weekend_to_monday")
    if not moves or rule.substitute == "none":
        return None
    while day.weekday() >= 5 or day in taken:
        day += step
    return day


def _days(first: date, last: date) -> Iterator[date]:
    for number in range((last - first).days + 1):
        yield first + timedelta(days=number)
