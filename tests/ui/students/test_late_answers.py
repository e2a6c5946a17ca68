"""Answers that come late, or for a record that is no longer open, change nothing that is shown now."""

import threading
from datetime import date
from uuid import UUID

import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QWidget

from emis_desktop.errors import Refused
from emis_desktop.queries.duplicates import DuplicateQueries, Possible
from emis_desktop.queries.search import StudentFilter
from emis_desktop.rules.likeness import Features, Reason
from emis_desktop.rules.student_number import number_text
from emis_desktop.services.health import HealthService
from emis_desktop.services.students import StudentService
from tests.factories.desks import DemoDesk
from tests.ui.students.conftest import Screen
from tests.ui.students.forms import press, type_into
from tests.ui.students.test_list import _beside
from tests.ui.students.test_new_pupil import fill
from ui.students.page import StudentsPage
from ui.students.record.health import Health
from ui.students.record.view import RecordView
from ui.students.saying import full_name


def test_a_refused_look_for_doubles_settles_no_later_one(
    page: StudentsPage, screen: Screen, monkeypatch: pytest.MonkeyPatch
) -> None:
    page.views.add_pupil()
    doubles = page.views.record().doubles
    at_work, go_on, second = threading.Event(), threading.Event(), threading.Event()

    def slow(self: DuplicateQueries, features: Features, *_rest: object) -> tuple[Possible, ...]:
        if features.given_names == "First":
            at_work.set()
            go_on.wait(10)
            raise Refused("Not now.")
        second.wait(10)
        return ()

    monkeypatch.setattr(DuplicateQueries, "possible", slow)
    doubles.ask(Features("First", "Pupil"))
    doubles._look()
    assert at_work.wait(10)
    doubles.ask(Features("Second", "Pupil"))
    doubles._look()
    go_on.set()
    screen.qtbot.waitUntil(lambda: page.context.tasks.running() == 1)
    assert not doubles.is_settled(), "the second question is not answered yet"
    second.set()
    screen.settle(page)
    assert doubles.is_settled()


def test_who_is_said_to_be_somebody_else_is_the_one_that_was_compared(
    page: StudentsPage, screen: Screen
) -> None:
    page.views.add_pupil()
    doubles = page.views.record().doubles
    rows = page.context.queries.search.page("").rows[:2]
    first, second = (Possible(row, (Reason.SAME_NAMES,)) for row in rows)
    doubles._show((first, second))
    dialog = doubles.compare()
    assert dialog is not None
    doubles._show((second, first))  # found in another order meanwhile
    dialog.answered.emit("other")
    assert doubles._found == (second,)
    dialog.reject()
    screen.settle(page)


def test_a_health_note_that_cannot_be_read_shuts_no_other_one(
    page: StudentsPage, screen: Screen, monkeypatch: pytest.MonkeyPatch
) -> None:
    rows = page.context.queries.search.page("").rows[:2]
    for row in rows:
        page.context.services.health.write(row.id, f"Note of {row.given_names}")
    read = HealthService.read

    def sealed(self: HealthService, student_id: UUID) -> str:
        if student_id == rows[0].id:
            raise Refused("This note cannot be opened.")
        return read(self, student_id)

    monkeypatch.setattr(HealthService, "read", sealed)
    page.views.open_record(rows[0].id, "health")
    screen.settle(page)
    part = page.views.record().parts["health"]
    assert isinstance(part, Health)
    assert part._shut.isVisible()
    assert not part.card.isVisible()
    page.views.open_record(rows[1].id, "health")
    screen.settle(page)
    assert part.card.isVisible()
    assert not part._shut.isVisible()
    assert part.note.text() == f"Note of {rows[1].given_names}"
    part._refused(rows[0].id, Refused("This note cannot be opened."))
    assert part.card.isVisible()


def test_a_provisional_number_is_not_said_of_the_next_new_pupil(page: StudentsPage, screen: Screen) -> None:
    page.views.open_record(page.context.queries.search.page("").rows[0].id)
    screen.settle(page)
    national = page.views.record().details.numbers.kinds["national"]
    national.set_help("Provisional: 0000 0001")
    page.show_list()
    page.views.add_pupil()
    screen.settle(page)
    assert national._message.text() == ""


