"""Bringing operations together with the rows that are there: what is in force, what is journalled, what the
author is told.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Final, NamedTuple, cast

from emis_desktop.rules.clock import NEVER, SERVER, Clock, Tick, believed, ticked
from emis_desktop.rules.clock import tick as next_stamp
from emis_desktop.state_hash import Stored
from sync.facets import Column, Facet
from sync.merge import merge
from sync.operations import Act, Answer, ConflictKind, Edit, Merged, Op, Outcome
from sync.server.apply_check import MOST_REOPENS, VALUE
from sync.server.log import PUT, SET, Logged, pack_bases, payload
from sync.server.states import NOBODY, RowState, States, Written
from sync.server.verdicts import Author, Verdict
from sync.server.written_late import ranked

DELETED: Final = "deleted_at"
_OF_A_DECISION: Final = frozenset({"decided_at", "decided_by"})
"""Of two decisions nobody is told that they were made by two people: only that they differ."""
LOCKED: Final = "locked"
_SEVERITY: Final = (Outcome.SAME, Outcome.KEPT, Outcome.PROPOSED, Outcome.REFUSED)


class Side(NamedTuple):
    """One of two values of a conflict, and who wrote it."""

    value: Stored
    clock: Clock
    user: bytes


@dataclass(frozen=True, slots=True)
class Draft:
    """A conflict to be journalled. ``field`` is a column, or the name of a rule; ``base`` the clock of the
    value that the author of what came saw, ``cursor`` how far that author had seen the log.
    """

    kind: ConflictKind
    table: str
    row: bytes
    field: str
    held: Side | None
    other: Side | None
    base: Clock = NEVER
    cursor: int = 0


@dataclass(slots=True)
class Context:
    """Who writes what when: one act of one author."""

    author: Author
    act: Act
    tick: Tick
    user: bytes


class Merging:
    """The rows, log entries and conflicts that come of the operations given to it, in their order."""

    def __init__(self, states: States, received_ms: int, head: int, clock: int) -> None:
        """``head``: the log's newest number so far; ``clock``: the last stamp that the server wrote with.

        ``places`` is to say where conflicts about what everybody sees belong, if not at the author's place.
        """
        self.states = states
        self.received_ms = received_ms
        self.first = head + 1
        self.clock = clock
        self.log: list[Logged] = []
        self.extra: list[Logged] = []
        self.drafts: list[Draft] = []
        self.stand_ins: dict[tuple[str, bytes], tuple[str, bytes]] = {}
        self.places: defaultdict[bytes, set[bytes]] = defaultdict(set)
        self._columns = states.model.columns

    def context(self, author: Author, act: Act) -> Context:
        """For the operations of one act."""
        tick = ticked(Clock(act.stamp, author.actor), self.received_ms)
        self.clock = max(self.clock, believed(act.stamp, self.received_ms))
        return Context(author, act, tick, act.user.bytes)

    def server_tick(self) -> Tick:
        """A tick for what the server itself writes: later than all that it has seen."""
        self.clock = next_stamp(self.clock, self.received_ms)
        return Tick(Clock(self.clock, SERVER), self.clock)

    @property
    def next_seq(self) -> int:
        """The number of the next entry."""
        return self.first + len(self.log)

    def operation(self, context: Context, op: Op, facet: Facet, verdict: Verdict) -> Answer | None:
        """Apply one operation; ``None`` when it was applied whole."""
        row = op.row.bytes
        state = self.states.by_facet.get((facet.name, row))
        if op.reopens and _reopens_too_far(op, state):
            return Answer(Outcome.REFUSED, VALUE)
        if state is None and (op.insert or not facet.main):
            if self._locked(op, facet):
                self._late_mark(context, op)
                return Answer(Outcome.REFUSED, LOCKED)
            if not verdict.decides:
                return self._propose(context, op, facet)
            self._insert(context, op, facet)
            return None
        if state is None:
            return Answer(Outcome.REFUSED, "missing")
        return self._update(context, op, state, verdict)

    def _insert(self, context: Context, op: Op, facet: Facet) -> None:
        row = op.row.bytes
        state = self.states.begin(facet, row)
        defaults = self.states.model.tables[facet.table.name].defaults
        values: Mapping[str, Stored] = op.values
        known = self._columns[facet.name]
        if values.keys() != known.keys() or any(values[name] is None for name in defaults if name in known):
            values = {name: values.get(name) for name in known}
            for name in defaults.keys() & values.keys():
                if values[name] is None:
                    values[name] = defaults[name]
        state.values.update(values)
        seq = self.next_seq
        state.base = Written(context.tick, context.user, True, seq)
        ticks = self._reopened(context, op, state, seq) if op.reopens else {}
        state.dirty.update(known)
        self._log(context, state, PUT, values, ticks, _bases_gone(op))

    def _propose(self, context: Context, op: Op, facet: Facet) -> Answer:
        """Journal what an author may only propose of a facet that is not there yet."""
        known = self._columns[facet.name]
        given = {name: value for name, value in op.values.items() if name in known and value is not None}
        for name, value in given.items():
            held, other = Side(None, NEVER, NOBODY), Side(value, context.tick.clock, context.user)
            table = facet.table.name
            base, cursor = op.bases.get(name, NEVER), context.author.cursor
            kind = ConflictKind.PROPOSAL
            self.drafts.append(Draft(kind, table, op.row.bytes, name, held, other, base, cursor))
        nothing = Tick(NEVER, 0)
        return Answer(Outcome.PROPOSED, "", dict.fromkeys(given), dict.fromkeys(given, nothing))

    def _reopened(self, context: Context, op: Op, state: RowState, seq: int) -> dict[str, Tick]:
        ticks = {name: context.tick._replace(reopens=count) for name, count in op.reopens.items()}
        for name, tick in ticks.items():
            state.fields[name] = Written(tick, context.user, True, seq)
        return ticks

    def _update(self, context: Context, op: Op, state: RowState, verdict: Verdict) -> Answer | None:
        facet = state.facet
        decides = verdict.decides and not self._locked(op, facet, state)
        values = self._without_lost_delete(context, op, state)
        revived = self._revives(context, op, facet)
        gone = _bases_gone(op, state)
        applied: dict[str, Stored] = {}
        ticks: dict[str, Tick] = {}
        others: dict[str, Outcome] = dict.fromkeys(op.values.keys() - values.keys(), Outcome.KEPT)
        seq = self.next_seq
        for name, value in values.items():
            column = self._columns[facet.name].get(name)
            if column is None:
                continue
            tick = context.tick
            if name in op.reopens:
                tick = tick._replace(reopens=op.reopens[name])
            edit = Edit(value, tick, op.bases.get(name, NEVER), op.insert)
            merged = self._merge(context, state, column, edit, decides)
            if merged.outcome is Outcome.APPLIED:
                applied[name] = value
                by = Written(merged.held.tick, context.user, merged.held.inserted, seq)
                state.put(name, value, by)
                if merged.held.tick != context.tick:
                    ticks[name] = merged.held.tick
            else:
                others[name] = merged.outcome
        if applied:
            bases = {name: base for name, base in gone.items() if name in applied}
            self._log(context, state, SET, applied, ticks, bases)
        if revived is not None and (applied or revived.facet is not state.facet):
            self._revive(context, revived)
        return _answer(state, applied, others)

    def _merge(self, context: Context, state: RowState, column: Column, edit: Edit, decides: bool) -> Merged:
        """Merge one field, and journal what its rule asks for."""
        before = state.held(column.name)
        written = state.written(column.name)
        tick = ranked(self.states.raw, state, column.name, edit)
        if tick is not edit.tick:
            edit = replace(edit, tick=tick)
        merged = merge(column, before, edit, may_decide=decides)
        said_alike = state.facet.table.name == "conflict" and column.name in _OF_A_DECISION
        if merged.conflict is not None and not said_alike:
            stands = Side(before.value, before.tick.clock, written.user)
            comes = Side(edit.value, edit.tick.clock, context.user)
            if merged.outcome is Outcome.APPLIED:
                stands, comes = comes, stands
            self.drafts.append(
                Draft(
                    merged.conflict,
                    state.facet.table.name,
                    state.row,
                    column.name,
                    stands,
                    comes,
                    edit.base,
                    context.author.cursor,
                )
            )
        return merged

    def _log(
        self,
        context: Context,
        state: RowState,
        kind: int,
        values: Mapping[str, Stored],
        ticks: dict[str, Tick],
        bases: Mapping[str, Clock] | None = None,
    ) -> None:
        seq = self.next_seq
        state.seq = seq
        packed = payload(context.act.verb, values, context.tick, ticks)
        actor = SERVER if context.author.later else context.author.actor
        whose = packed, actor, context.user, (), pack_bases(bases or {})
        self.log.append(Logged(seq, state.facet.name, state.row, kind, seq, *whose))

    # Deletion against edits that its author had not seen, and the other way round.

    def _without_lost_delete(self, context: Context, op: Op, state: RowState) -> Mapping[str, Stored]:
        """The values of an operation, but for a deletion that an edit its author had not seen forbids."""
        value = op.values.get(DELETED)
        if value is None or op.insert or state.values.get(DELETED) is not None:
            return op.values
        unseen = self._last_unseen(context, state)
        if unseen is None:
            return op.values
        deletion = Side(value, context.tick.clock, context.user)
        table, row = state.facet.table.name, state.row
        if state.facet.on_delete == "stay":
            by = unseen.tick.clock
            self.drafts.append(
                Draft(ConflictKind.DELETE, table, row, DELETED, deletion, Side(None, by, unseen.user))
            )
            return op.values
        keeps = Side(None, unseen.tick.clock, unseen.user)
        self.drafts.append(Draft(ConflictKind.DELETE, table, row, DELETED, keeps, deletion))
        return {name: one for name, one in op.values.items() if name != DELETED}

    def _last_unseen(self, context: Context, state: RowState) -> Written | None:
        table = self.states.model.tables[state.facet.table.name]
        found: Written | None = None
        for facet in table.facets:
            one = self.states.by_facet.get((facet.name, state.row))
            for by in one.fields.values() if one is not None else ():
                if _unseen(context, by) and (found is None or by.seq > found.seq):
                    found = by
        return found

    def _revives(self, context: Context, op: Op, facet: Facet) -> RowState | None:
        """The main facet of a deleted row that this edit, whose author did not know, brings back."""
        main = self.states.main(facet.table.name, op.row.bytes)
        if main is None or main.values.get(DELETED) is None or DELETED in op.values:
            return None
        by = main.written(DELETED)
        if not _unseen(context, by):
            return None
        edited = next(iter(op.values), DELETED)
        deletion = Side(main.values[DELETED], by.tick.clock, by.user)
        edit = Side(op.values.get(edited), context.tick.clock, context.user)
        table = facet.table.name
        if facet.on_delete == "stay":
            self.drafts.append(Draft(ConflictKind.DELETE, table, main.row, edited, deletion, edit))
            return None
        keeps = Side(None, context.tick.clock, context.user)
        self.drafts.append(Draft(ConflictKind.DELETE, table, main.row, DELETED, keeps, deletion))
        return main

    def _revive(self, context: Context, main: RowState) -> None:
        self.server_set(main, {DELETED: None}, "restore", context.user)

    # What the server itself writes; numbered after all operations.

    def server_set(
        self, state: RowState, values: Mapping[str, Stored], verb: str, user: bytes = NOBODY
    ) -> None:
        """Set fields of a row in the server's own name."""
        tick = self.server_tick()
        place = len(self.extra)
        for name, value in values.items():
            state.put(name, value, Written(tick, user, False, 0))
        packed = payload(verb, values, tick, {})
        self.extra.append(Logged(place, state.facet.name, state.row, SET, 0, packed, SERVER, user))

    def server_put(
        self, facet: Facet, row: bytes, values: Mapping[str, Stored], verb: str, user: bytes = NOBODY
    ) -> RowState:
        """Insert a row in the server's own name."""
        tick = self.server_tick()
        state = self.states.begin(facet, row)
        full: dict[str, Stored] = {name: values.get(name) for name in self._columns[facet.name]}
        state.values.update(full)
        state.base = Written(tick, user, True, 0)
        state.dirty.update(full)
        packed = payload(verb, full, tick, {})
        self.extra.append(Logged(len(self.extra), facet.name, row, PUT, 0, packed, SERVER, user))
        return state

    def settle(self) -> None:
        """Number what the server wrote, after the operations."""
        for one in self.extra:
            seq = self.next_seq
            state = self.states.by_facet[one.facet, one.row]
            state.seq = seq
            for name, by in state.fields.items():
                if by.seq == 0:
                    state.fields[name] = by._replace(seq=seq)
            self.log.append(one._replace(seq=seq, of_seq=seq))
        self.extra.clear()

    # Marks of a locked item.

    def _locked(self, op: Op, facet: Facet, state: RowState | None = None) -> bool:
        """Whether the operation is about a mark of an item that is locked by now."""
        if facet.table.name != "mark":
            return False
        item = op.values.get("item_id") if state is None else state.values.get("item_id")
        if not isinstance(item, bytes):
            return False
        values = self.states.rows.get(("assessment_item", item))
        return values is not None and values.get("state") == LOCKED

    def _late_mark(self, context: Context, op: Op) -> None:
        other = Side(op.values.get("value"), context.tick.clock, context.user)
        self.drafts.append(Draft(ConflictKind.RULE, "mark", op.row.bytes, LOCKED, None, other))
        self.stand_ins["mark", op.row.bytes] = "assessment_item", cast(bytes, op.values["item_id"])


