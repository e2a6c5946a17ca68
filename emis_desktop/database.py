"""The one way into a store: ``read()`` for one consistent look, ``write()`` for one act, ``replicate()`` for
downloads, ``local()`` for what is kept beside the records.

WAL with ``synchronous=FULL``; one writer at a time, begun with BEGIN IMMEDIATE (the default begin lost
updates, silently, when two threads wrote); readers never wait for it. What an act changed is published after
its commit, outside the transaction. Faults of the disk or the file leave as our own words.
"""

from __future__ import annotations

import logging
import sqlite3
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from functools import partial
from pathlib import Path
from typing import Protocol, cast
from uuid import UUID

import sqlcipher3
from sqlalchemy import Connection, Engine, create_engine, event
from sqlalchemy.engine.interfaces import DBAPIConnection
from sqlalchemy.exc import DBAPIError, DisconnectionError
from sqlalchemy.orm import Session
from sqlalchemy.pool import ConnectionPoolEntry, PoolProxiedConnection, QueuePool

from emis_desktop import cipher, search_index
from emis_desktop.announcer import Announcer
from emis_desktop.cipher_words import in_our_words
from emis_desktop.errors import N_, CannotSave, EmisError, Refused, StoreDamaged
from emis_desktop.journal import Changed, Reading, begin_act, finish_act
from emis_desktop.secret import wipe
from emis_desktop.turns import Readers, Turn

log = logging.getLogger(__name__)
READERS = 4
_CACHE_KB = 16_000
_MUTE = "UPDATE capture_context SET muted = 1"
_UNMUTE = "UPDATE capture_context SET muted = 0, received = received + 1"
_GONE = N_(
    "Cannot save: the data folder is not there any more. Put the USB stick in again, or bring the folder "
    "back, then do it again."
)
_NOT_SEEN = N_(
    "The data folder is not there any more. Put the USB stick in again, or bring the folder back, then look "
    "again."
)
_FILE = "file"


class Author(Protocol):
    """Whoever does something: only the user's id is needed here."""

    @property
    def user_id(self) -> UUID:
        """Id of the user in the store."""


