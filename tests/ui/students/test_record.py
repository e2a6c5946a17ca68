"""One pupil's record: a field saves when it is left, what is refused stays, everything can be taken back."""

from collections.abc import Callable
from dataclasses import replace
from datetime import date
from uuid import UUID

import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QWidget

from emis_desktop.queries.history import HistoryQueries
from emis_desktop.queries.search import StudentSearch
from emis_desktop.queries.student_lines import StudentRecord
from emis_desktop.queries.students import StudentQueries
from emis_desktop.rules.rights import Role, actor_of
from emis_desktop.rules.student_number import student_number
from emis_desktop.services.admission import NewStudent
from emis_desktop.services.students import StudentService
from tests.factories.desks import DemoDesk
from tests.factories.offices import FIRST_DAY
from tests.factories.schools import IN_TERM
from tests.ui.students.conftest import COMPACT, Screen, context_of
from tests.ui.students.forms import press, type_into
from ui.context import UiContext
from ui.students.page import StudentsPage
from ui.students.record.guardians import Guardians
from ui.students.record.view import RecordView
from ui.theme.theme import Theme
from ui.widgets.fields import SegmentField

Key = Qt.Key
CTRL = Qt.KeyboardModifier.ControlModifier
Find = Callable[[str], QWidget]


@pytest.fixture
def pupil(page: StudentsPage) -> UUID:
    found = page.list.model.pupil(4)
    assert found is not None
    return found.id


@pytest.fixture
def record(page: StudentsPage, pupil: UUID, screen: Screen) -> RecordView:
    assert page.views.open_record(pupil)
    screen.settle(page)
    return page.views.record()


def stored(page: StudentsPage, pupil: UUID) -> StudentRecord:
    return page.context.queries.students.record(pupil)


class TestSaving:
    """Leaving a field stores it."""

    @pytest.mark.parametrize(
        ("name", "typed", "kept"),
        [
            ("given_names", "  Élodie-Ann   Zoë ", "Élodie-Ann Zoë"),
            ("family_name", "O’Neal-Ñandú", "O’Neal-Ñandú"),
            ("family_name", "N" * 120, "N" * 120),
            ("preferred_name", "Lou", "Lou"),
            ("birth_place", "Demo Bay", "Demo Bay"),
            ("nationality", "gd", "GD"),
            ("address", "Hill Road", "Hill Road"),
            ("transport", "Walks, 15 minutes", "Walks, 15 minutes"),
        ],
    )
    def test_a_text(
        self,
        page: StudentsPage,
        pupil: UUID,
        record: RecordView,
        screen: Screen,
        name: str,
        typed: str,
        kept: str,
    ) -> None:
        field = record.details.texts[name]
        type_into(field, typed)
        screen.settle(page)
        assert getattr(stored(page, pupil), name) == kept
        assert field.text() == kept
        assert record.head.status.text().startswith("Saved ")
        if name in {"given_names", "family_name"}:
            assert kept in record.head.title()

    def test_an_optional_text_is_taken_away(
        self, page: StudentsPage, pupil: UUID, record: RecordView, screen: Screen
    ) -> None:
        assert stored(page, pupil).address
        type_into(record.details.texts["address"], "")
        screen.settle(page)
        assert stored(page, pupil).address is None

    @pytest.mark.parametrize("typed", ["29/2/2016", "29 Feb 2016", "2016-02-29", "29022016"])
    def test_a_date_in_any_form_is_echoed(
        self, page: StudentsPage, pupil: UUID, record: RecordView, screen: Screen, typed: str
    ) -> None:
        type_into(record.details.born, typed, leave=Key.Key_Return)
        screen.settle(page)
        assert stored(page, pupil).birth_date == date(2016, 2, 29)
        assert record.details.born.text() == "29 Feb 2016"

    def test_a_date_that_is_not_known(
        self, page: StudentsPage, pupil: UUID, record: RecordView, screen: Screen, find: Find
    ) -> None:
        assert not find("student.birth_date.unknown").isVisible()
        type_into(record.details.born, "")
        assert record.details.born.fault == "Enter the date of birth, or press “Not known”."
        QTest.mouseClick(find("student.birth_date.unknown"), Qt.MouseButton.LeftButton)
        screen.settle(page)
        assert stored(page, pupil).birth_date is None
        assert not record.details.born.fault

    def test_the_sex_by_keyboard(
        self, page: StudentsPage, pupil: UUID, record: RecordView, screen: Screen
    ) -> None:
        field = record.details.sex
        assert isinstance(field, SegmentField)
        other = "M" if stored(page, pupil).sex == "F" else "F"
        button = field.segments.button(other)
        button.setFocus(Qt.FocusReason.TabFocusReason)
        press(button, Key.Key_Space)
        screen.settle(page)
        assert stored(page, pupil).sex == other

    def test_the_phone(self, page: StudentsPage, pupil: UUID, record: RecordView, screen: Screen) -> None:
        phone = record.details.phone
        assert phone is not None
        type_into(phone, "000  0142")
        screen.settle(page)
        assert stored(page, pupil).contacts[0].value == "000 0142"
        type_into(phone, "call Ann")
        screen.settle(page)
        assert phone.fault == "Type the phone number in digits, such as 473 440 0101."
        assert phone.text() == "call Ann"

    def test_numbers(
        self, page: StudentsPage, pupil: UUID, record: RecordView, screen: Screen, find: Find
    ) -> None:
        numbers = record.details.numbers
        national = numbers.kinds["national"]
        before = national.text()
        type_into(national, "0000 0001-8")
        screen.settle(page)
        assert "A digit of 0000 0001-8 is wrong or two are swapped" in national.fault
        assert national.text() == "0000 0001-8"
        taken = next(one for one in page.context.queries.search.window() if one.id != pupil and one.number)
        type_into(national, taken.number or "")
        screen.settle(page)
        assert f"is already the number of {taken.given_names} {taken.family_name}" in national.fault
        free = student_number(77_777)
        type_into(national, free)
        screen.settle(page)
        assert (national.fault, stored(page, pupil).number) == ("", free)
        assert national.text() != before
        type_into(numbers.kinds["BIRTH"], "482/2016")
        screen.settle(page)
        menu = numbers.menu()
        kinds = [action.text() for action in menu.actions()]
        assert "Passport" in kinds
        assert "National number" not in kinds
        next(action for action in menu.actions() if action.text() == "Passport").trigger()
        type_into(numbers.kinds["PASSPORT"], "RD 100")
        screen.settle(page)
        assert {line.kind for line in stored(page, pupil).identities} >= {"BIRTH", "PASSPORT", "national"}
        type_into(numbers.kinds["PASSPORT"], "")
        screen.settle(page)
        assert "PASSPORT" not in {line.kind for line in stored(page, pupil).identities}
        other = page.list.model.pupil(0)
        assert other is not None
        page.views.open_record(other.id)
        assert "PASSPORT" not in numbers.kinds

    def test_the_same_text_again_is_no_act(
        self, page: StudentsPage, pupil: UUID, record: RecordView, screen: Screen
    ) -> None:
        last = page.context.services.undo.can_undo()
        type_into(record.details.texts["transport"], stored(page, pupil).transport or "")
        screen.settle(page)
        assert page.context.services.undo.can_undo() == last


