"""Tables: models, columns, keys, checks, pictures of cells."""

import pytest
from PySide6.QtCore import QModelIndex, QPoint, Qt
from PySide6.QtGui import QColor
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication
from pytestqt.modeltest import ModelTester
from pytestqt.qtbot import QtBot

from resources.words import Words
from ui.gallery.sheet import Sheet, SheetModel
from ui.gallery.students import COLUMNS, PupilModel
from ui.theme.tokens import LIGHT
from ui.widgets.table.cells import CELL_ROLE, Cell, Column
from ui.widgets.table.model import RowsModel
from ui.widgets.table.view import TableView

LEFT = Qt.MouseButton.LeftButton
HEADS = (
    Column("check", "", 36),
    Column("name", "Name", 100, stretch=1, sortable=True),
    Column("mark", "Mark", 60, "end", optional=True),
)
Line = tuple[str, int]


def cells(line: Line) -> tuple[Cell, ...]:
    name, mark = line
    return Cell(checked=False), Cell(name, note="new"), Cell(str(mark), spoken=f"{mark} of 20")


def made(qtbot: QtBot, count: int = 30) -> tuple[TableView, RowsModel[Line]]:
    model: RowsModel[Line] = RowsModel(HEADS, cells, [(f"Pupil {n:04}", n % 20) for n in range(1, count + 1)])
    view = TableView(model, "Pupils", name="pupils.table")
    model.setParent(view)
    view.resize(500, 300)
    qtbot.addWidget(view)
    view.show()
    return view, model


def test_the_models_keep_the_rules_of_models(words: Words, qtmodeltester: ModelTester) -> None:
    small = RowsModel(HEADS, cells, [("A", 1), ("B", 2)])
    qtmodeltester.check(small)  # type: ignore[no-untyped-call]
    assert small.flags(QModelIndex()) == Qt.ItemFlag.NoItemFlags
    assert small.data(QModelIndex()) is None
    assert small.rowCount(small.index(0, 0)) == 0


def test_a_cell_is_read_with_its_row_and_column(words: Words) -> None:
    model = PupilModel()
    index = model.index(1, 6)
    assert model.data(index, Qt.ItemDataRole.AccessibleTextRole) == "Pupil 0002, Attendance, 82.0 %"
    assert model.data(model.index(0, 0), Qt.ItemDataRole.CheckStateRole) == Qt.CheckState.Unchecked
    assert model.headerData(1, Qt.Orientation.Horizontal) == "Name"
    assert model.headerData(99, Qt.Orientation.Horizontal) is None


def test_cells_are_made_once_and_again_after_a_change(words: Words) -> None:
    asked: list[Line] = []

    def counted(line: Line) -> tuple[Cell, ...]:
        asked.append(line)
        return cells(line)

    model = RowsModel(HEADS, counted, [("A", 1)])
    for _ in range(3):
        assert model.data(model.index(0, 1)) == "A"
    assert len(asked) == 1
    model.set_row(0, ("B", 2))
    assert model.data(model.index(0, 1)) == "B"
    model.set_rows([("C", 3), ("D", 4)])
    assert model.count() == 2
    assert model.row(1) == ("D", 4)
    assert model.data(model.index(1, 2), Qt.ItemDataRole.AccessibleTextRole) == "Mark, 4 of 20"


def test_columns_share_what_is_left(words: Words, qtbot: QtBot) -> None:
    view, _ = made(qtbot)
    room = view.viewport().width()
    assert [view.columnWidth(n) for n in (0, 2)] == [36, 60]
    assert sum(view.columnWidth(n) for n in range(3)) == room
    view.set_hidden({"mark"})
    assert view.hidden() == {"mark"}
    assert view.columnWidth(1) == room - 36
    view.horizontalHeader().resizeSection(0, 50)
    view.resize(600, 300)
    assert view.columnWidth(0) == 50


def test_the_menu_of_columns_shows_the_optional_ones(words: Words, qtbot: QtBot) -> None:
    view, _ = made(qtbot)
    actions = view.columns_menu().actions()
    assert [action.text() for action in actions] == ["Mark"]
    actions[0].setChecked(False)
    assert view.isColumnHidden(2)
    actions[0].setChecked(True)
    assert not view.isColumnHidden(2)


def test_sorting_is_asked_for_and_turns_round(words: Words, qtbot: QtBot) -> None:
    view, _ = made(qtbot)
    asked: list[tuple[str, bool]] = []
    view.sort_asked.connect(lambda *order: asked.append(order))
    for section in (1, 1, 2):
        view.head.sectionClicked.emit(section)
    assert asked == [("name", False), ("name", True)]
    view.set_sorted("name", descending=True)
    view.grab()


def test_the_keyboard_opens_ticks_and_copies(words: Words, qtbot: QtBot) -> None:
    view, _ = made(qtbot)
    opened: list[int] = []
    ticked: list[int] = []
    picked: list[int] = []
    view.opened.connect(opened.append)
    view.check_toggled.connect(ticked.append)
    view.picked.connect(picked.append)
    view.setFocus(Qt.FocusReason.TabFocusReason)
    view.pick(0)
    QTest.keyClick(view, Qt.Key.Key_Down)
    QTest.keyClick(view, Qt.Key.Key_Return)
    QTest.keyClick(view, Qt.Key.Key_Space)
    QTest.keyClick(view, Qt.Key.Key_C, Qt.KeyboardModifier.ControlModifier)
    assert (opened, ticked, picked[-1]) == ([1], [1], 1)
    assert QApplication.clipboard().text() == "Pupil 0002\t2"
    QTest.keyClick(view, Qt.Key.Key_Up)
    with qtbot.waitSignal(view.left_at_top):
        QTest.keyClick(view, Qt.Key.Key_Up)
    view.pick(-1)
    assert view.current_row() == -1
    assert picked[-1] == -1


