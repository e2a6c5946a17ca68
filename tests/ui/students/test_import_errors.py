"""What is told of rows that cannot be brought in is readable to its end, in every language and width."""

import pytest
from PySide6.QtCore import QPoint, QRect, Qt
from PySide6.QtGui import QImage
from PySide6.QtTest import QTest
from pytestqt.qtbot import QtBot

from emis_desktop.errors import Refused
from emis_desktop.jobs.import_records import ImportReport
from emis_desktop.services.importing.outcome import RowError
from resources.words import Words
from ui.students.import_errors import ErrorTable
from ui.students.import_rows import FEW_LINES, MEASURED, PADDING, ROW, WrappedTable, height_of
from ui.theme.fonts import metrics
from ui.theme.theme import Theme

GRADES = "Pre-school (age 3), Pre-school (age 4), Kindergarten, Grade 1, Grade 2, Grade 3, Form 1, Form 2"
REASONS = (
    ("sex", "X", Refused("Type F or M.")),
    (
        "grade",
        "Grade 9",
        Refused(
            "There is no grade called {name} in that year. The grades are: {names}.",
            name="Grade 9",
            names=GRADES,
        ),
    ),
    ("guardian_family_name", "", Refused("Enter the family name.")),
    (
        "guardian_phone",
        "473 440 0101",
        Refused("No name goes with this. Add the name, or leave this column out."),
    ),
    ("number", "7" * 300, Refused("Type the phone number in digits, such as 473 440 0101.")),
)


def shown(qtbot: QtBot, width: int, language: str, *, times: int = 1) -> ErrorTable:
    """The rows in a table so wide."""
    found = ErrorTable(Words.load(language))
    qtbot.addWidget(found)
    errors = tuple(RowError(row, *each) for row, each in enumerate(REASONS * times, 2))
    found.show_report(ImportReport("list.csv", True, len(errors), 0, 0, 0, errors, ()))
    found.resize(width, 320)
    found.show()
    qtbot.waitExposed(found)
    QTest.qWait(20)
    return found


def room_for(table: WrappedTable, row: int, text: str) -> bool:
    """Whether ``text`` has room in the last cell of a row."""
    cell = table.visualRect(table.model().index(row, 3)).adjusted(PADDING, 0, -PADDING, 0)
    wrapped = int(Qt.TextFlag.TextWordWrap)
    needed = metrics(13).boundingRect(QRect(0, 0, cell.width(), 9999), wrapped, text)
    return needed.height() <= cell.height() and needed.width() <= cell.width()


def ink_lines(table: WrappedTable, row: int, column: int) -> int:
    """How many lines of words are painted in a cell."""
    table.scrollTo(table.model().index(row, 0))
    image: QImage = table.viewport().grab().toImage()
    scale = image.devicePixelRatio()
    cell = table.visualRect(table.model().index(row, column)).adjusted(2, 2, -2, -2)
    ground = image.pixelColor(QPoint(int((cell.right() - 1) * scale), int((cell.top() + 1) * scale)))
    inked = [
        any(
            image.pixelColor(int(x * scale), int(y * scale)) != ground
            for x in range(cell.left(), cell.right())
        )
        for y in range(cell.top(), min(cell.bottom(), image.height() - 1))
    ]
    return sum(1 for before, now in zip([False, *inked], inked, strict=False) if now and not before)


@pytest.mark.parametrize("language", ["en", "fr", "es"])
@pytest.mark.parametrize("width", [600, 672])
def test_what_to_do_is_readable_to_its_end(qtbot: QtBot, theme: Theme, width: int, language: str) -> None:
    found = shown(qtbot, width, language)
    for row, (_, _, reason) in enumerate(REASONS):
        assert room_for(found.table, row, reason.text(found._words)), reason
    assert ink_lines(found.table, 1, 3) >= 3
    assert found.table.rowHeight(0) == ROW, "one line stays as low as in other tables"
    assert ink_lines(found.table, 0, 3) == 1


def test_the_rows_follow_the_width_of_the_column(qtbot: QtBot, theme: Theme) -> None:
    found = shown(qtbot, 600, "en")
    narrow = found.table.rowHeight(1)
    found.resize(1400, 320)
    QTest.qWait(20)
    assert found.table.rowHeight(1) < narrow
    found.resize(600, 320)
    QTest.qWait(20)
    assert found.table.rowHeight(1) == narrow


def test_a_long_value_is_cut_and_whole_in_its_tooltip(qtbot: QtBot, theme: Theme) -> None:
    found = shown(qtbot, 672, "en")
    assert found.table.rowHeight(4) <= height_of(FEW_LINES)
    tip = Qt.ItemDataRole.ToolTipRole
    assert "7" * 300 in str(found.model.index(4, 2).data(tip))
    assert str(found.model.index(0, 3).data(tip)) == "<qt>Type F or M.</qt>"
    assert found.model.index(-1, 0).data(tip) is None


def test_thousands_of_rows_have_room_too(qtbot: QtBot, theme: Theme) -> None:
    found = shown(qtbot, 672, "en", times=MEASURED // len(REASONS) + 1)
    assert found.table.rowHeight(0) == ROW
    assert found.table.rowHeight(found.model.count() - 1) == height_of(FEW_LINES)
