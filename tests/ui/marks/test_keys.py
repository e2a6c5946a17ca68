"""The keys of a sheet, pressed on a real one: moves, typing, and what each does to the store."""

import pytest

from tests.factories.sheets import Sheets
from tests.ui.marks.conftest import CTRL, SHIFT, Desk, Key
from ui.widgets.sheet.area import Area, Cell


def test_the_first_empty_cell_is_where_typing_begins(desk: Desk) -> None:
    assert desk.current == (0, 0)
    assert desk.grid.hasFocus()


def test_typing_and_enter_go_down_and_every_mark_is_stored(desk: Desk) -> None:
    for mark in ("12", "7,5", "a", "E"):
        desk.type(mark, Key.Key_Return)
    desk.settle()
    assert desk.sheets.stored() == {(0, 0): "12", (1, 0): "7.5", (2, 0): "A", (3, 0): "E"}
    assert desk.current == (4, 0)
    assert [desk.shown(row, 0) for row in range(4)] == ["12.0", "7.5", "A", "E"]


def test_shift_enter_goes_up_and_tabs_go_along(desk: Desk) -> None:
    desk.at(3, 2)
    desk.key(Key.Key_Return, SHIFT)
    assert desk.current == (2, 2)
    desk.key(Key.Key_Tab)
    assert desk.current == (2, 3)
    desk.key(Key.Key_Backtab, SHIFT)
    desk.key(Key.Key_Backtab, SHIFT)
    assert desk.current == (2, 1)


def test_enter_after_a_run_of_tabs_returns_to_its_first_column(desk: Desk) -> None:
    desk.at(0, 1)
    desk.type("10", Key.Key_Tab)
    desk.type("11", Key.Key_Tab)
    desk.type("5", Key.Key_Return)
    assert desk.current == (1, 1)
    desk.key(Key.Key_Tab)
    desk.key(Key.Key_Down)
    desk.key(Key.Key_Return)
    assert desk.current == (3, 2)
    desk.settle()
    assert desk.sheets.stored() == {(0, 1): "10", (0, 2): "11", (0, 3): "5"}


def test_tab_stays_off_the_computed_columns_and_arrows_do_not(desk: Desk) -> None:
    desk.at(2, 7)
    desk.key(Key.Key_Tab)
    assert desk.current == (2, 7)
    desk.key(Key.Key_Right)
    assert desk.current == (2, 8)
    desk.type("5")
    assert not desk.grid.editing()
    assert desk.page.sheet.reasons.told() == "This is worked out from the marks"


def test_typing_replaces_and_arrows_save_it(desk: Desk) -> None:
    desk.type("15", Key.Key_Right)
    desk.type("16", Key.Key_Down)
    desk.at(0, 0)
    desk.type("9", Key.Key_Down)
    desk.settle()
    assert desk.sheets.stored() == {(0, 0): "9", (0, 1): "16"}
    assert desk.current == (1, 0)


def test_f2_edits_what_is_there_and_arrows_stay_in_the_text(desk: Desk) -> None:
    desk.type("15", Key.Key_Return)
    desk.at(0, 0)
    desk.key(Key.Key_F2)
    assert desk.grid.editor.text() == "15"
    desk.key(Key.Key_Left)
    assert desk.grid.editing()
    desk.key(Key.Key_Backspace)
    assert desk.grid.editor.text() == "5"
    desk.key(Key.Key_F2)
    desk.key(Key.Key_Down)
    desk.settle()
    assert desk.sheets.stored() == {(0, 0): "5"}


def test_escape_restores_and_backspace_opens_an_empty_cell(desk: Desk) -> None:
    desk.type("15", Key.Key_Return)
    desk.at(0, 0)
    desk.type("3")
    desk.key(Key.Key_Escape)
    assert not desk.grid.editing()
    assert desk.shown(0, 0) == "15"
    desk.key(Key.Key_Backspace)
    assert desk.grid.editor.text() == ""
    desk.key(Key.Key_Return)
    desk.settle()
    assert desk.sheets.stored() == {}


def test_delete_clears_the_chosen_cells_in_one_act(desk: Desk) -> None:
    for mark in ("1", "2", "3"):
        desk.type(mark, Key.Key_Return)
    desk.settle()
    desk.at(0, 0)
    desk.key(Key.Key_Down, SHIFT, 2)
    desk.key(Key.Key_Delete)
    desk.settle()
    assert desk.sheets.stored() == {}
    desk.key(Key.Key_Z, CTRL)
    desk.settle()
    assert desk.sheets.stored() == {(0, 0): "1", (1, 0): "2", (2, 0): "3"}


