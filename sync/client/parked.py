"""Entries that cannot be applied yet: kept as they came, in order, tried again when more has come."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from enum import StrEnum
from typing import Any, Final
from uuid import UUID

import msgspec
from sqlalchemy import Connection

from emis_desktop.rules.clock import Clock, Tick
from emis_desktop.state_hash import Stored
from sync.client.clocks import Place
from sync.client.sql import many, one, pieces, places, rows
from sync.operations import Entry, EntryKind

_PARK: Final = """INSERT INTO parked (facet, row_id, entry, log_seq, reason, detail, parked_at)
VALUES (?, ?, ?, ?, ?, ?, ?)"""

_REASONS: Final = "SELECT DISTINCT row_id, reason FROM parked WHERE facet = ? AND row_id IN"
_COUNT: Final = "SELECT count(*) FROM parked WHERE reason IN"
_OLDEST: Final = "SELECT facet, row_id FROM parked WHERE reason IN"
_TAKE: Final = "SELECT seq, entry, reason FROM parked WHERE facet = ? AND row_id IN"


class Reason(StrEnum):
    """Why an entry is not applied."""

    MISSING = "missing"
    """A row that it points at, or its own, has not come."""
    NEWER = "newer"
    """This version of the program does not know its facet."""
    STAYS = "stays"
    """It shall go, and something unsent stands on it still, or another row names it."""
    POISON = "poison"
    """The store cannot hold what it says; the reader of ``detail`` may know why."""


@dataclass(frozen=True, slots=True)
class Parked:
    """A parked entry and the version that it brings."""

    number: int
    entry: Entry
    version: int
    reason: Reason


class ParkedEntries:
    """The parked entries of a store, and what a transaction adds to them and takes away."""

    def __init__(self, connection: Connection, now_ms: int, of: Iterable[Place] = ()) -> None:
        """``of``: the facets of rows that the transaction is about; there may be very many others."""
        self._connection = connection
        self._now_ms = now_ms
        found = list(_parked(connection, of))
        self._any = {place for place, _reason in found}
        self._held = {place for place, reason in found if reason != Reason.POISON}

    def __contains__(self, place: Place) -> bool:
        """Whether entries of that facet of a row wait; later ones must wait behind them."""
        return place in self._held

    def add(self, entry: Entry, version: int, reason: Reason, detail: str = "") -> bool:
        """Set an entry aside; ``False``: it is there already."""
        place = entry.facet, entry.row.bytes
        if place in self._any and rows(
            self._connection,
            "SELECT 1 FROM parked WHERE facet = ? AND row_id = ? AND log_seq = ? AND reason = ?",
            (*place, entry.seq, reason),
        ):
            return False
        many(
            self._connection,
            _PARK,
            [(*place, pack_entry(entry, version), entry.seq, reason, detail, self._now_ms)],
        )
        self._any.add(place)
        if reason is not Reason.POISON:
            self._held.add(place)
        return True

    def supersede(self, place: Place, seq: int) -> None:
        """A whole facet came: what waited for it before has no more to say."""
        if place not in self._any:
            return
        many(
            self._connection,
            "DELETE FROM parked WHERE facet = ? AND row_id = ? AND log_seq <= ?",
            [(*place, seq)],
        )
        self._held.discard(place)
        self._any.discard(place)

    def take(self, reasons: tuple[Reason, ...], most: int) -> list[Parked]:
        """Take out the oldest entries parked for one of these reasons, with all that wait behind them."""
        oldest = f"{_OLDEST} ({places(reasons)}) ORDER BY seq LIMIT ?"
        by_facet: defaultdict[str, set[bytes]] = defaultdict(set)
        for facet, row_id in rows(self._connection, oldest, (*reasons, most)):
            by_facet[facet].add(row_id)
        lines = [
            line
            for facet, row_ids in by_facet.items()
            for piece in pieces(row_ids)
            for line in rows(
                self._connection,
                f"{_TAKE} ({places(piece)}) AND reason IN ({places(reasons)})",
                (facet, *piece, *reasons),
            )
        ]
        found = [Parked(number, *unpack_entry(body), Reason(why)) for number, body, why in sorted(lines)]
        many(self._connection, "DELETE FROM parked WHERE seq = ?", [(each.number,) for each in found])
        self._held.clear()
        self._any.clear()
        return found


def parked_count(connection: Connection, reasons: tuple[Reason, ...]) -> int:
    """How many entries are parked for one of these reasons."""
    return int(one(connection, f"{_COUNT} ({places(reasons)})", reasons))


def _parked(connection: Connection, of: Iterable[Place]) -> Iterator[tuple[Place, str]]:
    """Which of those facets of rows have parked entries, and why."""
    by_facet: defaultdict[str, set[bytes]] = defaultdict(set)
    if one(connection, "SELECT 1 FROM parked LIMIT 1"):
        for facet, row_id in of:
            by_facet[facet].add(row_id)
    for facet, row_ids in by_facet.items():
        for piece in pieces(row_ids):
            for row_id, reason in rows(connection, f"{_REASONS} ({places(piece)})", (facet, *piece)):
                yield (facet, row_id), reason


def pack_entry(entry: Entry, version: int) -> bytes:
    """An entry with its version as bytes."""
    return msgspec.msgpack.encode(
        (
            entry.seq,
            entry.facet,
            entry.row.bytes,
            str(entry.kind),
            dict(entry.values),
            _parts(entry.tick),
            {name: _parts(tick) for name, tick in entry.ticks.items()},
            entry.user.bytes,
            entry.verb,
            version,
        )
    )


def unpack_entry(body: bytes) -> tuple[Entry, int]:
    """The way back."""
    seq, facet, row, kind, values, tick, ticks, user, verb, version = msgspec.msgpack.decode(body)
    entry = Entry(
        seq,
        facet,
        UUID(bytes=row),
        EntryKind(kind),
        values,
        tick_of(tick),
        {name: tick_of(parts) for name, parts in ticks.items()},
        UUID(bytes=user),
        verb,
    )
    return entry, version


def pack_value(tick: Tick) -> bytes:
    """A tick as bytes."""
    return msgspec.msgpack.encode(_parts(tick))


def tick_of(parts: Any) -> Tick:  # noqa: ANN401 - four whole numbers as msgpack gives them
    """A tick of four numbers."""
    stamp, actor, rank, reopens = parts
    return Tick(Clock(stamp, actor), rank, reopens)


def _parts(tick: Tick) -> tuple[Stored, ...]:
    return (*tick.clock, tick.rank, tick.reopens)
