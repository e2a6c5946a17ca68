"""Rows that a laptop offers and may not hold: it is told to let them go.

After the server went back in time a laptop may still hold what it had been let see by something that nobody
remembers. It proves that it was told of a row once by the row's clock, which nobody can guess, or the log
shows that its place was; so it learns nothing by being told to forget it. Who offers a row without its clock,
and whose id can be worked out, learns nothing either.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Container, Iterable
from typing import Final

from sqlalchemy import Connection

from emis_desktop.rules.clock import SERVER
from sync.operations import Entry, EntryKind
from sync.server.access import SiteRights
from sync.server.holdings import Holdings
from sync.server.log import DROP, payload
from sync.server.model import ServerModel
from sync.server.raw import Raw
from sync.server.states import Key, RowState, States
from sync.server.tables import change_log, log_scope
from sync.server.told_before import is_told_of

_NAMES: Final = (
    "seq",
    "facet",
    "sensitivity",
    "row_id",
    "kind",
    "granted",
    "of_seq",
    "payload",
    "actor",
    "user_id",
)


def let_go(
    connection: Connection,
    site: SiteRights,
    offered: Iterable[Entry],
    received_ms: int,
    model: ServerModel,
    tag: bytes,
    heard: Container[Key] = (),
) -> int:
    """Log for the site's place that it may not hold those of the offered rows that are there and that it does
    not see (inside ``Store.write()``, after what could be taken was); how many facets of rows.

    ``heard``: facets of rows that it was heard about, whatever their clock: it may not learn by that either
    what was there before.
    """
    raw = Raw(connection)
    hidden = list(_hidden(raw, Holdings(connection, site, model), offered, model, heard))
    if not hidden:
        return 0
    first = int(raw.rows("SELECT head FROM server")[0][0]) + 1
    entries = [_entry(state, first + place) for place, state in enumerate(hidden)]
    raw.insert(change_log, _NAMES, entries)
    raw.insert(
        log_scope, ("scope", "seq", "granted"), [(site.node.bytes, first + n, 1) for n in range(len(hidden))]
    )
    raw.run(
        "INSERT INTO commit_log (first, count, tag, actor, batch, received_at) VALUES (?, ?, ?, ?, ?, ?)",
        (first, len(hidden), tag, SERVER, None, received_ms),
    )
    raw.run("UPDATE server SET head = ?", (first + len(hidden) - 1,))
    return len(hidden)


def _hidden(
    raw: Raw, holdings: Holdings, offered: Iterable[Entry], model: ServerModel, heard: Container[Key]
) -> Iterable[RowState]:
    by_table: defaultdict[str, dict[tuple[str, bytes], Entry]] = defaultdict(dict)
    for one in offered:
        facet = model.catalogue.get(one.facet)
        if facet is not None and one.kind is EntryKind.PUT:
            by_table[facet.table.name][one.facet, one.row.bytes] = one
    for name, given in by_table.items():
        table, rows = model.tables[name], list(dict.fromkeys(row for _, row in given))
        states = States(raw, model)
        states.load((name, row) for row in rows)
        visible = holdings.visible(table, rows, states)
        for (facet_name, row), one in given.items():
            state = states.by_facet.get((facet_name, row))
            seen = any(facet.name == facet_name for facet in visible.get(row, ()))
            if state is None or seen:
                continue
            if is_told_of(one, state) or (facet_name, row) in heard or holdings.told(facet_name, [row]):
                yield state


def _entry(state: RowState, seq: int) -> tuple[str | bytes | int, ...]:
    sensitivity = str(state.facet.sensitivity)
    if state.facet.name == "conflict":
        sensitivity = str(state.values["sensitivity"])
    packed = payload("", {}, state.base.tick, {})
    return seq, state.facet.name, sensitivity, state.row, DROP, 1, state.seq, packed, SERVER, state.base.user
