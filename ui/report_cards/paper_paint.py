"""Draws a page of a card: white in every theme, over a soft shadow."""

from typing import Final

from PySide6.QtCore import QRect, QRectF, Qt
from PySide6.QtGui import QColor, QPainter

from ui.report_cards.render import PagePicture

_SHADOW: Final = (14, 12, 10, 7, 5, 3)
"""How dark the shadow is, out of 255, from the edge outwards pixel by pixel."""


def paint_shadow(painter: QPainter, rect: QRect) -> None:
    """The shadow around a page."""
    painter.save()
    painter.setRenderHint(QPainter.RenderHint.Antialiasing)
    painter.setBrush(Qt.BrushStyle.NoBrush)
    for out, dark in enumerate(_SHADOW, start=1):
        painter.setPen(QColor(0, 0, 0, dark * 2))
        painter.drawRoundedRect(QRectF(rect).adjusted(-out + 0.5, -out + 0.5, out - 0.5, out - 0.5), out, out)
    painter.restore()


def paint_page(painter: QPainter, page: PagePicture, rect: QRect, ratio: float, *, dimmed: bool) -> None:
    """The picture of a page, stretched when it was made for another size; pale when ``dimmed``."""
    painter.fillRect(rect, QColor("#FFFFFF"))
    if abs(page.image.width() - rect.width() * ratio) > 1:
        painter.setRenderHint(QPainter.RenderHint.SmoothPixmapTransform)
    painter.setOpacity(0.45 if dimmed else 1.0)
    painter.drawImage(rect, page.image)
    painter.setOpacity(1.0)
    painter.setRenderHint(QPainter.RenderHint.SmoothPixmapTransform, False)
