"""Groups in Settings by keyboard: made, filled with ticks, changed, taken away and brought back."""

from collections.abc import Iterator
from pathlib import Path

import pytest
from PySide6.QtCore import Qt
from PySide6.QtWidgets import QDialog, QLineEdit, QWidget
from pytestqt.qtbot import QtBot

from tests.factories.desks import demo_home
from tests.factories.laptops import PRINCIPAL
from tests.ui.audit import COMPACT_PAGE, audit
from tests.ui.program.driving import Running
from ui.settings_page.groups import GroupsSection
from ui.settings_page.page import SettingsPage
from ui.theme.theme import Theme


@pytest.fixture
def running(qtbot: QtBot, theme: Theme, tmp_path: Path) -> Iterator[Running]:
    made = Running(qtbot, theme, demo_home(tmp_path, pupils=12))
    made.start()
    made.sign_in(PRINCIPAL)
    yield made
    made.stop()


def groups(running: Running) -> GroupsSection:
    running.window.open("settings", tab="options")
    settle(running)
    running.click("options.groups")
    settle(running)
    page = running.window.page()
    assert isinstance(page, SettingsPage)
    section = page.section()
    assert isinstance(section, GroupsSection)
    return section


def settle(running: Running) -> None:
    page = running.window.page("settings")
    assert isinstance(page, SettingsPage)
    running.until(lambda: not page.queue.busy() and running.program.tasks.running() == 0)


def part(dialog: QDialog, name: str) -> QWidget:
    found: QWidget | None = dialog.findChild(QWidget, name)
    assert found is not None, name
    return found


def asked(running: Running) -> QDialog:
    running.until(lambda: any(one.isVisible() for one in running.frame.findChildren(QDialog)))
    return next(one for one in reversed(running.frame.findChildren(QDialog)) if one.isVisible())


def test_a_group_is_made_filled_and_taken_away(running: Running) -> None:
    section = groups(running)
    running.focus("groups.add")
    running.press(Qt.Key.Key_Space)
    dialog = asked(running)
    running.qtbot.keyClick(part(dialog, "groups.edit.do"), Qt.Key.Key_Return)
    running.until(lambda: part(dialog, "groups.edit.name").accessibleDescription() != "")
    name = part(dialog, "groups.edit.name")
    assert isinstance(name, QLineEdit)
    running.qtbot.keyClicks(name, "School choir")
    running.qtbot.keyClick(part(dialog, "groups.edit.do"), Qt.Key.Key_Return)
    running.until(lambda: section.table.model().rowCount() == 1)
    running.until(lambda: section.members.model().rowCount() == 12)
    settle(running)
    section.members.pick(3)
    section.members.setFocus()
    running.qtbot.keyClick(section.members, Qt.Key.Key_Space)
    running.until(lambda: sum(one.inside for one in section._pupils) == 1)
    settle(running)
    assert section._members.row(0).inside, "members stand first"
    assert audit(section, COMPACT_PAGE) == []
    running.fill("groups.search", "zzz")
    running.until(lambda: section.members.model().rowCount() == 0)
    running.click("groups.remove")
    running.until(lambda: section.table.model().rowCount() == 0)
    settle(running)
    running.click("toast.undo")
    running.until(lambda: section.table.model().rowCount() == 1)
    settle(running)
