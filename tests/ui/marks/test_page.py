"""The page: the list and the ways between sheets, sheets that cannot be typed into, comments and effort."""

from dataclasses import replace
from datetime import date

import pytest
from PySide6.QtCore import QPoint, QRect, Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QLabel, QWidget

from emis_desktop.models import SubjectRemark
from emis_desktop.rules.rights import Role
from emis_desktop.services.students import StudentService
from tests.factories.sheets import CORAL, REEF, Sheets, add_tests
from tests.ui.marks.conftest import CTRL, Desk, Key, Open
from ui.marks.columns import Kind
from ui.marks.faces import Look
from ui.marks.saying import SheetSaying
from ui.theme.active import colour
from ui.widgets.button import Button
from ui.widgets.empty import EmptyState
from ui.widgets.sheet.area import Cell
from ui.widgets.table.cells import CELL_ROLE

ALT = Qt.KeyboardModifier.AltModifier


def texts(desk: Desk, column: int) -> list[str]:
    model = desk.page.overview.table.model()
    return [str(model.index(row, column).data()) for row in range(model.rowCount())]


# -- The list -----------------------------------------------------------------------------------------


def test_the_list_says_how_much_of_each_sheet_is_entered(seated: Open, sheets: Sheets) -> None:
    sheets.school.enter({(sheets.students[0], sheets.items[0]): "12"})
    with seated(sheets) as desk:
        assert texts(desk, 0) == [CORAL, CORAL, REEF, REEF]
        assert texts(desk, 3) == ["1 of 64", "No tests yet", "0 of 16", "No tests yet"]
        assert texts(desk, 4) == ["Quiz 1", "–", "Quiz 1", "–"]
        assert texts(desk, 5)[0] == "25 Sep"
        assert texts(desk, 6) == ["Continue", "Open", "Start", "Open"]
        assert desk.page.head.title() == "Marks"
        assert desk.page.head._facts.text() == "Term 1, 79 marks still to enter, 2 sheets lack tests"


def test_without_any_test_the_list_does_not_say_that_no_mark_is_missing(seated: Open, sheets: Sheets) -> None:
    with seated(sheets) as desk:
        desk.context.place.choose(sheets.school.id, sheets.year, sheets.term(2))
        desk.settle()
        assert desk.page.head._facts.text() == "Term 2, 4 sheets lack tests"
        assert texts(desk, 3) == ["No tests yet"] * 4


def test_enter_opens_the_sheet_to_go_on_with(seated: Open, sheets: Sheets) -> None:
    sheets.school.enter({(sheets.students[0], sheets.items[0]): "12"})
    with seated(sheets) as desk:
        assert desk.page.overview.table.hasFocus()
        desk.key(Key.Key_Return)
        desk.settle()
        assert desk.page.head.title() == "Mathematics, Grade 5 Coral"
        assert desk.current == (1, 0)
        desk.key(Key.Key_Left, ALT)
        desk.settle()
        assert desk.page.overview.table.hasFocus()
        desk.page.bar.next.click()
        desk.settle()
        assert desk.page.head.title() == "Mathematics, Grade 5 Coral"


def test_the_search_and_the_filter_narrow_the_list(seated: Open, sheets: Sheets) -> None:
    with seated(sheets) as desk:
        desk.key(Key.Key_F, CTRL)
        assert desk.focus() is desk.page.overview.search
        desk.type("sci ree")
        assert texts(desk, 0) == [REEF]
        desk.key(Key.Key_Escape)
        assert len(texts(desk, 0)) == 4
        pupils = [(student, item) for student in sheets.students for item in sheets.items]
        sheets.school.enter(dict.fromkeys(pupils, "E"))
        desk.settle()
        desk.qtbot.waitUntil(lambda: len(texts(desk, 0)) == 3)
        desk.page.overview.show_all()
        assert len(texts(desk, 0)) == 4
        assert texts(desk, 3)[0] == "64 of 64"


