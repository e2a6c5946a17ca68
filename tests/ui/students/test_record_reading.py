"""Which of several readings of a record is shown: never one from before what was written here."""

from types import SimpleNamespace
from typing import Any
from uuid import UUID

import pytest
from PySide6.QtCore import QObject
from PySide6.QtWidgets import QApplication

from emis_desktop.errors import Refused
from ui.students.record.reading import RecordReader
from ui.tasks import Task

ONE, TWO = UUID(int=1), UUID(int=2)


class Desk:
    """A store that answers when the test lets it: ``begun`` are the readings under way."""

    def __init__(self) -> None:
        self.begun: list[Task] = []
        queries = SimpleNamespace(students=SimpleNamespace(record=lambda student_id: student_id))
        context: Any = SimpleNamespace(queries=queries, tasks=SimpleNamespace(run=self._run))
        self.keeper = QObject()
        self.reader = RecordReader(context, self.keeper)
        self.heard: list[Any] = []
        self.reader.read.connect(self.heard.append)
        self.reader.renewed.connect(lambda: self.heard.append("renewed"))
        self.reader.lost.connect(lambda refusal: self.heard.append(str(refusal)))

    def _run(self, job: Any) -> Task:  # noqa: ANN401 - whatever a reader asks
        self.begun.append(Task(job))
        return self.begun[-1]

    def answer(self, value: object, outcome: str = "succeeded") -> None:
        self.begun.pop(0).tell(outcome, value)


@pytest.fixture
def desk(qapp: QApplication) -> Desk:
    assert qapp is not None
    return Desk()


def test_all_that_is_asked_during_a_reading_is_one_more(desk: Desk) -> None:
    for _ in range(4):
        desk.reader.ask(ONE, written=False)
    assert len(desk.begun) == 1
    desk.answer("first")
    assert len(desk.begun) == 1
    desk.answer("second")
    assert desk.begun == []
    assert desk.heard == ["first", "second"]


def test_what_was_read_before_a_write_is_not_shown(desk: Desk) -> None:
    desk.reader.ask(ONE, written=False)
    desk.reader.ask(ONE, written=True)
    desk.reader.ask(ONE, written=False)
    desk.answer("old")
    assert desk.heard == []
    desk.answer("new")
    assert desk.heard == ["new", "renewed"]
    assert desk.begun == []


def test_nothing_is_heard_of_a_record_that_was_left(desk: Desk) -> None:
    desk.reader.ask(ONE, written=True)
    desk.reader.forget()
    desk.answer("one")
    assert (desk.heard, desk.begun) == ([], [])
    desk.reader.ask(ONE, written=False)
    desk.reader.forget()
    desk.reader.ask(TWO, written=False)
    desk.answer("one")
    desk.answer("two")
    assert desk.heard == ["two"]


def test_a_record_that_is_not_there_any_more_is_told_once(desk: Desk) -> None:
    desk.reader.ask(ONE, written=False)
    desk.reader.ask(ONE, written=True)
    desk.answer(Refused("gone"), "refused")
    assert (desk.heard, desk.begun) == (["gone"], [])
    desk.reader.ask(ONE, written=False)
    desk.reader.ask(TWO, written=False)
    desk.answer(Refused("gone"), "refused")
    desk.answer("two")
    assert desk.heard == ["gone", "two"]
