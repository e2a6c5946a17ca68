"""Which scopes see a row, and how much of it: the one place where visibility is derived.

The rules, for a school S (the policy's constants are in :mod:`sync.server.access`):

- what no school owns, and schools themselves, everybody sees;
- what a school owns it sees in full, for ever; the present schools of the pupil that it is about read it, as
  history;
- a person's present schools see the person's rows in full; those that the person has left keep name and
  numbers (of a pupil or a teacher; a guardian leaves with the child); remarks of a term stay in full with
  the school that the pupil was at then;
- *present* are the schools of the latest enrolment and of every other that is still open then (a host), of
  posts that have not ended, of the pupils whose guardian somebody is; and, while the latest enrolment ended
  in a transfer, the school that it names;
- records that were merged are one person: the schools of each see the rows of all;
- whoever sees a row sees the basic fields of the rows that it names, as long as a row that is seen names
  them; those of people whom users, classes and their subjects name go to system administrators, too;
- a conflict is seen where its row is seen, if that scope sees the class that it is about; one about what
  everybody sees, where its author is (about a school: there) and at the ministry;
- the schools that are asked whether two pupils are one see the basic fields of both;
- a person of no school is seen where the row came from.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping
from typing import Final

from emis_desktop.scopes import Kind
from sync.server.access import EVERYBODY, HISTORY, KEPT_BY_FORMER, NATION, OF_A_TERM, Reach, shows
from sync.server.model import TableModel
from sync.server.people import People, Standing
from sync.server.raw import Raw
from sync.server.states import Key, States

Sights = dict[bytes, int]
"""Reach by scope."""
_NATION: Final = NATION.bytes
_EVERYBODY: Final[Sights] = {_NATION: Reach.FULL}


class Deriver:
    """Derives the sights of rows as the database (with this transaction's writes) has them."""

    def __init__(self, raw: Raw, states: States, home: bytes) -> None:
        """``home``: the scope of a person of no school yet."""
        self._raw = raw
        self._model = states.model
        self._home = home
        self.people = People(raw, states.model)

    def derive(self, rows: Mapping[str, Iterable[bytes]]) -> dict[Key, Sights]:
        """The sights of rows, by table and ids; conflicts come with :meth:`of_conflicts`."""
        found: dict[Key, Sights] = {}
        for name, ids in rows.items():
            table = self._model.tables[name]
            if table.owner.kind is Kind.NATION or name in EVERYBODY:
                found.update(((name, row), _EVERYBODY) for row in ids)
            elif table.owner.kind is Kind.SCHOOL:
                found.update(self._of_schools(table, list(ids)))
            elif table.owner.kind is Kind.PERSON:
                found.update(self._of_people(table, list(ids)))
        return found

    def _of_schools(self, table: TableModel, ids: list[bytes]) -> dict[Key, Sights]:
        """Rows that a school owns, and the pupil whose history they are."""
        name = table.name
        pupil = HISTORY.get(name)
        owners = self._owners(table, ids)
        if pupil is None:
            return {
                (name, row): _EVERYBODY if school is None else {school: Reach.FULL}
                for row, school in owners.items()
            }
        pupils = {row[0]: row[1] for row in self._raw.read(table.table, ("id", pupil), "id", ids)}
        standings = self.people.standings({one for one in pupils.values() if isinstance(one, bytes)})
        found: dict[Key, Sights] = {}
        for row, school in owners.items():
            standing = standings[pupils[row]]  # type: ignore[index]
            sights: Sights = dict.fromkeys(standing.present, Reach.REFERENCE)
            if school is not None:
                sights[school] = Reach.FULL
            found[name, row] = sights
        return found

    def _owners(self, table: TableModel, ids: list[bytes]) -> dict[bytes, bytes | None]:
        column, parent = table.owner.column, table.owner.parent
        rows = {row[0]: row[1] for row in self._raw.read(table.table, ("id", column), "id", ids)}
        if not parent:
            return rows  # type: ignore[return-value]
        over = self._model.tables[parent].table
        named = {one for one in rows.values() if isinstance(one, bytes)}
        schools = {row[0]: row[1] for row in self._raw.read(over, ("id", "institution_id"), "id", named)}
        return {row: schools.get(one) for row, one in rows.items()}  # type: ignore[misc]

    def _of_people(self, table: TableModel, ids: list[bytes]) -> dict[Key, Sights]:
        name = table.name
        names = ("id", table.owner.column, *(("term_id",) if name in OF_A_TERM else ()))
        rows = list(self._raw.read(table.table, names, "id", ids))
        standings = self.people.standings({row[1] for row in rows if isinstance(row[1], bytes)})
        found: dict[Key, Sights] = {}
        for row in rows:
            standing = standings[row[1]]  # type: ignore[index]
            if name in OF_A_TERM:
                sights = self._of_term(standing, row[2])  # type: ignore[arg-type]
            else:
                sights = dict.fromkeys(standing.former, int(Reach.KEPT)) if name in KEPT_BY_FORMER else {}
                sights.update(dict.fromkeys(self._present(standing), int(Reach.FULL)))
            found[name, row[0]] = sights  # type: ignore[index]
        return found

    def _present(self, standing: Standing) -> Iterable[bytes]:
        return (self._home,) if standing.of_nobody else standing.present

    def _of_term(self, standing: Standing, term: bytes) -> Sights:
        there = standing.schools_in(self.people.period_of(term))
        if not there:
            return dict.fromkeys(self._present(standing), int(Reach.FULL))
        sights = dict.fromkeys(standing.present, int(Reach.REFERENCE))
        sights.update(dict.fromkeys(there, int(Reach.FULL)))
        return sights

    def of_conflicts(
        self, conflicts: Mapping[bytes, tuple[tuple[Key, ...], str]], seen: Mapping[Key, Sights]
    ) -> dict[Key, Sights]:
        """``conflicts``: the rows that each is about, and its class; ``seen``: the sights of those rows."""
        found: dict[Key, Sights] = {}
        for row, (about, sensitivity) in conflicts.items():
            sights: Sights = {}
            for key in about:
                for scope, reach in seen.get(key, {}).items():
                    sights[scope] = max(reach, sights.get(scope, 0))
            if not sights or _NATION in sights:  # not everybody's business
                table, of = about[0]
                place = of if table in EVERYBODY else self._home
                sights = {place: int(Reach.FULL)}
            found["conflict", row] = {
                scope: int(Reach.FULL) for scope, reach in sights.items() if shows(reach, sensitivity)
            }
        return found


def stored_sights(raw: Raw, rows: Mapping[str, Iterable[bytes]]) -> dict[Key, Sights]:
    """The sights of rows as they were last derived."""
    sql = "SELECT row_id, scope, reach FROM sight WHERE table_name = ? AND row_id {ids}"
    found: defaultdict[Key, Sights] = defaultdict(dict)
    for table, ids in rows.items():
        for row, scope, reach in raw.among(sql, ids, (table,)):
            found[table, row][scope] = reach
    return dict(found)


def scopes_of(sights: Sights, sensitivity: str) -> frozenset[bytes]:
    """The scopes that see fields of a class; only the nation where everybody does."""
    if shows(sights.get(_NATION, 0), sensitivity) and _NATION in sights:
        return frozenset((_NATION,))
    return frozenset(scope for scope, reach in sights.items() if shows(reach, sensitivity))
