"""The strip beside a name: the last weeks, a small mark a session, one session under the other."""

from collections.abc import Sequence
from datetime import date
from typing import Final

from PySide6.QtCore import QRect, QRectF, Qt
from PySide6.QtGui import QPainter, QPen

from emis_desktop.rules.open_days import SchoolDay
from emis_desktop.rules.registers import Presence
from ui.theme.active import colour

STEP: Final = 10
"""From one day to the next."""
WEEK_GAP: Final = 8
MARK: Final = 8
_GAP: Final = 2


def places(days: Sequence[SchoolDay]) -> list[int]:
    """Where each day begins, in pixels from the start; weeks stand apart."""
    found: list[int] = []
    x = 0
    before: date | None = None
    for day in days:
        if before is not None and day.on.isocalendar()[:2] != before.isocalendar()[:2]:
            x += WEEK_GAP
        found.append(x)
        x += STEP
        before = day.on
    return found


def width(days: Sequence[SchoolDay]) -> int:
    """How wide the strip of these days is."""
    found = places(days)
    return found[-1] + STEP if found else 0


def paint_strip(
    painter: QPainter,
    rect: QRect,
    days: Sequence[SchoolDay],
    cells: Sequence[tuple[Presence | None, ...] | None],
    *,
    rtl: bool,
) -> None:
    """The marks of a pupil; a day on which the pupil was not in the class stays empty."""
    for x, marks in zip(places(days), cells, strict=True):
        if not marks:
            continue
        high = (rect.height() - 8 - _GAP * (len(marks) - 1)) / len(marks)
        high = min(high, 9.0)
        top = rect.center().y() + 1 - (high * len(marks) + _GAP * (len(marks) - 1)) / 2
        left = rect.right() - x - MARK if rtl else rect.left() + x
        for number, mark in enumerate(marks):
            box = QRectF(left, top + number * (high + _GAP), MARK, high)
            paint_mark(painter, box, mark)


def paint_mark(painter: QPainter, box: QRectF, mark: Presence | None) -> None:
    """One session: a line for present, half a block for late, a block for absent, a frame for excused, dots
    for one that nobody marked.
    """
    if mark is Presence.PRESENT:
        ink = colour("ok")
        ink.setAlpha(110)
        painter.fillRect(QRectF(box.left(), box.center().y() - 1, box.width(), 2), ink)
    elif mark is Presence.LATE:
        painter.fillRect(box.adjusted(0, box.height() / 2 - 0.5, 0, 0), colour("warn"))
    elif mark is Presence.UNEXCUSED:
        painter.fillRect(box, colour("bad"))
    else:
        ink = colour("accent" if mark is Presence.EXCUSED else "line_strong")
        style = Qt.PenStyle.SolidLine if mark is Presence.EXCUSED else Qt.PenStyle.DotLine
        painter.setPen(QPen(ink, 1, style))
        painter.setBrush(Qt.BrushStyle.NoBrush)
        painter.drawRect(box.adjusted(0.5, 0.5, -0.5, -0.5))
