"""The rows that a chunk of entries touches, read at once, changed in memory, written at once."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping

from sqlalchemy import Connection

from emis_desktop.state_hash import Stored
from sync.client.clocks import Place, RowTicks, forget_ticks, read_ticks, write_ticks
from sync.client.plans import Plan, Plans
from sync.client.sql import many, pieces, places, rows
from sync.operations import Entry

Row = tuple[str, bytes]
"""A table's name and a row's id."""


class Holding:
    """What the store holds of some rows, with what is to be written of it at the end."""

    def __init__(self, connection: Connection, plans: Plans) -> None:
        self._connection = connection
        self._plans = plans
        self._catalogue = plans.catalogue
        self._rows: dict[Row, dict[str, Stored] | None] = {}
        self._ticks: dict[Place, RowTicks] = {}
        self._there: dict[str, set[bytes]] = defaultdict(set)
        self._asked: dict[str, set[bytes]] = defaultdict(set)
        self._made: dict[Row, None] = {}
        self._changed: dict[Row, dict[str, Stored]] = {}
        self._gone: dict[Row, None] = {}
        self._touched: set[Place] = set()
        self._forgotten: set[Place] = set()
        self._written: set[str] = set()

    def load(self, entries: Iterable[Entry]) -> None:
        """Read the rows, clocks and referenced rows of entries whose facets are known."""
        ids: defaultdict[str, dict[bytes, None]] = defaultdict(dict)
        clocks: defaultdict[str, dict[bytes, None]] = defaultdict(dict)
        parents: defaultdict[str, set[bytes]] = defaultdict(set)
        for entry in entries:
            plan = self._plans.get(entry.facet)
            if plan is not None:
                row_id = entry.row.bytes
                ids[plan.facet.table.name][row_id] = None
                clocks[plan.facet.name][row_id] = None
                for name, target in plan.references.items():
                    value = entry.values.get(name)
                    if isinstance(value, bytes):
                        parents[target].add(value)
        for table, row_ids in ids.items():
            self._load_rows(table, [one for one in row_ids if (table, one) not in self._rows])
        for name, row_ids in clocks.items():
            self._ticks.update(read_ticks(self._connection, name, row_ids))
        for table, wanted in parents.items():
            self._ask(table, wanted)

    def load_rows(self, wanted: Iterable[Place]) -> None:
        """Read rows and clocks of known facets."""
        clocks: defaultdict[str, list[bytes]] = defaultdict(list)
        for facet, row_id in dict.fromkeys(wanted):
            clocks[facet].append(row_id)
        for facet, row_ids in clocks.items():
            table = self._catalogue.facet(facet).table.name
            self._load_rows(table, [one for one in row_ids if (table, one) not in self._rows])
            self._ticks.update(read_ticks(self._connection, facet, row_ids))

    def row(self, table: str, row_id: bytes) -> dict[str, Stored] | None:
        """The values of a row, ``None`` where there is none."""
        return self._rows.get((table, row_id))

    def ticks(self, place: Place) -> RowTicks:
        """The ticks of a facet of a row, to be changed in place."""
        found = self._ticks.get(place)
        if found is None:
            found = self._ticks[place] = RowTicks()
        self._touched.add(place)
        self._forgotten.discard(place)
        return found

    def look(self, place: Place) -> RowTicks | None:
        """The ticks of a facet of a row, if it has any."""
        return self._ticks.get(place)

    def there(self, table: str, row_id: bytes) -> bool:
        """Whether a referenced row is there."""
        if (table, row_id) in self._rows:
            return self._rows[table, row_id] is not None
        if row_id not in self._asked[table]:
            self._ask(table, {row_id})
        return row_id in self._there[table]

    def make(self, table: str, row_id: bytes) -> dict[str, Stored]:
        """A new row; columns of which nothing is said have their defaults."""
        values = dict(self._plans.defaults[table])
        self._rows[table, row_id] = values
        self._made[table, row_id] = None
        self._gone.pop((table, row_id), None)
        return values

    def is_made(self, table: str, row_id: bytes) -> bool:
        """Whether it is a new row, not written yet."""
        return (table, row_id) in self._made

    def change(self, table: str, row_id: bytes, name: str, value: Stored) -> None:
        """Give a row another value."""
        held = self._rows[table, row_id]
        if held is None:
            raise LookupError(f"no row in {table}")
        held[name] = value
        if (table, row_id) not in self._made:
            self._changed.setdefault((table, row_id), {})[name] = value

    def remove(self, table: str, row_id: bytes) -> None:
        """Forget a row altogether."""
        self._rows[table, row_id] = None
        self._made.pop((table, row_id), None)
        self._changed.pop((table, row_id), None)
        self._gone[table, row_id] = None

    def forget_ticks(self, place: Place) -> None:
        """Forget who wrote a facet of a row."""
        self._ticks.pop(place, None)
        self._touched.discard(place)
        self._forgotten.add(place)

    def pointed_at(self, table: str, row_id: bytes) -> bool:
        """Whether another row of this store names it."""
        self._write_rows()  # what came just before it may name it, or have named it
        for plan in self._plans.values():
            for name, target in plan.references.items():
                if target == table and rows(
                    self._connection,
                    f'SELECT 1 FROM "{plan.facet.table.name}" WHERE "{name}" = ? AND id != ? LIMIT 1',  # noqa: S608 - model names
                    (row_id, row_id),
                ):
                    return True
        return False

    def write(self) -> set[str]:
        """Write everything; returns the names of the tables that are different now."""
        self._write_rows()
        forget_ticks(self._connection, self._forgotten)
        write_ticks(self._connection, {place: self._ticks[place] for place in self._touched})
        self._touched, self._forgotten = set(), set()
        tables, self._written = self._written, set()
        return tables

    def _write_rows(self) -> None:
        self._written.update(table for table, _row_id in [*self._made, *self._changed, *self._gone])
        self._write_made()
        self._write_changed()
        for table, row_id in self._gone:
            rows(self._connection, f'DELETE FROM "{table}" WHERE id = ?', (row_id,))  # noqa: S608 - model names
        self._made, self._changed, self._gone = {}, {}, {}

    def _write_made(self) -> None:
        groups: defaultdict[tuple[str, tuple[str, ...]], list[tuple[Stored, ...]]] = defaultdict(list)
        for table, row_id in self._made:
            values = self._rows[table, row_id] or {}
            groups[table, tuple(values)].append((row_id, *values.values()))
        for (table, names), made in groups.items():
            columns = ", ".join(f'"{name}"' for name in names)
            many(
                self._connection,
                f'INSERT INTO "{table}" (id, {columns}) VALUES ({places(made[0])})',  # noqa: S608 - model names
                made,
            )

    def _write_changed(self) -> None:
        groups: defaultdict[tuple[str, tuple[str, ...]], list[tuple[Stored, ...]]] = defaultdict(list)
        for (table, row_id), values in self._changed.items():
            groups[table, tuple(values)].append((*values.values(), row_id))
        for (table, names), changed in groups.items():
            assignments = ", ".join(f'"{name}" = ?' for name in names)
            many(self._connection, f'UPDATE "{table}" SET {assignments} WHERE id = ?', changed)  # noqa: S608 - model names

    def _load_rows(self, table: str, row_ids: list[bytes]) -> None:
        names = [column.name for facet in self._catalogue.of_table(table) for column in facet.columns]
        columns = ", ".join(f'"{name}"' for name in names)
        for piece in pieces(row_ids):
            self._rows.update(dict.fromkeys((table, row_id) for row_id in piece))
            for row_id, *values in rows(
                self._connection,
                f'SELECT id, {columns} FROM "{table}" WHERE id IN ({places(piece)})',  # noqa: S608 - model names
                piece,
            ):
                self._rows[table, row_id] = dict(zip(names, values, strict=True))

    def _ask(self, table: str, row_ids: set[bytes]) -> None:
        for piece in pieces(row_ids - self._asked[table]):
            self._asked[table].update(piece)
            self._there[table].update(
                row_id
                for (row_id,) in rows(
                    self._connection,
                    f'SELECT id FROM "{table}" WHERE id IN ({places(piece)})',  # noqa: S608 - model names
                    piece,
                )
            )


def missing_parent(holding: Holding, plan: Plan, row_id: bytes, values: Mapping[str, Stored]) -> str:
    """The table of a row that ``values`` name and that is not there; empty for none."""
    for name, target in plan.references.items():
        value = values.get(name)
        if value is None or (target == plan.facet.table.name and value == row_id):
            continue
        if isinstance(value, bytes) and not holding.there(target, value):
            return target
    return ""
