"""When a copy is due, by the calendar and not by the hour."""

from datetime import date

import pytest

from emis_desktop.rules.reminders import copy_is_due, days_between

TODAY = date(2026, 11, 22)


@pytest.mark.parametrize(
    ("made_on", "due"),
    [
        (None, True),
        (date(2026, 11, 15), True),
        (date(2026, 11, 16), False),
        (TODAY, False),
        (date(2027, 1, 1), False),
    ],
)
def test_a_copy_is_due_on_the_seventh_day(made_on: date | None, due: bool) -> None:
    assert copy_is_due(made_on, TODAY, 7) is due


def test_a_copy_of_a_day_to_come_is_new() -> None:
    assert days_between(date(2027, 1, 1), TODAY) == 0
    assert days_between(date(2026, 11, 15), TODAY) == 7
