"""How days of one school year come to lie in the next: by whole weeks, a holiday by its date."""

from dataclasses import dataclass
from datetime import date, timedelta
from typing import Final

WEEK: Final = 7
YEAR_DAYS: Final = 52 * WEEK
"""A year that no country's rule gives begins so many days after the one before: on the same weekday."""


@dataclass(frozen=True, slots=True)
class Frame:
    """A term or year before, and the one that it becomes."""

    before_first: date
    first: date
    last: date

    def moved(self, day: date) -> date:
        """``day`` as many whole weeks later as the new one begins later, kept inside it."""
        return min(max(day + timedelta(self.weeks * WEEK), self.first), self.last)

    @property
    def weeks(self) -> int:
        """Whole weeks from the old beginning to the new one, to the nearest."""
        return round((self.first - self.before_first).days / WEEK)

    def span(self, starts: date, ends: date) -> tuple[date, date]:
        """A span of days moved by the same whole weeks: its length and weekdays stay."""
        by = timedelta(self.weeks * WEEK)
        return starts + by, ends + by


def same_date(day: date, later: int) -> date:
    """The same day of the calendar ``later`` years on; 29 February is 28 February where there is none."""
    try:
        return day.replace(year=day.year + later)
    except ValueError:
        return date(day.year + later, 2, 28)


def next_code(code: str) -> str:
    """The code of the school year after ``code``: 2027-28 after 2026-27, 2027 after 2026.

    Raises :class:`ValueError` for a code that names no year.
    """
    start = int(code[:4]) + 1
    return f"{start}-{(start + 1) % 100:02}" if "-" in code else str(start)
