"""Applying a batch: in one transaction, in which nobody else writes, whole acts or none of them.

Order: the answer of the same batch, if it came before; the rows it touches, read in bulk; each act merged or
parked; acts that waited for what has come now; the journal of conflicts; then who sees what, sums and log.
"""

from __future__ import annotations

import os
from collections import defaultdict
from collections.abc import Callable, Container, Iterable, Mapping, Sequence
from dataclasses import replace
from typing import Final

from sqlalchemy import Connection

from emis_desktop.erasures import GOES
from sync.collector import held_back
from sync.operations import ERASED_FACET, Ack, Act, Answer, Batch, Op, Outcome
from sync.protocol.acks import decode_ack, encode_ack
from sync.server.access import SiteRights
from sync.server.apply_check import NEWER, Checked, check_batch
from sync.server.apply_finish import TREE, finish
from sync.server.apply_merge import Merging
from sync.server.apply_write import write_rows
from sync.server.areas import nodes_over
from sync.server.authority import Authority
from sync.server.conflicts import CONFLICT, journal
from sync.server.duplicates import find_duplicates
from sync.server.invariants import check_rules
from sync.server.model import MODEL, ServerModel
from sync.server.parked import Needs
from sync.server.parked import keep as park
from sync.server.raw import Raw
from sync.server.retrying import retry
from sync.server.set_aside import keep as keep_aside
from sync.server.states import Key, RowState, States
from sync.server.verdicts import DEPENDS, MINISTRY, UNSEEN, Author

Entropy = Callable[[int], bytes]
TAG_BYTES: Final = 8
ANSWERS_MS: Final = 400 * 24 * 3_600_000
"""How long the answer to a batch is given again."""
ERASED: Final = "erased"
"""The row was erased for privacy."""


def apply_batch(
    connection: Connection,
    site: SiteRights,
    batch: Batch,
    received_ms: int,
    *,
    model: ServerModel = MODEL,
    entropy: Entropy = os.urandom,
) -> Ack:
    """Apply a batch inside ``Store.write()``; a repeated one gets the answer that it got.

    ``received_ms`` is the server's clock. Every fault of a single record is answered, never raised.
    """
    return apply_checked(connection, check_batch(model, site, batch), received_ms, entropy=entropy)


def apply_checked(
    connection: Connection,
    checked: Checked,
    received_ms: int,
    *,
    entropy: Entropy = os.urandom,
    later: bool = False,
) -> Ack:
    """The same for a batch that was looked at before the lock was taken. ``later``: it was sent long ago, so
    its author hears by the feed what became of it.
    """
    raw = Raw(connection)
    before = known_answer(raw, checked.batch.id)
    if before is not None:
        return before
    with held_back():
        ack = Applying(raw, checked, received_ms, entropy, later=later).run()
    raw.run(
        "INSERT INTO batch_result (id, site, received_at, result) VALUES (?, ?, ?, ?)",
        (checked.batch.id, checked.site.site.bytes, received_ms, encode_ack(ack)),
    )
    return ack


def known_answer(raw: Raw, batch: bytes) -> Ack | None:
    """The answer that a batch got, if it was here before."""
    found = raw.one("SELECT result FROM batch_result WHERE id = ?", (batch,))
    return None if found is None else decode_ack(found[0])


def forget_answers(connection: Connection, now_ms: int) -> int:
    """Let go of answers older than 400 days; how many."""
    return Raw(connection).run("DELETE FROM batch_result WHERE received_at < ?", (now_ms - ANSWERS_MS,))


