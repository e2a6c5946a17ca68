"""Erasing a person for privacy: an act of the server alone, which nothing undoes and nobody brings back.

What tells of the person goes from the records, the log, the journal of conflicts, parked and refused
operations and snapshots; laptops are told to forget it. Enrolments, marks and attendance stay, of a person
without a name: they are counted, and name nobody.
"""

from __future__ import annotations

import os
from collections import defaultdict
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, replace
from types import MappingProxyType
from typing import Final, cast
from uuid import UUID

from sqlalchemy import Connection

from emis_desktop.rules.rights import Role
from emis_desktop.state_hash import Stored
from sync.protocol.acks import decode_ack, encode_ack
from sync.server.access import ALL, SiteRights
from sync.server.apply_finish import finish
from sync.server.apply_merge import DELETED, Merging
from sync.server.apply_write import write_rows
from sync.server.areas import nodes_over
from sync.server.authority import Author
from sync.server.digests import Sums
from sync.server.log import DROP, ERASED
from sync.server.model import MODEL, ServerModel
from sync.server.raw import Raw
from sync.server.sights import scopes_of, stored_sights
from sync.server.states import States
from sync.server.tables import change_log, log_scope

VERB: Final = "erase"
GOES: Final[Mapping[str, tuple[str, ...]]] = MappingProxyType(
    {
        "person_contact": ("person_id",),
        "person_identity": ("person_id",),
        "person_photo": ("person_id",),
        "person_note": ("person_id",),
        "health_note": ("person_id",),
        "guardianship": ("student_id", "guardian_id"),
        "report_card": ("student_id",),
        "subject_remark": ("student_id",),
        "term_remark": ("student_id",),
    }
)
"""Tables whose rows go altogether, and the columns that name the person."""
_KEPT: Final = frozenset({"sex", "synthetic", "alias_of_id", DELETED})
_NO_VALUES: Final[Mapping[str, Stored]] = MappingProxyType({})
_NAMED: Final = frozenset({"given_names", "family_name"})


@dataclass(frozen=True, slots=True)
class Erased:
    """What was done: rows that went, entries of the log and operations that were blanked."""

    rows: int
    entries: int
    operations: int


def erase(
    connection: Connection,
    person: UUID,
    by: UUID,
    received_ms: int,
    *,
    model: ServerModel = MODEL,
    entropy: Callable[[int], bytes] = os.urandom,
) -> Erased:
    """Erase a person (inside ``Store.write()``); :class:`LookupError` when there is none of that id."""
    erasing = _Erasing(Raw(connection), model, person.bytes, received_ms)
    erasing.blank(by, entropy(8))
    return erasing.remove(entropy(8))


