"""A mark that turns where something takes one to five seconds."""

from PySide6.QtCore import QRectF, QSize, Qt, QTimer
from PySide6.QtGui import QHideEvent, QPainter, QPaintEvent, QPen, QShowEvent
from PySide6.QtWidgets import QSizePolicy, QStyle, QWidget

from ui.theme.active import colour
from ui.widgets.base import identify

AFTER_MS = 1000
_BEAT_MS = 80
_STEP = 30
_SIZE = 16


class BusyMark(QWidget):
    """Invisible for the first second after ``start``, then an arc that turns.

    It stands still with reduced motion.
    """

    def __init__(self, spoken: str, *, name: str = "busy", parent: QWidget | None = None) -> None:
        super().__init__(parent)
        identify(self, name, spoken)
        self.setSizePolicy(QSizePolicy.Policy.Fixed, QSizePolicy.Policy.Fixed)
        self._angle = 0
        self._delay = QTimer(self, singleShot=True, interval=AFTER_MS)
        self._delay.timeout.connect(self.show)
        self._beat = QTimer(self, interval=_BEAT_MS)
        self._beat.timeout.connect(self._turn)
        self.hide()

    def start(self) -> None:
        """Something has begun."""
        self._delay.start()

    def stop(self) -> None:
        """It has ended."""
        self._delay.stop()
        self.hide()

    def sizeHint(self) -> QSize:
        """16 x 16."""
        return QSize(_SIZE, _SIZE)

    def showEvent(self, event: QShowEvent) -> None:
        """Begin to turn, where the system allows motion."""
        super().showEvent(event)
        if self.may_move():
            self._beat.start()

    def may_move(self) -> bool:
        """Whether the system allows motion."""
        return self.style().styleHint(QStyle.StyleHint.SH_Widget_Animation_Duration, None, self) > 0

    def hideEvent(self, event: QHideEvent) -> None:
        """Stop turning."""
        super().hideEvent(event)
        self._beat.stop()

    def _turn(self) -> None:
        self._angle = (self._angle + _STEP) % 360
        self.update()

    def paintEvent(self, event: QPaintEvent) -> None:
        """Draw ring and arc."""
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        ring = QRectF(2, 2, _SIZE - 4, _SIZE - 4)
        painter.setPen(QPen(colour("line"), 2))
        painter.drawEllipse(ring)
        painter.setPen(QPen(colour("accent"), 2, Qt.PenStyle.SolidLine, Qt.PenCapStyle.RoundCap))
        painter.drawArc(ring, -self._angle * 16, 100 * 16)
