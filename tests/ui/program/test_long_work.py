"""Locking, closing or changing the language while a copy is being saved: not by a slip of the hand."""

import threading
from collections.abc import Iterator
from pathlib import Path

import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QDialog, QLabel, QWidget
from pytestqt.qtbot import QtBot

from emis_desktop import backup
from emis_desktop.settings import Home
from tests.factories.desks import demo_home
from tests.factories.laptops import PRINCIPAL
from tests.ui.program.driving import Running
from ui.backup.page import BackupPage
from ui.theme.theme import Theme
from ui.unlock.screen import UnlockScreen

CTRL = Qt.KeyboardModifier.ControlModifier
STILL = "The copy is still being saved"


@pytest.fixture
def home(tmp_path: Path) -> Home:
    return demo_home(tmp_path, pupils=10)


class SlowStick:
    """A folder that takes a copy when the test lets it go on."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.at_work, self.go_on = threading.Event(), threading.Event()

    def files(self) -> list[Path]:
        return [file for file in self.folder.rglob("*") if file.is_file()]


@pytest.fixture
def stick(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[SlowStick]:
    made = SlowStick(tmp_path / "stick")
    made.folder.mkdir()
    whole = backup.back_up

    def slowly(*args: object, **named: object) -> object:
        made.at_work.set()
        made.go_on.wait(20)
        return whole(*args, **named)  # type: ignore[arg-type]

    monkeypatch.setattr(backup, "back_up", slowly)
    yield made
    made.go_on.set()


@pytest.fixture
def running(qtbot: QtBot, theme: Theme, home: Home, stick: SlowStick) -> Iterator[Running]:
    """A copy is being saved."""
    made = Running(qtbot, theme, home)
    made.start()
    made.sign_in(PRINCIPAL).open("backup")
    made.settle()
    page = made.window.page("backup")
    assert isinstance(page, BackupPage)
    page.saving.use_folder(stick.folder)
    made.settle()
    page.saving.save()
    assert stick.at_work.wait(20)
    yield made
    stick.go_on.set()
    made.stop()


def question(running: Running) -> QDialog:
    shown = [one for one in running.window.findChildren(QDialog) if one.isVisible()]
    assert len(shown) == 1
    return shown[0]


def answer(dialog: QDialog, verb: str) -> None:
    button = dialog.findChild(QWidget, verb)
    assert button is not None
    QTest.mouseClick(button, Qt.MouseButton.LeftButton)


def test_locking_asks_before_it_stops_the_copy(running: Running, stick: SlowStick) -> None:
    window = running.window
    running.press(Qt.Key.Key_L, CTRL)
    assert running.screen is window
    assert question(running).windowTitle() == STILL
    QTest.keyClick(question(running), Qt.Key.Key_Escape)
    assert running.screen is window
    stick.go_on.set()
    running.settle()
    assert len(stick.files()) == 1, "the copy is there"
    running.press(Qt.Key.Key_L, CTRL)
    running.wait_for(UnlockScreen)


def test_who_wants_to_lock_all_the_same_does_and_no_file_stays(running: Running, stick: SlowStick) -> None:
    running.press(Qt.Key.Key_L, CTRL)
    dialog = question(running)
    threading.Timer(0.2, stick.go_on.set).start()
    answer(dialog, "shell.lock.work.stop")
    running.wait_for(UnlockScreen)
    assert stick.files() == []


def test_closing_the_window_asks_too(running: Running, stick: SlowStick) -> None:
    assert not running.frame.close()
    assert question(running).windowTitle() == STILL
    answer(question(running), "shell.leave.work.stay")
    assert running.frame.isVisible()
    stick.go_on.set()
    running.settle()
    assert running.frame.close()


def test_the_language_waits_and_the_page_tells_what_came_of_the_copy(
    running: Running, stick: SlowStick
) -> None:
    sitting, window = running.program.sitting, running.window
    assert sitting is not None
    window.open("settings", tab="laptop")
    running.click("settings.language.fr")
    assert running.screen is window
    assert window._toast.text() == f"{STILL}. Choose the language when that has ended."
    chips = running.find("settings.language.en")
    assert chips.isChecked()  # type: ignore[attr-defined]  # a button
    stick.go_on.set()
    running.settle()
    window.open("backup")
    said = [label.text() for label in running.window.findChildren(QLabel) if label.isVisible()]
    assert "The copy is saved, read back and opened: it is whole." in said
    running.settle()
    sitting.language_asked.emit("fr")
    assert running.window.words.language == "fr"
    running.settle()
