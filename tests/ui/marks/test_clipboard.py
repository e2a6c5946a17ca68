"""Blocks between the clipboard and the sheet: Excel's own text, one act a paste, nothing ever shifted."""

from collections.abc import Callable

from PySide6.QtCore import QPoint, Qt
from PySide6.QtGui import QGuiApplication
from PySide6.QtTest import QTest

from emis_desktop.models import Act
from tests.factories.sheets import Sheets
from tests.ui.marks.conftest import CTRL, SHIFT, Desk, Key, Open
from ui.widgets.sheet.area import Area, Cell

FROM_EXCEL = "12\t7,5\r\nA\t\r\n120\t19\r\n"


def put(text: str) -> None:
    QGuiApplication.clipboard().setText(text)


def acts(sheets: Sheets) -> list[str]:
    with sheets.school.db.read() as session:
        return [act.verb for act in session.query(Act).order_by(Act.seq)]


def test_a_block_from_excel_is_one_act_and_one_undo(desk: Desk) -> None:
    before = acts(desk.sheets)
    put(FROM_EXCEL)
    desk.key(Key.Key_V, CTRL)
    desk.settle()
    assert acts(desk.sheets) == [*before, "record_marks"]
    assert desk.sheets.stored() == {(0, 0): "12", (0, 1): "7.5", (1, 0): "A", (2, 1): "19"}
    assert desk.shown(2, 0) == "120"
    assert desk.grid.area == Area(0, 0, 2, 1)
    assert desk.told.messages == ["5 marks pasted, 1 refused"]
    desk.key(Key.Key_Z, CTRL)
    desk.settle()
    assert desk.sheets.stored() == {}
    assert desk.shown(2, 0) == ""
    assert desk.told.messages[-1] == "Undone: 4 marks of Mathematics entered"
    desk.key(Key.Key_Y, CTRL)
    desk.settle()
    assert desk.sheets.stored() == {(0, 0): "12", (0, 1): "7.5", (1, 0): "A", (2, 1): "19"}
    assert desk.shown(2, 0) == "120"


def test_show_leads_to_the_first_refused_mark(desk: Desk) -> None:
    put(FROM_EXCEL)
    desk.page.bar.paste.click()
    desk.settle()
    assert desk.told.undo is not None
    desk.told.undo()
    assert desk.current == (2, 0)


def test_without_refusals_the_toast_takes_it_back(desk: Desk) -> None:
    put("1\t2\n3\t4")
    desk.key(Key.Key_V, CTRL)
    desk.settle()
    assert desk.told.messages == ["4 marks pasted"]
    assert desk.told.undo is not None
    desk.told.undo()
    desk.settle()
    assert desk.sheets.stored() == {}


def test_one_value_goes_into_every_chosen_cell(desk: Desk) -> None:
    put("E\r\n")
    desk.key(Key.Key_Down, SHIFT, 2)
    desk.key(Key.Key_Right, SHIFT)
    desk.key(Key.Key_V, CTRL)
    desk.settle()
    assert desk.sheets.stored() == {(row, column): "E" for row in range(3) for column in range(2)}


def test_what_does_not_fit_is_told_and_nothing_moves_aside(desk: Desk) -> None:
    put("1\t2\t3\t4\t5\n" * 3)
    desk.at(6, 7)
    desk.key(Key.Key_V, CTRL)
    desk.settle()
    assert desk.sheets.stored() == {(6, 7): "1", (7, 7): "1"}
    assert desk.told.messages == ["2 marks pasted, 4 cells take none, 9 did not fit"]


def test_an_empty_cell_of_the_block_clears(desk: Desk) -> None:
    desk.type("9", Key.Key_Return)
    desk.at(0, 0)
    put("\t8")
    desk.key(Key.Key_V, CTRL)
    desk.settle()
    assert desk.sheets.stored() == {(0, 1): "8"}


