"""Rows as they stand while a batch is applied: values, who wrote each field and when, read in bulk."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from typing import Final, NamedTuple, cast

import msgspec

from emis_desktop.rules.clock import UNWRITTEN, Clock, Tick
from emis_desktop.state_hash import Stored
from sync.facets import Facet
from sync.operations import Held, Op
from sync.server.model import ServerModel
from sync.server.raw import Raw

Key = tuple[str, bytes]
"""Name of a facet or a table, and the id of a row."""
NOBODY: Final = bytes(16)

_READ: Final = (
    "SELECT row_id, stamp, actor, rank, reopens, user_id, seq, version, fields "
    "FROM row_clock WHERE facet = ? AND row_id {ids}"
)
_Packed = dict[str, tuple[int, int, int, int, bytes, bool, int]]
_DECODER: Final = msgspec.msgpack.Decoder(_Packed)
_ENCODE: Final = msgspec.msgpack.Encoder().encode


class Written(NamedTuple):
    """Who wrote a field: its tick, the user's id, whether by inserting the row, the number in the log."""

    tick: Tick
    user: bytes
    inserted: bool
    seq: int


UNKNOWN: Final = Written(UNWRITTEN, NOBODY, True, 0)


class RowState:
    """A facet of a row. ``values`` are those of the whole row, shared by its facets.

    ``seq`` and ``version`` are of the last change; ``old_version`` is what stands in the digests (``None``:
    nothing yet). ``dirty``: columns to write; ``old``: what stood in them before.
    """

    __slots__ = ("base", "dirty", "facet", "fields", "is_new", "old", "old_version", "row", "seq", "values")

    def __init__(self, facet: Facet, row: bytes, values: dict[str, Stored]) -> None:
        self.facet = facet
        self.row = row
        self.values = values
        self.base = UNKNOWN
        self.fields: dict[str, Written] = {}
        self.seq = 0
        self.old_version: int | None = None
        self.is_new = True
        self.dirty: set[str] = set()
        self.old: dict[str, Stored] = {}

    def written(self, name: str) -> Written:
        """Who wrote a field."""
        return self.fields.get(name, self.base)

    def held(self, name: str) -> Held:
        """A field as it stands."""
        by = self.fields.get(name, self.base)
        return Held(self.values.get(name), by.tick, by.inserted)

    def put(self, name: str, value: Stored, by: Written) -> None:
        """Let a field have another value, or another author."""
        self.old.setdefault(name, self.values.get(name))
        self.values[name] = value
        self.fields[name] = by
        self.dirty.add(name)

    def packed_fields(self) -> bytes | None:
        """The fields written since the row was, as they are kept."""
        return pack_fields(self.fields)

    def entry_ticks(self) -> tuple[Tick, dict[str, Tick]]:
        """The tick of the facet, and those of fields that differ: what goes with all its values."""
        return self.base.tick, {name: by.tick for name, by in self.fields.items()}


def pack_fields(fields: Mapping[str, Written]) -> bytes | None:
    """Who wrote single fields, as bytes; ``None`` for none."""
    if not fields:
        return None
    return _ENCODE(
        {
            name: (*by.tick.clock, by.tick.rank, by.tick.reopens, by.user, by.inserted, by.seq)
            for name, by in fields.items()
        }
    )


def unpack_fields(packed: bytes | None) -> dict[str, Written]:
    """The way back of :func:`pack_fields`."""
    if not packed:
        return {}
    return {
        name: Written(Tick(Clock(stamp, actor), rank, reopens), user, inserted, seq)
        for name, (stamp, actor, rank, reopens, user, inserted, seq) in _DECODER.decode(packed).items()
    }


class States:
    """The rows that a transaction touches. Everything it needs is read at once, nothing row by row."""

    def __init__(self, raw: Raw, model: ServerModel) -> None:
        self.raw = raw
        self.model = model
        self.by_facet: dict[Key, RowState] = {}
        self.rows: dict[Key, dict[str, Stored]] = {}
        self._asked: set[Key] = set()
        self._mains = {name: table.main.name for name, table in model.tables.items()}

    def load(self, wanted: Iterable[Key]) -> None:
        """Read rows (by table and id) that are there, all their facets."""
        tables: defaultdict[str, list[bytes]] = defaultdict(list)
        for key in wanted:
            if key not in self._asked:
                self._asked.add(key)
                tables[key[0]].append(key[1])
        for table, ids in tables.items():
            self._load_table(table, ids)

    def load_for(self, ops: Sequence[Op]) -> None:
        """Read the rows that operations touch, and the items of marks among them."""
        places = [(self.model.catalogue.facet(op.facet).table.name, op) for op in ops]
        self.load((table, op.row.bytes) for table, op in places)
        marks = [op for table, op in places if table == "mark"]
        items = {op.values.get("item_id") for op in marks}
        items |= {self.rows.get(("mark", op.row.bytes), {}).get("item_id") for op in marks}
        self.load(("assessment_item", item) for item in items if isinstance(item, bytes))

    def _load_table(self, table: str, ids: list[bytes]) -> None:
        model = self.model.tables[table]
        clocks = {facet.name: self._clocks(facet, ids) for facet in model.facets}
        there = clocks[model.main.name]
        for values in self.raw.read(model.table, model.names, "id", there):
            row = cast(bytes, values[-1])
            self.rows[table, row] = dict(zip(model.names[:-1], values, strict=False))
        for found in clocks.values():
            for row, state in found.items():
                if (table, row) in self.rows:
                    state.values = self.rows[table, row]
                    self.by_facet[state.facet.name, row] = state

    def _clocks(self, facet: Facet, ids: list[bytes]) -> dict[bytes, RowState]:
        found: dict[bytes, RowState] = {}
        for row, stamp, actor, rank, reopens, user, seq, version, fields in self.raw.among(
            _READ, ids, (facet.name,)
        ):
            state = RowState(facet, row, {})
            state.base = Written(Tick(Clock(stamp, actor), rank, reopens), user, True, 0)
            state.fields = unpack_fields(fields)
            state.seq, state.old_version, state.is_new = seq, version, False
            found[row] = state
        return found

    def main(self, table: str, row: bytes) -> RowState | None:
        """The main facet of a row, ``None`` when there is no such row."""
        return self.by_facet.get((self._mains[table], row))

    def begin(self, facet: Facet, row: bytes) -> RowState:
        """A facet that was not there: of a new row, or not written so far."""
        values = self.rows.setdefault((facet.table.name, row), {})
        state = RowState(facet, row, values)
        self.by_facet[facet.name, row] = state
        return state

    def is_new_row(self, table: str, row: bytes) -> bool:
        """Whether this transaction made the row."""
        main = self.by_facet.get((self._mains[table], row))
        return main is not None and main.is_new
