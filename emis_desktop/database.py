"""The one way into a store: ``read()`` for one consistent look, ``write()`` for one act, ``replicate()`` for downloads.

WAL with ``synchronous=FULL``; one writer at a time, begun with BEGIN IMMEDIATE (the default begin lost updates,
silently, when two threads wrote); readers never wait for it. What an act changed is published after its commit, outside
the transaction. Faults of the machine are turned into our words here and nowhere else.
"""

from __future__ import annotations

import logging
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, contextmanager
from pathlib import Path
from typing import Protocol
from uuid import UUID

import sqlcipher3
from sqlalchemy import Connection, Engine, create_engine, event, text
from sqlalchemy.exc import DBAPIError
from sqlalchemy.orm import Session
from sqlalchemy.pool import QueuePool

from emis_desktop import cipher
from emis_desktop.errors import CannotSave, EmisError, Refused, StoreDamaged
from emis_desktop.journal import Changed, Reading, begin_act, finish_act

log = logging.getLogger(__name__)
READERS = 4
MUTING = "UPDATE capture_context SET muted = ?"


class Author(Protocol):
    """Whoever does something: only the user's id is needed here."""

    @property
    def user_id(self) -> UUID:
        """Id of the user in the store."""


class Database:
    """An open store. Close it to lock: connections end, caches and the key go."""

    def __init__(self, path: Path, key: bytearray, *, wall_ms: Callable[[], int] | None = None) -> None:
        """Open ``path`` with its raw 32-byte ``key``; raises what :func:`emis_desktop.cipher.connect` raises."""
        self.path = path
        self._key = bytearray(key)
        self._wall_ms = wall_ms or (lambda: time.time_ns() // 1_000_000)
        self._writing = threading.Lock()
        self._listeners: list[Callable[[Changed], None]] = []
        self._writer = self._engine("BEGIN IMMEDIATE", query_only=False, size=1)
        self._reader = self._engine("BEGIN", query_only=True, size=READERS)

    def _engine(self, begin: str, *, query_only: bool, size: int) -> Engine:
        def connect() -> sqlcipher3.Connection:
            connection = cipher.connect(self.path, self._key)
            connection.isolation_level = None
            if query_only:
                connection.execute("PRAGMA query_only = ON")
            return connection

        engine = create_engine(
            "sqlite+pysqlite://", module=sqlcipher3, creator=connect, poolclass=QueuePool, pool_size=size, max_overflow=2
        )
        event.listen(engine, "begin", lambda connection: connection.exec_driver_sql(begin))
        return engine

    @contextmanager
    def read(self) -> Iterator[Session]:
        """One consistent look at the store; writing through it is refused by SQLite itself."""
        with _our_words(), self._reader.connect() as connection:
            with connection.begin(), Session(bind=connection, autoflush=False, expire_on_commit=False) as session:
                yield session

    @contextmanager
    def write(
        self, author: Author, verb: str, *, undoes: int | None = None, about: Reading | None = None
    ) -> Iterator[Session]:
        """One act of ``author``: all of it is committed at the end of the block, or, on any exception, none of it.

        ``verb`` names the act in history (``record_mark``); ``undoes`` the act it takes back; ``about`` makes it a
        logged reading. Raises :class:`CannotSave` when the disk is full or read-only, :class:`Refused` when another
        program holds the store for too long.
        """
        with _our_words(), self._writing, self._writer.connect() as connection:
            with connection.begin():
                act = begin_act(connection, author.user_id, verb, self._wall_ms, undoes=undoes, about=about)
                with Session(bind=connection, expire_on_commit=False) as session:
                    session.info["act"] = act
                    yield session
                    session.flush()
                changed = finish_act(connection, act, keep_empty=about is not None)
        if changed is not None:
            self._publish(changed)

    @contextmanager
    def replicate(self) -> Iterator[Session]:
        """A transaction whose writes are not captured, for what comes from elsewhere. The caller publishes nothing."""
        with _our_words(), self._writing, self._writer.connect() as connection, connection.begin():
            connection.exec_driver_sql(MUTING, (1,))
            with Session(bind=connection, expire_on_commit=False) as session:
                yield session
                session.flush()
            connection.exec_driver_sql(MUTING, (0,))

    def maintain(self) -> AbstractContextManager[Connection]:
        """The writer's bare connection, outside any transaction, for ANALYZE, backup and checks."""
        return self._maintain()

    @contextmanager
    def _maintain(self) -> Iterator[Connection]:
        with _our_words(), self._writing, self._writer.connect() as connection:
            yield connection.execution_options(isolation_level="AUTOCOMMIT")

    def subscribe(self, listener: Callable[[Changed], None]) -> Callable[[], None]:
        """Call ``listener`` after each commit that changed something, on the writing thread; returns the way out."""
        self._listeners.append(listener)

        def leave() -> None:
            if listener in self._listeners:
                self._listeners.remove(listener)

        return leave

    def _publish(self, changed: Changed) -> None:
        for listener in tuple(self._listeners):
            try:
                listener(changed)
            except Exception:
                log.exception("a listener failed after act %s", changed.act)

    def close(self) -> None:
        """Lock: refresh the planner's figures, end every connection, wipe this copy of the key."""
        self._listeners.clear()
        with self._writing:
            try:
                with self._writer.connect() as connection:
                    connection.execution_options(isolation_level="AUTOCOMMIT").execute(text("PRAGMA optimize"))
            except (DBAPIError, EmisError):
                log.warning("could not optimise the store while closing", exc_info=True)
            self._reader.dispose()
            self._writer.dispose()
            for position in range(len(self._key)):
                self._key[position] = 0


@contextmanager
def _our_words() -> Iterator[None]:
    """Turn faults of the disk or the file into sentences; everything else passes unchanged."""
    try:
        yield
    except DBAPIError as fault:
        ours = in_our_words(str(fault.orig))
        if ours is None:
            raise
        raise ours from fault


def in_our_words(fault: str) -> EmisError | None:
    """The typed error for SQLite's message, or ``None`` when the fault is ours and not the machine's."""
    said = fault.lower()
    if "disk is full" in said or "full" in said.split():
        return CannotSave("Cannot save on this laptop: the disk is full. Free 200 MB, then do it again.")
    if "readonly" in said or "read-only" in said or "unable to open" in said:
        return CannotSave("Cannot save on this laptop: the data folder cannot be written to. Check its permissions.")
    if "locked" in said or "busy" in said:
        return Refused("Another program is using the records. Nothing was saved; wait a moment and do it again.")
    if "malformed" in said or "not a database" in said or "disk i/o" in said:
        return StoreDamaged("The records file is damaged. Nothing was changed; restore it from a USB copy.")
    return None
