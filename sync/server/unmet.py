"""Values that gave way to others whose authors cannot have seen them: what the log can tell of it.

A server that went back in time hears of a value only from who still holds it, perhaps after somebody wrote
another one into the same field. That author had seen the log up to a number; what had come behind it, in the
history that was lost, that author did not see.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from typing import Final

from emis_desktop.rules.clock import Clock
from emis_desktop.rules.rights import Role
from emis_desktop.state_hash import Stored
from sync.operations import Act, Batch, ConflictKind, Entry, Op
from sync.server.apply import erased_ops
from sync.server.apply_check import check_batch
from sync.server.apply_merge import Draft, Merging, Side
from sync.server.authority import Author, Authority
from sync.server.conflicts import CONFLICT
from sync.server.log import entry
from sync.server.model import ServerModel
from sync.server.raw import Raw
from sync.server.states import RowState

_VERB: Final = "offer"
_NO_BATCH: Final = bytes(16)
_LOG: Final = "SELECT seq, kind, payload, user_id, seen FROM change_log WHERE row_id = ? AND facet = ?"


class Unmet:
    """What one transaction finds of it."""

    def __init__(self, raw: Raw, model: ServerModel, merging: Merging, author: Author) -> None:
        self._raw = raw
        self._model = model
        self._merging = merging
        self._states = merging.states
        self._author = author

    def hear_of(self, told: Sequence[Entry]) -> None:
        """Journal what gave way at the laptop to what its author had not seen, of rows that it may see."""
        ops = {place: _said_by(place, one) for place, one in enumerate(told)}
        sound = self._sound(told, ops)
        self._states.load((self._table(op.facet), op.row.bytes) for op in sound.values())
        authority = Authority(self._raw, self._states, self._author, (), returning=True)
        authority.prepare(list(sound.values()))
        for place, op in sound.items():
            state = self._states.by_facet.get((op.facet, op.row.bytes))
            if state is not None and authority.sees(state):
                self._tell(told[place], state)

    def _sound(self, told: Sequence[Entry], ops: Mapping[int, Op]) -> dict[int, Op]:
        """What is well formed and tells of nobody erased. Whether the laptop's role may write it is nothing
        to ask: it writes nothing, it asks.
        """
        acts = tuple(
            Act(place, one.user, _VERB, max(1, one.tick.clock.stamp)) for place, one in enumerate(told)
        )
        batch = Batch(_NO_BATCH, self._author.actor, 0, 0, b"", acts, tuple(ops.values()))
        office = replace(self._author.site, role=Role.MINISTRY_OFFICER)
        against = check_batch(self._model, office, batch).against
        gone = erased_ops(self._raw, self._model, ops)
        return {place: op for place, op in ops.items() if place not in against and place not in gone}

    def _table(self, facet: str) -> str:
        return self._model.catalogue.facet(facet).table.name

    def _tell(self, told: Entry, state: RowState) -> None:
        for name, value in told.values.items():
            stands, written = state.held(name), state.written(name)
            if value is None or value == stands.value:
                continue
            clock = told.tick_of(name).clock
            if self.is_new_to(state, name, clock, told.seq) and not self._stands_in_journal(
                state, name, value
            ):
                held = Side(stands.value, stands.tick.clock, written.user)
                other = Side(value, clock, told.user.bytes)
                table = state.facet.table.name
                self._merging.drafts.append(Draft(ConflictKind.INFO, table, state.row, name, held, other))

    def is_new_to(self, state: RowState, name: str, clock: Clock, seq: int) -> bool:
        """Whether the author of what stands in a field cannot have seen the value of ``clock``, which stood
        there up to the entry ``seq`` of the history that was lost.
        """
        at, seen = state.written(name).seq, None
        for number, kind, packed, user, cursor in self._raw.rows(_LOG, (state.row, state.facet.name)):
            one = entry(number, state.facet.name, state.row, kind, packed, user)
            if name in one.values and one.tick_of(name).clock == clock:
                return False  # both have been in this log: they met
            if number == at:
                seen = cursor
        return seen is not None and seen < seq

    def _stands_in_journal(self, state: RowState, name: str, value: Stored) -> bool:
        table = self._model.tables[CONFLICT].table
        names = ("table_name", "field", "held", "other")
        return any(
            row[:2] == (state.facet.table.name, name) and value in row[2:]
            for row in self._raw.read(table, names, "row_id", [state.row])
        )


def _said_by(place: int, told: Entry) -> Op:
    return Op(place, told.facet, told.row, insert=False, values=dict(told.values))
