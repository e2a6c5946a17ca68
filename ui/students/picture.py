"""A pupil's face: the photo, or the initials where there is none."""

from __future__ import annotations

from PySide6.QtCore import QRectF, Qt
from PySide6.QtGui import QImage, QPainter, QPainterPath, QPaintEvent
from PySide6.QtWidgets import QWidget

from ui.theme.active import colour
from ui.theme.fonts import SEMIBOLD, font
from ui.widgets.avatar import initials


class PictureDisc(QWidget):
    """A disc of ``size`` pixels."""

    def __init__(self, size: int, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._name, self._image = "", QImage()
        self.setFixedSize(size, size)

    def show_person(self, name: str, photo: bytes | None) -> None:
        """Show somebody; a photo that cannot be read gives way to the initials."""
        self._name = name
        self._image = QImage.fromData(photo) if photo else QImage()
        self.setAccessibleName(name)
        self.update()

    def paintEvent(self, event: QPaintEvent) -> None:
        """Draw the face cut to the disc, or the letters."""
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        disc = QRectF(self.rect())
        if self._image.isNull():
            painter.setPen(Qt.PenStyle.NoPen)
            painter.setBrush(colour("accent_tint"))
            painter.drawEllipse(disc)
            painter.setPen(colour("accent"))
            painter.setFont(font(16 if self.width() >= 40 else 12, SEMIBOLD))
            painter.drawText(self.rect(), int(Qt.AlignmentFlag.AlignCenter), initials(self._name))
            return
        path = QPainterPath()
        path.addEllipse(disc)
        painter.setClipPath(path)
        painter.setRenderHint(QPainter.RenderHint.SmoothPixmapTransform)
        side = min(self._image.width(), self._image.height())
        source = QRectF((self._image.width() - side) / 2, (self._image.height() - side) * 0.25, side, side)
        painter.drawImage(disc, self._image, source)
