"""Making a small photo of whatever picture somebody chooses."""

from __future__ import annotations

from pathlib import Path
from typing import Final

from PySide6.QtCore import QBuffer, QIODevice, QRect, QSize, Qt
from PySide6.QtGui import QColor, QImage, QImageReader, QPainter

from emis_desktop.errors import BadFile
from emis_desktop.services.photos import HEIGHT, LARGEST, WIDTH

ENDINGS: Final = ("*.jpg", "*.jpeg", "*.png", "*.bmp", "*.gif", "*.webp")
_WIDEST: Final = 30_000
_QUALITIES: Final = (88, 80, 70, 60, 50, 40, 30, 20, 10)


def small_photo(path: Path) -> bytes:
    """The picture in ``path`` as a JPEG of 300 x 400 and under 40 kB, cut to that shape around the middle.

    A picture that is smaller is not blown up. Raises :class:`BadFile` for a file that is no picture. May be
    called from any thread.
    """
    reader = QImageReader(str(path))
    reader.setAutoTransform(True)
    reader.setDecideFormatFromContent(True)
    size = reader.size()
    if size.isValid():
        if max(size.width(), size.height()) > _WIDEST:
            raise _no_picture(path)
        least = max(4 * WIDTH / max(1, size.width()), 4 * HEIGHT / max(1, size.height()))
        if least < 1:  # decoded smaller at once: a photo of 50 megapixels takes no 200 MB
            reader.setScaledSize(QSize(round(size.width() * least), round(size.height() * least)))
    image = reader.read()
    if image.isNull():
        raise _no_picture(path)
    shown = _on_white(_cut(image))
    for quality in _QUALITIES:
        data = _jpeg(shown, quality)
        if len(data) <= LARGEST:
            return data
    raise _no_picture(path)


def _no_picture(path: Path) -> BadFile:
    return BadFile("{file} is no picture that can be read. Choose a JPEG or PNG picture.", file=path.name)


def _cut(image: QImage) -> QImage:
    """The middle of ``image`` in the shape of a photo, a little above the centre, where faces are."""
    wide = image.width() * HEIGHT > image.height() * WIDTH
    width = image.height() * WIDTH // HEIGHT if wide else image.width()
    height = image.height() if wide else image.width() * HEIGHT // WIDTH
    top = (image.height() - height) * 2 // 5
    part = image.copy(QRect((image.width() - width) // 2, top, max(1, width), max(1, height)))
    if part.width() <= WIDTH and part.height() <= HEIGHT:
        return part
    return part.scaled(
        WIDTH, HEIGHT, Qt.AspectRatioMode.KeepAspectRatio, Qt.TransformationMode.SmoothTransformation
    )


def _on_white(image: QImage) -> QImage:
    """Without transparency, which a JPEG would show black."""
    white = QImage(image.size(), QImage.Format.Format_RGB888)
    white.fill(QColor("white"))
    painter = QPainter(white)
    painter.drawImage(0, 0, image)
    painter.end()
    return white


def _jpeg(image: QImage, quality: int) -> bytes:
    buffer = QBuffer()
    buffer.open(QIODevice.OpenModeFlag.WriteOnly)
    image.save(buffer, "JPEG", quality)  # type: ignore[call-overload]
    return bytes(buffer.data().data())
