"""Less usual ways: the menu of a right click, a store that takes nothing, the way in from other pages."""

from PySide6.QtCore import QPoint, Qt
from PySide6.QtGui import QContextMenuEvent, QInputMethodEvent
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QMenu, QWidget

from tests.factories.sheets import Sheets
from tests.ui.marks.conftest import CTRL, SHIFT, Desk, Key, Open
from ui.widgets.sheet.area import Area, Cell


def menu_at(desk: Desk, row: int, column: int) -> QMenu:
    port = desk.grid.viewport()
    spot = desk.grid.cell_rect(Cell(row, column)).center()
    event = QContextMenuEvent(QContextMenuEvent.Reason.Mouse, spot, port.mapToGlobal(spot))
    QApplication.sendEvent(port, event)
    menu = desk.grid.findChild(QMenu, "marks.sheet.menu")
    assert isinstance(menu, QMenu)
    return menu


def press(desk: Desk, row: int, column: int, key: str) -> None:
    menu = menu_at(desk, row, column)
    next(action for action in menu.actions() if action.data() == key).trigger()
    menu.close()
    desk.window.activateWindow()
    desk.qtbot.waitUntil(desk.window.isActiveWindow)
    desk.grid.setFocus()


def test_the_menu_does_what_the_keys_do(desk: Desk) -> None:
    desk.type("4", Key.Key_Return)
    press(desk, 0, 0, "copy")
    press(desk, 2, 3, "paste")
    desk.settle()
    assert desk.sheets.stored() == {(0, 0): "4", (2, 3): "4"}
    desk.at(0, 0)
    desk.key(Key.Key_Down, SHIFT)
    press(desk, 1, 0, "fill")
    assert desk.grid.area == Area(0, 0, 1, 0)
    press(desk, 2, 3, "clear")
    press(desk, 0, 0, "cut")
    desk.settle()
    assert desk.sheets.stored() == {(1, 0): "4"}


def test_on_a_computed_cell_the_menu_only_copies(desk: Desk) -> None:
    menu = menu_at(desk, 0, 8)
    assert [action.data() for action in menu.actions() if action.isEnabled()] == ["copy"]
    menu.close()


def test_when_the_store_takes_nothing_every_text_stays_with_the_reason(desk: Desk) -> None:
    desk._leave()
    desk.sheets.school.db.close()
    desk.type("12", Key.Key_Return)
    desk.settle()
    book = desk.page.sheet.book
    assert book is not None
    draft = book.draft(Cell(0, 0))
    assert draft is not None
    assert (draft.text, draft.reason) == ("12", "The records are locked. Sign in to open them.")
    assert desk.context.unsaved.count() == 1
    assert desk.page.leave()


def test_another_page_leads_to_a_pupil(seated: Open, sheets: Sheets) -> None:
    sheets.school.enter({(sheets.students[3], sheets.items[0]): "4"})
    with seated(sheets) as desk:
        desk.page.open_with(
            class_id=sheets.coral,
            subject_id=sheets.subject,
            term_id=sheets.term().id,
            student_id=sheets.students[3],
        )
        desk.settle()
        assert desk.current == (3, 1)


def test_another_page_leads_to_a_pupil_on_the_sheet_that_is_open(desk: Desk, sheets: Sheets) -> None:
    desk.at(0, 4)
    desk.type("3")
    where = {"class_id": sheets.coral, "subject_id": sheets.subject}
    desk.page.open_with(**where, student_id=sheets.students[5])
    desk.settle()
    assert desk.current == (5, 0)
    assert desk.sheets.stored() == {(0, 4): "3"}, "what was being typed is saved"
    desk.at(2, 2)
    desk.page.open_with(**where)
    desk.settle()
    assert desk.current == (2, 2), "the pupil was wanted once"


def test_a_pupil_of_whom_every_mark_is_entered_or_who_is_elsewhere(seated: Open, sheets: Sheets) -> None:
    sheets.school.enter({(sheets.students[3], item): "4" for item in sheets.items})
    with seated(sheets) as desk:
        where = {"class_id": sheets.coral, "subject_id": sheets.subject}
        desk.page.open_with(**where, student_id=sheets.students[3])
        desk.settle()
        assert desk.current == (3, 0)
        desk.page.open_with(**where, student_id=sheets.coral)
        desk.settle()
        assert desk.current == (3, 0), "nobody of that number: where somebody was"


def test_a_pupil_without_a_subject_is_met_on_the_sheet_to_go_on_with(seated: Open, sheets: Sheets) -> None:
    sheets.school.enter({(sheets.students[6], sheets.items[0]): "4"})
    with seated(sheets) as desk:
        desk.page.open_with(class_id=sheets.coral, student_id=str(sheets.students[6]))
        desk.settle()
        assert desk.page.head.title() == "Mathematics, Grade 5 Coral"
        assert desk.current == (6, 1)


def test_after_locking_the_same_sheet_is_open_at_the_same_pupil(seated: Open, sheets: Sheets) -> None:
    with seated(sheets) as desk:
        assert desk.page.bookmark() == {}
        desk.open()
        desk.at(5, 3)
        kept = desk.page.bookmark()
    with seated(sheets) as desk:
        desk.window.open("marks", **kept)
        desk.settle()
        assert desk.page.head.title() == "Mathematics, Grade 5 Coral"
        assert desk.current == (5, 3)


