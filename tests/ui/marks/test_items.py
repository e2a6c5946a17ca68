"""The tests of a subject: the empty state that leads to them, adding, changing, locking, removing."""

from collections.abc import Iterator
from decimal import Decimal

import pytest
from PySide6.QtCore import Qt

from emis_desktop.errors import Refused
from emis_desktop.models import AssessmentItem
from emis_desktop.rules.rights import Role
from emis_desktop.services.items import ItemService
from emis_desktop.services.structure import StructureService
from tests.factories.sheets import Sheets, opened_sheets
from tests.ui.marks.conftest import CTRL, Desk, Key, Open

SCIENCE = "P-SC"


def science(desk: Desk) -> None:
    """Open Science of Grade 5 Coral, which has no tests yet."""
    subject = desk.sheets.school.made.subjects[SCIENCE]
    desk.page.open_with(class_id=desk.sheets.coral, subject_id=subject)
    desk.settle()


def stored(sheets: Sheets, subject: str = SCIENCE) -> list[tuple[str, Decimal, Decimal, str, str]]:
    with sheets.school.db.read() as session:
        rows = (
            session.query(AssessmentItem)
            .filter_by(subject_id=sheets.school.made.subjects[subject], deleted_at=None)
            .order_by(AssessmentItem.position)
        )
        return [(row.name, row.maximum, row.weight, row.part, row.state) for row in rows]


def names(desk: Desk) -> list[str]:
    model = desk.page.items.table.model()
    return [str(model.index(row, 0).data()) for row in range(model.rowCount())]


def fill(desk: Desk, name: str, maximum: str, weight: str) -> None:
    form = desk.page.items.form
    for field, text in ((form.name, name), (form.maximum, maximum), (form.weight, weight)):
        field.line.setFocus()
        field.line.selectAll()
        desk.type(text, Key.Key_Tab)


def test_the_empty_state_offers_the_usual_tests(desk: Desk) -> None:
    science(desk)
    vacant = desk.page.shows.vacant
    assert vacant.isVisible()
    assert vacant.usual.isVisible()
    vacant.usual.click()
    desk.settle()
    assert desk.grid.isVisible()
    usual = [name for name, *_ in stored(desk.sheets)]
    assert usual == [item.name.en for item in desk.context.profile.scheme_of("G5").items]  # type: ignore[union-attr]
    assert desk.told.messages == [f"{len(usual)} tests added"]
    assert desk.told.undo is not None
    desk.told.undo()
    desk.settle()
    assert stored(desk.sheets) == []
    assert vacant.isVisible()


def test_tests_are_added_by_hand_by_keyboard(desk: Desk) -> None:
    science(desk)
    desk.page.shows.vacant.add_items.click()
    desk.settle()
    assert desk.focus() is desk.page.items.form.name.line
    fill(desk, "Test 1", "50", "40")
    desk.page.items.add.click()
    desk.settle()
    assert names(desk) == ["Test 1"]
    assert desk.focus() is desk.page.items.form.name.line
    fill(desk, "Examination", "100", "60")
    desk.page.items.form.part.segments.button("exam").click()
    due = desk.page.items.form.due.line
    due.setFocus()
    desk.type("4 12 2026", Key.Key_Tab)
    desk.page.items.add.click()
    desk.settle()
    assert stored(desk.sheets) == [
        ("Test 1", Decimal(50), Decimal(40), "coursework", "open"),
        ("Examination", Decimal(100), Decimal(60), "exam", "open"),
    ]
    desk.page.bar.next.click()
    assert desk.grid.isVisible()
    assert desk.page.sheet.book is not None
    assert [column.second for column in desk.page.sheet.book.columns[:2]] == [
        "/50, 40\u00a0%",
        "/100, 60\u00a0%",
    ]


def test_what_is_amiss_is_said_at_its_field_and_nothing_is_added(desk: Desk) -> None:
    science(desk)
    desk.page.shows.vacant.add_items.click()
    form = desk.page.items.form
    fill(desk, "", "lots", "0")
    desk.page.items.add.click()
    desk.settle()
    assert form.name.fault == "Type the name of the test"
    assert form.maximum.fault == "Type a number above 0, such as 20"
    fill(desk, "Test 1", "20", "0")
    desk.page.items.add.click()
    desk.settle()
    assert "needs a number above 0" in form.weight.fault
    assert form.name.text() == "Test 1"
    assert stored(desk.sheets) == []


