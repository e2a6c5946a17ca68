"""Dates that follow a rule from year to year: terms and public holidays.

A rule is written as people say it (the names of months and weekdays are English):

- ``1 August``
- ``first Monday of May``, ``second``, ``third``, ``fourth``, ``last``
- ``first Monday on or after 3 January``, ``last Monday on or before 24 May``
- ``Easter`` (Easter Sunday of the Gregorian calendar)
- ``proclaimed``: no rule, each year's date is written down

and any but the last may go on with ``+ 8 days`` or ``- 1 day``.
"""

import re
from calendar import monthrange
from collections.abc import Callable
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Final

MONTHS: Final = (
    *("January", "February", "March", "April", "May", "June"),
    *("July", "August", "September", "October", "November", "December"),
)
WEEKDAYS: Final = ("Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday")
_ORDINALS: Final = ("first", "second", "third", "fourth")
PROCLAIMED: Final = "proclaimed"

_LONGEST_SHIFT: Final = 366

_DAY = rf"(?P<day>\d{{1,2}}) (?P<month>{'|'.join(MONTHS)})"
_WEEKDAY = rf"(?P<weekday>{'|'.join(WEEKDAYS)})"
_SHIFT = re.compile(r"(?P<base>.+?)(?: (?P<sign>[+-]) (?P<days>\d{1,3}) days?)?")
_FIXED = re.compile(_DAY)
_NTH = re.compile(rf"(?P<nth>first|second|third|fourth|last) {_WEEKDAY} of (?P<month>{'|'.join(MONTHS)})")
_NEAR = re.compile(rf"(?P<side>first|last) {_WEEKDAY} on or (?P<way>after|before) {_DAY}")


@dataclass(frozen=True, slots=True)
class DateRule:
    """A rule as written, and what it means; made by :func:`date_rule`."""

    text: str
    _on: Callable[[int], date] | None
    _shift: timedelta

    @property
    def proclaimed(self) -> bool:
        """Whether there is no rule, only dates that a government proclaims."""
        return self._on is None

    def on(self, year: int) -> date | None:
        """The date of the rule for ``year`` (with its shift, which may lead out of the year); None if
        proclaimed.
        """
        return self._on(year) + self._shift if self._on is not None else None

    def after(self, day: date) -> date:
        """The first date of the rule on or after ``day``; a shift may bring it over from another year.

        Raises :class:`ValueError` for a proclaimed date.
        """
        earlier = 2 if self._shift > timedelta(0) else 0
        later = 2 if self._shift < timedelta(0) else 1
        for year in range(day.year - earlier, day.year + later + 1):
            found = self.on(year)
            if found is not None and found >= day:
                return found
        raise ValueError(self.text)

    def __eq__(self, other: object) -> bool:
        return isinstance(other, DateRule) and self.text == other.text

    def __hash__(self) -> int:
        return hash(self.text)


def date_rule(text: str) -> DateRule:
    """The rule written as ``text``. Raises :class:`ValueError` when it follows none of the patterns above."""
    plain = " ".join(text.split())
    if plain == PROCLAIMED:
        return DateRule(plain, None, timedelta(0))
    parts = _SHIFT.fullmatch(plain)
    if parts is None:  # an empty text
        raise ValueError(text)
    days = int(parts["days"] or 0)
    if days > _LONGEST_SHIFT:
        raise ValueError(text)
    return DateRule(plain, _base(parts["base"]), timedelta(days=-days if parts["sign"] == "-" else days))


def easter(year: int) -> date:
    """Easter Sunday of ``year`` in the Gregorian calendar (Meeus, Jones and Butcher's reckoning)."""
    golden = year % 19
    century, rest = divmod(year, 100)
    leap_centuries, century_rest = divmod(century, 4)
    moon = (19 * golden + century - leap_centuries - (century - (century + 8) // 25 + 1) // 3 + 15) % 30
    week = (32 + 2 * century_rest + 2 * (rest // 4) - moon - rest % 4) % 7
    late = (golden + 11 * moon + 22 * week) // 451
    month, day = divmod(moon + week - 7 * late + 114, 31)
    return date(year, month, day + 1)


def _base(text: str) -> Callable[[int], date]:
    if text == "Easter":
        return easter
    if found := _FIXED.fullmatch(text):
        return _fixed(_month(found["month"]), int(found["day"]))
    if found := _NTH.fullmatch(text):
        weekday, month = WEEKDAYS.index(found["weekday"]), _month(found["month"])
        if found["nth"] == "last":
            return _last(weekday, month)
        return _from(weekday, month, 7 * _ORDINALS.index(found["nth"]) + 1)
    if found := _NEAR.fullmatch(text):
        weekday, month, day = WEEKDAYS.index(found["weekday"]), _month(found["month"]), int(found["day"])
        _fixed(month, day)
        if (found["side"], found["way"]) == ("first", "after"):
            return _from(weekday, month, day)
        if (found["side"], found["way"]) == ("last", "before"):
            return _until(weekday, month, day)
    raise ValueError(text)


def _month(name: str) -> int:
    return MONTHS.index(name) + 1


def _fixed(month: int, day: int) -> Callable[[int], date]:
    date(2023, month, day)  # a day that every year has, or ValueError
    return lambda year: date(year, month, day)


def _from(weekday: int, month: int, day: int) -> Callable[[int], date]:
    """The first ``weekday`` (Monday 0) on or after the day."""

    def on(year: int) -> date:
        start = date(year, month, day)
        return start + timedelta(days=(weekday - start.weekday()) % 7)

    return on


def _until(weekday: int, month: int, day: int) -> Callable[[int], date]:
    """The last ``weekday`` on or before the day."""

    def on(year: int) -> date:
        end = date(year, month, day)
        return end - timedelta(days=(end.weekday() - weekday) % 7)

    return on


def _last(weekday: int, month: int) -> Callable[[int], date]:
    def on(year: int) -> date:
        return _until(weekday, month, monthrange(year, month)[1])(year)

    return on
