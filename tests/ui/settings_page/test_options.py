"""Options in Settings by keyboard: a block with limits and places, and what each pupil takes."""

from collections.abc import Iterator
from pathlib import Path

import pytest
from PySide6.QtCore import Qt
from PySide6.QtWidgets import QComboBox, QDialog, QLabel, QLineEdit, QWidget
from pytestqt.qtbot import QtBot

from tests.factories.desks import demo_home
from tests.factories.laptops import PRINCIPAL
from tests.ui.audit import COMPACT_PAGE, audit
from tests.ui.program.driving import Running
from ui.settings_page.options import TO_CHOOSE, OptionsSection
from ui.settings_page.page import SettingsPage
from ui.theme.theme import Theme


@pytest.fixture
def running(qtbot: QtBot, theme: Theme, tmp_path: Path) -> Iterator[Running]:
    made = Running(qtbot, theme, demo_home(tmp_path, pupils=60))
    made.start()
    made.sign_in(PRINCIPAL)
    yield made
    made.stop()


def options(running: Running) -> OptionsSection:
    running.window.open("settings", tab="options")
    settle(running)
    page = running.window.page()
    assert isinstance(page, SettingsPage)
    section = page.section()
    assert isinstance(section, OptionsSection)
    return section


def settle(running: Running) -> None:
    page = running.window.page("settings")
    assert isinstance(page, SettingsPage)
    running.until(lambda: not page.queue.busy() and running.program.tasks.running() == 0)


def asked(running: Running) -> QDialog:
    running.until(lambda: any(one.isVisible() for one in running.frame.findChildren(QDialog)))
    return next(one for one in reversed(running.frame.findChildren(QDialog)) if one.isVisible())


def part(dialog: QDialog, name: str) -> QWidget:
    found: QWidget | None = dialog.findChild(QWidget, name)
    assert found is not None, name
    return found


def put(running: Running, dialog: QDialog, name: str, text: str) -> None:
    line = part(dialog, name)
    assert isinstance(line, QLineEdit)
    line.setFocus()
    line.selectAll()
    running.qtbot.keyClicks(line, text)


def do(running: Running, dialog: QDialog, name: str) -> None:
    running.qtbot.keyClick(part(dialog, name), Qt.Key.Key_Return)


def said(widget: QWidget) -> str:
    return " | ".join(label.text() for label in widget.findChildren(QLabel) if label.isVisible())


def cells(section: OptionsSection, column: int) -> list[str]:
    model = section.table.model()
    return [str(model.index(place, column).data()) for place in range(model.rowCount())]


def code_of(section: OptionsSection, name: str) -> str:
    assert section._found is not None
    return next(one.code for one in section._found.grid.blocks[0].subjects if one.name == name)


def add_subject(running: Running, section: OptionsSection, code: str, places: str) -> None:
    found = section._found
    assert found is not None
    block = found.grid.blocks[0]
    before = len(block.subjects)
    running.click(f"options.blocks.subject.{block.id.hex}")
    dialog = asked(running)
    box = part(dialog, "options.subject.which")
    assert isinstance(box, QComboBox)
    box.setCurrentIndex(box.findText(code))
    put(running, dialog, "options.subject.places", places)
    do(running, dialog, "options.subject.do")
    running.until(
        lambda: section._found is not None and len(section._found.grid.blocks[0].subjects) == before + 1
    )
    settle(running)


def test_a_block_is_made_and_pupils_choose_one_after_the_other(running: Running) -> None:
    section = options(running)
    assert "No block for this grade yet" in said(section)
    running.focus("options.blocks.add")
    running.press(Qt.Key.Key_Space)
    dialog = asked(running)
    put(running, dialog, "options.block.name", "Block A")
    put(running, dialog, "options.block.most", "0")
    do(running, dialog, "options.block.do")
    running.until(lambda: part(dialog, "options.block.most").accessibleDescription() != "")
    put(running, dialog, "options.block.most", "1")
    do(running, dialog, "options.block.do")
    running.until(lambda: section._found is not None and len(section._found.grid.blocks) == 1)
    settle(running)
    add_subject(running, section, "Music", "1")
    add_subject(running, section, "Spanish", "")
    count = section.table.model().rowCount()
    assert count > 1
    section.table.pick(0)
    section.table.setFocus()
    running.qtbot.keyClick(section.table, Qt.Key.Key_Return)
    first = asked(running)
    music = next(
        one for one in first.findChildren(QWidget) if one.objectName().startswith("options.choose.Block A")
    )
    running.qtbot.keyClick(music, Qt.Key.Key_Space)
    do(running, first, "options.choose.next")
    running.until(lambda: asked(running) is not first)
    second = asked(running)
    full = part(second, f"options.choose.Block A.{code_of(section, 'Music')}")
    assert not full.isEnabled(), "its one place is taken"
    do(running, second, "options.choose.cancel")
    settle(running)
    running.until(lambda: "1 of 1 places, full" in said(section))
    assert "to choose" in cells(section, 2)[1]
    section.which.set_value(TO_CHOOSE)
    section.which.chosen.emit(TO_CHOOSE)
    assert section.table.model().rowCount() == count - 1
    assert audit(section, COMPACT_PAGE) == []
