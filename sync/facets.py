"""Facets: the columns of a table that travel, are read and are merged together because one right covers them.

The main facet of a table (named like it) has the key, ``deleted_at`` and every column of basic sensitivity;
its own class is that of the columns without which a row cannot be (a contact has no use without its value).
Columns of another class make a facet ``table.class`` each. ``id`` is the row's id, no column. What is
``derived`` does not travel.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from functools import lru_cache
from types import MappingProxyType
from typing import Any, Final

import sqlalchemy as sa
from sqlalchemy.dialects import sqlite

from emis_desktop.models import Merge, synced_tables
from emis_desktop.models.base import OnDelete
from emis_desktop.rules.rights import SensitivityClass
from emis_desktop.state_hash import Stored, stored

_DELETED: Final = "deleted_at"
_DIALECT: Final = sqlite.dialect()


@dataclass(frozen=True, slots=True)
class Column:
    """A column that travels. ``levels``: for rule *state*, its values from the lowest; else empty."""

    name: str
    rule: Merge
    key: bool
    levels: tuple[str, ...]
    sa: sa.Column[Any]

    @property
    def marks_deletion(self) -> bool:
        """Whether it tells that the row is deleted."""
        return self.name == _DELETED


@dataclass(frozen=True, slots=True)
class Facet:
    """Columns of one table in one class. ``main``: it has the key and tells whether the row is deleted."""

    name: str
    table: sa.Table
    sensitivity: SensitivityClass
    columns: tuple[Column, ...]
    main: bool

    @property
    def on_delete(self) -> OnDelete:
        """What a concurrent edit makes of a deleted row."""
        return OnDelete(self.table.info.get("on_delete", OnDelete.RESTORE))

    def column(self, name: str) -> Column | None:
        """The column of that name; ``None`` for one that this version does not know."""
        return next((column for column in self.columns if column.name == name), None)


class Catalogue:
    """The facets of a store's synced tables, parents before children."""

    def __init__(self, facets: tuple[Facet, ...]) -> None:
        """``facets`` in the order in which their rows may be inserted."""
        self.facets = facets
        self._facets = MappingProxyType({facet.name: facet for facet in facets})
        tables: dict[str, tuple[Facet, ...]] = {}
        for facet in facets:
            tables[facet.table.name] = (*tables.get(facet.table.name, ()), facet)
        self._tables = MappingProxyType(tables)

    @classmethod
    def of(cls, metadata: sa.MetaData) -> Catalogue:
        """The catalogue of every synced table of ``metadata``."""
        return cls(tuple(facet for table in synced_tables(metadata) for facet in _facets(table)))

    def facet(self, name: str) -> Facet:
        """The facet of that name; :class:`KeyError` for one that this version does not know."""
        return self._facets[name]

    def get(self, name: str) -> Facet | None:
        """The facet of that name, ``None`` for one that this version does not know."""
        return self._facets.get(name)

    def of_table(self, table: str) -> tuple[Facet, ...]:
        """The facets of a table, the main one first; :class:`KeyError` for a table that is not synced."""
        return self._tables[table]

    def main(self, table: str) -> Facet:
        """The main facet of a table; :class:`KeyError` for a table that is not synced."""
        return self._tables[table][0]

    def of_column(self, table: str, column: str) -> Facet:
        """The facet that a column of a table belongs to; :class:`KeyError` where there is none."""
        for facet in self._tables[table]:
            if facet.column(column) is not None:
                return facet
        raise KeyError(f"{table}.{column}")


def python_value(column: sa.Column[Any], value: Stored) -> Any:  # noqa: ANN401 - any column, any of its values
    """A stored value of ``column`` as Python has it: the way back of :func:`stored_value`."""
    process = _from_store(column.type)
    return process(value) if process else value


def stored_value(column: sa.Column[Any], value: Any) -> Stored:  # noqa: ANN401
    """A Python value of ``column`` as a laptop's store keeps it."""
    return stored(column, value)


@lru_cache(maxsize=1024)
def _from_store(kind: sa.types.TypeEngine[Any]) -> Callable[[Any], Any] | None:
    found: Callable[[Any], Any] | None = kind.dialect_impl(_DIALECT).result_processor(_DIALECT, None)
    return found


def _facets(table: sa.Table) -> Iterator[Facet]:
    travelling = [column for column in table.columns if _travels(column)]
    main = _main_class(travelling)
    yield _facet(table, main, [column for column in travelling if _in_main(column, main)], main=True)
    for other in SensitivityClass:
        apart = [column for column in travelling if not _in_main(column, main) and _class(column) is other]
        if apart:
            yield _facet(table, other, apart, main=False)


def _facet(table: sa.Table, sensitivity: SensitivityClass, of: list[sa.Column[Any]], *, main: bool) -> Facet:
    name = str(table.name) if main else f"{table.name}.{sensitivity}"  # SQLAlchemy's names are no plain text
    columns = tuple(_column(column) for column in of)
    return Facet(name, table, sensitivity, columns, main)


def _column(column: sa.Column[Any]) -> Column:
    rule = _deletion_rule(column.table) if column.name == _DELETED else Merge(column.info["merge"])
    levels = tuple(column.info.get("levels", ()))
    return Column(str(column.name), rule, bool(column.info.get("key")), levels, column)


def _deletion_rule(table: Any) -> Merge:  # noqa: ANN401 - a table, whatever a column says of it
    """A link and a row of a list come back when one puts what another deletes; the rest goes by the clock."""
    rules = {column.info.get("merge") for column in table.columns if column.info.get("key")}
    return next((rule for rule in (Merge.SET, Merge.ROWS) if rule in rules), Merge.LWW)


def _travels(column: sa.Column[Any]) -> bool:
    return not column.primary_key and column.info.get("merge", Merge.DERIVED) is not Merge.DERIVED


def _class(column: sa.Column[Any]) -> SensitivityClass:
    return SensitivityClass(column.info.get("sensitivity", SensitivityClass.BASIC))


def _in_main(column: sa.Column[Any], main: SensitivityClass) -> bool:
    return bool(column.info.get("key")) or _class(column) in {SensitivityClass.BASIC, main}


def _main_class(columns: list[sa.Column[Any]]) -> SensitivityClass:
    """The class of the first column that a row cannot do without and that is not basic."""
    needed = (_class(column) for column in columns if not column.nullable and column.default is None)
    return next((one for one in needed if one is not SensitivityClass.BASIC), SensitivityClass.BASIC)
