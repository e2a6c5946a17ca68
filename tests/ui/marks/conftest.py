"""A school whose mark sheets are open on the page, as in the program."""

from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, contextmanager
from pathlib import Path
from typing import Any

import pytest
from PySide6.QtCore import QEvent, Qt
from PySide6.QtGui import QKeyEvent
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QWidget
from pytestqt.qtbot import QtBot

from emis_desktop.rules.rights import Actor
from resources.words import Words
from tests.factories.sheets import Sheets, desk_of, opened_sheets
from tests.ui.conftest import Told
from ui.context import ChangeHub, UiContext
from ui.marks.grid import Grid
from ui.marks.page import MarksPage
from ui.shell.navigation import NavItem
from ui.shell.window import MainWindow
from ui.tasks import Tasks
from ui.theme.theme import Theme
from ui.widgets.sheet.area import Cell

Key = Qt.Key
CTRL, SHIFT = Qt.KeyboardModifier.ControlModifier, Qt.KeyboardModifier.ShiftModifier
NONE = Qt.KeyboardModifier.NoModifier


class Desk:
    """A window with the page of the marks, and hands on the keyboard."""

    def __init__(
        self, qtbot: QtBot, sheets: Sheets, theme: Theme, words: Words, actor: Actor | None = None
    ) -> None:
        self.qtbot, self.sheets, self.told = qtbot, sheets, Told()
        desk, other = desk_of(sheets.school, actor), None
        nothing: Any = other
        self.window = MainWindow(words, theme, "User 01", "School administrator")
        self.hub = ChangeHub(self.window)
        self._leave = sheets.school.db.subscribe(lambda changed: self.hub.post(changed.tables))
        self.context = UiContext(
            words,
            theme,
            actor or sheets.school.actor,
            desk.services,
            desk.queries,
            nothing,
            nothing,
            self.told,
            Tasks(self.window),
            self.hub,
            profile=desk.laptop.profile,
        )
        self.context.place.choose(sheets.school.id, sheets.year, sheets.term())
        self.page = MarksPage(self.context)
        self.window.set_screens([NavItem("marks", "Marks", "table", lambda: self.page)])
        self.window.resize(1366, 768)
        self.window.show()
        self.window.activateWindow()
        qtbot.waitUntil(self.window.isActiveWindow)
        self.window.open("marks")
        self.settle()

    def settle(self) -> None:
        """Wait until everything that was asked for has happened and shows."""

        def calm() -> None:
            assert not self.page.queue.busy()
            assert not self.page.journey.loader.waiting()

        QTest.qWait(40)
        self.qtbot.waitUntil(calm, timeout=20_000)
        QApplication.processEvents()

    def open(self) -> None:
        """Open Mathematics of Grade 5 Coral."""
        self.page.open_with(class_id=self.sheets.coral, subject_id=self.sheets.subject)
        self.settle()

    @property
    def grid(self) -> Grid:
        """The grid."""
        return self.page.sheet.grid

    @property
    def current(self) -> tuple[int, int]:
        """Row and column of the current cell."""
        cell: Cell = self.grid.current
        return cell.row, cell.column

    def at(self, row: int, column: int) -> None:
        """Go to a cell."""
        self.grid.commit()
        self.grid.go(Cell(row, column))
        self.grid.setFocus()

    def key(self, key: Qt.Key, modifiers: Qt.KeyboardModifier = NONE, times: int = 1) -> None:
        """Press a key where the keyboard is."""
        for _ in range(times):
            QTest.keyClick(self.focus(), key, modifiers)

    def type(self, text: str, then: Qt.Key | None = None) -> None:
        """Type letter by letter, then perhaps a key."""
        for letter in text:
            pressed = QKeyEvent(QEvent.Type.KeyPress, Key.Key_unknown, NONE, letter)
            if letter.isascii():
                QTest.keyClicks(self.focus(), letter)
            else:
                QApplication.sendEvent(self.focus(), pressed)
        if then is not None:
            self.key(then)

    def focus(self) -> QWidget:
        """Where the keyboard is."""
        found = QApplication.focusWidget()
        assert found is not None, "nothing has the keyboard"
        return found

    def shown(self, row: int, column: int) -> str:
        """What a cell shows."""
        assert self.page.sheet.book is not None
        return self.page.sheet.book.face(Cell(row, column)).text

    def close(self) -> None:
        """Close the window as a person does."""
        self._leave()
        self.window.close()
        self.page.queue.finish()
        self.window.deleteLater()
        QApplication.processEvents()


Open = Callable[..., AbstractContextManager[Desk]]


@pytest.fixture
def sheets(tmp_path: Path) -> Iterator[Sheets]:
    """Eight pupils, eight tests, no marks."""
    with opened_sheets(tmp_path) as found:
        yield found


@pytest.fixture
def seated(qtbot: QtBot, theme: Theme, words: Words) -> Open:
    """Opens a window on some sheets; as many as are wanted."""

    @contextmanager
    def seat(sheets: Sheets, *, actor: Actor | None = None, language: str = "") -> Iterator[Desk]:
        made = Desk(qtbot, sheets, theme, Words.load(language) if language else words, actor)
        try:
            yield made
        finally:
            made.close()

    return seat


@pytest.fixture
def desk(seated: Open, sheets: Sheets) -> Iterator[Desk]:
    """A window with Mathematics of Grade 5 Coral open."""
    with seated(sheets) as made:
        made.open()
        yield made
