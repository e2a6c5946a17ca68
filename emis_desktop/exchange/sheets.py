"""Looking at the sheets of a PDF that somebody hands in: what they say and what they look like."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

import pypdfium2
import zxingcpp

from emis_desktop.errors import BadFile
from emis_desktop.exchange.opening import LARGEST_BYTES, beginning

_SHOWN_DPI = 96
_CODE_DPI = 200


@dataclass(frozen=True, slots=True)
class Sheet:
    """A sheet as a reader shows it: its text, and its picture as grey bytes with the width and height."""

    text: str
    width: int
    height: int
    picture: bytes


class Sheets:
    """The sheets of a PDF, looked at one by one. Made by :func:`open_sheets`."""

    def __init__(self, document: pypdfium2.PdfDocument) -> None:
        """``document`` is closed by who opened it."""
        self._document = document

    def __len__(self) -> int:
        return len(self._document)

    def text(self, place: int) -> str:
        """What the sheet says, words parted by single spaces."""
        reader = self._document[place].get_textpage()
        return " ".join(reader.get_text_range().split())

    def look(self, place: int) -> Sheet:
        """The sheet with everything drawn on it, annotations too."""
        bitmap = self._document[place].render(scale=_SHOWN_DPI / 72, grayscale=True)
        return Sheet(self.text(place), bitmap.width, bitmap.height, bytes(bitmap.buffer))

    def codes(self, place: int) -> tuple[str, ...]:
        """What the QR codes on the sheet say, also on a scan."""
        picture = self._document[place].render(scale=_CODE_DPI / 72, grayscale=True).to_pil()
        found = zxingcpp.read_barcodes(picture)
        return tuple(code.text for code in found)


@contextmanager
def open_sheets(source: Path | bytes) -> Iterator[Sheets]:
    """Open a PDF, from a file or in memory. Raises :class:`BadFile` for what is missing, locked or no PDF."""
    name = source.name if isinstance(source, Path) else ""
    if isinstance(source, Path):
        _check(source)
    try:
        document = pypdfium2.PdfDocument(source)
    except (pypdfium2.PdfiumError, OSError):
        raise BadFile(
            "{file} cannot be opened as a PDF: it is damaged or locked with a password.", file=name
        ) from None
    try:
        yield Sheets(document)
    except pypdfium2.PdfiumError:
        raise BadFile("{file} is damaged: one of its sheets cannot be shown.", file=name) from None
    finally:
        document.close()


def _check(path: Path) -> None:
    head, size = beginning(path, 1024)
    if b"%PDF-" not in head:
        raise BadFile("{file} is not a PDF. Choose the file of a report card.", file=path.name)
    if size > LARGEST_BYTES:
        raise BadFile("{file} is larger than 200 MB. Split it into smaller files.", file=path.name)
