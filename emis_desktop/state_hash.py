"""One number a scope for everything that its rows say, the same on a laptop and on the server.

Each row of each synced table, deleted ones too, is written as one line: the table's name, then, in the order
of their names, each column that is not empty as a space, the name, ``=`` and the value. Values stand as a
laptop's store keeps them: whole numbers in decimal (truth values 0 and 1, decimals scaled, moments in
milliseconds since 1970 UTC), text between single quotes with a quote doubled, bytes (and ids) as ``X'...'``
in capital hexadecimal. A row's number is the BLAKE2b of its line in UTF-8, 16 bytes, big end first; a scope's
is their sum modulo 2**128, so the order of rows does not matter, and a column added later changes nothing
until it holds something.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping
from hashlib import blake2b
from typing import Any, Final
from uuid import UUID

from sqlalchemy import Connection, MetaData, Table
from sqlalchemy.dialects import sqlite

from emis_desktop.models import synced_tables
from emis_desktop.scopes import NATION, Kind, owner, ownership, schools_of_people, subjects

_BYTES: Final = 16
_ROUND: Final = 1 << (8 * _BYTES)
_DIALECT: Final = sqlite.dialect()
_BLOCK = 20_000

Stored = int | str | bytes | None
"""A value as a laptop's store keeps it."""


def state_hash(connection: Connection, metadata: MetaData) -> dict[str, str]:
    """The hash of each scope with rows in a laptop's store: school id or :data:`NATION`; 32 hex digits."""
    sums: defaultdict[str, int] = defaultdict(int)
    schools = schools_of_people(connection)
    about = subjects(connection, metadata, schools)
    names = _Names()
    for table in synced_tables(metadata):
        belongs_to, is_person = owner(table)
        of_subject = ownership(table).kind is Kind.SUBJECT
        rows = connection.exec_driver_sql(
            f'SELECT {belongs_to}, {_line_sql(table)} FROM "{table.name}"'  # noqa: S608 - model names
        )
        while block := rows.fetchmany(_BLOCK):
            for of, line in block:
                number = row_number(line)
                owners: tuple[bytes | None, ...] = (of,)
                if of_subject:
                    owners = about.get(of, ())
                elif is_person:
                    owners = schools.get(of, (None,))
                for one in owners:
                    sums[names[one]] += number
    return digests(sums)


def digests(sums: Mapping[str, int]) -> dict[str, str]:
    """Sums of row numbers, one a scope, as they are shown and compared."""
    return {scope: (number % _ROUND).to_bytes(_BYTES).hex() for scope, number in sorted(sums.items())}


def row_number(line: str) -> int:
    """The number of one row, from its line."""
    return int.from_bytes(blake2b(line.encode(), digest_size=_BYTES).digest())


def row_line(table: Table, values: Mapping[str, Any]) -> str:
    """The line of a row whose ``values`` are Python's, as SQLAlchemy gives them on any database."""
    parts = [
        f" {column.name}={quoted(stored(column, values[column.name]))}" for column in _columns(table, values)
    ]
    return table.name + "".join(parts)


def stored(column: Any, value: Any) -> Stored:  # noqa: ANN401 - any column, any of its values
    """A Python value of ``column`` as a laptop's store keeps it."""
    process = column.type.dialect_impl(_DIALECT).bind_processor(_DIALECT)
    kept: Stored | bool = process(value) if process else value
    return int(kept) if isinstance(kept, bool) else kept


def quoted(value: Stored) -> str:
    """A stored value as it stands in a line; the same as SQLite's ``quote``."""
    if isinstance(value, bytes):
        return f"X'{value.hex().upper()}'"
    if isinstance(value, str):
        return "'" + value.replace("'", "''") + "'"
    return str(value)


def _columns(table: Table, values: Mapping[str, Any]) -> Iterable[Any]:
    named = sorted(table.columns, key=lambda column: column.name)
    return (column for column in named if values[column.name] is not None)


def _line_sql(table: Table) -> str:
    """An expression of SQLite that gives a row's line."""
    names = sorted(column.name for column in table.columns)
    parts = (f" || iif(\"{name}\" IS NULL, '', ' {name}=' || quote(\"{name}\"))" for name in names)
    return f"'{table.name}'" + "".join(parts)


class _Names(dict[bytes | None, str]):
    """Scopes by the id of the school."""

    def __missing__(self, school: bytes | None) -> str:
        self[school] = NATION if school is None else str(UUID(bytes=school))
        return self[school]
