"""Why a text was refused, beside its cell; and a passing word at the current one."""

from PySide6.QtCore import QObject, QPoint, QRect, QTimer
from PySide6.QtWidgets import QWidget

from ui.report_cards.remarks.book import RemarkBook
from ui.report_cards.remarks.grid import RemarkGrid
from ui.widgets.base import announce
from ui.widgets.sheet.area import Cell
from ui.widgets.sheet.reason import ReasonBubble

TOLD_MS = 4000


class RemarkReasons(QObject):
    """One bubble over ``host``: at the current cell when it is refused, else at the first such in sight."""

    def __init__(self, grid: RemarkGrid, host: QWidget) -> None:
        super().__init__(grid)
        self._grid, self._host = grid, host
        self.bubble = ReasonBubble(host, "report_cards.remarks.reason")
        self._told: tuple[Cell, str] | None = None
        self._clock = QTimer(self, singleShot=True, interval=TOLD_MS)
        self._clock.timeout.connect(self._forget)
        grid.moved.connect(self.place)

    def tell(self, text: str) -> None:
        """Say something at the current cell for a moment."""
        self._told = (self._grid.current, text)
        announce(self._grid, text)
        self._clock.start()
        self.place()

    def _forget(self) -> None:
        self._told = None
        self.place()

    def place(self) -> None:
        """Put the bubble where its cell is now."""
        book = self._grid.book
        if self._told is not None and self._told[0] != self._grid.current:
            self._told = None
        if book is None or not book.extent.rows or self._grid.editing():
            self.bubble.hide()
            return
        cell, text, bad = self._what_to_say(book)
        if not text:
            self.bubble.hide()
            return
        port = self._grid.viewport()
        rect = self._grid.cell_rect(cell)
        anchor = QRect(port.mapTo(self._host, rect.topLeft()), rect.size())
        room = QRect(port.mapTo(self._host, QPoint(0, 0)), port.size())
        self.bubble.place(text, anchor, room, None, bad=bad)

    def _what_to_say(self, book: RemarkBook) -> tuple[Cell, str, bool]:
        here = self._grid.current
        if self._told is not None:
            return here, self._told[1], False
        port = self._grid.viewport().rect()
        cells = [cell for key in book.drafts if (cell := book.place_of(key)) is not None]
        for cell in sorted(cells, key=lambda cell: (cell != here, cell)):
            draft = book.draft(cell)
            if draft is not None and port.contains(self._grid.cell_rect(cell).center()):
                return cell, draft.reason, True
        return here, "", False
