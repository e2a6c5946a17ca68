"""The fixed foot of a sheet: average and spread of every column, live, and the codes that may be typed."""

from decimal import Decimal
from typing import Final

from PySide6.QtCore import QRect, QSize, Qt
from PySide6.QtGui import QPainter, QPaintEvent
from PySide6.QtWidgets import QSizePolicy, QWidget

from emis_desktop.rules.figures import ClassFigures
from ui.marks.book import SheetBook
from ui.marks.columns import BookColumn, Kind
from ui.marks.grid import Grid
from ui.marks.paint import PADDING
from ui.theme.active import colour
from ui.theme.fonts import REGULAR, SEMIBOLD, font, metrics
from ui.widgets.base import identify
from ui.widgets.paint import alignment

_LINE: Final = 22
_TOP: Final = 3
_CODES: Final = 20
_INDENT: Final = 13


class SheetFoot(QWidget):
    """Two lines of figures under the columns of ``grid``, and a third with the codes and what is chosen."""

    def __init__(self, grid: Grid) -> None:
        super().__init__()
        identify(self, "marks.sheet.foot")
        self._grid = grid
        self._words = grid.words
        self._chosen = ""
        self.setFixedHeight(_TOP + 2 * _LINE + _CODES + 2)
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)
        grid.scrolled.connect(self.update)

    def sizeHint(self) -> QSize:
        """As high as its lines."""
        return QSize(200, self.height())

    def refresh(self) -> None:
        """The figures have changed."""
        book = self._grid.book
        if book is not None:
            self.setAccessibleName(self.spoken(book))
        self.update()

    def set_chosen(self, text: str) -> None:
        """Say something of the cells that are chosen."""
        if text != self._chosen:
            self._chosen = text
            self.update()

    def chosen(self) -> str:
        """What is said of the cells that are chosen."""
        return self._chosen

    def spoken(self, book: SheetBook) -> str:
        """Every average in words."""
        parts = [
            f"{column.title} {average}"
            for column in book.columns
            if (average := self._texts(book, column)[0])
        ]
        return ", ".join([self._words.tr("Class average"), *parts, self.codes(book)])

    def codes(self, book: SheetBook) -> str:
        """What is typed for absent and exempt."""
        codes = book.sheet.codes
        return self._words.tr("{absent} absent, {exempt} exempt", absent=codes.absent, exempt=codes.exempt)

    def _texts(self, book: SheetBook, column: BookColumn) -> tuple[str, str]:
        """Average and spread of a column as shown."""
        figures: ClassFigures | None = None
        if column.kind is Kind.ITEM:
            figures = book.sheet.column_figures[column.item]
        elif column.kind is Kind.TERM:
            figures = book.sheet.so_far
        if figures is None:
            return "", ""
        return self._number(figures.average), self._number(figures.spread)

    def _number(self, value: Decimal | None) -> str:
        return "" if value is None else self._words.number(value)

    def paintEvent(self, event: QPaintEvent) -> None:
        """Draw the lines under their columns."""
        painter = QPainter(self)
        painter.fillRect(self.rect().adjusted(7, 0, -7, 0), colour("sunken"))
        painter.fillRect(self.rect().adjusted(0, 0, 0, -7), colour("sunken"))
        painter.fillRect(0, 0, self.width(), 1, colour("line"))
        book = self._grid.book
        if book is None:
            return
        rtl = self.isRightToLeft()
        tr = self._words.tr
        names = self._names(rtl)
        self._word(painter, names, 0, tr("Class average"), SEMIBOLD, "text")
        self._word(painter, names, 1, tr("Spread (std. deviation)"), REGULAR, "text2")
        self._figures(painter, book, rtl)
        self._third(painter, book, rtl)

    def _names(self, rtl: bool) -> QRect:
        wide = self._grid.names.width()
        left = self.width() - wide if rtl else 0
        return QRect(left + (4 if rtl else _INDENT), _TOP, wide - _INDENT - 4, _LINE)

    def _word(self, painter: QPainter, box: QRect, line: int, text: str, weight: int, ink: str) -> None:
        rtl = self.isRightToLeft()
        painter.setFont(font(12, weight))
        painter.setPen(colour(ink))
        shown = metrics(12, weight).elidedText(text, Qt.TextElideMode.ElideRight, box.width())
        side = alignment("start", rtl) | Qt.AlignmentFlag.AlignVCenter
        painter.drawText(box.translated(0, line * _LINE), int(side), shown)

    def _figures(self, painter: QPainter, book: SheetBook, rtl: bool) -> None:
        grid = self._grid
        port = grid.viewport()
        start = port.mapTo(grid, port.rect().topLeft()).x()
        side = int(alignment("end", rtl) | Qt.AlignmentFlag.AlignVCenter)
        painter.save()
        painter.translate(start, _TOP)
        for place, column in enumerate(book.columns):
            room, texts = grid.pinned.room(place), self._texts(book, column)
            painter.setClipRect(QRect(room.left(), 1 - _TOP, room.width(), self.height()))
            box = QRect(grid.pinned.x(place), 0, grid.columnWidth(place) - 1, _LINE)
            for line, (weight, ink) in enumerate(((SEMIBOLD, "text"), (REGULAR, "text2"))):
                painter.setFont(font(12, weight))
                painter.setPen(colour(ink))
                painter.drawText(box.adjusted(PADDING, 0, -PADDING, 0), side, texts[line])
                box.translate(0, _LINE)
        painter.restore()

    def _third(self, painter: QPainter, book: SheetBook, rtl: bool) -> None:
        top = _TOP + 2 * _LINE
        box = self.rect().adjusted(_INDENT, top, -_INDENT, -2)
        painter.setFont(font(11))
        painter.setPen(colour("text2"))
        middle = Qt.AlignmentFlag.AlignVCenter
        painter.drawText(box, int(alignment("start", rtl) | middle), self.codes(book))
        painter.drawText(box, int(alignment("end", rtl) | middle), self._chosen)