def test_a_field_of_a_test_is_saved_as_it_is_left(desk: Desk) -> None:
    desk.page.bar.items.click()
    desk.settle()
    items = desk.page.items
    assert items.table.hasFocus()
    desk.key(Key.Key_Down)
    desk.key(Key.Key_Down)
    assert items.form.name.text() == "Quiz 2"
    items.form.maximum.line.setFocus()
    items.form.maximum.line.selectAll()
    desk.type("25", Key.Key_Tab)
    desk.type("9")
    desk.settle()
    assert stored(desk.sheets, "P-MA")[1][:3] == ("Quiz 2", Decimal(25), Decimal(5))
    assert items.form.weight.text() == "9"
    desk.key(Key.Key_Z, CTRL)


def test_a_maximum_under_a_mark_is_refused_and_what_was_typed_stays(desk: Desk) -> None:
    desk.type("19", Key.Key_Return)
    desk.settle()
    desk.page.bar.items.click()
    desk.settle()
    items = desk.page.items
    items.table.pick(0)
    items.form.maximum.line.setFocus()
    items.form.maximum.line.selectAll()
    desk.type("10", Key.Key_Tab)
    desk.settle()
    assert items.form.maximum.fault == "A mark of 19 is entered. The maximum cannot be less."
    assert items.form.maximum.text() == "10"
    items.remove.click()
    desk.settle()
    assert "Clear them first" in items.form.name.fault


def test_a_test_is_locked_and_opened_again(desk: Desk) -> None:
    desk.page.bar.items.click()
    desk.settle()
    items = desk.page.items
    items.table.pick(7)
    items.lock.click()
    desk.settle()
    assert stored(desk.sheets, "P-MA")[7][4] == "locked"
    assert items.lock.text() == "Open again"
    items.lock.click()
    desk.settle()
    assert stored(desk.sheets, "P-MA")[7][4] == "open"
    assert desk.told.messages == ["Test 2 locked", "Test 2 opened"]


def test_a_test_without_marks_is_removed_and_comes_back(desk: Desk) -> None:
    desk.page.bar.items.click()
    desk.settle()
    desk.page.items.table.pick(7)
    desk.page.items.remove.click()
    desk.settle()
    assert len(names(desk)) == 7
    assert desk.told.undo is not None
    desk.told.undo()
    desk.settle()
    assert len(names(desk)) == 8


def test_escape_leads_back_to_the_sheet(desk: Desk) -> None:
    desk.page.bar.items.click()
    desk.settle()
    desk.key(Key.Key_Escape)
    assert desk.grid.isVisible()


def test_a_class_of_two_grades_has_tests_for_each(seated: Open, sheets: Sheets) -> None:
    school = sheets.school
    school.add_class("Grades 4 and 5", grades=("G4", "G5"))
    school.add_items([("PAPER", 20, "1")], grade="G4")
    school.add_pupil("Pupil 0201", "Grades 4 and 5", grade="G4")
    with seated(sheets) as desk:
        desk.page.open_with(class_id=school.classes["Grades 4 and 5"], subject_id=sheets.subject)
        desk.settle()
        desk.page.bar.items.click()
        desk.settle()
        assert names(desk) == ["PAPER"]
        chips = desk.page.items.grades
        five = school.made.grades["G5"]
        chips.choose(five)
        assert len(names(desk)) == 8


@pytest.mark.parametrize("tests", [()])
def test_a_teacher_is_told_who_adds_tests(
    seated: Open, tmp_path: object, tests: tuple[tuple[str, int, int], ...]
) -> None:
    with opened_sheets(tmp_path, tests=tests) as sheets:  # type: ignore[arg-type]
        school = sheets.school
        person = school.add_teacher("Teacher 02")
        StructureService(school.db, school.actor).set_subject_teacher(sheets.coral, sheets.subject, person)
        with seated(sheets, actor=school.sign_in(Role.TEACHER, person)) as desk:
            desk.open()
            vacant = desk.page.shows.vacant
            assert vacant.isVisible()
            assert not vacant.usual.isVisible()
            assert not vacant.add_items.isVisible()
            assert vacant.back.isVisible()


def test_a_subject_that_is_not_assessed_is_nothing_to_do(desk: Desk) -> None:
    science(desk)
    vacant = desk.page.shows.vacant
    assert vacant.assess.text() == "Not assessed this term"
    vacant.assess.click()
    desk.qtbot.waitUntil(lambda: vacant.assess.text() == "Assess it this term")
    assert vacant.isVisible()
    assert not vacant.usual.isVisible()
    assert not vacant.add_items.isVisible()
    assert desk.told.messages == ["Not assessed this term"]
    desk.page.journey.show_overview()
    desk.settle()
    model = desk.page.overview.table.model()
    assert "Not assessed" not in [str(model.index(row, 3).data()) for row in range(model.rowCount())]
    desk.page.overview.show_all()
    assert str(model.index(1, 3).data()) == "Not assessed"
    science(desk)
    vacant.assess.click()
    desk.qtbot.waitUntil(vacant.usual.isVisible)


