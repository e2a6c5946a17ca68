"""Typing what stands on the cards, by keyboard and mouse, into a real store."""

import threading
from collections.abc import Iterator
from pathlib import Path
from uuid import UUID

import pytest
from PySide6.QtCore import QPoint, QPointF, QRect, Qt
from PySide6.QtGui import QInputMethodEvent, QWheelEvent
from PySide6.QtTest import QAbstractItemModelTester, QTest
from PySide6.QtWidgets import QApplication, QMenu, QPlainTextEdit, QWidget
from pytestqt.qtbot import QtBot

from emis_desktop.errors import CannotSave, Refused
from emis_desktop.queries.remark_table import RemarkRow, RemarkTable
from emis_desktop.queries.report_cards import ReportCardQueries
from emis_desktop.services.remarks import RemarkService
from tests.factories.desks import DemoDesk, demo_desk
from tests.ui.report_cards.conftest import CLASS, Screen
from ui.report_cards.head import REMARKS
from ui.report_cards.page import ReportCardsPage
from ui.theme.theme import Theme
from ui.widgets.sheet.area import Cell

KEY, CONTROL = Qt.Key, Qt.KeyboardModifier.ControlModifier
TEACHER, PRINCIPAL, FIRST_TRAIT = 0, 1, 2


@pytest.fixture
def page(screen: Screen) -> ReportCardsPage:
    """The remarks of the class, with the keyboard in the table."""
    return with_remarks(screen)


def with_remarks(screen: Screen, school_class: str = CLASS) -> ReportCardsPage:
    found = screen.open(school_class=school_class)
    found.journey.show_view(REMARKS)
    screen.settle(found, lambda: found.remarks.book is not None)
    found.remarks.grid.setFocus(Qt.FocusReason.TabFocusReason)
    return found


def row_of(desk: DemoDesk, number: int = 0) -> RemarkRow:
    """What the store holds."""
    return desk.desk.queries.report_cards.remarks(desk.class_id(CLASS), desk.term.id).rows[number]


def typing(page: ReportCardsPage) -> QWidget:
    """Where the keys go."""
    found = QApplication.focusWidget()
    assert found is not None
    assert page.isAncestorOf(found)
    return found


def said(page: ReportCardsPage) -> str:
    """What is said beside a cell, "" for nothing."""
    reasons = page.remarks.reasons
    return reasons.told() or next(iter(reasons.shown()), "")


def column(page: ReportCardsPage, key: str) -> int:
    book = page.remarks.book
    assert book is not None
    return [one.key for one in book.columns].index(key)


def test_the_table_of_the_class(page: ReportCardsPage, desk: DemoDesk) -> None:
    grid, book = page.remarks.grid, page.remarks.book
    assert book is not None
    QAbstractItemModelTester(grid.model(), QAbstractItemModelTester.FailureReportingMode.Fatal)
    assert grid.model().rowCount() == 10
    first = row_of(desk)
    assert grid.model().index(0, TEACHER).data() == first.class_teacher
    assert page.stack.currentWidget() is page.remarks
    assert page.remarks._levels.text() == "Conduct by one key: 1 rarely,  2 sometimes,  3 mostly,  4 always"
    spoken = grid.model().index(0, FIRST_TRAIT).data(Qt.ItemDataRole.AccessibleTextRole)
    assert spoken.startswith(f"{first.name}, {book.columns[FIRST_TRAIT].spoken}, ")


def test_typing_replaces_and_enter_saves_and_goes_down(
    page: ReportCardsPage, desk: DemoDesk, screen: Screen, qtbot: QtBot
) -> None:
    grid = page.remarks.grid
    qtbot.keyClicks(grid, "W")
    editor = typing(page)
    assert isinstance(editor, QPlainTextEdit)
    qtbot.keyClicks(editor, "orks well.")
    assert grid.editors.lines.says() == "11 of 600"
    qtbot.keyClick(editor, KEY.Key_Return)
    assert grid.current == Cell(1, TEACHER)
    assert grid.hasFocus()
    screen.settle(page)
    assert row_of(desk).class_teacher == "Works well."
    assert page.remarks.status.text().startswith("Saved ")


