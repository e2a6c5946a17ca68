"""From the sign-in screen into the records and out again, by keyboard, on a real data folder."""

import gc
import json
import logging
import threading
from collections.abc import Iterator
from dataclasses import is_dataclass
from pathlib import Path

import pytest
from PySide6.QtCore import QObject, Qt
from PySide6.QtGui import QGuiApplication
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QDialog, QLabel, QLineEdit, QWidget
from pytestqt.qtbot import QtBot

from emis_desktop.desk import open_desk
from emis_desktop.errors import CannotSave
from emis_desktop.front import load_front
from emis_desktop.jobs.demo.laptop import PASSWORD
from emis_desktop.jobs.demo.note import NOTE
from emis_desktop.keyring.ring_file import SCHEMA
from emis_desktop.laptop import Laptop
from emis_desktop.settings import Home
from tests.factories.desks import OFFICE, demo_home
from tests.factories.laptops import PRINCIPAL, users_of
from tests.ui.program.driving import Running
from ui.context import Unsaved
from ui.marks.page import MarksPage
from ui.program import late, leaving
from ui.program import program as program_module
from ui.shell.page import Page
from ui.shell.window import MainWindow
from ui.students.page import StudentsPage
from ui.theme.theme import Theme
from ui.unlock.forgotten import ForgottenScreen
from ui.unlock.screen import UnlockScreen
from ui.unlock.trouble import TroubleScreen
from ui.widgets.button import Button
from ui.widgets.dialog import Dialog
from ui.widgets.sheet.area import Cell

CTRL = Qt.KeyboardModifier.ControlModifier
TEACHER = "Teacher 01"


@pytest.fixture
def home(tmp_path: Path) -> Home:
    return demo_home(tmp_path, pupils=60)


@pytest.fixture
def running(qtbot: QtBot, theme: Theme, home: Home) -> Iterator[Running]:
    made = Running(qtbot, theme, home)
    made.start()
    yield made
    made.stop()


def pupils_of(home: Home) -> list[str]:
    """Family names of the demonstration's pupils, from a sign-in of their own."""
    laptop = Laptop(home)
    with laptop.sign_in_as(PRINCIPAL, PASSWORD) as mine:
        rows = open_desk(mine).queries.search.window("", limit=60)
        return [row.family_name for row in rows]


# -- Signing in ---------------------------------------------------------------------------------------


def test_the_password_has_the_focus_and_signs_in(running: Running) -> None:
    assert running.focused is running.find("unlock.password")
    window = running.sign_in()
    assert window.current() == "home"
    assert running.program.sitting is not None
    assert running.program.sitting.desk.laptop.actor.name == OFFICE


def test_a_wrong_password_is_told_calmly_and_what_was_typed_stays(running: Running) -> None:
    running.choose(OFFICE)
    running.enter("not my password at all")
    running.press(Qt.Key.Key_Return)
    running.settle()
    line = running.find("unlock.password")
    assert isinstance(line, QLineEdit)
    assert line.text() == line.selectedText() == "not my password at all"
    assert "does not fit" in line.accessibleDescription()
    assert running.focused is line
    running.enter(PASSWORD)
    running.press(Qt.Key.Key_Return)
    running.wait_for(MainWindow)


def test_an_empty_password_is_not_tried(running: Running) -> None:
    running.press(Qt.Key.Key_Return)
    assert running.program.tasks.running() == 0
    assert running.find("unlock.password").accessibleDescription() == "Type the password."


def test_after_several_wrong_passwords_the_wait_counts_down(
    running: Running, monkeypatch: pytest.MonkeyPatch
) -> None:
    left = iter([5, 4, 3, 2, 1, 0, 0, 0])
    monkeypatch.setattr(running.unlock._opener, "wait", lambda _who: next(left))
    line = running.find("unlock.password")
    running.unlock._tell_wait()
    assert "Wait 5 s" in line.accessibleDescription()
    assert not running.find("unlock.unlock").isEnabled()
    running.enter("typed meanwhile")
    running.press(Qt.Key.Key_Return)
    assert running.program.tasks.running() == 0, "waiting, nothing is tried"
    running.unlock._countdown.setInterval(5)
    running.qtbot.waitUntil(lambda: running.find("unlock.unlock").isEnabled())
    assert line.accessibleDescription() == ""
    assert isinstance(line, QLineEdit)
    assert line.text() == "typed meanwhile"


