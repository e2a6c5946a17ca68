"""The hybrid logical clock goes forward whatever the laptop believes, and nobody can poison it."""

from uuid import UUID

import pytest
from hypothesis import given
from hypothesis import strategies as st

from emis_desktop.rules.clock import (
    MAX_AHEAD_MS,
    NEVER,
    SERVER,
    UNWRITTEN,
    Clock,
    Tick,
    actor_number,
    believed,
    merge,
    pack,
    tick,
    ticked,
    unpack,
    wire_stamp,
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


SITE = UUID("01920000-0000-7000-8000-000000000001")


def test_each_generation_of_a_site_is_an_actor_of_its_own() -> None:
    numbers = {actor_number(SITE, generation) for generation in range(200)}
    assert len(numbers) == 200
    assert all(0 < number < 1 << 48 for number in numbers)
    assert SERVER not in numbers


def test_the_actor_number_is_part_of_the_protocol() -> None:
    assert actor_number(SITE, 1) == 0xFBF52F0148A5


def test_a_tick_ranks_by_receipt_only_what_is_not_believed() -> None:
    assert ticked(Clock(pack(Y2026, 3), 7), Y2026).rank == pack(Y2026, 3)
    assert ticked(Clock(pack(Y2037), 7), Y2026) == Tick(Clock(pack(Y2037), 7), pack(Y2026), 0)
    assert Tick(NEVER, 0) == UNWRITTEN


def test_a_small_offset_leaves_a_stamp_alone() -> None:
    stamp = pack(Y2026, 5)
    assert wire_stamp(stamp, 0, Y2026 + 100, MAX_AHEAD_MS) == stamp
    assert wire_stamp(stamp, 0, Y2026 + 100, -50) == stamp


def test_a_clock_of_2001_and_one_of_2037_are_put_right() -> None:
    of_2001 = wire_stamp(pack(Y2001, 2), 0, Y2001 + 60_000, Y2026 - Y2001)
    assert unpack(of_2001) == (Y2026, 2)
    of_2037 = wire_stamp(pack(Y2037, 2), 0, Y2037 + 60_000, Y2026 - Y2037)
    assert unpack(of_2037) == (Y2026, 2)


def test_a_stamp_counted_on_past_the_present_leaves_as_the_present() -> None:
    assert unpack(wire_stamp(pack(Y2037, 2), 0, Y2026, 0))[0] == Y2026


@given(st.lists(STAMPS, min_size=1), SANE_WALLS, st.integers(-Y2037, Y2037))
def test_stamps_leave_in_growing_order(stamps: list[int], wall: int, offset: int) -> None:
    last = 0
    for stamp in sorted(stamps):
        left = wire_stamp(stamp, last, wall, offset)
        assert left > last
        last = left
