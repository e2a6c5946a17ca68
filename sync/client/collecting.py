"""From a part of the journal to operations: values as inserted, later edits of a field brought together."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field

from sqlalchemy import Connection

from emis_desktop.models import Merge
from emis_desktop.rules.clock import Clock, Tick
from emis_desktop.state_hash import Stored
from sync.client.clocks import Place, RowTicks, read_ticks
from sync.client.extent import Change, Extent, JournalAct
from sync.client.sql import rows
from sync.facets import Catalogue, Column, Facet
from sync.merge import reopens_after
from sync.operations import Op
from sync.protocol.ids import uuid_of

_Row = tuple[str, bytes]
_Placed = tuple[tuple[int, int, int], Op]
"""An operation after its place: act, line of the journal, facet."""


@dataclass(slots=True)
class _Edited:
    """What a part of the journal did to one field: from its first value to its last, and in which act."""

    before: Stored
    after: Stored
    act: int
    seq: int
    steps: list[tuple[Stored, Stored]] = field(default_factory=list)

    @property
    def tells(self) -> bool:
        """Whether anything is different in the end; what was undone before it was sent is not."""
        return self.before != self.after or type(self.before) is not type(self.after)


@dataclass(frozen=True, slots=True)
class _Made:
    """A row that was made there."""

    seq: int
    act: int


@dataclass(slots=True)
class Collected:
    """The acts of the journal that stay, operations in order, and the ticks they leave."""

    acts: list[JournalAct]
    ops: list[Op]
    ticks: dict[Place, RowTicks]


class Collector:
    """Makes the operations of one extent: :meth:`read`, then :meth:`collect`."""

    def __init__(self, connection: Connection, catalogue: Catalogue, extent: Extent) -> None:
        self._connection = connection
        self._catalogue = catalogue
        self._extent = extent
        self._clocks: Mapping[int, Clock] = {}
        self._ticks: dict[Place, RowTicks] = {}
        self._index: dict[int, int] = {}
        self._made: dict[_Row, _Made] = {}
        self._edited: dict[_Row, dict[str, _Edited]] = {}
        self._later: defaultdict[_Row, dict[str, Stored]] = defaultdict(dict)
        self._places = {
            facet.table.name: {
                column.name: (other, column)
                for other in catalogue.of_table(facet.table.name)
                for column in other.columns
            }
            for facet in catalogue.facets
        }

    def read(self) -> dict[int, int]:
        """Read the extent; returns, by act, the highest rank among the values that its edits replace."""
        self._read_changes()
        if self._made:
            self._read_later()
        self._read_ticks()
        replaced: dict[int, int] = {}
        for (table, row_id), fields in self._edited.items():
            for name, edited in fields.items():
                held = self._ticks.get((self._places[table][name][0].name, row_id))
                if held is not None:
                    replaced[edited.act] = max(replaced.get(edited.act, 0), held.of(name).rank)
        return replaced

    def collect(self, stamps: Mapping[int, int], actor: int) -> Collected:
        """The operations of what was read. ``stamps``: what each of its acts is stamped with on the line."""
        self._clocks = {act: Clock(stamp, actor) for act, stamp in stamps.items()}
        used = {made.act for made in self._made.values()}
        used.update(
            edited.act for fields in self._edited.values() for edited in fields.values() if edited.tells
        )
        acts = [act for act in self._extent.acts if act.seq in used or act.reading is not None]
        self._index = {act.seq: index for index, act in enumerate(acts)}
        found = self._inserts()
        found += self._updates()
        found.sort(key=lambda one: one[0])
        return Collected(acts, [op for _order, op in found], self._ticks)

    def _read_changes(self) -> None:
        for change in self._extent.changes:
            if change.table not in self._places:
                continue
            row = change.table, change.row
            if change.field is None:
                self._made[row] = _Made(change.seq, change.act)
                continue
            made = self._made.get(row)
            if made is not None:
                if made.act == change.act:
                    continue  # the insert shows the row as its act left it
                self._later[row].setdefault(change.field, change.before)
            self._note_edit(row, change)

    def _note_edit(self, row: _Row, change: Change) -> None:
        name = change.field
        found = self._places[change.table].get(name or "")
        if name is None or found is None:
            return
        fields = self._edited.setdefault(row, {})
        edited = fields.get(name)
        if edited is None:
            edited = fields[name] = _Edited(change.before, change.after, change.act, change.seq)
        edited.after, edited.act, edited.seq = change.after, change.act, change.seq
        if found[1].rule is Merge.STATE:
            edited.steps.append((change.before, change.after))

    def _read_later(self) -> None:
        """What was changed after the extent in rows made in it: the values before that are the inserted."""
        for table, row_id, name, before in rows(
            self._connection,
            'SELECT l.table_name, l.row_id, l.field, l."before" FROM change i JOIN change l '
            "ON l.table_name = i.table_name AND l.row_id = i.row_id AND l.seq > ? "
            "WHERE i.seq BETWEEN ? AND ? AND i.field IS NULL AND l.field IS NOT NULL ORDER BY l.seq",
            (self._extent.last_change, self._extent.first_change, self._extent.last_change),
        ):
            self._later[table, row_id].setdefault(name, before)

    def _inserts(self) -> list[_Placed]:
        found: list[_Placed] = []
        for table in dict.fromkeys(table for table, _row in self._made):
            facets = self._catalogue.of_table(table)
            of_facets = [(facet, [column.name for column in facet.columns]) for facet in facets]
            names = [name for _facet, own in of_facets for name in own]
            columns = ", ".join(f't."{name}"' for name in names)
            for row_id, *values in rows(
                self._connection,
                f'SELECT t.id, {columns} FROM change c JOIN "{table}" t ON t.id = c.row_id '  # noqa: S608 - model names
                "WHERE c.seq BETWEEN ? AND ? AND c.table_name = ? AND c.field IS NULL",
                (self._extent.first_change, self._extent.last_change, table),
            ):
                held = dict(zip(names, values, strict=True))
                later = self._later.get((table, row_id))
                if later:
                    held.update(later)
                made = self._made[table, row_id]
                found += self._insert(of_facets, row_id, made, held)
        return found

    def _insert(
        self,
        facets: Iterable[tuple[Facet, list[str]]],
        row_id: bytes,
        made: _Made,
        held: Mapping[str, Stored],
    ) -> Iterable[_Placed]:
        clock = self._clocks[made.act]
        row = uuid_of(row_id)
        for place, (facet, names) in enumerate(facets):
            values = {name: held[name] for name in names}
            if not facet.main and all(value is None for value in values.values()):
                continue
            self._ticks[facet.name, row_id] = RowTicks(Tick(clock, clock.stamp))
            index = self._index[made.act]
            yield (index, made.seq, place), Op(index, facet.name, row, insert=True, values=values)

    def _updates(self) -> list[_Placed]:
        groups: dict[tuple[int, Place], dict[str, _Edited]] = {}
        for (table, row_id), fields in self._edited.items():
            places = self._places[table]
            for name, edited in fields.items():
                if edited.tells:
                    group = edited.act, (places[name][0].name, row_id)
                    groups.setdefault(group, {})[name] = edited
        found: list[_Placed] = []
        for (act, place), fields in groups.items():
            op = self._update(act, place, fields, self._ticks.setdefault(place, RowTicks()))
            found.append(((op.act, max(edited.seq for edited in fields.values()), 0), op))
        return found

    def _update(self, act: int, place: Place, fields: Mapping[str, _Edited], ticks: RowTicks) -> Op:
        facet, row_id = place
        clock = self._clocks[act]
        columns = self._places[self._catalogue.facet(facet).table.name]
        bases: dict[str, Clock] = {}
        reopens: dict[str, int] = {}
        for name, edited in fields.items():
            held = ticks.of(name)
            bases[name] = held.clock
            count = _reopens(columns[name][1], held.reopens, edited.steps)
            if count:
                reopens[name] = count
            ticks.set(name, Tick(clock, clock.stamp, count))
        values = {name: edited.after for name, edited in fields.items()}
        index = self._index[act]
        return Op(index, facet, uuid_of(row_id), insert=False, values=values, bases=bases, reopens=reopens)

    def _read_ticks(self) -> None:
        """The ticks of what was there before; a row made here has those of its insert."""
        wanted: defaultdict[str, list[bytes]] = defaultdict(list)
        for (table, row_id), fields in self._edited.items():
            if (table, row_id) not in self._made:
                for facet in {self._places[table][name][0].name for name in fields}:
                    wanted[facet].append(row_id)
        for facet, row_ids in wanted.items():
            self._ticks.update(read_ticks(self._connection, facet, row_ids))


def _reopens(column: Column, count: int, steps: Iterable[tuple[Stored, Stored]]) -> int:
    for before, after in steps:
        count = reopens_after(column, before, count, after)
    return count
