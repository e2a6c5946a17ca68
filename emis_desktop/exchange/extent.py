"""How large a workbook becomes when it is opened, told before it is: a small file may fill all memory.

XLSX, XLSM and ODS are archives: their parts are packed, and a single cell far down and far right makes a
sheet as large as everything between. Nothing is unpacked here as a whole.
"""

from __future__ import annotations

import re
import zipfile
import zlib
from collections.abc import Iterator
from pathlib import Path

from emis_desktop.errors import BadFile

LARGEST_UNPACKED = 600_000_000
"""Bytes of all parts together."""
MOST_CELLS = 20_000_000
"""Rows times columns of a sheet; a reader needs about 40 bytes for each."""
_BLOCK = 1 << 20
_OVERLAP = 64
_SHEET = re.compile(r"xl/worksheets/[^/]+\.xml", re.IGNORECASE)
_PLACE = re.compile(rb"""\br\s*=\s*["']([A-Za-z]{1,9})([0-9]{1,18})["']""")


def check_extent(path: Path) -> None:
    """Raise :class:`BadFile` for a workbook that would fill the memory; other files pass."""
    try:
        with zipfile.ZipFile(path) as book:
            if sum(part.file_size for part in book.infolist()) > LARGEST_UNPACKED:
                raise _too_large(path)
            for part in book.infolist():
                if _SHEET.fullmatch(part.filename) and _cells(_blocks(book, part)) > MOST_CELLS:
                    raise _too_large(path)
    except (zipfile.BadZipFile, zlib.error, OSError, EOFError, NotImplementedError, RuntimeError):
        return  # what is wrong with it is for the reader of workbooks to say


def _blocks(book: zipfile.ZipFile, part: zipfile.ZipInfo) -> Iterator[bytes]:
    """The part in pieces that overlap, so that no place of a cell is cut in two."""
    with book.open(part) as stream:
        before = b""
        while block := stream.read(_BLOCK):
            yield before + block
            before = block[-_OVERLAP:]


def _cells(blocks: Iterator[bytes]) -> int:
    """Rows times columns of the smallest sheet, from its first cell on, that holds every named cell."""
    last_row = last_column = 0
    for block in blocks:
        found = _PLACE.findall(block)
        last_column = max([last_column, *map(_column, {letters for letters, _ in found})])
        last_row = max([last_row, *(int(number) for _, number in found)])
    return last_row * last_column


def _column(letters: bytes) -> int:
    """The number of a column: 1 for A, 27 for AA."""
    number = 0
    for letter in letters.upper():
        number = number * 26 + letter - 64
    return number


def _too_large(path: Path) -> BadFile:
    return BadFile(
        "{file} is too large to open: a cell far from the table, or very long texts. "
        "Copy the rows into a new file.",
        file=path.name,
    )
