"""One chunk of entries into the store, inside one transaction: every rule of applying is here.

What this laptop typed and the server does not know yet is put over the server's value again by the very merge
that the server will make, so nothing typed disappears from the screen and nothing jumps back later.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from typing import Final

from sqlalchemy import Connection

from emis_desktop.state_hash import Stored
from sync.client.checking import fault_of
from sync.client.clocks import Place, RowTicks
from sync.client.holding import Holding, missing_parent
from sync.client.parked import ParkedEntries, Reason, pack_value
from sync.client.pending import Pending, PendingOp, rebased
from sync.client.sql import many
from sync.client.sums import sensitivity_of, write_sums
from sync.digest import Differences
from sync.facets import Catalogue, Column, Facet
from sync.merge import join
from sync.operations import Entry, EntryKind, Held

_HEARD: Final = (
    'INSERT INTO heard (log_seq, table_name, row_id, field, "before", "after", user_id, actor, stamp, verb) '
    "VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?)"
)
_EXTRA: Final = "INSERT OR REPLACE INTO extra (facet, row_id, field, value, tick) VALUES (?, ?, ?, ?, ?)"
_DELETED: Final = "deleted_at"


@dataclass(slots=True)
class Applied:
    """What entries did: how many were applied, how many were parked, how many set aside as impossible.

    ``newer``: rows of which this store knows more than the server, to be offered to it.
    """

    entries: int = 0
    parked: int = 0
    poison: int = 0
    newer: tuple[Place, ...] = ()

    def add(self, other: Applied) -> None:
        """Count another chunk as well."""
        self.entries += other.entries
        self.parked += other.parked
        self.poison += other.poison
        self.newer += other.newer


class Applier:
    """Applies entries inside an open transaction whose writes are not captured.

    ``reclaiming``: the server may have lost what is here; a value with a later tick stays and is offered.
    """

    def __init__(
        self,
        connection: Connection,
        catalogue: Catalogue,
        pending: Pending,
        parked: ParkedEntries,
        *,
        reclaiming: bool = False,
    ) -> None:
        self._connection = connection
        self._catalogue = catalogue
        self._pending = pending
        self._parked = parked
        self._reclaiming = reclaiming
        self._holding = Holding(connection, catalogue)
        self._sums = Differences()
        self._heard: list[tuple[Stored, ...]] = []
        self._extra: list[tuple[Stored, ...]] = []
        self._newer: dict[Place, None] = {}
        self.newest_stamp = 0
        self.applied = Applied()

    def apply(self, entries: Iterable[tuple[Entry, int]]) -> set[str]:
        """Apply entries, each with its version; returns the names of the tables that are different now."""
        given = list(entries)
        self._holding.load(entry for entry, _version in given)
        for entry, version in given:
            self._apply(entry, version)
        return self._write()

    def _apply(self, entry: Entry, version: int) -> None:
        facet = self._catalogue.get(entry.facet)
        if facet is None:
            self._park(entry, version, Reason.NEWER)
            return
        place = facet.name, entry.row.bytes
        if entry.kind is EntryKind.DROP:
            self._drop(facet, entry, version)
            return
        if self._is_stale(place, entry):
            return
        if place in self._parked and entry.kind is not EntryKind.PUT:
            self._park(entry, version, Reason.MISSING)
            return
        reason, detail = self._obstacle(facet, entry)
        if reason is not None:
            self._park(entry, version, reason, detail)
            self._count_version(facet, entry, version)
            return
        if entry.kind is EntryKind.PUT:
            self._parked.supersede(place, entry.seq)
        self._take(facet, entry, version)
        self.applied.entries += 1

    def _is_stale(self, place: Place, entry: Entry) -> bool:
        """Whether it, or something after it, was applied to that row before."""
        known = self._holding.look(place)
        if known is None:
            return False
        return entry.seq < known.seq or (entry.kind is EntryKind.SET and entry.seq == known.seq)

    def _obstacle(self, facet: Facet, entry: Entry) -> tuple[Reason | None, str]:
        row_id, table = entry.row.bytes, facet.table.name
        if fault := fault_of(facet, entry.values):
            return Reason.POISON, fault
        held = self._holding.row(table, row_id)
        if held is None and not (facet.main and entry.kind is EntryKind.PUT):
            return Reason.MISSING, table
        if held is None and (lacking := _lacking(facet, entry)):
            return Reason.POISON, f"nothing in {table}.{lacking}"
        if held is not None and (moved := _moved_key(facet, entry, held)):
            return Reason.POISON, f"key {table}.{moved}"
        parent = missing_parent(self._holding, facet, row_id, entry.values)
        return (Reason.MISSING, parent) if parent else (None, "")

    def _park(self, entry: Entry, version: int, reason: Reason, detail: str = "") -> None:
        if self._parked.add(entry, version, reason, detail):
            if reason is Reason.POISON:
                self.applied.poison += 1
            else:
                self.applied.parked += 1

    def _count_version(self, facet: Facet, entry: Entry, version: int) -> None:
        """It came, so it counts, whatever becomes of it: else the sums would ask for it for ever."""
        ticks = self._holding.ticks((facet.name, entry.row.bytes))
        self._move_version(facet, entry.row.bytes, ticks, version)

    def _take(self, facet: Facet, entry: Entry, version: int) -> None:
        row_id, table = entry.row.bytes, facet.table.name
        place = facet.name, row_id
        held = self._holding.row(table, row_id)
        new = held is None
        if held is None:
            held = self._holding.make(facet, row_id)
        ticks = self._holding.ticks(place)
        before = RowTicks(ticks.tick, dict(ticks.fields))
        if entry.kind is EntryKind.PUT:
            ticks.tick, ticks.fields = entry.tick, {}
        own = self._pending.of(self._connection, place)
        kept_newer = False
        for column in facet.columns:
            if column.name in entry.values:
                shown, newer = self._shown(column, entry, held, before, own, new=new)
                kept_newer = kept_newer or newer
                self._show(facet, entry, column, shown, before, new=new)
            elif entry.kind is EntryKind.PUT:
                ticks.set(column.name, before.of(column.name))
        self._keep_unknown(facet, entry)
        ticks.seq = max(ticks.seq, entry.seq)
        self.newest_stamp = max(self.newest_stamp, entry.tick.rank, *(t.rank for t in entry.ticks.values()))
        if kept_newer:
            self._newer[place] = None
            self._move_version(facet, row_id, ticks, None)
        elif not any(one.log_seq is not None and one.log_seq > entry.seq for one in own):
            self._move_version(facet, row_id, ticks, version)

    def _shown(
        self,
        column: Column,
        entry: Entry,
        held: dict[str, Stored],
        before: RowTicks,
        own: list[PendingOp],
        *,
        new: bool,
    ) -> tuple[Held | None, bool]:
        """What the field shows from now on (``None``: what it shows), and whether that is ours to offer."""
        name = column.name
        inserted = entry.kind is EntryKind.PUT and name not in entry.ticks
        server = Held(entry.values[name], entry.tick_of(name), inserted)
        newer = False
        if self._reclaiming and not new:
            mine = Held(held[name], before.of(name), name not in before.fields)
            if mine.tick != server.tick and join(column, server, mine) is mine:
                server, newer = mine, True
        return rebased(column, server, own, entry.seq), newer

    def _show(
        self, facet: Facet, entry: Entry, column: Column, shown: Held | None, before: RowTicks, *, new: bool
    ) -> None:
        row_id, table, name = entry.row.bytes, facet.table.name, column.name
        ticks = self._holding.ticks((facet.name, row_id))
        if shown is None:
            ticks.set(name, before.of(name))
            return
        ticks.set(name, shown.tick)
        held = self._holding.row(table, row_id)
        if held is None or (held[name] == shown.value and type(held[name]) is type(shown.value)):
            return
        if not new:
            clock = entry.tick_of(name).clock
            self._heard.append(
                (
                    entry.seq, table, row_id, name, held[name], shown.value,
                    entry.user.bytes, clock.actor, clock.stamp, entry.verb,
                )
            )  # fmt: skip
        self._holding.change(table, row_id, name, shown.value)

    def _keep_unknown(self, facet: Facet, entry: Entry) -> None:
        """A field that only a newer version knows waits for that version."""
        if len(entry.values) > len(facet.columns) or any(facet.column(n) is None for n in entry.values):
            for name, value in entry.values.items():
                if facet.column(name) is None:
                    tick = pack_value(entry.tick_of(name))
                    self._extra.append((facet.name, entry.row.bytes, name, value, tick))

    def _move_version(self, facet: Facet, row_id: bytes, ticks: RowTicks, version: int | None) -> None:
        held = self._holding.row(facet.table.name, row_id) or {}
        sensitivity = sensitivity_of(facet, held.get("sensitivity"))
        self._sums.move(sensitivity, facet.name, row_id, ticks.version, version)
        ticks.version = version

    def _drop(self, facet: Facet, entry: Entry, version: int) -> None:
        """The site may hold it no longer: forgotten, but for what was typed here and is not sent."""
        row_id, table = entry.row.bytes, facet.table.name
        place = facet.name, row_id
        known = self._holding.look(place)
        if known is not None and entry.seq < known.seq:
            return
        self._parked.supersede(place, entry.seq)
        held = self._holding.row(table, row_id)
        if known is not None:
            self._move_version(facet, row_id, self._holding.ticks(place), None)
        if held is None:
            return
        if self._waits(facet, row_id):
            self._park(entry, version, Reason.MISSING, "unsent")
            return
        if not facet.main:
            for column in facet.columns:
                if column.sa.nullable:
                    self._holding.change(table, row_id, column.name, None)
            self._holding.forget_ticks(place)
        elif not self._holding.pointed_at(table, row_id):
            self._holding.remove(table, row_id)
            for each in self._catalogue.of_table(table):
                self._forget_facet(each, row_id)
        self.applied.entries += 1

    def _forget_facet(self, facet: Facet, row_id: bytes) -> None:
        place = facet.name, row_id
        if self._holding.look(place) is not None:
            self._move_version(facet, row_id, self._holding.ticks(place), None)
        self._holding.forget_ticks(place)

    def _waits(self, facet: Facet, row_id: bytes) -> bool:
        facets = self._catalogue.of_table(facet.table.name) if facet.main else (facet,)
        return any(self._pending.waits((each.name, row_id)) for each in facets)

    def _write(self) -> set[str]:
        tables = self._holding.write()
        many(self._connection, _HEARD, self._heard)
        many(self._connection, _EXTRA, self._extra)
        write_sums(self._connection, self._sums)
        self.applied.newer = tuple(self._newer)
        return tables


def _lacking(facet: Facet, entry: Entry) -> str:
    """A column that a new row cannot do without and of which nothing is said."""
    for column in facet.columns:
        said = entry.values.get(column.name) is not None
        if not said and not column.sa.nullable and (column.name in entry.values or column.sa.default is None):
            return column.name
    return ""


def _moved_key(facet: Facet, entry: Entry, held: dict[str, Stored]) -> str:
    """A key column that a held row has otherwise: such a row is another one."""
    for column in facet.columns:
        if column.key and column.name in entry.values and entry.values[column.name] != held[column.name]:
            return column.name
    return ""


Breathe = Callable[[], None]
"""Called between two chunks: somebody may be typing."""
