"""The marks in the whole program: signed in, opened by keyboard, locked while somebody types."""

import gc
from collections.abc import Iterator
from pathlib import Path

import pytest
from PySide6.QtCore import Qt
from PySide6.QtWidgets import QApplication, QLabel
from pytestqt.qtbot import QtBot

from tests.factories.desks import demo_home
from tests.ui.program.driving import Running
from ui.marks.book import SheetBook
from ui.marks.page import MarksPage
from ui.theme.theme import Theme
from ui.unlock.screen import UnlockScreen
from ui.widgets.sheet.area import Cell

Key = Qt.Key


@pytest.fixture
def running(qtbot: QtBot, theme: Theme, tmp_path: Path) -> Iterator[Running]:
    made = Running(qtbot, theme, demo_home(tmp_path, pupils=60))
    made.start()
    yield made
    made.stop()


def opened(running: Running) -> MarksPage:
    """Sign in and open the sheet to go on with: its place in the rail, then Enter."""
    window = running.sign_in()
    window.open("marks")
    page = window.page("marks")
    assert isinstance(page, MarksPage)
    running.qtbot.waitUntil(lambda: bool(page.overview.shown()), timeout=20_000)
    running.press(Key.Key_Return)
    running.qtbot.waitUntil(page.sheet.grid.hasFocus, timeout=20_000)
    return page


def idle(running: Running) -> None:
    assert running.program.sitting is not None
    running.settle()
    running.program.sitting.leaving.idle.set_minutes(0.02 / 60)
    running.wait_for(UnlockScreen)


def test_half_a_mark_is_stored_when_the_laptop_locks_by_itself(running: Running) -> None:
    page = opened(running)
    page.sheet.grid.go(Cell(2, 0))
    running.enter("7")
    assert page.sheet.grid.editing()
    idle(running)
    page = opened(running)
    assert page.sheet.book is not None
    assert page.sheet.book.face(Cell(2, 0)).text == "7"


def books() -> list[SheetBook]:
    gc.collect()
    return [one for one in gc.get_objects() if isinstance(one, SheetBook)]


def test_what_is_refused_is_counted_at_the_lock_and_nothing_of_the_sheet_stays(running: Running) -> None:
    of_other_tests = books()
    page = opened(running)
    page.sheet.grid.go(Cell(2, 0))
    for digit in "999":
        running.enter(digit)
    running.press(Key.Key_Return)
    assert page.context.unsaved.count() == 1
    del page
    idle(running)
    said = " ".join(label.text() for label in running.unlock.findChildren(QLabel))
    assert "1 entry was refused and is not kept. The rest is saved." in said
    QApplication.processEvents()
    assert not [one for one in books() if not any(one is other for other in of_other_tests)]
