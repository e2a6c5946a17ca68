"""Why a text was refused, in one line beside its cell: as high as the row, so that it covers no other."""

from typing import Final

from PySide6.QtCore import QPointF, QRect, QRectF, Qt
from PySide6.QtGui import QPainter, QPainterPath, QPaintEvent, QPen
from PySide6.QtWidgets import QWidget

from ui.theme.active import colour
from ui.theme.fonts import SEMIBOLD, font, metrics
from ui.widgets.base import identify

_TAIL: Final = 7
_SIDE: Final = 8
_ROUND: Final = 6


class ReasonBubble(QWidget):
    """One reason; the mouse goes through it to the cells underneath."""

    def __init__(self, parent: QWidget, name: str) -> None:
        super().__init__(parent)
        identify(self, name)
        self.setAttribute(Qt.WidgetAttribute.WA_TransparentForMouseEvents)
        self._text = ""
        self._ink = "bad"
        self._tail_at_left = True
        self.hide()

    def text(self) -> str:
        """The reason shown last."""
        return self._text

    def place(self, text: str, anchor: QRect, room: QRect, avoid: QRect | None, *, bad: bool = True) -> None:
        """Show ``text`` beside ``anchor`` within ``room``, at its end if it fits there, else at its start.

        It hides when it would cover ``avoid``, the cell that is being typed in, on both sides. All in the
        parent's pixels.
        """
        text = text.rstrip(".")
        self._text, self._ink = text, "bad" if bad else "text2"
        self.setAccessibleName(text)
        width = metrics(12, SEMIBOLD).horizontalAdvance(text) + 2 * _SIDE + _TAIL
        right = QRect(anchor.right() + 1, anchor.top(), width, anchor.height())
        left = QRect(anchor.left() - width, anchor.top(), width, anchor.height())
        sides = [left, right] if self.isRightToLeft() else [right, left]
        for box in sides:
            clear = avoid is None or not box.adjusted(_TAIL, 0, -_TAIL, 0).intersects(avoid)
            if room.left() <= box.left() and box.right() <= room.right() and clear:
                self._tail_at_left = box is right
                self.setGeometry(box)
                self.show()
                self.raise_()
                self.update()
                return
        self.hide()

    def paintEvent(self, event: QPaintEvent) -> None:
        """A rounded box with a tail towards the cell."""
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        ink = colour(self._ink)
        painter.setPen(QPen(ink, 1))
        painter.setBrush(colour("surface"))
        painter.drawPath(self._outline())
        painter.setFont(font(12, SEMIBOLD))
        painter.setPen(ink)
        left, right = (_TAIL, 0) if self._tail_at_left else (0, _TAIL)
        painter.drawText(
            self.rect().adjusted(left, 0, -right, 0), int(Qt.AlignmentFlag.AlignCenter), self._text
        )

    def _outline(self) -> QPainterPath:
        left, right = (_TAIL, 0) if self._tail_at_left else (0, _TAIL)
        box = QRectF(self.rect()).adjusted(left + 0.5, 0.5, -right - 0.5, -1.5)
        path = QPainterPath()
        path.addRoundedRect(box, _ROUND, _ROUND)
        edge, tip = (box.left(), 0.5) if self._tail_at_left else (box.right(), self.width() - 0.5)
        middle = box.center().y()
        tail = QPainterPath(QPointF(edge, middle - 6))
        tail.lineTo(tip, middle)
        tail.lineTo(edge, middle + 6)
        tail.closeSubpath()
        return path.united(tail)
