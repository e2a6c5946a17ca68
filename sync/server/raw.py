"""Plain, quick access to either database through a SQLAlchemy connection: one statement, many rows.

Statements are written with ``?`` for values. Bulk reads and writes take *stored* values (what a laptop's
SQLite keeps) for the records' own columns, too, and turn them into PostgreSQL's types and back.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence
from datetime import date as calendar_date
from decimal import Decimal
from functools import lru_cache
from typing import Any, Final, cast
from uuid import UUID

import msgspec
import sqlalchemy as sa
from sqlalchemy import Column, Connection, Table

from emis_desktop.models.types import AnyValue, Key, Scaled
from emis_desktop.state_hash import Stored

POSTGRESQL: Final = "postgresql"
_CHUNK: Final = 10_000
"""Ids in one question; SQLite takes 32,766 values in one statement."""
_COPY_FROM: Final = 20
"""From so many rows on, COPY pays."""

Row = Sequence[Stored]
_Turn = Callable[[Any], Any]


class Raw:
    """The driver's cursor under an open transaction of ``connection``."""

    def __init__(self, connection: Connection) -> None:
        self.postgres = connection.dialect.name == POSTGRESQL
        driver: Any = connection.connection.driver_connection
        self._cursor = driver.cursor()

    def _sql(self, sql: str) -> str:
        return sql.replace("?", "%s") if self.postgres else sql

    def run(self, sql: str, values: Sequence[Any] = ()) -> int:
        """Run one statement; how many rows it touched."""
        self._cursor.execute(self._sql(sql), values)
        return int(self._cursor.rowcount)

    def many(self, sql: str, rows: Sequence[Sequence[Any]]) -> None:
        """Run one statement for each of the rows of values."""
        if rows:
            self._cursor.executemany(self._sql(sql), rows)

    def rows(self, sql: str, values: Sequence[Any] = ()) -> list[tuple[Any, ...]]:
        """All rows of an answer."""
        self._cursor.execute(self._sql(sql), values)
        found: list[tuple[Any, ...]] = self._cursor.fetchall()
        return found

    def one(self, sql: str, values: Sequence[Any] = ()) -> tuple[Any, ...] | None:
        """The first row of an answer."""
        self._cursor.execute(self._sql(sql), values)
        found: tuple[Any, ...] | None = self._cursor.fetchone()
        return found

    def has_table(self, name: str) -> bool:
        """Whether there is such a table."""
        if self.postgres:
            return self.one("SELECT to_regclass(?)", (name,)) != (None,)
        return self.one("SELECT 1 FROM sqlite_schema WHERE type = 'table' AND name = ?", (name,)) is not None

    def among(
        self,
        sql: str,
        ids: Iterable[bytes | int | str],
        before: Sequence[Any] = (),
        *,
        uuid: bool = False,
        date: bool = False,
    ) -> Iterator[tuple[Any, ...]]:
        """Rows of ``sql``, whose ``{ids}`` is the place of ``IN (...)``, over all of ``ids``, in blocks.

        ``before``: values of the ``?`` that stand before it. ``uuid``: the column compared is one of the
        records, not of the exchange; ``date``: it holds dates.
        """
        wanted = list(ids)
        for start in range(0, len(wanted), _CHUNK):
            part = wanted[start : start + _CHUNK]
            if self.postgres:
                array: list[Any] = [UUID(bytes=cast(bytes, one)) for one in part] if uuid else list(part)
                if date:
                    array = [calendar_date.fromisoformat(cast(str, one)) for one in part]
                yield from self.rows(sql.replace("{ids}", "= ANY(?)"), (*before, array))
            else:
                marks = "IN (" + ",".join("?" * len(part)) + ")"
                yield from self.rows(sql.replace("{ids}", marks), (*before, *part))

    def insert(self, table: Table, names: Sequence[str], rows: Sequence[Row]) -> None:
        """Insert rows of stored values into ``table``."""
        if not rows:
            return
        columns = ", ".join(f'"{name}"' for name in names)
        if not self.postgres:
            marks = ", ".join("?" * len(names))
            self.many(f'INSERT INTO "{table.name}" ({columns}) VALUES ({marks})', rows)  # noqa: S608
            return
        turns = [to_text(table.c[name]) for name in names]
        if len(rows) >= _COPY_FROM:
            with self._cursor.copy(f'COPY "{table.name}" ({columns}) FROM STDIN') as copy:
                for row in rows:
                    copy.write_row(_turned(turns, row))
            return
        marks = ", ".join("%s" for _ in names)
        sql = f'INSERT INTO "{table.name}" ({columns}) VALUES ({marks})'  # noqa: S608
        self._cursor.executemany(sql, [_turned([to_driver(table.c[n]) for n in names], row) for row in rows])

    def update(self, table: Table, names: Sequence[str], rows: Sequence[Row]) -> None:
        """Set the columns ``names`` of rows of the records; each row of values ends with the row's id."""
        if not rows:
            return
        sets = ", ".join(f'"{name}" = ?' for name in names)
        sql = f'UPDATE "{table.name}" SET {sets} WHERE id = ?'  # noqa: S608
        if self.postgres:
            turns = [to_driver(table.c[name]) for name in (*names, "id")]
            rows = [_turned(turns, row) for row in rows]
        self.many(sql, rows)

    def delete(self, table: Table, ids: Iterable[bytes]) -> None:
        """Delete rows of the records."""
        turn = to_driver(table.c.id) if self.postgres else None
        rows = [(row if turn is None else turn(row),) for row in ids]
        self.many(f'DELETE FROM "{table.name}" WHERE id = ?', rows)  # noqa: S608 - a name of the model

    def read(self, table: Table, names: Sequence[str], where: str, ids: Iterable[bytes]) -> Iterator[Row]:
        """Columns ``names`` of the records whose id column ``where`` is among ``ids``, as stored values."""
        columns = ", ".join(f'"{name}"' for name in names)
        sql = f'SELECT {columns} FROM "{table.name}" WHERE "{where}" {{ids}}'  # noqa: S608
        yield from self.stored(table, names, self.among(sql, ids, uuid=True))

    def stored(self, table: Table, names: Sequence[str], rows: Iterable[Any]) -> Iterator[Row]:
        """Rows as the driver gave them, as stored values of those columns."""
        if not self.postgres:
            yield from rows
            return
        turns = [from_driver(table.c[name]) for name in names]
        for row in rows:
            yield _turned(turns, row)