class _Erasing:
    """One transaction's work."""

    def __init__(self, raw: Raw, model: ServerModel, person: bytes, received_ms: int) -> None:
        self._raw = raw
        self._model = model
        self._person = person
        self._received_ms = received_ms
        self._states = States(raw, model)
        self._states.load([("person", person)])
        if self._states.main("person", person) is None:
            raise LookupError("nobody has that id")
        self._head, self._clock = raw.rows("SELECT head, clock FROM server")[0]

    def blank(self, by: UUID, tag: bytes) -> None:
        """Take the person's names and everything else that tells who it is."""
        merging = Merging(self._states, self._received_ms, self._head, self._clock)
        for facet in self._model.tables["person"].facets:
            state = self._states.by_facet.get((facet.name, self._person))
            if state is None:
                continue
            values: dict[str, Stored] = {
                name: "" if name in _NAMED else None
                for name in self._model.columns[facet.name]
                if name not in _KEPT
            }
            if facet.main:
                values[DELETED] = state.values[DELETED] or self._received_ms
            merging.server_set(state, values, VERB, by.bytes)
        write_rows(self._raw, self._states, [one for one in self._states.by_facet.values() if one.dirty])
        nobody = SiteRights(UUID(int=0), 0, 0, ALL, frozenset(), Role.SYSTEM_ADMINISTRATOR)
        finish(self._raw, merging, Author(nobody, 0, 0), tag, None, self._received_ms)

    def remove(self, tag: bytes) -> Erased:
        """Delete what goes altogether, wherever it is kept, and tell everybody who had it."""
        rows = self._rows()
        every = [row for ids in rows.values() for row in ids]
        first = int(self._raw.rows("SELECT head FROM server")[0][0]) + 1
        entries = self._blank_log([*every, self._person], first)
        operations = self._forget_operations([*every, self._person])
        drops = self._drops(rows)
        self._tell(drops, first, tag)
        self._delete(rows)
        return Erased(len(every), entries, operations)

    def _rows(self) -> dict[str, list[bytes]]:
        found: defaultdict[str, set[bytes]] = defaultdict(set)
        for name, columns in GOES.items():
            table = self._model.tables[name].table
            for column in columns:
                rows = self._raw.read(table, ("id",), column, (self._person,))
                found[name].update(cast(bytes, row[0]) for row in rows)
        about = {self._person, *(row for ids in found.values() for row in ids)}
        names = ("id", "row_id", "other")
        table = self._model.tables["conflict"].table
        sql = "SELECT id, row_id, other FROM conflict"
        for row, of, other in self._raw.stored(table, names, self._raw.rows(sql)):
            if of in about or other == self._person:
                found["conflict"].add(cast(bytes, row))
        return {name: sorted(ids) for name, ids in found.items()}

    def _blank_log(self, ids: Iterable[bytes], first: int) -> int:
        """Entries about those rows; the last, which blanks the person, stays."""
        sql = "SELECT seq, row_id, payload FROM change_log WHERE row_id {ids}"
        last = self._head
        blank = [
            (ERASED, seq)
            for seq, row, payload in self._raw.among(sql, ids)
            if payload != ERASED and not (row == self._person and last < seq < first)
        ]
        self._raw.many("UPDATE change_log SET payload = ? WHERE seq = ?", blank)
        self._strip_answers([seq for _, seq in blank])
        return len(blank)

    def _strip_answers(self, seqs: list[int]) -> None:
        """Answers to batches say what was in force: that goes, too."""
        batches: set[bytes] = set()
        for seq in seqs:
            found = self._raw.one(
                "SELECT batch FROM commit_log WHERE first <= ? ORDER BY first DESC LIMIT 1", (seq,)
            )
            if found is not None and found[0] is not None:
                batches.add(found[0])
        for batch in sorted(batches):
            kept = self._raw.one("SELECT result FROM batch_result WHERE id = ?", (batch,))
            if kept is not None:
                ack = decode_ack(kept[0])
                answers = {
                    index: replace(answer, values=_NO_VALUES, ticks={})
                    for index, answer in ack.not_applied.items()
                }
                packed = encode_ack(replace(ack, not_applied=answers))
                self._raw.run("UPDATE batch_result SET result = ? WHERE id = ?", (packed, batch))

    def _forget_operations(self, ids: list[bytes]) -> int:
        """Refused operations about those rows, and parked acts that name the person; all snapshots."""
        count = 0
        for row in ids:
            count += self._raw.run("DELETE FROM set_aside WHERE row_id = ?", (row,))
        for batch, act, body in self._raw.rows("SELECT batch, act, body FROM parked_act"):
            if any(row in bytes(body) for row in ids):
                count += self._raw.run("DELETE FROM parked_act WHERE batch = ? AND act = ?", (batch, act))
                self._raw.run("DELETE FROM parked_missing WHERE batch = ? AND act = ?", (batch, act))
        self._raw.run("DELETE FROM snapshot_part")
        self._raw.run("DELETE FROM snapshot")
        return count

    def _drops(self, rows: Mapping[str, list[bytes]]) -> list[tuple[str, str, bytes, frozenset[bytes]]]:
        """Facet, class and row of everything that goes, and the nodes that had it; the sums lose it."""
        sums = Sums(self._raw, nodes_over(self._raw))
        sights = stored_sights(self._raw, rows)
        self._states.load((name, row) for name, ids in rows.items() for row in ids)
        found = []
        for name, ids in rows.items():
            for facet in reversed(self._model.tables[name].facets):
                for row in ids:
                    state = self._states.by_facet.get((facet.name, row))
                    if state is None or state.old_version is None:
                        continue
                    sensitivity = str(facet.sensitivity)
                    if name == "conflict":
                        sensitivity = str(state.values["sensitivity"])
                    seen = sights.get((name, row), {})
                    nodes = sums.nodes(scopes_of(seen, sensitivity))
                    sums.move(facet.name, sensitivity, row, (state.old_version, nodes), None)
                    found.append((facet.name, sensitivity, row, nodes))
        sums.write()
        return found

    def _tell(self, drops: list[tuple[str, str, bytes, frozenset[bytes]]], first: int, tag: bytes) -> None:
        if not drops:
            return
        names = tuple(column.name for column in change_log.columns)
        nobody = bytes(16)
        entries = [
            (first + place, facet, sensitivity, row, DROP, 1, 0, ERASED, 0, nobody)
            for place, (facet, sensitivity, row, _) in enumerate(drops)
        ]
        scopes = [
            (node, first + place, 1) for place, (*_, nodes) in enumerate(drops) for node in sorted(nodes)
        ]
        self._raw.insert(change_log, names, entries)
        self._raw.insert(log_scope, ("scope", "seq", "granted"), scopes)
        self._raw.run(
            "INSERT INTO commit_log (first, count, tag, actor, batch, received_at) "
            "VALUES (?, ?, ?, 0, NULL, ?)",
            (first, len(drops), tag, self._received_ms),
        )
        self._raw.run("UPDATE server SET head = ?", (first + len(drops) - 1,))

    def _delete(self, rows: Mapping[str, list[bytes]]) -> None:
        for name, ids in rows.items():
            for facet in self._model.tables[name].facets:
                self._raw.many(
                    "DELETE FROM row_clock WHERE facet = ? AND row_id = ?", [(facet.name, row) for row in ids]
                )
            self._raw.many(
                "DELETE FROM sight WHERE table_name = ? AND row_id = ?", [(name, row) for row in ids]
            )
            self._raw.delete(self._model.tables[name].table, ids)
            self._raw.many(
                "INSERT INTO erased (row_id, at) VALUES (?, ?) ON CONFLICT (row_id) DO NOTHING",
                [(row, self._received_ms) for row in ids],
            )
