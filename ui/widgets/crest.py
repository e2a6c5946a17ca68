"""The program's crest and the waves of the dark panels, painted from the tokens."""

import math

from PySide6.QtCore import QPointF, QRectF, Qt
from PySide6.QtGui import QPainter, QPainterPath, QPaintEvent, QPen
from PySide6.QtWidgets import QWidget

from ui.theme.active import colour
from ui.widgets.base import styled

WAVE_STEP = 26
WAVE_LENGTH = 76
WAVE_HEIGHT = 6.5


def paint_crest(painter: QPainter, box: QRectF, ink: str = "rail_mark", ground: str = "rail") -> None:
    """A shield with a rising sun over three waves, ``box`` wide and high (13 to 15)."""
    painter.save()
    painter.setRenderHint(QPainter.RenderHint.Antialiasing)
    painter.translate(box.topLeft())
    painter.scale(box.width() / 26, box.height() / 30)
    shield = QPainterPath(QPointF(0, 0))
    shield.lineTo(26, 0)
    shield.lineTo(26, 15)
    shield.cubicTo(26, 23.5, 19.5, 27.5, 13, 30)
    shield.cubicTo(6.5, 27.5, 0, 23.5, 0, 15)
    shield.closeSubpath()
    painter.fillPath(shield, colour(ink))
    painter.setClipPath(shield)
    sun = QPainterPath(QPointF(8, 12))
    sun.arcTo(QRectF(8, 7, 10, 10), 180, -180)
    sun.closeSubpath()
    painter.fillPath(sun, colour(ground))
    painter.setPen(QPen(colour(ground), 2))
    painter.setBrush(Qt.BrushStyle.NoBrush)
    for top in (15.6, 20.4, 25.2):
        painter.drawPath(wave(-1, 28, top, 8.7, 1.5))
    painter.restore()


def wave(left: float, right: float, y: float, length: float, height: float) -> QPainterPath:
    """A wavy line from ``left`` to ``right`` around ``y``."""
    path = QPainterPath(QPointF(left, y))
    x = left
    while x < right:
        quarter = length / 4
        path.cubicTo(x + quarter * 0.9, y - height, x + quarter * 1.1, y - height, x + length / 2, y)
        path.cubicTo(
            x + length / 2 + quarter * 0.9,
            y + height,
            x + length / 2 + quarter * 1.1,
            y + height,
            x + length,
            y,
        )
        x += length
    return path


class Crest(QWidget):
    """The crest as a widget; decoration."""

    def __init__(self, width: int = 26, height: int = 30, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setFixedSize(width, height)

    def paintEvent(self, event: QPaintEvent) -> None:
        """Draw it."""
        paint_crest(QPainter(self), QRectF(self.rect()))


class SidePanel(QWidget):
    """The dark panel of sign-in and first run, with waves in its middle third.

    Lay the words out on it; ``waves`` are the first and last share of its height that they take.
    """

    def __init__(self, width: int, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        styled(self)
        self.setFixedWidth(width)
        self.waves = (0.55, 0.8)

    def paintEvent(self, event: QPaintEvent) -> None:
        """Draw the waves; the ground is the sheet's."""
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.setPen(QPen(colour("rail_hover"), 2))
        first, last = (self.height() * share for share in self.waves)
        for number in range(math.ceil((last - first) / WAVE_STEP)):
            y = first + number * WAVE_STEP
            painter.drawPath(wave(-WAVE_LENGTH / 2, self.width(), y, WAVE_LENGTH, WAVE_HEIGHT))
