"""What the server knows of the records' tables, worked out once: facets, columns, references, owners."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from functools import cached_property
from typing import Final

from sqlalchemy import Connection, Index, MetaData, Table, Text
from sqlalchemy.ext.compiler import compiles
from sqlalchemy.sql.schema import ScalarElementColumnDefault
from sqlalchemy.types import String

from emis_desktop.models import Base, synced_tables
from emis_desktop.models.types import AnyValue
from emis_desktop.scopes import Kind, Ownership, ownership
from emis_desktop.state_hash import Stored
from sync.facets import Catalogue, Column, Facet, stored_value
from sync.server import class_keys, control, tables  # noqa: F401 - their tables are registered by importing them


@compiles(AnyValue, "postgresql")
def _any_value(*_args: object, **_options: object) -> str:
    """Any value is packed into bytes there."""
    return "BYTEA"


@dataclass(frozen=True, slots=True)
class Reference:
    """A column that names a row of another synced table."""

    column: str
    target: str


@dataclass(frozen=True)
class TableModel:
    """One synced table. ``required``: columns that a new row cannot leave empty; ``defaults``: stored values
    of those that have one when it is left out.
    """

    table: Table
    facets: tuple[Facet, ...]
    references: tuple[Reference, ...]
    owner: Ownership
    required: frozenset[str]
    defaults: Mapping[str, Stored]

    @property
    def name(self) -> str:
        """The table's name."""
        return self.table.name

    @property
    def main(self) -> Facet:
        """The facet with its key."""
        return self.facets[0]

    @cached_property
    def names(self) -> tuple[str, ...]:
        """Every column that travels, the facets one after the other; then ``id``."""
        return (*(str(column.name) for facet in self.facets for column in facet.columns), "id")


class ServerModel:
    """The tables of a server and everything that follows from them."""

    def __init__(self, domain: MetaData, server: MetaData) -> None:
        """``domain``: the laptops' tables; ``server``: the same as they are made here, and the server's."""
        self.catalogue = Catalogue.of(domain)
        self.metadata = server
        self.tables: Mapping[str, TableModel] = {
            table.name: self._table(table) for table in synced_tables(domain)
        }
        self.namers: Mapping[str, tuple[tuple[str, str], ...]] = {
            name: tuple(
                (other.name, reference.column)
                for other in self.tables.values()
                for reference in other.references
                if reference.target == name
            )
            for name in self.tables
        }
        self.closed_references: Mapping[str, tuple[tuple[str, str], ...]] = {
            name: tuple(
                (one.column, one.target)
                for one in table.references
                if self._is_closed(self.tables[one.target])
            )
            for name, table in self.tables.items()
        }
        self.columns: Mapping[str, Mapping[str, Column]] = {
            facet.name: {str(column.name): column for column in facet.columns}
            for facet in self.catalogue.facets
        }

    @staticmethod
    def _is_closed(table: TableModel) -> bool:
        """Whether its rows are not everybody's: neither the nation's nor the schools themselves."""
        return table.owner.kind is not Kind.NATION and table.name != "institution"

    def _table(self, table: Table) -> TableModel:
        facets = self.catalogue.of_table(table.name)
        travelling = [column for facet in facets for column in facet.columns]
        references = tuple(
            Reference(str(column.name), str(key.column.table.name))
            for column in travelling
            for key in column.sa.foreign_keys
        )
        required = frozenset(
            str(column.name) for column in travelling if not column.sa.nullable and column.sa.default is None
        )
        defaults = {
            str(column.name): stored_value(column.sa, column.sa.default.arg)
            for column in travelling
            if not column.sa.nullable and isinstance(column.sa.default, ScalarElementColumnDefault)
        }
        return TableModel(table, facets, references, ownership(table), required, defaults)

    def of_kind(self, *kinds: Kind) -> Iterable[TableModel]:
        """The tables that belong to something of those kinds."""
        return (table for table in self.tables.values() if table.owner.kind in kinds)

    def create(self, connection: Connection) -> None:
        """Make what is missing of the tables."""
        self.metadata.create_all(connection)


def server_metadata(domain: MetaData) -> MetaData:
    """The server's tables for the laptops' tables ``domain``.

    Text has no greatest length on the server: what a laptop took is never refused for that.
    """
    made = MetaData(naming_convention=domain.naming_convention)
    for table in synced_tables(domain):
        copy = table.to_metadata(made)
        for column in copy.columns:
            if isinstance(column.type, String):
                column.type = Text()
    if "person" in made.tables:  # new pupils are looked for in the whole country
        people = made.tables["person"]
        Index("ix_person_birth_date", people.c.birth_date)
        Index("ix_person_family_name", people.c.family_name)
    for index in [one for table in made.tables.values() for one in table.indexes]:
        if all(isinstance(column.type, Text) for column in index.columns):  # no text is too long for a hash
            index.dialect_options["postgresql"]["using"] = "hash"
    for table in tables.EXCHANGE.sorted_tables:
        table.to_metadata(made)
    return made


def model_with(*more: MetaData) -> ServerModel:
    """A model with further synced tables: what tests of later versions and measurements need."""
    domain = MetaData(naming_convention=Base.metadata.naming_convention)
    for metadata in (Base.metadata, *more):
        for table in synced_tables(metadata):
            table.to_metadata(domain)
    return ServerModel(domain, server_metadata(domain))


MODEL: Final = ServerModel(Base.metadata, server_metadata(Base.metadata))
"""The model of this version of the program."""