class Applying:
    """One transaction's work on one batch."""

    def __init__(
        self, raw: Raw, checked: Checked, received_ms: int, entropy: Entropy, *, later: bool = False
    ) -> None:
        self._raw = raw
        self._checked = checked
        self._batch = checked.batch
        self._model = checked.model
        self._received_ms = received_ms
        self._tag = entropy(TAG_BYTES)
        head, clock, history = raw.rows("SELECT head, clock, history FROM server")[0]
        known = history == checked.batch.history
        self._of_this_history = known
        seen = checked.batch.cursor if known else 0
        self._author = Author(checked.site, checked.batch.actor, seen, later)
        self._states = States(raw, checked.model)
        self._merging = Merging(self._states, received_ms, head, clock)
        self._needs = Needs(checked.model)
        self._refused: set[Key] = set()
        self._answers: dict[int, Answer] = {}

    def run(self) -> Ack:
        """Apply it; what the author is told."""
        moves = any(op.facet in TREE and not op.insert for op in self._batch.ops)
        over = nodes_over(self._raw) if moves else None
        self._states.load_for([op for op in self._batch.ops if self._model.catalogue.get(op.facet)])
        authority = self._merge()
        self._tell_what_stands(authority)
        retry(self._raw, self._merging, self._author, self._received_ms)
        write_rows(self._raw, self._states, self._dirty())
        check_rules(self._raw, self._merging)
        find_duplicates(self._raw, self._merging)
        known = {key for key, state in self._states.by_facet.items() if key[0] != CONFLICT or state.is_new}
        journal(self._raw, self._merging, self._author)
        write_rows(self._raw, self._states, self._dirty(but=known))
        finish(self._raw, self._merging, self._author, self._tag, self._batch.id, self._received_ms, over)
        return Ack(self._batch.id, self._merging.first, self._tag, self._answers)

    def _sound(self, index: int) -> bool:
        return index not in self._checked.against

    def _dirty(self, but: Container[tuple[str, bytes]] = ()) -> list[RowState]:
        """What was written; without what is in ``but``."""
        return [state for key, state in self._states.by_facet.items() if state.dirty and key not in but]

    def _merge(self) -> Authority:
        by_act: defaultdict[int, list[int]] = defaultdict(list)
        gone = erased_ops(self._raw, self._model, dict(enumerate(self._batch.ops))) | self._gone_conflicts()
        for index, op in enumerate(self._batch.ops):
            reason = ERASED if index in gone else self._checked.against.get(index)
            if reason is None:
                by_act[op.act].append(index)
            else:
                self._refuse({index: reason})
        ops = self._batch.ops
        missing = self._needs.missing(
            self._raw, self._states, (ops[one] for of in by_act.values() for one in of)
        )
        authority = Authority(self._raw, self._states, self._author, self._batch.acts)
        authority.prepare(ops)
        for place in sorted(by_act):
            self._act(authority, self._batch.acts[place], by_act[place], missing)
        self._keep_newer()
        return authority

    def _gone_conflicts(self) -> set[int]:
        """Decisions of conflicts that are not there, by somebody who saw them in this very log: nothing but
        an erasure takes them away, and it leaves not even their ids.
        """
        if not self._of_this_history:
            return set()
        return {
            index
            for index, op in enumerate(self._batch.ops)
            if op.facet == CONFLICT and self._sound(index) and not op.insert
            if self._states.main(CONFLICT, op.row.bytes) is None
        }

    def _tell_what_stands(self, authority: Authority) -> None:
        """Say with each refusal what is in force, to who may see it: the author shows it again."""
        for index, answer in self._answers.items():
            op = self._batch.ops[index]
            state = self._states.by_facet.get((op.facet, op.row.bytes))
            if answer.outcome is Outcome.REFUSED and state is not None and authority.sees(state):
                names = [name for name in op.values if name in self._model.columns[op.facet]]
                values = {name: state.values.get(name) for name in names}
                ticks = {name: state.written(name).tick for name in names}
                self._answers[index] = replace(answer, values=values, ticks=ticks)

    def _act(self, authority: Authority, act: Act, indices: Sequence[int], missing: set[Key]) -> None:
        """Apply one act, or park it whole."""
        ops = {index: self._batch.ops[index] for index in indices}
        refused: dict[int, str] = {}
        self._spread(ops, refused)
        verdicts = authority.of_act(act, {index: op for index, op in ops.items() if index not in refused})
        unseen = {self._row(ops[index]) for index, one in verdicts.items() if one.reason == UNSEEN}
        against = {
            index: one.reason for index, one in verdicts.items() if one.reason and one.reason != UNSEEN
        }
        if against:
            self._refuse(against)
            refused.update(against)
            self._spread(ops, refused)
        rest = [index for index in indices if index not in refused]
        own = {self._row(ops[index]) for index in rest if ops[index].insert and self._is_main(ops[index])}
        lacks = {key for index in rest for key in self._needs.of(ops[index]) if key in missing} - own | unseen
        if lacks:
            park(
                self._raw,
                self._author,
                self._batch,
                act,
                {one: ops[one] for one in rest},
                lacks,
                self._received_ms,
            )
            self._answers.update((index, Answer(Outcome.PARKED, "missing")) for index in rest)
            return
        missing -= own
        context = self._merging.context(self._author, act)
        for index in rest:
            op = ops[index]
            facet = self._model.catalogue.facet(op.facet)
            answer = self._merging.operation(context, op, facet, verdicts[index])
            if answer is not None:
                self._answers[index] = answer

    def _is_main(self, op: Op) -> bool:
        return self._model.catalogue.facet(op.facet).main

    def _row(self, op: Op) -> Key:
        return self._model.catalogue.facet(op.facet).table.name, op.row.bytes

    def _refuse(self, refused: Mapping[int, str]) -> None:
        """Set operations aside; what needs a row that they would have made cannot be applied either."""
        kept = []
        for index, reason in refused.items():
            op = self._batch.ops[index]
            self._answers[index] = Answer(Outcome.REFUSED, reason)
            if reason == ERASED:
                continue  # kept nowhere: that is what erasing is
            act = self._batch.acts[op.act] if 0 <= op.act < len(self._batch.acts) else None
            kept.append((index, reason, act, op))
            facet = self._model.catalogue.get(op.facet)
            makes = op.insert and facet is not None and facet.main
            if makes and reason != MINISTRY and self._row(op) not in self._states.rows:
                self._refused.add(self._row(op))
        self._keep_aside(kept)

    def _keep_aside(self, kept: Sequence[tuple[int, str, Act | None, Op]]) -> None:
        site = self._author.site.site
        keep_aside(self._raw, self._batch.id, site, kept, self._received_ms, self._author.actor)

    def _spread(self, ops: Mapping[int, Op], refused: dict[int, str]) -> None:
        """Refuse what needs a row that was refused, and what needs that."""
        while self._refused:
            more = {
                index: DEPENDS
                for index, op in ops.items()
                if index not in refused and any(key in self._refused for key in self._needs.of(op))
            }
            if not more:
                return
            refused.update(more)
            self._refuse(more)

    def _keep_newer(self) -> None:
        """Fields of a later version are kept for the day when this server knows them."""
        kept = [
            (
                index,
                NEWER,
                self._batch.acts[op.act],
                replace(op, values={name: op.values[name] for name in names}),
            )
            for index, names in self._checked.newer.items()
            if self._sound(index) and not self._is_erased(index)
            for op in (self._batch.ops[index],)
        ]
        self._keep_aside(kept)

    def _is_erased(self, index: int) -> bool:
        answer = self._answers.get(index)
        return answer is not None and answer.reason == ERASED


