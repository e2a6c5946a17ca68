"""The time without contact: 30 days, whatever is done to the clock."""

from hypothesis import given
from hypothesis import strategies as st

from emis_desktop.rules.time_limit import DAY_MS, Limit, days_left, days_since, ends_ms, extended, now_ms

T = 1_790_000_000_000
YEAR = 365 * DAY_MS


def test_thirty_days() -> None:
    limit = Limit(contact_ms=T)
    assert days_left(limit, T) == 30
    assert days_left(limit, T + 30 * DAY_MS) == 0
    assert days_left(limit, T + 30 * DAY_MS + 1) == -1
    assert days_since(limit, T + 3 * DAY_MS + 5) == 3


def test_a_clock_set_back_gains_nothing_once_anything_has_a_later_stamp() -> None:
    limit = Limit(contact_ms=T, stamp_ms=T + 29 * DAY_MS)
    assert days_left(limit, T - 5 * YEAR) == 1
    assert days_left(Limit(contact_ms=T, stamp_ms=T + 31 * DAY_MS), T) < 0


def test_a_clock_that_was_wrong_at_the_contact_still_counts_from_it() -> None:
    wrong = T + 10 * YEAR
    limit = Limit(contact_ms=T, offset_ms=T - wrong, stamp_ms=wrong)
    assert days_left(limit, wrong) == 30
    assert days_left(limit, wrong + 31 * DAY_MS) == -1
    assert days_left(limit, T + 31 * DAY_MS) == -1, "put right since: believed"
    slow = Limit(contact_ms=T, offset_ms=10 * YEAR, stamp_ms=T - 10 * YEAR)
    assert days_left(slow, T - 10 * YEAR + 5 * DAY_MS) == 25
    assert days_left(slow, T + 5 * DAY_MS) == 25


def test_a_code_by_telephone_extends_from_when_it_is_typed() -> None:
    limit = Limit(contact_ms=T)
    late = T + 40 * DAY_MS
    longer = Limit(contact_ms=T, extended_ms=extended(limit, late))
    assert days_left(limit, late) == -10
    assert days_left(longer, late) == 30


@given(
    st.integers(0, 30 * YEAR),
    st.integers(-10 * YEAR, 10 * YEAR),
    st.integers(0, 30 * YEAR),
    st.integers(0, 60 * YEAR),
)
def test_nobody_gets_more_than_the_days(contact: int, offset: int, stamp: int, wall: int) -> None:
    limit = Limit(contact, offset, stamp)
    assert now_ms(limit, wall) >= contact
    assert days_left(limit, wall) <= (ends_ms(limit) - contact) // DAY_MS