def test_the_wish_for_a_pupil_ends_where_the_sheet_is_refused(seated: Open, sheets: Sheets) -> None:
    with seated(sheets) as desk:
        desk.page.open_with(
            class_id=sheets.students[0], subject_id=sheets.subject, student_id=sheets.students[6]
        )
        desk.settle()
        assert desk.page.shows.is_shown(desk.page.shows.vacant)
        desk.open()
        assert desk.current == (0, 0)


def test_an_input_method_begins_to_type(desk: Desk) -> None:
    event = QInputMethodEvent()
    event.setCommitString("7")
    QApplication.sendEvent(desk.grid, event)
    assert desk.grid.editing()
    assert desk.grid.editor.text() == "7"
    desk.key(Key.Key_Escape)


def test_another_window_does_not_take_what_is_half_typed(desk: Desk) -> None:
    desk.type("1")
    other = QWidget()
    other.show()
    other.activateWindow()
    desk.qtbot.waitUntil(other.isActiveWindow)
    assert desk.grid.editing()
    other.close()
    desk.window.activateWindow()
    desk.qtbot.waitUntil(desk.window.isActiveWindow)
    desk.grid.editor.setFocus()
    desk.type("5", Key.Key_Return)
    desk.settle()
    assert desk.sheets.stored() == {(0, 0): "15"}


def test_going_elsewhere_in_the_window_saves(desk: Desk) -> None:
    desk.type("15")
    desk.key(Key.Key_F6)
    desk.settle()
    assert not desk.grid.editing()
    assert desk.sheets.stored() == {(0, 0): "15"}


def test_arrows_and_tab_keep_going_while_the_disk_is_slow(desk: Desk) -> None:
    """Marks typed faster than they are stored are all stored, in order, the last one winning."""
    for mark in ("1", "2", "3"):
        desk.at(0, 0)
        desk.type(mark, Key.Key_Return)
    assert desk.page.queue.busy()
    assert desk.shown(0, 0) == "3"
    desk.settle()
    assert desk.sheets.stored() == {(0, 0): "3"}
    assert desk.shown(0, 0) == "3"


def test_dragging_over_the_edge_scrolls_on(desk: Desk) -> None:
    desk.window.resize(1093, 614)
    QApplication.processEvents()
    desk.page.bar.comments.click()
    desk.settle()
    desk.at(0, 0)
    grid, port = desk.grid, desk.grid.viewport()
    left = Qt.MouseButton.LeftButton
    QTest.mousePress(port, left, pos=grid.cell_rect(Cell(1, 1)).center())
    QTest.mouseMove(port, QPoint(port.width() + 60, 40))
    assert grid.corner.column > 6
    QTest.mouseRelease(port, left, pos=QPoint(port.width() + 60, 40))
    assert grid.current == Cell(1, 1)


def test_a_sheet_read_twice_at_once_shows_the_one_asked_for_last(desk: Desk, sheets: Sheets) -> None:
    reef = sheets.school.classes["Grade 5 Reef"]
    desk.page.open_with(class_id=sheets.coral, subject_id=sheets.subject)
    desk.page.open_with(class_id=reef, subject_id=sheets.subject)
    desk.settle()
    assert desk.page.sheet.book is not None
    assert desk.page.sheet.book.sheet.class_id == reef
    desk.key(Key.Key_PageDown, CTRL)
    desk.settle()
    assert desk.page.sheet.book.sheet.class_id == sheets.coral


def test_a_full_disk_keeps_every_text_and_they_are_stored_when_it_is_not(desk: Desk) -> None:
    db = desk.sheets.school.db
    with db.maintain() as connection:
        pages = connection.execute("PRAGMA page_count").fetchone()[0]
        connection.execute(f"PRAGMA max_page_count = {pages}")
    block = {Cell(row, column): str(row) for row in range(8) for column in range(8)}
    while not desk.page.journey.drafts.count():
        desk.grid.enter(block)
        desk.settle()
        block = {cell: str(int(text) % 9 + 1) for cell, text in block.items()}
    assert desk.context.unsaved.count() == 64
    assert "disk is full" in desk.page.sheet.reasons.told()
    with db.maintain() as connection:
        connection.execute("PRAGMA max_page_count = 1073741823")
    desk.at(0, 0)
    desk.key(Key.Key_F2)
    desk.key(Key.Key_Return)
    desk.settle()
    assert desk.context.unsaved.count() == 0
    assert len(desk.sheets.stored()) == 64


def test_a_class_without_a_subject_opens_what_is_to_be_gone_on_with(seated: Open, sheets: Sheets) -> None:
    with seated(sheets) as desk:
        desk.page.open_with(class_id=sheets.school.classes["Grade 5 Reef"])
        desk.settle()
        assert desk.page.head.title() == "Mathematics, Grade 5 Reef"
        desk.page.open_with(class_id=sheets.students[0])
        desk.settle()
        assert desk.page.overview.isVisible()


def test_a_sheet_read_ahead_is_never_an_old_one(seated: Open, sheets: Sheets) -> None:
    with seated(sheets) as desk:
        QTest.qWait(300)
        desk.settle()
        desk.key(Key.Key_Return)
        assert desk.page.sheet.book is not None, "the row was current for a while: its sheet is there at once"
        desk.settle()
        QTest.qWait(300)
        desk.settle()
        desk.key(Key.Key_Left, Qt.KeyboardModifier.AltModifier)
        QTest.qWait(300)
        desk.settle()
        sheets.school.enter({(sheets.students[0], sheets.items[0]): "12"})
        desk.open()
        assert desk.shown(0, 0) == "12"
