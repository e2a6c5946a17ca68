"""Work that outlives the part that asked for it finds nobody there, and nothing goes wrong.

Qt forgets a connection to a method of a part that is deleted. It cannot know what a lambda holds.
"""

import ast
import threading
from pathlib import Path

import pytest
from PySide6.QtCore import QCoreApplication, QEvent
from PySide6.QtWidgets import QWidget
from pytestqt.qtbot import QtBot

import ui
import ui.recovery_code
from emis_desktop.errors import Refused
from emis_desktop.keyring import new_recovery_code
from resources.words import Words
from ui.context import UiContext
from ui.recovery_code import RecoveryCodeBox
from ui.settings_page.section import Section
from ui.tasks import Tasks
from ui.widgets.fields import TextField
from ui.work_queue import WorkQueue

TELLS = {"progressed", "succeeded", "refused", "cancelled", "ended"}
OWN_TASKS = {"work_queue.py"}
"""Its tasks are its own and end with it."""


def held(source: str) -> list[int]:
    """The lines that connect the end of a task to something else than a method or signal."""
    return [
        call.lineno
        for call in ast.walk(ast.parse(source))
        if isinstance(call, ast.Call)
        and isinstance(call.func, ast.Attribute)
        and call.func.attr == "connect"
        and isinstance(call.func.value, ast.Attribute)
        and call.func.value.attr in TELLS
        and "task" in ast.unparse(call.func.value.value)
        and not is_member(call.args[0])
    ]


def is_member(told: ast.expr) -> bool:
    """Whether it is a method or signal, or a choice of two, or what :func:`ui.tasks.told` made."""
    if isinstance(told, ast.Call) and ast.unparse(told.func) in {"told", "told_to"}:
        return True
    if isinstance(told, ast.IfExp):
        return is_member(told.body) and is_member(told.orelse)
    return isinstance(told, ast.Attribute)


def test_the_end_of_a_task_is_told_to_methods() -> None:
    assert held("task.succeeded.connect(lambda done: page.show(done))") == [1]
    folder = Path(next(iter(ui.__path__)))
    found = {
        f"{file.relative_to(folder)}:{line}"
        for file in folder.rglob("*.py")
        if file.name not in OWN_TASKS
        for line in held(file.read_text(encoding="utf-8"))
    }
    assert found == set()


@pytest.fixture
def tasks(qtbot: QtBot) -> Tasks:
    return Tasks(QCoreApplication.instance())


def drop(widget: QWidget) -> None:
    widget.deleteLater()
    QCoreApplication.sendPostedEvents(widget, QEvent.Type.DeferredDelete.value)


def test_a_sheet_is_saved_although_its_box_has_gone(
    tasks: Tasks, words: Words, qtbot: QtBot, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    go_on, save = threading.Event(), ui.recovery_code.save_recovery_sheet

    def slowly(*args: object) -> None:
        go_on.wait(20)
        save(*args)  # type: ignore[arg-type]

    monkeypatch.setattr(ui.recovery_code, "save_recovery_sheet", slowly)
    box = RecoveryCodeBox(words, "School 01", new_recovery_code().text, tasks)
    box.save_to(tmp_path / "code.pdf")
    drop(box)
    go_on.set()
    qtbot.waitUntil(lambda: tasks.running() == 0, timeout=20_000)
    assert (tmp_path / "code.pdf").exists()


@pytest.mark.parametrize("refused", [False, True])
def test_a_field_that_has_gone_hears_of_no_store(context: UiContext, qtbot: QtBot, refused: bool) -> None:
    keeper = QWidget()
    qtbot.addWidget(keeper)
    queue = WorkQueue(keeper)
    section = Section(context, queue, "test")
    section.setParent(keeper)
    field = TextField("Name", context.words, name="test.name")
    told: list[str] = []
    section.refused.connect(told.append)
    go_on = threading.Event()

    def act() -> None:
        go_on.wait(20)
        if refused:
            raise Refused("Type the name.")

    section.save(act, field)
    drop(field)
    go_on.set()
    qtbot.waitUntil(lambda: not queue.busy(), timeout=20_000)
    assert told == (["Type the name."] if refused else [])
