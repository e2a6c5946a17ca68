"""Acts that wait for a row that has not come: kept whole, applied whole once everything is there."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Final, cast
from uuid import UUID

import msgspec

from emis_desktop.rules.rights import Role, SensitivityClass
from sync.operations import Act, Batch, Op
from sync.server.access import SiteRights
from sync.server.kept_ops import pack_ops, unpack_ops
from sync.server.model import ServerModel
from sync.server.raw import Raw
from sync.server.states import Key, States
from sync.server.verdicts import Author


@dataclass(frozen=True, slots=True)
class Waiting:
    """A parked act with its operations and whose it is. ``places`` are the operations' in the batch."""

    batch: bytes
    act: Act
    ops: tuple[Op, ...]
    site: SiteRights
    actor: int
    cursor: int
    places: tuple[int, ...] = ()

    @property
    def author(self) -> Author:
        """Who wrote it, told by the feed when it is applied."""
        return Author(self.site, self.actor, self.cursor, later=True)


class Needs:
    """The rows without which operations cannot be applied."""

    def __init__(self, model: ServerModel) -> None:
        self._model = model
        self._columns: dict[str, tuple[tuple[str, str], ...]] = {}

    def of(self, op: Op) -> Iterator[Key]:
        """The rows that an operation names, and its own when it does not make it."""
        facet = self._model.catalogue.facet(op.facet)
        columns = self._columns.get(op.facet)
        if columns is None:
            table = self._model.tables[facet.table.name]
            names = self._model.columns[op.facet].keys()
            columns = tuple((one.column, one.target) for one in table.references if one.column in names)
            self._columns[op.facet] = columns
        for column, target in columns:
            value = op.values.get(column)
            if isinstance(value, bytes):
                yield target, value
        if not (op.insert and facet.main):
            yield facet.table.name, op.row.bytes

    def missing(self, raw: Raw, states: States, ops: Iterable[Op]) -> set[Key]:
        """Which of the rows that operations need the database does not have."""
        wanted: defaultdict[str, set[bytes]] = defaultdict(set)
        for op in ops:
            for table, row in self.of(op):
                wanted[table].add(row)
        found: set[Key] = set()
        for table, ids in wanted.items():
            unknown = {row for row in ids if (table, row) not in states.rows}
            there = {row[0] for row in raw.read(self._model.tables[table].table, ("id",), "id", unknown)}
            found.update((table, row) for row in unknown - there)
        return found


_ENCODE: Final = msgspec.msgpack.Encoder().encode


def keep(
    raw: Raw,
    author: Author,
    batch: Batch,
    act: Act,
    ops: Mapping[int, Op],
    lacks: Iterable[Key],
    received_ms: int,
) -> None:
    """Park an act; ``ops`` by their place in the batch."""
    packed = pack_ops(act, list(ops.values()))
    body = _ENCODE((packed, _packed_site(author.site), author.actor, author.cursor, list(ops)))
    raw.run(
        "INSERT INTO parked_act (batch, act, site, received_at, body) VALUES (?, ?, ?, ?, ?)",
        (batch.id, act.index, author.site.site.bytes, received_ms, body),
    )
    raw.many(
        "INSERT INTO parked_missing (row_id, batch, act) VALUES (?, ?, ?)",
        [(row, batch.id, act.index) for row in {row for _, row in lacks}],
    )


def ready(raw: Raw, arrived: Sequence[bytes]) -> list[Waiting]:
    """Take out the acts that waited for nothing but rows that are there now, the longest parked first."""
    if not arrived or raw.one("SELECT 1 FROM parked_missing") is None:
        return []
    sql = "SELECT DISTINCT batch, act FROM parked_missing WHERE row_id {ids}"
    touched = sorted({(bytes(batch), int(act)) for batch, act in raw.among(sql, arrived)})
    raw.many("DELETE FROM parked_missing WHERE row_id = ?", [(row,) for row in arrived])
    found: list[tuple[int, Waiting]] = []
    for place in touched:
        if raw.one("SELECT 1 FROM parked_missing WHERE batch = ? AND act = ?", place) is None:
            received, body = raw.rows(
                "SELECT received_at, body FROM parked_act WHERE batch = ? AND act = ?", place
            )[0]
            raw.run("DELETE FROM parked_act WHERE batch = ? AND act = ?", place)
            found.append((received, _unpacked(place[0], body)))
    return [waiting for _, waiting in sorted(found, key=lambda one: one[0])]


def _packed_site(site: SiteRights) -> tuple[object, ...]:
    institution = None if site.institution is None else site.institution.bytes
    classes = sorted(map(str, site.classes))
    return (
        site.site.bytes,
        site.generation,
        site.actor,
        site.node.bytes,
        classes,
        str(site.role),
        institution,
        site.name,
    )


def _unpacked(batch: bytes, body: bytes) -> Waiting:
    kept: Any = msgspec.msgpack.decode(body)
    packed, of_site, actor, cursor, *places = kept
    act, ops = unpack_ops(packed)
    site, generation, present, node, classes, role, institution, name = of_site
    rights = SiteRights(
        UUID(bytes=site),
        generation,
        present,
        UUID(bytes=node),
        frozenset(SensitivityClass(one) for one in classes),
        Role(role),
        None if institution is None else UUID(bytes=institution),
        name,
    )
    at = tuple(places[0]) if places else tuple(range(len(ops)))
    return Waiting(batch, cast(Act, act), ops, rights, actor, cursor, at)