def test_with_every_mark_entered_the_list_says_so(seated: Open, sheets: Sheets) -> None:
    with seated(sheets) as desk:
        overview = desk.page.overview
        nothing = overview.findChild(EmptyState, "marks.done")
        none = overview.findChild(EmptyState, "marks.no_match")
        assert nothing is not None
        assert none is not None
        assert not nothing.isVisible()
        overview.search.setText("nobody teaches this")
        assert none.isVisible()
        assert not overview.table.isVisible()
        overview.search.setText("")
        assert overview.table.isVisible()
        assert not none.isVisible()
        done = tuple(replace(line, entered=line.expected, awaits_tests=False) for line in overview.lines())
        term = desk.context.place.term
        assert term is not None
        overview.show_lines(done, term.id, date(2026, 11, 22), desk.page.journey.drafts)
        assert not overview.table.isVisible()
        assert [label.text() for label in nothing.findChildren(QLabel) if label.isVisible()] == [
            "Every mark is entered"
        ]
        way = nothing.findChild(Button, "marks.done.show_all")
        assert way is not None
        QTest.mouseClick(way, Qt.MouseButton.LeftButton)
        assert len(texts(desk, 0)) == 4
        assert overview.table.isVisible()


def test_the_entry_in_the_rail_leads_back_to_the_list(desk: Desk) -> None:
    desk.at(0, 0)
    desk.type("12")
    rail = desk.window.findChild(QWidget, "shell.rail.marks")
    assert isinstance(rail, QWidget)
    QTest.mouseClick(rail, Qt.MouseButton.LeftButton)
    desk.settle()
    assert desk.page.overview.isVisible()
    assert desk.page.head.title() == "Marks"
    desk.open()
    assert desk.shown(0, 0) == "12", "what was being typed is saved"


def test_a_click_on_the_verb_opens(seated: Open, sheets: Sheets) -> None:
    with seated(sheets) as desk:
        table = desk.page.overview.table
        spot = table.visualRect(table.model().index(2, 6)).center()
        QTest.mouseClick(table.viewport(), Qt.MouseButton.LeftButton, pos=spot)
        desk.settle()
        assert desk.page.head.title() == "Mathematics, Grade 5 Reef"


def test_without_classes_or_a_term_the_page_says_so(seated: Open, sheets: Sheets) -> None:
    with seated(sheets) as desk:
        desk.context.place.choose(sheets.school.id, sheets.year, None)
        desk.settle()
        assert desk.page.shows.lines == ()
        assert not desk.page.bar.next.isVisible()


# -- From sheet to sheet ------------------------------------------------------------------------------


def test_next_class_goes_round_and_the_title_chooses(desk: Desk) -> None:
    desk.page.bar.next.click()
    desk.settle()
    assert desk.page.head.title() == "Mathematics, Grade 5 Reef"
    desk.page.bar.next.click()
    desk.settle()
    assert desk.page.head.title() == "Mathematics, Grade 5 Coral"
    reef = next(one for one in desk.page.bar.school_class.choices.actions() if one.text() == REEF)
    reef.trigger()
    desk.settle()
    assert desk.page.head.title() == "Mathematics, Grade 5 Reef"
    science = next(one for one in desk.page.bar.subject.choices.actions() if one.text() == "Science")
    science.trigger()
    desk.settle()
    assert desk.page.head.title() == "Science, Grade 5 Reef"
    desk.page.bar.subject.choices.actions()[-1].trigger()
    desk.settle()
    assert desk.page.overview.isVisible()


def test_a_toast_leaves_the_averages_in_sight(desk: Desk) -> None:
    desk.window.notify("Undone: Mark entered")
    toast, foot = desk.window._toast, desk.page.sheet.foot
    assert toast.isVisible()
    below = foot.mapTo(desk.window, QPoint(0, 0)).y()
    assert toast.mapTo(desk.window, toast.rect().bottomLeft()).y() < below
    desk.page.journey.show_overview()
    desk.settle()
    desk.window.notify("Undone: Mark entered")
    assert toast.geometry().bottom() > toast.parentWidget().height() - 30


def test_the_average_is_so_far_only_while_marks_are_to_come(desk: Desk, sheets: Sheets) -> None:
    average = desk.page.sheet.side.average
    assert average.accessibleName().startswith("Class average so far:")
    sheets.school.enter({(student, item): "5" for student in sheets.students for item in sheets.items})
    desk.qtbot.waitUntil(lambda: average.accessibleName().startswith("Class average:"))


def test_a_bookmark_leads_back_to_the_cell(desk: Desk, seated: Open, sheets: Sheets) -> None:
    desk.at(3, 2)
    mark = desk.page.bookmark()
    desk.page.bar.comments.setChecked(True)
    desk.at(5, 11)
    beside = desk.page.bookmark()
    desk.page.journey.show_items()
    tests = desk.page.bookmark()
    assert "Pupil" not in str([mark, beside, tests]), "ids only: nobody is named while the laptop is locked"
    desk.page.journey.show_overview()
    desk.settle()
    assert desk.page.bookmark() == {}
    with seated(sheets) as again:
        again.page.open_with(**mark)
        again.settle()
        assert again.current == (3, 2)
        assert not again.page.bar.comments.isChecked()
        assert again.grid.hasFocus()
    with seated(sheets) as again:
        again.page.open_with(**beside)
        again.settle()
        assert again.current == (5, 11)
    with seated(sheets) as again:
        again.page.open_with(**tests)
        again.settle()
        assert again.page.items.isVisible()