def test_f2_edits_and_escape_leaves_it_as_it_was(
    page: ReportCardsPage, desk: DemoDesk, screen: Screen, qtbot: QtBot
) -> None:
    before = row_of(desk)
    qtbot.keyClick(page.remarks.grid, KEY.Key_F2)
    editor = typing(page)
    assert isinstance(editor, QPlainTextEdit)
    assert editor.toPlainText() == before.class_teacher
    qtbot.keyClicks(editor, " More.")
    qtbot.keyClick(editor, KEY.Key_Escape)
    screen.settle(page)
    assert row_of(desk) == before
    assert page.remarks.grid.hasFocus()


def test_tab_saves_and_goes_on_to_the_principal(
    page: ReportCardsPage, desk: DemoDesk, screen: Screen, qtbot: QtBot
) -> None:
    grid = page.remarks.grid
    qtbot.keyClicks(grid, "A")
    qtbot.keyClick(typing(page), KEY.Key_Tab)
    assert grid.current == Cell(0, PRINCIPAL)
    qtbot.keyClicks(grid, "B")
    qtbot.keyClick(typing(page), KEY.Key_Backtab)
    assert grid.current == Cell(0, TEACHER)
    screen.settle(page)
    assert (row_of(desk).class_teacher, row_of(desk).principal) == ("A", "B")


def test_one_key_rates_and_goes_on(
    page: ReportCardsPage, desk: DemoDesk, screen: Screen, qtbot: QtBot
) -> None:
    grid, book = page.remarks.grid, page.remarks.book
    assert book is not None
    grid.go(Cell(0, FIRST_TRAIT))
    traits = list(book.table.traits)
    for digit in "12341":
        qtbot.keyClicks(grid, digit)
    assert grid.current == Cell(0, FIRST_TRAIT + len(traits))
    screen.settle(page)
    assert [row_of(desk).conduct[trait] for trait in traits] == [1, 2, 3, 4, 1]
    grid.go(Cell(0, FIRST_TRAIT))
    qtbot.keyClick(grid, KEY.Key_Delete)
    screen.settle(page)
    assert traits[0] not in row_of(desk).conduct


def test_a_level_that_there_is_not_stays_with_its_reason(
    page: ReportCardsPage, desk: DemoDesk, screen: Screen, qtbot: QtBot
) -> None:
    grid = page.remarks.grid
    grid.go(Cell(0, FIRST_TRAIT))
    before = row_of(desk)
    qtbot.keyClicks(grid, "7")
    assert grid.current == Cell(0, FIRST_TRAIT), "the key is to be pressed again"
    assert said(page)
    assert said(page) == "Type 1, 2, 3, 4"
    assert grid.model().index(0, FIRST_TRAIT).data() == "7"
    first = screen.context.unsaved.first()
    assert first is not None
    assert first.text == "1 text not saved, the rest is saved"
    screen.settle(page)
    assert row_of(desk) == before
    qtbot.keyClick(grid, KEY.Key_Escape)
    assert not said(page)
    assert screen.context.unsaved.first() is None


def test_a_remark_that_is_too_long_is_told_while_typing_and_stays(
    page: ReportCardsPage, desk: DemoDesk, screen: Screen, qtbot: QtBot
) -> None:
    grid = page.remarks.grid
    before = row_of(desk)
    grid.begin("x" * 590)
    editor = typing(page)
    assert isinstance(editor, QPlainTextEdit)
    assert editor.property("wrong") is not True
    qtbot.keyClicks(editor, "x" * 11)
    assert grid.editors.lines.says() == "601 of 600"
    assert editor.property("wrong") is True
    qtbot.keyClick(editor, KEY.Key_Return)
    screen.settle(page)
    assert row_of(desk) == before
    assert grid.model().index(0, TEACHER).data() == "x" * 601
    grid.go(Cell(5, PRINCIPAL))
    first = screen.context.unsaved.first()
    assert first is not None
    first.lead()
    assert grid.current == Cell(0, TEACHER)
    assert said(page).startswith("This is longer than 600 characters. Shorten it")
    grid.begin()
    assert editor.toPlainText() == "x" * 601, "to be shortened, not typed again"


def test_days_that_contradict_each_other(
    page: ReportCardsPage, desk: DemoDesk, screen: Screen, qtbot: QtBot
) -> None:
    grid = page.remarks.grid
    possible, absent = column(page, "possible"), column(page, "absent")
    grid.go(Cell(0, absent))
    qtbot.keyClicks(grid, "9")
    qtbot.keyClicks(typing(page), "9")
    qtbot.keyClick(typing(page), KEY.Key_Return)
    grid.go(Cell(0, absent))
    assert said(page).startswith("More days absent than school days")
    grid.go(Cell(0, possible))
    qtbot.keyClicks(grid, "1")
    qtbot.keyClicks(typing(page), "00")
    qtbot.keyClick(typing(page), KEY.Key_Down)
    assert grid.current == Cell(1, possible), "after a digit arrows save and move"
    screen.settle(page)
    assert (row_of(desk).days.possible, row_of(desk).days.absent) == (100, 99)
    assert not said(page)