def test_an_empty_clipboard_says_what_to_do(desk: Desk) -> None:
    put("")
    desk.key(Key.Key_V, CTRL)
    assert desk.page.sheet.reasons.told() == "Nothing to paste. Copy the marks in Excel first."


def test_copy_and_cut_give_excel_its_tabs_and_lines(desk: Desk) -> None:
    for mark in ("7.5", "A"):
        desk.type(mark, Key.Key_Return)
    desk.at(0, 0)
    desk.key(Key.Key_Down, SHIFT)
    desk.key(Key.Key_Right, SHIFT)
    desk.key(Key.Key_C, CTRL)
    assert QGuiApplication.clipboard().text() == "7.5\t\nA\t"
    desk.key(Key.Key_X, CTRL)
    desk.settle()
    assert desk.sheets.stored() == {}
    desk.at(2, 3)
    desk.key(Key.Key_V, CTRL)
    desk.settle()
    assert desk.sheets.stored() == {(2, 3): "7.5", (3, 3): "A"}


def test_french_numbers_are_copied_with_their_comma(seated: Open, sheets: Sheets) -> None:
    with seated(sheets, language="fr") as desk:
        desk.open()
        desk.type("7,5", Key.Key_Return)
        desk.at(0, 0)
        desk.key(Key.Key_C, CTRL)
        assert QGuiApplication.clipboard().text() == "7,5"


def test_the_fill_handle_repeats_what_it_is_dragged_from(desk: Desk) -> None:
    desk.type("4", Key.Key_Return)
    desk.type("5", Key.Key_Return)
    desk.at(0, 0)
    desk.key(Key.Key_Down, SHIFT)
    port, grid = desk.grid.viewport(), desk.grid
    corner = grid.cell_rect(Cell(1, 0)).bottomRight()
    end = grid.cell_rect(Cell(5, 0)).center()
    left = Qt.MouseButton.LeftButton
    QTest.mousePress(port, left, pos=corner)
    QTest.mouseMove(port, end)
    QTest.mouseRelease(port, left, pos=end)
    desk.settle()
    assert desk.sheets.stored() == {(row, 0): "45"[row % 2] for row in range(6)}
    assert desk.grid.area == Area(0, 0, 5, 0)


def test_the_mouse_chooses_stretches_and_edits(desk: Desk) -> None:
    port, grid = desk.grid.viewport(), desk.grid
    left = Qt.MouseButton.LeftButton

    def middle(row: int, column: int) -> QPoint:
        return grid.cell_rect(Cell(row, column)).center()

    QTest.mousePress(port, left, pos=middle(1, 1))
    QTest.mouseMove(port, middle(3, 2))
    QTest.mouseRelease(port, left, pos=middle(3, 2))
    assert grid.area == Area(1, 1, 3, 2)
    QTest.mouseClick(port, left, SHIFT, middle(4, 4))
    assert grid.area == Area(1, 1, 4, 4)
    QTest.mouseDClick(port, left, pos=middle(2, 2))
    assert grid.editing()
    assert not grid.editor.typing
    desk.type("6")
    QTest.mouseClick(port, left, pos=middle(0, 0))
    desk.settle()
    assert desk.sheets.stored() == {(2, 2): "6"}


def test_a_press_on_a_head_chooses_a_row_or_a_column(desk: Desk) -> None:
    grid, left = desk.grid, Qt.MouseButton.LeftButton
    y = grid.rowViewportPosition(2) + 5
    QTest.mouseClick(grid.names.viewport(), left, pos=QPoint(60, y))
    assert grid.area == Area(2, 0, 2, 7)
    x = grid.columnViewportPosition(3) + 5
    QTest.mouseClick(grid.head.viewport(), left, pos=QPoint(x, 10))
    assert grid.area == Area(0, 3, 7, 3)


