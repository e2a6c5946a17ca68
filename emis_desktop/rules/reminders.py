"""When a copy of the records is due: one answer for the banner, the page of copies and Home."""

from datetime import date


def days_between(made_on: date, today: date) -> int:
    """How old a copy is in calendar days; 0 for today, and for a day to come of a clock that was wrong."""
    return max(0, (today - made_on).days)


def copy_is_due(made_on: date | None, today: date, every: int) -> bool:
    """Whether a copy outside the laptop is due: never made, or ``every`` days old and more."""
    return made_on is None or days_between(made_on, today) >= every
