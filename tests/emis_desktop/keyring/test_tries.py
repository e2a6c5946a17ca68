"""A wait after wrong passwords that slows and never locks out, whatever the clock does."""

import errno
from collections.abc import Callable
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from emis_desktop.errors import Refused
from emis_desktop.keyring.tries import LONGEST_WAIT, Tries, delay_after

Now = Callable[[], float]


class Clocks:
    """A wall clock that anybody may set and a monotonic one that nobody can."""

    def __init__(self) -> None:
        self.wall = 1_700_000_000.0
        self.monotonic = 50.0

    def pass_time(self, seconds: float) -> None:
        self.wall += seconds
        self.monotonic += seconds


@pytest.fixture
def clocks() -> Clocks:
    return Clocks()


def start(path: Path, clocks: Clocks) -> Tries:
    """As a new start of the program."""
    return Tries(path, wall=lambda: clocks.wall, monotonic=lambda: clocks.monotonic)


@pytest.fixture
def path(tmp_path: Path) -> Path:
    return tmp_path / "sign-in.json"


def wrong(tries: Tries, times: int) -> None:
    for _ in range(times):
        tries.wrong("ana")


def test_the_wait_grows_to_five_minutes_and_no_further() -> None:
    waits = [delay_after(number) for number in range(1, 15)]
    assert waits == [0, 0, 2, 4, 8, 16, 32, 64, 128, 256, 300, 300, 300, 300]
    assert delay_after(10**9) == LONGEST_WAIT


def test_two_slips_cost_nothing_and_the_third_a_moment(path: Path, clocks: Clocks) -> None:
    tries = start(path, clocks)
    wrong(tries, 2)
    tries.check("ana")
    wrong(tries, 1)
    with pytest.raises(Refused, match="Wait 2 s"):
        tries.check("ana")
    clocks.pass_time(1.5)
    assert tries.wait("ana") == 1
    clocks.pass_time(0.5)
    tries.check("ana")


def test_one_persons_slips_hold_up_nobody_else(path: Path, clocks: Clocks) -> None:
    tries = start(path, clocks)
    wrong(tries, 9)
    assert tries.wait("ana") == 128
    assert tries.wait("bea") == 0


def test_the_right_password_ends_the_counting(path: Path, clocks: Clocks) -> None:
    tries = start(path, clocks)
    wrong(tries, 5)
    tries.right("ana")
    assert tries.wait("ana") == 0
    assert start(path, clocks).wait("ana") == 0
    tries.right("ana")


def test_a_new_start_of_the_program_does_not_shorten_the_wait(path: Path, clocks: Clocks) -> None:
    wrong(start(path, clocks), 8)
    clocks.pass_time(10)
    assert start(path, clocks).wait("ana") == 54


def test_a_clock_set_forward_in_one_run_does_not_shorten_it(path: Path, clocks: Clocks) -> None:
    tries = start(path, clocks)
    wrong(tries, 8)
    clocks.wall += 10**9
    assert tries.wait("ana") == 64


@given(back=st.floats(1, 10**10), passed=st.floats(0, 400))
def test_a_clock_set_back_gives_at_most_the_whole_wait_once(
    tmp_path_factory: pytest.TempPathFactory, back: float, passed: float
) -> None:
    path, clocks = tmp_path_factory.mktemp("tries") / "t", Clocks()
    wrong(start(path, clocks), 8)
    clocks.wall -= back
    again = start(path, clocks)
    assert again.wait("ana") == 64
    clocks.pass_time(passed)
    assert again.wait("ana") <= 64
    assert (again.wait("ana") == 0) == (passed >= 64)


def test_nobody_is_locked_out_for_longer_than_five_minutes(path: Path, clocks: Clocks) -> None:
    tries = start(path, clocks)
    wrong(tries, 40)
    clocks.pass_time(LONGEST_WAIT)
    tries.check("ana")
    assert start(path, clocks).wait("ana") == 0


@pytest.mark.parametrize("content", [b"", b"{", b"[]", b'{"ana": 5}', b"\xff"])
def test_a_damaged_count_keeps_nobody_out(path: Path, clocks: Clocks, content: bytes) -> None:
    path.write_bytes(content)
    tries = start(path, clocks)
    tries.check("ana")
    wrong(tries, 3)
    assert start(path, clocks).wait("ana") == 2


def test_a_full_disk_keeps_nobody_out(path: Path, clocks: Clocks, monkeypatch: pytest.MonkeyPatch) -> None:
    def full(self: Path, target: Path) -> Path:
        raise OSError(errno.ENOSPC, "full")

    monkeypatch.setattr(Path, "replace", full)
    tries = start(path, clocks)
    wrong(tries, 3)
    assert tries.wait("ana") == 2
    tries.right("ana")
    assert tries.wait("ana") == 0


def test_the_clocks_of_the_machine_serve(path: Path) -> None:
    tries = Tries(path)
    wrong(tries, 5)
    assert 0 < tries.wait("ana") <= 8
