"""How far the next batch reaches into the journal, and what stands in that part of it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Final, NamedTuple
from uuid import UUID

from sqlalchemy import Connection, LargeBinary, Text

from sync.client.sql import rows
from sync.facets import Catalogue
from sync.operations import MAX_OPS

MAX_BYTES: Final = 4_000_000
"""Bytes of pictures and texts in one batch, about: what either end unfolds at once."""


class Change(NamedTuple):
    """One line of the journal; ``field`` empty: the row was made."""

    seq: int
    act: int
    table: str
    row: bytes
    field: str | None
    before: Any
    after: Any


@dataclass(frozen=True, slots=True)
class JournalAct:
    """An act of the journal. ``reading``: table and row of a logged reading."""

    seq: int
    user: UUID
    verb: str
    clock: int
    last_change: int
    reading: tuple[str, UUID] | None


@dataclass(frozen=True, slots=True)
class Extent:
    """A part of the journal: the acts in it, and their changes up to ``last_change``, all of them or, of a
    very large act, some.

    ``whole_act`` is the newest act that lies in it whole.
    """

    acts: tuple[JournalAct, ...]
    changes: tuple[Change, ...]
    first_change: int
    last_change: int
    whole_act: int


def next_extent(connection: Connection, catalogue: Catalogue) -> Extent | None:
    """What comes after everything that is frozen; ``None``: nothing."""
    ((sent_change, sent_act),) = rows(connection, "SELECT sent_change, sent_act FROM site")
    acts = _acts(connection, sent_act)
    if not acts:
        return None
    changes = [
        Change(*line)
        for line in rows(
            connection,
            'SELECT seq, act, table_name, row_id, field, "before", "after" FROM change '
            "WHERE seq > ? AND seq <= ? ORDER BY seq LIMIT ?",
            (sent_change, acts[-1].last_change, MAX_OPS + 1),
        )
    ]
    fitting = _fitting(changes, _sizes(connection, catalogue, changes), catalogue)
    return _cut(acts, changes, fitting, sent_change, sent_act)


def _acts(connection: Connection, after: int) -> list[JournalAct]:
    found = rows(
        connection,
        "SELECT seq, user_id, verb, clock, last_change, about_table, about_id FROM act "
        "WHERE seq > ? ORDER BY seq LIMIT ?",
        (after, MAX_OPS),
    )
    return [
        JournalAct(seq, UUID(bytes=user), verb, clock, last, (table, UUID(bytes=row)) if table else None)
        for seq, user, verb, clock, last, table, row in found
    ]


def _cut(
    acts: Sequence[JournalAct], changes: Sequence[Change], fitting: int, sent_change: int, sent_act: int
) -> Extent:
    """Whole acts as far as their changes fit; the first act, when it alone is too large, in part."""
    last = changes[fitting - 1].seq if fitting else sent_change
    if fitting == len(changes) and len(changes) <= MAX_OPS:
        last = acts[-1].last_change
    whole = [act for act in acts if act.last_change <= last]
    if whole:
        end = max(whole[-1].last_change, sent_change)
        kept = tuple(change for change in changes[:fitting] if change.seq <= end)
        return Extent(tuple(whole), kept, sent_change + 1, end, whole[-1].seq)
    return Extent((acts[0],), tuple(changes[:fitting]), sent_change + 1, last, sent_act)


def _fitting(changes: Sequence[Change], sizes: Mapping[tuple[str, bytes], int], catalogue: Catalogue) -> int:
    """How many changes make a batch of at most :data:`MAX_OPS` operations; at least one."""
    weight = {facet.table.name: len(catalogue.of_table(facet.table.name)) for facet in catalogue.facets}
    ops = size = 0
    for at, change in enumerate(changes):
        if change.field is None:
            ops += weight.get(change.table, 0)
            size += sizes.get((change.table, change.row), 0)
        else:
            ops += 1
            if isinstance(change.after, bytes | str):
                size += len(change.after)
        if (ops > MAX_OPS or size > MAX_BYTES) and at:
            return at
    return len(changes)


def _sizes(
    connection: Connection, catalogue: Catalogue, changes: Sequence[Change]
) -> dict[tuple[str, bytes], int]:
    """Bytes of those values of the rows made there of which no column bounds the length."""
    made = {change.table for change in changes if change.field is None}
    found: dict[tuple[str, bytes], int] = {}
    for facet in catalogue.facets:
        if not facet.main or facet.table.name not in made:
            continue
        long = [column.name for column in facet.table.columns if _is_long(column.type)]
        if long:
            total = " + ".join(f'coalesce(length(t."{name}"), 0)' for name in long)
            for row_id, size in rows(
                connection,
                f'SELECT t.id, {total} FROM change c JOIN "{facet.table.name}" t ON t.id = c.row_id '  # noqa: S608 - model names
                "WHERE c.seq BETWEEN ? AND ? AND c.table_name = ? AND c.field IS NULL",
                (changes[0].seq, changes[-1].seq, facet.table.name),
            ):
                found[facet.table.name, row_id] = size
    return found


def _is_long(kind: object) -> bool:
    return isinstance(kind, LargeBinary | Text)
