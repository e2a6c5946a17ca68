"""The page as a person looks at it: nothing cut off, all named, in three languages, two sizes, two themes."""

import os
from collections.abc import Iterator
from pathlib import Path

import pytest
from PySide6.QtCore import QSize
from PySide6.QtGui import QAccessible
from PySide6.QtWidgets import QApplication
from pytestqt.modeltest import ModelTester

from tests.factories.sheets import CORAL, Sheets, enter_term, opened_sheets
from tests.ui.audit import audit
from tests.ui.marks.conftest import CTRL, Desk, Key, Open
from ui.marks.model import SheetModel
from ui.theme.active import colour
from ui.theme.theme import ThemeMode
from ui.widgets.sheet.area import Cell

SIZES = {"wide": QSize(1366, 768), "compact": QSize(1093, 614)}
LONG = (
    ("Coursework assessment of oral presentation and group work", 100, 1),
    *((f"Test {number}", 100 if number % 2 else 20, 1 + number % 3) for number in range(2, 31)),
)


@pytest.fixture
def full(tmp_path: Path) -> Iterator[Sheets]:
    """Thirty-one pupils with marks, half of the last test still to enter."""
    with opened_sheets(tmp_path, pupils=31) as sheets:
        enter_term(sheets)
        yield sheets


def picture(desk: Desk, name: str) -> None:
    """Keep a picture where EMIS_PICTURES says."""
    folder = os.environ.get("EMIS_PICTURES")
    if folder:
        desk.window.grab().save(str(Path(folder) / f"marks-{name}.png"))


def sized(desk: Desk, size: str) -> None:
    desk.window.resize(SIZES[size])
    QApplication.processEvents()
    desk.settle()


@pytest.mark.parametrize("language", ["en", "fr", "es", "xr"])
def test_every_part_of_the_page_passes_the_audit(seated: Open, full: Sheets, language: str) -> None:
    with seated(full, language=language) as desk:
        for size in SIZES:
            sized(desk, size)
            desk.page.journey.show_overview()
            desk.settle()
            assert audit(desk.page) == [], f"overview {size}"
            picture(desk, f"overview-{language}-{size}")
            desk.open()
            desk.at(6, 6)
            desk.type("120", Key.Key_Return)
            desk.settle()
            assert audit(desk.page) == [], f"sheet {size}"
            picture(desk, f"sheet-{language}-{size}")
            desk.page.bar.comments.click()
            desk.settle()
            assert audit(desk.page) == [], f"comments {size}"
            picture(desk, f"comments-{language}-{size}")
            desk.page.bar.comments.click()
            desk.page.journey.show_items()
            desk.page.items.table.pick(0)
            desk.settle()
            assert audit(desk.page) == [], f"items {size}"
            picture(desk, f"items-{language}-{size}")
            subject = full.school.made.subjects["P-SC"]
            desk.page.open_with(class_id=full.coral, subject_id=subject)
            desk.settle()
            assert audit(desk.page) == [], f"vacant {size}"
            picture(desk, f"vacant-{language}-{size}")


@pytest.mark.parametrize("mode", [ThemeMode.LIGHT, ThemeMode.DARK])
def test_cells_are_drawn_from_the_tokens(seated: Open, full: Sheets, mode: ThemeMode) -> None:
    with seated(full) as desk:
        desk.open()
        desk.at(2, 6)
        desk.type("120", Key.Key_Return)
        desk.settle()
        desk.at(10, 3)
        desk.context.theme.set_mode(mode)
        try:
            QApplication.processEvents()
            shot = desk.grid.viewport().grab().toImage()
            spots = {
                (2, 6): ("bad_tint", 8, 4),
                (4, 8): ("sunken", 6, 4),
                (4, 1): ("surface", 6, 4),
            }
            for (row, column), (token, x, y) in spots.items():
                corner = desk.grid.cell_rect(Cell(row, column)).topLeft()
                assert shot.pixelColor(corner.x() + x, corner.y() + y) == colour(token), (row, column)
            frame = desk.grid.cell_rect(Cell(10, 3)).topLeft()
            assert shot.pixelColor(frame.x() + 5, frame.y()) == colour("focus")
            picture(desk, f"sheet-{mode.value}")
        finally:
            desk.context.theme.set_mode(ThemeMode.LIGHT)