def test_a_disk_that_is_full_keeps_the_text_in_its_cell(
    page: ReportCardsPage, desk: DemoDesk, screen: Screen, qtbot: QtBot, monkeypatch: pytest.MonkeyPatch
) -> None:
    grid, before = page.remarks.grid, row_of(desk)

    def full(*_args: object) -> None:
        raise CannotSave("Cannot save on this laptop: the disk is full.")

    monkeypatch.setattr(RemarkService, "set_class_teacher_remark", full)
    qtbot.keyClicks(grid, "K")
    qtbot.keyClicks(typing(page), "ept.")
    qtbot.keyClick(typing(page), KEY.Key_Return)
    screen.settle(page, lambda: screen.context.unsaved.count() == 1)
    assert row_of(desk) == before
    assert grid.model().index(0, TEACHER).data() == "Kept."
    grid.go(Cell(0, TEACHER))
    assert said(page).startswith("Cannot save on this laptop: the disk is full")
    monkeypatch.undo()
    qtbot.keyClick(grid, KEY.Key_F2)
    qtbot.keyClick(typing(page), KEY.Key_Return)
    screen.settle(page, lambda: screen.context.unsaved.count() == 0)
    assert row_of(desk).class_teacher == "Kept."


def test_undo_and_redo(page: ReportCardsPage, desk: DemoDesk, screen: Screen, qtbot: QtBot) -> None:
    grid, before = page.remarks.grid, row_of(desk)
    qtbot.keyClicks(grid, "A")
    qtbot.keyClick(typing(page), KEY.Key_Return)
    screen.settle(page, page.remarks.undo.isEnabled)
    qtbot.keyClick(grid, KEY.Key_Z, CONTROL)
    screen.settle(page, page.remarks.redo.isEnabled)
    assert row_of(desk) == before
    screen.settle(page, lambda: grid.model().index(0, TEACHER).data() == before.class_teacher)
    assert screen.told.messages[-1].startswith("Undone: ")
    qtbot.keyClick(grid, KEY.Key_Y, CONTROL)
    screen.settle(page, lambda: row_of(desk).class_teacher == "A")
    assert screen.told.messages[-1].startswith("Done again: ")
    page.remarks.undo.click()
    screen.settle(page, lambda: row_of(desk) == before)


def test_nothing_to_undo_is_said_at_the_cell(page: ReportCardsPage, screen: Screen, qtbot: QtBot) -> None:
    qtbot.keyClick(page.remarks.grid, KEY.Key_Z, CONTROL)
    screen.settle(page, lambda: bool(said(page)))
    assert said(page).startswith("There is nothing to undo")


def test_copy_and_paste_of_a_cell(
    page: ReportCardsPage, desk: DemoDesk, screen: Screen, qtbot: QtBot
) -> None:
    grid = page.remarks.grid
    text = row_of(desk).class_teacher
    qtbot.keyClick(grid, KEY.Key_C, CONTROL)
    assert QApplication.clipboard().text() == text
    grid.go(Cell(1, TEACHER))
    qtbot.keyClick(grid, KEY.Key_V, CONTROL)
    screen.settle(page)
    assert row_of(desk, 1).class_teacher == text


def test_steps(page: ReportCardsPage, qtbot: QtBot) -> None:
    grid, book = page.remarks.grid, page.remarks.book
    assert book is not None
    last = Cell(book.extent.rows - 1, book.extent.columns - 1)
    for key, modifier, to in (
        (KEY.Key_Right, Qt.KeyboardModifier.NoModifier, Cell(0, 1)),
        (KEY.Key_Down, Qt.KeyboardModifier.NoModifier, Cell(1, 1)),
        (KEY.Key_End, Qt.KeyboardModifier.NoModifier, Cell(1, last.column)),
        (KEY.Key_Home, Qt.KeyboardModifier.NoModifier, Cell(1, 0)),
        (KEY.Key_End, CONTROL, last),
        (KEY.Key_Home, CONTROL, Cell(0, 0)),
        (KEY.Key_Down, CONTROL, Cell(last.row, 0)),
        (KEY.Key_PageUp, Qt.KeyboardModifier.NoModifier, Cell(0, 0)),
        (KEY.Key_PageDown, Qt.KeyboardModifier.NoModifier, None),
    ):
        qtbot.keyClick(grid, key, modifier)
        assert to is None or grid.current == to
    assert grid.current.row > 1