def test_the_real_wait_grows_and_stays_with_the_person(running: Running) -> None:
    running.choose(OFFICE)
    for _ in range(3):
        running.fill("unlock.password", "not my password at all")
        running.press(Qt.Key.Key_Return)
        running.settle()
    assert not running.find("unlock.unlock").isEnabled()
    running.choose(TEACHER)
    assert running.find("unlock.unlock").isEnabled(), "somebody else need not wait"
    running.choose(OFFICE)
    assert not running.find("unlock.unlock").isEnabled()


def test_a_letter_finds_the_next_person_and_someone_else_shows_more(running: Running) -> None:
    height = running.unlock._people.height()
    running.focus("unlock.other")
    running.press(Qt.Key.Key_Space)
    assert running.unlock._people.height() > height
    said = [label.text() for label in running.unlock.findChildren(QLabel)]
    assert any("added by the principal" in text for text in said)
    running.press(Qt.Key.Key_U)
    assert running.find("unlock.password").accessibleName() == f"Password of {OFFICE}"


def test_the_language_changes_in_place(running: Running) -> None:
    running.choose(OFFICE)
    running.click("unlock.language.fr")
    assert running.unlock.words.language == "fr"
    assert running.settings.language == "fr"
    running.enter(PASSWORD)


def test_a_leftover_of_a_killed_adding_is_cleared_at_sign_in_of_who_may(running: Running) -> None:
    running.sign_in(PRINCIPAL)
    assert running.program.sitting is not None
    desk = running.program.sitting.desk
    assert desk.services.users.leftovers() == ()


# -- Forgotten ----------------------------------------------------------------------------------------


def test_forgotten_says_who_helps_and_esc_comes_back(running: Running) -> None:
    running.choose(TEACHER)
    running.focus("unlock.forgotten")
    running.press(Qt.Key.Key_Space)
    running.wait_for(ForgottenScreen)
    said = " ".join(label.text() for label in running.screen.findChildren(QLabel))
    assert f"{PRINCIPAL} can set a new one" in said
    running.press(Qt.Key.Key_Escape)
    running.wait_for(UnlockScreen)


def test_a_recovery_code_sets_a_new_password_that_then_signs_in(running: Running, home: Home) -> None:
    with Laptop(home).sign_in_as(PRINCIPAL, PASSWORD) as mine:
        code = users_of(mine).renew_recovery(PASSWORD)
    assert code is not None
    running.choose(OFFICE)
    running.focus("unlock.forgotten")
    running.press(Qt.Key.Key_Space)
    running.wait_for(ForgottenScreen)
    running.focus("forgotten.set")
    running.press(Qt.Key.Key_Space)
    assert "group 1 is not complete" in running.find("forgotten.code").accessibleDescription()
    slip = ("0" if code[0] != "0" else "1") + code[1:]
    running.fill("forgotten.code", slip)
    running.press(Qt.Key.Key_Tab)
    assert "Group 1 of the code has a slip" in running.find("forgotten.code").accessibleDescription()
    running.fill("forgotten.code", code.lower().replace("-", " "))
    running.fill("forgotten.password", "walk the yellow dog tonight")
    running.fill("forgotten.again", "walk the yellow dog")
    running.press(Qt.Key.Key_Return)
    assert running.find("forgotten.again").accessibleDescription() == "The two are not the same."
    running.fill("forgotten.again", "walk the yellow dog tonight")
    running.press(Qt.Key.Key_Return)
    running.wait_for(UnlockScreen)
    running.sign_in(OFFICE, "walk the yellow dog tonight")


