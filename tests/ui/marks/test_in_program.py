"""The marks in the whole program: signed in, opened by keyboard, locked while somebody types."""

import gc
import shutil
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
from ui.unlock.state import Ended
from ui.unlock.trouble import TroubleScreen
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


def test_a_data_folder_that_vanishes_is_said_and_what_is_typed_stays(running: Running) -> None:
    page = opened(running)
    window, home = running.window, running.home.root
    away = home.with_name("pulled out")
    book, grid = page.sheet.book, page.sheet.grid
    assert book is not None
    cells = [Cell(row, 0) for row in range(2, 5)]
    before = [book.face(cell).text for cell in cells]
    grid.go(cells[0])
    running.enter("7")
    running.press(Key.Key_Return)
    page.queue.finish()
    running.qtbot.waitUntil(lambda: not page.queue.busy())
    home.rename(away)
    running.enter("8")
    running.press(Key.Key_Return)
    running.qtbot.waitUntil(window._fault.isVisible, timeout=20_000)
    running.qtbot.waitUntil(lambda: not page.queue.busy())
    assert "the data folder is not there any more" in window._fault.text()
    assert running.screen is window
    assert [book.face(cell).text for cell in cells[:2]] == ["7", "8"]
    assert book.draft(cells[1]) is not None
    assert page.context.unsaved.count() == 1
    away.rename(home)
    running.click("shell.fault.verb")
    running.settle()
    assert not window._fault.isVisible()
    grid.setFocus()
    running.enter("9")
    running.press(Key.Key_Return)
    running.qtbot.waitUntil(lambda: not page.queue.busy() and page.context.unsaved.count() == 0)
    running.settle()
    assert before != ["7", "8", "9"]
    idle(running)
    page = opened(running)
    assert page.sheet.book is not None
    assert [page.sheet.book.face(cell).text for cell in cells] == ["7", "8", "9"]


def test_locking_without_the_data_folder_says_so(running: Running) -> None:
    opened(running)
    running.settle()
    shutil.rmtree(running.home.root)
    running.press(Key.Key_L, Qt.KeyboardModifier.ControlModifier)
    running.wait_for(TroubleScreen)
    said = " ".join(label.text() for label in running.screen.findChildren(QLabel))
    assert "The data folder is not there any more." in said


def test_what_was_typed_without_the_data_folder_is_told_after_the_lock(running: Running) -> None:
    page = opened(running)
    running.settle()
    page.sheet.grid.setFocus()
    shutil.rmtree(running.home.root)
    running.enter("8")
    running.press(Key.Key_Return)
    running.qtbot.waitUntil(lambda: page.context.unsaved.count() == 1, timeout=20_000)
    sitting = running.program.sitting
    assert sitting is not None
    running.program.end(Ended.IDLE)
    running.wait_for(TroubleScreen)
    said = " ".join(label.text() for label in running.screen.findChildren(QLabel))
    assert "1 entry was refused and is not kept. The rest is saved." in said
    assert "1 entry was not kept" in said
    assert "All work saved" not in said