@pytest.mark.parametrize(
    ("key", "modifiers", "lands"),
    [
        (Key.Key_Home, None, (3, 0)),
        (Key.Key_End, None, (3, 7)),
        (Key.Key_Home, CTRL, (0, 0)),
        (Key.Key_End, CTRL, (7, 7)),
        (Key.Key_Down, CTRL, (7, 4)),
        (Key.Key_Up, CTRL, (0, 4)),
        (Key.Key_Left, CTRL, (3, 0)),
        (Key.Key_PageDown, None, (7, 4)),
        (Key.Key_PageUp, None, (0, 4)),
    ],
)
def test_far_steps(desk: Desk, key: Key, modifiers: object, lands: tuple[int, int]) -> None:
    desk.at(3, 4)
    desk.key(key, CTRL if modifiers is CTRL else type(CTRL)(0))
    assert desk.current == lands


def test_shift_and_arrows_stretch_the_area_and_ctrl_a_takes_all_marks(desk: Desk) -> None:
    desk.at(1, 1)
    desk.key(Key.Key_Down, SHIFT, 2)
    desk.key(Key.Key_Right, SHIFT)
    assert desk.grid.area == Area(1, 1, 3, 2)
    assert desk.current == (1, 1)
    assert desk.page.sheet.foot.chosen() == "6 cells chosen"
    desk.key(Key.Key_Escape)
    assert desk.grid.area == Area(1, 1, 1, 1)
    desk.key(Key.Key_A, CTRL)
    assert desk.grid.area == Area(0, 0, 7, 7)
    desk.key(Key.Key_Home, CTRL | SHIFT)
    assert desk.grid.area == Area(0, 0, 0, 0)


def test_ctrl_d_fills_down(desk: Desk) -> None:
    desk.type("4", Key.Key_Return)
    desk.at(0, 0)
    desk.key(Key.Key_Down, SHIFT, 2)
    desk.key(Key.Key_D, CTRL)
    desk.at(3, 0)
    desk.key(Key.Key_D, CTRL)
    desk.settle()
    assert desk.sheets.stored() == {(row, 0): "4" for row in range(4)}


def test_ctrl_enter_puts_what_is_typed_into_every_chosen_cell(desk: Desk) -> None:
    desk.key(Key.Key_Down, SHIFT, 2)
    desk.type("E")
    desk.key(Key.Key_Return, CTRL)
    desk.settle()
    assert desk.sheets.stored() == {(row, 0): "E" for row in range(3)}


def test_f4_goes_to_the_next_empty_cell_and_says_when_there_is_none(desk: Desk) -> None:
    desk.type("4", Key.Key_Down)
    desk.at(0, 0)
    desk.key(Key.Key_F4)
    assert desk.current == (1, 0)
    desk.at(7, 7)
    desk.key(Key.Key_F4)
    assert desk.current == (1, 0)
    desk.key(Key.Key_A, CTRL)
    desk.type("E")
    desk.key(Key.Key_Return, CTRL)
    desk.settle()
    desk.key(Key.Key_F4)
    assert desk.page.sheet.reasons.told() == "Every mark is entered"
    assert not desk.page.sheet.side.next_empty.isEnabled()


def test_letters_with_accents_begin_to_type_too(desk: Desk) -> None:
    desk.page.bar.comments.click()
    desk.settle()
    desk.at(0, 11)
    desk.type("é")
    assert desk.grid.editor.text() == "é"
    desk.key(Key.Key_Escape)


def test_a_key_that_is_none_of_the_sheets_goes_to_the_window(desk: Desk) -> None:
    desk.key(Key.Key_K, CTRL)
    assert desk.focus().objectName() == "shell.top.search"


def test_where_somebody_was_is_kept_from_sheet_to_sheet(desk: Desk, sheets: Sheets) -> None:
    desk.at(5, 6)
    desk.key(Key.Key_PageDown, CTRL)
    desk.settle()
    assert desk.page.journey.key is not None
    assert desk.page.journey.key.class_id == sheets.school.classes["Grade 5 Reef"]
    desk.key(Key.Key_PageUp, CTRL)
    desk.settle()
    assert desk.page.sheet.book is not None
    assert desk.page.sheet.book.sheet.class_name == "Grade 5 Coral"
    assert desk.grid.current == Cell(5, 6)