def _bases_gone(op: Op, state: RowState | None = None) -> dict[str, Clock]:
    """What the author saw in each field, where something else stands, or nothing."""
    return {
        name: base
        for name, base in op.bases.items()
        if base != NEVER and (state is None or base != state.written(name).tick.clock)
    }


def _answer(state: RowState, applied: Mapping[str, Stored], others: Mapping[str, Outcome]) -> Answer | None:
    """What the author is told; ``None``: all of it was applied."""
    if not others:
        return None
    outcome = max(others.values(), key=_SEVERITY.index)
    reason = "key" if outcome is Outcome.REFUSED else ""
    return Answer(
        outcome,
        reason,
        {name: state.values.get(name) for name in others},
        {name: state.written(name).tick for name in others},
        logged=bool(applied),
    )


def _reopens_too_far(op: Op, state: RowState | None) -> bool:
    """Whether it raises the count of reopenings by more than acts can."""
    held = {name: 0 if state is None else state.written(name).tick.reopens for name in op.reopens}
    return any(count > held[name] + MOST_REOPENS for name, count in op.reopens.items())


def _unseen(context: Context, by: Written) -> bool:
    """Whether another wrote it after what the author had seen."""
    return by.tick.clock.actor != context.author.actor and by.seq > context.author.cursor
