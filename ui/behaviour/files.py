"""Making a file small enough to be attached: pictures become smaller ones, a PDF stays as it is."""

from __future__ import annotations

from pathlib import Path
from typing import Final

from PySide6.QtCore import QBuffer, QIODevice, QSize, Qt
from PySide6.QtGui import QColor, QImage, QImageReader, QPainter

from emis_desktop.errors import BadFile
from emis_desktop.services.incidents import LARGEST_FILE

ENDINGS: Final = ("*.jpg", "*.jpeg", "*.png", "*.bmp", "*.gif", "*.webp", "*.pdf")
LONGEST_SIDE: Final = 1600
_WIDEST: Final = 30_000
_QUALITIES: Final = (85, 75, 65, 55, 45, 35, 25, 15)
_PDF: Final = b"%PDF-"


def small_file(path: Path) -> bytes:
    """The bytes to attach: a PDF as it is, a picture as a JPEG of at most 1600 pixels a side and 300 kB.

    Raises :class:`BadFile` for anything else and for a PDF that is too large. May be called from any thread.
    """
    try:
        with path.open("rb") as stream:
            begin = stream.read(len(_PDF))
            if begin == _PDF:
                content = begin + stream.read(LARGEST_FILE)
                if len(content) > LARGEST_FILE:
                    raise BadFile(
                        "{file} has more than {most} kB. Choose a smaller one.",
                        file=path.name,
                        most=LARGEST_FILE // 1000,
                    )
                return content
    except OSError as fault:
        raise _no_file(path) from fault
    return _picture(path)


def _picture(path: Path) -> bytes:
    reader = QImageReader(str(path))
    reader.setAutoTransform(True)
    reader.setDecideFormatFromContent(True)
    size = reader.size()
    if size.isValid():
        longest = max(size.width(), size.height())
        if longest > _WIDEST:
            raise _no_file(path)
        if longest > LONGEST_SIDE:  # decoded smaller at once: 50 megapixels take no 200 MB
            reader.setScaledSize(
                size.scaled(QSize(LONGEST_SIDE, LONGEST_SIDE), Qt.AspectRatioMode.KeepAspectRatio)
            )
    image = reader.read()
    if image.isNull():
        raise _no_file(path)
    if max(image.width(), image.height()) > LONGEST_SIDE:
        image = image.scaled(
            LONGEST_SIDE,
            LONGEST_SIDE,
            Qt.AspectRatioMode.KeepAspectRatio,
            Qt.TransformationMode.SmoothTransformation,
        )
    shown = _on_white(image)
    for quality in _QUALITIES:
        data = _jpeg(shown, quality)
        if len(data) <= LARGEST_FILE:
            return data
    raise _no_file(path)


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


def _no_file(path: Path) -> BadFile:
    return BadFile("{file} cannot be attached. Choose a picture or a PDF.", file=path.name)
