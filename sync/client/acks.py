"""What the server made of a batch: operations have their place in its log, or another value is in force."""

from __future__ import annotations

from collections.abc import Container, Iterator, Mapping
from dataclasses import dataclass
from typing import Final

import msgspec
from sqlalchemy import Connection

from emis_desktop.rules.clock import NEVER, Tick, believed
from emis_desktop.rules.clock import Clock as WireClock
from emis_desktop.state_hash import Stored
from sync.client.clocks import Place, read_versions
from sync.client.erasing import REASON as ERASED
from sync.client.holding import Holding, missing_parent
from sync.client.outbox import freeze_all, unfrozen
from sync.client.pending import Result, rebased
from sync.client.recovery import server_ms
from sync.client.replica import Replica
from sync.client.sql import many, rows, run
from sync.client.sums import sensitivity_of, write_sums
from sync.client.versions import move_cursor
from sync.collector import held_back
from sync.digest import Differences, version_of
from sync.facets import Catalogue
from sync.operations import ERASED_FACET, Ack, Answer, Batch, Held, Op, Outcome
from sync.protocol.errors import BadMessage

_REFUSE: Final = (
    "INSERT INTO refused (batch_id, op, table_name, row_id, field, value, inserting, user_id, verb, stamp, "
    "outcome, reason, at) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)"
)
_DONE: Final = (
    "UPDATE batch SET state = 'acknowledged', acked_at = ?, first_seq = ?, last_seq = ?, result = ? "
    "WHERE seq = ?"
)
_LOGGED: Final = frozenset({Outcome.APPLIED})
_NOT_IN_FORCE: Final = frozenset({Outcome.REFUSED, Outcome.PROPOSED, Outcome.KEPT})
_KEPT_VISIBLE: Final = frozenset({Outcome.REFUSED, Outcome.PARKED})


@dataclass(frozen=True, slots=True)
class Acknowledged:
    """What an acknowledgement said: operations in all, those that another value or a decision stands against,
    those refused, those that wait at the server for a row.
    """

    ops: int = 0
    conflicts: int = 0
    refused: int = 0
    parked: int = 0


def acknowledge(replica: Replica, ack: Ack) -> Acknowledged:
    """Take over the result of a batch; nothing for one that is unknown or has its result already.

    Raises :class:`BadMessage` for answers to operations that the batch does not have.
    """
    with held_back(), replica.db.replicate() as session:
        connection = session.connection()
        found = rows(
            connection,
            "SELECT seq, reclaiming FROM batch, site "
            "WHERE batch.id = ? AND state != 'acknowledged' AND body IS NOT NULL",
            (ack.batch,),
        )
        if not found:
            return Acknowledged()
        ((seq, reclaiming),) = found
        batch = replica.pending.batch(connection, seq, ack.batch)
        if any(at >= len(batch.ops) for at in ack.not_applied):
            raise BadMessage("an answer to an operation that is not there")
        taking = _Taking(connection, replica, seq, batch, ack, reclaiming=bool(reclaiming))
        session.info["tables"].update(taking.take())
    replica.empty_log()
    return taking.counts()


