"""What applying asks of a facet again and again, worked out once."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any, Final

import sqlalchemy as sa

from emis_desktop.models.types import AnyValue, Instant, Key, Scaled
from emis_desktop.state_hash import Stored, stored
from sync.facets import Catalogue, Column, Facet

_WIDEST: Final = 1 << 63
_KEY_BYTES: Final = 16


@dataclass(frozen=True, slots=True)
class Plan:
    """A facet with what is needed to check and apply its entries.

    ``kinds`` has the type of each column's stored values; ``plain`` of those of which nothing but the type
    has to be right, so that one comparison is enough for most values; ``needed`` the columns that a new row
    cannot do without; ``references`` the tables that columns point into.
    """

    facet: Facet
    columns: Mapping[str, Column]
    kinds: Mapping[str, type]
    plain: Mapping[str, type]
    not_null: frozenset[str]
    needed: tuple[str, ...]
    keys: frozenset[str]
    references: Mapping[str, str]

    def fault_of(self, values: Mapping[str, Stored]) -> str:
        """What is wrong with values; empty for nothing. The name of a column, never a value."""
        plain = self.plain
        for name, value in values.items():
            if type(value) is plain.get(name):
                continue
            if value is None:
                if name not in self.not_null:
                    continue
            elif (kind := self.kinds.get(name)) is None or _fits(kind, value):
                continue
            return f"value of {self.facet.table.name}.{name}"
        return ""

    def lacking(self, values: Mapping[str, Stored]) -> str:
        """A column that a new row cannot do without and of which nothing is said; empty for none."""
        for name in self.needed:
            if values.get(name) is None:
                return name
        return ""

    def moved_key(self, values: Mapping[str, Stored], held: Mapping[str, Stored]) -> str:
        """A key column that a held row has otherwise; empty for none."""
        return next((name for name in self.keys if name in values and values[name] != held[name]), "")


class Plans(dict[str, Plan]):
    """The plans of a catalogue, by the facet's name."""

    def __init__(self, catalogue: Catalogue) -> None:
        super().__init__((facet.name, _plan(facet)) for facet in catalogue.facets)
        self.catalogue = catalogue
        self.defaults: Mapping[str, Mapping[str, Stored]] = {
            str(main.table.name): {
                column.name: _default(column)
                for facet in catalogue.of_table(main.table.name)
                for column in facet.columns
            }
            for main in catalogue.facets
            if main.main
        }
        """What a new row of each table holds in columns of which nothing is said."""


def _plan(facet: Facet) -> Plan:
    columns = {column.name: column for column in facet.columns}
    kinds = {name: kind for name, column in columns.items() if (kind := _kind(column.sa.type)) is not object}
    return Plan(
        facet,
        columns,
        kinds,
        {name: kind for name, kind in kinds.items() if kind is str or kind is bytes},
        frozenset(name for name, column in columns.items() if not column.sa.nullable),
        tuple(sorted(name for name, column in columns.items() if _is_needed(column.sa))),
        frozenset(name for name, column in columns.items() if column.key),
        {
            name: str(key.column.table.name)
            for name, column in columns.items()
            for key in column.sa.foreign_keys
        },
    )


def _is_needed(column: sa.Column[Any]) -> bool:
    return not column.nullable and column.default is None


def _default(column: Column) -> Stored:
    default: Any = column.sa.default
    if default is None or not default.is_scalar:
        return None
    return stored(column.sa, default.arg)


def _kind(of: sa.types.TypeEngine[Any]) -> type:
    if isinstance(of, AnyValue):
        return object
    if isinstance(of, Key):
        return Key
    if isinstance(of, Instant | Scaled | sa.Integer | sa.Boolean):
        return int
    if isinstance(of, sa.Date):
        return date
    return bytes if isinstance(of, sa.LargeBinary) else str


def _fits(kind: type, value: Stored) -> bool:
    if kind is str or kind is bytes:
        return type(value) is kind
    if kind is int:
        return type(value) is int and -_WIDEST <= value < _WIDEST
    if kind is Key:
        return type(value) is bytes and len(value) == _KEY_BYTES
    return type(value) is str and _is_date(value)


def _is_date(text: str) -> bool:
    try:
        return date.fromisoformat(text).isoformat() == text
    except ValueError:
        return False
