"""Reading a table file by what it is, not by what it is called.

Text comes back exactly as a person sees it: numbers without a needless ``.0``, dates as ``2026-09-07``, every
accent as one composed letter. A file that is not what its name says is refused in words, and so is one made
to fill the memory: nothing is read whole before it is known how much it is.
"""

from __future__ import annotations

import codecs
import csv
import unicodedata
from collections.abc import Iterable, Iterator
from datetime import date, datetime, time
from pathlib import Path
from typing import TextIO

from python_calamine import CalamineError, CalamineSheet, CalamineWorkbook, PasswordError

from emis_desktop.errors import BadFile
from emis_desktop.exchange.extent import MOST_CELLS, check_extent
from emis_desktop.exchange.opening import beginning
from emis_desktop.exchange.table import Line, Table, unguarded
from emis_desktop.rules.numbers import from_spreadsheet

LARGEST_TABLE = 100_000_000
"""Bytes of a file."""
MOST_LINES = 500_000
LONGEST_LINE = 4_000_000
"""Letters of a row, its line breaks among them."""
WORKBOOKS = frozenset({".xlsx", ".xlsm", ".xls", ".ods"})
TEXTS = frozenset({".csv", ".tsv", ".txt"})
_ZIP, _OLE = b"PK\x03\x04", b"\xd0\xcf\x11\xe0"
_DELIMITERS = ",;\t|"
_USUAL = ("utf-8-sig", "cp1252")
_OTHERS = (b"%pdf-", b"{\\rtf", b"<!doctype", b"<html", b"<?xml")
"""How files begin, in small letters, that are text and no table."""
_PIECE = 1 << 20
_MOST_KNOWN, _SHORT = 50_000, 40
"""So many texts of so few letters are kept once."""
_CLOSED = "\0"
"""Cannot stand in a text file; a row of it alone at the end shows that every quotation mark was closed."""


def read_table(path: Path, sheet: str | None = None) -> Table:
    """Read the table in ``path``; of a workbook the sheet ``sheet``, or the first that holds anything.

    Raises :class:`BadFile` for a file that is missing, empty, locked by a password, too large, or not what
    its name says.
    """
    head = _head(path)
    ending = path.suffix.lower()
    is_workbook = head.startswith((_ZIP, _OLE))
    if ending in WORKBOOKS and not is_workbook:
        raise BadFile(
            "{file} is named as a spreadsheet but is none. Save it again where it was made, as XLSX or CSV.",
            file=path.name,
        )
    if ending in TEXTS and is_workbook:
        raise BadFile(
            "{file} is named as CSV but is a spreadsheet. Rename it to end in {ending}.",
            file=path.name,
            ending=".xlsx" if head.startswith(_ZIP) else ".xls",
        )
    if ending not in WORKBOOKS | TEXTS:
        raise BadFile("{file} is neither CSV, XLSX, XLS nor ODS. Save it as one of these.", file=path.name)
    rows = _workbook_rows(path, sheet) if is_workbook else _text_rows(path)
    lines = tuple(_lines(rows, path.name))
    if not lines:
        raise BadFile("{file} is empty. Choose a file with a heading line and rows.", file=path.name)
    return Table(path.name, lines)


def _head(path: Path) -> bytes:
    head, size = beginning(path, 8)
    if size > LARGEST_TABLE:
        raise BadFile("{file} is larger than 100 MB. Split it into smaller files.", file=path.name)
    return head


def _lines(rows: Iterable[Iterable[str]], name: str) -> Iterator[Line]:
    """The rows that hold anything. Texts that come again and again (dates, codes, grades) are kept once."""
    known: dict[str, str] = {}
    held = 0
    for number, row in enumerate(rows, 1):
        if number > MOST_LINES:
            raise BadFile("{file} has more than 500,000 rows. Split it into smaller files.", file=name)
        cells = tuple(_kept(cell, known) for cell in row)
        if any(cells):
            held += len(cells)
            if held > MOST_CELLS:
                raise BadFile("{file} has more than 3,000,000 cells. Split it into smaller files.", file=name)
            yield Line(number, cells)


def _kept(cell: str, known: dict[str, str]) -> str:
    found = known.get(cell)
    if found is not None:
        return found
    text = unguarded(cell.strip())
    text = text if text.isascii() else unicodedata.normalize("NFC", text)
    if len(known) < _MOST_KNOWN and len(cell) <= _SHORT:
        known[cell] = text
    return text


class _TextLines:
    """The lines of a text file, read as they are asked for; ``row`` counts the letters since a row began."""

    def __init__(self, stream: TextIO) -> None:
        self._stream = stream
        self.row = 0

    def __iter__(self) -> Iterator[str]:
        line = "\n"
        for line in self._stream:
            self.row += len(line)
            if self.row > LONGEST_LINE:
                raise csv.Error
            yield line if line.endswith(("\n", "\r")) else line + "\n"
        yield _CLOSED


def _text_rows(path: Path) -> Iterator[list[str]]:
    encoding = _encoding(path)
    with path.open(encoding=encoding, newline="") as stream:
        delimiter = _delimiter(next((line for line in stream if line.strip()), ""))
    with path.open(encoding=encoding, newline="") as stream:
        lines = _TextLines(stream)
        number = 0
        try:
            for row in csv.reader(lines, delimiter=delimiter, strict=False):
                if row == [_CLOSED]:
                    return
                number, lines.row = number + 1, 0
                if row and row[-1].endswith(_CLOSED):
                    break
                yield row
        except csv.Error:  # more text than a cell or a row can have
            number += 1
    raise _damaged(path, number)


