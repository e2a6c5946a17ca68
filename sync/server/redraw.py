"""When a school comes to lie in another area: what the areas' laptops gain and lose, told by the log."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence

from sync.server.areas import nodes_over
from sync.server.digests import Sums, rebuild
from sync.server.log import DROP, PUT, payload
from sync.server.model import ServerModel, TableModel
from sync.server.raw import Raw
from sync.server.sights import Sights, scopes_of, stored_sights
from sync.server.states import RowState, States
from sync.server.tables import change_log, log_scope

Over = Mapping[bytes, tuple[bytes, ...]]
"""The areas over each school."""
_BLOCK = 2_000
_NAMES = tuple(column.name for column in change_log.columns)


def redraw(raw: Raw, model: ServerModel, before: Over, next_seq: int) -> int:
    """Tell areas what they gain and lose, and make their sums anew; the number after the last entry."""
    after = nodes_over(raw)
    moved = {school for school in before.keys() | after.keys() if before.get(school) != after.get(school)}
    if not moved:
        return next_seq
    for table in model.tables.values():
        ids = _rows_of(raw, table, moved)
        for start in range(0, len(ids), _BLOCK):
            next_seq = _tell(raw, model, table, ids[start : start + _BLOCK], (before, after), next_seq)
    areas = {area for school in moved for area in {*before.get(school, ())} ^ {*after.get(school, ())}}
    rebuild(raw, model, areas)  # of no others: nobody else writes meanwhile, and a country has many rows
    return next_seq


def _rows_of(raw: Raw, table: TableModel, schools: set[bytes]) -> list[bytes]:
    sql = "SELECT row_id FROM sight WHERE scope = ? AND table_name = ?"
    return sorted({row[0] for school in schools for row in raw.rows(sql, (school, table.name))})


def _tell(
    raw: Raw, model: ServerModel, table: TableModel, ids: Sequence[bytes], over: tuple[Over, Over], seq: int
) -> int:
    states = States(raw, model)
    states.load((table.name, row) for row in ids)
    sights = stored_sights(raw, {table.name: ids})
    sums = Sums(raw, over[0]), Sums(raw, over[1])
    entries: list[tuple[object, ...]] = []
    scopes: list[tuple[object, ...]] = []
    for state in _facets(table, ids, states):
        sensitivity = str(state.facet.sensitivity)
        if table.name == "conflict":
            sensitivity = str(state.values["sensitivity"])
        seen: Sights = sights.get((table.name, state.row), {})
        old, new = (one.nodes(scopes_of(seen, sensitivity)) for one in sums)
        for kind, nodes in ((PUT, new - old), (DROP, old - new)):
            if nodes:
                entries.append(_entry(model, state, sensitivity, kind, seq))
                scopes += [(node, seq, 1) for node in sorted(nodes)]
                seq += 1
    raw.insert(change_log, _NAMES, entries)  # type: ignore[arg-type]
    raw.insert(log_scope, ("scope", "seq", "granted"), scopes)  # type: ignore[arg-type]
    return seq


def _facets(table: TableModel, ids: Sequence[bytes], states: States) -> Iterator[RowState]:
    for row in ids:
        for facet in table.facets:
            state = states.by_facet.get((facet.name, row))
            if state is not None:
                yield state


def _entry(model: ServerModel, state: RowState, sensitivity: str, kind: int, seq: int) -> tuple[object, ...]:
    tick, ticks = state.entry_ticks()
    values = {name: state.values.get(name) for name in model.columns[state.facet.name]}
    packed = payload("", values if kind == PUT else {}, tick, ticks if kind == PUT else {})
    row, user = state.row, state.base.user
    return (seq, state.facet.name, sensitivity, row, kind, 1, state.seq, packed, 0, user, None)
