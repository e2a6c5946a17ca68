"""What a site may hold, read row by row: for snapshots, and for repair where sums differ."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator
from typing import Final

from sqlalchemy import Connection

from sync.facets import Facet
from sync.operations import Entry
from sync.server.access import (
    ALL,
    NATION,
    OFFICE,
    SiteRights,
    classes_read,
    may_receive,
    named_people_only,
    shows,
)
from sync.server.areas import schools_under
from sync.server.log import PUT, entry, payload
from sync.server.model import ServerModel, TableModel
from sync.server.raw import Raw
from sync.server.sights import stored_sights
from sync.server.states import Key, States

_BLOCK: Final = 5_000
_FIRST: Final = b""


class Holdings:
    """The rows of one site's node, as far as its classes and its role go."""

    def __init__(self, connection: Connection, site: SiteRights, model: ServerModel) -> None:
        self._raw = Raw(connection)
        self._model = model
        self._site = site
        self._classes = {str(one) for one in classes_read(site)}
        schools = schools_under(self._raw, site.node.bytes)
        self.scopes = frozenset((*schools, site.node.bytes, NATION.bytes))

    @property
    def tables(self) -> Iterator[TableModel]:
        """The tables of which it receives rows, parents first."""
        return (
            table
            for table in self._model.tables.values()
            if self._classes
            and (may_receive(self._site, table.name) or named_people_only(self._site, table.name))
        )

    def is_open(self, facet: str) -> bool:
        """Whether it receives any rows of that facet; one that this version does not know counts as open."""
        found = self._model.catalogue.get(facet)
        if found is None:
            return True
        tables = {table.name for table in self.tables}
        return found.table.name in tables and str(found.sensitivity) in self._classes

    def told(self, facet: str, ids: Iterable[bytes]) -> set[bytes]:
        """Which of those rows the site's place was told of by the log, whatever became of them since."""
        found = self._model.catalogue.get(facet)
        if found is None:
            return set()
        named = named_people_only(self._site, found.table.name)
        if self._site.node == ALL and not named:
            return set(ids)
        sql = (
            "SELECT row_id, scope FROM change_log JOIN log_scope ON log_scope.seq = change_log.seq "
            "WHERE facet = ? AND row_id {ids}"
        )
        scopes = {OFFICE.bytes, ALL.bytes} if named else self.scopes
        return {row for row, scope in self._raw.among(sql, ids, (facet,)) if scope in scopes}

    def ids(self, table: TableModel) -> Iterator[list[bytes]]:
        """The ids of the rows of a table that the site sees, in blocks, each once, in order."""
        named = named_people_only(self._site, table.name)
        if self._site.node == ALL and not named:
            yield from self._every_id(table)
            return
        found: set[bytes] = set()
        for scope in (OFFICE.bytes,) if named else self.scopes:
            sql = "SELECT row_id FROM sight WHERE scope = ? AND table_name = ?"
            found.update(row[0] for row in self._raw.rows(sql, (scope, table.name)))
        every = sorted(found)
        for start in range(0, len(every), _BLOCK):
            yield every[start : start + _BLOCK]

    def _every_id(self, table: TableModel) -> Iterator[list[bytes]]:
        last = _FIRST
        sql = "SELECT row_id FROM row_clock WHERE facet = ? AND row_id > ? ORDER BY row_id LIMIT ?"
        while True:
            block = [row[0] for row in self._raw.rows(sql, (table.main.name, last, _BLOCK))]
            if not block:
                return
            yield block
            last = block[-1]

    def entries(self, table: TableModel, ids: Iterable[bytes]) -> Iterator[Entry]:
        """The facets of those rows that the site may hold, whole, under the number of their last change."""
        rows = list(ids)
        states = States(self._raw, self._model)
        states.load((table.name, row) for row in rows)
        visible = self.visible(table, rows, states)
        for row in rows:
            for facet in visible.get(row, ()):
                state = states.by_facet.get((facet.name, row))
                if state is None:
                    continue
                tick, ticks = state.entry_ticks()
                values = {name: state.values.get(name) for name in self._model.columns[facet.name]}
                packed = payload("", values, tick, ticks)
                yield entry(state.seq, facet.name, row, PUT, packed, state.base.user)

    def versions(self, table: TableModel, ids: Iterable[bytes]) -> dict[Key, tuple[int, str]]:
        """By facet and row: version and class of what the site may hold."""
        rows = list(ids)
        conflicts = States(self._raw, self._model)
        if table.name == "conflict":
            conflicts.load((table.name, row) for row in rows)
        visible = self.visible(table, rows, conflicts)
        wanted: defaultdict[str, list[bytes]] = defaultdict(list)
        for row, facets in visible.items():
            for facet in facets:
                wanted[facet.name].append(row)
        found: dict[Key, tuple[int, str]] = {}
        sql = "SELECT row_id, version FROM row_clock WHERE facet = ? AND row_id {ids}"
        for name, of in wanted.items():
            sensitivity = str(self._model.catalogue.facet(name).sensitivity)
            for row, version in self._raw.among(sql, of, (name,)):
                said = sensitivity
                if table.name == "conflict":
                    said = str(conflicts.rows[table.name, row]["sensitivity"])
                found[name, row] = version, said
        return found

    def visible(self, table: TableModel, ids: list[bytes], states: States) -> dict[bytes, list[Facet]]:
        """The facets of each row that the site may hold."""
        if table.name == "conflict":
            return self._visible_conflicts(table, ids, states)
        open_facets = [facet for facet in table.facets if str(facet.sensitivity) in self._classes]
        if named_people_only(self._site, table.name):
            named = stored_sights(self._raw, {table.name: ids})
            return {row: open_facets[:1] for (_, row), of in named.items() if OFFICE.bytes in of}
        if self._site.node == ALL:
            return dict.fromkeys(ids, open_facets)
        found: dict[bytes, list[Facet]] = {}
        for (_, row), sights in stored_sights(self._raw, {table.name: ids}).items():
            reach = max((sights[scope] for scope in self.scopes & sights.keys()), default=0)
            found[row] = [facet for facet in open_facets if reach and shows(reach, facet.sensitivity)]
        return found

    def _visible_conflicts(
        self, table: TableModel, ids: list[bytes], states: States
    ) -> dict[bytes, list[Facet]]:
        seen = set(ids)
        if self._site.node != ALL:
            sights = stored_sights(self._raw, {table.name: ids})
            seen = {row for (_, row), of in sights.items() if self.scopes & of.keys()}
        return {
            row: [table.main]
            for row in ids
            if row in seen and states.rows.get((table.name, row), {}).get("sensitivity") in self._classes
        }
