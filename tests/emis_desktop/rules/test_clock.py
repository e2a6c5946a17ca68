"""The hybrid logical clock goes forward whatever the laptop believes, and nobody can poison it."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from emis_desktop.rules.clock import (
    MAX_AHEAD_MS,
    FieldClock,
    OpKind,
    OpState,
    believed,
    merge,
    pack,
    tick,
    unpack,
)

Y2001 = 978_307_200_000
Y2026 = 1_795_000_000_000
Y2037 = 2_114_380_800_000
SANE_WALLS = st.integers(-(1 << 50), 1 << 50)
STAMPS = st.integers(0, pack(Y2037, 65_535))


def test_a_stamp_is_time_then_counter() -> None:
    assert pack(Y2026, 7) == Y2026 * 65_536 + 7
    assert unpack(pack(Y2026, 7)) == (Y2026, 7)


@pytest.mark.parametrize(("ms", "counter"), [(-1, 0), (1 << 47, 0), (0, -1), (0, 65_536)])
def test_a_stamp_fits_a_signed_64_bit_column(ms: int, counter: int) -> None:
    with pytest.raises(ValueError, match="range"):
        pack(ms, counter)
    assert pack((1 << 47) - 1, 65_535) == (1 << 63) - 1


def test_the_wall_clock_leads_while_it_goes_forward() -> None:
    assert unpack(tick(pack(Y2026, 9), Y2026 + 5)) == (Y2026 + 5, 0)


def test_a_standing_clock_counts() -> None:
    assert unpack(tick(pack(Y2026, 9), Y2026)) == (Y2026, 10)


def test_a_full_counter_moves_the_millisecond() -> None:
    assert unpack(tick(pack(Y2026, 65_535), Y2026)) == (Y2026 + 1, 0)


def test_a_laptop_in_2001_counts_on() -> None:
    assert unpack(tick(pack(Y2026), Y2001)) == (Y2026, 1)


def test_the_first_stamp_of_all() -> None:
    assert tick(0, -5) == 1
    assert unpack(tick(0, Y2026)) == (Y2026, 0)


@given(st.lists(SANE_WALLS, min_size=1), STAMPS)
def test_ticks_always_grow(walls: list[int], last: int) -> None:
    for wall in walls:
        new = tick(last, wall)
        assert new > last
        last = new


@given(STAMPS, STAMPS, st.integers(0, Y2037))
def test_after_a_merge_comes_after_both(last: int, seen: int, wall: int) -> None:
    after = merge(last, seen, wall)
    assert after > last
    assert after > believed(seen, wall)


def test_a_laptop_in_2037_moves_nobody_elses_clock() -> None:
    after = merge(pack(Y2026), pack(Y2037), Y2026 + 1_000)
    assert unpack(after)[0] == Y2026 + 1_000


def test_a_little_ahead_is_believed_and_far_ahead_ranks_by_receipt() -> None:
    just, beyond = pack(Y2026 + MAX_AHEAD_MS, 3), pack(Y2026 + MAX_AHEAD_MS + 1, 3)
    assert believed(just, Y2026) == just
    assert believed(beyond, Y2026) == pack(Y2026)
    assert believed(pack(Y2001), Y2026) == pack(Y2001)


def test_ties_are_broken_the_same_way_everywhere() -> None:
    low = FieldClock(pack(Y2026), b"\x01", 1, b"\xff")
    assert max(low, FieldClock(pack(Y2026, 1), b"\x00", 0, b"")) != low
    assert max(low, FieldClock(pack(Y2026), b"\x02", 0, b"")) != low
    assert max(low, FieldClock(pack(Y2026), b"\x01", 2, b"")) != low
    assert max(low, FieldClock(pack(Y2026), b"\x01", 1, b"\xfe")) == low


def test_words_of_the_journal_are_stable() -> None:
    assert list(map(str, OpKind)) == ["insert", "update", "delete", "restore"]
    assert list(map(str, OpState)) == ["frozen", "acknowledged", "rejected", "parked"]
