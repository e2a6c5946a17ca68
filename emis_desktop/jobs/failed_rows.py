"""The rows of a file that cannot be brought in, written as they stand with what to do behind each."""

from __future__ import annotations

from pathlib import Path

from emis_desktop.exchange.writing import Cell, write_table
from emis_desktop.jobs.import_records import ImportReport
from resources.words import Words


def write_failed(report: ImportReport, path: Path, words: Words) -> int:
    """Write them to ``path`` (.csv or .xlsx); returns how many. The file can be mended and brought in."""
    reasons: dict[int, list[str]] = {}
    for error in report.errors:
        said = error.reason.text(words)
        reasons.setdefault(error.row, []).append(f"{error.column}: {said}" if error.column else said)
    wide = len(report.heading)
    heading = [*report.heading, words.tr("Row in the file"), words.tr("What to do")]
    rows: list[tuple[Cell, ...]] = [
        (*row.cells[:wide], *[""] * (wide - len(row.cells)), row.line, "\n".join(reasons[row.line]))
        for row in report.failed
    ]
    return write_table(path, heading, rows)
