"""Axes, gaps and labels: worked cases, and what must hold for any values."""

from decimal import Decimal
from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from emis_desktop.errors import Refused
from emis_desktop.rules.axes import Axis, close_axis, runs, spread, whole_axis

MARKS = st.decimals(min_value=0, max_value=100, places=1)


def axis(low: int, high: int, step: int) -> Axis:
    return Axis(Decimal(low), Decimal(high), Decimal(step))


@pytest.mark.parametrize(
    ("values", "expected"),
    [
        (["61.8", "66.8", "70.2", "71.6"], axis(50, 80, 10)),  # 61.8 leaves too little below for its label
        (["66", "71.6"], axis(60, 80, 10)),
        (["65"], axis(60, 70, 10)),
        (["70"], axis(60, 80, 10)),
        (["0", "3"], axis(0, 10, 10)),
        (["100"], axis(90, 100, 10)),
        (["0"], axis(0, 10, 10)),
        (["97.9", "98"], axis(90, 100, 10)),
        (["5", "95"], axis(0, 100, 20)),
        (["0", "100"], axis(0, 100, 20)),
        (["22", "78"], axis(0, 100, 20)),
    ],
)
def test_an_axis_near_its_values(values: list[str], expected: Axis) -> None:
    assert close_axis([Decimal(value) for value in values]) == expected


def test_an_axis_of_points_has_finer_steps() -> None:
    near = close_axis([Decimal("2.85"), Decimal("3.5")], ceiling=Decimal(4), step=Decimal("0.5"))
    assert near == Axis(Decimal("2.5"), Decimal(4), Decimal("0.5"))


def test_no_values_show_the_whole_range() -> None:
    assert close_axis([]) == axis(0, 100, 20)


@pytest.mark.parametrize("value", ["-1", "100.1"])
def test_a_value_outside_the_range_is_refused(value: str) -> None:
    with pytest.raises(Refused):
        close_axis([Decimal(value)])


@given(st.lists(MARKS, min_size=1))
def test_an_axis_holds_its_values_in_few_ticks(values: list[Decimal]) -> None:
    found = close_axis(values)
    assert 0 <= found.low <= min(values) <= max(values) <= found.high <= 100
    assert 2 <= len(found.ticks) <= 6
    assert found.ticks[0] == found.low
    assert found.ticks[-1] == found.high
    shares = [found.share(value) for value in sorted(values)]
    assert shares == sorted(shares)
    assert all(0 <= share <= 1 for share in shares)


def test_shares_are_kept_at_the_ends() -> None:
    found = axis(50, 100, 10)
    assert (found.share(Decimal(0)), found.share(Decimal(75)), found.share(Decimal(120))) == (0.0, 0.5, 1.0)


@pytest.mark.parametrize(
    ("low", "high", "expected"),
    [
        (0, 100, axis(0, 100, 20)),
        (0, 31, axis(0, 35, 5)),
        (0, 7, axis(0, 8, 2)),
        (0, 0, axis(0, 1, 1)),
        (0, 1200, axis(0, 1200, 200)),
        (3, 9, axis(3, 9, 1)),
    ],
)
def test_a_whole_axis_starts_and_ends_round(low: int, high: int, expected: Axis) -> None:
    assert whole_axis(Decimal(low), Decimal(high), most=8 if high == 31 else 7) == expected


@given(st.integers(0, 10_000), st.integers(0, 10_000), st.integers(3, 12))
def test_what_is_counted_is_told_in_whole_numbers(low: int, span: int, most: int) -> None:
    found = whole_axis(Decimal(low), Decimal(low + span), most=most, whole=True)
    assert found.low <= low
    assert found.high >= low + span
    assert 2 <= len(found.ticks) <= most
    assert all(str(tick) == str(int(tick)) for tick in found.ticks)


def test_a_tick_is_written_as_shortly_as_it_can_be() -> None:
    assert [str(tick) for tick in whole_axis(Decimal(0), Decimal(3), most=4).ticks] == ["0", "1", "2", "3"]
    assert [str(tick) for tick in whole_axis(Decimal(0), Decimal(1), most=4).ticks] == ["0.0", "0.5", "1.0"]
    ticks = whole_axis(Decimal(0), Decimal(1), most=4, whole=True).ticks
    assert [str(tick) for tick in ticks] == ["0", "1"]


@given(st.integers(0, 10_000), st.integers(0, 10_000), st.integers(3, 12))
def test_a_whole_axis_holds_its_range(low: int, span: int, most: int) -> None:
    found = whole_axis(Decimal(low), Decimal(low + span), most=most)
    assert found.low <= low
    assert found.high >= low + span
    assert 2 <= len(found.ticks) <= most


@pytest.mark.parametrize(
    ("values", "expected"),
    [
        ([], ()),
        ([None, None], ()),
        ([1, 2, 3], ((0, 1, 2),)),
        ([1, None, 3, 4], ((0,), (2, 3))),
        ([None, 2, None], ((1,),)),
    ],
)
def test_lines_stop_at_gaps(values: list[int | None], expected: tuple[tuple[int, ...], ...]) -> None:
    assert runs([None if value is None else Decimal(value) for value in values]) == expected


def test_labels_move_apart_and_keep_their_order() -> None:
    assert spread([5.0, 5.5], 2.0, 0.0, 10.0) == (5.0, 7.0)
    assert spread([9.5, 9.0], 2.0, 0.0, 10.0) == (10.0, 8.0)
    assert spread([1.0, 2.0, 3.0], 8.0, 0.0, 10.0) == (0.0, 5.0, 10.0)
    assert spread([], 2.0, 0.0, 10.0) == ()
    assert spread([-3.0], 2.0, 0.0, 10.0) == (0.0,)


@given(st.lists(st.floats(-50, 50), max_size=8), st.floats(0.5, 30))
def test_labels_never_overlap_nor_leave_their_room(places: list[float], gap: float) -> None:
    found = spread(places, gap, 0.0, 100.0)
    room = min(gap, 100.0 / max(1, len(places) - 1))
    ordered = sorted(found)
    assert all(upper - lower >= room - 1e-6 for lower, upper in pairwise(ordered))
    assert all(-1e-6 <= place <= 100.0 + 1e-6 for place in found)
