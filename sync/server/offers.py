"""Taking rows that a laptop still has and the server lost: joined under their own clocks and authors.

So does the journal of conflicts come back: those are the server's own words, known by their clocks, and taken
from whoever may see what they are about. Of somebody erased comes back what an erasure leaves: the row
without a name, to which marks and enrolments belong.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Final

from sqlalchemy import Connection

from emis_desktop.erasures import NAMELESS
from emis_desktop.models import Merge
from emis_desktop.rules.clock import SERVER, UNWRITTEN, Tick, believed
from emis_desktop.rules.rights import Role
from sync.facets import Facet
from sync.merge import join
from sync.operations import Act, Batch, ConflictKind, Entry, EntryKind, Held, Op, Page
from sync.server.access import DECIDED, SiteRights
from sync.server.apply import erased_ops
from sync.server.apply_check import MOST_REOPENS, RIGHT, check_batch
from sync.server.apply_finish import finish
from sync.server.apply_merge import Draft, Merging, Side
from sync.server.apply_write import write_rows
from sync.server.authority import Authority
from sync.server.conflicts import CONFLICT, journal
from sync.server.departed import Departed
from sync.server.duplicates import find_duplicates
from sync.server.erase import nameless
from sync.server.invariants import check_rules
from sync.server.log import PUT, SET, Logged, payload
from sync.server.model import ServerModel
from sync.server.named_rows import MOVED
from sync.server.parked import Needs
from sync.server.raw import Raw
from sync.server.recalled import places_of, that_may_come_back, was_shown
from sync.server.retrying import retry
from sync.server.states import UNKNOWN, Key, RowState, States, Written
from sync.server.told_before import ENROLMENT, ToldBefore
from sync.server.undecided import leave_open
from sync.server.unmet import Unmet
from sync.server.verdicts import NOT_YOURS, UNSEEN, Author, Verdict

VERB: Final = "offer"
_NO_BATCH: Final = bytes(16)
_TAG: Final = 8


@dataclass(frozen=True, slots=True)
class Taken:
    """How many facets of rows changed; and of which the site was heard although they are of somebody who has
    left it.
    """

    count: int
    departed: frozenset[Key]


def take_offers(
    connection: Connection,
    site: SiteRights,
    page: Page,
    received_ms: int,
    model: ServerModel,
    entropy: Callable[[int], bytes],
) -> Taken:
    """Join what is offered."""
    raw = Raw(connection)
    order = {facet.name: place for place, facet in enumerate(model.catalogue.facets)}
    offered = [one for one in page.entries if one.kind is EntryKind.PUT and one.facet in order]
    offered.sort(key=lambda one: (one.facet == CONFLICT, order[one.facet]))
    moving = _Taking(raw, site, received_ms, model)
    taken = moving.take_moves(offered)
    if taken:
        moving.finish(entropy(_TAG))
    taking = _Taking(raw, site, received_ms, model)  # what follows from the moves may be brought now
    taken += taking.take(offered)
    taking.unmet.hear_of([one for one in page.entries if one.kind is EntryKind.SET and one.facet in order])
    taking.finish(entropy(_TAG))
    return Taken(taken, frozenset(taking.departed))


class _Taking:
    """One transaction's work on offered rows."""

    def __init__(self, raw: Raw, site: SiteRights, received_ms: int, model: ServerModel) -> None:
        self._raw = raw
        self._model = model
        self._received_ms = received_ms
        self._author = Author(site, site.actor, 0)
        self._states = States(raw, model)
        head, clock = raw.rows("SELECT head, clock FROM server")[0]
        self._merging = Merging(self._states, received_ms, head, clock)
        self._needs = Needs(model)
        self.unmet = Unmet(raw, model, self._merging, self._author)
        self._told = ToldBefore(raw, self._states, site)
        self.departed: set[Key] = set()
        self._moved = False

    def take_moves(self, offered: Iterable[Entry]) -> int:
        """Let pupils be again at the schools of the site to which a lost history had brought them."""
        given = [one for one in offered if one.facet == ENROLMENT]
        ops, batch = _as_batch(self._author, given)
        against = check_batch(self._model, self._author.site, batch).against
        gone = erased_ops(self._raw, self._model, dict(enumerate(ops)))
        sound = [one for place, one in enumerate(given) if place not in against and place not in gone]
        missing = self._needs.missing(self._raw, self._states, ops)
        taken = 0
        for one in self._told.moves(sound):
            op = Op(0, one.facet, one.row, True, dict(one.values))
            if missing.isdisjoint(self._needs.of(op)):
                taken += self._join(one, self._facet(op))
        return taken

    def take(self, given: list[Entry]) -> int:
        """Join each entry that the site may write and whose rows are there."""
        erased = self._erased(given)
        offered = [self._without_name(one, erased.get(one.row.bytes)) for one in given]
        ops, batch = _as_batch(self._author, offered)
        words = {place for place, one in enumerate(offered) if one.facet == CONFLICT}
        against = check_batch(self._model, self._author.site, batch, returning=words).against
        gone = erased_ops(self._raw, self._model, dict(enumerate(ops)))
        gone -= {place for place, op in enumerate(ops) if self._is_lost_of(op, erased)}
        sound = {place: op for place, op in enumerate(ops) if place not in against and place not in gone}
        others = {
            place: ops[place] for place in self._writable_by_others(batch, against) if place not in gone
        }
        looked_at = [*sound.values(), *others.values()]
        self._states.load((self._facet(op).table.name, op.row.bytes) for op in looked_at)
        missing = self._needs.missing(self._raw, self._states, sound.values())
        authority = Authority(self._raw, self._states, self._author, (), returning=True)
        authority.prepare(looked_at)
        by_place = authority.of_act(batch.acts[0], sound) if ops else {}
        told = self._told.rows([offered[place] for place in sound])
        self.unmet.prepare(offered)
        taken = 0
        for place, op in sound.items():
            key = self._facet(op).table.name, op.row.bytes
            own = {key} if self._facet(op).main else set()
            lacks = {one for one in self._needs.of(op) if one in missing} - own
            if place in words:
                continue
            if by_place[place].reason or lacks:
                missing |= {key} if self._states.main(*key) is None else set()
                self._ask(offered[place], self._facet(op), by_place[place], authority, told)
                continue
            missing.discard(key)
            taken += self._take_one(offered[place], self._facet(op), by_place[place], authority.departed)
        for place, op in others.items():
            state = self._states.by_facet.get((op.facet, op.row.bytes))
            if state is not None and authority.may_ask_about(state):
                self._propose(offered[place], self._facet(op))
        told_words = [(offered[one], by_place[one]) for one in sorted(words) if one in sound]
        return taken + self._recall(told_words, authority.departed)

    def _ask(
        self, offered: Entry, facet: Facet, verdict: Verdict, authority: Authority, told: set[Key]
    ) -> None:
        """Put before whoever decides what may be lost here of a row that the site sees, or saw once."""
        key = facet.table.name, offered.row.bytes
        state = self._states.by_facet.get((facet.name, key[1]))
        sees = state is not None and authority.may_ask_about(state)
        if verdict.reason in {NOT_YOURS, UNSEEN} and (sees or key in told):
            self._propose(offered, facet)

    def _erased(self, offered: Iterable[Entry]) -> dict[bytes, int]:
        """The offered rows of somebody erased that stay without a name, and when that was."""
        rows = {one.row.bytes for one in offered if self._table(one.facet) in NAMELESS}
        return dict(self._raw.among("SELECT row_id, at FROM erased WHERE row_id {ids}", rows))

    def _without_name(self, one: Entry, at: int | None) -> Entry:
        return one if at is None else replace(one, values=nameless(self._table(one.facet), one.values, at))

    def _is_lost_of(self, op: Op, erased: Mapping[bytes, int]) -> bool:
        """Whether it is what stays of somebody erased, and the server lacks it: what it has counts."""
        if op.row.bytes not in erased or self._table(op.facet) not in NAMELESS:
            return False
        self._states.load([(self._table(op.facet), op.row.bytes)])
        return (op.facet, op.row.bytes) not in self._states.by_facet

    def _table(self, facet: str) -> str:
        return self._model.catalogue.facet(facet).table.name

    def _writable_by_others(self, batch: Batch, against: Mapping[int, str]) -> list[int]:
        """What only the role of this laptop may not write. It may be the last that holds it: so it proposes
        that to whoever decides.
        """
        lacking = [place for place, why in against.items() if why == RIGHT]
        if not lacking:
            return []
        office = replace(self._author.site, role=Role.MINISTRY_OFFICER)
        unsound = check_batch(self._model, office, batch).against
        return [place for place in lacking if place not in unsound]

    def _recall(self, offered: Sequence[tuple[Entry, Verdict]], departed: Departed) -> int:
        """Take conflicts that were journalled before, and what was decided of those that are there."""
        taken = 0
        known = self._states.by_facet
        lost = [one for one, _ in offered if (CONFLICT, one.row.bytes) not in known]
        site = self._author.site
        back = that_may_come_back(self._raw, self._states, site, lost, departed)
        for one, verdict in offered:
            facet = self._model.catalogue.facet(one.facet)
            state = known.get((CONFLICT, one.row.bytes))
            if one.row in back:
                self._take_whole(one, facet)
                places = places_of(self._raw, self._model, one.values) if site.whole_country else ()
                if places:
                    self._merging.places[one.row.bytes].update(places)
                taken += 1
            elif (CONFLICT, one.row.bytes) in known and verdict.decides:
                decided = {name: value for name, value in one.values.items() if name in DECIDED}
                taken += self._join(replace(one, values=decided), facet)
            elif state is not None and was_shown(self._raw, state, one):
                self._merging.places[one.row.bytes].add(site.node.bytes)
        return taken

    def _facet(self, op: Op) -> Facet:
        return self._model.catalogue.facet(op.facet)

    def _believed(self, tick: Tick, reopens: int = 0) -> Tick:
        """The tick as this server ranks it; what it writes from now on is later. ``reopens``: as often was it
        reopened here, which no offer raises without end.
        """
        rank = min(tick.rank, believed(tick.clock.stamp, self._received_ms))
        self._merging.clock = max(self._merging.clock, rank)
        return tick._replace(rank=rank, reopens=min(tick.reopens, reopens + MOST_REOPENS))

    def _join(self, offered: Entry, facet: Facet) -> bool:
        state = self._states.by_facet.get((facet.name, offered.row.bytes))
        if state is None:
            self._take_whole(offered, facet)
            return True
        ticks: dict[str, Tick] = {}
        for column in facet.columns:
            if column.name not in offered.values:
                continue
            before, written = state.held(column.name), state.written(column.name)
            tick = self._believed(offered.tick_of(column.name), before.tick.reopens)
            inserted = column.name not in offered.ticks
            joined = join(column, before, Held(offered.values[column.name], tick, inserted))
            if joined.tick == before.tick:
                if offered.seq:
                    self.unmet.tell(offered, state, column.name)
                continue
            by = Written(tick, offered.user.bytes, inserted, self._merging.next_seq)
            clock = offered.tick_of(column.name).clock
            asks = joined.value != before.value and (
                column.rule is Merge.GUARD
                or column.marks_deletion
                or (
                    before.value is not None
                    and self.unmet.came_between(state, column.name, clock, offered.seq)
                )
            )
            state.put(column.name, joined.value, by)
            ticks[column.name] = tick
            if asks:
                self._journal(offered, state, column.name, written, before)
        if ticks:
            values = {name: state.values[name] for name in ticks}
            self._log(state, SET, payload(VERB, values, offered.tick, ticks), offered)
        return bool(ticks)

    def _take_one(self, offered: Entry, facet: Facet, verdict: Verdict, departed: Departed) -> bool:
        """Join what the site decides; put the rest before whoever does."""
        key = facet.name, offered.row.bytes
        lacks = key not in self._states.by_facet
        left = departed.knew(departed.person_of((facet.table.name, key[1])))
        if left:
            self.departed.add(key)
        person = next((offered.values.get(column) for column in MOVED.get(facet.name, ())), None)
        self._moved = self._moved or (lacks and departed.knew(person))
        if verdict.decides:
            return self._join(offered, facet)
        if lacks and (left or facet.main):
            self._take_whole(offered, facet)
            leave_open(self._merging, self._states.by_facet[key], offered)
            self.departed.add(key)
            return True
        self._propose(offered, facet)
        return False

    def _propose(self, offered: Entry, facet: Facet) -> None:
        """What the site does not decide itself: a field that is later here than what is held is proposed. The
        clocks are the offering laptop's word alone.
        """
        table, row = facet.table.name, offered.row.bytes
        state = self._states.by_facet.get((facet.name, row)) or self._states.main(table, row)
        if state is None:
            return
        for column in facet.columns:
            if column.name not in offered.values:
                continue
            held, written = Held(None, UNWRITTEN), UNKNOWN
            if state.facet is facet:
                held, written = state.held(column.name), state.written(column.name)
            tick = self._believed(offered.tick_of(column.name))
            value = offered.values[column.name]
            joined = join(column, held, Held(value, tick, column.name not in offered.ticks))
            if joined.tick != held.tick and joined.value != held.value and not column.key:
                stands = Side(held.value, held.tick.clock, written.user)
                comes = Side(value, tick.clock, offered.user.bytes)
                kind = ConflictKind.PROPOSAL
                self._merging.drafts.append(Draft(kind, table, row, column.name, stands, comes))
            elif state.facet is facet and offered.seq:
                self.unmet.tell(offered, state, column.name)

    def _take_whole(self, offered: Entry, facet: Facet) -> None:
        state = self._states.begin(facet, offered.row.bytes)
        values = {name: offered.values.get(name) for name in self._model.columns[facet.name]}
        defaults = self._model.tables[facet.table.name].defaults
        values |= {name: defaults[name] for name in defaults if name in values and values[name] is None}
        state.values.update(values)
        seq, user = self._merging.next_seq, offered.user.bytes
        tick = self._believed(offered.tick)
        state.base = Written(tick, user, True, seq)
        ticks = {name: self._believed(one) for name, one in offered.ticks.items() if name in values}
        state.fields = {name: Written(one, user, False, seq) for name, one in ticks.items()}
        state.dirty.update(values)
        self._log(state, PUT, payload(VERB, values, tick, ticks), offered)

    def _log(self, state: RowState, kind: int, packed: bytes, offered: Entry) -> None:
        seq = state.seq = self._merging.next_seq
        row, user = offered.row.bytes, offered.user.bytes
        self._merging.log.append(Logged(seq, state.facet.name, row, kind, seq, packed, SERVER, user))

    def _journal(self, offered: Entry, state: RowState, name: str, written: Written, before: Held) -> None:
        held = Side(state.values[name], offered.tick_of(name).clock, offered.user.bytes)
        other = Side(before.value, before.tick.clock, written.user)
        table = state.facet.table.name
        self._merging.drafts.append(Draft(ConflictKind.INFO, table, state.row, name, held, other))

    def finish(self, tag: bytes) -> None:
        """Write what was taken, and what had waited for it."""
        waited = retry(self._raw, self._merging, self._author, self._received_ms)
        write_rows(self._raw, self._states, _dirty(self._states.by_facet.values()))
        if waited or self._moved:
            check_rules(self._raw, self._merging)
            find_duplicates(self._raw, self._merging)
        known = set(self._states.by_facet)
        journal(self._raw, self._merging, self._author)
        new = [state for key, state in self._states.by_facet.items() if key not in known]
        write_rows(self._raw, self._states, _dirty(new))
        finish(self._raw, self._merging, self._author, tag, None, self._received_ms)


def _dirty(states: Iterable[RowState]) -> list[RowState]:
    return [state for state in states if state.dirty]


def _as_batch(author: Author, offered: Sequence[Entry]) -> tuple[list[Op], Batch]:
    """As if somebody had made those rows: what can be said against them is the same."""
    ops = [Op(place, one.facet, one.row, True, dict(one.values)) for place, one in enumerate(offered)]
    acts = [Act(place, one.user, VERB, max(1, one.tick.clock.stamp)) for place, one in enumerate(offered)]
    return ops, Batch(_NO_BATCH, author.actor, 0, 0, b"", tuple(acts), tuple(ops))