class TestANewPupilOnTheWay:
    """The store is slow, and the person has gone on to something else before it answers."""

    @pytest.fixture
    def form(self, page: StudentsPage, screen: Screen) -> RecordView:
        page.views.add_pupil()
        screen.settle(page)
        return page.views.record()

    @staticmethod
    def send(form: RecordView, screen: Screen, given: str = "Ann") -> None:
        """Type all that is needed; the store does not answer yet."""
        fill(form, given, "Ventura-Demo", "29/2/2016")
        screen.qtbot.waitUntil(lambda: form.newcomer.draft._sending)  # nobody like it was found

    def test_the_record_that_was_opened_meanwhile_stays(
        self, page: StudentsPage, form: RecordView, screen: Screen, desk: DemoDesk
    ) -> None:
        other, before = page.list.model.pupil(3), page.context.queries.search.count()
        assert other is not None
        with desk.laptop.db.maintain():
            self.send(form, screen)
            leave_for(page, screen, other.id)
            type_into(form.details.texts["address"], "7 Other Lane", leave=None)
        screen.settle(page)
        assert form.scope.student_id == other.id
        assert form.details.texts["address"].text() == "7 Other Lane"
        assert form.details.texts["address"].line.hasFocus()
        assert page.context.queries.search.count() == before + 1
        assert screen.told.messages == ["Ann Ventura-Demo is on the roll"]
        assert screen.told.undo is not None
        screen.told.undo()
        screen.settle(page)
        assert page.context.queries.search.count() == before
        page.leave()
        screen.settle(page)

    def test_the_next_new_pupil_stays(
        self, page: StudentsPage, form: RecordView, screen: Screen, desk: DemoDesk
    ) -> None:
        other = page.list.model.pupil(3)
        assert other is not None
        with desk.laptop.db.maintain():
            self.send(form, screen)
            leave_for(page, screen, other.id)
            page.show_list()
            page.views.add_pupil()
            assert form.school.isEnabled()
            type_into(form.details.texts["given_names"], "Bo")
        screen.settle(page)
        assert form.head.title() == "New pupil"
        assert form.details.texts["given_names"].text() == "Bo"
        assert page.context.unsaved.count() == 1
        fill(form, "Bo", "Ventura-Demo", "1/7/2015", "M")
        screen.settle(page)
        QTest.qWait(330)
        screen.settle(page)
        assert form.head.title() == "Bo Ventura-Demo", form.head._facts.text()
        assert screen.told.messages == ["Ann Ventura-Demo is on the roll", "Bo Ventura-Demo is on the roll"]

    def test_a_refusal_stands_in_no_other_record(
        self, page: StudentsPage, form: RecordView, screen: Screen, desk: DemoDesk
    ) -> None:
        taken = next(one for one in page.context.queries.search.window() if one.number)
        other = page.list.model.pupil(3)
        assert other is not None
        type_into(form.details.numbers.kinds["national"], taken.number or "")
        with desk.laptop.db.maintain():
            self.send(form, screen)
            leave_for(page, screen, other.id)
        screen.settle(page)
        assert form.scope.student_id == other.id
        assert form.scope.record is not None
        assert form.head.title() == full_name(form.scope.record)
        assert form.details.numbers.kinds["national"].fault == ""
        assert page.context.unsaved.count() == 0
        assert screen.told.messages[-1].startswith("Ann Ventura-Demo: what was typed there is not stored. ")
        assert "is already the number of" in screen.told.messages[-1]


def leave_for(page: StudentsPage, screen: Screen, student_id: UUID) -> None:
    """Open another record and leave the new pupil."""
    page.views.open_record(student_id)
    question = QApplication.activeModalWidget()
    assert question is not None
    press(question.findChild(QWidget, "students.unsaved.leave"), Qt.Key.Key_Return)
    assert page.views.record().scope.student_id == student_id
    page.activateWindow()
    screen.qtbot.waitUntil(page.isActiveWindow)
    QApplication.processEvents()  # the question gives the focus back


def test_a_field_on_its_way_stands_in_no_other_record(
    page: StudentsPage, screen: Screen, desk: DemoDesk
) -> None:
    rows = page.context.queries.search.page("").rows
    taken, first, second = [one for one in rows if one.number][:3]
    page.views.open_record(first.id)
    screen.settle(page)
    form = page.views.record()
    national, address = form.details.numbers.kinds["national"], form.details.texts["address"]
    kept = address.text()
    with desk.laptop.db.maintain():
        type_into(address, "7 First Lane")
        type_into(national, taken.number or "")
        page.views.open_record(second.id)
        assert (address.text(), national.text()) == (kept, number_text(second.number or ""))
    screen.settle(page)
    assert (address.text(), national.fault, national.text()) == (kept, "", number_text(second.number or ""))
    record = page.context.queries.students.record(first.id)
    assert (record.address, record.number) == ("7 First Lane", first.number)
    assert screen.told.messages[-1].startswith(
        f"{first.given_names} {first.family_name}: what was typed there is not stored."
    )
    assert "is already the number of" in screen.told.messages[-1]


def test_undo_of_a_toast_takes_back_what_the_toast_tells(
    page: StudentsPage, screen: Screen, desk: DemoDesk, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Another screen stores something between the move and its toast: that stays."""
    students = page.context.services.students
    here = next(one for one in page.rolls.classes() if one.name == "Grade 5 Coral")
    rows = page.context.queries.search.page("", StudentFilter(class_id=here.id)).rows
    there = desk.desk.services.structure.create_class(_beside(desk, here.grades[0].id))
    move = StudentService.move_all

    def move_while_somebody_types(
        self: StudentService, ids: list[UUID], class_id: UUID, on: date, override: str = ""
    ) -> None:
        move(self, ids, class_id, on, override)
        other = threading.Thread(target=students.change, args=(rows[5].id, "address", "7 Other Lane"))
        other.start()
        other.join()

    monkeypatch.setattr(StudentService, "move_all", move_while_somebody_types)
    dialog = page.mover.ask(frozenset(row.id for row in rows[:2]))
    assert dialog is not None
    dialog.choice.set_value(str(there))
    assert dialog.deed is not None
    dialog.deed.click()
    screen.settle(page)
    assert screen.told.messages == ["2 pupils moved to Grade 5 Palm"]
    assert screen.told.undo is not None
    screen.told.undo()
    screen.settle(page)
    record = page.context.queries.students.record
    current = record(rows[0].id).current
    assert current is not None
    assert current.class_name == here.name
    assert record(rows[5].id).address == "7 Other Lane"
