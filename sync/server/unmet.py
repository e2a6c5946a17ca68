"""Values that gave way to others whose authors cannot have seen them: what the log can tell of it.

A server that went back in time hears of a value only from who still holds it, perhaps after somebody wrote
another one into the same field. Where the log has neither the value nor that somebody had it before the eyes
and replaced it, its author did not see it.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from functools import cached_property
from typing import Final, cast

from emis_desktop.rules.clock import Clock
from emis_desktop.rules.rights import Role
from emis_desktop.state_hash import Stored
from sync.operations import Act, Batch, ConflictKind, Entry, Op
from sync.server.apply import erased_ops
from sync.server.apply_check import check_batch
from sync.server.apply_merge import Draft, Merging, Side
from sync.server.authority import Authority
from sync.server.conflicts import CONFLICT
from sync.server.log import entry, unpack_bases
from sync.server.model import ServerModel
from sync.server.raw import Raw
from sync.server.states import Key, RowState
from sync.server.verdicts import Author

_VERB: Final = "offer"
_NO_BATCH: Final = bytes(16)
_LOG: Final = (
    "SELECT row_id, seq, kind, payload, user_id, bases FROM change_log WHERE facet = ? AND row_id {ids}"
)
_AT_ONCE: Final = 50
"""Rows of which the log is read at once: pictures are large."""


@dataclass(slots=True)
class _Past:
    """What the log tells of a facet of a row: ``known``, by field, the clocks of values that stood here or
    that the author of one had before the eyes; ``typed``, by field and clock, which entries somebody typed.
    """

    known: set[tuple[str, Clock]] = field(default_factory=set)
    typed: dict[tuple[str, Clock], int] = field(default_factory=dict)

    def add(
        self, facet: str, row: bytes, seq: int, kind: int, packed: bytes, user: bytes, bases: bytes | None
    ) -> None:
        """Take in one entry."""
        one = entry(seq, facet, row, kind, packed, user)
        clocks = {(name, one.tick_of(name).clock) for name in one.values}
        self.known |= clocks
        self.known.update(unpack_bases(bases).items())
        if bases is not None:
            self.typed.update(dict.fromkeys(clocks, seq))


class Unmet:
    """What one transaction finds of it."""

    def __init__(self, raw: Raw, model: ServerModel, merging: Merging, author: Author) -> None:
        self._raw = raw
        self._model = model
        self._merging = merging
        self._states = merging.states
        self._author = author
        self._past: dict[Key, _Past] = {}
        self._cards: dict[bytes, set[tuple[Stored, ...]]] = {}

    def prepare(self, offered: Iterable[Entry]) -> None:
        """Read at once what log and journal tell of offered rows that are there and hold something else, if
        their holder knows of a lost history.
        """
        there = self._states.by_facet
        met = [(one, there.get((one.facet, one.row.bytes))) for one in offered if one.seq]
        self._read([state for one, state in met if state is not None and _differs(one, state)])

    def _read(self, states: Sequence[RowState]) -> None:
        self._read_past(states)
        self._read_cards(state.row for state in states)

    def hear_of(self, told: Sequence[Entry]) -> None:
        """Journal what gave way at the laptop to what its author had not seen, of rows that it may see."""
        ops = {place: _said_by(place, one) for place, one in enumerate(told)}
        sound = self._sound(told, ops)
        self._states.load((self._table(op.facet), op.row.bytes) for op in sound.values())
        authority = Authority(self._raw, self._states, self._author, (), returning=True)
        authority.prepare(list(sound.values()))
        heard: list[tuple[Entry, RowState]] = []
        for place, op in sound.items():
            state = self._states.by_facet.get((op.facet, op.row.bytes))
            if state is not None and (authority.may_ask_about(state) or authority.departed.is_of(state)):
                heard.append((told[place], state))
        self._read([state for _, state in heard])
        for one, state in heard:
            for name in one.values:
                self.tell(one, state, name)

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

    def tell(self, told: Entry, state: RowState, name: str) -> None:
        """Journal one value that gave way to what stands, if who typed that cannot have seen it."""
        value, clock = told.values[name], told.tick_of(name).clock
        stands, written = state.held(name), state.written(name)
        if name not in self._model.columns[state.facet.name] or value in {None, stands.value}:
            return
        self._read_past([state])
        if self._is_new_to(state, name, clock) and not self._stands_in_journal(state, name, value):
            held = Side(stands.value, stands.tick.clock, written.user)
            other = Side(value, clock, told.user.bytes)
            table = state.facet.table.name
            self._merging.drafts.append(Draft(ConflictKind.INFO, table, state.row, name, held, other))

    def came_between(self, state: RowState, name: str, clock: Clock, lost_at: int) -> bool:
        """Whether what stands in a field was written after this server had lost the value of ``clock``, by
        somebody who cannot have seen that. ``lost_at``: the last entry of the lost history that its holder
        had seen, 0 for none.
        """
        if not lost_at or not self._is_after(state.seq, lost_at):
            return False
        self._read_past([state])
        number = self._past[state.facet.name, state.row].typed.get((name, state.written(name).tick.clock), 0)
        return self._is_after(number, lost_at) and self._is_new_to(state, name, clock)

    def _is_after(self, number: int, lost_at: int) -> bool:
        """Whether an entry came after a loss, perhaps before anybody noticed that one."""
        return number >= lost_at or number > self._begun_after

    @cached_property
    def _begun_after(self) -> int:
        return int(self._raw.rows("SELECT begun_after FROM server")[0][0])

    def _is_new_to(self, state: RowState, name: str, clock: Clock) -> bool:
        """Whether somebody typed what stands in a field who cannot have seen the value of ``clock``."""
        past = self._past[state.facet.name, state.row]
        return (name, clock) not in past.known and (name, state.written(name).tick.clock) in past.typed

    def _read_past(self, states: Iterable[RowState]) -> None:
        wanted: defaultdict[str, dict[bytes, None]] = defaultdict(dict)
        for state in states:
            if (state.facet.name, state.row) not in self._past:
                self._past[state.facet.name, state.row] = _Past()
                wanted[state.facet.name][state.row] = None
        for facet, ids in wanted.items():
            rows = list(ids)
            for start in range(0, len(rows), _AT_ONCE):
                for line in self._raw.among(_LOG, rows[start : start + _AT_ONCE], (facet,)):
                    self._past[facet, line[0]].add(facet, *line)

    def _stands_in_journal(self, state: RowState, name: str, value: Stored) -> bool:
        self._read_cards([state.row])
        return (state.facet.table.name, name, value) in self._cards[state.row]

    def _read_cards(self, rows: Iterable[bytes]) -> None:
        wanted = dict.fromkeys(row for row in rows if row not in self._cards)
        self._cards.update((row, set()) for row in wanted)
        names = ("row_id", "table_name", "field", "held", "other")
        for row, table, name, *values in self._raw.read(
            self._model.tables[CONFLICT].table, names, "row_id", wanted
        ):
            self._cards[cast(bytes, row)].update((table, name, value) for value in values)


def _said_by(place: int, told: Entry) -> Op:
    return Op(place, told.facet, told.row, insert=False, values=dict(told.values))


def _differs(one: Entry, state: RowState) -> bool:
    return any(value != state.values.get(name) for name, value in one.values.items())
