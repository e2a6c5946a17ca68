"""Looking into stores from outside: plain SQL over their files, nothing of the program's own queries."""

import re
from collections.abc import Iterable, Iterator
from typing import Any

import msgspec
from sqlalchemy import Connection

from tests.simulator.oracle import CATALOGUE, Records

_MARKED = re.compile(r"[A-Za-z_]+ [0-9]+")
"""A word and its number: what people type here."""
GOES = {
    "person": ["id"],
    "person_identity": ["person_id"],
    "person_contact": ["person_id"],
    "person_note": ["person_id"],
    "health_note": ["person_id"],
    "guardianship": ["student_id"],
    "subject_remark": ["student_id"],
    "term_remark": ["student_id"],
}
"""What is erased with a person."""
TABLES = list(dict.fromkeys(facet.table.name for facet in CATALOGUE.facets))


def records(connection: Connection) -> Records:
    """Every synced row of a store, as stored."""
    found: dict[str, dict[bytes, dict[str, Any]]] = {}
    for table in TABLES:
        rows = connection.exec_driver_sql(f'SELECT * FROM "{table}"')
        names = list(rows.keys())
        found[table] = {row[names.index("id")]: dict(zip(names, row, strict=True)) for row in rows}
    return found


def journalled(connection: Connection) -> Iterator[tuple[str, bytes, Any]]:
    """Table, row and value of everything that stands in a visible journal of this store."""
    for table, row, *values in connection.exec_driver_sql(
        "SELECT table_name, row_id, held, other, before FROM conflict"
    ):
        for value in values:
            yield table, row, value


def conflicts(connection: Connection) -> Iterator[dict[str, Any]]:
    """The rows of the visible journal."""
    rows = connection.exec_driver_sql("SELECT * FROM conflict WHERE deleted_at IS NULL")
    yield from (dict(row) for row in rows.mappings())


def set_aside(connection: Connection) -> Iterator[tuple[str, bytes, Any]]:
    """Table, row and value of what the server refused and keeps for the ministry to look at."""
    for (body,) in connection.exec_driver_sql("SELECT body FROM set_aside"):
        for facet, row, values in _operations(msgspec.msgpack.decode(body)):
            for value in values.values():
                yield CATALOGUE.facet(facet).table.name, row, value


def cells(connection: Connection) -> Iterator[tuple[str, object]]:
    """Every text and every run of bytes of a store, with its table."""
    names = connection.exec_driver_sql(
        "SELECT name FROM sqlite_schema WHERE type = 'table' AND sql NOT LIKE 'CREATE VIRTUAL%'"
    )
    for table in names.scalars().all():
        if not table.startswith("sqlite_"):
            for row in connection.exec_driver_sql(f'SELECT * FROM "{table}"'):
                yield from ((table, cell) for cell in row if isinstance(cell, str | bytes))


def words_in(cell: object) -> set[str]:
    """What was typed in a simulation, as far as it stands readable in a cell."""
    text = cell.decode("latin-1") if isinstance(cell, bytes) else str(cell)
    return set(_MARKED.findall(text))


def whose(connection: Connection, typed: Iterable[tuple[str, bytes, str]]) -> Iterator[tuple[bytes, bytes]]:
    """Of rows that would be erased with a person: the row and the person."""
    for table, row, _ in typed:
        for column in GOES.get(table, ()):
            found = connection.exec_driver_sql(f'SELECT "{column}" FROM "{table}" WHERE id = ?', (row,))
            yield row, found.scalar_one()


def proposed(connection: Connection, place: tuple[str, bytes, str], user: bytes) -> Iterator[Any]:
    """The values that a person proposed for a field and that wait for a decision."""
    for (value,) in connection.exec_driver_sql(
        "SELECT other FROM conflict WHERE kind = 'proposal' AND decided_at IS NULL AND deleted_at IS NULL "
        "AND table_name = ? AND row_id = ? AND field = ? AND other_user = ?",
        (*place, user),
    ):
        yield value


def refused(connection: Connection) -> Iterator[tuple[str, bytes, Any]]:
    """Table, row and value of everything that this laptop shows as not taken."""
    yield from map(tuple, connection.exec_driver_sql("SELECT table_name, row_id, value FROM refused"))


def parked(connection: Connection) -> Iterator[tuple[str, bytes, Any]]:
    """Table, row and value of what waits at the server, whole acts, for a row that has not come."""
    for (body,) in connection.exec_driver_sql("SELECT body FROM parked_act"):
        for facet, row, values in _operations(msgspec.msgpack.decode(body)):
            for value in values.values():
                yield CATALOGUE.facet(facet).table.name, row, value


def _operations(packed: object) -> Iterator[tuple[str, bytes, dict[str, Any]]]:
    """Whatever looks like an operation in something decoded, so that no reader of the program is needed."""
    if not isinstance(packed, list):
        return
    if len(packed) >= 5 and isinstance(packed[1], str) and isinstance(packed[4], dict):
        yield packed[1], packed[2], packed[4]
        return
    for each in packed:
        yield from _operations(each)
