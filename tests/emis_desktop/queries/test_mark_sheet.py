"""The mark sheet: worked numbers of the domain reference through the store, live figures, who sees what."""

from collections.abc import Iterator
from decimal import Decimal
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from emis_desktop.errors import Refused
from emis_desktop.models import ClassGrade, SchemeUse
from emis_desktop.queries.mark_sheet import MarkSheet, MarkSheetQueries, column_of, with_cells
from emis_desktop.rules.ids import natural_id
from emis_desktop.rules.marks import ABSENT, EXEMPT, MISSING, MarkEntry, MarkState, parse_mark
from emis_desktop.rules.results import ResultState
from emis_desktop.rules.rights import Role
from emis_desktop.services.items import ItemService
from emis_desktop.services.rows import delete
from emis_desktop.services.structure import add_subject
from tests.factories.schools import Classroom, School, classroom, opened_school


@pytest.fixture
def school(tmp_path: Path) -> Iterator[School]:
    with opened_school(tmp_path) as found:
        yield found


def open_sheet(room: Classroom) -> MarkSheet:
    queries = MarkSheetQueries(room.school.db, room.school.actor)
    return queries.sheet(room.class_id, room.subject_id, room.term_id)


def test_the_worked_example_gives_72(school: School) -> None:
    room = classroom(school)
    test, exam = room.items
    school.enter({(room.pupil(1), test): "45", (room.pupil(1), exam): "60"})
    first = open_sheet(room).rows[0]
    assert first.result is not None
    assert first.result.exact == Decimal("72.00")
    assert (first.result.state, first.result.mark) == (ResultState.FINAL, Decimal(72))
    assert first.result.band is not None
    assert first.result.band.letter == "B"
    assert first.cells == (MarkEntry(MarkState.SCORED, Decimal(45)), MarkEntry(MarkState.SCORED, Decimal(60)))


def test_a_sheet_says_what_is_entered_and_what_not(school: School) -> None:
    room = classroom(school, pupils=3)
    test, exam = room.items
    school.enter(
        {
            (room.pupil(1), test): "45",
            (room.pupil(1), exam): "60",
            (room.pupil(2), test): "A",
            (room.pupil(2), exam): "70",
            (room.pupil(3), exam): "E",
        }
    )
    sheet = open_sheet(room)
    assert (sheet.class_name, sheet.subject_name, sheet.teacher) == ("Grade 5 Coral", "Mathematics", "")
    assert [column.code for column in sheet.columns] == ["TEST", "EXAM"]
    assert [column.item.weight_percent for column in sheet.columns] == [Decimal(40), Decimal(60)]
    assert all(column.uniform for column in sheet.columns)
    assert (sheet.expected, sheet.entered, sheet.to_enter) == (6, 5, 1)
    assert sheet.rows[1].cells[0] == ABSENT
    assert sheet.rows[2].cells == (MISSING, EXEMPT)
    assert [figures.average for figures in sheet.column_figures] == [Decimal("22.5"), Decimal("65.0")]
    assert sheet.column_figures[1].spread == Decimal("5.0")
    third = sheet.rows[2].result
    assert third is not None
    assert (third.state, third.mark) == (ResultState.NO_MARKS, None)
    assert sheet.term_figures.count == 2
    assert sheet.term_figures.average == Decimal("57.0")
    assert (sheet.so_far.count, sheet.so_far.average) == (2, Decimal("57.0"))
    assert sum(bar.count for bar in sheet.bars) == 2
    assert sheet.pass_mark == 50
    assert (sheet.codes.absent, sheet.codes.exempt) == ("A", "E")
    assert not sheet.read_only


def test_provisional_marks_count_in_the_average_so_far_only(school: School) -> None:
    room = classroom(school, pupils=3)
    test, exam = room.items
    school.enter({(room.pupil(1), test): "45", (room.pupil(2), test): "40", (room.pupil(2), exam): "60"})
    sheet = open_sheet(room)
    assert (sheet.term_figures.count, sheet.term_figures.average) == (1, Decimal("68.0"))
    assert (sheet.so_far.count, sheet.so_far.average) == (2, Decimal("79.0"))


def test_an_edit_needs_no_store_and_gives_what_the_store_gives(school: School) -> None:
    room = classroom(school, pupils=4)
    test, exam = room.items
    school.enter({(room.pupil(number), test): str(10 * number) for number in (1, 2, 3)})
    before = open_sheet(room)
    scored = MarkEntry(MarkState.SCORED, Decimal(80))
    live = with_cells(before, {(0, 1): scored, (1, 1): ABSENT, (2, 0): MISSING})
    school.enter({(room.pupil(1), exam): "80", (room.pupil(2), exam): "A", (room.pupil(3), test): ""})
    assert live == open_sheet(room)
    assert before.to_enter == 5
    assert live.to_enter == 4


@given(
    st.dictionaries(
        st.tuples(st.integers(0, 3), st.integers(0, 1)),
        st.sampled_from([ABSENT, EXEMPT, MISSING, MarkEntry(MarkState.SCORED, Decimal("37.5"))]),
    )
)
def test_edits_in_any_order_give_the_same_sheet(cells: dict[tuple[int, int], MarkEntry]) -> None:
    sheet = with_cells(_EMPTY[0], cells)
    one_by_one = _EMPTY[0]
    for place, entry in reversed(cells.items()):
        one_by_one = with_cells(one_by_one, {place: entry})
    assert one_by_one == sheet
    assert sheet.entered == sum(entry is not MISSING for entry in cells.values())


