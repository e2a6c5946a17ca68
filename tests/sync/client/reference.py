"""A server in memory for tests of the laptop's half: no rights, no scopes, the very merge, one log."""

import random
from dataclasses import dataclass, field, replace
from uuid import UUID

from emis_desktop.rules.clock import NEVER, UNWRITTEN, Tick, believed
from emis_desktop.state_hash import Stored
from sync.client.clocks import Place
from sync.facets import Catalogue
from sync.merge import merge
from sync.operations import (
    Ack,
    Answer,
    Batch,
    Commit,
    Edit,
    Entry,
    EntryKind,
    Held,
    Op,
    Outcome,
    Page,
)
from sync.protocol.batches import decode_batch


@dataclass
class HeldRow:
    """A facet of a row at the server. ``seq``: its last change."""

    values: dict[str, Stored]
    tick: Tick
    ticks: dict[str, Tick] = field(default_factory=dict)
    seq: int = 0
    user: UUID = UUID(int=0)
    verb: str = ""

    def held(self, name: str) -> Held:
        """One field."""
        return Held(self.values.get(name), self.ticks.get(name, self.tick), name not in self.ticks)


@dataclass
class Logged:
    """An entry of the log and who wrote it."""

    entry: Entry
    actor: int


@dataclass
class Server:
    """``info``: (place, field, value) that stand in the conflict journal."""

    catalogue: Catalogue
    now_ms: int = 1_700_000_000_000
    rows: dict[Place, HeldRow] = field(default_factory=dict)
    log: list[Logged] = field(default_factory=list)
    commits: list[Commit] = field(default_factory=list)
    results: dict[bytes, Ack] = field(default_factory=dict)
    journal: list[tuple[Place, str, Stored]] = field(default_factory=list)
    batches: list[Batch] = field(default_factory=list)
    refused: frozenset[str] = frozenset()
    """Facets that nobody may write."""
    tags: random.Random = field(default_factory=lambda: random.Random(5))

    @property
    def head(self) -> int:
        """The newest number of the log."""
        return len(self.log)

    def receive(self, body: bytes) -> Ack:
        """Apply a batch, once."""
        batch = decode_batch(body)
        if batch.id in self.results:
            return self.results[batch.id]
        self.batches.append(batch)
        first, answers = self.head + 1, dict[int, Answer]()
        for at, op in enumerate(batch.ops):
            self._apply(batch, at, op, answers)
        tag = self.tags.randbytes(8)
        if self.head >= first:
            self.commits.append(Commit(first, self.head - first + 1, tag))
        ack = self.results[batch.id] = Ack(batch.id, first, tag, answers)
        return ack

    def _apply(self, batch: Batch, at: int, op: Op, answers: dict[int, Answer]) -> None:
        act, clock, place = batch.acts[op.act], batch.clock(op), (op.facet, op.row.bytes)
        facet = self.catalogue.facet(op.facet)
        if op.facet in self.refused:
            held = self.rows.get(place)
            names = op.values if held else ()
            values = {name: held.values[name] for name in names if held}
            ticks = {name: held.held(name).tick for name in names if held}
            answers[at] = Answer(Outcome.REFUSED, "right", values, ticks)
            return
        row, new = self.rows.get(place), place not in self.rows
        if row is None:
            row = HeldRow({column.name: None for column in facet.columns}, UNWRITTEN)
        applied, values, ticks, outcome = (
            dict[str, Tick](),
            dict[str, Stored](),
            dict[str, Tick](),
            Outcome.SAME,
        )
        for name, value in op.values.items():
            column = facet.column(name)
            assert column is not None
            tick = Tick(clock, believed(clock.stamp, self.now_ms), op.reopens.get(name, 0))
            merged = merge(column, row.held(name), Edit(value, tick, op.bases.get(name, NEVER), op.insert))
            if merged.conflict is not None:
                lost = value if merged.held.tick.clock != clock else row.held(name).value
                self.journal.append((place, name, lost))
            if merged.outcome is Outcome.APPLIED:
                row.values[name] = value
                applied[name] = tick
            else:
                values[name], ticks[name] = merged.held.value, merged.held.tick
                if merged.outcome is not Outcome.SAME:
                    outcome = merged.outcome
        if new and op.insert:
            row.tick = applied[next(iter(applied))] if applied else UNWRITTEN
        for name, tick in applied.items():
            if tick == row.tick:
                row.ticks.pop(name, None)
            else:
                row.ticks[name] = tick
        if applied:
            self.rows[place] = row
            self._log(place, row, applied, op, act.user, act.verb, batch.actor, whole=new and op.insert)
        if values:
            answers[at] = Answer(outcome, "", values, ticks, logged=bool(applied))

    def _log(self, place, row, applied, op, user, verb, actor, *, whole) -> None:  # type: ignore[no-untyped-def]
        row.seq, row.user, row.verb = self.head + 1, user, verb
        values = {name: row.values[name] for name in applied}
        tick = next(iter(applied.values()))
        ticks = {name: one for name, one in applied.items() if one != tick}
        kind = EntryKind.PUT if whole else EntryKind.SET
        entry = Entry(row.seq, place[0], op.row, kind, values, tick, ticks, user, verb)
        self.log.append(Logged(entry, actor))

    def page(self, after: int, actor: int, most: int = 10_000) -> Page:
        """The log after ``after`` as ``actor`` receives it: without its own entries."""
        upto = min(self.head, after + most)
        entries = tuple(one.entry for one in self.log[after:upto] if one.actor != actor)
        return Page(after, upto, self.head, entries, self._commits(entries, upto))

    def snapshot(self) -> Page:
        """Everything as it stands."""
        entries = tuple(self.entry(place) for place in self.rows)
        order = {facet.name: at for at, facet in enumerate(self.catalogue.facets)}
        entries = tuple(sorted(entries, key=lambda one: (order[one.facet], one.seq)))
        return Page(0, self.head, self.head, entries, self._commits(entries, self.head))

    def entry(self, place: Place) -> Entry:
        """A whole facet of a row."""
        row = self.rows[place]
        return Entry(
            row.seq, place[0], UUID(bytes=place[1]), EntryKind.PUT, dict(row.values), row.tick, dict(row.ticks),
            row.user, row.verb,
        )  # fmt: skip

    def put(self, page: Page) -> None:
        """Take over rows offered by their holder."""
        first = self.head + 1
        for entry in page.entries:
            place = entry.facet, entry.row.bytes
            row = HeldRow(
                dict(entry.values), entry.tick, dict(entry.ticks), self.head + 1, entry.user, entry.verb
            )
            self.rows[place] = row
            self.log.append(Logged(replace(entry, seq=row.seq), 0))
        if self.head >= first:
            self.commits.append(Commit(first, self.head - first + 1, self.tags.randbytes(8)))

    def _commits(self, entries: tuple[Entry, ...], upto: int) -> tuple[Commit, ...]:
        seqs = {one.seq for one in entries} | {upto}
        return tuple(
            one for one in self.commits if any(one.first <= seq < one.first + one.count for seq in seqs)
        )
