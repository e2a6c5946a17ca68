"""The garbage collector is held back while a batch is in hand, and works again as it did before."""

import gc
from collections.abc import Iterator

import pytest

from sync.collector import held_back, quiet_for


@pytest.fixture(autouse=True)
def working() -> Iterator[None]:
    """Whatever a window of a test before has left."""
    before = gc.isenabled()
    gc.enable()
    yield
    (gc.enable if before else gc.disable)()


def test_it_works_again_after_the_last_block() -> None:
    with held_back():
        assert not gc.isenabled()
        with held_back():
            assert not gc.isenabled()
        assert not gc.isenabled()
    assert gc.isenabled()


def test_blocks_that_end_in_another_order_leave_it_as_it_was() -> None:
    first, second = held_back(), held_back()
    first.__enter__()
    second.__enter__()
    first.__exit__(None, None, None)
    assert not gc.isenabled()
    second.__exit__(None, None, None)
    assert gc.isenabled()


def test_one_that_was_switched_off_stays_off() -> None:
    gc.disable()
    with held_back():
        assert not gc.isenabled()
    assert not gc.isenabled()


def test_it_tells_for_how_long_it_has_been_quiet() -> None:
    with held_back():
        with held_back():
            assert quiet_for() == 0
        assert quiet_for() == 0
    first = quiet_for()
    assert 0 <= first < 60
    assert quiet_for() >= first
