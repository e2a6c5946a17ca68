"""Freezing: what was typed since the last time becomes batches that never change again.

A batch is frozen in a transaction of its own, so that a year's work which is sent for the first time never
keeps the keyboard waiting, and a process killed between two of them goes on with the next.
"""

from __future__ import annotations

import hashlib
import secrets
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Final
from uuid import UUID

from sqlalchemy import Connection

from emis_desktop.database import Database
from emis_desktop.migrations import NEWEST
from emis_desktop.rules.clock import actor_number, wire_stamp
from sync.client.clocks import write_ticks
from sync.client.collecting import Collector
from sync.client.extent import Extent, next_extent
from sync.client.sql import breathe, one, rows, run
from sync.collector import held_back
from sync.facets import Catalogue
from sync.operations import Act, Batch
from sync.protocol.batches import encode_batch

NO_HISTORY: Final = bytes(8)
"""The history of a server that was never met."""
_KEEP = (
    "INSERT INTO batch (id, body, sha256, ops, acts, size, first_change, last_change, state, made_at) "
    "VALUES (?, ?, ?, ?, ?, ?, ?, ?, 'frozen', ?) RETURNING seq"
)


@dataclass(frozen=True, slots=True)
class FrozenBatch:
    """A batch that waits in the store; ``size`` in bytes as it goes on the line, ``ops`` changes in it."""

    seq: int
    id: bytes
    sha256: bytes
    size: int
    ops: int
    acts: int


@dataclass(frozen=True, slots=True)
class Frozen:
    """What one step made: both ``None`` where nothing was left to say of that part of the journal.

    ``whole`` is what the body says.
    """

    batch: FrozenBatch | None = None
    whole: Batch | None = None


def freeze(
    db: Database,
    catalogue: Catalogue,
    *,
    wall_ms: int,
    stop: Callable[[], bool] | None = None,
    told: Callable[[int, Batch], object] | None = None,
) -> list[FrozenBatch]:
    """Freeze everything that was typed; ``wall_ms`` is this laptop's clock. Ends early when ``stop`` says so.

    ``told`` has each batch, with its number here, once it is in the store: nobody needs to read it again.

    Raises what :meth:`Database.local` raises; what was frozen before stays.
    """
    made: list[FrozenBatch] = []
    while not (stop and stop()):
        with held_back(), db.local() as connection:
            frozen = freeze_next(connection, catalogue, wall_ms)
        if frozen is None:
            break
        if frozen.batch is not None:
            made.append(frozen.batch)
            if told is not None and frozen.whole is not None:
                told(frozen.batch.seq, frozen.whole)
        breathe()
    return made


def freeze_all(connection: Connection, catalogue: Catalogue, wall_ms: int) -> int:
    """Freeze everything inside an open transaction; returns how many batches that made."""
    made = 0
    while (frozen := freeze_next(connection, catalogue, wall_ms)) is not None:
        made += frozen.batch is not None
    return made


def freeze_next(connection: Connection, catalogue: Catalogue, wall_ms: int) -> Frozen | None:
    """Freeze the next part of the journal inside an open transaction; ``None``: everything is frozen."""
    extent = next_extent(connection, catalogue)
    if extent is None:
        return None
    actor = actor_of(connection)
    collector = Collector(connection, catalogue, extent)
    stamps = _stamps(connection, extent, collector.read(), wall_ms)
    collected = collector.collect(stamps, actor)
    made = Frozen()
    if collected.acts:
        cursor, history = rows(connection, "SELECT cursor, history_id FROM site")[0]
        acts = tuple(
            Act(index, act.user, act.verb, stamps[act.seq], act.reading)
            for index, act in enumerate(collected.acts)
        )
        whole = Batch(
            secrets.token_bytes(16), actor, NEWEST, cursor, history or NO_HISTORY, acts, tuple(collected.ops)
        )
        made = Frozen(_keep(connection, whole, extent, wall_ms), whole)
        write_ticks(connection, collected.ticks)
    run(
        connection,
        "UPDATE site SET sent_change = ?, sent_act = ?, wire_clock = ?",
        (extent.last_change, extent.whole_act, max(stamps.values())),
    )
    return made


def unfrozen(connection: Connection) -> bool:
    """Whether something was typed, or read, that is not frozen yet."""
    return bool(one(connection, "SELECT EXISTS (SELECT 1 FROM act WHERE seq > (SELECT sent_act FROM site))"))


def body_of(connection: Connection, seq: int) -> bytes | None:
    """A batch as it goes on the line; ``None``: it was sent long ago and its body is gone."""
    found: bytes | None = one(connection, "SELECT body FROM batch WHERE seq = ?", (seq,))
    return found


def waiting_batches(connection: Connection) -> list[FrozenBatch]:
    """The batches that the server has not acknowledged, in the order in which they go."""
    found = rows(
        connection,
        "SELECT seq, id, sha256, size, ops, acts FROM batch WHERE state IN ('frozen', 'resend') "
        "AND body IS NOT NULL ORDER BY seq",
    )
    return [FrozenBatch(*line) for line in found]


def actor_of(connection: Connection) -> int:
    """The number that this store writes under now."""
    ((site, generation),) = rows(connection, "SELECT id, generation FROM site")
    return actor_number(UUID(bytes=site), generation)


def _stamps(
    connection: Connection, extent: Extent, replaced: Mapping[int, int], wall_ms: int
) -> dict[int, int]:
    ((last, offset),) = rows(connection, "SELECT wire_clock, clock_offset_ms FROM site")
    stamps: dict[int, int] = {}
    for act in extent.acts:
        last = stamps[act.seq] = wire_stamp(act.clock, max(last, replaced.get(act.seq, 0)), wall_ms, offset)
    return stamps


def _keep(connection: Connection, batch: Batch, extent: Extent, wall_ms: int) -> FrozenBatch:
    body = encode_batch(batch)
    digest = hashlib.sha256(body).digest()
    counts = len(batch.ops), len(batch.acts)
    seq = one(
        connection,
        _KEEP,
        (batch.id, body, digest, *counts, len(body), extent.first_change, extent.last_change, wall_ms),
    )
    return FrozenBatch(int(seq), batch.id, digest, len(body), *counts)
