"""Dates as people type them, and ages.

How a typed date is read, in English, French or Spanish at once:

- the day comes first: ``12/3/2016``, ``12-03-16``, ``12.3.2016``, ``12 3 2016``;
- unless the year stands in front with four digits: ``2016-03-12``, ``2016/3/12``;
- the month may be a word of three letters or more, in front of or behind the day: ``12 March 2016``,
  ``March 12, 2016``, ``12 mars 2016``, ``1er mars 2016``, ``12 de marzo de 2016``, ``12-mar-16``; one that
  fits two months (jui) is refused;
- digits alone: eight are day, month, year (``12032016``) or, when they start with 19 or 20 and only that
  fits, year, month, day (``20160312``); six are day, month, year (``120316``), never another order;
- a year of two digits is the latest such year that does not lie after the latest date asked for;
- a month above 12 is refused with the day put first, never swapped silently.
"""

import re
from calendar import monthrange
from datetime import date, timedelta
from typing import Final, NamedTuple

from emis_desktop.errors import N_, Refused, Word
from emis_desktop.rules.names import fold
from emis_desktop.rules.numbers import shortened

EARLIEST_BIRTH: Final = date(1900, 1, 1)

MONTH_NAMES: Final = (
    N_("January"),
    N_("February"),
    N_("March"),
    N_("April"),
    N_("May"),
    N_("June"),
    N_("July"),
    N_("August"),
    N_("September"),
    N_("October"),
    N_("November"),
    N_("December"),
)

_MONTH_WORDS = (
    ("january", "janvier", "enero"),
    ("february", "fevrier", "febrero"),
    ("march", "mars", "marzo"),
    ("april", "avril", "abril"),
    ("may", "mai", "mayo"),
    ("june", "juin", "junio"),
    ("july", "juillet", "julio"),
    ("august", "aout", "agosto"),
    ("september", "septembre", "septiembre", "setiembre"),
    ("october", "octobre", "octubre"),
    ("november", "novembre", "noviembre"),
    ("december", "decembre", "diciembre"),
)
_DAY_0 = date(1899, 12, 30)
"""Day 0 of spreadsheets, for every day from March 1900 on."""
_SERIALS = (25_569, 60_000)
_SMALL_WORDS = frozenset({"de", "del", "of", "the", "le", "el"})
_DAY = re.compile(r"([0-9]{1,2})(?:st|nd|rd|th|er|o|ro)?")
_GLUED = re.compile(r"([0-9]{1,2})([a-z]+)([0-9]+)")
_NUMBER = re.compile(r"[0-9]+")


class _Typed(NamedTuple):
    """The three parts as typed, already in their places."""

    day: str
    month: str
    year: str


def parse_date(text: str, earliest: date, latest: date) -> date:
    """The date that ``text`` says, from ``earliest`` to ``latest``; :class:`Refused` says what to type
    instead.
    """
    day = _read(text, latest.year)
    if not earliest <= day <= latest:
        raise Refused(
            "Type a date from {earliest} to {latest}.", field="date", earliest=earliest, latest=latest
        )
    return day


def parse_birth_date(text: str, today: date) -> date:
    """The date of birth that ``text`` says, from 1900 to ``today``; :class:`Refused` says what to type
    instead.
    """
    day = _read(text, today.year)
    if day > today:
        raise Refused("{date} is still to come. Check the year.", field="birth_date", date=day)
    if day < EARLIEST_BIRTH:
        raise Refused("{date} is before 1900. Check the year.", field="birth_date", date=day)
    return day


def from_serial(text: str) -> str:
    """``text``, or the date (2016-03-12) whose number in a spreadsheet it is: whole, of five digits, from
    1970 to 2064. No date that people type has five digits alone.
    """
    if len(text) != len("42441") or not text.isascii() or not text.isdigit():
        return text
    days = int(text)
    return (_DAY_0 + timedelta(days)).isoformat() if _SERIALS[0] <= days < _SERIALS[1] else text


def age_on(birth: date, day: date) -> int:
    """Completed years on ``day``. Who is born on 29 February turns a year older on 1 March of a common year.

    Raises :class:`ValueError` for a day before birth.
    """
    if day < birth:
        raise ValueError("a day before birth")
    return day.year - birth.year - ((day.month, day.day) < (birth.month, birth.day))


def _read(text: str, latest_year: int) -> date:
    typed = _split(text)
    year, month = _year(typed.year, latest_year), _month(typed)
    day_match = _DAY.fullmatch(typed.day)
    if day_match is None or year is None:
        raise _no_date(text)
    day, days = int(day_match[1]), monthrange(year, month)[1]
    if not 1 <= day <= days:
        raise Refused(
            "{month} {year} has {days} days. Type a day from 1 to {days}.",
            field="date",
            month=Word(MONTH_NAMES[month - 1]),
            year=year,
            days=days,
        )
    return date(year, month, day)


def _split(text: str) -> _Typed:
    words = [word for word in fold(text).split() if word not in _SMALL_WORDS]
    if len(words) == 1:
        return _unglued(words[0], text)
    if len(words) != 3:
        raise _no_date(text)
    if _NUMBER.fullmatch(words[0]) and len(words[0]) == 4:
        return _Typed(words[2], words[1], words[0])
    if words[0].isalpha():
        return _Typed(words[1], words[0], words[2])
    return _Typed(*words)


def _unglued(word: str, text: str) -> _Typed:
    """The parts of ``12032016``, ``20160312``, ``120316`` or ``12mar2016``."""
    if match := _GLUED.fullmatch(word):
        return _Typed(*match.groups())
    if not _NUMBER.fullmatch(word) or len(word) not in {6, 8}:
        raise _no_date(text)
    if len(word) == 8 and word[4:6] not in {"19", "20"} and word[:2] in {"19", "20"}:
        return _Typed(word[6:], word[4:6], word[:4])
    return _Typed(word[:2], word[2:4], word[4:])


def _year(typed: str, latest_year: int) -> int | None:
    """The year, None when it has neither two nor four digits."""
    if not _NUMBER.fullmatch(typed) or len(typed) not in {2, 4} or typed == "0000":
        return None
    if len(typed) == 4:
        return int(typed)
    year = latest_year - latest_year % 100 + int(typed)
    return year if year <= latest_year else year - 100


def _month(typed: _Typed) -> int:
    if not _NUMBER.fullmatch(typed.month):
        return _month_of_word(typed.month)
    month = int(typed.month)
    if 1 <= month <= 12:
        return month
    if _NUMBER.fullmatch(typed.day) and 1 <= int(typed.day) <= 12 and month <= 31 and month:
        raise Refused(
            "There is no month {month}. The day comes first: type {month}/{day}/{year}.",
            field="date",
            month=month,
            day=int(typed.day),
            year=typed.year,
        )
    raise Refused("There is no month {month}. Type a month from 1 to 12.", field="date", month=month)


def _month_of_word(word: str) -> int:
    fitting = [
        number for number, names in enumerate(_MONTH_WORDS, 1) if any(name.startswith(word) for name in names)
    ]
    if len(word) < 3 or len(fitting) != 1:
        raise Refused(
            "“{word}” does not name one month. Type it as a number or in full, such as 3 or March.",
            field="date",
            word=shortened(word),
        )
    return fitting[0]


def _no_date(text: str) -> Refused:
    return Refused(
        "“{text}” is not a date. Type day, month and year, such as 12/3/2016.",
        field="date",
        text=shortened(text.strip()),
    )
