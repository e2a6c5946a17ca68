"""The page of attendance in a window, over a class whose registers are on a real store."""

from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, contextmanager
from dataclasses import replace
from datetime import date
from pathlib import Path
from typing import Any

import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication
from pytestqt.qtbot import QtBot

from emis_desktop.rules.rights import Actor
from resources.words import Words
from tests.factories.registers import TODAY, Registers, opened_registers
from tests.factories.sheets import desk_of
from tests.ui.conftest import Told
from ui.attendance.page import AttendancePage
from ui.context import ChangeHub, UiContext
from ui.shell.navigation import NavItem
from ui.shell.window import MainWindow
from ui.tasks import Tasks
from ui.theme.theme import Theme

NONE = Qt.KeyboardModifier.NoModifier


class Desk:
    """A window with the page, today 5 November 2026, and hands on the keyboard."""

    def __init__(
        self, qtbot: QtBot, registers: Registers, theme: Theme, words: Words, actor: Actor | None = None
    ) -> None:
        self.qtbot, self.registers, self.told = qtbot, registers, Told()
        school = registers.school
        who = actor or school.actor
        desk, other = desk_of(school, actor), None
        nothing: Any = other
        services = replace(desk.services, registers=registers.service(who))
        self.window = MainWindow(words, theme, "User 01", "School administrator")
        self.hub = ChangeHub(self.window)
        self._leave = school.db.subscribe(lambda changed: self.hub.post(changed.tables))
        self.context = UiContext(
            words,
            theme,
            who,
            services,
            desk.queries,
            nothing,
            nothing,
            self.told,
            Tasks(self.window),
            self.hub,
            profile=desk.laptop.profile,
        )
        now = desk.queries.school.today(TODAY)
        self.context.place.choose(school.id, now.year, now.term)
        self.page = AttendancePage(self.context)
        self.page.today = self.today
        self.led: list[tuple[str, object]] = []
        self.page.leads.connect(lambda key, arguments: self.led.append((key, arguments)))
        self.window.set_screens([NavItem("attendance", "Attendance", "calendar-check", lambda: self.page)])
        self.window.resize(1366, 768)
        self.window.show()
        self.window.activateWindow()
        qtbot.waitUntil(self.window.isActiveWindow)
        self.window.open("attendance")
        self.settle()
        if self.page.going.here is not None:
            self.page.going.to_session(1)
            self.settle()
        self.page.table_view().grid.setFocus()

    def today(self) -> date:
        """Thursday, 5 November 2026."""
        return TODAY

    def settle(self) -> None:
        """Wait until everything that was asked for has happened and shows."""
        QTest.qWait(20)
        self.qtbot.waitUntil(lambda: not self.page.queue.busy(), timeout=20_000)
        QTest.qWait(20)
        self.qtbot.waitUntil(lambda: not self.page.queue.busy(), timeout=20_000)
        QApplication.processEvents()

    def key(self, key: Qt.Key, modifiers: Qt.KeyboardModifier = NONE) -> None:
        """Press a key where the keyboard is."""
        found = QApplication.focusWidget()
        assert found is not None, "nothing has the keyboard"
        QTest.keyClick(found, key, modifiers)

    def type(self, letters: str) -> None:
        """Type letters where the keyboard is."""
        for letter in letters:
            found = QApplication.focusWidget()
            assert found is not None
            QTest.keyClicks(found, letter)

    def close(self) -> None:
        """Close the window as a person does."""
        self._leave()
        self.window.close()
        self.page.queue.finish()
        self.window.deleteLater()
        QApplication.processEvents()


Open = Callable[..., AbstractContextManager[Desk]]


@pytest.fixture
def registers(tmp_path: Path) -> Iterator[Registers]:
    """Four pupils, nothing marked."""
    with opened_registers(tmp_path) as found:
        yield found


@pytest.fixture
def seated(qtbot: QtBot, theme: Theme, words: Words) -> Open:
    """Opens a window on some registers."""

    @contextmanager
    def opened(registers: Registers, actor: Actor | None = None) -> Iterator[Desk]:
        desk = Desk(qtbot, registers, theme, words, actor)
        try:
            yield desk
        finally:
            desk.close()

    return opened
