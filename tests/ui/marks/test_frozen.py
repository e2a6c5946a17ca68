"""A sheet with more tests than fit: names stay at its start, term mark and grade at its end."""

from collections.abc import Iterator
from pathlib import Path

import pytest
from PySide6.QtCore import QEvent, QPoint, QRect, QSize, Qt
from PySide6.QtGui import QHelpEvent, QImage
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QToolTip, QWidget

from tests.factories.sheets import Sheets, opened_sheets
from tests.ui.marks.conftest import Desk, Key, Open
from ui.marks.columns import Kind
from ui.widgets.sheet.area import Cell
from ui.widgets.sheet.pinned import LEAST_ROOM

TESTS = tuple((f"Test {number}", 20, 1) for number in range(1, 31))


@pytest.fixture(scope="module")
def many(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Sheets]:
    """Thirty tests with marks."""
    folder: Path = tmp_path_factory.mktemp("many")
    with opened_sheets(folder, pupils=12, tests=TESTS) as sheets:
        marks = {(pupil, item): "14" for pupil in sheets.students[:9] for item in sheets.items}
        sheets.school.enter(marks)
        yield sheets


@pytest.fixture(params=["en", "xr"])
def wide(request: pytest.FixtureRequest, seated: Open, many: Sheets) -> Iterator[Desk]:
    """The sheet in a small window, from left to right and from right to left."""
    with seated(many, language=request.param) as desk:
        desk.open()
        desk.window.resize(QSize(1093, 614))
        QApplication.processEvents()
        desk.settle()
        desk.at(0, 0)
        yield desk


def place(desk: Desk, kind: Kind) -> int:
    assert desk.grid.book is not None
    return next(n for n, column in enumerate(desk.grid.book.columns) if column.kind is kind)


def rect(desk: Desk, row: int, kind: Kind) -> QRect:
    return desk.grid.cell_rect(Cell(row, place(desk, kind)))


def picture(widget: QWidget, region: QRect) -> QImage:
    return widget.grab(region).toImage()


def at_the_end(desk: Desk) -> QRect:
    """Where the two columns lie that are worked out, one beside the other at the end of the cells."""
    term, grade = rect(desk, 0, Kind.TERM), rect(desk, 0, Kind.GRADE)
    port = desk.grid.viewport().rect()
    if desk.grid.isRightToLeft():
        assert (grade.left(), term.left()) == (port.left(), grade.right() + 1)
    else:
        assert (grade.right(), term.right() + 1) == (port.right(), grade.left())
    return term.united(grade)


def test_term_mark_and_grade_stay_where_they_are(wide: Desk) -> None:
    grid = wide.grid
    bar = grid.horizontalScrollBar()
    assert bar.maximum() > 300, "there is more than fits"
    region = at_the_end(wide).adjusted(0, 0, 0, 8 * grid.row_height)
    head = QRect(region.left(), 0, region.width(), grid.head.height())
    grid.head.set_current(-1)
    before = picture(grid.viewport(), region), picture(grid.head.viewport(), head)
    for value in (bar.maximum() // 3, bar.maximum() // 2):
        bar.setValue(value)
        assert at_the_end(wide) == region.adjusted(0, 0, 0, -8 * grid.row_height)
        assert (picture(grid.viewport(), region), picture(grid.head.viewport(), head)) == before
    bar.setValue(bar.maximum())
    assert grid.pinned.held() == {}, "the end of the sheet is there"
    assert at_the_end(wide) == region.adjusted(0, 0, 0, -8 * grid.row_height)


def test_the_last_test_comes_out_from_under_them(wide: Desk) -> None:
    grid = wide.grid
    for column in (12, 29, 5, 0):
        wide.at(3, column)
        own, ends = grid.cell_rect(Cell(3, column)), at_the_end(wide)
        assert not own.intersects(ends.adjusted(0, 0, 0, 20 * grid.row_height))
        assert grid.viewport().rect().contains(own)


def test_going_to_what_is_held_moves_nothing(wide: Desk) -> None:
    grid = wide.grid
    for kind in (Kind.GRADE, Kind.TERM):
        wide.at(0, 9)
        before = grid.horizontalScrollBar().value()
        wide.at(2, place(wide, kind))
        assert grid.horizontalScrollBar().value() == before
        assert wide.current == (2, place(wide, kind))


def test_the_mouse_meets_what_it_sees(wide: Desk) -> None:
    grid, left = wide.grid, Qt.MouseButton.LeftButton
    middle = rect(wide, 4, Kind.TERM).center()
    QTest.mouseClick(grid.viewport(), left, pos=middle)
    assert wide.current == (4, place(wide, Kind.TERM))
    assert grid.indexAt(middle).column() == place(wide, Kind.TERM)
    assert grid.visualRect(grid.indexAt(middle)).contains(middle)
    head = QPoint(rect(wide, 0, Kind.GRADE).center().x(), 10)
    QTest.mouseClick(grid.head.viewport(), left, pos=head)
    assert (grid.area.left, grid.area.right, grid.area.height) == (*[place(wide, Kind.GRADE)] * 2, 12)


def test_the_tip_of_a_held_head_is_its_own(wide: Desk) -> None:
    head = wide.grid.head
    point = QPoint(rect(wide, 0, Kind.TERM).center().x(), 10)
    asked = QHelpEvent(QEvent.Type.ToolTip, point, head.viewport().mapToGlobal(point))
    QApplication.sendEvent(head.viewport(), asked)
    assert QToolTip.text() == wide.context.words.tr("Term mark")


def test_an_editor_that_is_scrolled_away_does_not_lie_over_them(wide: Desk) -> None:
    grid = wide.grid
    last = grid.columnAt(grid.pinned.room(0).center().x())
    wide.at(1, last)
    wide.key(Key.Key_F2)
    grid.horizontalScrollBar().setValue(0)
    for value in range(0, grid.horizontalScrollBar().maximum(), 40):
        grid.horizontalScrollBar().setValue(value)
        covered = at_the_end(wide).adjusted(0, 0, 0, 20 * grid.row_height)
        shown = grid.editor.geometry()
        assert shown.isEmpty() or not shown.intersects(covered)
    wide.key(Key.Key_Escape)


def test_they_give_way_to_comments_and_to_want_of_room(wide: Desk) -> None:
    grid = wide.grid
    wide.page.sheet.show_notes(shown=True)
    grid.horizontalScrollBar().setValue(grid.horizontalScrollBar().maximum())
    comment = grid.cell_rect(Cell(0, place(wide, Kind.COMMENT)))
    assert grid.viewport().rect().contains(comment)
    assert not comment.intersects(rect(wide, 0, Kind.GRADE))
    wide.page.sheet.show_notes(shown=False)
    grid.horizontalScrollBar().setValue(0)
    narrow = grid.width() - grid.viewport().width() + rect(wide, 0, Kind.TERM).width() + LEAST_ROOM
    grid.resize(narrow, grid.height())
    assert grid.pinned.held() == {}
