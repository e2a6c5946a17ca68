"""What the server keeps beside the records, of rows that are erased: log, answers, refused and waiting
operations, bytes on their way, snapshots, and the salts by which the audit's hashes could be guessed.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Container, Iterable, Iterator, Mapping
from dataclasses import replace
from types import MappingProxyType
from typing import Any, Final

import msgspec

from emis_desktop.rules.clock import SERVER
from emis_desktop.state_hash import Stored
from sync.operations import Ack, Answer
from sync.protocol.acks import decode_ack, encode_ack
from sync.server.kept_ops import unpack_ops
from sync.server.log import DROP, ERASED, entry
from sync.server.raw import Raw
from sync.server.uploads import BATCH

Acts = Mapping[bytes, frozenset[int]]
"""Acts by the batch they came in."""
_NO_VALUES: Final[Mapping[str, Stored]] = MappingProxyType({})
_PAGE: Final = 5_000


class Forgetting:
    """One transaction's work on the rows ``ids``, whichever of them a thing names."""

    def __init__(self, raw: Raw, ids: Iterable[bytes]) -> None:
        self._raw = raw
        self._ids = sorted(set(ids))
        self._words: set[Stored] = set()
        self._acts: defaultdict[bytes, set[int]] = defaultdict(set)

    @property
    def acts(self) -> Acts:
        """The acts whose salts went."""
        return {batch: frozenset(acts) for batch, acts in self._acts.items() if acts}

    def blank_log(self, stay: Container[bytes], since: int, upto: int) -> int:
        """Take what entries about those rows say, and let nobody hear of them any more; how many. Entries
        numbered ``since`` to ``upto`` about rows that ``stay`` are those that blank them.
        """
        sql = "SELECT seq, facet, row_id, kind, payload, user_id FROM change_log WHERE row_id {ids}"
        blanked: list[int] = []
        for seq, facet, row, kind, payload, user in list(self._raw.among(sql, self._ids)):
            if kind == DROP or payload == ERASED or (row in stay and since <= seq <= upto):
                continue
            found = entry(seq, facet, row, kind, payload, user)
            self._words.update(one for one in found.values.values() if isinstance(one, str | bytes) and one)
            ticks = (found.tick, *found.ticks.values())
            self._note_acts(seq, {tick.clock.stamp for tick in ticks if tick.clock.actor != SERVER})
            blanked.append(seq)
        self._raw.many(
            "UPDATE change_log SET payload = ?, granted = 1 WHERE seq = ?", [(ERASED, seq) for seq in blanked]
        )
        self._raw.many("DELETE FROM log_scope WHERE seq = ?", [(seq,) for seq in blanked])
        return len(blanked)

    def drop_conflicts(self, conflicts: Iterable[bytes]) -> None:
        """Take conflicts out of the log altogether: the id of one is made of what it says."""
        sql = "SELECT seq FROM change_log WHERE row_id {ids}"
        seqs = [(row[0],) for row in self._raw.among(sql, conflicts)]
        self._raw.many("DELETE FROM log_scope WHERE seq = ?", seqs)
        self._raw.many("DELETE FROM change_log WHERE seq = ?", seqs)

    def drop_operations(self) -> int:
        """Refused operations and waiting acts that name those rows; how many."""
        count = 0
        for batch, op, body in self._naming("SELECT batch, op, body FROM set_aside"):
            act, _ = unpack_ops(body)
            if act is not None:
                self._acts[batch].add(act.index)
            count += self._raw.run("DELETE FROM set_aside WHERE batch = ? AND op = ?", (batch, op))
        for batch, act_index, _body in self._naming("SELECT batch, act, body FROM parked_act"):
            self._acts[batch].add(act_index)
            place = batch, act_index
            count += self._raw.run("DELETE FROM parked_act WHERE batch = ? AND act = ?", place)
            self._raw.run("DELETE FROM parked_missing WHERE batch = ? AND act = ?", place)
        return count

    def _naming(self, sql: str) -> Iterator[tuple[bytes, int, bytes]]:
        for batch, number, body in self._raw.rows(sql):
            if any(row in bytes(body) for row in self._ids):
                yield bytes(batch), int(number), bytes(body)

    def drop_bytes(self) -> None:
        """Snapshots, and batches on their way: nobody sees who is in them. They are made, and sent, again."""
        self._raw.run(
            "DELETE FROM upload_part WHERE upload_id IN (SELECT id FROM upload WHERE purpose = ?)", (BATCH,)
        )
        self._raw.run("DELETE FROM upload WHERE purpose = ?", (BATCH,))
        self._raw.run("DELETE FROM snapshot_part")
        self._raw.run("DELETE FROM snapshot")

    def strip_answers(self) -> int:
        """Answers to batches say what was in force: where it is anything that the log had of those rows, it
        goes; how many. Who asks again compares the row.
        """
        after, count = b"", 0
        while page := self._raw.rows(
            "SELECT id, result FROM batch_result WHERE id > ? ORDER BY id LIMIT ?", (after, _PAGE)
        ):
            after = bytes(page[-1][0])
            changed = [
                (encode_ack(_stripped(ack)), bytes(batch))
                for batch, result in page
                for ack in (decode_ack(bytes(result)),)
                if any(_says(answer, self._words) for answer in ack.not_applied.values())
            ]
            self._raw.many("UPDATE batch_result SET result = ? WHERE id = ?", changed)
            count += len(changed)
        return count

    def empty_salts(self) -> None:
        """Take the salts of the acts that wrote any of it: the hashes stay, and nobody can try names on them.
        The audit's digests are not over the salts.
        """
        empty_salts(self._raw, {(batch, act) for batch, acts in self._acts.items() for act in acts})

    def _note_acts(self, seq: int, stamps: set[int]) -> None:
        """The acts of those stamps, in the batch that the entry came with."""
        found = self._raw.one(
            "SELECT batch FROM commit_log WHERE first <= ? ORDER BY first DESC LIMIT 1", (seq,)
        )
        if found is None or found[0] is None or not stamps:
            return
        batch = bytes(found[0])
        sql = "SELECT act, stamp FROM audit WHERE batch = ? AND payload IS NOT NULL"
        self._acts[batch].update(act for act, stamp in self._raw.rows(sql, (batch,)) if stamp in stamps)


def empty_salts(raw: Raw, acts: Iterable[tuple[bytes, int]]) -> None:
    """Leave the audit no salt of those acts (batch and number)."""
    raw.many("UPDATE audit SET salt = NULL WHERE batch = ? AND act = ?", sorted(acts))


def _says(answer: Answer, words: Container[Stored]) -> bool:
    return any(value in words for value in answer.values.values())


def _stripped(ack: Ack) -> Ack:
    answers = {
        index: replace(answer, values=_NO_VALUES, ticks={}) for index, answer in ack.not_applied.items()
    }
    return replace(ack, not_applied=answers)


def told_acts(acts: Acts) -> list[list[Any]]:
    """Acts as a line of the ledger has them."""
    return [[batch.hex(), sorted(of)] for batch, of in sorted(acts.items())]


def read_acts(told: Any) -> set[tuple[bytes, int]]:  # noqa: ANN401 - as JSON has it
    """Batch and number of each act in such a line."""
    found = msgspec.convert(told, list[tuple[str, list[int]]])
    return {(bytes.fromhex(batch), act) for batch, acts in found for act in acts}
