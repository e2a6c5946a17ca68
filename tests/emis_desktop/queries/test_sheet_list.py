"""The list of mark sheets and what stands beside a sheet, against the sheets themselves."""

from collections.abc import Iterator
from datetime import date
from decimal import Decimal
from pathlib import Path

import pytest

from emis_desktop.errors import Refused
from emis_desktop.queries.assessed import Sheet
from emis_desktop.queries.home import HomeQueries, TaskKind
from emis_desktop.queries.mark_sheet import MarkSheetQueries
from emis_desktop.rules.rights import Role, actor_of
from emis_desktop.services.items import ItemPlace, ItemService, NewItem, add_items
from emis_desktop.services.structure import StructureService
from tests.factories.schools import Classroom, School, classroom, opened_school


@pytest.fixture
def school(tmp_path: Path) -> Iterator[School]:
    with opened_school(tmp_path) as found:
        yield found


@pytest.fixture
def room(school: School) -> Classroom:
    return classroom(school, pupils=3)


def queries(school: School) -> MarkSheetQueries:
    return MarkSheetQueries(school.db, school.actor)


def test_a_line_counts_as_its_sheet_does(room: Classroom) -> None:
    school = room.school
    school.enter(
        {
            (room.pupil(1), room.items[0]): "45",
            (room.pupil(2), room.items[0]): "A",
            (room.pupil(3), room.items[0]): "E",
            (room.pupil(1), room.items[1]): "60",
        }
    )
    line = queries(school).sheets(school.id, room.term_id)[0]
    sheet = queries(school).sheet(room.class_id, room.subject_id, room.term_id)
    assert (line.entered, line.expected, line.to_enter) == (sheet.entered, sheet.expected, sheet.to_enter)
    assert (line.entered, line.expected, line.items, line.pupils) == (4, 6, 2, 3)
    assert (line.class_name, line.subject_name, line.teacher) == ("Grade 5 Coral", "Mathematics", "")
    assert (line.next_item, line.due_on, line.may_edit) == ("EXAM", date(2026, 12, 11), True)


def test_a_class_of_two_grades_counts_each_grades_items(school: School) -> None:
    school.add_class("Grades 4 and 5", grades=("G4", "G5"))
    school.add_items([("TEST", 50, "40"), ("EXAM", 100, "60")], grade="G5")
    four = school.add_items([("TEST", 20, "100")], grade="G4")
    school.add_pupil("Pupil 0001", "Grades 4 and 5")
    younger = school.add_pupil("Pupil 0002", "Grades 4 and 5", grade="G4")
    school.enter({(younger, four[0]): "12"})
    line = queries(school).sheets(school.id, school.term())[0]
    assert (line.items, line.entered, line.expected) == (2, 1, 3)


def test_the_item_due_first_comes_next_and_an_entered_sheet_has_none(school: School) -> None:
    school.add_class("Grade 5 Coral")
    place = ItemPlace(school.id, school.made.grades["G5"], school.made.subjects["P-MA"], school.term())
    new = [
        NewItem("Project", Decimal(50), Decimal(1)),
        NewItem("Test 2", Decimal(100), Decimal(1), due_on=date(2026, 11, 20)),
        NewItem("Test 1", Decimal(100), Decimal(1), due_on=date(2026, 10, 9)),
    ]
    with school.db.write(school.actor, "add_items") as session:
        items = add_items(session, place, new)
    pupil = school.add_pupil("Pupil 0001", "Grade 5 Coral")
    line = queries(school).sheets(school.id, school.term())[0]
    assert (line.next_item, line.due_on) == ("Test 1", date(2026, 10, 9))
    school.enter({(pupil, item): "40" for item in items})
    line = queries(school).sheets(school.id, school.term())[0]
    assert (line.next_item, line.due_on, line.to_enter) == ("", None, 0)


@pytest.mark.parametrize("late", [False, True])
def test_a_test_without_a_day_is_due_with_the_term_here_and_on_home(school: School, late: bool) -> None:
    school.add_class("Grade 5 Coral")
    place = ItemPlace(school.id, school.made.grades["G5"], school.made.subjects["P-MA"], school.term())
    day = date(2026, 12, 18) if late else date(2026, 11, 20)
    new = [
        NewItem("Test", Decimal(100), Decimal(1), due_on=day),
        NewItem("Project", Decimal(50), Decimal(1)),
    ]
    with school.db.write(school.actor, "add_items") as session:
        add_items(session, place, new)
    school.add_pupil("Pupil 0001", "Grade 5 Coral")
    line = queries(school).sheets(school.id, school.term())[0]
    assert (line.next_item, line.due_on) == (("Project", date(2026, 12, 11)) if late else ("Test", day))
    home = HomeQueries(school.db, school.actor).home(
        school.id, school.term(), date(2026, 11, 2), "en", None, backup_days=7
    )
    task = next(task for task in home.tasks if task.kind is TaskKind.MARKS_MISSING)
    assert (task.detail.values["item"], task.due_on) == (line.next_item, line.due_on)


