"""Objects that refer to each other end in the thread of the screen."""

import gc
import threading
from typing import ClassVar

import pytest
from PySide6.QtCore import QObject, QTimer
from pytestqt.qtbot import QtBot

from ui.housekeeping import MOST_BEATS, QUIET_S, Housekeeper, keep_what_is_here
from ui.tasks import TaskControl, Tasks


class Knot:
    """Refers to itself, so that only the collector can let go of it."""

    ended_in: ClassVar[list[int]] = []

    def __init__(self) -> None:
        self.me = self

    def __del__(self) -> None:
        Knot.ended_in.append(threading.get_ident())


def _tie_many(_control: TaskControl) -> int:
    for _ in range(5_000):
        Knot()
    return threading.get_ident()


def test_what_a_thread_ties_is_let_go_of_by_the_screens(qtbot: QtBot, housekeeper: Housekeeper) -> None:
    gc.collect()
    Knot.ended_in.clear()
    tasks = Tasks()
    task = tasks.run(_tie_many)
    with qtbot.waitSignal(task.ended):
        pass
    housekeeper.tidy()
    assert len(Knot.ended_in) == 5_000
    assert set(Knot.ended_in) == {threading.get_ident()}


def test_it_runs_by_itself_and_gives_back_what_it_took(qtbot: QtBot, housekeeper: Housekeeper) -> None:
    assert not gc.isenabled()
    Knot.ended_in.clear()
    for _ in range(5_000):
        Knot()
    keeper = Housekeeper()
    timer = keeper.findChild(QTimer)
    assert timer is not None
    timer.setInterval(10)
    qtbot.waitUntil(lambda: len(Knot.ended_in) >= 5_000)
    keeper.stop()
    assert gc.isenabled()
    gc.disable()  # the tests' own goes on
    assert isinstance(housekeeper, QObject)


def test_a_jobs_last_hold_is_let_go_of_by_the_screens_thread(qtbot: QtBot) -> None:
    Knot.ended_in.clear()

    class Held:
        def __del__(self) -> None:
            Knot.ended_in.append(threading.get_ident())

    def job_of(held: Held) -> object:
        return lambda _control: held is None

    tasks = Tasks()
    for _ in range(50):
        task = tasks.run(job_of(Held()))  # type: ignore[arg-type]  # a job is all that is wanted
        with qtbot.waitSignal(task.ended):
            del task
    qtbot.waitUntil(lambda: len(Knot.ended_in) == 50)
    assert set(Knot.ended_in) == {threading.get_ident()}


def test_the_program_itself_is_looked_at_once(housekeeper: Housekeeper) -> None:
    before = len(gc.get_objects())
    keep_what_is_here()
    try:
        assert len(gc.get_objects()) < before / 10
        Knot.ended_in.clear()
        Knot()
        gc.collect()
        assert len(Knot.ended_in) == 1, "what comes later is looked at"
    finally:
        gc.unfreeze()


@pytest.fixture
def looked(monkeypatch: pytest.MonkeyPatch) -> list[int]:
    """What a housekeeper collects while there is always enough for a whole collection."""
    found: list[int] = []
    monkeypatch.setattr(gc, "get_count", lambda: (100_000, 100, 100))
    monkeypatch.setattr(gc, "collect", lambda generation=2: found.append(generation))
    sizes = {0: 10, 1: 90, 2: 1_000}
    monkeypatch.setattr(gc, "get_objects", lambda generation: range(sizes[generation]))
    return found


def test_all_is_looked_at_only_once_a_quarter_has_grown_old(
    housekeeper: Housekeeper, looked: list[int]
) -> None:
    keeper = Housekeeper()
    keeper.stop()
    gc.disable()  # the tests' own goes on
    for _ in range(8):
        keeper.tidy()
    assert looked == [2, 1, 1, 2, 1, 1, 2, 1]
    assert isinstance(housekeeper, QObject)


def test_all_is_looked_at_in_quiet_and_not_put_off_for_ever(
    housekeeper: Housekeeper, looked: list[int]
) -> None:
    since = [0.0]
    keeper = Housekeeper(quiet_for=lambda: since[0])
    keeper.stop()
    gc.disable()  # the tests' own goes on
    for _ in range(MOST_BEATS):
        keeper.tidy()
    assert set(looked) == {1}
    keeper.tidy()
    assert looked[-1] == 2
    looked.clear()
    for seconds in (0.0, 1.0, 0.0, QUIET_S):
        since[0] = seconds
        keeper.tidy()
    assert looked == [1, 1, 1, 2]
    assert isinstance(housekeeper, QObject)
