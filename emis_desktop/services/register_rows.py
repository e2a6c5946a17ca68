"""Writing the cells of registers: many at once, only what differs, one row a pupil, month and session."""

# ruff: noqa: S608 - names from the model

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Final
from uuid import UUID

from sqlalchemy.orm import Session

from emis_desktop.queries.plain import pieces, places
from emis_desktop.queries.register_cells import DAYS, TABLE

_KEYS: Final = ("id", "student_id", "institution_id", "month", "session", "subject_id")
_FIND: Final = f"SELECT id, deleted_at IS NOT NULL, {', '.join(DAYS)} FROM {TABLE} WHERE id IN ({{ids}})"
_REVIVE: Final = (
    f"UPDATE {TABLE} SET deleted_at = NULL, {', '.join(f'{day} = ?' for day in DAYS)} WHERE id = ?"
)


@dataclass(frozen=True, slots=True)
class CellValue:
    """One cell to write: the row it is in, with its key, its column ("d07"), and what it shall hold.

    ``value`` is as the store keeps it ("P", "E/ILL"); None for not marked.
    """

    row_id: UUID
    student_id: UUID
    institution_id: UUID
    month: str
    session: int
    subject_id: UUID | None
    column: str
    value: str | None

    @property
    def key(self) -> tuple[bytes | str | int | None, ...]:
        """The stored values of the row's key."""
        subject = None if self.subject_id is None else self.subject_id.bytes
        ids = self.row_id.bytes, self.student_id.bytes, self.institution_id.bytes
        return (*ids, self.month, self.session, subject)


def write_cells(session: Session, cells: Iterable[CellValue]) -> tuple[int, int]:
    """Bring cells to their values inside an open act; returns how many were empty before and how many held
    something else.
    """
    by_row: dict[bytes, dict[str, CellValue]] = {}
    for cell in cells:
        by_row.setdefault(cell.row_id.bytes, {})[cell.column] = cell
    filled = changed = 0
    session.flush()
    for piece in pieces(by_row.items()):
        rows = dict(piece)
        there = _read(session, rows)
        fresh = {key: found for key, wanted in rows.items() if key not in there and (found := _said(wanted))}
        _insert(session, fresh)
        filled += sum(len(found) for found in fresh.values())
        new, other = _update(session, rows, there)
        filled, changed = filled + new, changed + other
    return filled, changed


def _said(cells: Mapping[str, CellValue]) -> dict[str, CellValue]:
    """The cells that hold something: a row of empty ones is not made."""
    return {column: cell for column, cell in cells.items() if cell.value is not None}


def _read(session: Session, rows: Mapping[bytes, object]) -> dict[bytes, tuple[bool, dict[str, str | None]]]:
    """Whether each row is deleted, and its cells."""
    found = session.connection().exec_driver_sql(_FIND.format(ids=places(rows)), tuple(rows))
    return {
        key: (bool(gone), {} if gone else dict(zip(DAYS, cells, strict=True))) for key, gone, *cells in found
    }


def _insert(session: Session, fresh: Mapping[bytes, Mapping[str, CellValue]]) -> None:
    """New rows with their cells, those with the same columns in one statement."""
    by_columns: dict[tuple[str, ...], list[tuple[object, ...]]] = {}
    for cells in fresh.values():
        columns = tuple(sorted(cells))
        key = next(iter(cells.values())).key
        by_columns.setdefault(columns, []).append((*key, *(cells[one].value for one in columns)))
    for columns, values in by_columns.items():
        names = (*_KEYS, *columns)
        statement = f"INSERT INTO {TABLE} ({', '.join(names)}) VALUES ({places(names)})"
        session.connection().exec_driver_sql(statement, values)


def _update(
    session: Session,
    rows: Mapping[bytes, Mapping[str, CellValue]],
    there: Mapping[bytes, tuple[bool, Mapping[str, str | None]]],
) -> tuple[int, int]:
    """Cells of rows that are there; returns how many were empty before and how many held something else."""
    revived: list[Sequence[object]] = []
    by_column: dict[str, list[Sequence[object]]] = {}
    filled = changed = 0
    for key, (gone, held) in there.items():
        wanted = {column: cell.value for column, cell in rows[key].items() if cell.value != held.get(column)}
        new = sum(held.get(column) is None for column in wanted)
        filled, changed = filled + new, changed + len(wanted) - new
        if gone and wanted:
            revived.append((*(wanted.get(day) for day in DAYS), key))
        elif not gone:
            for column, value in wanted.items():
                by_column.setdefault(column, []).append((value, key))
    connection = session.connection()
    if revived:
        connection.exec_driver_sql(_REVIVE, revived)
    for column, values in by_column.items():
        connection.exec_driver_sql(f"UPDATE {TABLE} SET {column} = ? WHERE id = ?", values)
    return filled, changed
