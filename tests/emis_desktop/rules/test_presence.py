"""Who belongs to a term."""

from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from emis_desktop.rules.presence import belongs, enough_days

FIRST, LAST = date(2026, 9, 7), date(2026, 12, 11)
DAYS = st.dates(date(2026, 8, 1), date(2027, 1, 31))


def test_half_of_the_days_are_enough() -> None:
    assert (LAST - FIRST).days + 1 == 96
    assert enough_days(FIRST, LAST) == 48
    assert enough_days(FIRST, FIRST) == 1
    assert enough_days(FIRST, FIRST + timedelta(days=2)) == 2


@pytest.mark.parametrize(
    ("starts", "ends", "marked", "expected"),
    [
        (FIRST, None, False, True),
        (LAST, None, False, True),
        (LAST + timedelta(days=1), None, True, False),
        (FIRST, LAST, False, True),
        (FIRST, FIRST - timedelta(days=1), True, False),
        (FIRST, FIRST, False, False),
        (FIRST, FIRST, True, True),
        (FIRST, FIRST + timedelta(days=46), False, False),
        (FIRST, FIRST + timedelta(days=47), False, True),
        (date(2025, 9, 1), FIRST + timedelta(days=46), False, False),
        (FIRST + timedelta(days=1), FIRST + timedelta(days=47), False, False),
    ],
)
def test_a_real_part_of_the_term(starts: date, ends: date | None, marked: bool, expected: bool) -> None:
    assert belongs(starts, ends, FIRST, LAST, marked=marked) is expected


@given(DAYS, st.none() | DAYS, st.booleans())
def test_a_longer_stay_or_a_mark_never_takes_a_pupil_away(
    starts: date, ends: date | None, marked: bool
) -> None:
    if not belongs(starts, ends, FIRST, LAST, marked=marked):
        return
    assert belongs(starts, None, FIRST, LAST, marked=marked)
    assert ends is None or belongs(starts, ends + timedelta(days=1), FIRST, LAST, marked=marked)
    assert belongs(starts, ends, FIRST, LAST, marked=True)
