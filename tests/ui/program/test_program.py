"""From the sign-in screen into the records and out again, by keyboard, on a real data folder."""

from collections.abc import Iterator
from pathlib import Path

import pytest
from PySide6.QtCore import QCoreApplication, QEvent, Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QWidget
from pytestqt.qtbot import QtBot

from emis_desktop.jobs.demo.laptop import PASSWORD
from emis_desktop.settings import Home
from resources.words import Words
from tests.factories.desks import OFFICE, demo_home
from ui.laptop_settings import LaptopSettings
from ui.program.frame import Frame
from ui.program.program import Program
from ui.shell.window import MainWindow
from ui.theme.theme import Theme
from ui.unlock.screen import UnlockScreen

CTRL = Qt.KeyboardModifier.ControlModifier


class Running:
    """A program on a data folder, driven by its keyboard."""

    def __init__(self, qtbot: QtBot, theme: Theme, home: Home, language: str = "en") -> None:
        self.qtbot, self.home = qtbot, home
        self.frame = Frame()
        qtbot.addWidget(self.frame)
        self.settings = LaptopSettings(home)
        self.program = Program(home, self.settings, Words.load(language), theme, self.frame)

    def start(self) -> None:
        self.program.begin()
        self.frame.show()
        self.frame.activateWindow()
        self.qtbot.waitUntil(self.frame.isActiveWindow)

    @property
    def unlock(self) -> UnlockScreen:
        screen = self.frame.screen_widget
        assert isinstance(screen, UnlockScreen)
        return screen

    @property
    def window(self) -> MainWindow:
        screen = self.frame.screen_widget
        assert isinstance(screen, MainWindow)
        return screen

    @property
    def focused(self) -> QWidget:
        found: QWidget | None = self.frame.focusWidget()
        return self.frame if found is None else found

    def find(self, name: str) -> QWidget:
        found: QWidget | None = self.frame.findChild(QWidget, name)
        assert found is not None, name
        return found

    def type(self, text: str) -> None:
        QTest.keyClicks(self.focused, text)

    def press(self, key: Qt.Key, modifier: Qt.KeyboardModifier = Qt.KeyboardModifier.NoModifier) -> None:
        QTest.keyClick(self.focused, key, modifier)

    def choose(self, name: str) -> None:
        for _ in range(40):
            if self.find("unlock.password").accessibleName() == f"Password of {name}":
                return
            self.press(Qt.Key.Key_Down)
        raise AssertionError(name)

    def sign_in(self, name: str = OFFICE, password: str = PASSWORD) -> MainWindow:
        self.choose(name)
        self.type(password)
        self.press(Qt.Key.Key_Return)
        self.qtbot.waitUntil(lambda: isinstance(self.frame.screen_widget, MainWindow), timeout=20_000)
        return self.window

    def settle(self) -> None:
        self.qtbot.waitUntil(lambda: self.program.tasks.running() == 0, timeout=20_000)

    def stop(self) -> None:
        self.frame.close()
        self.program.tasks.stop_all()
        QCoreApplication.sendPostedEvents(None, QEvent.Type.DeferredDelete)


@pytest.fixture
def home(tmp_path: Path) -> Home:
    return demo_home(tmp_path, pupils=60)


@pytest.fixture
def running(qtbot: QtBot, theme: Theme, home: Home) -> Iterator[Running]:
    made = Running(qtbot, theme, home)
    made.start()
    yield made
    made.stop()


def test_the_password_has_the_focus_and_signs_in(running: Running) -> None:
    assert running.frame.focusWidget() is running.find("unlock.password")
    window = running.sign_in()
    assert window.current() == "home"
    assert running.program.sitting is not None
