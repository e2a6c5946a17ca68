"""Opening and closing school years in Settings, by keyboard, on a real school."""

from collections.abc import Iterator
from pathlib import Path
from typing import TypeVar

import pytest
from PySide6.QtCore import Qt
from PySide6.QtWidgets import QDialog, QLabel, QWidget
from pytestqt.qtbot import QtBot

from emis_desktop.queries.school import SchoolQueries
from tests.factories.desks import demo_home
from tests.factories.laptops import PRINCIPAL
from tests.ui.program.driving import Running
from ui.settings_page.page import SettingsPage
from ui.settings_page.years import YearsSection
from ui.theme.theme import Theme
from ui.widgets.dialog import Dialog
from ui.widgets.table.view import TableView

Kind = TypeVar("Kind", bound=QWidget)


@pytest.fixture
def running(qtbot: QtBot, theme: Theme, tmp_path: Path) -> Iterator[Running]:
    made = Running(qtbot, theme, demo_home(tmp_path, pupils=12))
    made.start()
    made.sign_in(PRINCIPAL)
    yield made
    made.stop()


def years(running: Running) -> YearsSection:
    running.window.open("settings", tab="years")
    settle(running)
    page = running.window.page()
    assert isinstance(page, SettingsPage)
    section = page.section()
    assert isinstance(section, YearsSection)
    return section


def settle(running: Running) -> None:
    page = running.window.page("settings")
    assert isinstance(page, SettingsPage)
    running.until(lambda: not page.queue.busy() and running.program.tasks.running() == 0)


def asked(running: Running) -> QDialog:
    """The dialog that came up."""
    running.until(lambda: any(one.isVisible() for one in running.frame.findChildren(QDialog)))
    return next(one for one in reversed(running.frame.findChildren(QDialog)) if one.isVisible())


def part(dialog: QDialog, kind: type[Kind], name: str) -> Kind:
    found = dialog.findChild(kind, name)
    assert found is not None, name
    return found


def said(widget: QWidget) -> str:
    return " | ".join(label.text() for label in widget.findChildren(QLabel) if label.isVisible())


def school(running: Running) -> SchoolQueries:
    sitting = running.program.sitting
    assert sitting is not None
    return sitting.desk.queries.school


def test_the_next_year_is_shown_opened_and_taken_back(running: Running) -> None:
    section = years(running)
    before = school(running).years()
    running.focus("settings.year.open")
    running.press(Qt.Key.Key_Space)
    dialog = asked(running)
    assert "Open the school year 2027–28?" in said(dialog)
    table = part(dialog, TableView, "settings.open_year.table")
    assert table.model().rowCount() > 0
    part(dialog, QWidget, "settings.open_year.tests").click()  # type: ignore[attr-defined]
    running.until(lambda: "tests" not in said(dialog))
    open_it = part(dialog, QWidget, "settings.open_year.open")
    open_it.setFocus()
    running.qtbot.keyClick(open_it, Qt.Key.Key_Return)
    running.until(lambda: "2027–28 is open" in said(section.strip))
    settle(running)
    assert len(school(running).years()) == len(before) + 1
    undo = section.strip.findChild(QWidget, "settings.open_year.undo")
    assert undo is not None
    undo.click()  # type: ignore[attr-defined]
    running.until(lambda: "taken back" in said(section.strip))
    settle(running)
    assert school(running).years() == before


def test_a_term_is_closed_with_what_is_unfinished_told_and_opened_again(running: Running) -> None:
    years(running)
    running.focus("settings.term2.close")
    running.press(Qt.Key.Key_Space)
    dialog = asked(running)
    assert isinstance(dialog, Dialog)
    assert "Close Term 2?" in said(dialog)
    assert "no tests yet" in said(dialog)
    button = part(dialog, QWidget, "settings.closing.close")
    running.qtbot.keyClick(button, Qt.Key.Key_Return)
    settle(running)
    year = school(running).years()[0]
    assert [term.closed for term in school(running).terms(year.id)] == [False, True, False]
    running.until(lambda: running.text("settings.term2.close") == "Open again")
    running.focus("settings.term2.close")
    running.press(Qt.Key.Key_Space)
    again = asked(running)
    running.qtbot.keyClick(part(again, QWidget, "settings.reopen.do"), Qt.Key.Key_Return)
    running.until(lambda: "1 to 200 characters" in said(again))
    reason = part(again, QWidget, "settings.reopen.reason")
    running.qtbot.keyClicks(reason, "A mark was wrong")
    running.qtbot.keyClick(part(again, QWidget, "settings.reopen.do"), Qt.Key.Key_Return)
    running.until(lambda: not school(running).terms(year.id)[1].closed)
    settle(running)
    assert school(running).terms(year.id)[1].reason == "A mark was wrong"


def test_a_closed_year_takes_no_button_of_its_terms(running: Running) -> None:
    years(running)
    running.click("settings.year.close")
    dialog = asked(running)
    keep = part(dialog, QWidget, "settings.closing.keep")
    running.qtbot.keyClick(keep, Qt.Key.Key_Return)
    settle(running)
    assert not school(running).years()[0].closed
    running.click("settings.year.close")
    running.qtbot.keyClick(part(asked(running), QWidget, "settings.closing.close"), Qt.Key.Key_Return)
    settle(running)
    running.until(lambda: running.text("settings.year.close") == "Open again")
    assert not running.find("settings.term1.close").isVisible()
