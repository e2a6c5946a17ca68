"""A page's questions and writes: in the order asked, told in the screen's thread, waited for at the end."""

import threading
from collections.abc import Iterator

import pytest
from PySide6.QtCore import QObject
from pytestqt.qtbot import QtBot

from emis_desktop.errors import EmisError, Refused
from ui.work_queue import WorkQueue


@pytest.fixture
def queue(qtbot: QtBot) -> Iterator[WorkQueue]:
    owner = QObject()
    made = WorkQueue(owner)
    yield made
    made.finish()


def unexpected(reason: EmisError) -> None:
    raise AssertionError(reason.message)


def test_what_is_read_after_a_write_has_it(queue: WorkQueue, qtbot: QtBot) -> None:
    gate, store, told = threading.Event(), [0], list[tuple[str, int, bool]]()
    here = threading.get_ident()

    def write() -> int:
        assert gate.wait(10)
        store[0] = 7
        return 1

    def tell(what: str, value: int) -> None:
        told.append((what, value, threading.get_ident() == here))

    queue.run(write, lambda value: tell("write", value), unexpected)
    queue.run(lambda: store[0], lambda value: tell("read", value), unexpected)
    assert queue.busy()
    with qtbot.waitSignal(queue.idle):
        gate.set()
    assert told == [("write", 1, True), ("read", 7, True)]
    assert not queue.busy()


def test_a_refusal_is_told_and_the_next_job_goes_on(queue: WorkQueue, qtbot: QtBot) -> None:
    told = list[str]()

    def refuse() -> None:
        raise Refused("Not now.")

    with qtbot.waitSignal(queue.idle):
        queue.run(refuse, lambda _result: told.append("done"), lambda reason: told.append(reason.message))
        queue.run(lambda: "next", told.append, unexpected)
    assert told == ["Not now.", "next"]


def test_finish_waits_for_what_was_only_asked(queue: WorkQueue, qtbot: QtBot) -> None:
    done = list[int]()
    queue.run(lambda: done.append(1), lambda _none: None, unexpected)
    assert done == [], "a job starts when the screen has shown what led to it"
    assert queue.finish()
    assert done == [1]
    qtbot.waitUntil(lambda: not queue.busy())
