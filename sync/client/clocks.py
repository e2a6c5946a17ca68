"""The clock rows of a store: who wrote what a row holds, and the number the server knows it by."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field

import msgspec
from sqlalchemy import Connection

from emis_desktop.rules.clock import UNWRITTEN, Clock, Tick
from sync.client.sql import many, pieces, places, rows

Place = tuple[str, bytes]
"""A facet of a row: the facet's name and the row's id as the store keeps it."""
_PUT = (
    "INSERT OR REPLACE INTO clock (facet, row_id, stamp, actor, rank, fields, version, seq) "
    "VALUES (?, ?, ?, ?, ?, ?, ?, ?)"
)
_READ = "SELECT row_id, stamp, actor, rank, fields, version, seq FROM clock WHERE facet = ? AND row_id IN"
_VERSIONS = "SELECT row_id, version, seq FROM clock WHERE facet = ? AND row_id IN"
_Fields = dict[str, tuple[int, int, int, int]]
_DECODER = msgspec.json.Decoder(_Fields)


@dataclass(slots=True)
class RowTicks:
    """The ticks of one facet of a row: ``tick`` for all fields but those in ``fields``.

    ``version``: the number of its last change as the server told it, ``None`` while the server does not have
    it; ``seq``: the newest entry of the server's log applied to it.
    """

    tick: Tick = UNWRITTEN
    fields: dict[str, Tick] = field(default_factory=dict)
    version: int | None = None
    seq: int = 0

    def of(self, name: str) -> Tick:
        """The tick of one field."""
        return self.fields.get(name, self.tick)

    def set(self, name: str, tick: Tick) -> None:
        """Remember who wrote one field."""
        if tick == self.tick:
            self.fields.pop(name, None)
        else:
            self.fields[name] = tick


def read_ticks(connection: Connection, facet: str, row_ids: Iterable[bytes]) -> dict[Place, RowTicks]:
    """The ticks of those rows that have any."""
    found: dict[Place, RowTicks] = {}
    for piece in pieces(row_ids):
        for row_id, *parts in rows(
            connection,
            f"{_READ} ({places(piece)})",
            (facet, *piece),
        ):
            found[facet, row_id] = _row_ticks(*parts)
    return found


def read_versions(
    connection: Connection, facet: str, row_ids: Iterable[bytes]
) -> Iterator[tuple[bytes, int | None, int]]:
    """Row id, version and newest applied entry of those rows that have a clock."""
    for piece in pieces(row_ids):
        yield from rows(connection, f"{_VERSIONS} ({places(piece)})", (facet, *piece))


def write_ticks(connection: Connection, ticks: Mapping[Place, RowTicks]) -> None:
    """Keep them."""
    many(connection, _PUT, [_parameters(place, one) for place, one in ticks.items()])


def forget_ticks(connection: Connection, of: Iterable[Place]) -> None:
    """The rows are no longer here."""
    many(connection, "DELETE FROM clock WHERE facet = ? AND row_id = ?", list(of))


def _row_ticks(
    stamp: int, actor: int, rank: int | None, packed: bytes | None, version: int | None, seq: int
) -> RowTicks:
    tick = Tick(Clock(stamp, actor), stamp if rank is None else rank)
    fields = {} if packed is None else {name: _tick(parts) for name, parts in _DECODER.decode(packed).items()}
    return RowTicks(tick, fields, version, seq)


def _tick(parts: tuple[int, int, int, int]) -> Tick:
    stamp, actor, rank, reopens = parts
    return Tick(Clock(stamp, actor), rank, reopens)


def _parameters(place: Place, ticks: RowTicks) -> tuple[object, ...]:
    (stamp, actor), rank, _reopens = ticks.tick
    packed = (
        msgspec.json.encode({name: (*one.clock, one.rank, one.reopens) for name, one in ticks.fields.items()})
        if ticks.fields
        else None
    )
    return (*place, stamp, actor, None if rank == stamp else rank, packed, ticks.version, ticks.seq)
