"""Values that come late: a copy of a store sends what the original wrote something else over long ago, or an
act waited for a row while the next ones of its author went through.

A store's stamps only grow, so between two values of one actor they say which was written first. Where they
were not believed the server ranks by the moments of receipt, which say the contrary of what comes late.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final

from emis_desktop.rules.clock import SERVER, Tick
from sync.operations import Edit
from sync.server.log import entry
from sync.server.raw import Raw
from sync.server.states import RowState

_LOG: Final = (
    "SELECT seq, kind, payload, user_id FROM change_log WHERE facet = ? AND row_id = ? AND granted = 0 "
    "AND actor IN (?, ?)"
)
"""What an actor wrote. An entry that its author is to hear of, too, is the server's."""


def ranked(raw: Raw, state: RowState, name: str, edit: Edit) -> Tick:
    """The tick of an edit of one field, ranked no higher than what its actor wrote into that field later.

    What stands is looked at, and what has been replaced since, as far as the log goes back; not where the
    edit ranks by its stamp, nor where its author saw what stands.
    """
    mine, stands = edit.tick, state.written(name).tick
    if mine.rank == mine.clock.stamp or stands.clock in {edit.base, mine.clock}:
        return mine
    met = [stands, *_past(raw, state, name, mine.clock.actor)]
    later = (one.rank for one in met if one.clock.actor == mine.clock.actor and one.clock > mine.clock)
    return mine._replace(rank=min((mine.rank, *later)))


def _past(raw: Raw, state: RowState, name: str, actor: int) -> Iterator[Tick]:
    """The ticks of what an actor, or the server, wrote into a field."""
    where = state.facet.name, state.row
    for seq, kind, packed, user in raw.rows(_LOG, (*where, actor, SERVER)):
        one = entry(seq, *where, kind, packed, user)
        if name in one.values:
            yield one.tick_of(name)
