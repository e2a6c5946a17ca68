"""Days of one year as days of the next."""

from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from emis_desktop.rules.new_year import Frame, next_code, same_date

FRAME = Frame(date(2026, 9, 7), date(2027, 9, 6), date(2027, 12, 17))


def test_a_day_moves_by_whole_weeks_and_stays_inside() -> None:
    assert FRAME.weeks == 52
    assert FRAME.moved(date(2026, 11, 5)) == date(2027, 11, 4)
    assert FRAME.moved(date(2026, 12, 30)) == date(2027, 12, 17)
    assert FRAME.moved(date(2026, 9, 1)) == date(2027, 9, 6)
    assert FRAME.span(date(2026, 12, 17), date(2026, 12, 18)) == (date(2027, 12, 16), date(2027, 12, 17))


def test_a_holiday_keeps_its_date() -> None:
    assert same_date(date(2026, 12, 25), 1) == date(2027, 12, 25)
    assert same_date(date(2028, 2, 29), 1) == date(2029, 2, 28)


def test_the_next_year_has_the_next_code() -> None:
    assert [next_code(code) for code in ("2026-27", "2026", "2098-99", "2099-00")] == [
        *("2027-28", "2027", "2099-00", "2100-01")
    ]
    with pytest.raises(ValueError, match="invalid literal"):
        next_code("year")


@given(st.dates(date(2000, 1, 1), date(2090, 1, 1)), st.integers(0, 60), st.integers(0, 90))
def test_weekdays_stay(first: date, later: int, after: int) -> None:
    frame = Frame(first, first + timedelta(360 + later), first + timedelta(700))
    day = first + timedelta(after)
    starts, ends = frame.span(day, day + timedelta(4))
    assert (starts.weekday(), (ends - starts).days) == (day.weekday(), 4)
    assert abs((starts - day).days - (360 + later)) <= 3