class TestRefusals:
    """What cannot be stays where it was typed."""

    def test_the_fault_is_said_in_three_places(
        self, page: StudentsPage, pupil: UUID, record: RecordView, screen: Screen
    ) -> None:
        born = record.details.born
        before = stored(page, pupil).birth_date
        type_into(born, "31/02/2016")
        screen.settle(page)
        assert born.fault == "February 2016 has 29 days. Type a day from 1 to 29."
        assert (born.text(), stored(page, pupil).birth_date) == ("31/02/2016", before)
        assert record.head.status.text() == "1 field not saved"
        unsaved = page.context.unsaved.first()
        assert unsaved is not None
        assert (unsaved.count, unsaved.text) == (1, "1 field not saved, the rest is saved")
        type_into(record.details.texts["transport"], "Bus")
        screen.settle(page)
        assert stored(page, pupil).transport == "Bus"
        assert (born.text(), record.head.status.text()) == ("31/02/2016", "1 field not saved")
        record.open_part("history")
        unsaved.lead()
        assert record.tabs.value() == "details"
        assert born.line.hasFocus()
        type_into(born, "28/02/2016")
        screen.settle(page)
        assert stored(page, pupil).birth_date == date(2016, 2, 28)
        assert page.context.unsaved.first() is None
        assert record.head.status.text().startswith("Saved")

    @pytest.mark.parametrize(
        ("name", "typed", "said"),
        [
            ("given_names", "", "Enter the given names."),
            ("family_name", "?!", "at least one letter"),
            ("family_name", "N" * 121, "more than 120 characters"),
            ("nationality", "Grenada", "two or three letters"),
        ],
    )
    def test_each_field_says_what_to_do(
        self,
        page: StudentsPage,
        pupil: UUID,
        record: RecordView,
        screen: Screen,
        name: str,
        typed: str,
        said: str,
    ) -> None:
        field = record.details.texts[name]
        before = getattr(stored(page, pupil), name)
        type_into(field, typed)
        screen.settle(page)
        assert said in field.fault
        assert field.text() == typed
        assert getattr(stored(page, pupil), name) == before

    def test_esc_brings_back_what_is_stored(
        self, page: StudentsPage, pupil: UUID, record: RecordView, screen: Screen
    ) -> None:
        field = record.details.texts["family_name"]
        before = stored(page, pupil).family_name
        type_into(field, "?!")
        screen.settle(page)
        field.line.setFocus()
        assert page.escape()
        assert (field.text(), field.fault, page.views.showing_record()) == (before, "", True)
        type_into(field, "Half ty", leave=None)
        assert page.escape()
        assert field.text() == before
        assert page.escape()
        screen.settle(page)
        assert not page.views.showing_record()
        assert stored(page, pupil).family_name == before

    def test_what_is_refused_is_not_left_by_accident(
        self, page: StudentsPage, pupil: UUID, record: RecordView, screen: Screen
    ) -> None:
        type_into(record.details.texts["family_name"], "?!")
        screen.settle(page)
        page.show_list()
        assert page.context.unsaved.count() == 1
        other = page.list.model.pupil(0)
        assert other is not None
        assert not page.views.open_record(other.id)
        dialog = QApplication.activeModalWidget()
        assert dialog is not None
        assert dialog.accessibleName() == "Leave what is not saved?"
        press(dialog, Key.Key_Escape)
        assert page.views.showing_record()
        assert record.details.texts["family_name"].text() == "?!"
        assert page.views.open_record(pupil)
        assert record.details.texts["family_name"].text() == "?!"
        assert not page.views.open_record(other.id)
        dialog = QApplication.activeModalWidget()
        assert dialog is not None
        leave = dialog.findChild(QWidget, "students.unsaved.leave")
        assert leave is not None
        QTest.mouseClick(leave, Qt.MouseButton.LeftButton)
        screen.settle(page)
        assert record.scope.student_id == other.id
        assert page.context.unsaved.first() is None
        assert record.details.texts["family_name"].text() == other.family_name


