"""The Backup page on a real data folder: nothing there yet, a stick, a folder, a file that is no copy."""

from collections.abc import Iterator
from pathlib import Path

import pytest
from PySide6.QtCore import Qt
from PySide6.QtWidgets import QDialog, QLabel, QPushButton
from pytestqt.qtbot import QtBot

from emis_desktop.settings import Home
from tests.factories.desks import demo_home
from tests.factories.laptops import PRINCIPAL
from tests.ui.program.driving import Running
from ui.backup import page as page_module
from ui.backup.drives import Drive
from ui.backup.page import BackupPage
from ui.theme.theme import Theme
from ui.unlock.screen import UnlockScreen


@pytest.fixture
def home(tmp_path: Path) -> Home:
    return demo_home(tmp_path, pupils=60)


@pytest.fixture
def sticks(monkeypatch: pytest.MonkeyPatch) -> list[Drive]:
    """The sticks that are in."""
    there: list[Drive] = []
    monkeypatch.setattr(page_module, "drives", lambda: tuple(there))
    return there


@pytest.fixture
def running(qtbot: QtBot, theme: Theme, home: Home, sticks: list[Drive]) -> Iterator[Running]:
    made = Running(qtbot, theme, home)
    made.start()
    made.sign_in(PRINCIPAL).open("backup")
    made.settle()
    yield made
    made.stop()


def backup_page(running: Running) -> BackupPage:
    page = running.window.page("backup")
    assert isinstance(page, BackupPage)
    return page


def said(running: Running) -> list[str]:
    """The words on the page."""
    return [label.text() for label in backup_page(running).findChildren(QLabel) if label.isVisible()]


def look(running: Running) -> None:
    running.settle()
    backup_page(running).look()
    running.settle()


def test_where_no_copy_is_the_page_says_so_instead_of_an_empty_table(running: Running) -> None:
    assert running.find("backup.none").isVisible()
    assert not running.find("backup.table").isVisible()
    assert not running.find("backup.restore").isVisible()
    assert "No copies found" in said(running)
    assert running.find("backup.none.file").isEnabled()
    assert not running.find("backup.save").isEnabled()


def test_a_copy_on_a_stick_may_be_taken_out_when_it_is_whole(
    running: Running, sticks: list[Drive], tmp_path: Path
) -> None:
    (tmp_path / "stick").mkdir()
    sticks.append(Drive("STICK", tmp_path / "stick", 10**9))
    look(running)
    running.click("backup.save")
    strip = backup_page(running).saving._strip
    assert "Leave the stick in" in strip.note()
    running.qtbot.waitUntil(lambda: backup_page(running).saving.running is None, timeout=30_000)
    assert strip.note().endswith("The stick can be taken out.")
    look(running)
    assert len(backup_page(running).copies.copies()) == 1
    assert running.find("backup.table").isVisible()
    assert running.window._status.text("backup") == "Last copy just now"


def test_a_copy_in_a_folder_is_not_called_one_on_a_stick(running: Running, tmp_path: Path) -> None:
    (tmp_path / "folder").mkdir()
    backup_page(running).saving.use_folder(tmp_path / "folder")
    running.click("backup.save")
    strip = backup_page(running).saving._strip
    assert "stick" not in strip.note()
    running.qtbot.waitUntil(lambda: backup_page(running).saving.running is None, timeout=30_000)
    assert strip.note().endswith("lost with it: keep a copy on a stick, too.")
    assert not any("USB" in text for text in said(running))


def test_a_file_that_is_no_copy_is_told_until_another_is_chosen(
    running: Running, sticks: list[Drive], tmp_path: Path
) -> None:
    (tmp_path / "stick").mkdir()
    sticks.append(Drive("STICK", tmp_path / "stick", 10**9))
    look(running)
    running.click("backup.save")
    running.qtbot.waitUntil(lambda: backup_page(running).saving.running is None, timeout=30_000)
    look(running)
    copies = backup_page(running).copies
    odd = tmp_path / "holiday.emis"
    odd.write_bytes(b"a picture")
    copies.take_file(odd)
    running.settle()
    told = "holiday.emis is not a backup of EMIS Desktop. Choose another file."
    assert told in said(running)
    look(running)
    assert told in said(running), "looking for sticks takes nothing back"
    copies.take_file(copies.copies()[0].path)
    running.settle()
    assert told not in said(running)
    assert copies.current() == copies.copies()[0]


def test_a_restore_is_asked_and_locks_first(running: Running, sticks: list[Drive], tmp_path: Path) -> None:
    (tmp_path / "stick").mkdir()
    sticks.append(Drive("STICK", tmp_path / "stick", 10**9))
    look(running)
    running.click("backup.save")
    running.qtbot.waitUntil(lambda: backup_page(running).saving.running is None, timeout=30_000)
    look(running)
    backup_page(running).copies.table.pick(0)
    running.click("backup.restore")
    dialog = running.frame.findChild(QDialog, "backup.question")
    assert dialog is not None
    running.qtbot.keyClick(dialog, Qt.Key.Key_Escape)
    running.settle()
    assert running.window.current() == "backup", "Esc is no"
    running.click("backup.restore")
    dialog = running.frame.findChild(QDialog, "backup.question")
    assert dialog is not None
    restore = dialog.findChild(QPushButton, "backup.question.restore")
    assert restore is not None
    restore.click()
    running.wait_for(UnlockScreen)
    assert any("are back" in label.text() for label in running.screen.findChildren(QLabel))
