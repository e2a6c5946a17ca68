"""Enrolment by grade and sex: bars that lie back to back, the grades between them."""

from dataclasses import dataclass
from decimal import Decimal

from PySide6.QtCore import QPointF, QRectF, Qt
from PySide6.QtGui import QPainter

from emis_desktop.rules.axes import Axis, whole_axis
from resources.words import Words
from ui.charts.base import Chart, ChartTable, grid_pen, words_at
from ui.theme.active import colour, tokens
from ui.theme.fonts import SEMIBOLD, metrics
from ui.theme.tokens import ink_on

_MIDDLE = 30
_HEAD = 24
_FOOT = 20
_SIDE = 8
_INNER_FROM = 16


@dataclass(frozen=True, slots=True)
class PyramidRow:
    """One grade: its name, and how many stand on each side."""

    label: str
    start: int
    end: int


class Pyramid(Chart):
    """Horizontal pyramid. ``set_rows`` takes the grades from the top down; series carry their words."""

    def __init__(
        self, words: Words, start_name: str, end_name: str, row_name: str, *, name: str = "chart.pyramid"
    ) -> None:
        """``start_name`` and ``end_name`` are the two series ("Boys", "Girls"), ``row_name`` is "Grade"."""
        super().__init__(words, name=name)
        self._names = (start_name, end_name)
        self._row_name = row_name
        self._rows: tuple[PyramidRow, ...] = ()

    def set_rows(self, rows: tuple[PyramidRow, ...]) -> None:
        """Show these grades."""
        self._rows = rows
        self.changed()

    def table(self) -> ChartTable:
        """Grade, two series and their sum."""
        number = self.words.number
        heads = (self._row_name, *self._names, self.words.tr("Total"))
        rows = tuple(
            (row.label, number(row.start), number(row.end), number(row.start + row.end)) for row in self._rows
        )
        return ChartTable(heads, rows)

    def spoken(self) -> str:
        """Totals of both series and every grade."""
        start, end = self._totals()
        number = self.words.number
        parts = [f"{self._names[0]} {number(start)}, {self._names[1]} {number(end)}"]
        parts += [
            f"{self._row_name} {row.label}: {number(row.start)}, {number(row.end)}" for row in self._rows
        ]
        return "; ".join(parts)

    def _totals(self) -> tuple[int, int]:
        return sum(row.start for row in self._rows), sum(row.end for row in self._rows)

    def draw(self, painter: QPainter, box: QRectF, *, rtl: bool) -> None:
        """Heads, grid, bars and axis."""
        if not self._rows:
            return
        most = max(max(row.start, row.end) for row in self._rows)
        axis = whole_axis(Decimal(0), Decimal(max(most, 1)), most=4, whole=True)
        half = (box.width() - _MIDDLE) / 2 - _SIDE
        body = box.adjusted(_SIDE, _HEAD, -_SIDE, -_FOOT)
        for left in (True, False):
            series = 1 if left == rtl else 0
            edge = body.left() + half if left else body.right() - half
            self._head(painter, QRectF(box.left(), box.top(), box.width(), _HEAD), edge, series, left)
            self._grid(painter, body, axis, (edge, half), left)
            self._bars(painter, body, axis, (edge, half, series, left))
        self._labels(painter, body)

    def _head(self, painter: QPainter, box: QRectF, edge: float, series: int, left: bool) -> None:
        total = self._totals()[series]
        text = f"{self._names[series]}  {self.words.number(total)}"
        room = QRectF(box.left(), box.top(), edge - box.left(), box.height() - 6)
        if not left:
            room = QRectF(edge, box.top(), box.right() - edge, box.height() - 6)
        ink = "warn" if series == 0 else "accent"
        if tokens().name == "dark" and series == 0:
            ink = "chart2"
        words_at(painter, room, text, "end" if left else "start", size=12, weight=SEMIBOLD, ink=ink)

    def _grid(
        self, painter: QPainter, body: QRectF, axis: Axis, place: tuple[float, float], left: bool
    ) -> None:
        edge, half = place
        for tick in axis.ticks[1:]:
            reach = axis.share(tick) * half
            x = round(edge - reach if left else edge + reach) + 0.5
            painter.setPen(grid_pen())
            painter.drawLine(QPointF(x, body.top()), QPointF(x, body.bottom()))
            words_at(painter, QRectF(x - 30, body.bottom() + 2, 60, 16), self.words.number(tick))

    def _bars(
        self, painter: QPainter, body: QRectF, axis: Axis, place: tuple[float, float, int, bool]
    ) -> None:
        edge, half, series, left = place
        pitch = body.height() / len(self._rows)
        thick = min(14.0, pitch - 4) if pitch > 8 else pitch * 0.7
        ground = colour("chart1" if series else "chart2")
        ink = ink_on(ground.name())
        for number, row in enumerate(self._rows):
            value = row.end if series else row.start
            reach = axis.share(Decimal(value)) * half
            top = body.top() + number * pitch + (pitch - thick) / 2
            bar = QRectF(edge - reach if left else edge, top, reach, thick)
            painter.setPen(Qt.PenStyle.NoPen)
            painter.setBrush(ground)
            painter.drawRoundedRect(bar, 2, 2)
            text = self.words.number(value)
            width = metrics(11, SEMIBOLD).horizontalAdvance(text)
            if thick < 11:
                continue
            if reach >= max(_INNER_FROM, width + 10):
                room = bar.adjusted(6, 0, -6, 0)
                words_at(painter, room, text, "start" if left else "end", weight=SEMIBOLD, ink=ink)
            else:
                x = bar.left() - width - 4 if left else bar.right() + 4
                words_at(
                    painter, QRectF(x, top, width + 2, thick), text, "start", weight=SEMIBOLD, ink="text2"
                )

    def _labels(self, painter: QPainter, body: QRectF) -> None:
        pitch = body.height() / len(self._rows)
        for number, row in enumerate(self._rows):
            room = QRectF(body.center().x() - _MIDDLE / 2, body.top() + number * pitch, _MIDDLE, pitch)
            if pitch >= 11 or number % 2 == 0:
                words_at(painter, room, row.label, size=12 if pitch >= 14 else 11, ink="text2")
