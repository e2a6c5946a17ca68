"""How the children of an invented country came to school: registers with weekdays, rain and a storm.

Most children are seldom away, a few often, and who is ill stays at home for some days. More are away on
Mondays and still more on Fridays, in the rainy months, and when it pours; for a week after the storm every
school is closed. Now and then a session is not marked.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from itertools import groupby
from math import log1p
from random import Random
from typing import Final

from emis_desktop.profiles import CountryProfile, SchoolYear, school_days

SESSIONS: Final = 2
_WEEKDAYS: Final = (1.3, 0.9, 0.85, 0.95, 1.7)
_RAINY: Final = frozenset({6, 7, 8, 9, 10, 11})
_RAIN, _DOWNPOUR = 1.3, 2.6
_POURS: Final = 0.12
"""How many school days of a rainy month it pours on."""
_UNMARKED: Final = 0.012
_STORM_FROM: Final = 28
"""Days from the beginning of a school year to the week of the storm: the height of the season."""
_OFTEN_AWAY: Final = 0.06
_PRESENT: Final = "P"
_AWAY: Final = ("E/ILL", "E/ILL", "E/ILL", "E/MED", "E/FAMEM", "A", "A", "A/UNKN", "A/TRUANT", "A/CARE")
_IN_RAIN: Final = ("E/TRANSP", "E/WEATH", "E/ILL", "A", "A/UNKN")
_LATE: Final = ("L", "L", "L/BUS", "L/OVERSL")
_LATE_SHARE: Final = 0.35
"""How many of those who are not there on time come after all, in the first session of a day."""
_GOES_ON: Final = 0.25
"""How likely a child that is away is so on the next school day as well."""
_HALF_DAY: Final = 0.2
_MOST: Final = 0.9

Cells = tuple[str | None, ...]
"""31 of them: the days of a month."""


@dataclass(frozen=True, slots=True)
class Storm:
    """A week in which no school of the country is open."""

    starts_on: date
    ends_on: date


@dataclass(frozen=True, slots=True)
class OpenDay:
    """A school day; ``weight``: how much likelier than usual somebody is away. ``pours``: it rains hard."""

    on: date
    weight: float
    pours: bool


@dataclass(frozen=True, slots=True)
class Month:
    """The school days of a month. ``code``: 2026-09; ``reach``: running sums of the days' weights."""

    code: str
    days: tuple[OpenDay, ...]
    reach: tuple[float, ...]


def storm_of(year: SchoolYear) -> Storm:
    """The storm of a school year: Monday to Friday of a week of its first term."""
    day = year.starts_on + timedelta(days=_STORM_FROM)
    monday = day - timedelta(days=day.weekday())
    return Storm(monday, monday + timedelta(days=4))


def months_of(profile: CountryProfile, first: date, last: date, storm: Storm, seed: int) -> tuple[Month, ...]:
    """The months from ``first`` to ``last`` with the days on which school was held; the seed makes rain."""
    rng = Random(f"weather/{seed}/{first}")  # noqa: S311 - what is invented is no secret
    days = [
        _open_day(day, rng)
        for day in (school_days(profile, first, last) if last >= first else ())
        if not storm.starts_on <= day <= storm.ends_on
    ]
    made = []
    for code, group in groupby(days, key=lambda day: f"{day.on:%Y-%m}"):
        inside = tuple(group)
        total, reach = 0.0, []
        for day in inside:
            total += day.weight
            reach.append(total)
        made.append(Month(code, inside, tuple(reach)))
    return tuple(made)


def _open_day(day: date, rng: Random) -> OpenDay:
    rainy = day.month in _RAINY
    pours = rng.random() < _POURS and rainy
    weight = _WEEKDAYS[min(day.weekday(), 4)] * (_RAIN if rainy else 1.0) * (_DOWNPOUR if pours else 1.0)
    return OpenDay(day, weight, pours)


class Registers:
    """Draws what stands in the registers of one catchment's classes."""

    def __init__(self, seed: int, catchment: int) -> None:
        """A chance of its own for each catchment."""
        self._rng = Random(f"registers/{seed}/{catchment}")  # noqa: S311

    def habit(self) -> float:
        """How likely a child is away on a usual day: one in thirty, for some children one in six."""
        rng = self._rng
        usual = 0.012 + 0.03 * rng.random() * rng.random()
        return usual + (0.06 + 0.16 * rng.random() if rng.random() < _OFTEN_AWAY else 0.0)

    def blank(self, month: Month) -> tuple[list[str | None], ...]:
        """A class's register of a month with everybody there, a list of 31 cells a session; sessions that
        nobody marked are empty.
        """
        made = []
        for _ in range(SESSIONS):
            cells: list[str | None] = [None] * 31
            for day in month.days:
                if self._rng.random() >= _UNMARKED:
                    cells[day.on.day - 1] = _PRESENT
            made.append(cells)
        return tuple(made)

    def month(
        self,
        blank: Sequence[Sequence[str | None]],
        month: Month,
        habit: float,
        stay: tuple[date, date | None],
    ) -> tuple[Cells, ...]:
        """A child's cells, a session after the other; empty on days outside the child's ``stay``."""
        sessions = [list(each) for each in blank]
        first, last = stay
        for day in month.days:
            if day.on < first or (last is not None and day.on > last):
                for cells in sessions:
                    cells[day.on.day - 1] = None
        for place in self._away(month, habit):
            self._mark(sessions, month.days[place])
        return tuple(tuple(cells) for cells in sessions)

    def _away(self, month: Month, habit: float) -> Iterator[int]:
        """Places of the days on which the child is not there, or not on time, from one to the next."""
        reach, at, place = month.reach, 0.0, 0
        chance = min(habit, _MOST)
        while True:
            at += -log1p(-self._rng.random()) / chance
            while place < len(reach) and reach[place] < at:
                place += 1
            if place >= len(reach):
                return
            yield place
            while self._rng.random() < _GOES_ON and place + 1 < len(reach):
                place += 1
                yield place
            place += 1
            at = max(at, reach[place - 1])

    def _mark(self, sessions: Sequence[list[str | None]], day: OpenDay) -> None:
        rng, cell = self._rng, day.on.day - 1
        if rng.random() < _LATE_SHARE:
            word, concerned = ("L/RAIN" if day.pours else rng.choice(_LATE)), sessions[:1]
        else:
            word = rng.choice(_IN_RAIN if day.pours else _AWAY)
            concerned = sessions[rng.randrange(SESSIONS) :][:1] if rng.random() < _HALF_DAY else sessions
        for cells in concerned:
            if cells[cell] is not None:
                cells[cell] = word
