"""Erasing a person for privacy: an act of the server alone, which nothing undoes and nobody brings back.

What tells of the person goes from the records, the log, the journal of conflicts, parked and refused
operations and snapshots. A signed order, a row that everybody receives, lets laptops do the same and proves
later that they had to. Enrolments, marks and attendance stay, of a person without a name: they are counted,
and name nobody.
"""

from __future__ import annotations

import os
from collections import defaultdict
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from typing import Final, cast
from uuid import UUID

from sqlalchemy import Connection

from emis_desktop.erasures import GOES, NAMES, STAYS, TABLE, Order, read_order
from emis_desktop.rules.clock import SERVER
from emis_desktop.rules.rights import Role
from emis_desktop.state_hash import Stored
from sync.server.access import ALL, SiteRights
from sync.server.apply_finish import finish
from sync.server.apply_merge import DELETED, Merging
from sync.server.apply_sights import Visibility
from sync.server.apply_write import Finish, write_rows
from sync.server.areas import nodes_over
from sync.server.digests import Sums
from sync.server.forgetting import Acts, Forgetting
from sync.server.log import DROP, ERASED, PUT, Logged, payload
from sync.server.model import MODEL, ServerModel
from sync.server.raw import Raw
from sync.server.sights import scopes_of, stored_sights
from sync.server.states import RowState, States, Written
from sync.server.tables import change_log, log_scope
from sync.server.verdicts import Author

VERB: Final = "erase"
Signer = Callable[[bytes], bytes]
"""Gives the server's signature of an order (:meth:`Order.told`)."""


def unsigned(_told: bytes) -> bytes:
    """No signature: no laptop takes such an order. For a store without an identity."""
    return b""


@dataclass(frozen=True, slots=True)
class Issued:
    """An order as it is kept and travels: the id of its row, its bytes, the server's signature."""

    id: bytes
    told: bytes
    signature: bytes

    @property
    def order(self) -> Order:
        """What it says."""
        return read_order(self.told)


@dataclass(frozen=True, slots=True)
class Erased:
    """What was done: rows that went, entries of the log and operations that were blanked, the orders that say
    so (the last is of this time), and the acts of which the audit keeps no salt any more.
    """

    rows: int
    entries: int
    operations: int
    orders: tuple[Issued, ...]
    acts: Acts


def erase(
    connection: Connection,
    person: UUID,
    by: UUID,
    received_ms: int,
    *,
    model: ServerModel = MODEL,
    entropy: Callable[[int], bytes] = os.urandom,
    sign: Signer = unsigned,
    known: tuple[Issued, ...] = (),
) -> Erased:
    """Erase a person (inside ``Store.write()``); :class:`LookupError` when there is none of that id.

    ``known``: orders about the person that a database which was brought back does not have any more. They
    are put back as they were, and another one is made only for rows that they do not name.
    """
    erasing = _Erasing(Raw(connection), model, person.bytes, received_ms)
    orders = erasing.orders(known, sign, entropy)
    erasing.blank(by, orders, entropy(8))
    return erasing.remove(orders, entropy(8))


def nameless(table: str, values: Mapping[str, Stored], at: int) -> dict[str, Stored]:
    """Fields of a facet of a row that stays without a name (its ``table`` is one of
    :data:`~emis_desktop.erasures.NAMELESS`), the person having been erased at ``at``.
    """
    if table == "user":
        return {name: "" if name == "name" else value for name, value in values.items()}
    kept = {name: values[name] if name in STAYS else "" if name in NAMES else None for name in values}
    if kept.get(DELETED, at) is None:
        kept[DELETED] = at
    return kept


def put_orders(
    connection: Connection,
    orders: Iterable[Issued],
    received_ms: int,
    *,
    model: ServerModel = MODEL,
    entropy: Callable[[int], bytes] = os.urandom,
) -> int:
    """Put orders about somebody who is not there at all; how many the database did not have. Nobody brings
    their rows from now on.
    """
    raw = Raw(connection)
    states = States(raw, model)
    head, clock = raw.rows("SELECT head, clock FROM server")[0]
    merging = Merging(states, received_ms, head, clock)
    fresh = _new_orders(states, orders)
    for one in fresh:
        _put_order(merging, one, bytes(16))
    write_rows(raw, states, [state for state in states.by_facet.values() if state.dirty])
    finish(raw, merging, _server(), entropy(8), None, received_ms)
    _remember(raw, {row for one in fresh for row in one.order.all}, received_ms)
    return len(fresh)


def _server() -> Author:
    nobody = SiteRights(UUID(int=0), 0, 0, ALL, frozenset(), Role.SYSTEM_ADMINISTRATOR)
    return Author(nobody, 0, 0)


def _new_orders(states: States, orders: Iterable[Issued]) -> list[Issued]:
    every = list(orders)
    states.load((TABLE, one.id) for one in every)
    return [one for one in every if states.main(TABLE, one.id) is None]


