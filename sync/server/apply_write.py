"""Writing what a transaction changed: the records' rows first; then, once it is known who sees them, clocks,
sights, sums and the log.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping
from typing import Final

from sync.digest import version_of
from sync.server.apply_sights import Visibility, facets_there
from sync.server.areas import nodes_over
from sync.server.digests import Sums
from sync.server.log import DROP, PUT, Logged, payload
from sync.server.model import TableModel
from sync.server.raw import Raw
from sync.server.sights import Sights, scopes_of
from sync.server.states import NOBODY, Key, RowState, States
from sync.server.tables import change_log, log_scope, row_clock, sight

_CLOCKS: Final = tuple(column.name for column in row_clock.columns)
_LOG: Final = tuple(column.name for column in change_log.columns)
_UPDATE_CLOCK: Final = "UPDATE row_clock SET seq = ?, version = ?, fields = ? WHERE facet = ? AND row_id = ?"
_NOBODY: Final[frozenset[bytes]] = frozenset()


def write_rows(raw: Raw, states: States, written: Iterable[RowState]) -> None:
    """Insert and update the records' rows, parents first."""
    new: defaultdict[str, dict[bytes, RowState]] = defaultdict(dict)
    rest: list[RowState] = []
    for state in written:
        if state.is_new and state.facet.main:
            new[state.facet.table.name][state.row] = state
        else:
            rest.append(state)
    for name, table in states.model.tables.items():
        if name in new:
            _insert(raw, table, new[name])
    changed: defaultdict[tuple[str, tuple[str, ...]], list[tuple[object, ...]]] = defaultdict(list)
    for state in rest:
        name = state.facet.table.name
        if state.dirty and state.row not in new.get(name, ()):
            names = tuple(sorted(state.dirty))
            changed[name, names].append((*(state.values[one] for one in names), state.row))
    for (name, names), rows in changed.items():
        raw.update(states.model.tables[name].table, names, rows)  # type: ignore[arg-type]


def _insert(raw: Raw, table: TableModel, states: Mapping[bytes, RowState]) -> None:
    names = table.names[:-1]
    rows = [(*map(state.values.get, names), row) for row, state in states.items()]
    raw.insert(table.table, table.names, rows)