_EMPTY: list[MarkSheet] = []


@pytest.fixture(autouse=True, scope="module")
def _empty_sheet(tmp_path_factory: pytest.TempPathFactory) -> None:
    with opened_school(tmp_path_factory.mktemp("sheet")) as found:
        _EMPTY.append(open_sheet(classroom(found, pupils=4)))


def test_a_class_of_two_grades_has_one_column_for_both(school: School) -> None:
    room = classroom(school, pupils=1)
    mixed = school.add_class("Grades 5 and 6", ("G5", "G6"))
    school.add_items([("TEST", 25, "10"), ("BOOK", 10, "10")], grade="G6")
    school.add_pupil("Pupil 0101", "Grades 5 and 6", "G5")
    school.add_pupil("Pupil 0102", "Grades 5 and 6", "G6")
    sheet = MarkSheetQueries(school.db, school.actor).sheet(mixed, room.subject_id, room.term_id)
    assert [(column.code, column.uniform) for column in sheet.columns] == [
        ("TEST", False),
        ("BOOK", True),
        ("EXAM", True),
    ]
    fifth, sixth = sheet.rows
    assert [cell is None for cell in fifth.cells] == [False, True, False]
    assert [cell is None for cell in sixth.cells] == [False, False, True]
    assert sheet.item_at(0, 1) is None
    found = sheet.item_at(1, 0)
    assert found is not None
    assert (found.maximum, found.weight_percent) == (Decimal(25), Decimal(50))
    edited = with_cells(sheet, {(0, 1): ABSENT, (1, 0): ABSENT})
    assert edited.rows[0].cells == sheet.rows[0].cells
    assert edited.entered == 1


def test_a_grade_without_items_has_no_results(school: School) -> None:
    room = classroom(school, pupils=1)
    school.add_class("Grade 4 Reef", ("G4",))
    school.add_pupil("Pupil 0201", "Grade 4 Reef", "G4")
    queries = MarkSheetQueries(school.db, school.actor)
    sheet = queries.sheet(school.classes["Grade 4 Reef"], room.subject_id, room.term_id)
    assert sheet.columns == ()
    assert sheet.rows[0].result is None
    assert sheet.expected == 0


def test_a_class_without_pupils_is_an_empty_sheet(school: School) -> None:
    room = classroom(school, pupils=0)
    sheet = open_sheet(room)
    assert sheet.rows == ()
    assert [figures.average for figures in sheet.column_figures] == [None, None]


def test_a_locked_item_says_so(school: School) -> None:
    room = classroom(school, pupils=1)
    ItemService(school.db, school.actor).lock(room.items[0], locked=True)
    assert [column.item.locked for column in open_sheet(room).columns] == [True, False]


def test_what_is_typed_can_be_checked_before_it_is_sent() -> None:
    column = column_of(Decimal(100))
    assert parse_mark("87.25", column).value == Decimal("87.25")
    with pytest.raises(Refused, match="More than 100"):
        parse_mark("120", column)


def test_what_is_not_there_is_told(school: School) -> None:
    room = classroom(school, pupils=1)
    queries = MarkSheetQueries(school.db, school.actor)
    with pytest.raises(Refused, match="not taught in this class"):
        queries.sheet(room.class_id, school.made.subjects["P-SC"], room.term_id)
    with pytest.raises(Refused, match="class is no longer there"):
        queries.sheet(room.subject_id, room.subject_id, room.term_id)
    with pytest.raises(Refused, match="term is no longer there"):
        queries.sheet(room.class_id, room.subject_id, room.class_id)


def test_a_class_that_lost_its_grade_is_told(school: School) -> None:
    room = classroom(school, pupils=0)
    with school.db.write(school.actor, "change_class") as session:
        delete(
            session,
            session.get_one(ClassGrade, natural_id("class_grade", room.class_id, school.made.grades["G5"])),
        )
    with pytest.raises(Refused, match="no grade yet"):
        open_sheet(room)


def test_a_grade_without_a_scheme_is_told(school: School) -> None:
    room = classroom(school, pupils=1)
    with school.db.write(school.actor, "use_scheme") as session:
        for use in session.query(SchemeUse):
            delete(session, use)
    with pytest.raises(Refused, match="No grading scheme is in use for Grade 5"):
        open_sheet(room)


def test_a_teacher_opens_own_subjects_and_looks_at_those_of_the_own_class(school: School) -> None:
    teacher = school.add_teacher()
    room = classroom(school, pupils=1)
    led = school.add_class("Grade 6 Heron", ("G6",), ("P-MA", "P-MU"), teacher_id=teacher)
    other = school.add_teacher("Teacher 02")
    with school.db.write(school.actor, "change_class_subject") as session:
        add_subject(session, led, school.made.subjects["P-MU"]).teacher_id = other
    actor = school.sign_in(Role.TEACHER, teacher)
    queries = MarkSheetQueries(school.db, actor)
    assert not queries.sheet(led, room.subject_id, room.term_id).read_only
    assert queries.sheet(led, school.made.subjects["P-MU"], room.term_id).read_only
    with pytest.raises(Refused, match="own classes only"):
        queries.sheet(room.class_id, room.subject_id, room.term_id)
    music = MarkSheetQueries(school.db, school.sign_in(Role.TEACHER, other))
    assert music.sheet(led, school.made.subjects["P-MU"], room.term_id).teacher == "Teacher 02"
    with pytest.raises(Refused, match="Another teacher has that subject"):
        music.sheet(led, room.subject_id, room.term_id)