def _turned(turns: Sequence[_Turn | None], row: Sequence[Any]) -> tuple[Any, ...]:
    return tuple(
        [
            value if turn is None or value is None else turn(value)
            for turn, value in zip(turns, row, strict=True)
        ]
    )


@lru_cache(maxsize=2048)
def to_driver(column: Column[Any]) -> _Turn | None:
    """How a stored value becomes what psycopg takes; ``None``: as it is."""
    kind = column.type
    if isinstance(kind, Key):
        return lambda value: UUID(bytes=value)
    if isinstance(kind, Scaled):
        places = kind.places
        return lambda value: Decimal(value).scaleb(-places)
    if isinstance(kind, AnyValue):
        return msgspec.msgpack.encode
    if isinstance(kind, sa.Date):
        return calendar_date.fromisoformat
    return bool if isinstance(kind, sa.Boolean) else None


@lru_cache(maxsize=2048)
def to_text(column: Column[Any]) -> _Turn | None:
    """The same for COPY, which takes text for anything."""
    kind = column.type
    if isinstance(kind, Key):
        return bytes.hex
    if isinstance(kind, Scaled):
        places = kind.places
        return lambda value: f"{value}e-{places}"
    if isinstance(kind, AnyValue):
        return msgspec.msgpack.encode
    return bool if isinstance(kind, sa.Boolean) else None


@lru_cache(maxsize=2048)
def from_driver(column: Column[Any]) -> _Turn | None:
    """How a value of PostgreSQL becomes a stored one."""
    kind = column.type
    if isinstance(kind, Key):
        return lambda value: value.bytes
    if isinstance(kind, Scaled):
        places = kind.places
        return lambda value: int(value.scaleb(places))
    if isinstance(kind, sa.Date):
        return calendar_date.isoformat
    if isinstance(kind, AnyValue):
        return msgspec.msgpack.decode
    if isinstance(kind, sa.LargeBinary):
        return bytes
    return int if isinstance(kind, sa.Boolean) else None
