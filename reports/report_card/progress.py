"""The progress chart: the pupil's average over terms as a solid line with values, the class's dashed."""

from collections.abc import Sequence
from decimal import Decimal
from typing import Final

from emis_desktop.rules.axes import close_axis, runs, spread
from emis_desktop.rules.card import CardPoint, CardValues
from reports.canvas import Align, Pen, Point
from reports.document import Part
from reports.report_card.design import FINE, HAIR, SECOND, WHITE
from reports.report_card.desk import Desk

_TITLE: Final = 6.5
_AXIS: Final = 7.0
"""Room for the numbers of the axis."""

_PLOT_TOP: Final = 11.8
_LABELS: Final = 7.2
"""From the lowest tick to the foot of the panel: the names of the terms and air."""

_NAME_GAP: Final = 2.0
_LINE: Final = 2.9
_DOT: Final = 4.3
_LONE: Final = 2.4
"""Across the dot of a class average that stands alone between gaps, in points."""

_INSET: Final = 6.0
_LABEL: Final = 2.1
"""The height of a value above the line."""

_MOST: Final = 9
"""More terms than that cannot be told apart; the latest are shown."""


def has_progress(card: CardValues) -> bool:
    """Whether there is any progress to draw: two averages of the pupil at least."""
    return sum(point.pupil is not None for point in card.progress[-_MOST:]) > 1


def draw_progress(
    desk: Desk, pen: Pen, card: CardValues, x: float, width: float, top: float, height: float
) -> None:
    """Paint the chart into a panel of ``width`` by ``height`` at (x, top)."""
    words, style = desk.words, desk.look
    points = card.progress[-_MOST:]
    pen.text(x, top + _TITLE, style.heading.fit(words.tr("Progress over terms"), width)[0], style.heading)
    names = (words.tr("Pupil"), words.tr("Class"))
    room = max(style.series_pupil.width(names[0]), style.series_class.width(names[1]))
    box = _Box(x + _AXIS, x + width - room - _NAME_GAP, top + _PLOT_TOP, top + height - _LABELS, points)
    labels = tuple(point.label for point in points)
    key = ("chart", desk.words.language, box.frame, labels)
    pen.form(desk.document.form(key, lambda: _frame(desk, box, labels)))
    for piece in box.line([point.class_average for point in points]):
        if len(piece) > 1:
            pen.line(piece, 0.8, SECOND, "2 1.6")
        else:
            pen.dots(piece, _LONE, SECOND)
    pupil = box.line([point.pupil for point in points])
    for piece in pupil:
        pen.line(piece, 1.5, style.accent)
    pen.dots([point for piece in pupil for point in piece], _DOT, style.accent)
    _values(desk, pen, box, points)
    _names(desk, pen, box, points, names)


class _Box:
    """The plot's rectangle and its axis: turns a term and a value into a place on the sheet."""

    __slots__ = ("axis", "bottom", "left", "low", "right", "scale", "step", "top")

    def __init__(
        self, left: float, right: float, top: float, bottom: float, points: Sequence[CardPoint]
    ) -> None:
        self.left, self.right, self.top, self.bottom = left, right, top, bottom
        pupil = [point.pupil for point in points]
        group = [point.class_average for point in points]
        self.axis = close_axis([value for value in pupil + group if value is not None], most=5)
        self.low = float(self.axis.low)
        self.scale = (bottom - top) / (float(self.axis.high) - self.low)
        self.step = (right - left - 2 * _INSET) / max(1, len(points) - 1)

    @property
    def frame(self) -> tuple[object, ...]:
        """What the grid depends on."""
        return (self.left, self.right, self.top, self.bottom, self.low, self.scale)

    def across(self, place: int) -> float:
        """The middle of the term at ``place``."""
        return self.left + _INSET + place * self.step

    def up(self, value: Decimal) -> float:
        """The height of ``value``."""
        return self.bottom - (float(value) - self.low) * self.scale

    def line(self, values: Sequence[Decimal | None]) -> list[list[Point]]:
        """The pieces of the line through ``values``; it stops at gaps."""
        return [
            [(self.across(place), self.up(value)) for place in run if (value := values[place]) is not None]
            for run in runs(values)
        ]


def _frame(desk: Desk, box: _Box, labels: Sequence[str]) -> Sequence[Part]:
    """The grid with its numbers and the names of the terms: the same for every pupil with the same axis."""
    pen, style = desk.pen(), desk.look.axis
    ticks = box.axis.ticks
    pen.rules([(box.left, box.right, box.up(tick)) for tick in ticks], FINE, HAIR)
    for tick in reversed(ticks):
        pen.text(box.left - 1.8, box.up(tick) + 0.85, desk.figure(tick), style, Align.END)
    for place, label in enumerate(labels):
        fitted = style.fit(label, max(box.step - 1, 8.0))[0]
        pen.text(box.across(place), box.bottom + 3.9, fitted, style, Align.MIDDLE)
    return pen.parts()


def _values(desk: Desk, pen: Pen, box: _Box, points: Sequence[CardPoint]) -> None:
    """The pupil's values, below the line where the class runs above; the grid stops behind them."""
    style = desk.look.point
    labels = []
    for place, point in enumerate(points):
        if point.pupil is None:
            continue
        x, y = box.across(place), box.up(point.pupil)
        below = point.class_average is not None and point.class_average > point.pupil
        base = y + 3.3 if below and y + 3.6 < box.bottom + 0.8 else y - 1.5
        labels.append((x, base, desk.figure(point.pupil)))
    ticks = [box.up(tick) for tick in box.axis.ticks]
    for x, base, text in labels:
        if any(base - _LABEL < tick < base + 0.5 for tick in ticks):
            wide = style.width(text) + 0.8
            pen.rectangle(x - wide / 2, base - _LABEL, wide, _LABEL + 0.4, WHITE)
    for x, base, text in labels:
        pen.text(x, base, text, style, Align.MIDDLE)


def _names(desk: Desk, pen: Pen, box: _Box, points: Sequence[CardPoint], names: tuple[str, str]) -> None:
    """The names of the two lines at their ends, moved apart when they would touch."""
    style = desk.look
    series = (
        ([point.pupil for point in points], names[0], style.series_pupil),
        ([point.class_average for point in points], names[1], style.series_class),
    )
    shown = [
        (box.up(last), name, look) for values, name, look in series if (last := _last(values)) is not None
    ]
    places = spread([place for place, _name, _look in shown], _LINE, box.top - 1, box.bottom + 1)
    for place, (_end, name, look) in zip(places, shown, strict=True):
        pen.text(box.right + _NAME_GAP, place + 0.9, name, look)


def _last(values: Sequence[Decimal | None]) -> Decimal | None:
    return next((value for value in reversed(values) if value is not None), None)
