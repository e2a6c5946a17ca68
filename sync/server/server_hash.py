"""The server's state hash: for each school and the nation, the number that a laptop of it finds.

A row counts where it belongs (:mod:`emis_desktop.scopes`), as far as that school sees it: what it has handed
on, it does not hold any more. So a laptop that reads every class of its school has the same number.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping
from typing import Final, cast
from uuid import UUID

from sqlalchemy import Connection

from emis_desktop.rules.rights import SensitivityClass
from emis_desktop.scopes import NATION as NATION_NAME
from emis_desktop.scopes import Kind
from emis_desktop.state_hash import Stored, digests, quoted, row_number
from sync.server.access import NATION, Reach
from sync.server.model import MODEL, ServerModel, TableModel
from sync.server.raw import Raw
from sync.server.states import Key

_NATION: Final = NATION.bytes
_Values = Mapping[str, Stored]


def state_hash(connection: Connection, *, model: ServerModel = MODEL) -> dict[str, str]:
    """The hash of each scope with rows: a school's id or ``nation``; inside ``Store.read()``."""
    raw = Raw(connection)
    owners = _Owners(raw, model)
    sums: defaultdict[str, int] = defaultdict(int)
    ordered = sorted(model.tables.values(), key=lambda table: table.owner.kind is Kind.SUBJECT)
    for table in ordered:
        seen = _seen(raw, table)
        for values in _rows(raw, table):
            row = cast(bytes, values["id"])
            for school in owners.of(table, row, values):
                number = _number(table, values, seen.get(row, {}), school)
                if number is not None:
                    sums[NATION_NAME if school is None else str(UUID(bytes=school))] += number
    return digests(sums)


def _number(
    table: TableModel, values: _Values, sights: Mapping[bytes, int], school: bytes | None
) -> int | None:
    """The number of a row as that school sees it; ``None``: not at all."""
    reach = int(Reach.FULL)
    if school is not None:
        reach = max(sights.get(school, 0), sights.get(_NATION, 0))
    hidden: set[str] = set()
    if reach < Reach.FULL:
        if not reach or table.main.sensitivity is not SensitivityClass.BASIC:
            return None
        hidden = {column.name for facet in table.facets[1:] for column in facet.columns}
    parts = (
        f" {name}={quoted(value)}"
        for name, value in sorted(values.items())
        if value is not None and name not in hidden
    )
    return row_number(table.name + "".join(parts))


def _rows(raw: Raw, table: TableModel) -> Iterator[_Values]:
    columns = ", ".join(f'"{name}"' for name in table.names)
    found = raw.rows(f'SELECT {columns} FROM "{table.name}"')  # noqa: S608 - names of the model
    for row in raw.stored(table.table, table.names, found):
        yield dict(zip(table.names, row, strict=True))


def _seen(raw: Raw, table: TableModel) -> Mapping[bytes, Mapping[bytes, int]]:
    found: defaultdict[bytes, dict[bytes, int]] = defaultdict(dict)
    sql = "SELECT row_id, scope, reach FROM sight WHERE table_name = ?"
    for row, scope, reach in raw.rows(sql, (table.name,)):
        found[row][scope] = reach
    return found


class _Owners:
    """What rows belong to, in the same words as on a laptop."""

    def __init__(self, raw: Raw, model: ServerModel) -> None:
        self._raw = raw
        self._model = model
        self._people = self._schools_of_people()
        parents = {table.owner.parent for table in model.tables.values() if table.owner.parent}
        self._parents = {
            parent: dict(self._pairs(parent, "id", "institution_id")) for parent in sorted(parents)
        }
        about = self._pairs("conflict", "table_name", "row_id") if "conflict" in model.tables else ()
        self._about = set(cast(Iterable[Key], about))
        self._subjects: dict[Key, tuple[bytes, ...]] = {}

    def of(self, table: TableModel, row: bytes, values: _Values) -> tuple[bytes | None, ...]:
        """The schools of a row; ``None`` is the nation."""
        if table.owner.kind is Kind.SUBJECT:
            return self._subjects.get((str(values["table_name"]), cast(bytes, values["row_id"])), ())
        schools = self._schools(table, values)
        if (table.name, row) in self._about:
            self._subjects[table.name, row] = tuple(one for one in schools if one is not None)
        return schools

    def _schools(self, table: TableModel, values: _Values) -> tuple[bytes | None, ...]:
        owner = table.owner
        if owner.kind is Kind.NATION:
            return (None,)
        of = cast(bytes, values[owner.column])
        if owner.kind is Kind.PERSON:
            return self._people.get(of, (None,))
        return (self._parents[owner.parent].get(of),) if owner.parent else (of,)

    def _schools_of_people(self) -> Mapping[bytes, tuple[bytes | None, ...]]:
        found: defaultdict[bytes, set[bytes]] = defaultdict(set)
        enrolled: defaultdict[bytes, set[bytes]] = defaultdict(set)
        for person, school in self._pairs("enrolment", "person_id", "institution_id"):
            enrolled[person].add(school)
            found[person].add(school)
        for person, school in self._pairs("staff_position", "person_id", "institution_id"):
            found[person].add(school)
        for guardian, pupil in self._pairs("guardianship", "guardian_id", "student_id"):
            found[guardian] |= enrolled.get(pupil, set())
        return {person: tuple(sorted(schools)) for person, schools in found.items() if schools}

    def _pairs(self, table: str, *names: str) -> list[tuple[bytes, bytes]]:
        columns = ", ".join(names)
        found = self._raw.rows(f'SELECT {columns} FROM "{table}"')  # noqa: S608 - names of the model
        return cast(
            list[tuple[bytes, bytes]], list(self._raw.stored(self._model.tables[table].table, names, found))
        )
