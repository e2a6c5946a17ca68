"""A new pupil: stored by itself as soon as enough is known, not before; doubles are asked about."""

from collections.abc import Callable
from datetime import date

import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QWidget

from emis_desktop.queries.student_rows import StudentRow
from emis_desktop.rules.student_number import student_number
from tests.factories.desks import DemoDesk
from tests.ui.students.conftest import Screen
from tests.ui.students.forms import press, type_into
from ui.context import UiContext
from ui.students.page import StudentsPage
from ui.students.record.view import RecordView
from ui.widgets.fields import ChoiceField, SegmentField

Key = Qt.Key
CTRL = Qt.KeyboardModifier.ControlModifier
Find = Callable[[str], QWidget]


@pytest.fixture
def form(page: StudentsPage, screen: Screen) -> RecordView:
    """The empty form, opened by its key."""
    press(page.list.search, Key.Key_N, CTRL)
    screen.settle(page)
    return page.views.record()


def facts(form: RecordView) -> str:
    return form.head._facts.text()


def choose(field: ChoiceField, words: str) -> None:
    """Choose by keyboard: type the first letters."""
    field.combo.setFocus(Qt.FocusReason.TabFocusReason)
    place = next(row for row in range(field.combo.count()) if field.combo.itemText(row) == words)
    field.combo.setCurrentIndex(place)
    field.combo.activated.emit(place)


def press_sex(form: RecordView, sex: str) -> None:
    field = form.details.sex
    assert isinstance(field, SegmentField)
    press(field.segments.button(sex), Key.Key_Space)


def settle(page: StudentsPage, screen: Screen) -> None:
    """Wait out the pause before doubles are looked for, too."""
    screen.settle(page)
    QTest.qWait(330)
    screen.settle(page)


def count(page: StudentsPage) -> int:
    return page.context.queries.search.count()