def test_another_term_shows_the_same_class_in_it(desk: Desk, sheets: Sheets) -> None:
    desk.context.place.choose(sheets.school.id, sheets.year, sheets.term(2))
    desk.settle()
    assert desk.page.journey.key is not None
    assert desk.page.journey.key.term_id == sheets.term(2).id
    assert desk.page.shows.vacant.isVisible()
    desk.context.place.choose(sheets.school.id, sheets.year, sheets.term(1))
    desk.settle()
    assert desk.grid.isVisible()


def test_what_is_being_typed_is_saved_when_the_class_changes(desk: Desk) -> None:
    desk.type("7")
    desk.key(Key.Key_PageDown, CTRL)
    desk.settle()
    assert desk.sheets.stored() == {(0, 0): "7"}


def test_a_class_that_is_gone_is_said(desk: Desk, sheets: Sheets) -> None:
    subject = sheets.school.made.subjects["P-FRE"]
    desk.page.open_with(class_id=str(sheets.coral), subject_id=str(subject))
    desk.settle()
    assert desk.page.shows.vacant.isVisible()
    desk.page.shows.vacant.back.click()
    desk.settle()
    assert desk.page.overview.isVisible()


# -- Sheets that take nothing -------------------------------------------------------------------------


def test_a_sheet_to_look_at_takes_nothing(seated: Open, sheets: Sheets) -> None:
    auditor = sheets.school.sign_in(Role.AUDITOR)
    with seated(sheets, actor=auditor) as desk:
        desk.open()
        assert desk.page.bar.view_only.isVisible()
        assert not desk.page.bar.paste.isVisible()
        assert not desk.page.bar.items.isVisible()
        desk.type("5")
        desk.key(Key.Key_Delete)
        desk.key(Key.Key_V, CTRL)
        assert not desk.grid.editing()
        assert desk.page.sheet.reasons.told() == "Teacher 01 enters these marks. You can look at them"
        desk.settle()
        assert sheets.stored() == {}


def test_a_locked_test_takes_nothing_and_says_so(desk: Desk, sheets: Sheets) -> None:
    desk.context.services.items.lock(sheets.items[0], locked=True)
    desk.qtbot.waitUntil(lambda: desk.page.sheet.book.columns[0].locked)  # type: ignore[union-attr]
    desk.at(0, 0)
    desk.type("5")
    assert not desk.grid.editing()
    assert desk.page.sheet.reasons.told() == "Quiz 1 is locked. The office can open it again."
    desk.key(Key.Key_Tab)
    assert desk.current == (0, 1)
    desk.key(Key.Key_Backtab)
    assert desk.current == (0, 1)


def test_a_class_of_two_grades_asks_each_grade_for_its_own_tests(seated: Open, sheets: Sheets) -> None:
    school = sheets.school
    school.add_class("Grades 4 and 5", grades=("G4", "G5"))
    school.add_items([("PAPER", 20, "3"), ("TEST1", 20, "1")], grade="G4")
    school.add_pupil("Pupil 0201", "Grades 4 and 5", grade="G4")
    school.add_pupil("Pupil 0202", "Grades 4 and 5", grade="G5")
    with seated(sheets) as desk:
        desk.page.open_with(class_id=school.classes["Grades 4 and 5"], subject_id=sheets.subject)
        desk.settle()
        book = desk.page.sheet.book
        assert book is not None
        heads = {column.title: (place, column.second) for place, column in enumerate(book.columns)}
        assert heads["TEST1"][1] == "by grade"
        four, second = heads["PAPER"]
        assert second == "/20, 75\u00a0%"
        looks = [book.face(Cell(0, place)).look for place in range(len(book.columns))]
        assert looks.count(Look.CLOSED) == 7
        assert looks[four] is Look.EMPTY
        assert book.face(Cell(1, four)).look is Look.CLOSED
        closed = looks.index(Look.CLOSED)
        desk.at(0, closed)
        desk.type("5")
        assert desk.page.sheet.reasons.told() == "No mark is asked for here"
        assert book.saying.spoken(Cell(0, closed)).endswith("takes no mark")