def test_a_hundred_and_twenty_pupils_and_thirty_tests(seated: Open, tmp_path: Path) -> None:
    with opened_sheets(tmp_path, pupils=120, tests=LONG) as sheets:
        sheets.school.add_pupil("Wilhelmina-Alexandrina Featherstonehaugh-Montgomery de la Rosa", CORAL)
        enter_term(sheets, LONG, 0.1)
        with seated(sheets) as desk:
            desk.open()
            assert audit(desk.page) == []
            desk.key(Key.Key_End, CTRL)
            assert desk.current == (120, 29)
            picture(desk, "large-end")
            desk.type("7", Key.Key_Return)
            desk.settle()
            assert sheets.stored()[120, 29] == "7"
            sized(desk, "compact")
            assert audit(desk.page) == []
            picture(desk, "large-compact")


def test_a_part_is_drawn_as_it_is_in_the_whole(seated: Open, full: Sheets) -> None:
    with seated(full) as desk:
        desk.open()
        desk.at(12, 4)
        port = desk.grid.viewport()
        whole = port.grab().toImage()
        for strip in (port.rect().adjusted(0, 95, 0, -300), port.rect().adjusted(130, 0, -401, 0)):
            assert port.grab(strip).toImage() == whole.copy(strip)


def test_the_model_keeps_qt_rules(qtmodeltester: ModelTester, desk: Desk) -> None:
    qtmodeltester.check(desk.grid.model())  # type: ignore[no-untyped-call]
    qtmodeltester.check(desk.page.overview.table.model())  # type: ignore[no-untyped-call]
    empty = SheetModel()
    qtmodeltester.check(empty)  # type: ignore[no-untyped-call]
    assert empty.rowCount() == empty.columnCount() == 0


def test_a_screen_reader_hears_pupil_test_and_mark(seated: Open, full: Sheets) -> None:
    with seated(full) as desk:
        desk.open()
        desk.at(6, 6)
        desk.type("120", Key.Key_Return)
        desk.settle()
        table = QAccessible.queryAccessibleInterface(desk.grid)
        assert table is not None
        assert table.text(QAccessible.Text.Name) == "Mark sheet"
        across = desk.grid.model().columnCount() + 1
        cell = table.child((6 + 1) * across + 6 + 1)
        assert cell is not None
        assert cell.text(QAccessible.Text.Name) == "Pupil 0007, Test 1, 120, more than 100"
        name = table.child((6 + 1) * across)
        assert name is not None
        assert name.text(QAccessible.Text.Name) == "Pupil 0007"


def test_states_are_said_in_words(seated: Open, full: Sheets) -> None:
    with seated(full) as desk:
        desk.open()
        desk.at(0, 0)
        desk.type("A", Key.Key_Return)
        desk.type("E", Key.Key_Return)
        desk.settle()
        book = desk.page.sheet.book
        assert book is not None
        assert book.saying.spoken(Cell(0, 0)) == "Pupil 0001, Quiz 1, absent"
        assert book.saying.spoken(Cell(1, 0)) == "Pupil 0002, Quiz 1, exempt"
        assert book.saying.spoken(Cell(30, 7)) == "Pupil 0031, Test 2, empty"
        assert book.saying.spoken(Cell(30, 8)).endswith(", so far")
        assert book.saying.spoken(Cell(30, 9)) == "Pupil 0031, Grade, empty"


def test_names_and_cells_stand_on_one_ground_under_the_last_pupil(desk: Desk) -> None:
    desk.window.resize(SIZES["wide"])
    QApplication.processEvents()
    desk.settle()
    names, cells = desk.grid.names.viewport(), desk.grid.viewport()
    assert desk.grid.names.length() < names.height() - 20, "eight pupils leave room"
    found = [port.grab().toImage().pixelColor(20, port.height() - 10) for port in (names, cells)]
    assert found == [colour("surface")] * 2


def test_names_take_what_the_columns_leave(desk: Desk) -> None:
    grid = desk.grid
    before = grid.names.width()
    change = desk.context.services.students.change
    change(desk.sheets.students[2], "family_name", "Emmanuel-Wheatley-Demonstration")
    desk.page.journey.loader.reload()
    desk.settle()
    assert grid.names.width() > before
    assert grid.viewport().width() >= sum(
        grid.columnWidth(place) for place in range(grid.model().columnCount())
    )
