"""Writing a table file, whole or not at all: XLSX, or CSV with a mark by which Excel shows accents."""

from __future__ import annotations

import csv
import io
from collections.abc import Iterable, Sequence
from datetime import date
from decimal import Decimal
from pathlib import Path

import xlsxwriter

from emis_desktop import files
from emis_desktop.errors import BadFile
from emis_desktop.exchange.table import guarded, marked_only, runs

Cell = str | int | Decimal | date | None


def write_table(
    path: Path, heading: Sequence[str], rows: Iterable[Sequence[Cell]], notes: Sequence[str] = ()
) -> int:
    """Write ``heading`` and ``rows`` to ``path`` (.csv or .xlsx); returns how many rows. ``notes``: a
    second sheet.

    Numbers that are codes must come as text, so that zeros in front stay. Raises :class:`BadFile` for another
    ending and :class:`~emis_desktop.errors.CannotSave` when the disk is full; then nothing is there.
    """
    ending = path.suffix.lower()
    if ending not in {".csv", ".xlsx"}:
        raise BadFile(
            "A table is written as .csv or .xlsx. Give {file} one of these endings.", file=path.name
        )
    listed = list(rows)
    data = _csv(heading, listed) if ending == ".csv" else _xlsx(heading, listed, notes)
    files.write(path, data)
    return len(listed)


def _csv(heading: Sequence[str], rows: Sequence[Sequence[Cell]]) -> bytes:
    text = io.StringIO(newline="")
    writer = csv.writer(text)
    writer.writerow(heading)
    writer.writerows([_text(cell) for cell in row] for row in rows)
    return text.getvalue().encode("utf-8-sig")


def _text(cell: Cell) -> str:
    if cell is None:
        return ""
    if isinstance(cell, date):
        return cell.isoformat()
    if isinstance(cell, Decimal):
        return f"{cell:f}"
    return guarded(str(cell))


def _xlsx(heading: Sequence[str], rows: Sequence[Sequence[Cell]], notes: Sequence[str]) -> bytes:
    stream = io.BytesIO()
    options = {"in_memory": True, "strings_to_formulas": False, "strings_to_urls": False}
    with xlsxwriter.Workbook(stream, options) as book:
        sheet = book.add_worksheet("Data")
        bold = book.add_format({"bold": True, "bottom": 1})
        day = book.add_format({"num_format": "yyyy-mm-dd"})
        words = book.add_format({"num_format": "@"})
        marked = book.add_format({"num_format": "@", "quote_prefix": True})
        sheet.write_row(0, 0, heading, bold)
        sheet.freeze_panes(1, 0)
        for column, name in enumerate(heading):
            sheet.set_column(column, column, max(12, len(name) + 2))
        for number, row in enumerate(rows, 1):
            for column, cell in enumerate(row):
                if isinstance(cell, date):
                    sheet.write_datetime(number, column, cell, day)
                elif isinstance(cell, int | Decimal):
                    sheet.write_number(number, column, cell)
                elif cell:
                    text = marked_only(cell)
                    sheet.write_string(number, column, text, marked if runs(text) else words)
        if notes:
            about = book.add_worksheet("About")
            about.set_column(0, 0, 100)
            about.write_column(0, 0, notes)
    return stream.getvalue()