class Finish:
    """The second half of a transaction, after every row is written and every operation has its number."""

    def __init__(self, raw: Raw, states: States, visibility: Visibility, tag: bytes) -> None:
        self._raw = raw
        self._states = states
        self._visibility = visibility
        self._tag = tag
        self._sums = Sums(raw, nodes_over(raw))
        self._changed = visibility.changed
        self._scopes: dict[tuple[str, bytes], tuple[frozenset[bytes], frozenset[bytes]]] = {}

    def write(self, log: list[Logged], written: Iterable[RowState], next_seq: int) -> int:
        """Write it all; ``log`` has the operations, ``next_seq`` is the number after them. Returns the number
        after the last entry.
        """
        self._states.load(self._changed)
        changed = set(self._changed)
        states = {(state.facet.name, state.row): state for state in written}
        for key in changed:
            for facet, state in facets_there(self._states, key):
                states.setdefault((facet.name, state.row), state)
        versions = self._write_clocks(states.values())
        self._write_sights(changed)
        self._move_sums(states.values(), versions)
        grants = self._grants(changed, next_seq)
        self._write_log(log, grants)
        return next_seq + len(grants)

    def _sensitivity(self, state: RowState) -> str:
        """A conflict is of the class that it is about."""
        if state.facet.name == "conflict":
            return str(state.values["sensitivity"])
        return str(state.facet.sensitivity)

    def _write_clocks(self, states: Iterable[RowState]) -> dict[tuple[str, bytes], int]:
        new: list[tuple[object, ...]] = []
        changed: list[tuple[object, ...]] = []
        versions: dict[tuple[str, bytes], int] = {}
        tag, versions_by_seq = self._tag, version_of
        for state in states:
            if not state.dirty:
                versions[state.facet.name, state.row] = state.old_version or 0
                continue
            name, row, seq = state.facet.name, state.row, state.seq
            version = versions[name, row] = versions_by_seq(seq, tag)
            fields = state.packed_fields()
            if state.is_new:
                (stamp, actor), rank, reopens = state.base.tick
                new.append((name, row, stamp, actor, rank, reopens, state.base.user, seq, version, fields))
            else:
                changed.append((seq, version, fields, name, row))
        self._raw.insert(row_clock, _CLOCKS, new)  # type: ignore[arg-type]
        self._raw.many(_UPDATE_CLOCK, changed)
        return versions

    def _write_sights(self, changed: set[Key]) -> None:
        fresh: list[tuple[object, ...]] = []
        gone: list[tuple[object, ...]] = []
        for key, sights in self._visibility.after.items():
            if self._states.is_new_row(*key):
                before: Sights = {}
            elif key in changed:
                before = self._visibility.before.get(key, {})
            else:
                continue
            gone += [(*key, scope) for scope, reach in before.items() if sights.get(scope) != reach]
            fresh += [
                (*key, scope, int(reach)) for scope, reach in sights.items() if before.get(scope) != reach
            ]
        self._raw.many("DELETE FROM sight WHERE table_name = ? AND row_id = ? AND scope = ?", gone)
        self._raw.insert(sight, ("table_name", "row_id", "scope", "reach"), fresh)  # type: ignore[arg-type]

    def _around(self, state: RowState) -> tuple[frozenset[bytes], frozenset[bytes]]:
        """The scopes that saw a facet before, and those that see it now; the first are none for a new row."""
        key = state.facet.table.name, state.row
        sensitivity = self._sensitivity(state)
        after = self._visibility.after.get(key, {})
        now = scopes_of(after, sensitivity)
        if self._states.is_new_row(*key):
            return _NOBODY, now
        before = self._visibility.before.get(key)
        return (now if before is None else scopes_of(before, sensitivity)), now

    def _move_sums(self, states: Iterable[RowState], versions: Mapping[tuple[str, bytes], int]) -> None:
        nodes = self._sums.nodes
        for state in states:
            place = state.facet.name, state.row
            before, now = self._scopes[place] = self._around(state)
            had = None if state.is_new or state.old_version is None else (state.old_version, nodes(before))
            self._sums.move(
                *place[:1], self._sensitivity(state), state.row, had, (versions[place], nodes(now))
            )
        self._sums.write()

    def _grants(self, changed: set[Key], next_seq: int) -> list[Logged]:
        """What nodes gain and lose: gains parents first, losses children first."""
        order = {name: place for place, name in enumerate(self._states.model.tables)}
        gains: list[Logged] = []
        losses: list[Logged] = []
        for key in sorted(changed, key=lambda one: order[one[0]]):
            for facet, state in facets_there(self._states, key):
                before, now = (self._sums.nodes(one) for one in self._scopes[facet.name, state.row])
                if before == now:
                    continue
                gained, lost = now - before, before - now
                if gained and not self._everybody(before):
                    gains.append(self._entry(state, PUT, gained))
                if lost and not self._everybody(now):
                    losses.append(self._entry(state, DROP, lost))
        every = [*gains, *reversed(losses)]
        return [one._replace(seq=next_seq + place) for place, one in enumerate(every)]

    def _everybody(self, nodes: frozenset[bytes]) -> bool:
        return any(node == bytes(16) for node in nodes)

    def _entry(self, state: RowState, kind: int, nodes: frozenset[bytes]) -> Logged:
        """A grant shows the facet as it stands, under the number of its last change."""
        tick, ticks = state.entry_ticks()
        values = {name: state.values.get(name) for name in self._states.model.columns[state.facet.name]}
        packed = payload("", values if kind == PUT else {}, tick, ticks if kind == PUT else {})
        return Logged(
            0,
            state.facet.name,
            state.row,
            kind,
            state.seq,
            packed,
            0,
            state.base.user or NOBODY,
            tuple(nodes),
        )

    def _write_log(self, log: list[Logged], grants: list[Logged]) -> None:
        rows: list[tuple[object, ...]] = []
        scopes: list[tuple[object, ...]] = []
        sensitivities: dict[str, str] = {
            facet.name: str(facet.sensitivity) for facet in self._states.model.catalogue.facets
        }
        for one in log:
            place = one.facet, one.row
            before, now = self._scopes[place]
            sensitivity = sensitivities[one.facet]
            if one.facet == "conflict":
                sensitivity = self._sensitivity(self._states.by_facet[place])
            rows.append(
                (
                    one.seq,
                    one.facet,
                    sensitivity,
                    one.row,
                    one.kind,
                    0,
                    one.of_seq,
                    one.payload,
                    one.actor,
                    one.user,
                    one.bases,
                )
            )
            if before and before != now:
                scopes += [(scope, one.seq, 0) for scope in before & now]
                nodes = self._sums.nodes
                scopes += [(node, one.seq, 1) for node in (nodes(before) & nodes(now)) - before - now]
            else:
                scopes += [(scope, one.seq, 0) for scope in now]
        for one in grants:
            sensitivity = self._sensitivity(self._states.by_facet[one.facet, one.row])
            rows.append(
                (
                    one.seq,
                    one.facet,
                    sensitivity,
                    one.row,
                    one.kind,
                    1,
                    one.of_seq,
                    one.payload,
                    0,
                    one.user,
                    None,
                )
            )
            scopes += [(node, one.seq, 1) for node in one.scopes]
        self._raw.insert(change_log, _LOG, rows)  # type: ignore[arg-type]
        self._raw.insert(log_scope, ("scope", "seq", "granted"), scopes)  # type: ignore[arg-type]