class TestUndo:
    """Undo and redo by button and key."""

    def test_a_field_goes_back_and_forth(
        self, page: StudentsPage, pupil: UUID, record: RecordView, screen: Screen
    ) -> None:
        field = record.details.texts["transport"]
        type_into(field, "Bus")
        screen.settle(page)
        QTest.qWait(300)
        screen.settle(page)
        assert record.head.undo.isEnabled()
        assert "Record of" in record.head.undo.toolTip()
        field.line.setFocus(Qt.FocusReason.TabFocusReason)
        press(field.line, Key.Key_Z, CTRL)
        screen.settle(page)
        assert (field.text(), stored(page, pupil).transport) == ("", None)
        assert record.head.status.text().startswith("Undone: Record of")
        press(record.head.back, Key.Key_Y, CTRL)
        screen.settle(page)
        assert field.text() == "Bus"
        assert record.head.status.text().startswith("Done again: Record of")

    def test_a_line_undoes_its_own_typing_first(
        self, page: StudentsPage, pupil: UUID, record: RecordView, screen: Screen
    ) -> None:
        field = record.details.texts["transport"]
        last = page.context.services.undo.can_undo()
        type_into(field, "Bus", leave=None)
        press(field.line, Key.Key_Z, CTRL)
        screen.settle(page)
        assert field.text() != "Bus"
        assert page.context.services.undo.can_undo() == last

    def test_nothing_to_undo_is_said(self, page: StudentsPage, record: RecordView, screen: Screen) -> None:
        record.head._run(page.context.services.undo.redo, "Done again: {what}")
        screen.settle(page)
        assert record.head.status.text() == "There is nothing to do again."

    def test_undoing_the_admission_leads_back_to_the_list(
        self, page: StudentsPage, desk: DemoDesk, screen: Screen
    ) -> None:
        service = page.context.services.students
        one = page.list.model.pupil(0)
        assert one is not None
        new = service.admit(
            NewStudent(
                "Ann",
                "New",
                "F",
                None,
                desk.school_id,
                desk.year.id,
                one.grade_id,
                FIRST_DAY,
            )
        )
        page.views.open_record(new)
        screen.settle(page)
        page.context.services.undo.undo()
        screen.settle(page)
        assert not page.views.showing_record()
        assert "no such pupil" in screen.told.messages[-1]
        assert page.list.table.hasFocus()
        page.list.search.setText("nobody is called so")
        screen.settle(page)
        page.list.go_into_list()
        assert page.list.search.hasFocus(), "no key goes astray"


