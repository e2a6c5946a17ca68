"""Edits of this laptop that what comes from the server does not know yet: they are put over it again.

That is what waits, and what was acknowledged while the server's log has not been read up to there.
"""

from __future__ import annotations

from collections import OrderedDict, defaultdict
from collections.abc import Container, Iterable, Iterator
from dataclasses import dataclass
from typing import Final

import msgspec
from sqlalchemy import Connection

from emis_desktop.rules.clock import NEVER, Clock, Tick
from sync.client.clocks import Place
from sync.client.outbox import body_of
from sync.client.sql import rows
from sync.facets import Column
from sync.merge import merge
from sync.operations import Batch, Edit, Held, Op
from sync.protocol.batches import decode_batch

_AT_HAND: Final = 2
"""Decoded batches kept at hand; a large one takes tens of megabytes."""
_RELEVANT = (
    "SELECT seq, state, first_seq, result FROM batch WHERE body IS NOT NULL AND "
    "(state != 'acknowledged' OR last_seq > (SELECT cursor FROM site)) ORDER BY seq"
)


class Result(msgspec.Struct, frozen=True, array_like=True):
    """What is remembered of an acknowledgement: operations without a number in the log, fields of others that
    were not applied.
    """

    unlogged: tuple[int, ...] = ()
    lost: dict[int, tuple[str, ...]] = {}


@dataclass(frozen=True, slots=True)
class _Known:
    """A batch whose edits count: where the log has its operations, once the server has it."""

    state: str
    first_seq: int | None
    result: Result

    def log_seq(self, op: int) -> int | None:
        """The number of an operation in the log; ``None``: the server has not answered. 0: it has none."""
        if self.state != "acknowledged":
            return None
        if self.first_seq is None or op in self.result.unlogged:
            return 0
        return self.first_seq + op - sum(1 for other in self.result.unlogged if other < op)


@dataclass(frozen=True, slots=True)
class PendingOp:
    """An operation of this laptop; ``log_seq`` its number in the log (0: it got none), once acknowledged."""

    batch: int
    op: Op
    clock: Clock
    log_seq: int | None
    lost: Container[str]

    def edit(self, name: str) -> Edit:
        """What it writes into one field."""
        op = self.op
        tick = Tick(self.clock, self.clock.stamp, op.reopens.get(name, 0))
        return Edit(op.values[name], tick, op.bases.get(name, NEVER), op.insert)


class Pending:
    """All of them, by row. It is kept between transactions and brought up to date at the start of each."""

    def __init__(self) -> None:
        self._known: dict[int, _Known] = {}
        self._index: defaultdict[Place, list[tuple[int, int]]] = defaultdict(list)
        self._bodies: OrderedDict[int, Batch] = OrderedDict()
        self._ops: dict[tuple[int, int], tuple[Op, Clock]] = {}

    def refresh(self, connection: Connection) -> None:
        """Learn what was frozen, acknowledged or passed since."""
        now = {
            seq: _Known(state, first, _RESULTS.decode(result) if result else Result())
            for seq, state, first, result in rows(connection, _RELEVANT)
        }
        if self._known.keys() - now.keys():
            gone = self._known.keys() - now.keys()
            for place in list(self._index):
                left = [one for one in self._index[place] if one[0] not in gone]
                if left:
                    self._index[place] = left
                else:
                    del self._index[place]
        for seq in self._bodies.keys() - now.keys():
            del self._bodies[seq]
        for seq in sorted(now.keys() - self._known.keys()):
            for at, op in enumerate(self.batch(connection, seq).ops):
                self._index[op.facet, op.row.bytes].append((seq, at))
        self._known = now

    def fetch(self, connection: Connection, places: Iterable[Place]) -> None:
        """Have the edits of these rows at hand, each batch decoded once, instead of any asked for before."""
        wanted: defaultdict[int, list[int]] = defaultdict(list)
        for place in places:
            for seq, at in self._index.get(place, ()):
                wanted[seq].append(at)
        self._ops.clear()
        for seq, ops in wanted.items():
            batch = self.batch(connection, seq)
            self._ops.update(((seq, at), (batch.ops[at], batch.clock(batch.ops[at]))) for at in ops)

    def of(self, connection: Connection, place: Place, after: tuple[int, int] = (0, 0)) -> list[PendingOp]:
        """The edits of one facet of a row, oldest first, that were made ``after`` that operation (the batch's
        number here and the operation's in it).
        """
        found = []
        for seq, at in self._index.get(place, ()):
            if (seq, at) > after:
                known, (op, clock) = self._known[seq], self._op(connection, seq, at)
                lost = known.result.lost.get(at, ())
                found.append(PendingOp(seq, op, clock, known.log_seq(at), lost))
        return found

    def waits(self, place: Place) -> bool:
        """Whether an edit of it has not been acknowledged."""
        return any(self._known[seq].state != "acknowledged" for seq, _at in self._index.get(place, ()))

    def places(self) -> Iterator[Place]:
        """Every facet of a row that has such an edit."""
        return iter(self._index)

    def batch(self, connection: Connection, seq: int, named: bytes | None = None) -> Batch:
        """A batch that has its body; :class:`LookupError` for another. The last few stay at hand.

        ``named``: its id, where it is known; one that was rolled back may have had its number before.
        """
        found = self._bodies.get(seq)
        if found is None or named not in {None, found.id}:
            body = body_of(connection, seq)
            if body is None:
                raise LookupError(f"batch {seq} has no body")
            found = decode_batch(body)
            self.know(seq, found)
        self._bodies.move_to_end(seq)
        return found

    def know(self, seq: int, batch: Batch) -> None:
        """Have a batch of the store at hand."""
        self._bodies[seq] = batch
        while len(self._bodies) > _AT_HAND:
            self._bodies.popitem(last=False)

    def _op(self, connection: Connection, seq: int, at: int) -> tuple[Op, Clock]:
        at_hand = self._ops.get((seq, at))
        if at_hand is None:
            batch = self.batch(connection, seq)
            at_hand = batch.ops[at], batch.clock(batch.ops[at])
        return at_hand


def rebased(column: Column, server: Held, own: list[PendingOp], seq: int) -> Held | None:
    """What is shown of a field of which the server's log says ``server`` at ``seq``.

    ``None``: what is shown already, because an own edit stands later in the log. It is the same merge that
    the server makes, edit after edit, so that the laptop shows now what the server will say.
    """
    held = server
    for one in own:
        if column.name not in one.op.values:
            continue
        if one.log_seq is None:
            held = merge(column, held, one.edit(column.name)).held
        elif one.log_seq > seq and column.name not in one.lost:
            return None
    return held


_RESULTS = msgspec.json.Decoder(Result)