def test_a_class_without_pupils_and_one_without_tests(seated: Open, sheets: Sheets) -> None:
    sheets.school.add_class("Grade 5 Palm", subjects=("P-MA",))
    with seated(sheets) as desk:
        desk.page.open_with(class_id=sheets.school.classes["Grade 5 Palm"], subject_id=sheets.subject)
        desk.settle()
        assert desk.page.shows.vacant.isVisible()
        desk.page.open_with(class_id=sheets.coral, subject_id=sheets.school.made.subjects["P-SC"])
        desk.settle()
        assert desk.page.shows.vacant.add_items.isVisible()
        add_tests(sheets.school, (("Quiz 1", 20, 1),), "P-SC")
        desk.qtbot.waitUntil(desk.grid.isVisible)


def test_who_joined_late_is_named(seated: Open, sheets: Sheets) -> None:
    sheets.school.add_pupil(" Zoe", CORAL, starts_on=date(2026, 10, 12))
    with seated(sheets) as desk:
        desk.open()
        book = desk.page.sheet.book
        assert book is not None
        assert [book.saying.stay(row) for row in (7, 8)] == ["", "from 12 Oct"]
        tip = desk.grid.model().headerData(8, Qt.Orientation.Vertical, Qt.ItemDataRole.ToolTipRole)
        assert tip == "Zoe, from 12 Oct"


def test_who_left_during_the_term_is_named_and_typed_on(seated: Open, sheets: Sheets) -> None:
    students = StudentService(sheets.school.db, sheets.school.actor, lambda: date(2026, 12, 1))
    students.withdraw(sheets.students[2], date(2026, 11, 20), "transferred", None)
    with seated(sheets) as desk:
        desk.open()
        book = desk.page.sheet.book
        assert book is not None
        assert [book.saying.stay(row) for row in (1, 2, 3)] == ["", "left 20 Nov", ""]
        name = book.sheet.rows[2].name
        model, vertical = desk.grid.model(), Qt.Orientation.Vertical
        assert model.headerData(2, vertical, Qt.ItemDataRole.ToolTipRole) == f"{name}, left 20 Nov"
        assert model.headerData(2, vertical, CELL_ROLE).note == "left 20 Nov", "the words stand in the row"
        spoken = model.index(2, 0).data(Qt.ItemDataRole.AccessibleTextRole)
        assert spoken.startswith(f"{name}, left 20 Nov, Quiz 1")
        desk.at(2, 0)
        desk.type("12", Key.Key_Return)
        desk.settle()
        assert sheets.stored() == {(2, 0): "12"}


@pytest.mark.parametrize(("language", "said"), [("fr", "20 nov"), ("es", "20 nov")])
def test_who_left_is_named_in_other_languages(seated: Open, sheets: Sheets, language: str, said: str) -> None:
    students = StudentService(sheets.school.db, sheets.school.actor, lambda: date(2026, 12, 1))
    students.withdraw(sheets.students[2], date(2026, 11, 20), "transferred", None)
    with seated(sheets, language=language) as desk:
        desk.open()
        book = desk.page.sheet.book
        assert book is not None
        assert said in book.saying.stay(2)
        assert "left" not in book.saying.stay(2)


def test_who_left_is_told_in_the_row_beside_the_longest_name(
    seated: Open, sheets: Sheets, monkeypatch: pytest.MonkeyPatch
) -> None:
    pupil = sheets.school.add_pupil("Alexandrina-Josephine Featherstonehaugh-Demo", CORAL)
    students = StudentService(sheets.school.db, sheets.school.actor, lambda: date(2026, 12, 1))
    students.withdraw(pupil, date(2026, 11, 20), "transferred", None)
    with seated(sheets) as desk:
        desk.open()
        names = desk.grid.names.viewport()
        end = QRect(names.width() - 60, 0, 56, desk.grid.row_height - 2)
        told = names.grab(end).toImage()
        monkeypatch.setattr(SheetSaying, "stay", lambda _saying, _row: "")
        desk.grid.refresh_cells()
        assert names.grab(end).toImage() != told
        desk.grid.go(Cell(4, 0))
        monkeypatch.undo()
        desk.grid.refresh_cells()
        quiet = colour("text3").rgb()
        drawn = names.grab(end).toImage()
        pixels = {drawn.pixel(x, y) for x in range(drawn.width()) for y in range(drawn.height())}
        assert quiet in pixels, "in the grey of notes"


