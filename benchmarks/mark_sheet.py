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
from ui.marks.book import SheetBook
from ui.marks.page import MarksPage
from ui.shell.navigation import NavItem
from ui.shell.window import MainWindow
from ui.tasks import Tasks
from ui.theme.theme import Theme, ThemeMode
from ui.widgets.sheet.area import Cell

PUPILS, TESTS, ROUNDS = 40, 12, 25
OPEN = f"open {PUPILS} x {TESTS}: asked to painted"
STORED = "  Enter to stored and ticked"
ON_SCREEN = ("  made into cells", "  put on the screen", "  painted")
"""The parts of opening that the screen waits for; reading happens beside it."""
FRAME_MS = 1000 / 60


@dataclass(frozen=True)
class Row:
    """One figure in milliseconds: median and best of :data:`ROUNDS` by the clock, and the median of processor
    time, which is what is left when nothing else runs on the machine.
    """

    name: str
    median: float
    best: float
    processor: float


class Times:
    """What one step took, round after round."""

    def __init__(self) -> None:
        self.clock: list[float] = []
        self.processor: list[float] = []

    def start(self) -> None:
        """Begin a round."""
        self._from = time.perf_counter(), time.process_time()

    def stop(self) -> None:
        """End it."""
        now = time.perf_counter(), time.process_time()
        self.clock.append((now[0] - self._from[0]) * 1000)
        self.processor.append((now[1] - self._from[1]) * 1000)

    def take(self, what: Callable[[], object]) -> None:
        """A round of ``what``."""
        self.start()
        what()
        self.stop()

    def row(self, name: str) -> Row:
        """The figures."""
        return Row(name, statistics.median(self.clock), min(self.clock), statistics.median(self.processor))


def run(rounds: int = ROUNDS) -> list[Row]:
    """Every figure, from a store of its own."""
    application = QApplication.instance() or QApplication([])
    theme = Theme(application, ThemeMode.LIGHT)  # type: ignore[arg-type]
    tests = tuple((f"Test {number}", 100, 1 + number % 3) for number in range(1, TESTS + 1))
    with tempfile.TemporaryDirectory() as folder, opened_sheets(Path(folder), PUPILS, tests) as sheets:
        enter_term(sheets, tests, 0.5)
        with _page(sheets, theme) as page:
            return [*_opening(sheets, page, rounds), *_saving(page, rounds), _painting_all(page, rounds)]


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
    while page.queue.busy() or page.journey.loader.waiting():
        QTest.qWait(20)


def _until_idle(page: MarksPage) -> None:
    """Sleep in the event loop until the queue is empty: a busy loop would hold up the thread that works."""
    if page.queue.busy():
        loop = QEventLoop()
        page.queue.idle.connect(loop.quit)
        loop.exec()


def _opening(sheets: Sheets, page: MarksPage, rounds: int) -> list[Row]:
    """From the wish to the whole window painted, and by parts."""
    key = (sheets.coral, sheets.subject, sheets.school.term())
    queries = page.context.queries.mark_sheet
    whole, query, book, put, paint = Times(), Times(), Times(), Times(), Times()
    for _ in range(rounds):
        page.journey.show_overview()
        settle(page)
        whole.take(lambda: _open_and_paint(page, key))
        settle(page)
        query.start()
        sheet = queries.sheet(*key)
        query.stop()
        book.start()
        made = SheetBook(page.words, sheet, {})
        book.stop()
        put.start()
        page.sheet.open(made)
        put.stop()
        paint.take(QApplication.processEvents)
        settle(page)
    return [
        whole.row(OPEN),
        query.row("  read from the store"),
        book.row("  made into cells"),
        put.row("  put on the screen"),
        paint.row("  painted"),
    ]


def _open_and_paint(page: MarksPage, key: tuple[Any, Any, Any]) -> None:
    page.open_with(class_id=key[0], subject_id=key[1])
    _until_idle(page)
    QApplication.processEvents()


def _saving(page: MarksPage, rounds: int) -> list[Row]:
    """One mark typed: until it shows with every figure that follows, and until it is on the disk."""
    grid, shown, stored = page.sheet.grid, Times(), Times()
    for number in range(rounds):
        grid.go(Cell(number % PUPILS, 3))
        QApplication.processEvents()
        QTest.keyClicks(grid, str(number % 9 + 1))
        shown.start()
        stored.start()
        QTest.keyClick(grid.editor, Qt.Key.Key_Return)
        QApplication.sendPostedEvents()
        shown.stop()
        _until_idle(page)
        stored.stop()
        settle(page)
    return [
        shown.row("save a cell: Enter to figures painted"),
        stored.row(STORED),
    ]


def _painting_all(page: MarksPage, rounds: int) -> Row:
    """The whole 40 x 12 grid drawn at once, as on a very tall screen."""
    grid, times = page.sheet.grid, Times()
    grid.resize(1400, 46 + 30 * PUPILS + 20)
    picture = QImage(grid.size(), QImage.Format.Format_ARGB32_Premultiplied)
    for _ in range(rounds):
        times.take(lambda: grid.viewport().render(picture))
    return times.row(f"draw all {PUPILS} x {TESTS} cells")


def main() -> None:
    """Print the figures."""
    for row in run():
        figures = f"{row.median:7.2f} ms   best {row.best:6.2f} ms   processor {row.processor:6.2f} ms"
        print(f"{row.name:42} {figures}")
    print(f"one frame is {FRAME_MS:.1f} ms")


if __name__ == "__main__":
    main()
