"""The server's database, SQLite or PostgreSQL, behind one door: ``read()`` and ``write()``.

Writers come one after the other, also those of other processes: SQLite's ``BEGIN IMMEDIATE``, PostgreSQL's
lock on the one row of ``server``. So a number of the log is never seen before a lower one.

SQLite goes through the same library and the same gate as a laptop's store, keyed: a copied file tells
nothing, and each page carries a code by which a torn or rotten one is found. WAL with ``synchronous=FULL``.
"""

from __future__ import annotations

import os
import secrets
import threading
import time
from collections.abc import Callable, Iterator, Mapping
from contextlib import closing, contextmanager
from hashlib import sha256
from pathlib import Path
from types import MappingProxyType
from typing import Any, Final

import sqlcipher3
from sqlalchemy import Connection, Engine, create_engine, event, insert, make_url, select
from sqlalchemy.engine import URL
from sqlalchemy.pool import QueuePool

from emis_desktop import cipher
from emis_desktop.errors import N_, Refused
from emis_desktop.files import PRIVATE
from sync.operations import Ack, Batch
from sync.server.access import SiteRights
from sync.server.apply import apply_checked
from sync.server.apply_check import check_batch
from sync.server.model import MODEL, ServerModel
from sync.server.raw import POSTGRESQL, Raw
from sync.server.tables import server

Entropy = Callable[[int], bytes]
"""Gives that many random bytes."""

KEY_BYTES: Final = 32
_POOL: Final = 8
_BUSY_MS: Final = 30_000
_CACHE_KB: Final = 64_000
_PATIENCE: Final[Mapping[str, int]] = MappingProxyType(
    {
        "connect_timeout": 10,
        "keepalives_idle": 30,
        "keepalives_interval": 10,
        "keepalives_count": 3,
        "tcp_user_timeout": 60_000,
    }
)
"""After which a worker gives up a PostgreSQL that went silent: seconds, the last in milliseconds; libpq's
names, so that the address of the database may say otherwise.
"""
_NOTICE: Final[Mapping[str, str]] = MappingProxyType(
    {
        "tcp_keepalives_idle": "60",
        "tcp_keepalives_interval": "20",
        "tcp_keepalives_count": "3",
        "idle_in_transaction_session_timeout": "10min",
    }
)
"""After which PostgreSQL gives up a worker that went silent, and lets go of what it had locked."""