def _put_order(merging: Merging, one: Issued, by: bytes) -> None:
    facet = merging.states.model.tables[TABLE].main
    merging.server_put(facet, one.id, {"told": one.told, "signature": one.signature}, VERB, by)


def _remember(raw: Raw, rows: Iterable[bytes], at: int) -> None:
    raw.many(
        "INSERT INTO erased (row_id, at) VALUES (?, ?) ON CONFLICT (row_id) DO NOTHING",
        [(row, at) for row in sorted(rows)],
    )


class _Erasing:
    """One transaction's work."""

    def __init__(self, raw: Raw, model: ServerModel, person: bytes, received_ms: int) -> None:
        self._raw = raw
        self._model = model
        self._person = person
        self._received_ms = received_ms
        self._states = States(raw, model)
        self._states.load([("person", person)])
        if self._states.main("person", person) is None:
            raise LookupError("nobody has that id")
        self._guardians: set[bytes] = set()
        self._stay = {person}
        self._head, self._clock = raw.rows("SELECT head, clock FROM server")[0]
        self._stay |= self._naming("user", ("person_id",))
        self._going = self._rows()

    def orders(
        self, known: tuple[Issued, ...], sign: Signer, entropy: Callable[[int], bytes]
    ) -> tuple[Issued, ...]:
        """The orders about the person, a new one among them where those known do not name everything."""
        gone = frozenset(row for name, ids in self._going.items() if name != "conflict" for row in ids)
        named = frozenset(row for one in known for row in one.order.all)
        if known and (gone | self._stay) <= named:
            return known
        told = Order(self._person, self._received_ms, gone - named, frozenset(self._stay)).told()
        return (*known, Issued(entropy(16), told, sign(told)))

    def blank(self, by: UUID, orders: tuple[Issued, ...], tag: bytes) -> None:
        """Take the person's names and everything else that tells who it is, and write the orders."""
        merging = Merging(self._states, self._received_ms, self._head, self._clock)
        for one in _new_orders(self._states, orders):
            _put_order(merging, one, by.bytes)
        self._end_ties(merging, by)
        for facet in self._model.tables["person"].facets:
            state = self._states.by_facet.get((facet.name, self._person))
            if state is None:
                continue
            values: dict[str, Stored] = {
                name: "" if name in NAMES else None
                for name in self._model.columns[facet.name]
                if name not in STAYS
            }
            if facet.main:
                values[DELETED] = state.values[DELETED] or self._received_ms
            self._write_over(merging, state, values, by)
        write_rows(self._raw, self._states, [one for one in self._states.by_facet.values() if one.dirty])
        finish(self._raw, merging, _server(), tag, None, self._received_ms)

    def _write_over(self, merging: Merging, state: RowState, values: Mapping[str, Stored], by: UUID) -> None:
        """Set fields, and tell the whole facet: what was told of it before is told nobody any more."""
        tick = merging.server_tick()
        for name, value in values.items():
            state.put(name, value, Written(tick, by.bytes, False, 0))
        base, ticks = state.entry_ticks()
        whole = {name: state.values.get(name) for name in self._model.columns[state.facet.name]}
        packed = payload(VERB, whole, base, ticks)
        place = len(merging.extra)
        merging.extra.append(Logged(place, state.facet.name, state.row, PUT, 0, packed, SERVER, by.bytes))

    def _end_ties(self, merging: Merging, by: UUID) -> None:
        """End guardianships, so that guardians are seen no longer where they were for this child alone; and
        take the name of the person who signs in.
        """
        ties = self._naming("guardianship", ("student_id", "guardian_id"))
        users = self._stay - {self._person}
        self._states.load([*(("guardianship", row) for row in ties), *(("user", row) for row in users)])
        for row in sorted(ties):
            state = self._states.main("guardianship", row)
            if state is not None:
                self._guardians.add(cast(bytes, state.values["guardian_id"]))
                if state.values[DELETED] is None:
                    merging.server_set(state, {DELETED: self._received_ms}, VERB, by.bytes)
        for row in sorted(users):
            state = self._states.main("user", row)
            if state is not None:
                self._write_over(merging, state, {"name": ""}, by)
        self._guardians.discard(self._person)

    def _naming(self, table: str, columns: Iterable[str]) -> set[bytes]:
        """Rows of a table that name the person."""
        if table not in self._model.tables:
            return set()
        model = self._model.tables[table].table
        return {
            cast(bytes, row[0])
            for column in columns
            for row in self._raw.read(model, ("id",), column, (self._person,))
        }

    def remove(self, orders: tuple[Issued, ...], tag: bytes) -> Erased:
        """Delete what goes altogether, wherever it is kept, and tell everybody who had it."""
        self._states = States(self._raw, self._model)  # as they stand since they were blanked
        rows = self._rows()
        every = {row for ids in rows.values() for row in ids}
        first = int(self._raw.rows("SELECT head FROM server")[0][0]) + 1
        ordered = {row for one in orders for row in one.order.all}
        forgetting = Forgetting(self._raw, every | self._stay | ordered)
        entries = forgetting.blank_log(self._stay, self._head + 1, first - 1)
        forgetting.drop_conflicts(rows.get("conflict", ()))
        operations = forgetting.drop_operations()
        forgetting.drop_bytes()
        forgetting.strip_answers()
        forgetting.empty_salts()
        drops = self._drops(rows)
        self._tell(drops, first, tag)
        self._delete(rows)
        _remember(self._raw, ordered, self._received_ms)
        self._let_guardians_go(tag[::-1])
        return Erased(len(every), entries, operations, orders, forgetting.acts)

    def _let_guardians_go(self, tag: bytes) -> None:
        """Those whom no row names any more belong to no school: the ministry alone keeps them."""
        if not self._guardians:
            return
        states = States(self._raw, self._model)
        states.load(("person", one) for one in self._guardians)
        visibility = Visibility(self._raw, states, ALL.bytes, {})
        visibility.work_out({"person": self._guardians})
        first = int(self._raw.rows("SELECT head FROM server")[0][0]) + 1
        after = Finish(self._raw, states, visibility, tag).write([], [], first)
        if after > first:
            self._commit(first, after - first, tag)

    def _rows(self) -> dict[str, list[bytes]]:
        found: defaultdict[str, set[bytes]] = defaultdict(set)
        for name, columns in GOES.items():
            found[name].update(self._naming(name, columns))
        about = {*self._stay, *(row for ids in found.values() for row in ids)}
        names = ("id", "row_id", "other")
        table = self._model.tables["conflict"].table
        sql = "SELECT id, row_id, other FROM conflict"
        for row, of, other in self._raw.stored(table, names, self._raw.rows(sql)):
            if of in about or other == self._person:
                found["conflict"].add(cast(bytes, row))
        return {name: sorted(ids) for name, ids in found.items()}

    def _drops(self, rows: Mapping[str, list[bytes]]) -> list[tuple[str, str, bytes, frozenset[bytes]]]:
        """Facet, class and row of everything that goes, and the nodes that had it; the sums lose it.

        Conflicts are not told: whoever has one about the person knows it by the order.
        """
        sums = Sums(self._raw, nodes_over(self._raw))
        sights = stored_sights(self._raw, rows)
        self._states.load((name, row) for name, ids in rows.items() for row in ids)
        found = []
        for name, ids in rows.items():
            for facet in reversed(self._model.tables[name].facets):
                for row in ids:
                    state = self._states.by_facet.get((facet.name, row))
                    if state is None or state.old_version is None:
                        continue
                    sensitivity = str(facet.sensitivity)
                    if name == "conflict":
                        sensitivity = str(state.values["sensitivity"])
                    seen = sights.get((name, row), {})
                    nodes = sums.nodes(scopes_of(seen, sensitivity))
                    sums.move(facet.name, sensitivity, row, (state.old_version, nodes), None)
                    if name != "conflict":
                        found.append((facet.name, sensitivity, row, nodes))
        sums.write()
        return found

    def _tell(self, drops: list[tuple[str, str, bytes, frozenset[bytes]]], first: int, tag: bytes) -> None:
        if not drops:
            return
        names = tuple(column.name for column in change_log.columns)
        nobody = bytes(16)
        entries = [
            (first + place, facet, sensitivity, row, DROP, 1, 0, ERASED, 0, nobody, None)
            for place, (facet, sensitivity, row, _) in enumerate(drops)
        ]
        scopes = [
            (node, first + place, 1) for place, (*_, nodes) in enumerate(drops) for node in sorted(nodes)
        ]
        self._raw.insert(change_log, names, entries)
        self._raw.insert(log_scope, ("scope", "seq", "granted"), scopes)
        self._commit(first, len(drops), tag)

    def _commit(self, first: int, count: int, tag: bytes) -> None:
        self._raw.run(
            "INSERT INTO commit_log (first, count, tag, actor, batch, received_at) "
            "VALUES (?, ?, ?, 0, NULL, ?)",
            (first, count, tag, self._received_ms),
        )
        self._raw.run("UPDATE server SET head = ?", (first + count - 1,))

    def _delete(self, rows: Mapping[str, list[bytes]]) -> None:
        for name, ids in rows.items():
            for facet in self._model.tables[name].facets:
                self._raw.many(
                    "DELETE FROM row_clock WHERE facet = ? AND row_id = ?", [(facet.name, row) for row in ids]
                )
            self._raw.many(
                "DELETE FROM sight WHERE table_name = ? AND row_id = ?", [(name, row) for row in ids]
            )
            self._raw.delete(self._model.tables[name].table, ids)