def _damaged(path: Path, row: int) -> BadFile:
    return BadFile(
        "{file} is damaged: in row {row} a quotation mark is never closed, or a text is far too long.",
        file=path.name,
        row=row,
    )


def _encoding(path: Path) -> str:
    """How the letters of a text file are written, from all of its bytes; none of them is kept.

    Raises :class:`BadFile` for what is no text, and for a line that is too long to be a row.
    """
    with path.open("rb") as stream:
        head = stream.read(4096)
        wide = _wide_encoding(path, head)
        left = {name: codecs.getincrementaldecoder(name)() for name in ([wide] if wide else _USUAL)}
        stream.seek(0)
        line = 0
        while piece := stream.read(_PIECE):
            line = _line_length(path, piece, line)
            if not wide and b"\x00" in piece:
                raise _no_text(path)
            left = {name: each for name, each in left.items() if _decodes(each, piece)}
    for name, each in left.items():
        if _decodes(each, b"", last=True):
            return name
    raise BadFile("The letters in {file} cannot be read. Save it as CSV UTF-8.", file=path.name)


def _line_length(path: Path, piece: bytes, before: int) -> int:
    """Bytes of the line that is open at the end of a piece; refuses one that is far too long."""
    parts = piece.replace(b"\r", b"\n").split(b"\n")
    if before + len(parts[0]) > LONGEST_LINE or len(max(parts, key=len)) > LONGEST_LINE:
        raise _damaged(path, 1)
    return before + len(parts[0]) if len(parts) == 1 else len(parts[-1])


def _decodes(decoder: codecs.IncrementalDecoder, piece: bytes, *, last: bool = False) -> bool:
    """Whether the next bytes are letters."""
    try:
        decoder.decode(piece, last)
    except UnicodeDecodeError:
        return False
    return True


def _wide_encoding(path: Path, head: bytes) -> str:
    """The encoding of text in units of two bytes, "" for any other."""
    found = ""
    if head.startswith((b"\xff\xfe", b"\xfe\xff")):
        found = "utf-16"
    elif b"\x00" in head:
        found = _wide(head)
        if not found:
            raise _no_text(path)
    if head[:99].lstrip().lower().startswith(_OTHERS):
        raise _no_text(path)
    return found


def _no_text(path: Path) -> BadFile:
    return BadFile("{file} is not a table of text. Save it as CSV or XLSX.", file=path.name)


def _wide(head: bytes) -> str:
    """The encoding of text in units of two bytes without a mark in front; "" for what is no text.

    Nearly all letters of our languages have a zero as one of the two bytes, always the same one.
    """
    first, second = head[0::2].count(0), head[1::2].count(0)
    if len(head) % 2 or (first and second) or 10 * max(first, second) < 4 * len(head):
        return ""
    return "utf-16-le" if second else "utf-16-be"


def _delimiter(first: str) -> str:
    """The separator that the first full line uses most; a comma when it has one column."""
    counts = {mark: len(next(csv.reader([first], delimiter=mark))) for mark in _DELIMITERS}
    return max(_DELIMITERS, key=lambda mark: counts[mark])


def _workbook_rows(path: Path, sheet: str | None) -> Iterator[list[str]]:
    check_extent(path)
    try:
        book = CalamineWorkbook.from_path(str(path))
        names = book.sheet_names
        if sheet is not None and sheet not in names:
            raise BadFile(
                "{file} has no sheet {sheet}. It has: {sheets}.",
                file=path.name,
                sheet=sheet,
                sheets=", ".join(names),
            )
        for name in [sheet] if sheet is not None else names:
            found = book.get_sheet_by_name(name)
            if found.start is not None or name == sheet:
                return _sheet_rows(found)
    except PasswordError:
        raise BadFile("{file} is locked with a password. Save a copy without one.", file=path.name) from None
    except CalamineError:
        raise BadFile(
            "{file} is damaged and cannot be read. Save it again where it was made.", file=path.name
        ) from None
    return iter(())


def _sheet_rows(sheet: CalamineSheet) -> Iterator[list[str]]:
    """The rows from the first of the sheet on. Every row gets its part of cells that are merged down a
    column; a title across columns stays one.
    """
    merged: dict[int, list[tuple[int, int]]] = {}
    for (top, column), (bottom, last) in sheet.merged_cell_ranges or ():
        if column == last:
            merged.setdefault(top, []).append((column, bottom))
    down: dict[int, tuple[int, str]] = {}
    before = [""] * (sheet.start or (0, 0))[1]
    for number, values in enumerate(sheet.iter_rows()):
        cells = before + [_cell(value) for value in values]
        for column, (bottom, text) in list(down.items()):
            if number <= bottom:
                cells[column] = text
            else:
                del down[column]
        for column, bottom in merged.get(number, ()):
            if column < len(cells):
                down[column] = bottom, cells[column]
        yield cells


def _cell(value: object) -> str:
    if isinstance(value, str):
        text = value
    elif isinstance(value, bool):
        text = "1" if value else "0"
    elif isinstance(value, float):
        text = f"{from_spreadsheet(value):f}"
    elif isinstance(value, datetime):
        text = value.date().isoformat() if value.time() == time() else value.isoformat(" ")
    elif isinstance(value, date):
        text = value.isoformat()
    else:
        text = str(value)  # a time or a duration among them
    return text
