"""A grid of values as a ramp with the numbers inside."""

from dataclasses import dataclass
from decimal import Decimal

from PySide6.QtCore import QRectF, Qt
from PySide6.QtGui import QColor, QPainter, QPen

from resources.words import Words
from ui.charts.base import Chart, ChartTable, flip, words_at
from ui.theme.active import colour, tokens
from ui.theme.fonts import metrics
from ui.theme.tokens import ink_on, ramp
from ui.widgets.table.cells import MISSING

_HEAD = 20
_FOOT = 28
_GAP = 2.5
_SWATCH = 28


@dataclass(frozen=True, slots=True)
class HeatData:
    """Values by row and column.

    ``values[row][column]`` is None where there is nothing; ``notes`` says why for (row, column): "holiday".
    ``shown`` are the column labels that are drawn ("" for none), ``columns`` the full ones for the table.
    ``low`` and ``high`` are the ends of the ramp, ``unit`` stands after the high one.
    """

    rows: tuple[str, ...]
    columns: tuple[str, ...]
    shown: tuple[str, ...]
    values: tuple[tuple[Decimal | None, ...], ...]
    notes: dict[tuple[int, int], str]
    low: Decimal
    high: Decimal
    unit: str
    caption: str


class Heatmap(Chart):
    """A heatmap grid; ``set_data`` shows other values."""

    def __init__(self, words: Words, row_name: str, *, name: str = "chart.heatmap") -> None:
        """``row_name`` heads the first column of the table: "Day"."""
        super().__init__(words, name=name)
        self._row_name = row_name
        self._data: HeatData | None = None

    def set_data(self, data: HeatData) -> None:
        """Show ``data``."""
        self._data = data
        self.changed()

    def table(self) -> ChartTable:
        """A row a row, a column a column."""
        data = self._data
        if data is None:
            return ChartTable((self._row_name,), ())
        rows = tuple(
            (label, *(self._say(data, row, column) for column in range(len(data.columns))))
            for row, label in enumerate(data.rows)
        )
        return ChartTable((self._row_name, *data.columns), rows)

    def spoken(self) -> str:
        """The least and the most, and where they are."""
        data = self._data
        if data is None:
            return ""
        found = [
            (value, data.rows[row], data.columns[column])
            for row, line in enumerate(data.values)
            for column, value in enumerate(line)
            if value is not None
        ]
        if not found:
            return data.caption
        low, high = min(found), max(found)
        return self.words.tr(
            "{caption}. Least {low} ({low_at}), most {high} ({high_at})",
            caption=data.caption,
            low=self.words.number(low[0]),
            low_at=f"{low[1]} {low[2]}",
            high=self.words.number(high[0]),
            high_at=f"{high[1]} {high[2]}",
        )

    def _say(self, data: HeatData, row: int, column: int) -> str:
        value = data.values[row][column]
        return data.notes.get((row, column), MISSING) if value is None else self.words.number(value)

    def draw(self, painter: QPainter, box: QRectF, *, rtl: bool) -> None:
        """Labels, cells and legend."""
        data = self._data
        if data is None or not data.rows or not data.columns:
            return
        side = max(metrics(11).horizontalAdvance(label) for label in data.rows) + 12
        body = box.adjusted(side, _HEAD, 0, -_FOOT)
        wide, high = body.width() / len(data.columns), body.height() / len(data.rows)
        for column, label in enumerate(data.shown):
            room = QRectF(body.left() + column * wide - 20, box.top(), wide + 40, _HEAD - 4)
            words_at(painter, flip(room, box, rtl=rtl), label)
        for row, label in enumerate(data.rows):
            room = QRectF(box.left(), body.top() + row * high, side, high)
            words_at(painter, flip(room, box, rtl=rtl), label, "start", rtl=rtl)
            for column in range(len(data.columns)):
                cell = QRectF(body.left() + column * wide, body.top() + row * high, wide, high)
                inner = cell.adjusted(_GAP / 2, _GAP / 2, -_GAP / 2, -_GAP / 2)
                self._cell(painter, flip(inner, box, rtl=rtl), data, row, column)
        self._legend(painter, box, body, data, rtl)

    def _cell(self, painter: QPainter, rect: QRectF, data: HeatData, row: int, column: int) -> None:
        value = data.values[row][column]
        if value is None:
            note = data.notes.get((row, column), "")
            style = Qt.PenStyle.DashLine if note else Qt.PenStyle.SolidLine
            painter.setPen(QPen(colour("line_strong" if note else "line"), 1, style))
            painter.setBrush(Qt.BrushStyle.NoBrush)
            painter.drawRoundedRect(rect.adjusted(0.5, 0.5, -0.5, -0.5), 3, 3)
            if note and metrics(11).horizontalAdvance(note) < rect.width() - 2:
                words_at(painter, rect, note)
            return
        ground = ramp(tokens())[_step(value, data)]
        painter.setPen(Qt.PenStyle.NoPen)
        painter.setBrush(QColor(ground))
        painter.drawRoundedRect(rect, 3, 3)
        if rect.width() >= 16 and rect.height() >= 10.5:
            words_at(painter, rect, self.words.number(value), ink=ink_on(ground))

    def _legend(self, painter: QPainter, box: QRectF, body: QRectF, data: HeatData, rtl: bool) -> None:
        line = QRectF(body.left(), box.bottom() - 20, body.width(), 16)
        words_at(painter, flip(line, box, rtl=rtl), data.caption, "start", rtl=rtl)
        text = f"{self.words.number(data.high)} {data.unit}".strip()
        width = metrics(11).horizontalAdvance(text) + 6
        last = QRectF(line.right() - width - 20, line.top(), width, 16)
        words_at(painter, flip(last, box, rtl=rtl), text, "start", rtl=rtl)
        x = last.left() - 6
        for step in reversed(ramp(tokens())):
            x -= _SWATCH + 2
            swatch = QRectF(x, line.top() + 2, _SWATCH, 12)
            painter.setPen(Qt.PenStyle.NoPen)
            painter.setBrush(QColor(step))
            painter.drawRoundedRect(flip(swatch, box, rtl=rtl), 2, 2)
        first = QRectF(x - 34, line.top(), 30, 16)
        words_at(painter, flip(first, box, rtl=rtl), self.words.number(data.low), "end", rtl=rtl)


def _step(value: Decimal, data: HeatData) -> int:
    """Which of the five steps of the ramp a value takes."""
    span = data.high - data.low
    share = float((value - data.low) / span) if span else 1.0
    return min(4, max(0, int(share * 5)))
