"""A stop that the interpreter drops is asked for once more."""

import gc
import signal
import sys
import time
import weakref

import pytest

from emis_desktop.terminal.stopping import stop_heard


class Thing:
    """Something that goes."""


def stop(_gone: object) -> None:
    signal.raise_signal(signal.SIGINT)


def work(things: list[Thing]) -> None:
    """Let the things go, and go on."""
    things.clear()
    gc.collect()
    for _ in range(500):
        time.sleep(0.01)


def test_a_stop_in_a_callback_of_the_collector_is_heard() -> None:
    things = [Thing()]
    watched = weakref.ref(things[0], stop)
    with pytest.raises(KeyboardInterrupt), stop_heard():
        work(things)
    assert watched() is None


def test_other_faults_that_are_dropped_are_told_as_before(monkeypatch: pytest.MonkeyPatch) -> None:
    told: list[type[BaseException]] = []
    monkeypatch.setattr(sys, "unraisablehook", lambda found: told.append(found.exc_type))

    def fail(_gone: object) -> None:
        raise LookupError

    thing = Thing()
    watched = weakref.ref(thing, fail)
    with stop_heard():
        del thing
        gc.collect()
    assert told == [LookupError]
    assert watched() is None
    assert sys.unraisablehook is not None
