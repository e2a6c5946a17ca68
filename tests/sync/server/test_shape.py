"""A database made at once and one brought up by every step are the same, on both kinds of database."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import inspect

from emis_desktop.errors import StoreTooNew
from sync.server import migrations
from sync.server.database import Store
from sync.server.model import MODEL
from sync.server.shape import DIALECTS, prepare, stamp, statements, version

FOLDER = Path(str(migrations.__file__)).parent / "versions"
KEY = bytes(32)


@pytest.fixture
def store(database_url: str) -> Store:
    """An empty database."""
    return Store.open(database_url, key=KEY)


def shape(store: Store) -> dict[str, Any]:
    """Tables, columns, keys and indexes as the database tells them."""
    with store.engine.connect() as connection:
        look = inspect(connection)
        return {
            table: (
                sorted((one["name"], str(one["type"]), one["nullable"]) for one in look.get_columns(table)),
                look.get_pk_constraint(table)["constrained_columns"],
                sorted(
                    (str(one["name"]), one["column_names"], one["unique"]) for one in look.get_indexes(table)
                ),
                sorted(
                    (one["constrained_columns"], one["referred_table"])
                    for one in look.get_foreign_keys(table)
                ),
            )
            for table in look.get_table_names()
        }


def test_both_ways_lead_to_the_same(store: Store) -> None:
    prepare(store, 1)
    made = shape(store)
    with store.engine.begin() as connection:
        MODEL.metadata.drop_all(connection)
        connection.exec_driver_sql("DROP TABLE alembic_version")
        from alembic import command
        from alembic.config import Config

        config = Config()
        config.set_main_option("script_location", str(FOLDER.parent))
        config.set_main_option("path_separator", "os")
        config.attributes.update(connection=connection, metadata=MODEL.metadata)
        command.upgrade(config, "head")
    assert shape(store) == made
    store.close()


@pytest.mark.parametrize("kind", DIALECTS)
def test_what_was_written_out_is_what_the_tables_are(kind: str) -> None:
    """While the first version has not left the house: python -m tools.server_baseline writes it anew."""
    written = (FOLDER / f"0001_baseline.{kind}.sql").read_text("utf-8")
    assert lines(written) == lines("\n".join(f"{one};" for one in statements(MODEL.metadata, kind)))


def lines(text: str) -> list[list[str]]:
    """The statements, each as its lines in order: constraints of a table have none of their own."""
    made = (
        sorted(line.strip(" ,\t;") for line in one.split("\n") if line.strip()) for one in text.split(";\n")
    )
    return sorted(one for one in made if one)


def test_a_second_start_changes_nothing(store: Store) -> None:
    prepare(store, 1)
    before = shape(store)
    prepare(store, 2)
    with store.engine.connect() as connection:
        assert version(connection) == migrations.NEWEST
    assert shape(store) == before
    store.close()


@pytest.mark.parametrize(("ahead", "goes"), [(0, True), (1, True), (2, False)])
def test_a_database_may_be_one_step_ahead(store: Store, ahead: int, goes: bool) -> None:
    prepare(store, 1)
    with store.engine.begin() as connection:
        stamp(connection, migrations.NEWEST + ahead)
    if goes:
        prepare(store, 2)
    else:
        with pytest.raises(StoreTooNew, match="newer version"):
            prepare(store, 2)
    store.close()
