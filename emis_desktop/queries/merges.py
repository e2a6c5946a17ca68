"""What the journal knows of a merge: which act made a record a double, and what else that act changed."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any, Final
from uuid import UUID

from sqlalchemy import Connection

from emis_desktop.models import Base
from emis_desktop.rules.clock import unpack

_OWN: Final = (
    "SELECT act.clock, act.first_change, act.last_change, act.user_id, act.verb "
    "FROM change JOIN act ON act.seq = change.act "
    "WHERE table_name = 'person' AND row_id = ? AND field = 'alias_of_id' AND after = ? "
    "ORDER BY change.seq DESC LIMIT 1"
)
_HEARD: Final = (
    "SELECT stamp, actor, user_id, verb FROM heard WHERE table_name = 'person' AND row_id = ? "
    "AND field = 'alias_of_id' AND after = ? ORDER BY seq DESC LIMIT 1"
)
_CHANGED: Final = (
    "SELECT table_name, row_id, field, before, after FROM change WHERE seq BETWEEN ? AND ? "
    "AND field IS NOT NULL ORDER BY seq"
)
_CHANGED_THERE: Final = (
    "SELECT table_name, row_id, field, before, after FROM heard WHERE actor = ? AND stamp = ? ORDER BY seq"
)


@dataclass(frozen=True, slots=True)
class FieldBefore:
    """A field that a merge changed: what it held before, and what the merge left, as the store holds them."""

    table: str
    row_id: UUID
    field: str
    before: Any
    after: Any


@dataclass(frozen=True, slots=True)
class MergeAct:
    """The act that made a record a double: when, by whom, and what it changed besides."""

    at: datetime
    user_id: UUID
    verb: str
    changed: tuple[FieldBefore, ...]


def merge_act(connection: Connection, double: UUID, named: UUID) -> MergeAct | None:
    """The last act, of this laptop or another, that merged ``double`` into ``named``; None where the journal
    of this laptop begins later.
    """
    asked = (double.bytes, named.bytes)
    own = connection.exec_driver_sql(_OWN, asked).first()
    heard = connection.exec_driver_sql(_HEARD, asked).first()
    if own is not None and (heard is None or own[0] >= heard[0]):
        rows = connection.exec_driver_sql(_CHANGED, (own[1], own[2] or own[1])).all()
        return MergeAct(_moment(own[0]), UUID(bytes=own[3]), own[4], tuple(_fields(rows)))
    if heard is not None:
        rows = connection.exec_driver_sql(_CHANGED_THERE, (heard[1], heard[0])).all()
        return MergeAct(_moment(heard[0]), UUID(bytes=heard[2]), heard[3], tuple(_fields(rows)))
    return None


def _moment(clock: int) -> datetime:
    return datetime.fromtimestamp(unpack(clock)[0] / 1000, UTC)


def _fields(rows: Any) -> Iterator[FieldBefore]:  # noqa: ANN401 - rows of the driver
    """Each field once: what it held first, and what it was left with."""
    first: dict[tuple[str, bytes, str], Any] = {}
    last: dict[tuple[str, bytes, str], Any] = {}
    for table, row, field, before, after in rows:
        first.setdefault((table, row, field), before)
        last[table, row, field] = after
    for (table, row, field), before in first.items():
        if table != "conflict" and table in Base.metadata.tables and field in Base.metadata.tables[table].c:
            yield FieldBefore(table, UUID(bytes=row), field, before, last[table, row, field])
