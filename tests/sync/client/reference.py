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
    Merged,
    Op,
    Outcome,
    Page,
)
from sync.protocol.batches import decode_batch

NOBODY = UUID(int=0)


@dataclass
class HeldRow:
    """A facet of a row at the server. ``seq``: its last change."""

    values: dict[str, Stored]
    tick: Tick
    ticks: dict[str, Tick] = field(default_factory=dict)
    seq: int = 0
    user: UUID = NOBODY
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

    def copy(self) -> "Server":
        """Last night's backup."""
        rows = {
            place: replace(row, values=dict(row.values), ticks=dict(row.ticks))
            for place, row in self.rows.items()
        }
        return replace(
            self,
            rows=rows,
            log=list(self.log),
            commits=list(self.commits),
            results=dict(self.results),
            batches=list(self.batches),
            journal=list(self.journal),
            tags=random.Random(6),
        )

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
        place = op.facet, op.row.bytes
        if op.facet in self.refused:
            answers[at] = Answer(Outcome.REFUSED, "right", *self._held(place, op))
            return
        new = place not in self.rows
        columns = [column.name for column in self.catalogue.facet(op.facet).columns]
        row = self.rows.get(place) or HeldRow(dict.fromkeys(columns), UNWRITTEN)
        applied, kept = dict[str, Tick](), dict[str, Merged]()
        for name in op.values:
            merged = self._merge(batch, op, row, name)
            if merged.outcome is Outcome.APPLIED:
                applied[name] = merged.held.tick
                row.values[name] = op.values[name]
            else:
                kept[name] = merged
        if applied:
            self.rows[place] = row
            self._log(place, row, applied, batch, op, whole=new and op.insert)
        if kept:
            values = {name: merged.held.value for name, merged in kept.items()}
            ticks = {name: merged.held.tick for name, merged in kept.items()}
            outcomes = [m.outcome for m in kept.values() if m.outcome is not Outcome.SAME]
            answers[at] = Answer(next(iter(outcomes), Outcome.SAME), "", values, ticks, logged=bool(applied))

    def _held(self, place: Place, op: Op) -> tuple[dict[str, Stored], dict[str, Tick]]:
        row = self.rows.get(place)
        names = op.values if row else ()
        return {name: row.values[name] for name in names}, {name: row.held(name).tick for name in names}

    def _merge(self, batch: Batch, op: Op, row: HeldRow, name: str) -> Merged:
        column, clock, value = self.catalogue.facet(op.facet).column(name), batch.clock(op), op.values[name]
        assert column is not None
        tick = Tick(clock, believed(clock.stamp, self.now_ms), op.reopens.get(name, 0))
        if op.insert and (op.facet, op.row.bytes) not in self.rows:
            return Merged(Held(value, tick, True), Outcome.APPLIED)
        before = row.held(name).value
        merged = merge(column, row.held(name), Edit(value, tick, op.bases.get(name, NEVER), op.insert))
        if merged.conflict is not None:
            lost = before if merged.held.tick.clock == clock else value
            self.journal.append(((op.facet, op.row.bytes), name, lost))
        return merged

    def _log(
        self, place: Place, row: HeldRow, applied: dict[str, Tick], batch: Batch, op: Op, *, whole: bool
    ) -> None:
        act, tick = batch.acts[op.act], next(iter(applied.values()))
        if whole:
            row.tick = tick
        for name, one in applied.items():
            if one == row.tick:
                row.ticks.pop(name, None)
            else:
                row.ticks[name] = one
        row.seq, row.user, row.verb = self.head + 1, act.user, act.verb
        values = {name: row.values[name] for name in applied}
        ticks = {name: one for name, one in applied.items() if one != tick}
        kind = EntryKind.PUT if whole else EntryKind.SET
        entry = Entry(row.seq, place[0], op.row, kind, values, tick, ticks, act.user, act.verb)
        self.log.append(Logged(entry, batch.actor))

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
        values, ticks = dict(row.values), dict(row.ticks)
        row_id = UUID(bytes=place[1])
        return Entry(row.seq, place[0], row_id, EntryKind.PUT, values, row.tick, ticks, row.user, row.verb)

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
