"""Pages of a PDF as pictures, drawn by pdfium away from the screen's thread."""

import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any, Final

from PySide6.QtGui import QImage

POINTS_PER_INCH: Final = 72.0

_PDFIUM = threading.Lock()
"""Pdfium may work for one thread at a time only."""


@dataclass(frozen=True, slots=True)
class PagePicture:
    """A page: its picture, and how wide and high the paper is, in points."""

    image: QImage
    width: float
    height: float


def page_count(pdf: bytes) -> int:
    """How many pages ``pdf`` has."""
    with _opened(pdf) as document:
        return len(document)


def page_picture(pdf: bytes, number: int, width: int) -> PagePicture:
    """One page of ``pdf`` (from 0), ``width`` pixels wide: for a printer, whose pictures are large."""
    with _opened(pdf) as document:
        return _picture(document[number], width)


def page_pictures(pdf: bytes, width: int) -> tuple[PagePicture, ...]:
    """Every page of ``pdf``, each ``width`` pixels wide. For any thread."""
    with _opened(pdf) as document:
        return tuple(_picture(document[number], width) for number in range(len(document)))


@contextmanager
def _opened(pdf: bytes) -> Iterator[Any]:
    import pypdfium2  # noqa: PLC0415  - 90 ms, on the thread that draws

    with _PDFIUM:
        document = pypdfium2.PdfDocument(pdf)
        try:
            yield document
        finally:
            document.close()


def _picture(page: Any, width: int) -> PagePicture:  # noqa: ANN401  - pdfium's wrapper has no types
    try:
        bitmap = page.render(scale=width / page.get_width(), prefer_bgrx=True)
        try:
            image = QImage(
                bitmap.buffer, bitmap.width, bitmap.height, bitmap.stride, QImage.Format.Format_RGB32
            ).copy()
        finally:
            bitmap.close()
        return PagePicture(image, page.get_width(), page.get_height())
    finally:
        page.close()
