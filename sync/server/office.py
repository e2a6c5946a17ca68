"""One open server: its choices, keys, database and ledger, and the clock it goes by."""

from __future__ import annotations

import os
import time
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Final

from sqlalchemy import Connection, make_url, select
from sqlalchemy.exc import ArgumentError, OperationalError

from emis_desktop.errors import N_, Refused
from sync.server import control, shape
from sync.server.database import Store
from sync.server.keys import ServerKeys, load_keys
from sync.server.ledger import Ledger
from sync.server.settings import Choices, ServerHome, load_choices
from sync.server.tables import server

DATABASE_KEY: Final = "database"
_KINDS: Final = {"sqlite", "postgresql"}
_OTHER_SERVER = N_(
    "The database is another server’s. Check EMIS_HOME and EMIS_DATABASE_URL: they belong together."
)
_NO_ADDRESS = N_(
    "EMIS_DATABASE_URL is no address of a database. Write it like postgresql+psycopg://user@host/name."
)
_NO_ANSWER = N_(
    "PostgreSQL lets nobody in: {told}. See that it runs, and that EMIS_DATABASE_URL names place and user."
)
_NO_TABLES = N_("The database is empty. Use “emis-server init”, or “emis-server restore” with a backup.")


def wall_ms() -> int:
    """The clock of this machine, in milliseconds since 1970 UTC."""
    return time.time_ns() // 1_000_000


@dataclass(frozen=True, slots=True)
class Office:
    """What every request and every command is given. ``now_ms`` and ``entropy`` are a test's to choose."""

    home: ServerHome
    choices: Choices
    keys: ServerKeys
    store: Store
    ledger: Ledger
    now_ms: Callable[[], int] = wall_ms
    entropy: Callable[[int], bytes] = os.urandom

    @contextmanager
    def quick_write(self) -> Iterator[Connection]:
        """A transaction for a few rows of the control tables, which need not wait for a large batch.

        Rows that others may change meanwhile are to be locked with ``FOR UPDATE``; SQLite has one writer
        anyway.
        """
        with self.store.note() as connection:
            yield connection

    def close(self) -> None:
        """End every connection to the database."""
        self.store.close()


def open_store(keys: ServerKeys, url: str, entropy: Callable[[int], bytes]) -> Store:
    """The database at ``url``; a file of SQLite is keyed with a key derived of the server's secret.

    Raises :class:`Refused` where ``url`` is none, or no PostgreSQL answers there.
    """
    try:
        known = make_url(url).get_backend_name() in _KINDS
    except ArgumentError:
        known = False
    if not known:
        raise Refused(_NO_ADDRESS)
    store = Store.open(url, key=keys.derived(DATABASE_KEY), entropy=entropy)
    if store.postgres:
        _knock(store)
    return store


def _knock(store: Store) -> None:
    """What is most often wrong with PostgreSQL, told in one line and not as a fault of the program."""
    try:
        store.engine.connect().close()
    except OperationalError as error:
        store.close()
        told = (str(error.orig).strip().splitlines() or ["–"])[0].rstrip(".")
        raise Refused(_NO_ANSWER, told=told) from None


def open_office(
    home: ServerHome,
    *,
    url: str | None = None,
    environment: Mapping[str, str] | None = None,
    now_ms: Callable[[], int] = wall_ms,
    entropy: Callable[[int], bytes] = os.urandom,
) -> Office:
    """Open a server that was set up. ``url``: its database, where ``EMIS_DATABASE_URL`` does not tell.

    Raises :class:`Refused` before set-up and for a database of another server.
    """
    choices = load_choices(home)
    keys = load_keys(home.keys)
    store = open_store(keys, url or home.database_url(environment), entropy)
    office = Office(home, choices, keys, store, Ledger(home.ledger, keys, now_ms), now_ms, entropy)
    try:
        _check(office)
    except BaseException:
        store.close()
        raise
    return office


def _check(office: Office) -> None:
    with office.store.engine.connect() as connection:
        if not connection.dialect.has_table(connection, control.site.name):
            raise Refused(_NO_TABLES)
        found = connection.execute(select(server.c.id)).scalar()
        shape.check_version(connection)
    if found is None:
        raise Refused(_NO_TABLES)
    if bytes(found) != office.choices.server.bytes:
        raise Refused(_OTHER_SERVER)