class TestStoring:
    """When, and with what."""

    def test_it_is_stored_when_enough_is_known(
        self, page: StudentsPage, form: RecordView, screen: Screen, context: UiContext
    ) -> None:
        assert form.head.title() == "New pupil"
        assert facts(form).endswith("given names, family name, date of birth, sex and grade")
        assert form.details.texts["given_names"].line.hasFocus()
        assert not form.tabs.button("guardians").isVisible()
        before = count(page)
        type_into(form.details.texts["given_names"], "Élodie-Ann")
        type_into(form.details.texts["family_name"], "Ventura-Demo")
        type_into(form.details.texts["preferred_name"], "Lou")
        type_into(form.details.born, "29/2/2016")
        press_sex(form, "F")
        phone = form.details.phone
        assert phone is not None
        type_into(phone, "000 0777")
        type_into(form.details.numbers.kinds["BIRTH"], "482/2016")
        settle(page, screen)
        assert facts(form).endswith("Still needed: grade")
        assert count(page) == before
        unsaved = context.unsaved.first()
        assert unsaved is not None
        assert unsaved.text == "1 pupil not stored yet"
        choose(form.school.grade, "Grade 5")
        settle(page, screen)
        assert count(page) == before + 1
        assert context.unsaved.first() is None
        assert form.head.title() == "Élodie-Ann Ventura-Demo"
        assert screen.told.messages[-1] == "Élodie-Ann Ventura-Demo is on the roll"
        record = form.scope.record
        assert record is not None
        assert (record.birth_date, record.preferred_name) == (date(2016, 2, 29), "Lou")
        assert record.contacts[0].value == "000 0777"
        assert {line.kind for line in record.identities} == {"provisional", "BIRTH"}
        assert record.current is not None
        assert record.current.class_name is None
        assert form.tabs.button("guardians").isVisible()
        assert screen.told.undo is not None
        screen.told.undo()
        settle(page, screen)
        assert count(page) == before
        assert not page.views.showing_record()

    def test_what_is_typed_while_it_is_being_stored_is_stored_too(
        self, page: StudentsPage, form: RecordView, screen: Screen, desk: DemoDesk
    ) -> None:
        texts, phone = form.details.texts, form.details.phone
        assert phone is not None
        type_into(texts["given_names"], "Ann")
        type_into(texts["family_name"], "Ventura-Demo")
        type_into(form.details.born, "29/2/2016")
        press_sex(form, "F")
        type_into(texts["nationality"], "Grenada")
        settle(page, screen)
        with desk.laptop.db.maintain():  # the disk is busy with something else
            choose(form.school.grade, "Grade 5")
            QTest.qWait(30)
            assert facts(form) == "Being stored"
            assert not form.school.isEnabled()
            type_into(texts["address"], "7 Late Lane")
            type_into(phone, "000 0777")
            type_into(form.details.numbers.kinds["BIRTH"], "482/2016")
            press_sex(form, "M")
            type_into(texts["birth_place"], "Late", leave=None)
        settle(page, screen)
        assert form.head.title() == "Ann Ventura-Demo"
        assert form.school.isEnabled()
        record = form.scope.record
        assert record is not None
        assert (record.address, record.birth_place, record.sex) == ("7 Late Lane", "Late", "M")
        assert record.contacts[0].value == "000 0777"
        assert {line.kind for line in record.identities} == {"provisional", "BIRTH"}
        assert texts["nationality"].text() == "Grenada"
        assert "country code" in texts["nationality"].fault
        assert texts["birth_place"].line.hasFocus()
        QTest.keyClicks(texts["birth_place"].line, "town")
        assert texts["birth_place"].text() == "Latetown"
        page.setFocus()  # what is left is stored before the records close
        settle(page, screen)

    def test_class_first_day_and_an_unknown_date_of_birth(
        self, page: StudentsPage, form: RecordView, screen: Screen, find: Find
    ) -> None:
        choose(form.school.grade, "Grade 5")
        choose(form.school.school_class, "Grade 5 Coral")
        type_into(form.school.day, "1 October 2026")
        press(form.school.repeats.segments.button("yes"), Key.Key_Space)
        type_into(form.details.texts["given_names"], "Bo")
        type_into(form.details.texts["family_name"], "Ventura-Demo")
        press(find("student.birth_date.unknown"), Key.Key_Space)
        press_sex(form, "M")
        settle(page, screen)
        record = form.scope.record
        assert record is not None
        assert record.birth_date is None
        current = record.current
        assert current is not None
        assert (current.class_name, current.starts_on, current.repeater) == (
            "Grade 5 Coral",
            date(2026, 10, 1),
            True,
        )

    def test_a_field_is_checked_when_it_is_left(
        self, page: StudentsPage, form: RecordView, screen: Screen
    ) -> None:
        texts = form.details.texts
        type_into(texts["given_names"], "?!")
        assert texts["given_names"].fault == "Type a name with at least one letter."
        assert texts["given_names"].text() == "?!"
        type_into(texts["nationality"], "Grenada")
        assert "country code" in texts["nationality"].fault
        phone = form.details.phone
        assert phone is not None
        type_into(phone, "call Ann")
        assert "in digits" in phone.fault
        assert form.head.status.text() == "3 fields not saved"
        type_into(texts["given_names"], "Ann")
        assert facts(form).endswith("family name, date of birth, sex and grade")
        texts["nationality"].line.setFocus()
        assert page.escape()
        assert (texts["nationality"].text(), texts["nationality"].fault) == ("", "")

    def test_a_number_that_cannot_be_or_is_taken_stays_in_its_field(
        self, page: StudentsPage, form: RecordView, screen: Screen
    ) -> None:
        before = count(page)
        taken = next(one for one in page.context.queries.search.window() if one.number)
        national = form.details.numbers.kinds["national"]
        type_into(national, "0000 0001-8")
        assert "A digit of 0000 0001-8 is wrong" in national.fault
        type_into(national, taken.number or "")
        assert national.fault == ""
        fill(form, "Ann", "Ventura-Demo", "1/2/2016")
        settle(page, screen)
        assert "is already the number of" in national.fault
        assert (national.text(), count(page)) == (taken.number, before)
        assert "is already the number of" in facts(form)
        assert form.head.status.text() == "1 field not saved"
        type_into(national, student_number(88_888))
        settle(page, screen)
        assert count(page) == before + 1
        assert form.scope.record is not None
        assert form.scope.record.number == student_number(88_888)

    def test_a_first_day_outside_the_year(self, page: StudentsPage, form: RecordView, screen: Screen) -> None:
        before = count(page)
        type_into(form.school.day, "1/1/2020")
        assert "Type a date from" in form.school.day.fault
        fill(form, "Ann", "Ventura-Demo", "1/2/2016")
        settle(page, screen)
        assert count(page) == before
        assert facts(form) == "Nothing is stored yet. Still needed: first day"
        type_into(form.school.day, "1/12/2026")
        settle(page, screen)
        assert count(page) == before + 1

    def test_the_rail_leads_back_to_the_list(
        self, page: StudentsPage, form: RecordView, screen: Screen
    ) -> None:
        type_into(form.details.texts["given_names"], "Ann")
        page.show_first()
        screen.settle(page)
        assert not page.views.showing_record()
        assert page.head.isVisible()
        assert page.context.unsaved.count() == 1, "what was typed waits there"
        page.show_first()
        assert not page.views.showing_record()

    def test_what_was_begun_comes_back(self, page: StudentsPage, form: RecordView, screen: Screen) -> None:
        type_into(form.details.texts["given_names"], "Ann")
        page.show_list()
        screen.settle(page)
        assert page.context.unsaved.count() == 1
        page.views.add_pupil()
        assert form.details.texts["given_names"].text() == "Ann"
        page.show_list()
        one = page.list.model.pupil(0)
        assert one is not None
        assert not page.views.open_record(one.id)
        dialog = QApplication.activeModalWidget()
        assert dialog is not None
        press(dialog.findChild(QWidget, "students.unsaved.back"), Key.Key_Return)
        assert page.views.showing_record()
        assert form.details.texts["given_names"].line.hasFocus()

    def test_nothing_typed_is_nothing_lost(self, page: StudentsPage, form: RecordView) -> None:
        one = page.list.model.pupil(0)
        assert one is not None
        assert page.views.open_record(one.id)


