"""Every field that can be told of has a name of its own."""

from emis_desktop.models import Base
from emis_desktop.queries.field_names import FIELDS, OTHER, field_name
from emis_desktop.queries.field_values import field_label
from resources.words import Words
from sync.facets import Catalogue

BY_THE_SERVER = frozenset({"conflict", "erasure"})
"""What only the ministry's server writes: never told as a change of a field."""


def test_every_field_that_is_exchanged_is_named() -> None:
    fields = {
        (facet.table.name, column.name)
        for facet in Catalogue.of(Base.metadata).facets
        for column in facet.columns
        if facet.table.name not in BY_THE_SERVER and column.name != "deleted_at"
    }
    assert {place for place in fields if field_name(*place) == OTHER} == set()


def test_no_name_is_left_of_a_field_that_is_gone() -> None:
    fields = {
        (table.name, column.name) for table in Base.metadata.tables.values() for column in table.columns
    }
    names = {column for _table, column in fields} | {f"{table}.{column}" for table, column in fields}
    assert FIELDS.keys() <= names


def test_a_field_of_a_later_version_is_another_detail() -> None:
    assert field_label("institution", "mascot").text(Words.load("en")) == "Another detail"
    assert field_label("institution", "motto").text(Words.load("fr")) == "Devise"