def test_keys_mirror_from_right_to_left(page: ReportCardsPage, qtbot: QtBot) -> None:
    page.setLayoutDirection(Qt.LayoutDirection.RightToLeft)
    qtbot.keyClick(page.remarks.grid, KEY.Key_Left)
    assert page.remarks.grid.current == Cell(0, 1)


def test_enter_after_tabs_goes_back_to_where_they_began(page: ReportCardsPage, qtbot: QtBot) -> None:
    grid = page.remarks.grid
    grid.go(Cell(1, FIRST_TRAIT))
    qtbot.keyClicks(grid, "34")
    assert grid.current == Cell(1, FIRST_TRAIT + 2)
    QTest.keyClick(grid, KEY.Key_Return)
    assert grid.current == Cell(2, FIRST_TRAIT)
    qtbot.keyClicks(grid, "3")
    where = grid.cell_rect(Cell(4, PRINCIPAL)).center()
    qtbot.mouseClick(grid.viewport(), Qt.MouseButton.LeftButton, pos=where)
    QTest.keyClick(grid, KEY.Key_Return)
    assert grid.current == Cell(5, PRINCIPAL), "somebody has gone elsewhere meanwhile"


def test_control_and_an_arrow_go_to_the_end_of_what_is_filled(page: ReportCardsPage) -> None:
    grid, book = page.remarks.grid, page.remarks.book
    assert book is not None
    grid.go(Cell(0, TEACHER))
    QTest.keyClick(grid, KEY.Key_Down, CONTROL)
    filled = [bool(book.text(Cell(row, TEACHER))) for row in range(book.extent.rows)]
    end = filled.index(False) - 1 if False in filled else book.extent.rows - 1
    assert grid.current == Cell(end, TEACHER)


def test_shift_stretches_nothing_here(page: ReportCardsPage) -> None:
    grid = page.remarks.grid
    grid.go(Cell(1, TEACHER))
    QTest.keyClick(grid, KEY.Key_Down, Qt.KeyboardModifier.ShiftModifier)
    assert (grid.current, grid.area.single) == (Cell(1, TEACHER), True)


def test_tab_leaves_the_table_only_from_its_last_cell(page: ReportCardsPage, qtbot: QtBot) -> None:
    grid, book = page.remarks.grid, page.remarks.book
    assert book is not None
    last = Cell(book.extent.rows - 1, book.extent.columns - 1)
    grid.go(Cell(last.row - 1, last.column))
    QTest.keyClick(grid, KEY.Key_Tab)
    assert grid.current == Cell(last.row, 0)
    assert grid.hasFocus()
    grid.go(last)
    QTest.keyClick(grid, KEY.Key_Tab)
    assert not grid.hasFocus()
    grid.setFocus()
    grid.go(Cell(0, 0))
    QTest.keyClick(grid, KEY.Key_Backtab)
    assert not grid.hasFocus()


def test_the_mouse(page: ReportCardsPage, desk: DemoDesk, screen: Screen, qtbot: QtBot) -> None:
    grid, before = page.remarks.grid, row_of(desk, 2)
    port, left = grid.viewport(), Qt.MouseButton.LeftButton
    cell = Cell(2, TEACHER)
    qtbot.mouseClick(port, left, pos=grid.cell_rect(cell).center())
    assert grid.current == cell
    qtbot.mouseDClick(port, left, pos=grid.cell_rect(cell).center())
    editor = typing(page)
    assert isinstance(editor, QPlainTextEdit)
    editor.selectAll()
    qtbot.keyClicks(editor, "By mouse.")
    qtbot.mouseClick(port, left, pos=grid.cell_rect(Cell(0, FIRST_TRAIT)).center())
    screen.settle(page)
    assert row_of(desk, 2).class_teacher == "By mouse."
    assert row_of(desk, 2).principal == before.principal


