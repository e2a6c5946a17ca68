"""Locking, closing or changing the language while somebody waits for work: not by a slip of the hand."""

import threading
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from PySide6.QtCore import QCoreApplication, QEvent, Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QDialog, QLabel, QWidget
from pytestqt.qtbot import QtBot

from emis_desktop import backup
from emis_desktop.jobs.demo.laptop import PASSWORD
from emis_desktop.keyring import NewPerson
from emis_desktop.laptop import Laptop
from emis_desktop.rules.ids import new_id
from emis_desktop.services.users import UserService
from emis_desktop.settings import Home
from tests.factories.desks import OFFICE, demo_home
from tests.factories.laptops import PRINCIPAL
from tests.ui.program.driving import Running
from ui import recovery_code
from ui.backup.page import BackupPage
from ui.recovery_code import RecoveryCodeBox
from ui.settings_page.page import SettingsPage
from ui.settings_page.people import PeopleSection
from ui.theme.theme import Theme
from ui.unlock.screen import UnlockScreen

CTRL = Qt.KeyboardModifier.ControlModifier
STILL = "The copy is still being saved"
NEW = "walk the yellow dog tonight"


@pytest.fixture
def home(tmp_path: Path) -> Home:
    return demo_home(tmp_path, pupils=10)


class SlowStick:
    """A folder that takes a copy when the test lets it go on."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.at_work, self.go_on = threading.Event(), threading.Event()

    def files(self) -> list[Path]:
        return [file for file in self.folder.rglob("*") if file.is_file()]


@pytest.fixture
def stick(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[SlowStick]:
    made = SlowStick(tmp_path / "stick")
    made.folder.mkdir()
    whole = backup.back_up

    def slowly(*args: object, **named: object) -> object:
        made.at_work.set()
        made.go_on.wait(20)
        return whole(*args, **named)  # type: ignore[arg-type]

    monkeypatch.setattr(backup, "back_up", slowly)
    yield made
    made.go_on.set()


@pytest.fixture
def signed_in(qtbot: QtBot, theme: Theme, home: Home) -> Iterator[Running]:
    """The principal is signed in."""
    made = Running(qtbot, theme, home)
    made.start()
    made.sign_in(PRINCIPAL)
    yield made
    made.stop()


class Held:
    """A function that ends, whatever it has done, when the test lets it go on."""

    def __init__(self, monkeypatch: pytest.MonkeyPatch, owner: object, name: str) -> None:
        self.done, self.go_on = threading.Event(), threading.Event()
        really: Callable[..., object] = getattr(owner, name)

        def held(*args: object) -> object:
            try:
                return really(*args)
            finally:
                self.done.set()
                self.go_on.wait(20)

        monkeypatch.setattr(owner, name, held)


@pytest.fixture
def running(qtbot: QtBot, theme: Theme, home: Home, stick: SlowStick) -> Iterator[Running]:
    """A copy is being saved."""
    made = Running(qtbot, theme, home)
    made.start()
    made.sign_in(PRINCIPAL).open("backup")
    made.settle()
    page = made.window.page("backup")
    assert isinstance(page, BackupPage)
    page.saving.use_folder(stick.folder)
    made.settle()
    page.saving.save()
    assert stick.at_work.wait(20)
    yield made
    stick.go_on.set()
    made.stop()


def question(running: Running) -> QDialog:
    shown = [one for one in running.frame.findChildren(QDialog) if one.isVisible()]
    assert len(shown) == 1
    return shown[0]


def answer(dialog: QDialog, verb: str) -> None:
    button = dialog.findChild(QWidget, verb)
    assert button is not None
    QTest.mouseClick(button, Qt.MouseButton.LeftButton)


def test_locking_asks_before_it_stops_the_copy(running: Running, stick: SlowStick) -> None:
    window = running.window
    running.press(Qt.Key.Key_L, CTRL)
    assert running.screen is window
    assert question(running).windowTitle() == STILL
    QTest.keyClick(question(running), Qt.Key.Key_Escape)
    assert running.screen is window
    stick.go_on.set()
    running.settle()
    assert len(stick.files()) == 1, "the copy is there"
    running.press(Qt.Key.Key_L, CTRL)
    running.wait_for(UnlockScreen)


def test_who_wants_to_lock_all_the_same_does_and_no_file_stays(running: Running, stick: SlowStick) -> None:
    running.press(Qt.Key.Key_L, CTRL)
    dialog = question(running)
    threading.Timer(0.2, stick.go_on.set).start()
    answer(dialog, "shell.lock.work.stop")
    running.wait_for(UnlockScreen)
    assert stick.files() == []


def test_closing_the_window_asks_too(running: Running, stick: SlowStick) -> None:
    assert not running.frame.close()
    assert question(running).windowTitle() == STILL
    answer(question(running), "shell.leave.work.stay")
    assert running.frame.isVisible()
    stick.go_on.set()
    running.settle()
    assert running.frame.close()


def test_the_language_waits_and_the_page_tells_what_came_of_the_copy(
    running: Running, stick: SlowStick
) -> None:
    sitting, window = running.program.sitting, running.window
    assert sitting is not None
    window.open("settings", tab="laptop")
    running.click("settings.language.fr")
    assert running.screen is window
    assert window._toast.text() == f"{STILL}. Choose the language when that has ended."
    chips = running.find("settings.language.en")
    assert chips.isChecked()  # type: ignore[attr-defined]  # a button
    stick.go_on.set()
    running.settle()
    window.open("backup")
    said = [label.text() for label in running.window.findChildren(QLabel) if label.isVisible()]
    assert "The copy is saved, read back and opened: it is whole." in said
    running.settle()
    sitting.language_asked.emit("fr")
    assert running.window.words.language == "fr"
    running.settle()


# -- Work that cannot be stopped ----------------------------------------------------------------------


def waits(running: Running, work: str) -> None:
    """Neither lock nor close goes on while ``work`` is under way, and neither offers to stop it."""
    window = running.window
    running.press(Qt.Key.Key_L, CTRL)
    asked = question(running)
    assert asked.windowTitle() == work
    said = [label.text() for label in asked.findChildren(QLabel)]
    assert "It cannot be stopped halfway. Lock when it has ended." in said
    assert asked.findChild(QWidget, "shell.lock.work.stop") is None
    answer(asked, "shell.lock.work.stay")
    QCoreApplication.sendPostedEvents(None, QEvent.Type.DeferredDelete)
    assert not running.frame.close()
    assert question(running).windowTitle() == work
    answer(question(running), "shell.leave.work.stay")
    assert running.screen is window


def lock(running: Running) -> None:
    running.press(Qt.Key.Key_L, CTRL)
    running.wait_for(UnlockScreen)


def test_a_new_recovery_code_is_shown_and_its_sheet_saved_before_the_laptop_locks(
    signed_in: Running, home: Home, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    held = Held(monkeypatch, UserService, "renew_recovery")
    signed_in.window.open("settings", tab="laptop")
    signed_in.fill("settings.recovery.password", PASSWORD)
    signed_in.press(Qt.Key.Key_Return)
    assert held.done.wait(20), "the old code opens nothing any more"
    try:
        waits(signed_in, "The new code is still being made")
    finally:
        held.go_on.set()
    signed_in.settle()
    box = signed_in.window.findChild(RecoveryCodeBox)
    assert box is not None
    signed_in.qtbot.waitUntil(box.isVisible)
    code = box._code
    held = Held(monkeypatch, recovery_code, "save_recovery_sheet")
    box.save_to(tmp_path / "code.pdf")
    assert held.done.wait(20)
    try:
        waits(signed_in, "The file is still being saved")
    finally:
        held.go_on.set()
    signed_in.settle()
    lock(signed_in)
    laptop = Laptop(home)
    laptop.recover(code, next(one.id for one in laptop.people() if one.name == PRINCIPAL), NEW)
    with laptop.sign_in_as(PRINCIPAL, NEW) as mine:
        assert mine.actor.name == PRINCIPAL


def test_the_end_of_an_access_is_told_before_the_laptop_locks(
    signed_in: Running, home: Home, monkeypatch: pytest.MonkeyPatch
) -> None:
    held = Held(monkeypatch, UserService, "end_access")
    section = people_of(signed_in)
    pick(section, OFFICE)
    signed_in.click("settings.people.end")
    answer(question(signed_in), "settings.end.end")
    QCoreApplication.sendPostedEvents(None, QEvent.Type.DeferredDelete)
    assert held.done.wait(20)
    try:
        waits(signed_in, f"The access of {OFFICE} is still being ended")
    finally:
        held.go_on.set()
    signed_in.settle()
    assert signed_in.window._toast.text() == f"The access of {OFFICE} has ended"
    lock(signed_in)
    assert OFFICE not in {one.name for one in Laptop(home).people()}


def test_who_is_taken_off_the_list_is_told_of_before_the_laptop_locks(
    signed_in: Running, monkeypatch: pytest.MonkeyPatch
) -> None:
    held = Held(monkeypatch, UserService, "clear_leftover")
    sitting = signed_in.program.sitting
    assert sitting is not None
    laptop, left = sitting.desk.laptop, "Clerk 09"
    laptop.ring.add_user(laptop.keys, NewPerson(new_id(), left, "teacher", NEW), {laptop.store_id: ()})
    section = people_of(signed_in)
    pick(section, left)
    signed_in.click("settings.people.clear")
    assert held.done.wait(20)
    try:
        waits(signed_in, f"{left} is still being taken off the list")
    finally:
        held.go_on.set()
    signed_in.settle()
    lock(signed_in)


def people_of(running: Running) -> PeopleSection:
    """The people of this laptop, read."""
    running.window.open("settings", tab="people")
    page = running.window.page()
    assert isinstance(page, SettingsPage)
    running.qtbot.waitUntil(lambda: not page.queue.busy())
    section = page.section()
    assert isinstance(section, PeopleSection)
    return section


def pick(section: PeopleSection, name: str) -> None:
    place = next(n for n in range(section._model.count()) if section._model.row(n).name == name)
    section.table.pick(place)
    section._picked()
