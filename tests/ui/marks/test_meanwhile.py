"""What is typed while something is still being read or written: it stays where it was typed."""

from tests.ui.marks.conftest import CTRL, Desk, Key


def test_undo_leaves_an_open_editor_in_its_cell(desk: Desk) -> None:
    desk.at(0, 0)
    desk.type("11", Key.Key_Return)
    desk.settle()
    desk.at(5, 1)
    desk.key(Key.Key_Z, CTRL)
    desk.type("7")
    desk.qtbot.waitUntil(lambda: desk.shown(0, 0) == "")
    desk.settle()
    assert desk.current == (5, 1)
    assert desk.grid.editing()
    desk.key(Key.Key_Return)
    desk.settle()
    assert desk.sheets.stored() == {(5, 1): "7"}