# -- Comments and effort ------------------------------------------------------------------------------


def test_comments_and_effort_are_saved_like_marks(desk: Desk, sheets: Sheets) -> None:
    desk.page.bar.comments.click()
    desk.settle()
    book = desk.page.sheet.book
    assert book is not None
    assert [column.kind for column in book.columns[-2:]] == [Kind.EFFORT, Kind.COMMENT]
    assert desk.current == (0, 10)
    desk.type("b", Key.Key_Tab)
    desk.type("Reads  well", Key.Key_Return)
    desk.type("Z", Key.Key_Return)
    desk.settle()
    assert desk.shown(0, 10) == "B"
    assert desk.shown(0, 11) == "Reads well"
    with sheets.school.db.read() as session:
        rows = [(row.effort, row.comment) for row in session.query(SubjectRemark)]
    assert rows == [("B", "Reads well")]
    assert desk.page.sheet.reasons.shown() == ["Effort is one of A, B, C, D"]
    desk.page.bar.comments.click()
    desk.settle()
    assert desk.context.unsaved.count() == 1
    desk.at(0, 0)
    desk.key(Key.Key_F8)
    assert desk.page.bar.comments.isChecked()
    assert desk.current == (1, 10)
    desk.key(Key.Key_Delete)
    desk.key(Key.Key_Z, CTRL)
    desk.settle()


def test_a_pasted_column_of_comments_is_one_step(desk: Desk, sheets: Sheets) -> None:
    from PySide6.QtGui import QGuiApplication

    desk.page.bar.comments.click()
    desk.settle()
    QGuiApplication.clipboard().setText('A\tReads well\r\nB\t"Asks\ngood ""why"""\r\n')
    desk.at(0, 10)
    desk.key(Key.Key_V, CTRL)
    desk.settle()
    assert desk.shown(1, 11) == 'Asks good "why"'
    desk.key(Key.Key_Z, CTRL)
    desk.settle()
    assert [desk.shown(row, column) for row in (0, 1) for column in (10, 11)] == [""] * 4


def test_a_comment_too_long_stays_with_its_reason(desk: Desk) -> None:
    desk.page.bar.comments.click()
    desk.settle()
    desk.at(3, 9)
    desk.grid.enter({Cell(0, 11): "x" * 301})
    desk.settle()
    assert desk.page.sheet.reasons.shown() == ["This is longer than 300 characters. Shorten it"]


# -- The way back -------------------------------------------------------------------------------------


def test_undo_and_redo_go_to_what_changed_and_say_it(desk: Desk) -> None:
    desk.type("12", Key.Key_Return)
    desk.settle()
    QTest.qWait(600)
    desk.settle()
    assert desk.page.bar.undo.isEnabled()
    assert "Quiz 1" in desk.page.bar.undo.toolTip()
    desk.at(5, 5)
    desk.page.bar.undo.click()
    desk.settle()
    assert desk.current == (0, 0)
    assert desk.told.messages == ["Undone: Mark of Pupil 0001, Mathematics Quiz 1 entered: 12"]
    assert desk.told.undo is not None
    desk.told.undo()
    desk.settle()
    assert desk.sheets.stored() == {(0, 0): "12"}
    assert desk.told.messages[-1].startswith("Done again:")


def test_nothing_to_undo_is_said(desk: Desk) -> None:
    desk.page.sheet.saver.undo()
    desk.settle()
    assert desk.page.sheet.reasons.told() == "There is nothing to undo."


def test_a_tick_shows_what_is_safe_and_goes_again(desk: Desk) -> None:
    desk.type("12", Key.Key_Return)
    desk.settle()
    assert desk.grid.ticks.cells() == {Cell(0, 0)}
    assert desk.page.bar.status.text().startswith("Saved ")
    desk.qtbot.waitUntil(lambda: not desk.grid.ticks.cells(), timeout=4000)


def test_the_figures_follow_before_anything_is_stored(desk: Desk) -> None:
    desk.grid.enter({Cell(0, 7): "80", Cell(1, 7): "60"})
    sheet = desk.page.sheet
    assert sheet.book is not None
    assert sheet.book.sheet.to_enter == 62
    assert sheet.side.left.accessibleName() == "Still to enter: 62 of 64 marks"
    assert "Test 2 70.0" in sheet.foot.accessibleName()
    assert "A absent, E exempt" in sheet.foot.accessibleName()
    assert desk.page.queue.busy()
