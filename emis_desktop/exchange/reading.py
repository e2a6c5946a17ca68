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
from pathlib import Path

from python_calamine import CalamineError, CalamineWorkbook, PasswordError

from emis_desktop.errors import BadFile
from emis_desktop.exchange.extent import check_extent
from emis_desktop.exchange.table import Line, Table, unguarded
from emis_desktop.rules.numbers import from_spreadsheet

LARGEST_BYTES = 200_000_000
MOST_LINES = 500_000
WORKBOOKS = frozenset({".xlsx", ".xlsm", ".xlsb", ".xls", ".ods"})
TEXTS = frozenset({".csv", ".tsv", ".txt"})
_ZIP, _OLE = b"PK\x03\x04", b"\xd0\xcf\x11\xe0"
_DELIMITERS = ",;\t|"


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
            "{file} is named as CSV but is a spreadsheet. Rename it to end in .xlsx.", file=path.name
        )
    if ending not in WORKBOOKS | TEXTS:
        raise BadFile("{file} is neither CSV, XLSX, XLS nor ODS. Save it as one of these.", file=path.name)
    rows = _workbook_rows(path, sheet) if is_workbook else _text_rows(path)
    lines = tuple(_lines(rows, path.name))
    if not lines:
        raise BadFile("{file} is empty. Choose a file with a heading line and rows.", file=path.name)
    return Table(path.name, lines)


def _head(path: Path) -> bytes:
    try:
        if path.stat().st_size > LARGEST_BYTES:
            raise BadFile("{file} is larger than 200 MB. Split it into smaller files.", file=path.name)
        with path.open("rb") as stream:
            return stream.read(8)
    except FileNotFoundError:
        raise BadFile("There is no file {file}. Check its name and folder.", file=path.name) from None
    except OSError:
        raise BadFile(
            "{file} cannot be read. Close it in other programs and try again.", file=path.name
        ) from None


def _lines(rows: Iterable[Iterable[str]], name: str) -> Iterator[Line]:
    for number, row in enumerate(rows, 1):
        if number > MOST_LINES:
            raise BadFile("{file} has more than 500,000 rows. Split it into smaller files.", file=name)
        cells = tuple(unicodedata.normalize("NFC", unguarded(cell.strip())) for cell in row)
        if any(cells):
            yield Line(number, cells)


def _text_rows(path: Path) -> Iterator[list[str]]:
    text = _decoded(path)
    try:
        yield from csv.reader(io.StringIO(text, newline=""), delimiter=_delimiter(text), strict=False)
    except csv.Error:
        raise BadFile("{file} is damaged: a quotation mark is never closed.", file=path.name) from None


def _decoded(path: Path) -> str:
    raw = path.read_bytes()
    if raw.startswith((b"\xff\xfe", b"\xfe\xff")):
        encodings: tuple[str, ...] = ("utf-16",)
    else:
        if b"\x00" in raw:
            raise BadFile("{file} is not a table of text. Save it as CSV or XLSX.", file=path.name)
        encodings = ("utf-8-sig", "cp1252")
    for encoding in encodings:
        try:
            return raw.decode(encoding)
        except UnicodeDecodeError:
            continue
    raise BadFile("The letters in {file} cannot be read. Save it as CSV UTF-8.", file=path.name)


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
            rows = book.get_sheet_by_name(name).to_python(skip_empty_area=False)
            if rows or name == sheet:
                return iter([_cell(value) for value in row] for row in rows)
    except PasswordError:
        raise BadFile("{file} is locked with a password. Save a copy without one.", file=path.name) from None
    except CalamineError:
        raise BadFile(
            "{file} is damaged and cannot be read. Save it again where it was made.", file=path.name
        ) from None
    return iter(())


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