def test_the_toast_of_a_paste_takes_back_the_paste_and_nothing_typed_after_it(desk: Desk) -> None:
    put("1\t2\n3\t4")
    desk.key(Key.Key_V, CTRL)
    take_back = desk.told.undo
    assert take_back is not None
    desk.at(5, 0)
    desk.type("9", Key.Key_Return)
    take_back()
    desk.settle()
    assert desk.sheets.stored() == {(5, 0): "9"}
    assert desk.told.messages[-1] == "Undone: 4 marks of Mathematics entered"
    desk.key(Key.Key_Z, CTRL)
    desk.settle()
    assert desk.sheets.stored() == {}


LATER = "7 Later Lane"


def move(desk: Desk) -> Callable[[], str | None]:
    """Change the first pupil's address, as on another screen; returns what asks for it."""
    pupil, context = desk.sheets.students[0], desk.context
    context.services.students.change(pupil, "address", LATER)
    return lambda: context.queries.students.record(pupil).address


def test_the_toast_of_a_paste_takes_back_nothing_that_was_done_on_another_screen_since(desk: Desk) -> None:
    put("1\t2\n3\t4")
    desk.key(Key.Key_V, CTRL)
    desk.settle()
    take_back = desk.told.undo
    assert take_back is not None
    address = move(desk)
    take_back()
    desk.settle()
    assert desk.sheets.stored() == {}
    assert address() == LATER
    desk.key(Key.Key_Y, CTRL)
    desk.settle()
    assert len(desk.sheets.stored()) == 4


def test_the_toast_of_a_redo_takes_back_what_was_done_again_and_nothing_typed_after_it(desk: Desk) -> None:
    put("1\t2\n3\t4")
    desk.key(Key.Key_V, CTRL)
    desk.settle()
    for key in (Key.Key_Z, Key.Key_Y):
        desk.key(key, CTRL)
        desk.settle()
    take_back = desk.told.undo
    assert take_back is not None
    desk.at(5, 0)
    desk.type("9", Key.Key_Return)
    desk.settle()
    take_back()
    desk.settle()
    assert desk.sheets.stored() == {(5, 0): "9"}
    assert desk.told.messages[-1] == "Undone: 4 marks of Mathematics entered"


def test_the_toast_of_a_redo_means_that_act_where_the_sheet_was_opened_since(desk: Desk) -> None:
    address = move(desk)
    desk.open()
    desk.key(Key.Key_Z, CTRL)
    desk.settle()
    assert address() != LATER
    desk.key(Key.Key_Y, CTRL)
    desk.settle()
    assert address() == LATER
    take_back = desk.told.undo
    assert take_back is not None
    desk.type("9", Key.Key_Return)
    desk.settle()
    take_back()
    desk.settle()
    assert address() != LATER
    assert desk.sheets.stored() == {(0, 0): "9"}


def test_a_redo_of_marks_and_comments_is_taken_back_whole(desk: Desk) -> None:
    desk.page.bar.comments.click()
    desk.settle()
    desk.grid.enter({Cell(0, 7): "9", Cell(0, 10): "B", Cell(1, 7): "999"})
    desk.settle()
    for key in (Key.Key_Z, Key.Key_Y):
        desk.key(key, CTRL)
        desk.settle()
    assert (desk.shown(0, 7), desk.shown(0, 10), desk.shown(1, 7)) == ("9", "B", "999")
    assert desk.told.undo is not None
    desk.told.undo()
    desk.settle()
    assert (desk.shown(0, 7), desk.shown(0, 10), desk.shown(1, 7)) == ("", "", "")
    desk.key(Key.Key_Y, CTRL)
    desk.settle()
    assert (desk.shown(0, 7), desk.shown(0, 10), desk.shown(1, 7)) == ("9", "B", "999")


def test_a_paste_of_what_stands_there_has_no_way_back(desk: Desk) -> None:
    put("1\t2\n3\t4")
    for _ in range(2):
        desk.at(0, 0)
        desk.key(Key.Key_V, CTRL)
        desk.settle()
    assert desk.told.messages == ["4 marks pasted", "4 marks pasted"]
    assert desk.told.undo is None
    assert len(desk.sheets.stored()) == 4