class TestTwoWindows:
    """Somebody else changes the same pupil."""

    def test_what_is_typed_stays_and_the_rest_is_read_again(
        self, page: StudentsPage, pupil: UUID, record: RecordView, screen: Screen, desk: DemoDesk
    ) -> None:
        other = StudentService(desk.laptop.db, desk.laptop.actor, lambda: IN_TERM)
        typing, refused = record.details.texts["given_names"], record.details.texts["family_name"]
        type_into(refused, "?!")
        screen.settle(page)
        type_into(typing, "Half ty", leave=None)
        other.change(pupil, "given_names", "Somebody Else")
        other.change(pupil, "transport", "Bus")
        screen.settle(page)
        assert typing.text() == "Half ty"
        assert refused.text() == "?!"
        assert record.details.texts["transport"].text() == "Bus"
        press(typing.line, Key.Key_Tab)
        screen.settle(page)
        assert stored(page, pupil).given_names == "Half ty"

    def test_two_pages_show_the_same(
        self, page: StudentsPage, context: UiContext, pupil: UUID, record: RecordView, screen: Screen
    ) -> None:
        second = screen(context)
        second.views.open_record(pupil)
        screen.settle(second)
        type_into(second.views.record().details.texts["transport"], "Ferry")
        screen.settle(second)
        assert record.details.texts["transport"].text() == "Ferry"


class TestTheWay:
    """Tabs, focus, sizes, rights."""

    def test_tabs_by_keyboard(self, page: StudentsPage, record: RecordView, screen: Screen) -> None:
        for key in ("guardians", "enrolment", "health", "notes", "history", "details"):
            button = record.tabs.button(key)
            button.setFocus(Qt.FocusReason.TabFocusReason)
            press(button, Key.Key_Space)
            screen.settle(page)
            assert record.tabs.value() == key
            assert record.parts[key].isVisible()

    def test_ctrl_f_leads_to_the_list(self, page: StudentsPage, record: RecordView, screen: Screen) -> None:
        page.focus_search()
        screen.settle(page)
        assert page.list.search.hasFocus()
        assert not page.views.showing_record()

    def test_a_small_window_moves_warning_and_photo_into_the_form(
        self, desk: DemoDesk, theme: Theme, screen: Screen
    ) -> None:
        page = screen(context_of(desk, theme), COMPACT)
        one = page.list.model.pupil(0)
        assert one is not None
        page.views.open_record(one.id)
        screen.settle(page)
        record = page.views.record()
        assert not record.side.isVisible()
        assert page.side_panel() is None
        assert record.details.isAncestorOf(record.photo)
        page.set_compact(False)
        assert record.side.isAncestorOf(record.photo)
        assert page.side_panel() is record.side

    def test_history_opens_from_the_peek(self, page: StudentsPage, pupil: UUID, screen: Screen) -> None:
        page.list.show_pupil(pupil)
        page.peek.history_asked.emit(pupil)
        screen.settle(page)
        assert page.views.record().tabs.value() == "history"
        page.show_list()
        page.open_with(student_id=pupil, part="notes")
        screen.settle(page)
        assert page.views.record().tabs.value() == "notes"

    def test_leaving_the_screen_saves_what_is_being_typed(
        self, page: StudentsPage, pupil: UUID, record: RecordView, screen: Screen
    ) -> None:
        type_into(record.details.texts["transport"], "Bus", leave=None)
        assert page.leave()
        screen.settle(page)
        assert stored(page, pupil).transport == "Bus"

    def test_an_auditor_reads_and_changes_nothing(self, desk: DemoDesk, theme: Theme, screen: Screen) -> None:
        actor = actor_of(desk.laptop.actor.user_id, "Auditor", Role.AUDITOR, desk.school_id)
        db = desk.laptop.db
        mine = context_of(desk, theme)
        queries = replace(
            mine.queries,
            students=StudentQueries(db, actor),
            search=StudentSearch(db, actor),
            history=HistoryQueries(db, actor),
        )
        page = screen(replace(mine, actor=actor, queries=queries))
        one = page.list.model.pupil(0)
        assert one is not None
        page.views.open_record(one.id)
        screen.settle(page)
        record = page.views.record()
        assert record.details.phone is None
        assert "address" not in record.details.texts
        for key in record.parts:
            record.open_part(key)
            screen.settle(page)
        assert record.parts["history"].model.count() > 0  # type: ignore[attr-defined]
        record.open_part("health")
        assert not record.parts["health"].card.isVisible()  # type: ignore[attr-defined]
        guardians = record.parts["guardians"]
        assert isinstance(guardians, Guardians)
        assert guardians.cards()
        assert not any(card.phone.isVisible() or card.phone.text() for card in guardians.cards())
