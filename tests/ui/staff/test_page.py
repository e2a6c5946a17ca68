"""The Staff screen by keyboard, on a real school: the list, a record, posts, learning, handing over."""

from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from typing import TypeVar

import pytest
from PySide6.QtCore import QSize, Qt
from PySide6.QtWidgets import QComboBox, QDialog, QLabel, QLineEdit, QWidget
from pytestqt.qtbot import QtBot

from emis_desktop.queries.staff_records import StaffRecord
from emis_desktop.rules.rights import Role
from emis_desktop.services.custom_fields import CustomFieldService, NewField
from resources.words import Words
from tests.factories.desks import demo_home
from tests.factories.laptops import PRINCIPAL
from tests.ui.audit import COMPACT_PAGE, audit
from tests.ui.program.driving import Running
from ui.staff.page import StaffPage
from ui.theme.theme import Theme
from ui.widgets.fields import TextField

Kind = TypeVar("Kind", bound=QWidget)


@pytest.fixture
def running(qtbot: QtBot, theme: Theme, tmp_path: Path) -> Iterator[Running]:
    made = Running(qtbot, theme, demo_home(tmp_path, pupils=12))
    made.start()
    made.sign_in(PRINCIPAL)
    yield made
    made.stop()


def staff(running: Running) -> StaffPage:
    running.window.open("staff")
    page = running.window.page()
    assert isinstance(page, StaffPage)
    settle(running, page)
    return page


def settle(running: Running, page: StaffPage) -> None:
    running.until(lambda: not page.queue.busy() and running.program.tasks.running() == 0)


def asked(running: Running) -> QDialog:
    running.until(lambda: any(one.isVisible() for one in running.frame.findChildren(QDialog)))
    return next(one for one in reversed(running.frame.findChildren(QDialog)) if one.isVisible())


def part(dialog: QWidget, kind: type[Kind], name: str) -> Kind:
    found = dialog.findChild(kind, name)
    assert found is not None, name
    return found


def said(widget: QWidget) -> str:
    return " | ".join(label.text() for label in widget.findChildren(QLabel) if label.isVisible())


def put(running: Running, dialog: QDialog, name: str, text: str) -> None:
    line = part(dialog, QLineEdit, name)
    line.setFocus()
    line.selectAll()
    running.qtbot.keyClicks(line, text)


def choose(dialog: QDialog, name: str, key: str) -> None:
    box = part(dialog, QComboBox, name)
    box.setCurrentIndex(box.findData(key))
    box.activated.emit(box.currentIndex())


def do(running: Running, dialog: QDialog, name: str) -> None:
    running.qtbot.keyClick(part(dialog, QWidget, name), Qt.Key.Key_Return)


def record(page: StaffPage) -> StaffRecord:
    found = page.record.record
    assert found is not None
    return found


def open_first(running: Running) -> StaffPage:
    page = staff(running)
    page.list.table.setFocus()
    running.qtbot.keyClick(page.list.table, Qt.Key.Key_Return)
    running.until(lambda: page.record.record is not None)
    settle(running, page)
    return page


def test_the_list_is_narrowed_and_a_record_opens_and_goes_back(running: Running) -> None:
    page = staff(running)
    count = page.list.table.model().rowCount()
    assert count >= 7
    assert f"{count} at work" in said(page)
    running.fill("staff.search", "03")
    running.until(lambda: page.list.table.model().rowCount() == 1)
    running.press(Qt.Key.Key_Down)
    running.press(Qt.Key.Key_Return)
    running.until(lambda: page.record.record is not None)
    settle(running, page)
    assert record(page).family_name == "03"
    running.until(lambda: "class teacher" in said(page.record))
    assert audit(page, QSize(1150, 640)) == []
    running.press(Qt.Key.Key_Escape)
    running.until(lambda: page.list.isVisible())


def test_somebody_joins_and_is_changed_field_by_field(running: Running) -> None:
    page = staff(running)
    running.focus("staff.search")
    running.press(Qt.Key.Key_N, Qt.KeyboardModifier.ControlModifier)
    dialog = asked(running)
    do(running, dialog, "staff.add.do")
    running.until(lambda: part(dialog, QLineEdit, "staff.add.given").accessibleDescription() != "")
    put(running, dialog, "staff.add.given", "Eloise")
    put(running, dialog, "staff.add.family", "Example")
    choose(dialog, "staff.add.role", "LIB")
    choose(dialog, "staff.add.employment", "part_time")
    do(running, dialog, "staff.add.do")
    running.until(lambda: page.record.record is not None)
    settle(running, page)
    running.until(lambda: "Librarian" in said(page.record))
    running.until(lambda: "Part time" in said(page.record))
    running.fill("staff.email", "nothing")
    running.press(Qt.Key.Key_Tab)
    settle(running, page)
    assert running.find("staff.email").accessibleDescription() != ""
    running.fill("staff.email", "eloise@example.org")
    running.press(Qt.Key.Key_Tab)
    settle(running, page)
    running.until(lambda: record(page).email == "eloise@example.org")
    running.fill("staff.birth_date", "4/5/1980")
    running.press(Qt.Key.Key_Tab)
    settle(running, page)
    running.until(lambda: record(page).birth_date is not None)


