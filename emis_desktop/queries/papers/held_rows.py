"""Every row of the store that is about one person, whichever table it is in.

The tables are walked, not listed: a row is about the person when a column of its key names the person, or
one of the person's enrolments; an incident is, when the person had a part in it, with its steps and files. So
a table of tomorrow is on the paper without anybody remembering it.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import Any, Final
from uuid import UUID

from sqlalchemy import Column, Table, or_, select
from sqlalchemy.orm import Session

from emis_desktop.models import Base
from emis_desktop.models.base import synced_tables

Row = Mapping[str, Any]
_OWNERS: Final = ("person", "enrolment")
_OF_INCIDENT: Final = ("incident_step", "incident_file")
_ABOUT_ROWS: Final = "conflict"


def tables_about() -> Iterator[tuple[Table, tuple[Column[Any], ...]]]:
    """The tables whose rows may be about a person, with the columns of their key that say so."""
    for table in synced_tables(Base.metadata):
        columns = tuple(column for column in table.columns if _names(column) in _OWNERS)
        if columns:
            yield table, columns


def rows_about(session: Session, people: Sequence[UUID]) -> dict[str, list[Row]]:
    """All rows about these records of one person by table, also those that were taken away."""
    tables = Base.metadata.tables
    found: dict[str, list[Row]] = {"person": _rows(session, tables["person"], ["id"], people)}
    enrolments = [row["id"] for row in _rows(session, tables["enrolment"], ["person_id"], people)]
    for table, columns in tables_about():
        ids = {"person": people, "enrolment": enrolments}
        rows: dict[UUID, Row] = {}
        for column in columns:
            for row in _rows(session, table, [column.name], ids[_names(column)]):
                rows[row["id"]] = row
        found[table.name] = list(rows.values())
    incidents = [row["incident_id"] for row in found.get("incident_person", ())]
    found["incident"] = _rows(session, tables["incident"], ["id"], incidents)
    for name in _OF_INCIDENT:
        found[name] = _rows(session, tables[name], ["incident_id"], incidents)
    about = [row["id"] for rows in found.values() for row in rows]
    found[_ABOUT_ROWS] = _rows(session, tables[_ABOUT_ROWS], ["row_id"], about)
    return {name: rows for name, rows in found.items() if rows}


def _names(column: Column[Any]) -> str:
    """The table that a column of a key names; "" for any other column."""
    if not column.info.get("key") or not column.foreign_keys:
        return ""
    return next(iter(column.foreign_keys)).column.table.name


def _rows(session: Session, table: Table, columns: Iterable[str], ids: Sequence[UUID]) -> list[Row]:
    found: list[Row] = []
    for start in range(0, len(ids), 500):
        piece = ids[start : start + 500]
        asked = select(table).where(or_(*(table.c[name].in_(piece) for name in columns)))
        found += [dict(row) for row in session.execute(asked.order_by(table.c.id)).mappings()]
    return found
