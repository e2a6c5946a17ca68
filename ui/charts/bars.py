"""Horizontal bars: one a thing, each with its word and its number."""

from dataclasses import dataclass
from decimal import Decimal

from PySide6.QtCore import QPointF, QRectF, Qt
from PySide6.QtGui import QPainter

from emis_desktop.rules.axes import whole_axis
from resources.words import Words
from ui.charts.base import Chart, ChartTable, flip, grid_pen, words_at
from ui.theme.active import colour
from ui.theme.fonts import metrics

_FOOT = 18
_THICK = 14.0
_PITCH = 34.0


@dataclass(frozen=True, slots=True)
class Bar:
    """One bar.

    Its word, its value, and a token for its colour (the first chart colour unless it means more).
    """

    label: str
    value: Decimal
    ink: str = "chart1"


class BarChart(Chart):
    """Bars from zero, longest label at the start, numbers outside the ends."""

    def __init__(
        self, words: Words, label_name: str, value_name: str, *, places: int = 0, name: str = "chart.bars"
    ) -> None:
        """``label_name`` and ``value_name`` head the table; numbers have ``places`` decimals."""
        super().__init__(words, name=name)
        self._heads = (label_name, value_name)
        self._decimals = places
        self._bars: tuple[Bar, ...] = ()

    def set_bars(self, bars: tuple[Bar, ...]) -> None:
        """Show ``bars`` from the top down."""
        self._bars = bars
        self.changed()

    def table(self) -> ChartTable:
        """Word and number."""
        rows = tuple((bar.label, self.words.number(bar.value, self._decimals)) for bar in self._bars)
        return ChartTable(self._heads, rows)

    def spoken(self) -> str:
        """Every bar."""
        parts = [f"{bar.label} {self.words.number(bar.value, self._decimals)}" for bar in self._bars]
        return f"{self._heads[1]}: " + ", ".join(parts)

    def draw(self, painter: QPainter, box: QRectF, *, rtl: bool) -> None:
        """Grid, labels, bars and numbers."""
        if not self._bars:
            return
        axis = whole_axis(
            Decimal(0), max(Decimal(1), *(bar.value for bar in self._bars)), most=5, whole=not self._decimals
        )
        side = min(
            max(metrics(12).horizontalAdvance(bar.label) for bar in self._bars) + 10, int(box.width() * 0.45)
        )
        body = box.adjusted(side, 0, -34, -_FOOT)
        for tick in axis.ticks:
            x = round(body.left() + axis.share(tick) * body.width()) + 0.5
            x = flip(QRectF(x, 0, 0, 0), box, rtl=rtl).left()
            painter.setPen(grid_pen())
            painter.drawLine(QPointF(x, body.top()), QPointF(x, body.bottom()))
            words_at(painter, QRectF(x - 30, body.bottom() + 2, 60, 16), self.words.number(tick))
        pitch = min(_PITCH, body.height() / len(self._bars))
        for number, bar in enumerate(self._bars):
            top = body.top() + number * pitch
            length = axis.share(bar.value) * body.width()
            self._bar(painter, box, QRectF(body.left(), top, length, pitch), bar, rtl)

    def _bar(self, painter: QPainter, box: QRectF, room: QRectF, bar: Bar, rtl: bool) -> None:
        thick = min(_THICK, room.height() - 3)
        shape = QRectF(room.left(), room.center().y() - thick / 2, room.width(), thick)
        painter.setPen(Qt.PenStyle.NoPen)
        painter.setBrush(colour(bar.ink))
        painter.drawRoundedRect(flip(shape, box, rtl=rtl), 2, 2)
        label = QRectF(box.left(), room.top(), room.left() - box.left() - 8, room.height())
        shown = metrics(12).elidedText(bar.label, Qt.TextElideMode.ElideRight, int(label.width()))
        words_at(painter, flip(label, box, rtl=rtl), shown, "start", size=12, ink="text2", rtl=rtl)
        number = QRectF(shape.right() + 5, room.top(), 60, room.height())
        text = self.words.number(bar.value, self._decimals)
        words_at(painter, flip(number, box, rtl=rtl), text, "start", ink="text2", rtl=rtl)
