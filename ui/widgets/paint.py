"""Small painted parts shared by widgets, table cells and charts."""

from PySide6.QtCore import QPointF, QRect, QRectF, Qt
from PySide6.QtGui import QColor, QPainter, QPen, QPolygonF

from ui.theme.active import colour, tokens
from ui.theme.fonts import MEDIUM, font, metrics
from ui.theme.tokens import mix

PILL_HEIGHT = 22
DOT = 6
PILL_START, PILL_GAP, PILL_END = 8, 4, 9
_TONES = {"ok": "ok", "warn": "warn", "bad": "bad", "accent": "accent", "neutral": "text2"}


def tone_ink(tone: str) -> QColor:
    """The colour of words and dots of a tone: ok, warn, bad, accent, neutral."""
    return colour(_TONES.get(tone, tone))


def tone_tint(tone: str) -> QColor:
    """The pale ground of a tone."""
    return colour("hover" if tone == "neutral" else f"{tone}_tint")


def pill_width(text: str) -> int:
    """How wide the pill of ``text`` is."""
    return metrics(12, MEDIUM).horizontalAdvance(text) + PILL_START + DOT + PILL_GAP + PILL_END


def paint_pill(painter: QPainter, rect: QRect, tone: str, text: str, *, rtl: bool = False) -> None:
    """A state pill (dot and word) at the start of ``rect``, centred in its height."""
    width = min(pill_width(text), rect.width())
    left = rect.right() + 1 - width if rtl else rect.left()
    box = QRectF(left, rect.top() + (rect.height() - PILL_HEIGHT) / 2, width, PILL_HEIGHT)
    painter.save()
    painter.setRenderHint(QPainter.RenderHint.Antialiasing)
    painter.setPen(Qt.PenStyle.NoPen)
    painter.setBrush(tone_tint(tone))
    painter.drawRoundedRect(box, PILL_HEIGHT / 2, PILL_HEIGHT / 2)
    painter.setBrush(tone_ink(tone))
    dot = box.right() - PILL_START - DOT if rtl else box.left() + PILL_START
    painter.drawEllipse(QRectF(dot, box.center().y() - DOT / 2, DOT, DOT))
    painter.setPen(tone_ink(tone))
    painter.setFont(font(12, MEDIUM))
    lead = PILL_START + DOT + PILL_GAP
    before, after = (PILL_END, lead) if rtl else (lead, PILL_END)
    room = box.adjusted(before, 0, -after + 1, 0)
    shown = metrics(12, MEDIUM).elidedText(text, Qt.TextElideMode.ElideRight, int(room.width()) + 1)
    painter.drawText(room, int(Qt.AlignmentFlag.AlignVCenter | alignment("start", rtl)), shown)
    painter.restore()


def paint_meter(
    painter: QPainter, rect: QRectF, share: float, ink: str = "accent", *, rtl: bool = False
) -> None:
    """A bar filled to ``share`` (0-1, more is cut) as high as ``rect``, ends rounded."""
    radius = rect.height() / 2
    painter.save()
    painter.setRenderHint(QPainter.RenderHint.Antialiasing)
    painter.setPen(Qt.PenStyle.NoPen)
    painter.setBrush(colour("line"))
    painter.drawRoundedRect(rect, radius, radius)
    filled = rect.width() * min(max(share, 0.0), 1.0)
    if filled > 0:
        filled = max(filled, rect.height())
        left = rect.right() - filled if rtl else rect.left()
        painter.setBrush(colour(ink))
        painter.drawRoundedRect(QRectF(left, rect.top(), filled, rect.height()), radius, radius)
    painter.restore()


def paint_down_mark(painter: QPainter, centre: QPointF, ink: str = "bad") -> None:
    """The small triangle that says "low" without colour."""
    painter.save()
    painter.setRenderHint(QPainter.RenderHint.Antialiasing)
    painter.setPen(Qt.PenStyle.NoPen)
    painter.setBrush(colour(ink))
    x, y = centre.x(), centre.y()
    painter.drawPolygon(QPolygonF([QPointF(x - 4, y - 3.5), QPointF(x + 4, y - 3.5), QPointF(x, y + 3.5)]))
    painter.restore()


def paint_check_box(painter: QPainter, rect: QRectF, checked: bool) -> None:
    """A check box of 17 pixels in the middle of ``rect``."""
    box = QRectF(0, 0, 17, 17)
    box.moveCenter(rect.center())
    painter.save()
    painter.setRenderHint(QPainter.RenderHint.Antialiasing)
    painter.setPen(QPen(colour("accent" if checked else "line_strong"), 1.2))
    painter.setBrush(colour("accent" if checked else "surface"))
    painter.drawRoundedRect(box, 3, 3)
    if checked:
        pen = QPen(colour("on_accent"), 2)
        pen.setCapStyle(Qt.PenCapStyle.RoundCap)
        pen.setJoinStyle(Qt.PenJoinStyle.RoundJoin)
        painter.setPen(pen)
        x, y = box.x(), box.y()
        painter.drawPolyline([QPointF(x + 4, y + 9), QPointF(x + 7.2, y + 12), QPointF(x + 13, y + 5.5)])
    painter.restore()


def hatch(painter: QPainter, rect: QRectF) -> None:
    """The hatch of hidden values, and of nothing else: 45 degrees, step 6, on ``sunken``."""
    painter.save()
    painter.setClipRect(rect)
    painter.fillRect(rect, colour("sunken"))
    painter.setPen(QPen(colour("line_strong"), 1))
    offset = -rect.height()
    while offset < rect.width():
        painter.drawLine(
            QPointF(rect.left() + offset, rect.bottom()),
            QPointF(rect.left() + offset + rect.height(), rect.top()),
        )
        offset += 6
    painter.restore()


def wash(percent: float, over: str = "chart1") -> QColor:
    """``surface`` with ``percent`` of the token ``over`` laid on it."""
    colours = tokens().colours()
    return QColor(mix(tokens().surface, colours[over], percent))


def alignment(align: str, rtl: bool) -> Qt.AlignmentFlag:
    """The absolute alignment of start, end or center in a layout direction."""
    if align == "center":
        return Qt.AlignmentFlag.AlignHCenter
    at_right = (align == "end") != rtl
    side = Qt.AlignmentFlag.AlignRight if at_right else Qt.AlignmentFlag.AlignLeft
    return side | Qt.AlignmentFlag.AlignAbsolute