class _Taking:
    """One acknowledgement inside its transaction."""

    def __init__(
        self,
        connection: Connection,
        replica: Replica,
        seq: int,
        batch: Batch,
        ack: Ack,
        *,
        reclaiming: bool,
    ) -> None:
        """``reclaiming``: the server went back in time, and not everything was compared since."""
        self._reclaiming = reclaiming
        self._connection = connection
        self._replica = replica
        self._catalogue: Catalogue = replica.catalogue
        self._seq = seq
        self._batch = batch
        self._ack = ack
        self._holding = Holding(connection, replica.plans)

    def take(self) -> set[str]:
        """Note it; returns the names of the tables whose rows are different now."""
        if unfrozen(self._connection) and self._ack.not_applied:
            freeze_all(self._connection, self._catalogue, self._replica.wall_ms())
        last = self._note_versions()
        self._mark_done(last)
        tables = self._correct() if self._ack.not_applied else set()
        self._rank()
        self._doubt()
        self._keep_refused()
        if self._tells_of_erased():
            tables |= self._replica.erase_again(self._connection)
        if last is not None:
            cursor = rows(self._connection, "SELECT cursor FROM site")[0][0]
            if cursor >= self._ack.first - 1:
                move_cursor(self._connection, last, self._ack.tag)
        return tables

    def counts(self) -> Acknowledged:
        """In numbers."""
        outcomes = [answer.outcome for answer in self._ack.not_applied.values()]
        return Acknowledged(
            len(self._batch.ops),
            sum(outcome in {Outcome.KEPT, Outcome.PROPOSED} for outcome in outcomes),
            outcomes.count(Outcome.REFUSED),
            outcomes.count(Outcome.PARKED),
        )

    def _logged(self) -> Iterator[tuple[Op, int]]:
        """The operations that have a number in the server's log."""
        seq = self._ack.first
        for at, op in enumerate(self._batch.ops):
            answer = self._ack.not_applied.get(at)
            if answer is None or answer.logged or answer.outcome in _LOGGED:
                yield op, seq
                seq += 1

    def _note_versions(self) -> int | None:
        """Give each row the version of its last operation; returns the last number in the log."""
        last: int | None = None
        newest: dict[Place, int] = {}
        for op, seq in self._logged():
            newest[op.facet, op.row.bytes] = last = seq
        sums, changed = Differences(), []
        kept = self._conflict_classes(newest)
        for place, version, seen in _versions(self._connection, newest):
            facet = self._catalogue.get(place[0])
            if facet is None or seen > newest[place]:
                continue
            now = version_of(newest[place], self._ack.tag)
            sums.move(sensitivity_of(facet, kept.get(place[1])), place[0], place[1], version, now)
            changed.append((now, *place))
        many(self._connection, "UPDATE clock SET version = ? WHERE facet = ? AND row_id = ?", changed)
        write_sums(self._connection, sums)
        return last

    def _conflict_classes(self, places: Mapping[Place, int]) -> dict[bytes, Stored]:
        return {
            row_id: found[0][0]
            for facet, row_id in places
            if facet == "conflict"
            and (found := rows(self._connection, "SELECT sensitivity FROM conflict WHERE id = ?", (row_id,)))
        }

    def _mark_done(self, last: int | None) -> None:
        logged = {op_at for op_at, answer in self._ack.not_applied.items() if not _has_number(answer)}
        lost = {
            at: tuple(answer.values)
            for at, answer in self._ack.not_applied.items()
            if _has_number(answer) and answer.values
        }
        result = msgspec.json.encode(Result(tuple(sorted(logged)), lost))
        now = self._replica.wall_ms()
        first = self._ack.first if last is not None else None
        run(self._connection, _DONE, (server_ms(self._connection, now), first, last, result, self._seq))
        run(self._connection, "UPDATE site SET sent_at = ?", (now,))

    def _correct(self) -> set[str]:
        """Show what is in force where that is something else, under what was typed since."""
        self._replica.pending.refresh(self._connection)
        answers = {
            at: answer
            for at, answer in sorted(self._ack.not_applied.items())
            if answer.values and self._catalogue.get(self._batch.ops[at].facet)
        }
        ops = [self._batch.ops[at] for at in answers]
        self._holding.load_rows((op.facet, op.row.bytes) for op in ops)
        for at, answer in answers.items():
            self._correct_op(at, answer)
        return self._holding.write()

    def _correct_op(self, at: int, answer: Answer) -> None:
        op = self._batch.ops[at]
        plan, row_id = self._replica.plans[op.facet], op.row.bytes
        facet, table = plan.facet, plan.facet.table.name
        held = self._holding.row(table, row_id)
        if held is None:
            return
        ticks = self._holding.ticks((facet.name, row_id))
        later = self._replica.pending.of(self._connection, (facet.name, row_id), (self._seq, at))
        for name, value in answer.values.items():
            column, tick = plan.columns.get(name), answer.ticks.get(name)
            if column is None or tick is None or column.key or plan.fault_of({name: value}):
                continue
            if missing_parent(self._holding, plan, row_id, {name: value}):
                continue
            shown = rebased(column, Held(value, tick), later, 0)
            if shown is not None:
                ticks.set(name, shown.tick)
                if held[name] != shown.value or type(held[name]) is not type(shown.value):
                    self._holding.change(table, row_id, name, shown.value)

    def _rank(self) -> None:
        """What left under stamps of a time to come ranks by its receipt, here as it does at the server: else
        it would be offered over what has followed it, should the server go back.
        """
        now = server_ms(self._connection, self._replica.wall_ms())
        stamps = {act.stamp for act in self._batch.acts if believed(act.stamp, now) != act.stamp}
        if not stamps:
            return
        mine = {WireClock(stamp, self._batch.actor) for stamp in stamps}
        ops = self._batch.ops
        known = {(op.facet, op.row.bytes) for op in ops if self._catalogue.get(op.facet) is not None}
        self._holding.load_rows(known)
        for place in sorted(known):
            if self._holding.look(place) is None:
                continue
            ticks = self._holding.ticks(place)
            ticks.tick = _ranked(ticks.tick, mine, now)
            ticks.fields = {name: _ranked(one, mine, now) for name, one in ticks.fields.items()}
        self._holding.write()

    def _doubt(self) -> None:
        """Where something was not taken and the answer does not say what is in force, the next comparison of
        sums must ask for the row.
        """
        doubted: dict[Place, int] = {}
        for at, answer in self._ack.not_applied.items():
            op = self._batch.ops[at]
            told = answer.values.keys() >= op.values.keys()
            stripped = answer.logged and not answer.values  # it said what was erased since
            lacks = all(tick.clock == NEVER for tick in answer.ticks.values())  # it has nothing left
            if answer.outcome in _NOT_IN_FORCE and (lacks or not told) and (stripped or not answer.logged):
                doubted[op.facet, op.row.bytes] = 0
        doubted.update((place, 0) for place in self._unlike())
        sums, kept = Differences(), self._conflict_classes(doubted)
        for place, version, _seen in _versions(self._connection, doubted):
            facet = self._catalogue.get(place[0])
            if facet is not None and version is not None:
                sums.move(sensitivity_of(facet, kept.get(place[1])), place[0], place[1], version, None)
        places = [(name, row_id) for name, row_id in doubted]
        many(self._connection, "UPDATE clock SET version = NULL WHERE facet = ? AND row_id = ?", places)
        write_sums(self._connection, sums)

    def _unlike(self) -> Iterator[Place]:
        """Rows of the batch that hold what others wrote, too; or a copy of this store, or itself before it
        was put back, under the same actor. The server may have lost that, or not have it yet, so that it does
        not hold what is here although it has the newest edit of this laptop.
        """
        if not self._reclaiming:
            return
        alone = rows(self._connection, "SELECT generation FROM site")[0][0] == 1
        self._replica.pending.refresh(self._connection)
        mine = {WireClock(act.stamp, self._batch.actor) for act in self._batch.acts}
        places = {(op.facet, op.row.bytes) for op, _seq in self._logged()}
        known = {place for place in places if self._catalogue.get(place[0]) is not None}
        self._holding.load_rows(known)
        for place in sorted(known):
            ticks = self._holding.look(place)
            if ticks is None:
                continue
            left = {ticks.tick.clock, *(one.clock for one in ticks.fields.values())} - mine - {NEVER}
            if alone:  # never copied, never put back: that actor was nobody else
                left = {clock for clock in left if clock.actor != self._batch.actor}
            if left and left - {one.clock for one in self._replica.pending.of(self._connection, place)}:
                yield place

    def _tells_of_erased(self) -> bool:
        """Whether something was typed about a person after the order to erase that person had come."""
        return any(
            answer.reason == ERASED and self._batch.ops[at].facet != ERASED_FACET
            for at, answer in self._ack.not_applied.items()
        )

    def _keep_refused(self) -> None:
        lines = []
        for at, answer in self._ack.not_applied.items():
            if answer.outcome not in _KEPT_VISIBLE:
                continue
            op = self._batch.ops[at]
            act, clock = self._batch.acts[op.act], self._batch.clock(op)
            facet = self._catalogue.get(op.facet)
            erased = answer.reason == ERASED
            if erased and op.facet == ERASED_FACET:
                continue  # it was told when the order came
            typed = {"deleted_at": None} if erased else op.values  # what it said is kept nowhere
            for name, value in typed.items():
                if value is None and op.insert and not erased:
                    continue
                what = self._batch.id, at, facet.table.name if facet else op.facet, op.row.bytes, name, value
                whose = op.insert or erased, act.user.bytes, act.verb, clock.stamp
                lines.append((*what, *whose, answer.outcome, answer.reason, self._replica.wall_ms()))
        many(self._connection, _REFUSE, lines)


def _ranked(tick: Tick, mine: Container[WireClock], now_ms: int) -> Tick:
    if tick.clock not in mine:
        return tick
    return tick._replace(rank=min(tick.rank, believed(tick.clock.stamp, now_ms)))


def _has_number(answer: Answer) -> bool:
    return answer.logged or answer.outcome in _LOGGED


def _versions(connection: Connection, of: Mapping[Place, int]) -> Iterator[tuple[Place, int | None, int]]:
    """Version and newest applied entry of each of those rows."""
    by_facet: dict[str, list[bytes]] = {}
    for facet, row_id in of:
        by_facet.setdefault(facet, []).append(row_id)
    for facet, row_ids in by_facet.items():
        for row_id, version, seq in read_versions(connection, facet, row_ids):
            yield (facet, row_id), version, seq
