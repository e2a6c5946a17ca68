"""The end of every transaction that writes the log: numbers, sights, sums, and the new head."""

from __future__ import annotations

from collections import defaultdict
from typing import Final

from sync.server.apply_merge import Merging
from sync.server.apply_sights import Visibility
from sync.server.apply_write import Finish
from sync.server.conflicts import CONFLICT
from sync.server.raw import Raw
from sync.server.redraw import Over, redraw
from sync.server.verdicts import Author

TREE: Final = frozenset({"institution", "area"})
"""Tables that say where schools and areas lie."""


def finish(
    raw: Raw,
    merging: Merging,
    author: Author,
    tag: bytes,
    batch: bytes | None,
    received_ms: int,
    over: Over | None = None,
) -> None:
    """Number what the server wrote itself, then write clocks, sights, sums, log and head. Nothing written,
    nothing logged. ``over``: the areas over each school before, if that may have changed.
    """
    merging.settle()
    states = merging.states
    written = [state for state in states.by_facet.values() if state.dirty]
    if not (written or merging.places):
        return
    touched: defaultdict[str, list[bytes]] = defaultdict(list)
    for table, row in {(state.facet.table.name, state.row) for state in written}:
        touched[table].append(row)
    if merging.places:
        touched[CONFLICT] += merging.places
    home = author.site.node.bytes
    visibility = Visibility(raw, states, home, merging.stand_ins, merging.places)
    visibility.work_out(touched)
    after = Finish(raw, states, visibility, tag).write(merging.log, written, merging.next_seq)
    if over is not None:
        after = redraw(raw, states.model, over, after)
    raw.run(
        "INSERT INTO commit_log (first, count, tag, actor, batch, received_at) VALUES (?, ?, ?, ?, ?, ?)",
        (merging.first, after - merging.first, tag, author.actor, batch, received_ms),
    )
    raw.run("UPDATE server SET head = ?, clock = ?", (after - 1, merging.clock))
