"""Lines over time: a pupil solid with dots, the class dashed, each named at its end."""

from dataclasses import dataclass
from decimal import Decimal

from PySide6.QtCore import QPointF, QRectF, Qt
from PySide6.QtGui import QPainter, QPen

from emis_desktop.rules.axes import Axis, close_axis, runs, spread
from resources.words import Words
from ui.charts.base import Chart, ChartTable, flip, grid_pen, words_at
from ui.theme.active import colour
from ui.theme.fonts import SEMIBOLD, metrics
from ui.widgets.table.cells import MISSING

_FOOT = 20
_INKS = (("chart1", "accent"), ("chart4", "text2"), ("chart2", "warn"), ("chart3", "text2"))


@dataclass(frozen=True, slots=True)
class Series:
    """One line: its name and a value for each place, None where there is none."""

    name: str
    values: tuple[Decimal | None, ...]


class LineChart(Chart):
    """The first series is solid with dots and bold, the others dashed. A line never crosses a gap."""

    def __init__(self, words: Words, place_name: str, *, name: str = "chart.lines") -> None:
        """``place_name`` heads the first column of the table: "Term"."""
        super().__init__(words, name=name)
        self._place_name = place_name
        self._places: tuple[str, ...] = ()
        self._series: tuple[Series, ...] = ()
        self._axis: Axis | None = None

    def set_series(
        self, places: tuple[str, ...], series: tuple[Series, ...], axis: Axis | None = None
    ) -> None:
        """Show ``series`` over ``places``; ``axis`` fixes the axis, else it lies close around the values."""
        self._places, self._series, self._axis = places, series, axis
        self.changed()

    def table(self) -> ChartTable:
        """A row a place, a column a series."""
        heads = (self._place_name, *(one.name for one in self._series))
        rows = tuple(
            (place, *(self._say(one.values[number]) for one in self._series))
            for number, place in enumerate(self._places)
        )
        return ChartTable(heads, rows)

    def spoken(self) -> str:
        """Each series with its values."""
        return "; ".join(
            f"{one.name}: "
            + ", ".join(
                f"{place} {self._say(value)}" for place, value in zip(self._places, one.values, strict=True)
            )
            for one in self._series
        )

    def _say(self, value: Decimal | None) -> str:
        return MISSING if value is None else self.words.number(value, 1)

    def draw(self, painter: QPainter, box: QRectF, *, rtl: bool) -> None:
        """Grid, places, lines and their names."""
        values = [value for one in self._series for value in one.values if value is not None]
        if not values or not self._places:
            return
        axis = self._axis or close_axis(
            values, floor=min(Decimal(0), *values), ceiling=max(Decimal(100), *values)
        )
        names = max(metrics(11, SEMIBOLD).horizontalAdvance(one.name) for one in self._series) + 12
        body = box.adjusted(16, 6, -names, -_FOOT)
        self._grid(painter, box, body, axis, rtl)
        step = body.width() / max(1, len(self._places) - 1)
        for number, place in enumerate(self._places):
            room = QRectF(body.left() + number * step - 30, body.bottom() + 3, 60, 16)
            words_at(painter, flip(room, box, rtl=rtl), place)
        for number, one in reversed(list(enumerate(self._series))):
            self._line(painter, (box, body, rtl), axis, step, (number, one))
        self._names(painter, box, body, axis, rtl)

    def _grid(self, painter: QPainter, box: QRectF, body: QRectF, axis: Axis, rtl: bool) -> None:
        ticks = axis.ticks if body.height() > 90 else (axis.ticks[0], axis.ticks[-1])
        for tick in ticks:
            y = round(body.bottom() - axis.share(tick) * body.height()) + 0.5
            painter.setPen(grid_pen())
            painter.drawLine(QPointF(box.left(), y), QPointF(box.right(), y))
            room = QRectF(box.left(), y - 14 if y > body.top() + 10 else y, 30, 14)
            words_at(painter, flip(room, box, rtl=rtl), self.words.number(tick), "start", rtl=rtl)

    def _line(
        self,
        painter: QPainter,
        place: tuple[QRectF, QRectF, bool],
        axis: Axis,
        step: float,
        series: tuple[int, Series],
    ) -> None:
        box, body, rtl = place
        number, one = series
        ink = colour(_INKS[number % len(_INKS)][0])
        points = [
            self._point(box, body, axis, (place_, step), value, rtl)
            for place_, value in enumerate(one.values)
        ]
        pen = QPen(ink, 2 if number == 0 else 1.5)
        if number:
            pen.setStyle(Qt.PenStyle.DashLine)
        for run in runs(one.values):
            painter.setPen(pen)
            painter.setBrush(Qt.BrushStyle.NoBrush)
            painter.drawPolyline([points[at] for at in run])
            if number == 0 or len(run) == 1:
                painter.setPen(Qt.PenStyle.NoPen)
                painter.setBrush(ink)
                for at in run:
                    painter.drawEllipse(points[at], 3, 3)

    def _point(
        self,
        box: QRectF,
        body: QRectF,
        axis: Axis,
        place: tuple[int, float],
        value: Decimal | None,
        rtl: bool,
    ) -> QPointF:
        number, step = place
        y = body.bottom() - axis.share(value or axis.low) * body.height()
        return flip(QRectF(body.left() + number * step, y, 0, 0), box, rtl=rtl).topLeft()

    def _names(self, painter: QPainter, box: QRectF, body: QRectF, axis: Axis, rtl: bool) -> None:
        lasts = [next((v for v in reversed(one.values) if v is not None), axis.low) for one in self._series]
        wanted = [body.bottom() - axis.share(value) * body.height() for value in lasts]
        places = spread(wanted, 14, body.top() + 4, body.bottom() - 4)
        for number, (one, y) in enumerate(zip(self._series, places, strict=True)):
            room = QRectF(body.right() + 7, y - 8, box.right() - body.right(), 16)
            ink = _INKS[number % len(_INKS)][1]
            weight = SEMIBOLD if number == 0 else 400
            words_at(painter, flip(room, box, rtl=rtl), one.name, "start", weight=weight, ink=ink, rtl=rtl)
