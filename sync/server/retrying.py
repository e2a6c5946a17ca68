"""Applying acts that waited for rows, in the transaction that brings the last of these: by a batch, or
offered to a server that had lost them.
"""

from __future__ import annotations

from sync.server.apply_merge import Merging
from sync.server.authority import Authority
from sync.server.parked import Waiting, ready
from sync.server.raw import Raw
from sync.server.set_aside import keep as keep_aside
from sync.server.states import Key
from sync.server.verdicts import DEPENDS, Author


def retry(raw: Raw, merging: Merging, author: Author, received_ms: int) -> bool:
    """Apply acts that waited for rows that are there now, and those that waited for theirs; whether there
    were any. ``author`` is who brought the rows.
    """
    tried: set[Key] = set()
    any_waited = False
    while True:
        arrived = [key for key, state in merging.states.by_facet.items() if state.is_new and state.facet.main]
        fresh = [key for key in arrived if key not in tried]
        tried.update(fresh)
        waiting = ready(raw, [row for _, row in fresh])
        if not waiting:
            return any_waited
        any_waited = True
        for one in waiting:
            _apply(raw, merging, one, author, received_ms)


def _apply(raw: Raw, merging: Merging, waiting: Waiting, author: Author, received_ms: int) -> None:
    merging.states.load_for(waiting.ops)
    foreign = waiting.site.node != author.site.node
    authority = Authority(raw, merging.states, waiting.author, [waiting.act], foreign=foreign)
    authority.prepare(waiting.ops)
    ops = dict(zip(waiting.places, waiting.ops, strict=True))
    verdicts = authority.of_act(waiting.act, ops)
    if any(verdict.reason for verdict in verdicts.values()):  # an act is applied whole or not at all
        refused = [(index, verdicts[index].reason or DEPENDS, waiting.act, op) for index, op in ops.items()]
        keep_aside(raw, waiting.batch, waiting.site.site, refused, received_ms)
        return
    context = merging.context(waiting.author, waiting.act)
    for index, op in ops.items():
        merging.operation(context, op, merging.states.model.catalogue.facet(op.facet), verdicts[index])
