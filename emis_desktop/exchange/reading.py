"""Reading a table file by what it is, not by what it is called.

Text comes back exactly as a person sees it: numbers without a needless ``.0``, dates as ``2026-09-07``, every
accent as one composed letter. A file that is not what its name says is refused in words.
"""

from __future__ import annotations

import csv
import io
import unicodedata
from collections.abc import Iterable, Iterator
from datetime import date, datetime, time, timedelta
from itertools import chain
from pathlib import Path
from typing import Any

from python_calamine import CalamineError, CalamineWorkbook, PasswordError

from emis_desktop.errors import BadFile
from emis_desktop.exchange.extent import check_extent
from emis_desktop.exchange.opening import LARGEST_BYTES, beginning
from emis_desktop.exchange.table import Line, Table, unguarded
from emis_desktop.rules.numbers import from_spreadsheet

MOST_LINES = 500_000
WORKBOOKS = frozenset({".xlsx", ".xlsm", ".xlsb", ".xls", ".ods"})
TEXTS = frozenset({".csv", ".tsv", ".txt"})
_Place = tuple[int, int]
_ZIP, _OLE = b"PK\x03\x04", b"\xd0\xcf\x11\xe0"
_DELIMITERS = ",;\t|"
_OTHERS = (b"%pdf-", b"{\\rtf", b"<!doctype", b"<html", b"<?xml")
"""How files begin, in small letters, that are text and no table."""
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
    if size > LARGEST_BYTES:
        raise BadFile("{file} is larger than 200 MB. Split it into smaller files.", file=path.name)
    return head


def _lines(rows: Iterable[Iterable[str]], name: str) -> Iterator[Line]:
    for number, row in enumerate(rows, 1):
        if number > MOST_LINES:
            raise BadFile("{file} has more than 500,000 rows. Split it into smaller files.", file=name)
        cells = tuple(unicodedata.normalize("NFC", unguarded(cell.strip())) for cell in row)
        if any(cells):
            yield Line(number, cells)


def _text_rows(path: Path) -> Iterator[list[str]]:
    text = _decoded(path)
    end = "" if text.endswith(("\n", "\r")) else "\n"
    lines = chain(io.StringIO(text + end, newline=""), (_CLOSED,))
    reader = csv.reader(lines, delimiter=_delimiter(text), strict=False)
    number = 0
    try:
        for row in reader:
            if row == [_CLOSED]:
                return
            number += 1
            if row and row[-1].endswith(_CLOSED):
                break
            yield row
    except csv.Error:  # more text than a cell can have
        number += 1
    raise BadFile(
        "{file} is damaged: in row {row} a quotation mark is never closed, or a text is far too long.",
        file=path.name,
        row=number,
    )


def _decoded(path: Path) -> str:
    raw = path.read_bytes()
    if raw.startswith((b"\xff\xfe", b"\xfe\xff")):
        encodings: tuple[str, ...] = ("utf-16",)
    elif b"\x00" in raw:
        encodings = _wide(raw)
    else:
        encodings = ("utf-8-sig", "cp1252")
    if not encodings or raw[:99].lstrip().lower().startswith(_OTHERS):
        raise BadFile("{file} is not a table of text. Save it as CSV or XLSX.", file=path.name)
    for encoding in encodings:
        try:
            return raw.decode(encoding)
        except UnicodeDecodeError:
            continue
    raise BadFile("The letters in {file} cannot be read. Save it as CSV UTF-8.", file=path.name)


def _wide(raw: bytes) -> tuple[str, ...]:
    """The encoding of text in units of two bytes without a mark in front; none for what is no text.

    Nearly all letters of our languages have a zero as one of the two bytes, always the same one.
    """
    head = raw[:4096]
    first, second = head[0::2].count(0), head[1::2].count(0)
    if len(raw) % 2 or (first and second) or 10 * max(first, second) < 4 * len(head):
        return ()
    return ("utf-16-le",) if second else ("utf-16-be",)


def _delimiter(text: str) -> str:
    """The separator that the first full line uses most; a comma when it has one column."""
    first = next((line for line in text.splitlines() if line.strip()), "")
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
            rows: list[list[Any]] = found.to_python(skip_empty_area=False)
            if rows or name == sheet:
                _fill_down(rows, found.merged_cell_ranges or ())
                return iter([_cell(value) for value in row] for row in rows)
    except PasswordError:
        raise BadFile("{file} is locked with a password. Save a copy without one.", file=path.name) from None
    except CalamineError:
        raise BadFile(
            "{file} is damaged and cannot be read. Save it again where it was made.", file=path.name
        ) from None
    return iter(())


def _fill_down(rows: list[list[Any]], merged: Iterable[tuple[_Place, _Place]]) -> None:
    """Give every row its part of cells that are merged down a column; a title across columns stays one.

    Cells merged beyond the last row or column with a value are empty, and there are none in ``rows``.
    """
    for (top, column), (bottom, last) in merged:
        if column == last and top < len(rows) and column < len(rows[top]):
            for row in rows[top + 1 : bottom + 1]:
                row[column] = rows[top][column]


def _cell(value: object) -> str:
    if isinstance(value, bool):
        return "1" if value else "0"
    if isinstance(value, float):
        return f"{from_spreadsheet(value):f}"
    if isinstance(value, datetime):
        return value.date().isoformat() if value.time() == time() else value.isoformat(" ")
    if isinstance(value, date):
        return value.isoformat()
    if isinstance(value, timedelta | time):
        return str(value)
    return str(value)
