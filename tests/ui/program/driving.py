"""A program on a data folder, driven by its keyboard."""

from collections.abc import Callable

from PySide6.QtCore import QCoreApplication, QEvent, Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QWidget
from pytestqt.qtbot import QtBot

from emis_desktop.jobs.demo.laptop import PASSWORD
from emis_desktop.settings import Home
from resources.words import Words
from tests.factories.desks import OFFICE
from ui.laptop_settings import LaptopSettings
from ui.program.frame import Frame
from ui.program.program import Program
from ui.shell.window import MainWindow
from ui.theme.theme import Theme
from ui.unlock.screen import UnlockScreen

NONE = Qt.KeyboardModifier.NoModifier
PATIENCE = 60_000
"""Milliseconds until something is held for not happening: long, as the tests share a small machine."""


class Running:
    """The window, who is in charge of it, and hands on the keys."""

    def __init__(self, qtbot: QtBot, theme: Theme, home: Home, language: str = "en") -> None:
        self.qtbot, self.home = qtbot, home
        self.frame = Frame()
        qtbot.addWidget(self.frame)
        self.settings = LaptopSettings(home)
        self.program = Program(home, self.settings, Words.load(language), theme, self.frame)

    def start(self) -> None:
        """Show the first screen."""
        self.program.begin()
        self.frame.show()
        self.frame.activateWindow()
        self.until(self.frame.isActiveWindow)

    def until(self, so: Callable[[], bool]) -> None:
        """Wait until ``so``."""
        self.qtbot.waitUntil(so, timeout=PATIENCE)

    @property
    def screen(self) -> QWidget:
        """What the window shows."""
        shown = self.frame.screen_widget
        assert shown is not None
        return shown

    @property
    def unlock(self) -> UnlockScreen:
        """The sign-in screen."""
        assert isinstance(self.screen, UnlockScreen)
        return self.screen

    @property
    def window(self) -> MainWindow:
        """The main window."""
        assert isinstance(self.screen, MainWindow)
        return self.screen

    @property
    def focused(self) -> QWidget:
        """What has the focus."""
        found: QWidget | None = self.frame.focusWidget()
        return self.frame if found is None else found

    def find(self, name: str) -> QWidget:
        """A widget of the present screen by its object name."""
        found: QWidget | None = self.screen.findChild(QWidget, name)
        assert found is not None, name
        return found

    def text(self, name: str) -> str:
        """The words of a label or button."""
        widget = self.find(name)
        return str(widget.text())  # type: ignore[attr-defined]  # only asked of what has words

    def focus(self, name: str) -> None:
        """Put the focus on a widget, as Tab would, in the window in front: no other one hears the keys."""
        widget = self.find(name)
        widget.activateWindow()
        self.until(widget.isActiveWindow)
        widget.setFocus(Qt.FocusReason.TabFocusReason)

    def enter(self, text: str) -> None:
        """Type into what has the focus."""
        QTest.keyClicks(self.focused, text)

    def press(self, key: Qt.Key, modifier: Qt.KeyboardModifier = NONE) -> None:
        """Press a key."""
        QTest.keyClick(self.focused, key, modifier)

    def click(self, name: str) -> None:
        """Click a widget."""
        QTest.mouseClick(self.find(name), Qt.MouseButton.LeftButton)

    def fill(self, name: str, text: str) -> None:
        """Type ``text`` into the field ``name`` in place of what is there."""
        self.focus(name)
        self.press(Qt.Key.Key_A, Qt.KeyboardModifier.ControlModifier)
        self.enter(text)

    def choose(self, name: str) -> None:
        """Choose somebody on the sign-in list."""
        for _ in range(120):
            if self.find("unlock.password").accessibleName() == f"Password of {name}":
                return
            self.press(Qt.Key.Key_Down)
        raise AssertionError(name)

    def sign_in(self, name: str = OFFICE, password: str = PASSWORD) -> MainWindow:
        """Sign somebody in and wait for the main window."""
        self.choose(name)
        self.enter(password)
        self.press(Qt.Key.Key_Return)
        self.wait_for(MainWindow)
        return self.window

    def wait_for(self, kind: type[QWidget]) -> None:
        """Wait until the window shows a screen of that kind."""
        self.until(lambda: isinstance(self.frame.screen_widget, kind))

    def settle(self) -> None:
        """Wait until nothing runs any more."""
        self.until(lambda: self.program.tasks.running() == 0)

    def stop(self) -> None:
        """Close the window."""
        self.frame.close()
        self.program.tasks.stop_all()
        QCoreApplication.sendPostedEvents(None, QEvent.Type.DeferredDelete)