def test_levels_from_a_menu(page: ReportCardsPage, desk: DemoDesk, screen: Screen, qtbot: QtBot) -> None:
    grid, book = page.remarks.grid, page.remarks.book
    assert book is not None
    trait = next(iter(book.table.traits))
    grid.go(Cell(0, FIRST_TRAIT))
    for text, level in (("2  sometimes", 2), ("Not rated", None)):
        qtbot.keyClick(grid, KEY.Key_F2)
        menu = QApplication.activePopupWidget()
        assert isinstance(menu, QMenu)
        (action,) = [each for each in menu.actions() if each.text() == text]
        menu.setActiveAction(action)
        qtbot.keyClick(menu, KEY.Key_Return)
        screen.settle(page)
        assert row_of(desk).conduct.get(trait) == level


def test_leaving_the_page_saves_what_is_being_typed(
    page: ReportCardsPage, desk: DemoDesk, qtbot: QtBot
) -> None:
    qtbot.keyClicks(page.remarks.grid, "L")
    qtbot.keyClicks(typing(page), "eft.")
    assert page.leave()
    assert row_of(desk).class_teacher == "Left."


def test_pressing_elsewhere_saves_too(
    page: ReportCardsPage, desk: DemoDesk, screen: Screen, qtbot: QtBot
) -> None:
    qtbot.keyClicks(page.remarks.grid, "E")
    typing(page)
    page.bar.view.button("cards").setFocus(Qt.FocusReason.MouseFocusReason)
    screen.settle(page)
    assert row_of(desk).class_teacher == "E"
    page.journey.show_view("cards")
    screen.settle(page)
    assert page.stack.currentWidget() is page.stack.cards


def test_what_somebody_else_writes_appears(page: ReportCardsPage, desk: DemoDesk, screen: Screen) -> None:
    student: UUID = row_of(desk).student_id
    desk.desk.services.remarks.set_principal_remark(student, desk.term.id, "From the other room.")
    grid = page.remarks.grid
    screen.settle(page, lambda: grid.model().index(0, PRINCIPAL).data() == "From the other room.")


def test_another_class_keeps_refused_texts_of_the_first(
    page: ReportCardsPage, desk: DemoDesk, screen: Screen, qtbot: QtBot
) -> None:
    grid = page.remarks.grid
    grid.go(Cell(0, FIRST_TRAIT))
    qtbot.keyClicks(grid, "9")
    other = next(one for one in desk.class_infos() if one.name != CLASS)
    page.open_with(class_id=other.id)
    screen.settle(
        page, lambda: page.remarks.book is not None and page.remarks.book.table.class_id == other.id
    )
    assert grid.model().index(0, FIRST_TRAIT).data() != "9"
    assert screen.context.unsaved.count() == 1
    page.open_with(class_id=desk.class_id(CLASS))
    screen.settle(page, lambda: grid.model().rowCount() == 10)
    assert grid.model().index(0, FIRST_TRAIT).data() == "9"


def test_the_editor_stays_within_the_table(page: ReportCardsPage, qtbot: QtBot) -> None:
    grid, book = page.remarks.grid, page.remarks.book
    assert book is not None
    grid.go(Cell(book.extent.rows - 1, PRINCIPAL))
    grid.begin()
    room = grid.viewport().rect()
    assert room.contains(grid.editors.lines.geometry())
    assert grid.editors.lines.geometry().intersects(grid.cell_rect(grid.current))
    assert grid.viewport().childAt(grid.editors.lines.geometry().center() - QPoint(0, 20)) is not None


@pytest.fixture
def taught(tmp_path: Path) -> Iterator[DemoDesk]:
    """The class teacher of the class is signed in."""
    with demo_desk(tmp_path / "finding", 62) as office:
        teacher = next(one.teacher for one in office.classes if one.name == CLASS)
    with demo_desk(tmp_path / "teaching", 62, teacher) as made:
        yield made


def test_a_teacher_writes_all_but_the_principals_remark(taught: DemoDesk, qtbot: QtBot, theme: Theme) -> None:
    screen = Screen(qtbot, taught, theme)
    page = with_remarks(screen, "")
    grid, before = page.remarks.grid, row_of(taught)
    qtbot.keyClicks(grid, "T")
    qtbot.keyClick(typing(page), KEY.Key_Tab)
    assert grid.current == Cell(0, FIRST_TRAIT), "Tab goes where something can be typed"
    grid.go(Cell(0, PRINCIPAL))
    for key in ("P", KEY.Key_Delete, KEY.Key_F2):
        if isinstance(key, str):
            qtbot.keyClicks(grid, key)
        else:
            qtbot.keyClick(grid, key)
        assert not grid.editing()
        assert said(page).startswith("The principal’s remark is written by")
    screen.settle(page)
    assert (row_of(taught).class_teacher, row_of(taught).principal) == ("T", before.principal)


