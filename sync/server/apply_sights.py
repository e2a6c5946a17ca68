"""After a transaction's rows are written: who sees them now, who gains or loses which of them.

A gain is told by a ``put`` of the whole facet, a loss by a ``drop``; both are numbered after the operations
and go to single nodes. The version of a row does not change by either.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping
from typing import Final, cast

from emis_desktop.scopes import Kind
from sync.facets import Facet
from sync.operations import ConflictKind
from sync.server.access import HISTORY, NATION, Reach
from sync.server.raw import Raw
from sync.server.sights import Deriver, Sights, stored_sights
from sync.server.states import Key, RowState, States

HOME: Final = b""
"""Stands for the scope that a person of no school came from, while sights are derived."""
MOVERS: Final[Mapping[str, str]] = {
    "enrolment": "person_id",
    "staff_position": "person_id",
    "guardianship": "student_id",
}
"""Tables that decide where a person is, and the column that names the person."""
_NATION: Final = NATION.bytes


class Visibility:
    """The sights of every row that a transaction touches, before and after."""

    def __init__(self, raw: Raw, states: States, home: bytes, stand_ins: Mapping[Key, Key]) -> None:
        """``stand_ins``: where to look for a row that a conflict is about but that is not there."""
        self._raw = raw
        self._states = states
        self._model = states.model
        self._home = home
        self._stand_ins = stand_ins
        self._deriver = Deriver(raw, states, HOME)
        self.before: dict[Key, Sights] = {}
        self.after: dict[Key, Sights] = {}

    def work_out(self, touched: Mapping[str, Iterable[bytes]]) -> None:
        """Find the sights of the rows touched, and of all others whose sights follow."""
        rows: defaultdict[str, set[bytes]] = defaultdict(set)
        for table, ids in touched.items():
            rows[table].update(ids)
        self._gather(rows, self._moved(rows))
        conflicts = rows.pop("conflict", set())
        self._derive(rows)
        self._close()
        if "conflict" in self._model.tables:
            self._of_conflicts(conflicts)

    @property
    def changed(self) -> list[Key]:
        """Rows that were there and are seen by others than before."""
        return [
            key
            for key, sights in self.after.items()
            if self.before.get(key) != sights and not self._states.is_new_row(*key)
        ]

    def _moved(self, rows: Mapping[str, set[bytes]]) -> set[bytes]:
        """The people who are seen by others than before."""
        people: set[bytes] = set()
        pupils: set[bytes] = set()
        for table, column in MOVERS.items():
            for row in rows.get(table, ()):
                values = self._states.rows[table, row]
                person = cast(bytes, values[column])
                people.add(person)
                pupils.add(person)
                guardian = values.get("guardian_id")
                if isinstance(guardian, bytes):
                    people.add(guardian)
        people |= self._deriver.people.guardians(pupils)
        known = {person for person in people if not self._states.is_new_row("person", person)}
        if not known:
            return set()
        stored = stored_sights(self._raw, {"person": known})
        derived = self._deriver.derive({"person": known})
        return {
            person
            for person in known
            if _own(self._settled(derived.get(("person", person), {}), stored.get(("person", person), {})))
            != _own(stored.get(("person", person), {}))
        }

    def _gather(self, rows: defaultdict[str, set[bytes]], people: set[bytes]) -> None:
        """Add everything that is of those people."""
        if not people:
            return
        for name, table in self._model.tables.items():
            column = HISTORY.get(name)
            if column is None and table.owner.kind is Kind.PERSON:
                column = table.owner.column
            if column is not None:
                rows[name].update(row[0] for row in self._raw.read(table.table, ("id",), column, people))  # type: ignore[misc]

    def _derive(self, rows: Mapping[str, Iterable[bytes]]) -> None:
        old = {
            table: [row for row in ids if not self._states.is_new_row(table, row)]
            for table, ids in rows.items()
        }
        self.before.update(stored_sights(self._raw, old))
        for key, sights in self._deriver.derive(rows).items():
            stored = self.before.get(key, {})
            self.after[key] = self._settled(sights, stored)
            if key[0] not in HISTORY:
                self._keep_references(key, stored)

    def _settled(self, derived: Sights, stored: Sights) -> Sights:
        """Sights with the home of a person of no school: where it was, else where it comes from."""
        if HOME not in derived:
            return dict(derived)
        rest = {scope: reach for scope, reach in derived.items() if scope != HOME}
        own = _own(stored) or {self._home: int(Reach.FULL)}
        return {**own, **rest}

    def _keep_references(self, key: Key, stored: Sights) -> None:
        """What was once named by a row stays seen where that row is."""
        sights = self.after[key]
        for scope, reach in stored.items():
            if reach == Reach.REFERENCE and scope not in sights:
                sights[scope] = int(Reach.REFERENCE)

    # Whoever sees a row sees the rows that it names.

    def _close(self) -> None:
        pending = {key for key, sights in self.after.items() if self._needs_closing(key, sights)}
        while pending:
            wanted = self._wanted(pending)
            self._derive_missing(wanted)
            pending = set()
            for key, scopes in wanted.items():
                sights = self.after.get(key)
                if sights is None or _NATION in sights:
                    continue
                fresh = scopes - sights.keys()
                if fresh:
                    sights.update(dict.fromkeys(fresh, int(Reach.REFERENCE)))
                    pending.add(key)

    def _needs_closing(self, key: Key, sights: Sights) -> bool:
        if self.before.get(key) != sights:
            return True
        table = self._model.tables[key[0]]
        names = {reference.column for reference in table.references}
        return any(
            names & state.dirty
            for facet in table.facets
            if (state := self._states.by_facet.get((facet.name, key[1]))) is not None
        )

    def _wanted(self, keys: Iterable[Key]) -> dict[Key, set[bytes]]:
        """The rows that those name, and the scopes that must see them."""
        by_table: defaultdict[str, list[bytes]] = defaultdict(list)
        for table, row in keys:
            if self._model.tables[table].references:
                by_table[table].append(row)
        found: defaultdict[Key, set[bytes]] = defaultdict(set)
        for name, ids in by_table.items():
            table_model = self._model.tables[name]
            names = tuple(reference.column for reference in table_model.references)
            for values in self._raw.read(table_model.table, (*names, "id"), "id", ids):
                scopes = self.after[name, values[-1]].keys()  # type: ignore[index]
                for reference, target in zip(table_model.references, values, strict=False):
                    if isinstance(target, bytes) and not self._is_public(reference.target):
                        found[reference.target, target].update(scopes)
        return found

    def _is_public(self, table: str) -> bool:
        return table == "institution" or self._model.tables[table].owner.kind is Kind.NATION

    def _derive_missing(self, wanted: Iterable[Key]) -> None:
        """Rows that are only named keep the sights that they had."""
        missing: defaultdict[str, set[bytes]] = defaultdict(set)
        for table, row in wanted:
            if (table, row) not in self.after:
                missing[table].add(row)
        for key, sights in stored_sights(self._raw, missing).items():
            self.before[key] = sights
            self.after[key] = dict(sights)

    # Conflicts are seen where their rows are.

    def _of_conflicts(self, fresh: Iterable[bytes]) -> None:
        conflicts = set(fresh)
        changed = {row for _, row in self.changed}
        table = self._model.tables["conflict"].table
        if changed:
            conflicts.update(row[0] for row in self._raw.read(table, ("id",), "row_id", changed))  # type: ignore[misc]
        if not conflicts:
            return
        about = self._subjects(conflicts)
        unknown: defaultdict[str, set[bytes]] = defaultdict(set)
        for keys, _ in about.values():
            for key in keys:
                if key not in self.after:
                    unknown[key[0]].add(key[1])
        seen = {**stored_sights(self._raw, unknown), **self.after}
        for keys, _ in about.values():
            if len(keys) > 1:
                self._show_each_other(keys, seen)
        old = [row for row in conflicts if not self._states.is_new_row("conflict", row)]
        self.before.update(stored_sights(self._raw, {"conflict": old}))
        for key, sights in self._deriver.of_conflicts(about, seen).items():
            self.after[key] = self._settled(sights, self.before.get(key, {}))

    def _subjects(self, conflicts: Iterable[bytes]) -> dict[bytes, tuple[tuple[Key, ...], str]]:
        """The rows that conflicts are about (two that may be one pupil), and the class."""
        table = self._model.tables["conflict"].table
        names = ("id", "table_name", "row_id", "sensitivity", "kind", "other")
        found: dict[bytes, tuple[tuple[Key, ...], str]] = {}
        for row, name, of, sensitivity, kind, other in self._raw.read(table, names, "id", conflicts):
            key = cast(Key, (name, of))
            keys: tuple[Key, ...] = (self._stand_ins.get(key, key),)
            if kind == ConflictKind.DUPLICATE and isinstance(other, bytes):
                keys += ((key[0], other),)
            found[cast(bytes, row)] = keys, cast(str, sensitivity)
        return found

    def _show_each_other(self, keys: tuple[Key, ...], seen: dict[Key, Sights]) -> None:
        """Schools that are asked whether two pupils are one see the basic fields of both."""
        scopes = {scope for key in keys for scope in seen.get(key, ())}
        for key in keys:
            before = seen.get(key, {})
            if scopes - before.keys():
                self.before.setdefault(key, dict(before))
                sights = self.after[key] = {**dict.fromkeys(scopes, int(Reach.REFERENCE)), **before}
                seen[key] = sights


def _own(sights: Sights) -> Sights:
    """Sights but for those that come of another row's naming it."""
    return {scope: reach for scope, reach in sights.items() if reach != Reach.REFERENCE}


def facets_there(states: States, key: Key) -> Iterable[tuple[Facet, RowState]]:
    """The facets that a row has, the main one first."""
    for facet in states.model.tables[key[0]].facets:
        state = states.by_facet.get((facet.name, key[1]))
        if state is not None:
            yield facet, state
