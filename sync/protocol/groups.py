"""Written facets in groups: all with one facet, kind and set of fields stand together, column by column."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from typing import Protocol
from uuid import UUID

from emis_desktop.state_hash import Stored
from sync.protocol.columns import Known, Tables, decode_values, encode_values
from sync.protocol.numbers import Json, bad, decode_ints, encode_ints, picked

GroupKey = tuple[str, str, tuple[str, ...]]
"""Facet, kind, fields."""
_MOST_FIELDS = 100


class Written(Protocol):
    """What operations and log entries have in common."""

    @property
    def facet(self) -> str:
        """The facet."""

    @property
    def row(self) -> UUID:
        """The row."""

    @property
    def values(self) -> Mapping[str, Stored]:
        """The fields."""


class Read:
    """A group as it was read: its key, rows and values, in order."""

    def __init__(self, key: GroupKey, rows: list[UUID], columns: list[list[Stored]]) -> None:
        """``columns`` in the order of the key's fields."""
        self.facet, self.kind, self.names = key
        self.rows = rows
        self.columns = columns

    def values(self) -> list[dict[str, Stored]]:
        """The values of each row by field."""
        names = self.names
        if not names:
            return [{} for _row in self.rows]
        return [dict(zip(names, row, strict=True)) for row in zip(*self.columns, strict=True)]


def grouped(items: Sequence[Written], kinds: Sequence[str]) -> tuple[list[int], dict[GroupKey, list[int]]]:
    """The group of each item, and the items of each group, by their index."""
    groups: dict[GroupKey, list[int]] = {}
    numbers: dict[GroupKey, int] = {}
    order: list[int] = []
    for index, (item, kind) in enumerate(zip(items, kinds, strict=True)):
        key = (item.facet, kind, tuple(item.values))
        order.append(numbers.setdefault(key, len(numbers)))
        groups.setdefault(key, []).append(index)
    return order, groups


def write_group(key: GroupKey, items: Sequence[Written], tables: Tables) -> list[Json]:
    """A group: facet, kind, fields, rows, a column a field."""
    facet, kind, names = key
    rows = encode_ints(tables.ids.places([item.row.bytes for item in items]))
    columns = [encode_values([item.values[name] for item in items], tables) for name in names]
    return [str(facet), str(kind), list(map(str, names)), rows, columns]


def read_group(written: Json, count: int, known: Known) -> Read:
    """The group of ``count`` items that :func:`write_group` wrote."""
    match written:
        case [str(facet), str(kind), list(names), rows, list(columns)] if len(names) == len(columns):
            pass
        case _:
            raise bad("no group")
    if len(names) > _MOST_FIELDS or len(set(names)) != len(names) or set(map(type, names)) - {str}:
        raise bad("no fields")
    known.room.take_values(count * len(names))
    whole = picked(known.rows, decode_ints(rows, count, known.room))
    return Read(
        (facet, kind, tuple(names)), whole, [decode_values(column, count, known) for column in columns]
    )


def counts(order: list[int], groups: int) -> list[int]:
    """How many items each group has, from the group of each item."""
    found = Counter(order)
    if set(found) - set(range(groups)):
        raise bad("a group that is not there")
    return [found[number] for number in range(groups)]