def test_letters_do_not_walk_through_the_rows(words: Words, qtbot: QtBot) -> None:
    view, _ = made(qtbot)
    view.pick(0)
    QTest.keyClicks(view, "pupil 0009")
    assert view.current_row() == 0


def test_the_mouse_ticks_in_the_first_column_and_over_all(words: Words, qtbot: QtBot) -> None:
    view, _ = made(qtbot)
    with qtbot.waitSignal(view.check_toggled) as ticked:
        QTest.mouseClick(view.viewport(), LEFT, pos=QPoint(18, 36 + 18))
    assert ticked.args == [1]
    with qtbot.waitSignal(view.all_toggled) as all_ticked:
        QTest.mouseClick(view.head.viewport(), LEFT, pos=QPoint(18, 17))
    assert all_ticked.args == [True]
    view.head.set_all_checked(True)
    with qtbot.waitSignal(view.all_toggled) as all_ticked:
        QTest.mouseClick(view.head.viewport(), LEFT, pos=QPoint(18, 17))
    assert all_ticked.args == [False]
    with qtbot.waitSignal(view.opened):
        QTest.mouseClick(view.viewport(), LEFT, pos=QPoint(200, 18))
        QTest.mouseDClick(view.viewport(), LEFT, pos=QPoint(200, 18))
        QTest.mouseRelease(view.viewport(), LEFT, pos=QPoint(200, 18))


def colour_at(view: TableView, row: int, x: int = 200, y: int = 4) -> QColor:
    top = view.rowViewportPosition(row)
    return view.viewport().grab().toImage().pixelColor(x, top + y)


def test_rows_are_drawn_from_the_tokens(words: Words, qtbot: QtBot) -> None:
    view, _ = made(qtbot)
    assert colour_at(view, 0).name() == LIGHT.surface.lower()
    QTest.mouseMove(view.viewport(), QPoint(100, 36 + 10))
    qtbot.waitUntil(lambda: view.hovered_row == 1)
    assert colour_at(view, 1).name() == LIGHT.hover.lower()
    view.pick(2)
    assert colour_at(view, 2).name() == LIGHT.selected.lower()
    view.marks_current = True
    assert colour_at(view, 2, 1, 10).name() == LIGHT.accent.lower()


def test_the_frame_of_the_current_row_is_for_the_keyboard(words: Words, qtbot: QtBot) -> None:
    view, _ = made(qtbot)
    view.activateWindow()
    qtbot.waitUntil(view.isActiveWindow)
    view.clearFocus()
    view.setFocus(Qt.FocusReason.TabFocusReason)
    qtbot.waitUntil(view.hasFocus)
    assert view.current_row() == 0, "the keyboard finds a row"
    assert view.shows_focus(0)
    assert colour_at(view, 0, 200, 0).name() == LIGHT.accent.lower()
    QTest.mouseClick(view.viewport(), LEFT, pos=QPoint(100, 18))
    assert not view.shows_focus(0)


def test_a_hundred_thousand_rows_make_only_what_shows(words: Words, qtbot: QtBot) -> None:
    asked: set[int] = set()

    class Counting(PupilModel):
        def cell(self, row: int, column: Column) -> Cell:
            asked.add(row)
            return super().cell(row, column)

    model = Counting()
    view = TableView(model, "Students")
    model.setParent(view)
    view.resize(900, 600)
    qtbot.addWidget(view)
    view.show()
    view.grab()
    assert model.rowCount() == 100_000
    assert len(asked) < 40
    view.pick(99_999)
    view.grab()
    assert 99_999 in asked
    assert len(asked) < 80


@pytest.mark.parametrize("direction", [Qt.LayoutDirection.LeftToRight, Qt.LayoutDirection.RightToLeft])
def test_a_mirrored_table_is_the_mirror_picture(
    words: Words, qtbot: QtBot, direction: Qt.LayoutDirection
) -> None:
    view, model = made(qtbot, 3)
    model.set_rows([("Pupil 0001", 1)])
    view.setLayoutDirection(direction)
    picture = view.viewport().grab().toImage()
    ink = [
        x
        for x in range(picture.width())
        if any(picture.pixelColor(x, y).lightness() < 90 for y in range(8, 28))
    ]
    middle = picture.width() / 2
    words_at_start = (
        min(ink) < 130 if direction == Qt.LayoutDirection.LeftToRight else max(ink) > middle * 1.6
    )
    assert words_at_start


def test_a_sheet_keeps_names_in_sight(words: Words, qtbot: QtBot) -> None:
    model = SheetModel()
    sheet = Sheet(model)
    model.setParent(sheet)
    sheet.resize(420, 300)
    qtbot.addWidget(sheet)
    sheet.show()
    names = sheet.verticalHeader()
    assert names.width() == 200
    sheet.horizontalScrollBar().setValue(sheet.horizontalScrollBar().maximum())
    assert names.x() == 0
    assert names.isVisible()
    sheet.setCurrentIndex(model.index(2, 3))
    picture = sheet.grab().toImage()
    y = sheet.horizontalHeader().height() + 2 * 30 + 4
    assert picture.pixelColor(190, y).name() == LIGHT.selected.lower()
    sheet.setLayoutDirection(Qt.LayoutDirection.RightToLeft)
    qtbot.wait(1)
    assert names.geometry().right() >= 415
    assert model.headerData(4, Qt.Orientation.Vertical) == "Pupil 0005"
    found = model.headerData(4, Qt.Orientation.Vertical, CELL_ROLE)
    assert isinstance(found, Cell)
    assert COLUMNS[0].key == "check"