@pytest.mark.parametrize(("verb", "deed"), [("assess", "set_assessed"), ("usual", "add")])
def test_a_refusal_on_the_empty_sheet_is_said_there(
    desk: Desk, monkeypatch: pytest.MonkeyPatch, verb: str, deed: str
) -> None:
    def refuse(*_arguments: object, **_options: object) -> None:
        raise Refused("The office has to say so first.")

    monkeypatch.setattr(ItemService, deed, refuse)
    science(desk)
    getattr(desk.page.shows.vacant, verb).click()
    desk.settle()
    assert desk.told.messages == ["The office has to say so first."]
    desk.page.shows.vacant.add_items.click()
    desk.settle()
    assert desk.page.items.form.name.fault == ""
    desk.page.items.usual.click()
    desk.settle()
    fault = "The office has to say so first." if deed == "add" else ""
    assert desk.page.items.form.name.fault == fault
    assert "The office has to say so first." not in desk.told.messages[1:]


class TestAGradeWithoutTests:
    """A class of two grades with tests for one of them: said once, and left out on its tests."""

    @pytest.fixture
    def two(self, seated: Open, sheets: Sheets) -> Iterator[Desk]:
        school = sheets.school
        school.add_class("Grades 4 and 5", grades=("G4", "G5"))
        school.add_pupil("Pupil 0201", "Grades 4 and 5", grade="G4")
        school.add_pupil("Pupil 0202", "Grades 4 and 5", grade="G5")
        with seated(sheets) as desk:
            desk.page.open_with(class_id=school.classes["Grades 4 and 5"], subject_id=sheets.subject)
            desk.settle()
            yield desk

    @staticmethod
    def line(desk: Desk) -> str:
        """What the list says of the sheet, read aloud."""
        desk.page.journey.show_overview()
        desk.settle()
        desk.page.overview.show_all()
        model = desk.page.overview.table.model()
        spoken = Qt.ItemDataRole.AccessibleTextRole
        rows = [[model.index(row, part) for part in range(5)] for row in range(model.rowCount())]
        named = {(row[0].data(), row[1].data()): row for row in rows}
        return " ".join(str(cell.data(spoken)) for cell in named["Grades 4 and 5", "Mathematics"])

    def test_sheet_and_list_say_it_in_the_same_words(self, two: Desk) -> None:
        said = "A grade has no tests yet"
        assert said in two.page.head._facts.text()
        assert two.page.overview is not None
        assert said in self.line(two)

    def test_the_grade_is_left_out_and_taken_in_again_on_its_tests(self, two: Desk) -> None:
        school, panel = two.sheets.school, two.page.items
        two.page.bar.items.click()
        two.settle()
        panel.grades.choose(school.made.grades["G5"])
        assert not panel.assess.isVisible(), "this grade has tests"
        panel.grades.choose(school.made.grades["G4"])
        assert panel.assess.isVisible()
        assert panel.assess.text() == "Not assessed this term"
        panel.assess.click()
        two.qtbot.waitUntil(lambda: panel.assess.text() == "Assess it this term")
        two.settle()
        assert not panel.usual.isVisible()
        assert two.told.messages == ["Not assessed this term"]
        two.page.journey.go_on()
        two.settle()
        assert "no tests" not in two.page.head._facts.text()
        assert "no tests" not in self.line(two)
        two.page.open_with(class_id=school.classes["Grades 4 and 5"], subject_id=two.sheets.subject)
        two.settle()
        two.page.bar.items.click()
        two.settle()
        panel.grades.choose(school.made.grades["G4"])
        panel.assess.click()
        two.qtbot.waitUntil(lambda: panel.assess.text() == "Not assessed this term")
        two.settle()


def test_the_toast_of_a_removed_test_takes_back_that_and_nothing_later(desk: Desk) -> None:
    desk.page.bar.items.click()
    desk.settle()
    desk.page.items.table.pick(7)
    desk.page.items.remove.click()
    desk.settle()
    assert len(names(desk)) == 7
    take_back = desk.told.undo
    assert take_back is not None
    desk.context.services.students.change(desk.sheets.students[0], "address", "7 Later Lane")
    take_back()
    desk.settle()
    assert len(names(desk)) == 8
    assert desk.context.queries.students.record(desk.sheets.students[0]).address == "7 Later Lane"
