"""How large a workbook becomes when it is opened, told before it is: a small file may fill all memory.

XLSX, XLSM and ODS are archives: their parts are packed, a single cell far down and far right makes a sheet as
large as everything between, one long text may stand in a million cells, and what the file says of its own
size may be a lie. Nothing is unpacked here as a whole.
"""

from __future__ import annotations

import re
from array import array
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from emis_desktop.errors import BadFile
from emis_desktop.exchange.archives import Archive, BrokenArchiveError, TooMuchError
from emis_desktop.exchange.extent_ods import check_sheets
from emis_desktop.exchange.old_workbook import OLD, check_old

LARGEST_UNPACKED = 400_000_000
"""Bytes of all parts together."""
MOST_CELLS = 3_000_000
"""Rows times columns of a sheet: 100,000 rows of 30. A reader needs about 40 bytes for each."""
MOST_TEXT = 100_000_000
"""Letters of all cells together."""
WIDEST: Final = 16_384
_ENTITY = b"<!ENTITY"
_PLACE = re.compile(rb"""\br\s*=\s*["']([A-Za-z]{1,9})([0-9]{1,18})["']""")
_CELL = re.compile(rb"<(?:[A-Za-z_][\w.-]*:)?c(?=[\s/>])")
_ROW_OR_CELL = re.compile(rb"<(?:[A-Za-z_][\w.-]*:)?(row|c)(?=[\s/>])([^>]*)")
_ROW_NUMBER = re.compile(rb"""\br\s*=\s*["']([0-9]{1,18})["']""")
_SHARED = re.compile(rb"""\bt\s*=\s*["']s["']""")
_INDEX = re.compile(rb"""\bt\s*=\s*["']s["'][^>]*>\s*<(?:\w+:)?v>\s*([0-9]{1,9})\s*</""")
_TEXT = re.compile(rb"<(?:[A-Za-z_][\w.-]*:)?si(?=[\s/>])")
_MERGED = re.compile(rb"""\bref\s*=\s*["'][A-Za-z]{1,9}([0-9]{1,18}):[A-Za-z]{1,9}([0-9]{1,18})["']""")


def check_extent(path: Path) -> None:
    """Raise :class:`BadFile` for a workbook that would fill the memory or take for ever; other files pass."""
    try:
        with path.open("rb") as stream:
            old = stream.read(len(OLD)) == OLD
        if old:
            check_old(path, MOST_CELLS, MOST_TEXT)
        else:
            _check_archive(Archive(path, LARGEST_UNPACKED))
    except TooMuchError:
        raise BadFile(
            "{file} is too large to open: a cell far from the table, or very long texts. "
            "Copy the rows into a new file.",
            file=path.name,
        ) from None
    except (BrokenArchiveError, OSError):
        raise BadFile(
            "{file} is damaged and cannot be read. Save it again where it was made.", file=path.name
        ) from None


def _check_archive(book: Archive) -> None:
    texts = array("Q")
    others = []
    for part in book.parts:
        if part.filename.lower().endswith("sharedstrings.xml"):
            texts.extend(_lengths(_without_entities(book.tokens(part))))
        else:
            others.append(part)
    for part in others:
        name = part.filename.lower()
        pieces = book.tokens(part) if name.endswith((".xml", ".rels")) else book.blocks(part)
        if name == "content.xml":
            check_sheets(_without_entities(pieces), MOST_CELLS, MOST_TEXT)
        elif name.endswith((".xml", ".rels")):
            _check_sheet(_without_entities(pieces), texts)
        else:
            for _ in pieces:  # counted as it is unpacked
                pass


def _without_entities(pieces: Iterator[bytes]) -> Iterator[bytes]:
    """Pass a part on; words that stand for others can stand for more than a memory holds."""
    for piece in pieces:
        if _ENTITY in piece:
            raise TooMuchError
        yield piece


def _lengths(pieces: Iterator[bytes]) -> Iterator[int]:
    """The bytes of each shared text, its marks among them."""
    start, offset = -1, 0
    for piece in pieces:
        for found in _TEXT.finditer(piece):
            if start >= 0:
                yield offset + found.start() - start
            start = offset + found.start()
        offset += len(piece)
    if start >= 0:
        yield offset - start


@dataclass(slots=True)
class _Sheet:
    """What was seen of a sheet so far. ``row``, ``in_row``: the place, for cells that do not say theirs."""

    texts: array[int]
    longest: int
    last_row: int = 0
    last_column: int = 0
    row: int = 0
    in_row: int = 0
    text: int = 0
    merged: int = 0

    def take(self, piece: bytes) -> None:
        """Look at a piece of a part; raises :class:`TooMuchError`."""
        places = _PLACE.findall(piece)
        self.last_row = max([self.last_row, *(int(number) for _, number in places)])
        for letters in {letters for letters, _ in places}:
            self.last_column = max(self.last_column, _column(letters))
        if len(_CELL.findall(piece)) > len(places):
            self._walk(piece)
        self._charge(piece)
        for top, bottom in _MERGED.findall(piece):
            self.merged += max(0, int(bottom) - int(top))
        if self.last_row * self.last_column > MOST_CELLS or self.merged > MOST_CELLS:
            raise TooMuchError

    def _walk(self, piece: bytes) -> None:
        """Go from cell to cell where they do not say their place."""
        for found in _ROW_OR_CELL.finditer(piece):
            if found[1] == b"row":
                said = _ROW_NUMBER.search(found[2])
                self.row, self.in_row = int(said[1]) if said else self.row + 1, 0
            else:
                self.in_row += 1
                self.last_row = max(self.last_row, self.row)
                self.last_column = max(self.last_column, min(self.in_row, WIDEST))

    def _charge(self, piece: bytes) -> None:
        """Add up the shared texts: each cell that has one gets a copy."""
        cells = len(_SHARED.findall(piece))
        if cells * self.longest + self.text < MOST_TEXT // 4:
            self.text += cells * self.longest
            return
        found = [int(index) for index in _INDEX.findall(piece)]
        self.text += sum(self.texts[index] for index in found if index < len(self.texts))
        self.text += max(0, cells - len(found)) * self.longest
        if self.text > MOST_TEXT:
            raise TooMuchError


def _check_sheet(pieces: Iterator[bytes], texts: array[int]) -> None:
    sheet = _Sheet(texts, max(texts, default=0))
    for piece in pieces:
        sheet.take(piece)


def _column(letters: bytes) -> int:
    """The number of a column: 1 for A, 27 for AA, 0 for none."""
    number = 0
    for letter in letters.upper():
        number = number * 26 + letter - 64
    return number
