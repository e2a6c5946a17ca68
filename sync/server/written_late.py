"""Values that come late: a copy of a store sends what the original wrote something else over long ago, an act
waited for a row while the next ones of its author went through, or what a restored server had lost comes
again behind the edit that followed it.

A store's stamps only grow, so between two values of one actor they say which was written first; and who names
a value as seen wrote after it. Where a stamp is not believed the server ranks by the moment of receipt, which
says the contrary of what comes late.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final

from emis_desktop.rules.clock import Clock, Tick
from sync.operations import Edit
from sync.server.log import entry, unpack_bases
from sync.server.raw import Raw
from sync.server.states import RowState

_LOG: Final = (
    "SELECT seq, kind, payload, user_id, bases FROM change_log WHERE facet = ? AND row_id = ? AND granted = 0"
)


def ranked(raw: Raw, state: RowState, name: str, edit: Edit) -> Tick:
    """The tick of an edit of one field, ranked no higher than what its actor wrote into that field later, and
    below what others wrote over it who had it before the eyes.

    What stands is looked at, and what has been replaced since, as far as the log goes back; not where the
    edit ranks by its stamp, nor where its author saw what stands.
    """
    mine, stands = edit.tick, state.written(name).tick
    if mine.rank == mine.clock.stamp or stands.clock in {edit.base, mine.clock}:
        return mine
    bounds = [stands.rank] if _is_later(stands.clock, mine.clock) else []
    return mine._replace(rank=min((mine.rank, *bounds, *_bounds(raw, state, name, mine.clock))))


def _bounds(raw: Raw, state: RowState, name: str, clock: Clock) -> Iterator[int]:
    """What the value of ``clock`` may rank at the most, by each entry of the log that says so."""
    where = state.facet.name, state.row
    for seq, kind, packed, user, bases in raw.rows(_LOG, where):
        one = entry(seq, *where, kind, packed, user)
        if name in one.values:
            tick = one.tick_of(name)
            if tick.clock == clock or _is_later(tick.clock, clock):
                yield tick.rank
            elif unpack_bases(bases).get(name) == clock:
                yield tick.rank - 1


def _is_later(one: Clock, clock: Clock) -> bool:
    """Whether it is of the same actor, and was written after that."""
    return one.actor == clock.actor and one.stamp > clock.stamp