class Store:
    """An open database of the server, for all threads of a process."""

    def __init__(
        self, url: str, *, key: bytes | None = None, entropy: Entropy = os.urandom, model: ServerModel = MODEL
    ) -> None:
        """``url``: ``sqlite:///path`` or ``postgresql+psycopg://...``.

        ``key``: 32 bytes for SQLite's file; without, those of the file ``<path>.key``, made when missing.
        """
        self.url: URL = make_url(url)
        self.model = model
        self.entropy = entropy
        self.postgres = self.url.get_backend_name() == POSTGRESQL
        self._turn = threading.Lock()
        self._under_way: set[str] = set()
        self._engine = self._of_postgres() if self.postgres else self._of_sqlite(key)

    @classmethod
    def open(
        cls, url: str, *, key: bytes | None = None, entropy: Entropy = os.urandom, model: ServerModel = MODEL
    ) -> Store:
        """A store at ``url``; see the class."""
        return cls(url, key=key, entropy=entropy, model=model)

    @property
    def engine(self) -> Engine:
        """For migrations; everything else goes through :meth:`read` and :meth:`write`."""
        return self._engine

    def _of_postgres(self) -> Engine:
        engine = create_engine(
            self.url,
            hide_parameters=True,
            pool_size=_POOL,
            max_overflow=_POOL,
            pool_pre_ping=True,
            connect_args={name: value for name, value in _PATIENCE.items() if name not in self.url.query},
        )
        event.listen(engine, "connect", _settle)
        return engine

    def _of_sqlite(self, key: bytes | None) -> Engine:
        path = Path(self.url.database or "")
        if not self.url.database or self.url.database == ":memory:":
            raise Refused(N_("The server's records need a file. Name one: sqlite:////folder/server.db."))
        secret = bytearray(key if key is not None else key_beside(path))

        def connect() -> sqlcipher3.Connection:
            new = not path.exists() or path.stat().st_size == 0
            connection = cipher.connect(path, secret, create=new)
            connection.execute(f"PRAGMA busy_timeout = {_BUSY_MS}").fetchone()
            connection.execute(f"PRAGMA cache_size = -{_CACHE_KB}").fetchone()
            return connection

        engine = create_engine(
            "sqlite+pysqlite://",
            module=sqlcipher3,
            creator=connect,
            hide_parameters=True,
            poolclass=QueuePool,
            pool_size=_POOL,
            max_overflow=_POOL,
        )
        event.listen(engine, "begin", _begin)
        return engine

    def create(self, now_ms: int | None = None) -> None:
        """Make what is missing of the tables, and the one row that says who this server is."""
        with self._engine.execution_options(emis_begin="BEGIN IMMEDIATE").begin() as connection:
            self.model.create(connection)
            if connection.execute(select(server.c.id)).first() is None:
                made = time.time_ns() // 1_000_000 if now_ms is None else now_ms
                row = {"one": 1, "id": self.entropy(16), "history": self.entropy(8), "head": 0, "clock": 0}
                connection.execute(insert(server).values(**row, made_at=made))

    @contextmanager
    def read(self) -> Iterator[Connection]:
        """One consistent look at everything."""
        options = {"isolation_level": "REPEATABLE READ"} if self.postgres else {"emis_begin": "BEGIN"}
        with self._engine.connect().execution_options(**options) as connection, connection.begin():
            if self.postgres:
                connection.exec_driver_sql("SET TRANSACTION READ ONLY")
            yield connection

    @contextmanager
    def write(self) -> Iterator[Connection]:
        """The only writer for as long as the block lasts; committed whole at its end, or not at all."""
        options = {} if self.postgres else {"emis_begin": "BEGIN IMMEDIATE"}
        with self._engine.connect().execution_options(**options) as connection, connection.begin():
            if self.postgres:
                connection.exec_driver_sql("SELECT one FROM server FOR UPDATE")
            yield connection

    @contextmanager
    def note(self) -> Iterator[Connection]:
        """A short transaction on tables that have nothing to do with the log; on PostgreSQL it waits for no
        batch.
        """
        options = {} if self.postgres else {"emis_begin": "BEGIN IMMEDIATE"}
        with self._engine.connect().execution_options(**options) as connection, connection.begin():
            yield connection

    @contextmanager
    def alone(self, connection: Connection, work: str) -> Iterator[bool]:
        """Whether nobody else is at that work, in this process or, on PostgreSQL, in any; until the block and
        the transaction of ``connection`` end, or their process does.
        """
        with self._turn:
            mine = work not in self._under_way
            self._under_way.update({work} if mine else ())
        try:
            yield mine and self._nowhere_else(connection, work)
        finally:
            if mine:
                self._under_way.discard(work)

    def _nowhere_else(self, connection: Connection, work: str) -> bool:
        if not self.postgres:
            return True
        number = int.from_bytes(sha256(work.encode()).digest()[:8], "big", signed=True)
        return bool(Raw(connection).rows("SELECT pg_try_advisory_xact_lock(?)", (number,))[0][0])

    def apply(self, site: SiteRights, batch: Batch, received_ms: int) -> Ack:
        """Check a batch, then apply it in a transaction of its own; a repeated one gets its old answer."""
        checked = check_batch(self.model, site, batch)
        with self.write() as connection:
            return apply_checked(connection, checked, received_ms, entropy=self.entropy)

    def analyze(self) -> None:
        """Refresh the planner's figures, after much was brought in."""
        with self._engine.connect() as connection, connection.begin():
            Raw(connection).run("ANALYZE")

    def empty_log(self) -> None:
        """Let SQLite's log of writes, which still has the pages of before, end in the file; PostgreSQL's is
        kept and archived as its operator chose.
        """
        if not self.postgres:
            with self._engine.connect() as connection:
                connection.exec_driver_sql("PRAGMA wal_checkpoint(TRUNCATE)").all()

    def close(self) -> None:
        """End every connection."""
        self._engine.dispose()


def _settle(connection: Any, _record: object) -> None:  # noqa: ANN401 - the driver's
    """Let PostgreSQL notice, too, that a worker's machine is gone: it may have held the writers' lock."""
    with connection.cursor() as cursor:
        for name, value in _NOTICE.items():
            cursor.execute(f"SET {name} = '{value}'")
    connection.commit()


def _begin(connection: Connection) -> None:
    connection.exec_driver_sql(connection.get_execution_options().get("emis_begin", "BEGIN"))


def key_beside(path: Path) -> bytes:
    """The key of the database file at ``path``, from the file beside it that ends in ``.key``.

    It is made, readable by its owner alone, when neither is there; :class:`Refused` when only the database
    is.
    """
    beside = path.with_name(path.name + ".key")
    if not beside.exists():
        if path.exists() and path.stat().st_size > 0:
            raise Refused(
                N_("The key {name} is not beside the server's records. Put it there, from where it is kept."),
                name=beside.name,
            )
        path.parent.mkdir(parents=True, exist_ok=True)
        with closing(os.fdopen(os.open(beside, os.O_WRONLY | os.O_CREAT | os.O_EXCL, PRIVATE), "wb")) as file:
            file.write(secrets.token_bytes(KEY_BYTES))
            file.flush()
            os.fsync(file.fileno())
    return beside.read_bytes()