def open_lines(page: ReportCardsPage, row: int = 0) -> QRect:
    """Type into a remark; where the text lies."""
    grid = page.remarks.grid
    grid.go(Cell(row, TEACHER))
    grid.begin()
    return grid.editors.lines.geometry()


def turn_wheel(over: QWidget, step: int = -120) -> None:
    point = QPointF(over.rect().center())
    turned = QWheelEvent(
        point,
        QPointF(over.mapToGlobal(point.toPoint())),
        QPoint(0, 0),
        QPoint(0, step),
        Qt.MouseButton.NoButton,
        Qt.KeyboardModifier.NoModifier,
        Qt.ScrollPhase.NoScrollPhase,
        False,
    )
    QApplication.sendEvent(over, turned)


def test_the_text_stays_over_its_cell_when_the_table_is_scrolled(page: ReportCardsPage) -> None:
    grid = page.remarks.grid
    page.resize(page.width(), 420)
    QApplication.processEvents()
    open_lines(page, 2)
    bar = grid.verticalScrollBar()
    assert bar.maximum() > 0
    bar.setValue(0)
    before = grid.editors.lines.geometry()
    turn_wheel(grid.viewport())
    moved = bar.value()
    assert moved > 0
    after = grid.editors.lines.geometry()
    cell = grid.cell_rect(grid.current)
    assert after.top() in (cell.top() - 1, 0)
    assert after != before
    assert grid.viewport().rect().contains(after)
    turn_wheel(grid.editors.lines.lines.viewport(), 120)
    assert bar.value() == moved, "the wheel over the text is the text's"


def test_the_text_opens_from_the_side_where_it_begins(desk: DemoDesk, qtbot: QtBot, theme: Theme) -> None:
    page = with_remarks(Screen(qtbot, desk, theme))
    page.setLayoutDirection(Qt.LayoutDirection.RightToLeft)
    QApplication.processEvents()
    grid = page.remarks.grid
    grid.go(Cell(0, PRINCIPAL))
    grid.setColumnWidth(PRINCIPAL, 200)
    grid.begin()
    cell, box = grid.cell_rect(grid.current), grid.editors.lines.geometry()
    assert box.width() > cell.width() + 1
    assert box.right() == cell.right()
    assert box.left() < cell.left()


def compose(over: QWidget, preedit: str) -> None:
    """Letters that are still being made of several keys."""
    QApplication.sendEvent(over, QInputMethodEvent(preedit, []))


@pytest.mark.parametrize("way", ["mouse", "focus"])
def test_letters_that_are_still_being_made_are_not_lost_by_leaving(
    page: ReportCardsPage, desk: DemoDesk, screen: Screen, qtbot: QtBot, way: str
) -> None:
    grid = page.remarks.grid
    qtbot.keyClicks(grid, "R")
    editor = typing(page)
    compose(editor, "é")
    if way == "mouse":
        point = grid.cell_rect(Cell(4, FIRST_TRAIT)).center()
        qtbot.mouseClick(grid.viewport(), Qt.MouseButton.LeftButton, pos=point)
    else:
        page.setFocus()
    screen.settle(page)
    assert row_of(desk).class_teacher == "Ré"


def test_a_refusal_for_the_class_before_takes_nothing_away(
    page: ReportCardsPage, desk: DemoDesk, screen: Screen, qtbot: QtBot, monkeypatch: pytest.MonkeyPatch
) -> None:
    first, other = desk.class_id(CLASS), next(one for one in desk.class_infos() if one.name != CLASS)
    read, go_on = ReportCardQueries.remarks, threading.Event()

    def slow(self: ReportCardQueries, class_id: UUID, term_id: UUID, language: str) -> RemarkTable:
        if class_id == first:
            go_on.wait(10)
            raise Refused("This class is not yours any more.")
        return read(self, class_id, term_id, language)

    monkeypatch.setattr(ReportCardQueries, "remarks", slow)
    told: list[object] = []
    page.remarks.failed.connect(told.append)
    page.remarks.open(first, desk.term.id, "en")
    page.remarks.open(other.id, desk.term.id, "en")
    go_on.set()
    qtbot.waitUntil(lambda: page.remarks.book is not None and page.remarks.book.table.class_id == other.id)
    assert told == []
