"""What a server may have lost or not: it comes with its values, out of force until somebody decides.

A row comes as one that was removed, a further facet of one that is there without its values; a card in the
journal offers to put them into force, to who has the person now.
"""

from __future__ import annotations

from emis_desktop.state_hash import Stored
from sync.operations import ConflictKind, Entry
from sync.server.apply_merge import DELETED, Draft, Merging, Side
from sync.server.states import NOBODY, RowState

_VERB = "offer"


def leave_open(merging: Merging, state: RowState, offered: Entry) -> None:
    """Take out of force what ``state`` has just been given, and journal it."""
    table = state.facet.table.name
    given: dict[str, Stored]
    if not state.facet.main:
        given = {name: value for name, value in offered.values.items() if value is not None}
        merging.server_set(state, dict.fromkeys(given), _VERB)
        kind = ConflictKind.PROPOSAL
    elif state.values.get(DELETED) is None:
        given = {DELETED: None}
        merging.server_set(state, {DELETED: merging.received_ms}, _VERB)
        kind = ConflictKind.DELETE
    else:
        return
    for name, value in given.items():
        stands = Side(state.values[name], state.written(name).tick.clock, NOBODY)
        comes = Side(value, offered.tick_of(name).clock, offered.user.bytes)
        merging.drafts.append(Draft(kind, table, state.row, name, stands, comes))
