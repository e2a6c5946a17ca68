"""How marks are distributed, with the line of passing."""

from dataclasses import dataclass
from decimal import Decimal

from PySide6.QtCore import QPointF, QRectF, Qt
from PySide6.QtGui import QPainter, QPen

from resources.words import Words
from ui.charts.base import Chart, ChartTable, flip, words_at
from ui.theme.active import colour
from ui.theme.fonts import metrics

_HEAD = 20
_PASS_HEAD = 34
"""The words of the pass line stand above the counts: a tall bar beside the line would run into them."""
_FOOT = 18
_GAP = 3
_BESIDE = 5


@dataclass(frozen=True, slots=True)
class Bin:
    """How many values lie from ``low`` up to, but not including, ``high`` (the last bin includes it)."""

    low: Decimal
    high: Decimal
    count: int


class Histogram(Chart):
    """Bars of equal width.

    Bins that end at or under the pass mark take the second colour and stand before its line.
    """

    def __init__(self, words: Words, value_name: str, *, name: str = "chart.histogram") -> None:
        """``value_name`` says what is counted: "Term marks"."""
        super().__init__(words, name=name)
        self._value_name = value_name
        self._bins: tuple[Bin, ...] = ()
        self._pass: Decimal | None = None

    def set_bins(self, bins: tuple[Bin, ...], pass_mark: Decimal | None = None) -> None:
        """Show ``bins``, lowest first, with a line at ``pass_mark``."""
        self._bins, self._pass = bins, pass_mark
        self.changed()

    def table(self) -> ChartTable:
        """Range and count."""
        rows = tuple((self._range(bin_), self.words.number(bin_.count)) for bin_ in self._bins)
        return ChartTable((self._value_name, self.words.tr("Pupils")), rows)

    def spoken(self) -> str:
        """Every bin that is not empty."""
        parts = [f"{self._range(bin_)}: {bin_.count}" for bin_ in self._bins if bin_.count]
        return f"{self._value_name}. " + "; ".join(parts)

    def _range(self, bin_: Bin) -> str:
        return f"{self.words.number(bin_.low)}–{self.words.number(bin_.high)}"

    def draw(self, painter: QPainter, box: QRectF, *, rtl: bool) -> None:
        """Bars with their counts, labels under every second edge, the pass line."""
        if not self._bins:
            return
        body = box.adjusted(0, _HEAD if self._pass is None else _PASS_HEAD, 0, -_FOOT)
        most = max(1, *(bin_.count for bin_ in self._bins))
        pitch = body.width() / len(self._bins)
        for number, bin_ in enumerate(self._bins):
            self._bar(painter, body, (number, pitch, most), bin_, rtl)
        step = 2 if pitch < 34 else 1
        for number in range(0, len(self._bins), step):
            room = QRectF(body.left() + number * pitch - 20 + _GAP + 4, body.bottom() + 2, 40, 16)
            text = self.words.number(self._bins[number].low)
            words_at(painter, flip(room, box, rtl=rtl), text)
        if self._pass is not None:
            self._pass_line(painter, box, body, pitch, rtl)

    def _bar(
        self, painter: QPainter, body: QRectF, place: tuple[int, float, int], bin_: Bin, rtl: bool
    ) -> None:
        number, pitch, most = place
        height = max(body.height() * bin_.count / most, 1.0)
        left = body.left() + number * pitch + _GAP / 2
        bar = flip(QRectF(left, body.bottom() - height, pitch - _GAP, height), body, rtl=rtl)
        failing = self._pass is not None and bin_.high <= self._pass
        painter.setPen(Qt.PenStyle.NoPen)
        painter.setBrush(colour("chart2" if failing else "chart1"))
        if height > 4:
            painter.drawRoundedRect(bar, 2, 2)
        else:
            painter.fillRect(bar, colour("chart2" if failing else "chart1"))
        if bin_.count:
            room = QRectF(bar.left() - 8, bar.top() - 16, bar.width() + 16, 15)
            words_at(painter, room, self.words.number(bin_.count), ink="text2")

    def _pass_line(self, painter: QPainter, box: QRectF, body: QRectF, pitch: float, rtl: bool) -> None:
        low, high = self._bins[0].low, self._bins[-1].high
        share = float((self._pass or low) - low) / float(high - low)
        x = body.left() + share * pitch * len(self._bins)
        text = self.words.tr("pass {mark}", mark=self.words.number(self._pass or low))
        width = metrics(11).horizontalAdvance(text) + 1
        top, left = box.top() + 1, x + _BESIDE
        if x - _BESIDE - width >= box.left():
            left = x - _BESIDE - width
        elif left + width > box.right():  # no room on either side: over the line, which begins below
            left, top = max(box.left(), min(x - width / 2, box.right() - width)), box.top() + 16
        room = QRectF(left, box.top() + 1, width, 14)
        line = flip(QRectF(x, box.top(), 0, 0), box, rtl=rtl).left()
        painter.setPen(QPen(colour("text2"), 1, Qt.PenStyle.DashLine))
        painter.drawLine(QPointF(line, top), QPointF(line, body.bottom()))
        words_at(painter, flip(room, box, rtl=rtl), text, "start", ink="text2", rtl=rtl)
