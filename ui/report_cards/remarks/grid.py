"""The table of remarks on the screen: how wide its columns are, and the drawing of its cells."""

from collections.abc import Iterator, Sequence

from PySide6.QtCore import QEvent, Qt
from PySide6.QtGui import QKeyEvent, QPainter, QPaintEvent

from resources.words import Words
from ui.report_cards.remarks.book import RemarkBook
from ui.report_cards.remarks.editors import RemarkEditors
from ui.report_cards.remarks.keys import RemarkKeys
from ui.report_cards.remarks.model import RemarkModel
from ui.report_cards.remarks.paint import paint_cell, paint_frame, paint_tick
from ui.widgets.base import identify
from ui.widgets.sheet.area import Cell
from ui.widgets.sheet.head import PinnedHead
from ui.widgets.sheet.typed import TypedTable

ROW = 44
_NAMES, _NAMES_COMPACT = 174, 160
_TABS = (Qt.Key.Key_Tab, Qt.Key.Key_Backtab)


class RemarkHead(PinnedHead[RemarkBook]):
    """The names of the columns on two lines."""

    def set_book(self, book: RemarkBook | None) -> None:
        """Show the columns of a table."""
        self.set_columns(tuple(one.column for one in book.columns) if book is not None else ())


class RemarkGrid(TypedTable[RemarkBook]):
    """The remarks, levels and counts of a class, to type into."""

    editors: RemarkEditors

    def __init__(self, words: Words) -> None:
        super().__init__(RemarkModel(), RemarkHead(), words.tr("Pupil"), ROW)
        identify(self, "report_cards.remarks.table", words.tr("Remarks of the class"))
        self.names_least = _NAMES
        self.setTabKeyNavigation(False)  # it would take the hiding of an editor for a Tab
        self.take_parts(RemarkEditors(words, self), RemarkKeys(self))

    def set_compact(self, compact: bool) -> None:
        """Narrower names in a small window."""
        self.names_least = _NAMES_COMPACT if compact else _NAMES
        self.fit()

    def widths(self, book: RemarkBook, room: int) -> Sequence[int]:
        """Each as wide as it must be; the remarks share what is left."""
        columns = [one.column for one in book.columns]
        spare = max(0, room - sum(column.width for column in columns))
        shares = sum(column.stretch for column in columns) or 1
        return [column.width + spare * column.stretch // shares for column in columns]

    def event(self, event: QEvent) -> bool:
        """Tab moves within the table until its last cell, Shift+Tab until its first."""
        if isinstance(event, QKeyEvent) and event.type() == QEvent.Type.KeyPress and event.key() in _TABS:
            back = event.key() == Qt.Key.Key_Backtab
            if not event.modifiers() & Qt.KeyboardModifier.ControlModifier and self._tab_stays(back=back):
                self.keys.steps.tab(-1 if back else 1)
                return True
        return super().event(event)

    def _tab_stays(self, *, back: bool) -> bool:
        if self.book is None or not self.filled():
            return False
        extent = self.book.extent
        return self.current != (Cell(0, 0) if back else Cell(extent.rows - 1, extent.columns - 1))

    def paintEvent(self, event: QPaintEvent) -> None:
        """Draw what shows in one pass."""
        book = self.book
        if book is None or not self.filled():
            return
        painter = QPainter(self.viewport())
        rtl, ticked = self.isRightToLeft(), self.ticks.cells()
        for cell in self._cells_in_sight(book):
            rect, column = self.cell_rect(cell), book.columns[cell.column]
            text, draft = book.text(cell), book.draft(cell)
            paint_cell(painter, rect, column.kind, text, draft, editable=book.takes(cell), rtl=rtl)
            if cell in ticked:
                paint_tick(painter, rect, self.devicePixelRatioF(), rtl=rtl)
        paint_frame(painter, self.cell_rect(self.current), focused=self.has_keys())

    def _cells_in_sight(self, book: RemarkBook) -> Iterator[Cell]:
        """The cells that show, row by row."""
        port = self.viewport().rect()
        first, last = self.rowAt(0), self.rowAt(port.bottom())
        last = book.extent.rows - 1 if last < 0 else last
        for row in range(max(0, first), last + 1):
            for column in range(book.extent.columns):
                if self.cell_rect(Cell(row, column)).intersects(port):
                    yield Cell(row, column)