# -- Locking ------------------------------------------------------------------------------------------


def test_ctrl_l_locks_and_the_same_screen_returns_to_the_same_person(running: Running) -> None:
    window = running.sign_in()
    window.open("settings")
    running.press(Qt.Key.Key_L, CTRL)
    running.wait_for(UnlockScreen)
    assert running.find("unlock.password").accessibleName() == f"Password of {OFFICE}"
    assert running.text("unlock.unlock") == "Unlock"
    said = [label.text() for label in running.unlock.findChildren(QLabel)]
    assert "Locked. Everything is as it was left." in said
    running.enter(PASSWORD)
    running.press(Qt.Key.Key_Return)
    running.wait_for(MainWindow)
    assert running.window.current() == "settings"


def test_the_record_that_was_open_returns_after_locking(running: Running) -> None:
    window = running.sign_in()
    sitting = running.program.sitting
    assert sitting is not None
    row = sitting.desk.queries.search.page("").rows[1]
    window.open("students", student_id=row.id, part="guardians")
    running.settle()
    running.press(Qt.Key.Key_L, CTRL)
    running.wait_for(UnlockScreen)
    page = running.sign_in().page("students")
    assert isinstance(page, StudentsPage)
    record = page.views.record()
    assert page.views.showing_record()
    assert record.scope.record is not None
    assert (record.scope.record.id, record.tabs.value()) == (row.id, "guardians")
    running.settle()


def test_the_mark_sheet_and_its_cell_return_after_locking(running: Running) -> None:
    window = running.sign_in()
    sitting = running.program.sitting
    assert sitting is not None
    assert sitting.context is not None
    place = sitting.context.place
    assert place.institution_id is not None
    assert place.term is not None
    line = next(
        one
        for one in sitting.desk.queries.mark_sheet.sheets(place.institution_id, place.term.id)
        if one.items and one.pupils > 1
    )
    window.open("marks", class_id=line.class_id, subject_id=line.subject_id)
    page = window.page("marks")
    assert isinstance(page, MarksPage)
    running.qtbot.waitUntil(page.sheet.grid.isVisible)
    running.settle()
    page.sheet.grid.go(Cell(1, 0))
    title = page.head.title()
    running.press(Qt.Key.Key_L, CTRL)
    running.wait_for(UnlockScreen)
    again = running.sign_in().page("marks")
    assert isinstance(again, MarksPage)
    running.qtbot.waitUntil(again.sheet.grid.isVisible)
    running.settle()
    assert again.head.title() == title
    assert again.sheet.grid.current == Cell(1, 0)


def test_somebody_else_begins_at_the_beginning(running: Running) -> None:
    running.sign_in().open("settings")
    running.press(Qt.Key.Key_L, CTRL)
    running.wait_for(UnlockScreen)
    running.sign_in(PRINCIPAL)
    assert running.window.current() == "home"


def test_nobody_at_the_laptop_locks_it(running: Running) -> None:
    running.sign_in()
    running.settle()
    assert running.program.sitting is not None
    running.program.sitting.leaving.idle.set_minutes(0.02 / 60)
    running.wait_for(UnlockScreen)
    said = [label.text() for label in running.unlock.findChildren(QLabel)]
    assert "Locked after 10 minutes. Everything is as it was left." in said


