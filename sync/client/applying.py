"""One chunk of entries into the store, inside one transaction: every rule of applying is here.

What this laptop typed and the server does not know yet is put over the server's value again by the very merge
that the server will make, so nothing typed disappears from the screen and nothing jumps back later.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from typing import Final
from uuid import UUID

from sqlalchemy import Connection

from emis_desktop.rules.clock import UNWRITTEN
from emis_desktop.state_hash import Stored
from sync.client.clocks import Place, RowTicks
from sync.client.erasing import erased_among
from sync.client.holding import Holding, missing_parent
from sync.client.parked import ParkedEntries, Reason, pack_value
from sync.client.pending import Pending, PendingOp, rebased
from sync.client.plans import Plan, Plans
from sync.client.replaced import VERB, note
from sync.client.sql import many
from sync.client.sums import sensitivity_of, write_sums
from sync.digest import Differences
from sync.facets import Column, Facet
from sync.merge import join
from sync.operations import ERASE, Entry, EntryKind, Held

_HEARD: Final = (
    'INSERT INTO heard (log_seq, table_name, row_id, field, "before", "after", user_id, actor, stamp, verb) '
    "VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?)"
)
_EXTRA: Final = "INSERT OR REPLACE INTO extra (facet, row_id, field, value, tick) VALUES (?, ?, ?, ?, ?)"
_ALL: Final = (1 << 63) - 1
"""The last number that a log can have."""


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

    ``lost_at``: the server may have lost what is here, up to that entry of its log; a value with a later tick
    stays and is offered, one that gives way is told.
    """

    def __init__(
        self,
        connection: Connection,
        plans: Plans,
        pending: Pending,
        parked: ParkedEntries,
        *,
        lost_at: int | None = None,
    ) -> None:
        self._connection = connection
        self._plans = plans
        self._catalogue = plans.catalogue
        self._pending = pending
        self._parked = parked
        self._reclaiming = lost_at is not None
        self._lost_at = lost_at or 0
        self._holding = Holding(connection, plans)
        self._sums = Differences()
        self._heard: list[tuple[Stored, ...]] = []
        self._extra: list[tuple[Stored, ...]] = []
        self._newer: dict[Place, None] = {}
        self._replaced: list[Entry] = []
        self._erased = frozenset[bytes]()
        self.newest_stamp = 0
        self.applied = Applied()

    def apply(self, entries: Iterable[tuple[Entry, int]]) -> set[str]:
        """Apply entries, each with its version; returns the names of the tables that are different now."""
        given = list(entries)
        self._erased = erased_among(self._connection, {entry.row.bytes for entry, _version in given})
        self._holding.load(entry for entry, _version in given)
        for entry, version in given:
            self._apply(entry, version)
        return self._write()

    def _apply(self, entry: Entry, version: int) -> None:
        plan = self._plans.get(entry.facet)
        if plan is None:
            self._park(entry, version, Reason.NEWER)
            return
        facet, place = plan.facet, (plan.facet.name, entry.row.bytes)
        if entry.kind is EntryKind.DROP:
            self._drop(facet, entry, version)
            return
        if self._is_stale(place, entry):
            return
        if place in self._parked and entry.kind is not EntryKind.PUT:
            self._park(entry, version, Reason.MISSING)
            return
        reason, detail = self._obstacle(plan, entry)
        if reason is not None:
            self._park(entry, version, reason, detail)
            if entry.kind is EntryKind.PUT or reason is Reason.POISON:
                self._count_version(facet, entry, version)
            return
        if entry.kind is EntryKind.PUT:
            self._parked.supersede(place, entry.seq)
        self._take(plan, entry, version)
        self.applied.entries += 1

    def _is_stale(self, place: Place, entry: Entry) -> bool:
        """Whether it, or something after it, was applied to that row before; or the row was erased."""
        if place[1] in self._erased:
            return True
        known = self._holding.look(place)
        if known is None:
            return False
        return entry.seq < known.seq or (entry.kind is EntryKind.SET and entry.seq == known.seq)

    def _obstacle(self, plan: Plan, entry: Entry) -> tuple[Reason | None, str]:
        row_id, table = entry.row.bytes, plan.facet.table.name
        if fault := plan.fault_of(entry.values):
            return Reason.POISON, fault
        held = self._holding.row(table, row_id)
        if held is None:
            if not plan.facet.main or entry.kind is not EntryKind.PUT:
                return Reason.MISSING, table
            if lacking := plan.lacking(entry.values):
                return Reason.POISON, f"nothing in {table}.{lacking}"
        elif moved := plan.moved_key(entry.values, held):
            return Reason.POISON, f"key {table}.{moved}"
        parent = missing_parent(self._holding, plan, row_id, entry.values)
        return (Reason.MISSING, parent) if parent else (None, "")

    def _park(self, entry: Entry, version: int, reason: Reason, detail: str = "") -> None:
        if self._parked.add(entry, version, reason, detail):
            if reason is Reason.POISON:
                self.applied.poison += 1
            elif reason is not Reason.STAYS:
                self.applied.parked += 1

    def _count_version(self, facet: Facet, entry: Entry, version: int) -> None:
        """It came whole, so it counts, whatever becomes of it: else the sums ask for it for ever. Fields of a
        row that never came do not count: so the sums ask for the row.
        """
        ticks = self._holding.ticks((facet.name, entry.row.bytes))
        self._move_version(facet, entry.row.bytes, ticks, version)

    def _take(self, plan: Plan, entry: Entry, version: int) -> None:
        row_id, table, facet = entry.row.bytes, plan.facet.table.name, plan.facet
        held = self._holding.row(table, row_id)
        new = held is None
        if held is None:
            held = self._holding.make(table, row_id)
        ticks = self._holding.ticks((facet.name, row_id))
        own = self._pending.of(self._connection, (facet.name, row_id))
        doubted = self._is_doubted(entry, ticks, own)
        self.newest_stamp = max(self.newest_stamp, entry.tick.rank, *[t.rank for t in entry.ticks.values()])
        all_known = entry.values.keys() <= plan.columns.keys()
        if not all_known:
            self._keep_unknown(plan, entry)
        if not own and entry.kind is EntryKind.PUT and self._holding.is_made(table, row_id):
            known = plan.columns
            held.update(entry.values if all_known else {n: v for n, v in entry.values.items() if n in known})
            ticks.tick, ticks.fields = entry.tick, {n: t for n, t in entry.ticks.items() if n in known}
            newer = False
        else:
            newer = self._merge(plan, entry, held, ticks, own, new=new)
        ticks.seq = max(ticks.seq, entry.seq)
        if newer:
            self._newer[facet.name, row_id] = None
            self._move_version(facet, row_id, ticks, None)
        elif not doubted and not any(one.log_seq is not None and one.log_seq > entry.seq for one in own):
            self._move_version(facet, row_id, ticks, version)

    def _is_doubted(self, entry: Entry, ticks: RowTicks, own: list[PendingOp]) -> bool:
        """Whether other fields of the row are still to be compared, because the server did not take what is
        here: only the whole row ends that. What is on its way there is no sign of it.
        """
        if entry.kind is not EntryKind.SET or ticks.version is not None:
            return False
        others = ticks.tick != UNWRITTEN or bool(ticks.fields.keys() - entry.values.keys())
        return self._reclaiming or (not own and others)

    def _merge(
        self,
        plan: Plan,
        entry: Entry,
        held: dict[str, Stored],
        ticks: RowTicks,
        own: list[PendingOp],
        *,
        new: bool,
    ) -> bool:
        """Field by field into what is here; returns whether something here is later and stays."""
        before = RowTicks(ticks.tick, dict(ticks.fields))
        whole = entry.kind is EntryKind.PUT
        if whole:
            ticks.tick, ticks.fields = entry.tick, {}
        kept_newer = False
        for name, column in plan.columns.items():
            if name in entry.values:
                shown, newer = self._shown(column, entry, held, before, own, new=new)
                kept_newer = kept_newer or newer
                self._show(plan.facet, entry, column, shown, before, new=new)
            elif whole:
                ticks.set(name, before.of(name))
        return kept_newer

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
            elif _may_be_lost(mine, server, own):
                self._replaced.append(_replaced(entry, name, mine, self._lost_at))
        return rebased(column, server, _not_in(entry, own), entry.seq), newer

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

    def _keep_unknown(self, plan: Plan, entry: Entry) -> None:
        """A field that only a newer version knows waits for that version."""
        for name, value in entry.values.items():
            if name not in plan.columns:
                tick = pack_value(entry.tick_of(name))
                self._extra.append((plan.facet.name, entry.row.bytes, name, value, tick))

    def _move_version(self, facet: Facet, row_id: bytes, ticks: RowTicks, version: int | None) -> None:
        held = self._holding.row(facet.table.name, row_id) or {}
        sensitivity = sensitivity_of(facet, held.get("sensitivity"))
        self._sums.move(sensitivity, facet.name, row_id, ticks.version, version)
        ticks.version = version

    def _drop(self, facet: Facet, entry: Entry, version: int) -> None:
        """The site may hold it no longer: forgotten once nothing that was typed here waits on it and no other
        row here names it.

        One without a number comes from a comparison of what both hold, and so is never late.
        """
        row_id, table = entry.row.bytes, facet.table.name
        place = facet.name, row_id
        known = self._holding.look(place)
        if known is not None and 0 < entry.seq < known.seq:
            return
        self._parked.supersede(place, entry.seq or _ALL)
        held = self._holding.row(table, row_id)
        if known is not None:
            self._move_version(facet, row_id, self._holding.ticks(place), None)
        if held is None:
            self._holding.forget_ticks(place)
            return
        if entry.verb != ERASE and self._waits(facet, row_id):
            self._park(entry, version, Reason.STAYS, "unsent")
            return
        if facet.main and self._holding.pointed_at(table, row_id):
            self._park(entry, version, Reason.STAYS, "named")
            return
        if not facet.main:
            for column in facet.columns:
                if column.sa.nullable:
                    self._holding.change(table, row_id, column.name, None)
            self._holding.forget_ticks(place)
        else:
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
        note(self._connection, self._catalogue, self._replaced)
        many(self._connection, _HEARD, self._heard)
        many(self._connection, _EXTRA, self._extra)
        write_sums(self._connection, self._sums)
        self.applied.newer = tuple(self._newer)
        return tables


def _not_in(entry: Entry, own: list[PendingOp]) -> list[PendingOp]:
    """Own operations but the insert that made the very row which the server tells of: it stands under that.

    A server that lost its history is sent that insert again; what others made of the row has followed it.
    """
    if entry.kind is not EntryKind.PUT:
        return own
    return [one for one in own if not (one.op.insert and one.clock == entry.tick.clock)]


Breathe = Callable[[], None]
"""Called between two chunks: somebody may be typing."""


def _may_be_lost(mine: Held, server: Held, own: list[PendingOp]) -> bool:
    """Whether a value that gives way may be one that nobody at the server has seen; what was typed here goes
    there as what it is.
    """
    if mine.value is None or mine.value == server.value or mine.tick == UNWRITTEN:
        return False
    return mine.tick != server.tick and all(one.clock != mine.tick.clock for one in own)


def _replaced(entry: Entry, name: str, mine: Held, seq: int) -> Entry:
    values = {name: mine.value}
    return Entry(seq, entry.facet, entry.row, EntryKind.SET, values, mine.tick, {}, UUID(int=0), VERB)
