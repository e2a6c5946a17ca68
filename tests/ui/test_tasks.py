"""Jobs off the GUI thread: progress, cancel, refusal, a fault nobody foresaw, a page that is gone."""

import logging
import threading
import weakref
from collections.abc import Iterator

import pytest
from PySide6.QtCore import QObject, QThread
from pytestqt.qtbot import QtBot
from shiboken6 import delete

from emis_desktop.errors import EmisError, Refused
from ui.context import DOWNLOAD_MS, ChangeHub
from ui.tasks import TaskControl, Tasks, UnderWay


@pytest.fixture
def tasks(qtbot: QtBot) -> Iterator[Tasks]:
    made = Tasks()
    yield made
    assert made.stop_all()
    qtbot.waitUntil(lambda: made.running() == 0)


def test_the_result_comes_in_the_gui_thread(tasks: Tasks, qtbot: QtBot) -> None:
    seen: list[tuple[object, QThread]] = []
    inside: list[int] = []

    def job(control: TaskControl) -> str:
        inside.append(threading.get_ident())
        return "done"

    task = tasks.run(job)
    task.succeeded.connect(lambda result: seen.append((result, QThread.currentThread())))
    with qtbot.waitSignal(task.ended):
        pass
    assert seen[0][0] == "done"
    assert seen[0][1] is QThread.currentThread()
    assert inside[0] != threading.get_ident()


def test_progress_is_told_and_its_end_never_missed(tasks: Tasks, qtbot: QtBot) -> None:
    seen: list[tuple[int, int, str]] = []

    def job(control: TaskControl) -> None:
        for number in range(1, 5001):
            control.progress(number, 5000, "card")

    task = tasks.run(job)
    task.progressed.connect(lambda *step: seen.append(step))
    with qtbot.waitSignal(task.ended):
        pass
    assert seen[-1] == (5000, 5000, "card")
    assert len(seen) < 200


def test_cancel_stops_at_the_next_check(tasks: Tasks, qtbot: QtBot) -> None:
    started, done = threading.Event(), []

    def job(control: TaskControl) -> None:
        started.set()
        for number in range(10**9):
            control.progress(number, 10**9)
            done.append(number)

    task = tasks.run(job)
    with qtbot.waitSignal(task.cancelled):
        started.wait(5)
        task.cancel()
    assert task.control.is_cancelled()


def test_a_refusal_arrives_as_it_was_raised(tasks: Tasks, qtbot: QtBot) -> None:
    def job(control: TaskControl) -> None:
        raise Refused("More than {most}.", most=100)

    task = tasks.run(job)
    with qtbot.waitSignal(task.refused) as caught:
        pass
    assert str(caught.args[0]) == "More than 100."


def test_a_fault_nobody_foresaw_becomes_plain_words(
    tasks: Tasks, qtbot: QtBot, caplog: pytest.LogCaptureFixture
) -> None:
    def job(control: TaskControl) -> None:
        raise ZeroDivisionError

    with caplog.at_level(logging.ERROR):
        task = tasks.run(job)
        with qtbot.waitSignal(task.refused) as caught:
            pass
    assert isinstance(caught.args[0], EmisError)
    assert "ZeroDivision" not in str(caught.args[0])
    assert "ZeroDivisionError" in caplog.text


def test_a_page_may_go_before_the_work_ends(tasks: Tasks, qtbot: QtBot) -> None:
    class Page(QObject):
        def show_result(self, result: object) -> None:
            raise AssertionError("a deleted page was called")

    go_on = threading.Event()
    page = Page()
    task = tasks.run(lambda control: go_on.wait(5))
    task.succeeded.connect(page.show_result)
    delete(page)
    with qtbot.waitSignal(task.ended):
        go_on.set()


def test_changes_from_another_thread_arrive_in_the_gui_thread(qtbot: QtBot) -> None:
    hub, seen = ChangeHub(), []
    hub.changed.connect(lambda tables: seen.append((tables, QThread.currentThread())))
    with qtbot.waitSignal(hub.changed):
        threading.Thread(target=hub.post, args=(frozenset({"mark"}),)).start()
    assert seen == [(frozenset({"mark"}), QThread.currentThread())]


def test_what_comes_while_the_screen_is_busy_is_told_as_one(qtbot: QtBot) -> None:
    hub, seen = ChangeHub(), list[frozenset[str]]()
    hub.changed.connect(seen.append)

    def post() -> None:
        for name in ("person", "mark", "person"):
            hub.post(frozenset({name}))

    writing = threading.Thread(target=post)
    writing.start()
    writing.join()
    qtbot.waitUntil(lambda: bool(seen))
    assert seen == [frozenset({"person", "mark"})]


def test_a_download_is_told_now_and_then_and_an_act_at_once_with_what_came_before(qtbot: QtBot) -> None:
    hub, seen = ChangeHub(), list[frozenset[str]]()
    hub.changed.connect(seen.append)
    for _ in range(200):
        hub.post(frozenset({"enrolment"}), soon=False)
    assert seen == []
    hub.post(frozenset({"mark"}))
    assert seen == [frozenset({"enrolment", "mark"})]
    for _ in range(200):
        hub.post(frozenset({"person"}), soon=False)
    qtbot.waitUntil(lambda: len(seen) == 2)
    assert seen[1] == frozenset({"person"})
    with qtbot.assertNotEmitted(hub.changed, wait=DOWNLOAD_MS + 100):
        pass


def test_a_job_is_let_go_of_when_it_has_ended(tasks: Tasks, qtbot: QtBot) -> None:
    """It may hold a password, and Qt's pool remembers each of its runs."""

    class Secret:
        def __call__(self, _control: TaskControl) -> int:
            return 1

    secret = Secret()
    alive = weakref.ref(secret)
    task = tasks.run(secret)
    del secret
    with qtbot.waitSignal(task.ended):
        pass
    qtbot.waitUntil(lambda: alive() is None)


def test_of_the_work_under_way_that_which_must_end_is_told_first(tasks: Tasks, qtbot: QtBot) -> None:
    go_on = threading.Event()
    try:
        tasks.run(lambda _control: go_on.wait(10))
        assert tasks.under_way() is None
        tasks.run(lambda _control: go_on.wait(10), "The copy is still being saved")
        assert tasks.under_way() == UnderWay("The copy is still being saved", stops=True)
        tasks.run(lambda _control: go_on.wait(10), "The new code is still being made", stops=False)
        assert tasks.under_way() == UnderWay("The new code is still being made", stops=False)
    finally:
        go_on.set()
    qtbot.waitUntil(lambda: tasks.running() == 0)
    assert tasks.under_way() is None
