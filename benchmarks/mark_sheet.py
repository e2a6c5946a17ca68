"""What the mark sheet costs: a sheet of 40 pupils and 12 tests opened and painted, one mark typed and stored.

``python -m benchmarks.mark_sheet``; offscreen, on a real encrypted store, each figure a median.
"""

import os
import statistics
import tempfile
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

os.environ.setdefault("QT_QPA_PLATFORM", "offscreen")

from PySide6.QtCore import QEventLoop, Qt
from PySide6.QtGui import QImage
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication

from resources.words import Words
from tests.factories.sheets import Sheets, desk_of, enter_term, opened_sheets
from ui.context import ChangeHub, UiContext
from ui.marks.area import Cell
from ui.marks.book import SheetBook
from ui.marks.page import MarksPage
from ui.shell.navigation import NavItem
from ui.shell.window import MainWindow
from ui.tasks import Tasks
from ui.theme.theme import Theme, ThemeMode

PUPILS, TESTS, ROUNDS = 40, 12, 25
FRAME_MS = 1000 / 60


@dataclass(frozen=True)
class Row:
    """One figure: milliseconds, the median of :data:`ROUNDS`, and the best of them."""

    name: str
    median: float
    best: float


def run() -> list[Row]:
    """Every figure, from a store of its own."""
    application = QApplication.instance() or QApplication([])
    theme = Theme(application, ThemeMode.LIGHT)  # type: ignore[arg-type]
    tests = tuple((f"Test {number}", 100, 1 + number % 3) for number in range(1, TESTS + 1))
    with tempfile.TemporaryDirectory() as folder, opened_sheets(Path(folder), PUPILS, tests) as sheets:
        enter_term(sheets, tests, 0.5)
        with _page(sheets, theme) as page:
            return [*_opening(sheets, page), *_saving(page), _painting_all(page)]


@contextmanager
def _page(sheets: Sheets, theme: Theme) -> Iterator[MarksPage]:
    words, desk = Words.load("en"), desk_of(sheets.school)
    window = MainWindow(words, theme, "User 01", "School administrator")
    hub = ChangeHub(window)
    leave = sheets.school.db.subscribe(lambda changed: hub.post(changed.tables))
    other: Any = None
    context = UiContext(
        words,
        theme,
        sheets.school.actor,
        desk.services,
        desk.queries,
        other,
        other,
        window.notify,
        Tasks(window),
        hub,
        profile=desk.laptop.profile,
    )
    context.place.choose(sheets.school.id, sheets.year, sheets.term())
    window.set_screens([NavItem("marks", "Marks", "table", lambda: MarksPage(context))])
    window.resize(1366, 768)
    window.show()
    window.open("marks")
    page = window.page("marks")
    assert isinstance(page, MarksPage)
    settle(page)
    try:
        yield page
    finally:
        leave()
        page.leave()
        window.close()


def settle(page: MarksPage) -> None:
    """Let everything that was asked for happen."""
    QTest.qWait(40)
    _until_idle(page)
    QApplication.processEvents()


def _until_idle(page: MarksPage) -> None:
    """Sleep in the event loop until the queue is empty: a busy loop would hold up the thread that works."""
    if page.queue.busy():
        loop = QEventLoop()
        page.queue.idle.connect(loop.quit)
        loop.exec()


def _opening(sheets: Sheets, page: MarksPage) -> list[Row]:
    """From the wish to the whole window painted, by parts."""
    key = (sheets.coral, sheets.subject, sheets.school.term())
    queries = page.context.queries.mark_sheet
    whole, query, book, put, paint = [], [], [], [], []
    for _ in range(ROUNDS):
        page.show_overview()
        settle(page)
        whole.append(_milliseconds(lambda: _open_and_paint(page, key)))
        settle(page)
        start = time.perf_counter()
        sheet = queries.sheet(*key)
        query.append(_since(start))
        book.append(_milliseconds(lambda: SheetBook(page.words, sheet, {})))  # noqa: B023
        made = SheetBook(page.words, sheet, {})
        put.append(_milliseconds(lambda: page.sheet.open(made)))  # noqa: B023
        paint.append(_milliseconds(QApplication.processEvents))
        settle(page)
    return [
        _row(f"open {PUPILS} x {TESTS}: asked to painted", whole),
        _row("  read from the store", query),
        _row("  made into cells", book),
        _row("  put on the screen", put),
        _row("  painted", paint),
    ]


def _open_and_paint(page: MarksPage, key: tuple[Any, Any, Any]) -> None:
    page.open_with(class_id=key[0], subject_id=key[1])
    _until_idle(page)
    QApplication.processEvents()


def _saving(page: MarksPage) -> list[Row]:
    """One mark typed: until it shows with every figure that follows, and until it is on the disk."""
    grid, shown, stored = page.sheet.grid, [], []
    for number in range(ROUNDS):
        grid.go(Cell(number % PUPILS, 3))
        QApplication.processEvents()
        QTest.keyClicks(grid, str(number % 9 + 1))
        start = time.perf_counter()
        QTest.keyClick(grid.editor, Qt.Key.Key_Return)
        QApplication.sendPostedEvents()
        shown.append(_since(start))
        _until_idle(page)
        stored.append(_since(start))
        settle(page)
    return [
        _row("save a cell: Enter to figures painted", shown),
        _row("  Enter to stored and ticked", stored),
    ]


def _painting_all(page: MarksPage) -> Row:
    """The whole 40 x 12 grid drawn at once, as on a very tall screen."""
    grid = page.sheet.grid
    grid.resize(1400, 46 + 30 * PUPILS + 20)
    picture = QImage(grid.size(), QImage.Format.Format_ARGB32_Premultiplied)

    def draw() -> None:
        grid.viewport().render(picture)

    draw()
    return _row(f"draw all {PUPILS} x {TESTS} cells", [_milliseconds(draw) for _ in range(ROUNDS)])


def _milliseconds(what: Callable[[], object]) -> float:
    start = time.perf_counter()
    what()
    return _since(start)


def _since(start: float) -> float:
    return (time.perf_counter() - start) * 1000


def _row(name: str, figures: list[float]) -> Row:
    return Row(name, statistics.median(figures), min(figures))


def main() -> None:
    """Print the figures."""
    for row in run():
        print(f"{row.name:45} {row.median:8.2f} ms   best {row.best:7.2f} ms")
    print(f"one frame is {FRAME_MS:.1f} ms")


if __name__ == "__main__":
    main()
