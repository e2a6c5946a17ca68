"""Under a day's register: the rate of the class, and how many were missing on each day of the strips."""

from typing import Final

from PySide6.QtCore import QRect, QSize, Qt
from PySide6.QtGui import QPainter, QPaintEvent
from PySide6.QtWidgets import QSizePolicy, QWidget

from ui.attendance.book import RATE, STRIP
from ui.attendance.day_grid import DayGrid
from ui.attendance.day_paint import EDGE, rate_text
from ui.attendance.strips import MARK as BAR
from ui.attendance.strips import places
from ui.theme.active import colour
from ui.theme.fonts import SEMIBOLD, font, metrics
from ui.widgets.base import identify
from ui.widgets.paint import alignment
from ui.widgets.sheet.area import Cell

HEIGHT: Final = 52
_MOST: Final = 20
"""Per cent of the class missing at which a bar is as high as it gets."""
_MIDDLE: Final = Qt.AlignmentFlag.AlignVCenter


class DayFoot(QWidget):
    """Drawn under the columns of ``grid``."""

    def __init__(self, grid: DayGrid) -> None:
        super().__init__()
        identify(self, "attendance.day.foot")
        self._grid = grid
        self.setFixedHeight(HEIGHT)
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)
        grid.scrolled.connect(self.update)

    def sizeHint(self) -> QSize:
        """As high as it is."""
        return QSize(200, HEIGHT)

    def refresh(self) -> None:
        """The figures have changed."""
        book = self._grid.book
        if book is not None:
            rate = book.past.class_rate if book.past is not None else None
            words = book.saying.words
            self.setAccessibleName(f"{words.tr('Class rate')} {rate_text(words, rate)}")
        self.update()

    def paintEvent(self, event: QPaintEvent) -> None:
        """Draw words, bars and the rate."""
        painter = QPainter(self)
        painter.fillRect(self.rect().adjusted(0, 0, 0, -7), colour("sunken"))
        painter.fillRect(self.rect().adjusted(7, 0, -7, 0), colour("sunken"))
        painter.fillRect(0, 0, self.width(), 1, colour("line"))
        book, grid, rtl = self._grid.book, self._grid, self.isRightToLeft()
        if book is None:
            return
        tr, inset = book.saying.words.tr, grid.names.width()
        start = int(alignment("start", rtl) | _MIDDLE)
        words = QRect(13, 0, self.width() - 26, HEIGHT)
        if not grid.isColumnHidden(STRIP):
            reach = grid.cell_rect(Cell(0, STRIP))
            words = (
                QRect(reach.right(), 0, self.width() - reach.right() - 13, HEIGHT)
                if rtl
                else QRect(13, 0, inset + reach.left() - 26, HEIGHT)
            )
        painter.setFont(font(12, SEMIBOLD))
        painter.setPen(colour("text"))
        painter.drawText(words.adjusted(0, 6, 0, -HEIGHT // 2 + 2), start, tr("Class rate"))
        painter.setFont(font(11))
        painter.setPen(colour("text2"))
        told = tr("Rate of the term at the end; bars: per cent of the class not here, each day")
        shown = metrics(11).elidedText(told, Qt.TextElideMode.ElideRight, words.width())
        painter.drawText(words.adjusted(0, HEIGHT // 2, 0, -6), start, shown)
        self._bars(painter, inset, rtl)
        self._rate(painter, inset, rtl)

    def _place(self, column: int, inset: int, rtl: bool) -> QRect:
        """Where a column of the table lies on this line."""
        rect = self._grid.cell_rect(Cell(0, column))
        return QRect(rect.left() + (0 if rtl else inset), 0, rect.width(), HEIGHT)

    def _bars(self, painter: QPainter, inset: int, rtl: bool) -> None:
        book = self._grid.book
        if book is None or book.past is None or self._grid.isColumnHidden(STRIP):
            return
        room = self._place(STRIP, inset, rtl).adjusted(EDGE, 0, -EDGE, 0)
        base, most = HEIGHT - 10, HEIGHT - 22
        painter.fillRect(room.left(), base, room.width(), 1, colour("grid"))
        for x, share in zip(places(book.past.days), book.past.absent_share, strict=True):
            high = 0 if share is None else round(min(float(share), _MOST) / _MOST * most)
            left = room.right() - x - BAR if rtl else room.left() + x
            painter.fillRect(left, base - high, BAR, high, colour("chart1"))

    def _rate(self, painter: QPainter, inset: int, rtl: bool) -> None:
        book = self._grid.book
        if book is None:
            return
        room = self._place(RATE, inset, rtl).adjusted(EDGE, 0, -EDGE, 0)
        rate = book.past.class_rate if book.past is not None else None
        painter.setFont(font(13, SEMIBOLD))
        painter.setPen(colour("text"))
        painter.drawText(room, int(alignment("end", rtl) | _MIDDLE), rate_text(book.saying.words, rate))
