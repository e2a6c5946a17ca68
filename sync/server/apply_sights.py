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
from sync.server.access import HISTORY, NATION, OFFICE, Reach, about_people
from sync.server.naming import asked_about, named_at
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
_OFFICE: Final = OFFICE.bytes
_ROUNDS: Final = 12
"""How long a chain of rows that name each other is followed when one goes."""


class Visibility:
    """The sights of every row that a transaction touches, before and after."""

    def __init__(
        self,
        raw: Raw,
        states: States,
        home: bytes,
        stand_ins: Mapping[Key, Key],
        places: Mapping[bytes, Iterable[bytes]] | None = None,
    ) -> None:
        """``stand_ins``: where to look for a row that a conflict is about but that is not there. ``places``:
        where conflicts about what everybody sees belong, if not where they come from.
        """
        self._places = places or {}
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
        self._close({key for key, sights in self.after.items() if self._needs_closing(key, sights)})
        self._withdraw()
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
        parted = _parted(self._states, rows.get("person", ()))
        people |= parted
        pupils |= parted
        for person in [*pupils]:
            records = self._deriver.people.records_of(person)
            people.update(records)
            pupils.update(records)
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
            self.after[key] = self._settled(sights, self.before.get(key, {}))

    def _settled(self, derived: Sights, stored: Sights) -> Sights:
        """Sights with the home of a person of no school: where it was, else where it comes from."""
        if HOME not in derived:
            return dict(derived)
        rest = {scope: reach for scope, reach in derived.items() if scope != HOME}
        own = _own(stored) or {self._home: int(Reach.FULL)}
        return {**own, **rest}

    # Whoever sees a row sees the rows that it names.

    def _close(self, pending: set[Key]) -> None:
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
                        if reference.target == "person" and not about_people(name):
                            found[reference.target, target].add(_OFFICE)
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

    def _withdraw(self) -> None:
        """Take back what no row that is seen there names any more."""
        doubtful = self._in_doubt()
        rounds = 0
        while doubtful and rounds < _ROUNDS:
            rounds += 1
            self._derive_missing(doubtful)
            for key, scopes in doubtful.items():
                sights = self.after.get(key, {})
                for scope in scopes:
                    if sights.get(scope) == Reach.REFERENCE:
                        del sights[scope]
            named = named_at(self._raw, self._model, self.after, doubtful)
            for key, scopes in named.items():
                self.after[key].update(dict.fromkeys(scopes - self.after[key].keys(), int(Reach.REFERENCE)))
            self._close(set(named))
            gone = {
                key: scopes - self.after[key].keys()
                for key, scopes in doubtful.items()
                if key in self.after and scopes - self.after[key].keys()
            }
            doubtful = self._named_by(gone)

    def _in_doubt(self) -> dict[Key, set[bytes]]:
        """Rows at scopes that lost them, what those name, and what rows no longer name."""
        lost = {
            key: before.keys() - self.after[key].keys()
            for key, before in self.before.items()
            if key in self.after and before.keys() - self.after[key].keys()
        }
        found: defaultdict[Key, set[bytes]] = defaultdict(set)
        for key, scopes in lost.items():
            found[key] |= scopes
        for key in self.after:
            for column, target in self._left(key):
                found[column, target] |= {*self.after[key], *self.before.get(key, {}), _OFFICE}
        return dict(found)

    def _left(self, key: Key) -> Iterable[Key]:
        """The rows that a row named before this transaction, and names no longer."""
        table = self._model.tables[key[0]]
        for facet in table.facets:
            state = self._states.by_facet.get((facet.name, key[1]))
            if state is None or state.is_new or not state.old:
                continue
            for reference in table.references:
                old = state.old.get(reference.column)
                now = state.values.get(reference.column)
                if isinstance(old, bytes) and old != now and not self._is_public(reference.target):
                    yield reference.target, old

    def _named_by(self, gone: Mapping[Key, set[bytes]]) -> dict[Key, set[bytes]]:
        """What rows that went name, at the scopes where they went, as far as it is seen there only so."""
        by_table: defaultdict[str, list[bytes]] = defaultdict(list)
        for table, row in gone:
            if self._model.tables[table].references:
                by_table[table].append(row)
        named: defaultdict[Key, set[bytes]] = defaultdict(set)
        for name, ids in by_table.items():
            model = self._model.tables[name]
            names = tuple(reference.column for reference in model.references)
            for values in self._raw.read(model.table, (*names, "id"), "id", ids):
                scopes = gone[name, cast(bytes, values[-1])]
                for reference, target in zip(model.references, values, strict=False):
                    if isinstance(target, bytes) and not self._is_public(reference.target):
                        named[reference.target, target] |= scopes
        self._derive_missing(named)
        only = {
            key: {scope for scope in scopes if self.after.get(key, {}).get(scope) == Reach.REFERENCE}
            for key, scopes in named.items()
        }
        return {key: scopes for key, scopes in only.items() if scopes}

    # Conflicts are seen where their rows are.

    def _of_conflicts(self, fresh: Iterable[bytes]) -> None:
        conflicts = set(fresh)
        changed = {row for _, row in self.changed}
        # a mark that was too late once has been journalled where its item is seen
        changed |= {row for name, row in self.after if name == "mark" and self._states.is_new_row(name, row)}
        table = self._model.tables["conflict"].table
        if changed:
            conflicts.update(row[0] for row in self._raw.read(table, ("id",), "row_id", changed))  # type: ignore[misc]
        people = frozenset(row for name, row in self.changed if name == "person")
        if people:
            conflicts.update(row for row, _ in asked_about(self._raw, self._model, people))
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
            self.after[key] = self._settled(sights, self._at_home(key))

    def _at_home(self, key: Key) -> Sights:
        """Where a conflict was seen, and where it is said to belong."""
        places = self._places.get(key[1], ())
        return {**self.before.get(key, {}), **dict.fromkeys(places, int(Reach.FULL))}

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


def _parted(states: States, people: Iterable[bytes]) -> set[bytes]:
    """Whose record was merged into another, or parted from one, with that other."""
    found: set[bytes] = set()
    for row in people:
        state = states.by_facet.get(("person", row))
        if state is None or "alias_of_id" not in state.dirty:
            continue
        named = (state.values.get("alias_of_id"), state.old.get("alias_of_id"))
        others = {one for one in named if isinstance(one, bytes)}
        if others:
            found |= {row, *others}
    return found


def _own(sights: Sights) -> Sights:
    """Sights but for those that come of another row's naming it."""
    return {scope: reach for scope, reach in sights.items() if reach != Reach.REFERENCE}


def facets_there(states: States, key: Key) -> Iterable[tuple[Facet, RowState]]:
    """The facets that a row has, the main one first."""
    for facet in states.model.tables[key[0]].facets:
        state = states.by_facet.get((facet.name, key[1]))
        if state is not None:
            yield facet, state