def erased_among(raw: Raw, ids: Iterable[bytes]) -> frozenset[bytes]:
    """Which of those rows were erased for privacy."""
    if raw.one("SELECT 1 FROM erased") is None:
        return frozenset()
    return frozenset(row[0] for row in raw.among("SELECT row_id FROM erased WHERE row_id {ids}", ids))


def erased_ops(raw: Raw, model: ServerModel, ops: Mapping[int, Op]) -> set[int]:
    """Operations on what was erased, those that would tell of somebody who was, those on rows that these
    would have made, and what a laptop left of such ones.
    """
    named: dict[int, set[bytes]] = {}
    for index, op in ops.items():
        facet = model.catalogue.get(op.facet)
        columns = GOES.get(facet.table.name, ()) if facet is not None else ()
        people = {op.values.get(column) for column in columns}
        named[index] = {op.row.bytes, *(one for one in people if isinstance(one, bytes))}
    gone = erased_among(raw, {row for rows in named.values() for row in rows})
    empty = {index for index, op in ops.items() if op.facet == ERASED_FACET}
    found = {index for index, rows in named.items() if rows & gone}
    never = {ops[index].row.bytes for index in found if ops[index].insert}
    return empty | found | {index for index, op in ops.items() if op.row.bytes in never and not op.insert}