def test_a_lock_waits_for_long_work_to_end(running: Running, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(leaving, "AGAIN_MS", 20)
    running.sign_in()
    running.settle()
    sitting = running.program.sitting
    assert sitting is not None
    go_on: list[bool] = []
    task = running.program.tasks.run(lambda control: [None for _ in iter(lambda: bool(go_on), True)])
    sitting.leaving.left_alone()
    running.qtbot.wait(80)
    assert isinstance(running.screen, MainWindow)
    go_on.append(True)
    running.qtbot.waitSignal(task.ended, raising=False)
    running.wait_for(UnlockScreen)


def test_who_comes_back_during_long_work_is_not_locked_out_after_it(
    running: Running, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(leaving, "AGAIN_MS", 50)
    running.sign_in()
    running.settle()
    sitting = running.program.sitting
    assert sitting is not None
    go_on: list[bool] = []
    task = running.program.tasks.run(lambda control: [None for _ in iter(lambda: bool(go_on), True)])
    sitting.leaving.left_alone()
    QTest.keyClick(running.frame.windowHandle(), Qt.Key.Key_Shift)
    with running.qtbot.waitSignal(task.ended):
        go_on.append(True)
    running.qtbot.wait(200)
    assert isinstance(running.screen, MainWindow)


def test_a_fault_of_saving_is_said_in_the_other_language_too(running: Running) -> None:
    running.sign_in(PRINCIPAL)
    sitting = running.program.sitting
    assert sitting is not None
    sitting.saving.told.emit(CannotSave("The disk is full. Free some space."))
    before = running.window
    sitting.language_asked.emit("fr")
    running.qtbot.waitUntil(lambda: running.screen is not before)
    assert running.find("shell.fault").isVisible()


def test_signing_out_forgets_the_screen(running: Running) -> None:
    running.sign_in().open("settings")
    running.window.sign_out_asked.emit()
    running.wait_for(UnlockScreen)
    assert "Signed out. Everything is saved." in [
        label.text() for label in running.unlock.findChildren(QLabel)
    ]
    running.enter(PASSWORD)
    running.press(Qt.Key.Key_Return)
    running.wait_for(MainWindow)
    assert running.window.current() == "home"


def test_what_was_refused_is_asked_about_before_locking(running: Running) -> None:
    window = running.sign_in()
    assert running.program.sitting is not None
    context = running.program.sitting.context
    assert context is not None
    led: list[str] = []
    context.unsaved.report(
        "home", Unsaved(2, "2 marks not saved, the rest is saved", lambda: led.append("there"))
    )
    assert window._status.text("saved") == "2 marks not saved, the rest is saved"
    running.press(Qt.Key.Key_L, CTRL)
    (dialog,) = window.findChildren(QDialog)
    assert dialog.windowTitle() == "Lock with 2 entries that are not saved?"
    told = "They were refused, so they are in no record. Locking forgets them; all the rest is saved."
    assert dialog.accessibleDescription() == told
    QTest.keyClick(dialog, Qt.Key.Key_Escape)
    assert running.screen is window
    assert led == ["there"], "whoever stays is led to what was refused"
    window._status.pressed.emit("saved")
    assert led == ["there", "there"]
    running.press(Qt.Key.Key_L, CTRL)
    dialog = window.findChildren(QDialog)[-1]
    lock = dialog.findChild(QWidget, "shell.lock.lock")
    assert isinstance(lock, Button)
    assert lock.text() == "Lock and forget them"
    QTest.mouseClick(lock, Qt.MouseButton.LeftButton)
    running.wait_for(UnlockScreen)
    said = [label.text() for label in running.unlock.findChildren(QLabel)]
    assert "2 entries were refused and are not kept. The rest is saved." in said


def test_after_locking_nothing_of_the_records_is_left(running: Running, home: Home, qtbot: QtBot) -> None:
    names = pupils_of(home)
    there = {id(thing) for thing in _windows()}
    running.sign_in()
    running.settle()
    for key in ("students", "marks", "report_cards", "settings"):
        running.window.open(key)
        running.settle()
        qtbot.wait(50)
    sitting = running.program.sitting
    assert sitting is not None
    key_buffer = sitting.desk.laptop.keys.key(sitting.desk.laptop.store_id)
    QGuiApplication.clipboard().setText(names[0])
    del sitting
    running.press(Qt.Key.Key_L, CTRL)
    running.wait_for(UnlockScreen)
    running.settle()
    qtbot.wait(50)
    gc.collect()
    assert QGuiApplication.clipboard().text() == ""
    assert key_buffer == bytearray(32)
    assert [type(thing) for thing in _windows() if id(thing) not in there] == []
    left = [thing for thing in gc.get_objects() if is_dataclass(thing) and not isinstance(thing, type)]
    named = [thing for thing in left if any(name in _values(thing) for name in set(names))]
    assert named == []


def _windows() -> list[object]:
    gc.collect()
    return [thing for thing in gc.get_objects() if isinstance(thing, (Page, MainWindow))]


def _values(thing: object) -> list[object]:
    return [getattr(thing, name, None) for name in getattr(thing, "__dataclass_fields__", ())]


def test_the_sign_in_screen_shows_what_was_there_when_it_was_locked(running: Running) -> None:
    running.sign_in(TEACHER)
    running.press(Qt.Key.Key_L, CTRL)
    running.wait_for(UnlockScreen)
    front = load_front(running.home.front)
    assert (front.waiting or 0) > 1000
    assert front.name == "Tradewind Demo Primary School"
    assert len(front.terms) == 3
    assert all(front.duties.values())
    said = [label.text() for label in running.unlock.findChildren(QLabel)]
    assert "This laptop works on its own" in said


def test_invented_records_are_not_asked_to_be_copied(qtbot: QtBot, theme: Theme, home: Home) -> None:
    (home.root / NOTE).write_text('{"pupils": 60, "seed": 1, "finished": true}', encoding="utf-8")
    running = Running(qtbot, theme, home)
    running.start()
    running.sign_in()
    running.settle()
    assert running.screen.findChild(QWidget, "shell.banner.backup") is None
    assert running.find("shell.status.backup").accessibleName() == "No USB copy yet"
    running.stop()


# -- The window ---------------------------------------------------------------------------------------


def test_the_language_changes_while_signed_in_and_the_screen_stays(running: Running) -> None:
    running.sign_in().open("settings")
    assert running.program.sitting is not None
    question = Dialog("Leave what is not saved?", parent=running.frame)
    question.ask()
    running.program.sitting.language_asked.emit("es")
    assert not question.isVisible()
    assert running.window.words.language == "es"
    assert running.text("shell.top.term").startswith("Trimestre 1")
    place = running.program.sitting.context.place
    assert place.term.name == "Trimestre 1"
    assert running.window.current() == "settings"
    running.settle()


def test_the_selectors_are_filled_and_a_choice_is_remembered(running: Running) -> None:
    window = running.sign_in()
    context = running.program.sitting.context if running.program.sitting is not None else None
    assert context is not None
    place = context.place
    assert place.term is not None
    second = context.queries.school.terms(place.term.year_id)[1]
    window.selected.emit("term", str(second.id))
    assert place.term is not None
    assert place.term.id == second.id
    earlier = context.queries.school.years()[-1]
    window.selected.emit("year", str(earlier.id))
    assert place.year == earlier
    assert place.term is not None
    assert place.term.number == 2, "the same term of another year"
    running.press(Qt.Key.Key_L, CTRL)
    running.wait_for(UnlockScreen)
    running.sign_in(PRINCIPAL)
    again = running.program.sitting.context if running.program.sitting is not None else None
    assert again is not None
    assert again.place.year == earlier


def test_ctrl_k_finds_pupils_classes_and_actions(running: Running, home: Home) -> None:
    window = running.sign_in()
    name = pupils_of(home)[0]
    running.press(Qt.Key.Key_K, CTRL)
    running.enter(name[:4])
    found = window._palette.found()
    assert any(name in one.title and one.kind == "Pupil" for one in found)
    running.press(Qt.Key.Key_A, CTRL)
    running.enter("Grade 5")
    assert any(one.kind == "Class" for one in window._palette.found())
    running.press(Qt.Key.Key_A, CTRL)
    running.enter("Undo")
    assert [one.title for one in window._palette.found() if one.kind == "Action"] == ["Undo"]
    running.press(Qt.Key.Key_Escape)


def toast(running: Running) -> str:
    found = running.window._toast.findChild(QLabel)
    assert isinstance(found, QLabel)
    return found.text()


def test_ctrl_z_takes_back_the_last_act_with_a_toast_that_does_it_again(running: Running) -> None:
    running.sign_in(PRINCIPAL)
    assert running.program.sitting is not None
    desk = running.program.sitting.desk
    school = desk.laptop.site.institution_id
    now = desk.queries.school.years()[0]
    assert school is not None
    (first, second, *_rest) = desk.queries.school.classes(school, now.id, now.starts_on)

    def names() -> list[str]:
        found = desk.queries.school.classes(school, now.id, now.starts_on)
        return [one.name for wanted in (first, second) for one in found if one.id == wanted.id]

    def name() -> str:
        return names()[0]

    desk.services.structure.rename_class(first.id, "Grade 0 Test")
    running.press(Qt.Key.Key_Z, CTRL)
    running.qtbot.waitUntil(lambda: name() == first.name)
    running.qtbot.waitUntil(lambda: "Undone" in toast(running))
    running.press(Qt.Key.Key_Y, CTRL)
    running.qtbot.waitUntil(lambda: name() == "Grade 0 Test")
    running.qtbot.waitUntil(lambda: "Done again" in toast(running))
    running.settle()
    desk.services.structure.rename_class(second.id, "Grade 0 Later")
    running.click("toast.undo")
    running.qtbot.waitUntil(lambda: name() == first.name)
    running.settle()
    assert "Grade 0 Later" in names(), "the toast told of another act"


def test_the_badge_counts_marks_to_enter_and_follows_them(running: Running) -> None:
    window = running.sign_in()
    assert running.program.sitting is not None
    running.program.sitting._counts._quiet.setInterval(10)
    running.program.sitting._counts._quiet.start()
    item = running.find("shell.rail.marks")
    running.qtbot.waitUntil(lambda: "marks to enter" in item.accessibleName(), timeout=10_000)
    assert window.current() == "home"
    sitting = running.program.sitting
    queries, known = sitting.desk.queries, next(one for one in sitting._classes() if one.on_roll)
    taught = {one.subject_id for one in queries.school.subjects_of(known.id)}
    bare = next(one.id for one in queries.grading.subjects("en") if one.id not in taught)
    sitting.desk.services.structure.set_subject_teacher(known.id, bare, None)
    running.qtbot.waitUntil(lambda: "1 sheet lacks tests" in item.accessibleName(), timeout=10_000)


def test_a_teacher_has_only_their_screens(running: Running) -> None:
    running.sign_in(TEACHER)
    assert running.screen.findChild(QWidget, "shell.rail.backup") is None
    assert running.screen.findChild(QWidget, "shell.rail.settings") is not None
    assert running.screen.findChild(QWidget, "shell.banner.backup") is None, "who cannot copy is not nagged"


def test_a_copy_that_is_due_is_said_until_one_is_made(running: Running) -> None:
    window = running.sign_in()
    assert running.find("shell.banner.backup").isVisible()
    assert window._status.text("backup") == "No USB copy yet"
    running.click("shell.banner.backup.verb")
    assert window.current() == "backup"


# -- Faults -------------------------------------------------------------------------------------------


def test_a_laptop_that_cannot_save_says_so_until_it_can(
    running: Running, monkeypatch: pytest.MonkeyPatch
) -> None:
    window = running.sign_in(PRINCIPAL)
    assert running.program.sitting is not None
    laptop = running.program.sitting.desk.laptop
    with pytest.raises(CannotSave), laptop.db.write(laptop.actor, "change_school"):
        raise CannotSave("Cannot save on this laptop: the disk is full.")
    running.qtbot.waitUntil(window._fault.isVisible)
    assert "disk is full" in window._fault.text()
    with monkeypatch.context() as patched:
        patched.setattr(type(laptop), "try_saving", _full)
        running.click("shell.fault.verb")
        running.settle()
        assert window._fault.isVisible()
    running.click("shell.fault.verb")
    running.settle()
    assert not window._fault.isVisible()


def _full(_laptop: object) -> None:
    raise CannotSave("Cannot save on this laptop: the disk is full.")


def test_a_fault_of_the_program_is_said_calmly_and_can_be_closed(running: Running) -> None:
    running.program.fault()
    said = [label.text() for label in running.unlock.findChildren(QLabel)]
    assert any("your saved work is safe" in text for text in said)
    window = running.sign_in()
    running.program.fault()
    assert "your saved work is safe" in window._fault.text()
    running.click("shell.fault.verb")
    running.settle()
    assert not window._fault.isVisible()


# -- Broken -------------------------------------------------------------------------------------------


def trouble(running: Running) -> str:
    running.wait_for(TroubleScreen)
    return " ".join(label.text() for label in running.screen.findChildren(QLabel))


def test_a_damaged_store_opens_nothing_and_offers_a_copy(running: Running) -> None:
    (path,) = running.home.stores.glob("*.db")
    whole = path.read_bytes()
    path.write_bytes(bytes(4096) + whole[4096:])
    running.choose(OFFICE)
    running.enter(PASSWORD)
    running.press(Qt.Key.Key_Return)
    said = trouble(running)
    assert "The records cannot be opened" in said
    assert "restore it from a USB copy" in said
    assert running.program.sitting is None


@pytest.mark.parametrize("content", [b"", b"{}", b"\xff" * 100])
def test_a_damaged_key_ring_opens_nothing(qtbot: QtBot, theme: Theme, home: Home, content: bytes) -> None:
    for path in home.root.glob("keyring.json*"):
        path.write_bytes(content)
    running = Running(qtbot, theme, home)
    running.start()
    assert "The keys on this laptop are damaged" in trouble(running)
    running.stop()


def test_a_key_ring_of_a_later_version_says_so(qtbot: QtBot, theme: Theme, home: Home) -> None:
    for path in (home.keyring, home.keyring.with_name("keyring.json.bak")):
        path.write_bytes(path.read_bytes().replace(b'"schema":%d' % SCHEMA, b'"schema":9'))
    running = Running(qtbot, theme, home)
    running.start()
    said = trouble(running)
    assert "These records are from a newer version" in said
    assert "install the newer version" in said
    running.stop()


def test_records_without_keys_open_nothing(qtbot: QtBot, theme: Theme, home: Home) -> None:
    for path in home.root.glob("keyring.json*"):
        path.unlink()
    running = Running(qtbot, theme, home)
    running.start()
    assert "no keys to them" in trouble(running)
    running.click("trouble.language.fr")
    assert running.settings.language == "fr"
    assert isinstance(running.screen, TroubleScreen)
    running.stop()


def test_a_restore_that_was_cut_short_is_ended_before_anything_else(
    qtbot: QtBot, theme: Theme, home: Home, monkeypatch: pytest.MonkeyPatch
) -> None:
    (home.root / ".restore").mkdir()
    ended: list[Home] = []
    monkeypatch.setattr("emis_desktop.restoring.finish", ended.append)
    running = Running(qtbot, theme, home)
    running.start()
    assert ended == [home]
    running.stop()


def test_closing_the_window_locks(running: Running) -> None:
    running.sign_in()
    assert running.program.sitting is not None
    laptop = running.program.sitting.desk.laptop
    running.frame.close()
    assert laptop.keys.locked
    assert running.program.sitting is None


def test_a_page_that_holds_on_keeps_the_window_open(
    running: Running, monkeypatch: pytest.MonkeyPatch
) -> None:
    window = running.sign_in()
    page = window.page()
    assert page is not None
    with monkeypatch.context() as patched:
        patched.setattr(type(page), "leave", lambda self: False)
        assert not running.frame.close()
        assert running.program.sitting is not None
    assert running.frame.close()


def test_what_was_refused_is_asked_about_before_the_window_closes(running: Running) -> None:
    window = running.sign_in()
    context = running.program.sitting.context if running.program.sitting is not None else None
    assert context is not None
    context.unsaved.report("home", Unsaved(1, "1 mark not saved, the rest is saved", lambda: None))
    assert not running.frame.close()
    (dialog,) = window.findChildren(QDialog)
    assert dialog.windowTitle() == "Go on with 1 entry that is not saved?"
    QTest.keyClick(dialog, Qt.Key.Key_Escape)
    assert running.program.sitting is not None
    assert running.frame.isVisible()
    running.settle()
    assert not running.frame.close()
    go = window.findChildren(QDialog)[-1].findChild(QWidget, "shell.leave.go")
    assert go is not None
    QTest.mouseClick(go, Qt.MouseButton.LeftButton)
    assert running.program.sitting is None
    assert not running.frame.isVisible()


def test_what_was_refused_is_asked_about_before_the_language_changes(running: Running) -> None:
    window = running.sign_in()
    sitting = running.program.sitting
    assert sitting is not None
    assert sitting.context is not None
    sitting.context.unsaved.report("home", Unsaved(1, "1 mark not saved, the rest is saved", lambda: None))
    sitting.language_asked.emit("fr")
    assert running.window is window
    go = window.findChildren(QDialog)[-1].findChild(QWidget, "shell.leave.go")
    assert go is not None
    QTest.mouseClick(go, Qt.MouseButton.LeftButton)
    assert running.window.words.language == "fr"
    assert sitting.leaving.lost() == 0, "what stood on the pages before is gone with them"
    assert "enregistré" in running.window._status.text("saved")
    running.settle()


def test_what_is_refused_while_the_laptop_locks_is_asked_about(running: Running) -> None:
    """The words stand in an open field when the keys for the lock are pressed."""
    window = running.sign_in()
    window.open("students")
    running.settle()
    sitting = running.program.sitting
    assert sitting is not None
    row = sitting.desk.queries.search.page("").rows[0]
    window.open("students", student_id=row.id)
    running.settle()
    running.fill("student.nationality", "Nowhere at all")
    running.press(Qt.Key.Key_L, CTRL)
    assert running.screen is window
    dialog = window.findChildren(QDialog)[-1]
    assert dialog.windowTitle() == "Lock with 1 entry that is not saved?"
    QTest.keyClick(dialog, Qt.Key.Key_Escape)
    line = running.find("student.nationality")
    assert isinstance(line, QLineEdit)
    assert line.text() == "Nowhere at all"
    sitting.leaving.left_alone()
    running.wait_for(UnlockScreen)
    said = [label.text() for label in running.unlock.findChildren(QLabel)]
    assert "1 entry was refused and is not kept. The rest is saved." in said


def test_preloading_tells_what_it_cannot_load_only_to_the_log(
    monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture, qtbot: QtBot
) -> None:
    monkeypatch.setattr(late, "LATER", ("json", "emis_desktop.not_there"))
    owner = QObject()
    preload = late.Preload(owner)
    with caplog.at_level(logging.WARNING), qtbot.waitSignal(preload.done):
        preload.start()
    assert "emis_desktop.not_there was not loaded" in caplog.text
    assert json.loads("1") == 1


def test_what_is_loaded_counts_as_the_program_only_while_nobody_is_in(running: Running, qtbot: QtBot) -> None:
    go = threading.Event()
    before = gc.get_freeze_count()
    try:
        running.program.tasks.run(lambda _control: go.wait(10))
        program_module._loaded(running.program)
        assert gc.get_freeze_count() == before, "somebody is on the way in"
        go.set()
        qtbot.waitUntil(lambda: not running.program.tasks.running())
        program_module._loaded(running.program)
        assert gc.get_freeze_count() > before
        gc.unfreeze()
        running.sign_in()
        program_module._loaded(running.program)
        assert gc.get_freeze_count() == 0
    finally:
        gc.unfreeze()
