"""The shape of the server's database: made at once when new, brought up step by step when older."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Final

from sqlalchemy import Column, Connection, MetaData, String, Table, insert, select
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.schema import CreateIndex, CreateTable

from emis_desktop.errors import N_, StoreTooNew
from sync.server.database import Store
from sync.server.migrations import AHEAD, NEWEST

DIALECTS: Final = {"sqlite": sqlite.dialect(), "postgresql": postgresql.dialect()}  # type: ignore[no-untyped-call]
_TOO_NEW = N_("The database was brought up by a newer version. Install that version on this machine, too.")
_VERSION: Final = Table(
    "alembic_version", MetaData(), Column("version_num", String(32), primary_key=True, nullable=False)
)


def prepare(store: Store, now_ms: int, newest: int = NEWEST) -> None:
    """Give the database its shape, in one transaction. Raises :class:`StoreTooNew`.

    A new one is made at once; the tests hold both ways against each other, statement by statement.
    """
    with store.engine.execution_options(emis_begin="BEGIN IMMEDIATE").begin() as connection:
        if store.postgres:
            connection.exec_driver_sql("SELECT pg_advisory_xact_lock(1162692947)")  # two starts at once
        if not connection.dialect.has_table(connection, "server"):
            store.model.create(connection)
            stamp(connection, newest)
        _bring_up(connection, store, newest)
    store.create(now_ms)


def version(connection: Connection) -> int:
    """The step that a database stands at; 0 for one without."""
    if not connection.dialect.has_table(connection, _VERSION.name):
        return 0
    found = connection.execute(select(_VERSION.c.version_num)).scalar()
    return int(found) if found else 0


def stamp(connection: Connection, number: int) -> None:
    """Write down at which step the database stands."""
    _VERSION.create(connection, checkfirst=True)
    connection.execute(_VERSION.delete())
    connection.execute(insert(_VERSION).values(version_num=f"{number:04}"))


def check_version(connection: Connection) -> None:
    """Raise :class:`StoreTooNew` for a database that this program is too old for."""
    if version(connection) > NEWEST + AHEAD:
        raise StoreTooNew(_TOO_NEW)


def _bring_up(connection: Connection, store: Store, newest: int) -> None:
    stands = version(connection)
    if stands > newest + AHEAD:
        raise StoreTooNew(_TOO_NEW)
    if stands >= newest:
        return
    from alembic import command  # noqa: PLC0415 - a third of a second, only when a database is behind
    from alembic.config import Config  # noqa: PLC0415

    config = Config()
    config.set_main_option("script_location", str(Path(__file__).parent / "migrations"))
    config.set_main_option("path_separator", "os")
    config.attributes.update(connection=connection, metadata=store.model.metadata)
    command.upgrade(config, f"{newest:04}")


def statements(metadata: MetaData, kind: str) -> Iterator[str]:
    """What makes the tables of ``metadata`` on a kind of database, one statement after the other."""
    for table in metadata.sorted_tables:
        yield str(CreateTable(table).compile(dialect=DIALECTS[kind])).strip()
        for index in sorted(table.indexes, key=lambda one: str(one.name)):
            yield str(CreateIndex(index).compile(dialect=DIALECTS[kind])).strip()