class Database:
    """An open store, for all threads of the program. Close it to lock: connections end, this copy of the key
    goes.
    """

    def __init__(self, path: Path, key: bytearray, *, wall_ms: Callable[[], int] | None = None) -> None:
        """Open ``path`` with its raw 32-byte ``key`` (copied); raises what
        :func:`emis_desktop.cipher.connect` raises.

        ``wall_ms`` gives the wall clock in milliseconds since 1970 UTC.
        """
        self.path = path
        self._key = bytearray(key)
        self._wall_ms = wall_ms or _wall_ms
        self._closed = False
        self._turn = Turn()
        self._readers = Readers()
        self._announcer = Announcer()
        self._watchers: list[Callable[[EmisError | None], None]] = []
        self._failing = False
        self._alarms: list[Callable[[StoreDamaged], None]] = []
        self._damage: StoreDamaged | None = None
        self._opened = False
        self._writer = self._engine("BEGIN IMMEDIATE", query_only=False, size=1)
        self._reader = self._engine("BEGIN", query_only=True, size=READERS)

    def _engine(self, begin: str, *, query_only: bool, size: int) -> Engine:
        def connect(record: ConnectionPoolEntry) -> sqlite3.Connection:
            if self._closed:
                raise Refused(N_("The records are locked. Sign in to open them."))
            record.info[_FILE] = _identity(self.path)
            if self._opened and record.info[_FILE] is None:
                raise Refused(_NOT_SEEN) if query_only else CannotSave(_GONE)
            try:
                connection = cipher.connect(self.path, self._key)
            except StoreDamaged as fault:
                self._found_damaged(fault)
                raise
            self._opened = True
            connection.execute(f"PRAGMA cache_size = -{_CACHE_KB}")
            connection.execute("PRAGMA recursive_triggers = ON")  # so that REPLACE is refused like a delete
            if query_only:
                connection.execute("PRAGMA query_only = ON")
            return cast(sqlite3.Connection, connection)  # the cipher's driver has its shape and no types

        def end_if_closed(_connection: DBAPIConnection, record: ConnectionPoolEntry) -> None:
            """A look that outlived the store ends its connection itself, and its copy of the key with it."""
            if self._closed:
                record.invalidate()

        engine = create_engine(
            "sqlite+pysqlite://",
            module=sqlcipher3,
            creator=connect,
            hide_parameters=True,  # a fault goes into the log, where no name or mark may stand
            poolclass=QueuePool,
            pool_size=size,
            max_overflow=size,
            pool_use_lifo=True,  # whoever looks has the connection that has just read the same pages
        )
        event.listen(engine, "begin", lambda connection: connection.exec_driver_sql(begin))
        event.listen(engine, "checkout", partial(self._end_if_exchanged, query_only))
        event.listen(engine, "checkin", end_if_closed)
        return engine

    def _end_if_exchanged(
        self,
        query_only: bool,
        _connection: DBAPIConnection,
        record: ConnectionPoolEntry,
        _proxy: PoolProxiedConnection,
    ) -> None:
        """Open the file anew where another one is in its place by now, or, for a write, none.

        A file that was deleted, or went with its stick, can still be written to while it is open, at least on
        Linux, and all of that is lost. What it shows may still be looked at.
        """
        there = _identity(self.path)
        if there != record.info[_FILE] and not (query_only and there is None):
            raise DisconnectionError("another file is in the place of the store")

    @contextmanager
    def read(self) -> Iterator[Session]:
        """One consistent look at the store; writing through it is refused by SQLite itself."""
        with (
            self._readers.one(),
            self._our_words(),
            self._reader.connect() as connection,
            connection.begin(),
            Session(bind=connection, autoflush=False, expire_on_commit=False) as session,
        ):
            yield session

    @contextmanager
    def write(
        self,
        author: Author,
        verb: str,
        *,
        undoes: int | None = None,
        about: Reading | None = None,
        index: bool = True,
    ) -> Iterator[Session]:
        """One act of ``author``: committed whole at the end of the block, or, on any exception, not at all.

        ``verb`` names the act in history (``record_mark``); ``undoes`` the act it takes back; ``about`` makes
        it a logged reading. Without ``index`` the search index is left to the next :meth:`replicate`, for the
        many acts of a bulk load. ``session.info["act"]`` is the open act. Raises
        :class:`~emis_desktop.errors.CannotSave` when the disk is full or read-only, :class:`Refused` when
        another program or thread writes for too long, and :class:`RuntimeError` when this thread is inside a
        write already.
        """
        with self._writing() as connection:
            act = begin_act(connection, author.user_id, verb, self._wall_ms, undoes=undoes, about=about)
            with Session(bind=connection, expire_on_commit=False) as session:
                session.info["act"] = act
                yield session
                session.flush()
            (search_index.refresh if index else search_index.postpone)(connection)
            changed = finish_act(connection, act, keep_empty=about is not None)
        if changed is not None:
            self._announcer.committed(changed)

    @contextmanager
    def replicate(self, *, index: bool = True) -> Iterator[Session]:
        """A transaction whose writes are not captured, for what comes from elsewhere.

        ``session.info["tables"]`` is a set that the caller fills with the names of what it changed; they are
        published after the commit, with 0 for the act. Without ``index`` the search index is left to the next
        such transaction, for the many of a snapshot.
        """
        tables: set[str] = set()
        with self._writing() as connection:
            connection.exec_driver_sql(_MUTE)
            with Session(bind=connection, expire_on_commit=False) as session:
                session.info["tables"] = tables
                yield session
                session.flush()
            (search_index.catch_up if index else search_index.postpone)(connection)
            connection.exec_driver_sql(_UNMUTE)
        self._announcer.received(frozenset(tables))

    @contextmanager
    def local(self) -> Iterator[Connection]:
        """A transaction on what only this laptop keeps. It is no act, so a write to a record is refused."""
        with self._writing() as connection:
            yield connection

    @contextmanager
    def _writing(self) -> Iterator[Connection]:
        try:
            with (
                self._turn.taken(),
                self._our_words(),
                self._writer.connect() as connection,
                connection.begin(),
            ):
                yield connection
        except (CannotSave, StoreDamaged) as fault:
            self._saving(fault)
            raise
        self._saving(None)

    def watch_saving(self, watcher: Callable[[EmisError | None], None]) -> None:
        """Call ``watcher`` with the fault when the laptop cannot save, and with None when it can again.

        It is called on the thread that writes, until :meth:`close`.
        """
        self._watchers.append(watcher)

    def _saving(self, fault: EmisError | None) -> None:
        if fault is None and not self._failing:
            return
        self._failing = fault is not None
        for watcher in tuple(self._watchers):
            try:
                watcher(fault)
            except Exception:
                log.exception("a watcher of saving failed")

    def watch_damage(self, watcher: Callable[[StoreDamaged], None]) -> None:
        """Call ``watcher`` once when reading or writing finds the file damaged, on the thread that found it.

        From then on every look and every act is refused with the same fault.
        """
        self._alarms.append(watcher)

    @property
    def damaged(self) -> bool:
        """Whether reading or writing has found the file damaged."""
        return self._damage is not None

    def _found_damaged(self, fault: StoreDamaged) -> None:
        if self._damage is not None:
            return
        self._damage = fault
        log.critical("the store is damaged")
        for watcher in tuple(self._alarms):
            try:
                watcher(fault)
            except Exception:
                log.exception("a watcher of damage failed")

    @contextmanager
    def _our_words(self) -> Iterator[None]:
        """Turn faults of the disk or the file into sentences; everything else passes unchanged."""
        if self._damage is not None:
            raise StoreDamaged(self._damage.message, **self._damage.values)
        try:
            yield
        except (DBAPIError, sqlcipher3.Error) as fault:
            ours = in_our_words(fault.orig if isinstance(fault, DBAPIError) else fault)
            if ours is None:
                raise
            if isinstance(ours, StoreDamaged):
                self._found_damaged(ours)
            raise ours from fault

    @contextmanager
    def maintain(self) -> Iterator[sqlite3.Connection]:
        """The writer's bare connection, outside any transaction, for ANALYZE, backup and checks."""
        with self._turn.taken(), self._our_words(), self._writer.connect() as connection:
            bare = connection.connection.driver_connection
            yield cast(sqlite3.Connection, bare)

    def analyze(self) -> None:
        """Refresh the planner's figures, after a bulk load (ranking a year group went from 87 to 5 ms)."""
        with self.maintain() as connection:
            connection.execute("ANALYZE")

    def change_key(self, settle: Callable[[], bytearray]) -> None:
        """Close the file for ``settle``, which encrypts it anew, and go on with the key that it returns.

        Waits for open reads and writes; who asks meanwhile waits. Listeners stay. When ``settle`` fails the
        key is as before.
        """
        with self._turn.taken(), self._readers.none():
            self._reader.dispose()
            self._writer.dispose()
            fresh = bytearray(settle())
            wipe(self._key)
            self._key = fresh

    def subscribe(self, listener: Callable[[Changed], None]) -> Callable[[], None]:
        """Call ``listener`` after each commit that changed something, on its thread; returns the way out."""
        return self._announcer.subscribe(listener)

    def catch_up(self) -> None:
        """Publish what another program has written since the last call; the first call only looks."""
        with self.read() as session:
            news = self._announcer.look(session.connection())
        if news is not None:
            self._announcer.tell(news)

    def close(self) -> None:
        """Lock: wait for an open write, bring the log into the file, end every connection, wipe the key."""
        if self._closed:
            return
        self._announcer.silence()
        self._watchers.clear()
        self._alarms.clear()
        try:
            with self.maintain() as connection:
                connection.execute("PRAGMA optimize")
                connection.execute("PRAGMA wal_checkpoint(TRUNCATE)").fetchall()
        except Exception:
            log.warning("the store was closed without its last upkeep", exc_info=True)
        self._closed = True
        self._reader.dispose()
        self._writer.dispose()
        wipe(self._key)


def _identity(path: Path) -> tuple[int, int] | None:
    """Which file is at ``path``, None where none is."""
    try:
        found = path.stat()
    except OSError:
        return None
    return found.st_dev, found.st_ino


def _wall_ms() -> int:
    return time.time_ns() // 1_000_000