def test_who_is_gone_is_not_counted(room: Classroom) -> None:
    school = room.school
    school.add_pupil("Pupil 0009", "Grade 5 Coral", ends_on=date(2026, 10, 1))
    line = queries(school).sheets(school.id, room.term_id)[0]
    assert (line.pupils, line.expected) == (3, 6)


def test_a_school_without_classes_and_a_class_without_items(school: School) -> None:
    assert queries(school).sheets(school.id, school.term()) == ()
    school.add_class("Grade 5 Coral", subjects=("P-MA",))
    school.add_class("Grade 6 Reef", grades=("G6",), subjects=())
    lines = queries(school).sheets(school.id, school.term())
    assert [(line.class_name, line.items, line.expected, line.next_item) for line in lines] == [
        ("Grade 5 Coral", 0, 0, "")
    ]


def test_a_sheet_without_tests_is_to_be_done_unless_it_is_not_assessed(school: School) -> None:
    class_id = school.add_class("Grade 5 Coral", subjects=("P-MA", "P-SC"))
    school.add_items([("TEST", 10, "1")])
    assert [line.to_do for line in queries(school).sheets(school.id, school.term())] == [False, False]
    pupil = school.add_pupil("Pupil 0001", "Grade 5 Coral")
    science = Sheet(class_id, school.made.subjects["P-SC"], school.term())

    def told() -> list[tuple[bool, bool, bool]]:
        lines = queries(school).sheets(school.id, school.term())
        return [(line.to_do, line.awaits_tests, line.not_assessed) for line in lines]

    assert told() == [(True, False, False), (True, True, False)]
    assert not queries(school).sheet(*science).not_assessed
    school.enter({(pupil, school.add_items([("EXAM", 10, "1")])[0]): "1"})
    ItemService(school.db, school.actor).set_assessed(science, assessed=False)
    assert told() == [(True, False, False), (False, False, True)]
    assert queries(school).sheet(*science).not_assessed
    school.add_items([("TEST", 10, "1")], subject="P-SC")
    assert told()[1] == (True, False, False)
    assert not queries(school).sheet(*science).not_assessed


def test_a_grade_without_tests_in_a_class_of_two_awaits_them(school: School) -> None:
    school.add_class("Grades 4 and 5", grades=("G4", "G5"))
    school.add_items([("TEST", 50, "40")], grade="G5")
    school.add_pupil("Pupil 0001", "Grades 4 and 5")
    assert not queries(school).sheets(school.id, school.term())[0].awaits_tests
    class_id = school.classes["Grades 4 and 5"]
    place = Sheet(class_id, school.made.subjects["P-MA"], school.term())
    assert not queries(school).sheet(*place).awaits_tests, "nobody is in that grade"
    school.add_pupil("Pupil 0002", "Grades 4 and 5", grade="G4")
    assert queries(school).sheets(school.id, school.term())[0].awaits_tests
    assert queries(school).sheet(*place).awaiting == {school.made.grades["G4"]}
    assert queries(school).sheet(*place).awaits_tests
    ItemService(school.db, school.actor).set_assessed(place, assessed=False)
    assert not queries(school).sheets(school.id, school.term())[0].awaits_tests
    assert queries(school).sheet(*place).awaiting == frozenset()


def test_a_teacher_gets_the_own_subjects_only(room: Classroom) -> None:
    school = room.school
    school.add_class("Grade 6 Reef", grades=("G6",))
    teacher = school.add_teacher()
    StructureService(school.db, school.actor).set_subject_teacher(room.class_id, room.subject_id, teacher)
    own = MarkSheetQueries(school.db, school.sign_in(Role.TEACHER, teacher))
    lines = own.sheets(school.id, room.term_id)
    assert [(line.class_name, line.teacher, line.may_edit) for line in lines] == [
        ("Grade 5 Coral", "Teacher 01", True)
    ]


def test_notes_name_who_joined_late_and_the_letters_of_effort(room: Classroom) -> None:
    school = room.school
    late = school.add_pupil("Pupil 0031", "Grade 5 Coral", starts_on=date(2026, 10, 12))
    notes = queries(school).notes(room.class_id, room.subject_id, room.term_id, "fr")
    assert notes.joined == {late: date(2026, 10, 12)}
    assert list(notes.effort) == ["A", "B", "C", "D"]
    assert [grade.code for grade in notes.grades] == ["G5"]
    assert notes.institution_id == school.id
    assert notes.notes == {}


def test_notes_of_a_class_out_of_reach_are_refused(room: Classroom) -> None:
    stranger = actor_of(room.school.actor.user_id, "Teacher 09", Role.TEACHER, room.school.id, frozenset())
    with pytest.raises(Refused):
        MarkSheetQueries(room.school.db, stranger).notes(room.class_id, room.subject_id, room.term_id)
