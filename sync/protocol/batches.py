"""A batch as bytes: acts and operations in columns, one group a facet and set of fields.

The JSON of a batch is an array::

    ["b", id, schema, cursor, history, actors, ids, words, acts, count, acts of ops, order, groups]

``actors`` begins with the batch's own; ``order`` is the group of each operation. A group is
:func:`sync.protocol.groups.write_group`'s, followed by the bases of each field (0: as of the field before)
and the counts of reopens that are not 0, as field, place and count.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final
from uuid import UUID

import msgspec

from emis_desktop.rules.clock import NEVER, Clock
from emis_desktop.state_hash import Stored
from sync.collector import held_back
from sync.operations import MAX_OPS, Batch, Op
from sync.protocol.acts import read_acts, write_acts
from sync.protocol.clocks import ActorTable, read_clocks
from sync.protocol.columns import Known, Tables, read_tables
from sync.protocol.groups import Read, counts, grouped, read_group, write_group
from sync.protocol.numbers import INT64, MOST_REOPENS, Json, Room, bad, counted, decode_ints, encode_ints
from sync.protocol.packing import best_level, pack, unpack
from sync.protocol.reading import guarded, read_bytes, read_json

_INSERT: Final = "i"
_UPDATE: Final = "u"


def encode_batch(batch: Batch, level: int | None = None) -> bytes:
    """The packed bytes of a batch; they never change again. ``level``: of zstd, by size when ``None``."""
    plain = batch_json(batch)
    return pack(plain, best_level(len(plain)) if level is None else level)


def batch_json(batch: Batch) -> bytes:
    """The JSON of a batch, before it is packed."""
    with held_back():
        return msgspec.json.encode(_written(batch))


def decode_batch(packed: bytes) -> Batch:
    """The batch in packed bytes; :class:`~sync.protocol.errors.BadMessage` for anything else."""
    return guarded(_read, read_json(unpack(packed)))


def _written(batch: Batch) -> Json:
    tables = Tables(actors=ActorTable(batch.actor))
    order, members = grouped(batch.ops, [_INSERT if op.insert else _UPDATE for op in batch.ops])
    acts = write_acts(batch.acts, batch.ops, tables)
    groups: list[Json] = []
    for key, indexes in members.items():
        ops = [batch.ops[index] for index in indexes]
        groups.append(
            [*write_group(key, ops, tables), *_bases(key[2], ops, tables.actors), _reopens(key[2], ops)]
        )
    of_acts = encode_ints([op.act for op in batch.ops])
    head = ["b", batch.id, batch.schema, batch.cursor, batch.history]
    shared = [tables.actors.table(), tables.ids.written(), tables.words.written()]
    return [*head, *shared, acts, len(order), of_acts, encode_ints(order), groups]


def _bases(names: tuple[str, ...], ops: list[Op], actors: ActorTable) -> list[Json]:
    """Nothing for inserts, which have none."""
    if ops[0].insert:
        return [[]]
    columns: list[Json] = []
    before: list[Clock] = []
    for name in names:
        clocks = [op.bases.get(name, NEVER) for op in ops]
        columns.append(0 if clocks == before else actors.written(clocks, [op.row for op in ops]))
        before = clocks
    return [columns]


def _reopens(names: tuple[str, ...], ops: list[Op]) -> list[list[int]]:
    return [
        [names.index(name), place, times]
        for place, op in enumerate(ops)
        for name, times in op.reopens.items()
        if times
    ]


def _read(written: Json) -> Batch:
    match written:
        case ["b", batch_id, schema, cursor, history, *tables, acts, count, of, order, groups]:
            room = Room()
        case _:
            raise bad("no batch")
    counted([schema, cursor], INT64)
    if type(count) is not int or not 0 <= count <= MAX_OPS:
        raise bad("too many operations")
    actors, ids, words = tables
    known = read_tables(actors, ids, words, room)
    ops = _ops(groups, decode_ints(order, count, room), decode_ints(of, count, room), known)
    whole = read_acts(acts, ops, known)
    key, of_history = read_bytes(batch_id, 16), read_bytes(history, 8)
    return Batch(key, known.actors[0], schema, cursor, of_history, whole, tuple(ops))


_Facts = tuple[str, UUID, bool, dict[str, Stored], dict[str, Clock], dict[str, int]]


def _ops(groups: Json, order: list[int], acts: list[int], known: Known) -> list[Op]:
    """The operations in their order, out of their groups."""
    found: list[Iterator[_Facts]] = []
    for group, count in zip(groups, counts(order, len(groups)), strict=True):
        *columns, bases, reopens = group
        read = read_group(columns, count, known)
        found.append(_of_group(read, _read_bases(bases, read, known), _read_reopens(reopens, read)))
    return [Op(act, *next(found[number])) for act, number in zip(acts, order, strict=True)]


def _of_group(
    read: Read, bases: list[dict[str, Clock]], reopens: dict[int, dict[str, int]]
) -> Iterator[_Facts]:
    """What makes each operation of a group, but for its act."""
    if read.kind not in {_INSERT, _UPDATE}:
        raise bad("an operation of no kind")
    insert = read.kind == _INSERT
    rows = enumerate(zip(read.rows, read.values(), strict=True))
    for place, (row, values) in rows:  # pragma: no branch - nobody asks for one more than there are
        yield read.facet, row, insert, values, bases[place] if bases else {}, reopens.get(place, {})


def _read_bases(columns: Json, read: Read, known: Known) -> list[dict[str, Clock]]:
    if read.kind == _INSERT:
        return []
    if len(columns) != len(read.names):
        raise bad("bases of other fields")
    clocks: list[list[Clock]] = []
    for column in columns:
        same = clocks and type(column) is int and column == 0
        clocks.append(clocks[-1] if same else read_clocks(column, read.rows, known.actors, known.room))
    return [dict(zip(read.names, row, strict=True)) for row in zip(*clocks, strict=True)]


def _read_reopens(written: Json, read: Read) -> dict[int, dict[str, int]]:
    found: dict[int, dict[str, int]] = {}
    for name, place, times in written:
        counted([name], len(read.names))
        counted([place], len(read.rows))
        counted([times], MOST_REOPENS)
        found.setdefault(place, {})[read.names[name]] = times
    return found