def fill(form: RecordView, given: str, family: str, born: str, sex: str = "F") -> None:
    """All that is needed."""
    type_into(form.details.texts["given_names"], given)
    type_into(form.details.texts["family_name"], family)
    type_into(form.details.born, born)
    press_sex(form, sex)
    choose(form.school.grade, "Grade 5")


@pytest.fixture
def known(page: StudentsPage) -> StudentRow:
    """Somebody who is on the roll."""
    found = page.list.model.pupil(10)
    assert found is not None
    return found


class TestDoubles:
    """Somebody like that is here already."""

    def test_the_warning_names_reasons_and_holds_the_storing(
        self, page: StudentsPage, form: RecordView, screen: Screen, known: StudentRow
    ) -> None:
        before = count(page)
        assert known.birth_date is not None
        fill(form, known.given_names + "e", known.family_name, f"{known.birth_date:%d/%m/%Y}")
        settle(page, screen)
        assert form.doubles.isVisible()
        assert f"{known.given_names} {known.family_name}" in form.doubles._reasons.text()
        assert "Names are alike and same date of birth" in form.doubles._reasons.text()
        assert count(page) == before
        assert "whether this is the same pupil" in facts(form)
        type_into(form.details.texts["transport"], "Bus")
        press(form.findChild(QWidget, "student.double.second"), Key.Key_Space)
        settle(page, screen)
        assert count(page) == before + 1
        assert form.scope.record is not None
        assert form.scope.record.transport == "Bus"

    def test_compared_side_by_side_and_the_other_record_used(
        self, page: StudentsPage, form: RecordView, screen: Screen, known: StudentRow
    ) -> None:
        before = count(page)
        assert known.birth_date is not None
        fill(form, known.given_names, known.family_name, f"{known.birth_date:%d/%m/%Y}", known.sex or "F")
        settle(page, screen)
        press(form.findChild(QWidget, "student.double.first"), Key.Key_Space)
        dialog = QApplication.activeModalWidget()
        assert dialog is not None
        table = dialog.table  # type: ignore[attr-defined]
        rows = [
            [table.model().index(row, place).data() for place in range(3)]
            for row in range(table.model().rowCount())
        ]
        name = f"{known.given_names} {known.family_name}"
        assert rows[0] == ["Name", name, name]
        assert rows[2][1] == rows[2][2]
        press(dialog.findChild(QWidget, "student.compare.open"), Key.Key_Return)
        leave = QApplication.activeModalWidget()
        assert leave is not None
        press(leave.findChild(QWidget, "students.unsaved.leave"), Key.Key_Return)
        settle(page, screen)
        assert form.scope.student_id == known.id
        assert count(page) == before

    def test_compared_and_somebody_else(
        self, page: StudentsPage, form: RecordView, screen: Screen, known: StudentRow
    ) -> None:
        before = count(page)
        fill(form, known.given_names, known.family_name, f"{known.birth_date:%d/%m/%Y}")
        settle(page, screen)
        dialog = form.doubles.compare()
        assert dialog is not None
        press(dialog.findChild(QWidget, "student.compare.other"), Key.Key_Return)
        settle(page, screen)
        assert count(page) == before + 1
        assert form.doubles.compare() is None

    def test_namesakes_are_left_alone(
        self, page: StudentsPage, form: RecordView, screen: Screen, known: StudentRow
    ) -> None:
        before = count(page)
        fill(form, known.given_names, known.family_name, "15/7/2013")
        settle(page, screen)
        assert count(page) == before + 1
        assert not form.doubles.isVisible()

    def test_a_correction_takes_the_warning_away(
        self, page: StudentsPage, form: RecordView, screen: Screen, known: StudentRow
    ) -> None:
        fill(form, known.given_names, known.family_name, f"{known.birth_date:%d/%m/%Y}")
        settle(page, screen)
        assert form.doubles.isVisible()
        type_into(form.details.texts["family_name"], "Somebody-Else")
        settle(page, screen)
        assert not form.doubles.isVisible()
        assert form.scope.record is not None

    def test_a_record_that_is_stored_is_compared_too(
        self, page: StudentsPage, screen: Screen, known: StudentRow
    ) -> None:
        other = page.list.model.pupil(20)
        assert other is not None
        page.views.open_record(other.id)
        settle(page, screen)
        form = page.views.record()
        assert not form.doubles.isVisible()
        type_into(form.details.texts["given_names"], known.given_names)
        type_into(form.details.texts["family_name"], known.family_name)
        type_into(form.details.born, f"{known.birth_date:%d/%m/%Y}")
        settle(page, screen)
        assert form.doubles.isVisible()
        press(form.findChild(QWidget, "student.double.second"), Key.Key_Space)
        page.show_list()
        page.views.open_record(other.id)
        settle(page, screen)
        assert not form.doubles.isVisible()

    def test_more_than_one_is_counted(
        self, page: StudentsPage, form: RecordView, screen: Screen, known: StudentRow, desk: DemoDesk
    ) -> None:
        fill(form, known.given_names, known.family_name, f"{known.birth_date:%d/%m/%Y}")
        settle(page, screen)
        press(form.findChild(QWidget, "student.double.second"), Key.Key_Space)
        settle(page, screen)
        page.show_list()
        page.views.add_pupil()
        fill(form, known.given_names, known.family_name, f"{known.birth_date:%d/%m/%Y}")
        settle(page, screen)
        assert "1 other is like it, too." in form.doubles._reasons.text()
        press(form.findChild(QWidget, "student.double.second"), Key.Key_Space)
        assert form.doubles.isVisible()
        assert "other is like it" not in form.doubles._reasons.text()
