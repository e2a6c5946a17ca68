"""A transaction of entries has the length that the machine takes 30 ms for."""

import pytest

from sync.client.pace import ALONE, FEWEST, MOST, TARGET, Pace


@pytest.mark.parametrize(("a_thousand_take", "settles"), [(0.030, 1_000), (0.120, 250), (0.060, 500)])
def test_the_size_settles_where_the_time_is_right(a_thousand_take: float, settles: int) -> None:
    pace = Pace(200)
    for _ in range(10):
        pace.took(pace.size, pace.size * a_thousand_take / 1_000)
    assert pace.size == pytest.approx(settles, abs=2)


def test_it_never_leaps_and_stays_within_its_bounds() -> None:
    pace = Pace(200)
    pace.took(200, TARGET / 100)
    assert pace.size == 400
    for _ in range(5):
        pace.took(pace.size, 0.0)
    assert pace.size == MOST
    pace.took(MOST, 60.0)
    assert pace.size == MOST // 2
    for _ in range(9):
        pace.took(pace.size, 60.0)
    assert pace.size == FEWEST


def test_a_short_transaction_proves_nothing_unless_it_was_slow() -> None:
    pace = Pace(200)
    pace.took(3, 0.001)
    assert pace.size == 200
    pace.took(100, 2 * TARGET)
    assert pace.size == 50


def test_it_may_be_fixed() -> None:
    pace = Pace(5, fewest=5, most=5)
    pace.took(5, 1.0)
    pace.took(5, 0.0)
    assert pace.size == 5


def test_where_nobody_types_it_may_take_longer() -> None:
    pace = Pace(200, target=ALONE)
    for _ in range(10):
        pace.took(pace.size, pace.size * 0.0005)
    assert pace.size == pytest.approx(1_000, abs=2)
