"""What a site sees of the rows that a batch touches, hangs on or names, read in a few questions."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from typing import Final

from emis_desktop.scopes import Kind
from emis_desktop.state_hash import Stored
from sync.operations import Op
from sync.server.access import NATION, Reach, SiteRights
from sync.server.areas import schools_under
from sync.server.named_rows import MOVED, NamedRows
from sync.server.people import busy_elsewhere
from sync.server.raw import Raw
from sync.server.states import Key, RowState, States

_NATION: Final = NATION.bytes
_PAIR: Final = ("row_id", "other")
"""The columns of an answer that name two pupils."""


class Seen:
    """The reach of rows for one site, the schools that it stands for, and what follows for people.

    ``parents``: at which school a row lies that others hang on; ``elsewhere``: who has left and is at another
    school; ``unknown``: people named by rows to be made whom nobody has sent yet: those are waited for.
    """

    def __init__(self, raw: Raw, states: States, site: SiteRights) -> None:
        self._raw = raw
        self._states = states
        self._site = site
        self.schools = frozenset[bytes]()
        self.reach: dict[Key, int] = {}
        self.parents: dict[Key, bytes | None] = {}
        self.elsewhere: set[bytes] = set()
        self.unknown: set[bytes] = set()
        self.named = NamedRows(raw, states)

    def prepare(self, ops: Sequence[Op]) -> None:
        """Read what the site sees of the rows that the operations touch or hang on."""
        self.schools = schools_under(self._raw, self._site.node.bytes)
        model = self._states.model
        touched: defaultdict[str, set[bytes]] = defaultdict(set)
        parents: defaultdict[str, set[bytes]] = defaultdict(set)
        for op in ops:
            facet = model.catalogue.get(op.facet)
            if facet is None:
                continue
            table = model.tables[facet.table.name]
            touched[table.name].add(op.row.bytes)
            if op.insert and facet.main:
                owner = op.values.get(table.owner.column)
                if isinstance(owner, bytes):
                    if table.owner.kind is Kind.PERSON:
                        touched["person"].add(owner)
                    elif table.owner.kind is Kind.SUBJECT:
                        touched["person"] |= {
                            one for one in map(op.values.get, _PAIR) if isinstance(one, bytes)
                        }
                    elif table.owner.parent:
                        parents[table.owner.parent].add(owner)
        named = self.named.of(ops)
        for target, ids in named.items():
            touched[target] |= ids
        self._read_reach(touched)
        self._read_parents(parents)
        self._read_unknown(touched["person"] - {op.row.bytes for op in ops})
        self._read_people(ops)
        self.named.hide(named, self.reach)

    def _read_unknown(self, named: set[bytes]) -> None:
        unseen = {row for row in named if ("person", row) not in self.reach}
        if unseen:
            known = self._raw.read(self._states.model.tables["person"].table, ("id",), "id", unseen)
            self.unknown = unseen - {row[0] for row in known}

    def _read_people(self, ops: Sequence[Op]) -> None:
        """Read the people whom enrolments, posts and guardianships to be made name."""
        found: set[bytes] = set()
        for op in ops:
            facet = self._states.model.catalogue.get(op.facet)
            for column in MOVED.get(facet.table.name, ()) if facet is not None and op.insert else ():
                person = op.values.get(column)
                if isinstance(person, bytes):
                    found.add(person)
        self._states.load(("person", person) for person in found)
        self._read_reach({"person": found})
        left = {person for person in found if self.reach.get(("person", person)) == Reach.KEPT}
        self.elsewhere = busy_elsewhere(self._raw, self._states.model, left, self.schools) if left else left

    def _read_reach(self, touched: Mapping[str, Iterable[bytes]]) -> None:
        sql = "SELECT row_id, scope, reach FROM sight WHERE table_name = ? AND row_id {ids}"
        mine = self.schools | {_NATION}
        for table, ids in touched.items():
            for row, scope, reach in self._raw.among(sql, ids, (table,)):
                if scope in mine:
                    theirs = Reach.REFERENCE if scope == _NATION else reach  # everybody's is nobody's
                    self.reach[table, row] = max(theirs, self.reach.get((table, row), 0))

    def _read_parents(self, parents: Mapping[str, Iterable[bytes]]) -> None:
        for name, ids in parents.items():
            table = self._states.model.tables[name].table
            for row, school in self._raw.read(table, ("id", "institution_id"), "id", ids):
                self.parents[name, row] = school  # type: ignore[index,assignment]

    def school_of(self, parent: str, row: Stored, coming: Mapping[Key, Mapping[str, Stored]]) -> Stored:
        """The school at which a row lies that others hang on; ``coming`` are rows to be made."""
        if not isinstance(row, bytes):
            return b""
        values = self._states.rows.get((parent, row)) or coming.get((parent, row))
        return self.parents.get((parent, row)) if values is None else values.get("institution_id")

    def was_told(self, state: RowState) -> bool:
        """Whether the log told the site's place of that row, whatever became of it since."""
        sql = (
            "SELECT row_id, scope FROM change_log JOIN log_scope ON log_scope.seq = change_log.seq "
            "WHERE facet = ? AND row_id {ids}"
        )
        mine = self.schools | {_NATION, self._site.node.bytes}
        return any(scope in mine for _, scope in self._raw.among(sql, [state.row], (state.facet.name,)))
