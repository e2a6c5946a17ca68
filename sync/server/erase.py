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
from sync.server.apply import GOES
from sync.server.apply_finish import finish
from sync.server.apply_merge import DELETED, Merging
from sync.server.apply_sights import Visibility
from sync.server.apply_write import Finish, write_rows
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
        self._guardians: set[bytes] = set()
        self._stay = {person}
        self._head, self._clock = raw.rows("SELECT head, clock FROM server")[0]

    def blank(self, by: UUID, tag: bytes) -> None:
        """Take the person's names and everything else that tells who it is."""
        merging = Merging(self._states, self._received_ms, self._head, self._clock)
        self._end_ties(merging, by)
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

    def _end_ties(self, merging: Merging, by: UUID) -> None:
        """End guardianships, so that guardians are seen no longer where they were for this child alone; and
        take the name of the person who signs in.
        """
        ties = self._naming("guardianship", ("student_id", "guardian_id"))
        users = self._naming("user", ("person_id",))
        self._states.load([*(("guardianship", row) for row in ties), *(("user", row) for row in users)])
        for row in ties:
            state = self._states.main("guardianship", row)
            if state is not None:
                self._guardians.add(cast(bytes, state.values["guardian_id"]))
                if state.values[DELETED] is None:
                    merging.server_set(state, {DELETED: self._received_ms}, VERB, by.bytes)
        for row in users:
            state = self._states.main("user", row)
            if state is not None:
                self._stay.add(row)
                merging.server_set(state, {"name": ""}, VERB, by.bytes)
        self._guardians.discard(self._person)

    def _naming(self, table: str, columns: Iterable[str]) -> set[bytes]:
        """Rows of a table that name the person."""
        if table not in self._model.tables:
            return set()
        model = self._model.tables[table].table
        return {
            cast(bytes, row[0])
            for column in columns
            for row in self._raw.read(model, ("id",), column, (self._person,))
        }

    def remove(self, tag: bytes) -> Erased:
        """Delete what goes altogether, wherever it is kept, and tell everybody who had it."""
        self._states = States(self._raw, self._model)  # as they stand since they were blanked
        rows = self._rows()
        every = [row for ids in rows.values() for row in ids]
        first = int(self._raw.rows("SELECT head FROM server")[0][0]) + 1
        entries = self._blank_log([*every, *self._stay], first)
        operations = self._forget_operations([*every, *self._stay])
        drops = self._drops(rows)
        self._tell(drops, first, tag)
        self._delete(rows)
        self._let_guardians_go(tag[::-1])
        return Erased(len(every), entries, operations)

    def _let_guardians_go(self, tag: bytes) -> None:
        """Those whom no row names any more belong to no school: the ministry alone keeps them."""
        if not self._guardians:
            return
        states = States(self._raw, self._model)
        states.load(("person", one) for one in self._guardians)
        visibility = Visibility(self._raw, states, ALL.bytes, {})
        visibility.work_out({"person": self._guardians})
        first = int(self._raw.rows("SELECT head FROM server")[0][0]) + 1
        after = Finish(self._raw, states, visibility, tag).write([], [], first)
        if after > first:
            self._commit(first, after - first, tag)

    def _rows(self) -> dict[str, list[bytes]]:
        found: defaultdict[str, set[bytes]] = defaultdict(set)
        for name, columns in GOES.items():
            found[name].update(self._naming(name, columns))
        about = {self._person, *(row for ids in found.values() for row in ids)}
        names = ("id", "row_id", "other")
        table = self._model.tables["conflict"].table
        sql = "SELECT id, row_id, other FROM conflict"
        for row, of, other in self._raw.stored(table, names, self._raw.rows(sql)):
            if of in about or other == self._person:
                found["conflict"].add(cast(bytes, row))
        return {name: sorted(ids) for name, ids in found.items()}

    def _blank_log(self, ids: Iterable[bytes], first: int) -> int:
        """Entries about those rows; those that blank the person stay."""
        sql = "SELECT seq, row_id, payload FROM change_log WHERE row_id {ids}"
        last = self._head
        blank = [
            (ERASED, seq)
            for seq, row, payload in self._raw.among(sql, ids)
            if payload != ERASED and not (row in self._stay and last < seq < first)
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
        """Refused operations and parked acts that name those rows or the person; all snapshots."""
        count = 0
        for batch, op, body in self._raw.rows("SELECT batch, op, body FROM set_aside"):
            if any(row in bytes(body) for row in ids):
                count += self._raw.run("DELETE FROM set_aside WHERE batch = ? AND op = ?", (batch, op))
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
        self._commit(first, len(drops), tag)

    def _commit(self, first: int, count: int, tag: bytes) -> None:
        self._raw.run(
            "INSERT INTO commit_log (first, count, tag, actor, batch, received_at) "
            "VALUES (?, ?, ?, 0, NULL, ?)",
            (first, count, tag, self._received_ms),
        )
        self._raw.run("UPDATE server SET head = ?", (first + count - 1,))

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
        every = [self._person, *(row for ids in rows.values() for row in ids)]
        self._raw.many(
            "INSERT INTO erased (row_id, at) VALUES (?, ?) ON CONFLICT (row_id) DO NOTHING",
            [(row, self._received_ms) for row in every],
        )
