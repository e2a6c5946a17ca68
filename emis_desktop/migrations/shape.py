"""Give a store its shape: all tables at once in a new one, step by step in an older one.

A new store is not taken through every step: making the tables of today takes a fraction of the time and no
alembic. The tests hold both ways against each other, statement by statement.
"""

import os
from importlib import metadata
from pathlib import Path

from sqlalchemy import Connection

from emis_desktop import search_index
from emis_desktop.capture import install_triggers, remove_triggers
from emis_desktop.cipher import version_mark
from emis_desktop.migrations import Schema

_VERSION_TABLE = (
    "CREATE TABLE alembic_version (\n\tversion_num VARCHAR(32) NOT NULL, \n"
    "\tCONSTRAINT alembic_version_pkc PRIMARY KEY (version_num)\n)"
)


def build(connection: Connection, schema: Schema) -> None:
    """Make everything in an empty store, inside the caller's transaction."""
    schema.metadata.create_all(connection, checkfirst=False)
    connection.exec_driver_sql(_VERSION_TABLE)
    connection.exec_driver_sql("INSERT INTO alembic_version VALUES (?)", (f"{schema.version:04}",))
    _finish(connection, schema)


def upgrade(connection: Connection, schema: Schema) -> None:
    """Take every missing step, inside the caller's one transaction, foreign keys not enforced until its end.

    What a step changes is not captured: every site, and the server, takes the same step. Raises
    :class:`ValueError` when a step leaves a row that points nowhere.
    """
    from alembic import command  # noqa: PLC0415 - a third of a second, only when a store is behind
    from alembic.config import Config  # noqa: PLC0415

    config = Config()
    config.set_main_option("script_location", str(Path(__file__).parent))
    config.set_main_option("path_separator", "os")
    config.set_main_option("version_locations", os.pathsep.join(map(str, schema.folders)))
    config.attributes.update(connection=connection, metadata=schema.metadata)
    remove_triggers(connection)
    search_index.remove(connection)
    command.upgrade(config, "head")
    _finish(connection, schema)
    orphans = connection.exec_driver_sql("PRAGMA foreign_key_check").first()
    if orphans is not None:
        raise ValueError(f"after the steps a row of {orphans[0]} points nowhere")


def _finish(connection: Connection, schema: Schema) -> None:
    install_triggers(connection, schema.metadata)
    search_index.install(connection)
    connection.exec_driver_sql(f"PRAGMA user_version = {schema.version}")
    connection.exec_driver_sql(f"PRAGMA application_id = {version_mark(_program())}")


def _program() -> str:
    """The version of this program, for an earlier one that meets the store; "" where it was never
    installed.
    """
    try:
        return metadata.version("emis-desktop")
    except metadata.PackageNotFoundError:
        return ""
