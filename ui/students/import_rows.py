"""A table whose cells take as many lines as they need: advice is of no use when it is cut where it starts."""

from html import escape

from PySide6.QtCore import QModelIndex, QPersistentModelIndex, QRect, Qt, QTimer
from PySide6.QtGui import QPainter

from emis_desktop.services.importing.outcome import RowError
from ui.theme.fonts import font, metrics
from ui.widgets.paint import alignment, tone_ink
from ui.widgets.table.cells import PADDING, Cell, Column
from ui.widgets.table.delegate import CellDelegate
from ui.widgets.table.model import RowsModel, TableModel
from ui.widgets.table.view import TableView

ROW = 34
ABOVE = 8
"""Pixels above and below the words of a cell."""
MOST_LINES = 8
"""Lines of the column that stretches; the others have at most ``FEW_LINES``, for a file may hold anything."""
FEW_LINES = 3
MEASURED = 150
"""So many rows are as high as their words (0.2 ms each to measure); those below have ``FEW_LINES``."""


class ErrorRows(RowsModel[RowError]):
    """Rows that are refused; a tooltip holds the whole of each cell."""

    def data(
        self, index: QModelIndex | QPersistentModelIndex, role: int = Qt.ItemDataRole.DisplayRole
    ) -> object:
        """As in every table, and the text of the cell as a tooltip that wraps."""
        if role == Qt.ItemDataRole.ToolTipRole and index.isValid():
            return f"<qt>{escape(self.cell(index.row(), self.columns[index.column()]).text)}</qt>"
        return super().data(index, role)


class WrappedTable(TableView):
    """A table with rows as high as their words in columns as wide as they are."""

    def __init__(self, model: TableModel, spoken: str, *, name: str) -> None:
        super().__init__(model, spoken, row_height=ROW, name=name)
        self.setItemDelegate(_Wrapping(self, self))
        self._later = QTimer(self)
        self._later.setSingleShot(True)
        self._later.timeout.connect(self.fit_rows)
        self.head.sectionResized.connect(lambda *_: self._later.start(0))
        model.modelReset.connect(self.fit_rows)

    def fit_rows(self) -> None:
        """Give each row the height of its words."""
        many = self._model.count() > MEASURED
        self.verticalHeader().setDefaultSectionSize(height_of(FEW_LINES) if many else ROW)
        for row in range(min(self._model.count(), MEASURED)):
            self.setRowHeight(row, self._height(row))

    def _height(self, row: int) -> int:
        columns = enumerate(self._model.columns)
        return max(
            _height(self._model.cell(row, column), column, self.columnWidth(number))
            for number, column in columns
        )


class _Wrapping(CellDelegate):
    """Draws the text of a cell over several lines, from the top."""

    def paint_content(self, painter: QPainter, rect: QRect, cell: Cell, column: Column, rtl: bool) -> None:
        """Draw what the cell says into ``rect``."""
        room = rect.adjusted(PADDING, ABOVE, -PADDING, -ABOVE)
        shown = shown_text(cell, column, room.width())
        painter.setFont(font(13, cell.weight))
        painter.setPen(tone_ink(cell.tone))
        side = alignment(column.align, rtl) | Qt.AlignmentFlag.AlignTop
        painter.drawText(room, int(side) | _wrap(shown, cell.weight, room.width()), shown)


def height_of(lines: int) -> int:
    """Pixels of a row with so many lines."""
    return max(ROW, lines * metrics(13).lineSpacing() + 2 * ABOVE)


def shown_text(cell: Cell, column: Column, width: int) -> str:
    """The text of a cell, cut where it takes more lines of ``width`` pixels than the column has."""
    most = MOST_LINES if column.stretch else FEW_LINES
    told = metrics(13, cell.weight)
    text = " ".join(cell.text.split())
    room = width * most
    while text and _tall(text, cell.weight, width) > most * told.lineSpacing():
        room -= width // 4
        text = told.elidedText(text, Qt.TextElideMode.ElideRight, room)
    return text


def _height(cell: Cell, column: Column, width: int) -> int:
    inner = width - 2 * PADDING
    return max(ROW, _tall(shown_text(cell, column, inner), cell.weight, inner) + 2 * ABOVE)


def _tall(text: str, weight: int, width: int) -> int:
    flags = _wrap(text, weight, width)
    return metrics(13, weight).boundingRect(QRect(0, 0, width, 1 << 20), flags, text).height()


def _wrap(text: str, weight: int, width: int) -> int:
    """Break between words; anywhere where a word is wider than the column."""
    told = metrics(13, weight)
    whole = all(told.horizontalAdvance(word) <= width for word in text.split())
    return int(Qt.TextFlag.TextWordWrap if whole else Qt.TextFlag.TextWrapAnywhere)
