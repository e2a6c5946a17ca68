"""The Backup page on a real data folder: nothing there yet, a stick, a folder, a file that is no copy."""

from collections.abc import Iterator
from pathlib import Path

import pytest
from PySide6.QtCore import Qt
from PySide6.QtWidgets import QDialog, QLabel, QPushButton
from pytestqt.qtbot import QtBot

from emis_desktop import backup
from emis_desktop.settings import Home, load_settings
from tests.factories.desks import demo_home
from tests.factories.laptops import PRINCIPAL
from tests.ui.program.driving import Running
from ui.backup import choosing
from ui.backup import page as page_module
from ui.backup.choosing import CopyChooser
from ui.backup.drives import Drive
from ui.backup.page import BackupPage
from ui.theme.theme import Theme
from ui.unlock.screen import UnlockScreen
from ui.widgets.choices import PersonRow
from ui.widgets.text import Text


@pytest.fixture
def home(tmp_path: Path) -> Home:
    return demo_home(tmp_path, pupils=60)


@pytest.fixture
def sticks(monkeypatch: pytest.MonkeyPatch) -> list[Drive]:
    """The sticks that are in."""
    there: list[Drive] = []
    monkeypatch.setattr(page_module, "drives", lambda: tuple(there))
    monkeypatch.setattr(choosing, "drives", lambda: tuple(there))
    monkeypatch.setattr(
        backup, "same_disk", lambda place, _home: not any(place.is_relative_to(one.root) for one in there)
    )
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


def test_a_copy_in_a_folder_of_the_laptop_does_not_end_the_reminder(running: Running, tmp_path: Path) -> None:
    (tmp_path / "folder").mkdir()
    backup_page(running).saving.use_folder(tmp_path / "folder")
    running.click("backup.save")
    strip = backup_page(running).saving._strip
    assert "stick" not in strip.note()
    running.qtbot.waitUntil(lambda: backup_page(running).saving.running is None, timeout=30_000)
    assert strip.note().endswith("Copy in a folder of this laptop; it goes when the laptop goes.")
    assert running.window._status.text("backup") == "No USB copy yet"
    assert running.find("shell.banner.backup").isVisible()


def test_what_came_of_it_shows_whole_in_a_low_window(running: Running, tmp_path: Path) -> None:
    folder = tmp_path / "a folder whose name fills the line and goes on in the next one of the strip"
    folder.mkdir()
    running.frame.resize(1093, 614)
    backup_page(running).saving.use_folder(folder)
    running.click("backup.save")
    running.qtbot.waitUntil(lambda: backup_page(running).saving.running is None, timeout=30_000)
    look(running)
    notes = [one for one in backup_page(running).saving._strip.findChildren(Text) if one.wordWrap()]
    assert [one.text() for one in notes if one.heightForWidth(one.width()) > one.height()] == []


def test_the_place_of_the_last_copy_is_offered_at_the_next_start(
    running: Running, theme: Theme, tmp_path: Path
) -> None:
    folder = tmp_path / "folder"
    folder.mkdir()
    backup_page(running).saving.use_folder(folder)
    running.click("backup.save")
    running.qtbot.waitUntil(lambda: backup_page(running).saving.running is None, timeout=30_000)
    running.stop()
    again = Running(running.qtbot, theme, running.home)
    again.start()
    again.sign_in(PRINCIPAL).open("backup")
    look(again)
    page = backup_page(again)
    assert page.saving.target.value() == str(folder)
    assert [copy.path.parent for copy in page.copies.copies()] == [folder]
    folder.rename(tmp_path / "taken away")
    look(again)
    assert not again.find("backup.save").isEnabled()
    assert f"The last copy went to {folder}, which cannot be reached now." in " ".join(said(again))
    again.stop()


def test_the_copies_in_the_last_place_are_offered_where_nothing_opens(
    running: Running, sticks: list[Drive], tmp_path: Path
) -> None:
    (tmp_path / "folder").mkdir()
    backup_page(running).saving.use_folder(tmp_path / "folder")
    running.click("backup.save")
    running.qtbot.waitUntil(lambda: backup_page(running).saving.running is None, timeout=30_000)
    chooser = CopyChooser(running.window.words, running.program.tasks, name="copies", home=running.home)
    running.qtbot.addWidget(chooser)
    chooser.show()
    chooser.look()
    running.qtbot.waitUntil(lambda: chooser.findChild(PersonRow, "copies.copy") is not None)
    made = load_settings(running.home.settings).settings.last_copy_place
    assert chooser.findChild(PersonRow, "copies.copy").toolTip() == made
    (tmp_path / "folder").rename(tmp_path / "taken away")
    chooser.look()
    running.settle()
    told = [label.text() for label in chooser.findChildren(QLabel)]
    assert any("which cannot be reached now" in text for text in told)


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