def test_what_the_ministry_asks_for_is_filled_in(running: Running) -> None:
    page = staff(running)
    laptop, custom = page.context.laptop, page.context.queries.custom_fields
    assert laptop is not None
    actor = replace(laptop.actor, role=Role.MINISTRY_OFFICER, institution_id=None)
    CustomFieldService(laptop.db, actor).define(NewField("Staff room", "text", "staff"))
    page = open_first(running)
    field = page.record.own.inputs["staff_room"]
    assert isinstance(field, TextField)
    field.line.setText("Room 4")
    field.commit()
    settle(running, page)
    (line,) = custom.of_staff(record(page).person_id)
    assert line.value == "Room 4"


def test_a_post_ends_and_goes_on(running: Running) -> None:
    page = open_first(running)
    (post,) = record(page).posts
    running.click(f"staff.posts.end.{post.id.hex}")
    dialog = asked(running)
    do(running, dialog, "staff.end.do")
    running.until(lambda: "Choose the reason." in said(dialog))
    choose(dialog, "staff.end.reason", "retired")
    do(running, dialog, "staff.end.do")
    running.until(lambda: record(page).posts[0].end_reason == "retired")
    settle(running, page)
    running.until(lambda: "Retired" in said(page.record))
    running.click(f"staff.posts.resume.{post.id.hex}")
    running.until(lambda: record(page).posts[0].ends_on is None)
    settle(running, page)
    running.click("staff.posts.add")
    more = asked(running)
    choose(more, "staff.post.role", "COUNS")
    put(running, more, "staff.post.starts", "1/9/2026")
    do(running, more, "staff.post.do")
    running.until(lambda: len(record(page).posts) == 2)
    settle(running, page)


def test_learning_is_kept_changed_and_taken_away(running: Running) -> None:
    page = open_first(running)
    running.click("staff.awards.add")
    dialog = asked(running)
    choose(dialog, "staff.award.kind", "BED")
    put(running, dialog, "staff.award.title", "Bachelor of Education")
    put(running, dialog, "staff.award.year", "98")
    do(running, dialog, "staff.award.do")
    running.until(lambda: part(dialog, QLineEdit, "staff.award.year").accessibleDescription() != "")
    put(running, dialog, "staff.award.year", "2004")
    do(running, dialog, "staff.award.do")
    running.until(lambda: len(record(page).qualifications) == 1)
    settle(running, page)
    running.click("staff.courses.add")
    course = asked(running)
    put(running, course, "staff.course.title", "First aid")
    put(running, course, "staff.course.hours", "12.5")
    do(running, course, "staff.course.do")
    running.until(lambda: len(record(page).trainings) == 1)
    settle(running, page)
    running.until(lambda: "12.5 hours" in said(page.record))
    running.click(f"staff.courses.remove.{record(page).trainings[0].id.hex}")
    running.until(lambda: record(page).trainings == ())
    settle(running, page)


def test_classes_are_handed_over(running: Running) -> None:
    page = open_first(running)
    assert record(page).teaching
    running.click("staff.teaching.hand_over")
    dialog = asked(running)
    do(running, dialog, "staff.hand_over.do")
    running.until(lambda: "Choose who takes over." in said(dialog))
    box = part(dialog, QComboBox, "staff.hand_over.to")
    box.setCurrentIndex(0)
    do(running, dialog, "staff.hand_over.do")
    running.until(lambda: record(page).teaching == ())
    settle(running, page)


@pytest.mark.parametrize("language", ["en", "fr", "es"])
def test_it_fits_a_small_window(running: Running, language: str) -> None:
    sitting = running.program.sitting
    assert sitting is not None
    running.frame.show_screen(sitting.window(Words.load(language)))
    page = staff(running)
    assert audit(page, COMPACT_PAGE) == []
    page.open_record(page.list._people[0].person_id)
    running.until(lambda: page.record.record is not None)
    settle(running, page)
    assert audit(page, COMPACT_PAGE) == []
