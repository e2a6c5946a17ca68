"""A store from its making to its opening: new, of today's shape, brought up from an older one, or told why
not.
"""

from __future__ import annotations

import logging
import sqlite3
from collections.abc import Callable, Iterator
from contextlib import closing, contextmanager
from dataclasses import dataclass
from pathlib import Path
from uuid import UUID

import sqlcipher3
from sqlalchemy import Connection, create_engine, event
from sqlalchemy.exc import DBAPIError
from sqlalchemy.orm import Session
from sqlalchemy.pool import NullPool

from emis_desktop import cipher, copies, files
from emis_desktop.cipher_words import DAMAGED, in_our_words
from emis_desktop.database import Author, Database
from emis_desktop.errors import N_, EmisError, Refused, StoreDamaged
from emis_desktop.journal import Reading
from emis_desktop.migrations import CURRENT, Schema, shape
from emis_desktop.models import CaptureContext, Site

log = logging.getLogger(__name__)
RESTORED = ".restored"
"""Ending of the empty file that stands beside a store which came back from a backup."""
CAME_BACK = ".came-back"
"""Ending that it has once the store was opened, until history says so."""


@dataclass(frozen=True, slots=True)
class NewSite:
    """Who a new store is: ``id`` random, ``code`` short and printed in numbers given out here.

    ``store_kind`` is school, ministry or region; ``profile`` the country's code; ``institution_id`` the
    school of a school's store.
    """

    id: UUID
    code: str
    store_kind: str
    profile: str
    institution_id: UUID | None = None


def create(path: Path, key: bytearray, site: NewSite, *, schema: Schema = CURRENT) -> None:
    """Make a new, empty store at ``path``, all of it or nothing.

    Raises :class:`~emis_desktop.errors.Refused` when records are there already,
    :class:`~emis_desktop.errors.CannotSave`.
    """
    if path.exists():
        raise Refused(N_("There are records in {path} already. Nothing was changed."), path=str(path))
    with files.saving_in(path.parent):
        path.parent.mkdir(parents=True, exist_ok=True)
    with files.new_file(path) as part:
        with _whole_transaction(part, key, new=True) as connection:
            shape.build(connection, schema)
            with Session(bind=connection) as session:
                session.add(CaptureContext())
                session.add(
                    Site(
                        id=site.id,
                        code=site.code,
                        store_kind=site.store_kind,
                        profile=site.profile,
                        institution_id=site.institution_id,
                    )
                )
                session.flush()
        copies.tidy(part)


def open_store(
    path: Path, key: bytearray, *, schema: Schema = CURRENT, wall_ms: Callable[[], int] | None = None
) -> Database:
    """Open a store; one of an earlier version is first copied into ``snapshots`` and then brought up, whole
    or not.

    Raises :class:`~emis_desktop.errors.StoreTooNew`, :class:`StoreDamaged`,
    :class:`~emis_desktop.errors.CannotSave`, :class:`~emis_desktop.errors.Refused` (another program uses it).
    """
    version = schema_version(path, key, schema)
    if version < schema.version:
        copies.take_snapshot(path, key, version)
        _bring_up(path, key, schema)
    _begin_generation(path, key)
    return Database(path, key, wall_ms=wall_ms)


def schema_version(path: Path, key: bytearray, schema: Schema = CURRENT) -> int:
    """Number of the newest step a store has taken; raises what :func:`open_store` raises."""
    with closing(cipher.connect(path, key, newest=schema.version)) as connection:
        version = _version(connection)
    if version < 1:
        raise StoreDamaged(DAMAGED)
    return version


def _begin_generation(path: Path, key: bytearray) -> None:
    """Count a store that came back from a backup as a new generation of its site (sync design, section 1)."""
    came_back = path.with_suffix(RESTORED)
    if came_back.exists():
        with _whole_transaction(path, key) as connection:
            connection.exec_driver_sql("UPDATE site SET generation = generation + 1, nonce = NULL")
        with files.saving_in(path.parent):
            files.replace(came_back, path.with_suffix(CAME_BACK))


def note_restore(db: Database, first: Author) -> None:
    """Let history say that the records came from a copy, and who was the ``first`` to sign in to them.

    A laptop that cannot save now says it at the next sign-in.
    """
    mark = db.path.with_suffix(CAME_BACK)
    if not mark.exists():
        return
    try:
        with db.write(first, "restore_copy", about=Reading("user", first.user_id)):
            pass
        mark.unlink(missing_ok=True)
    except (EmisError, OSError):
        log.warning("history does not say yet that the records came from a copy", exc_info=True)


def _version(connection: sqlite3.Connection) -> int:
    return int(connection.execute("PRAGMA user_version").fetchone()[0])


def _bring_up(path: Path, key: bytearray, schema: Schema) -> None:
    try:
        with _whole_transaction(path, key) as connection:
            version = connection.exec_driver_sql("PRAGMA user_version").scalar_one()
            if version < schema.version:  # else another start of the program was quicker
                shape.upgrade(connection, schema)
    except EmisError:
        raise
    except Exception as fault:
        raise EmisError(
            N_(
                "The records could not be brought to this version. Nothing was changed; "
                "use the earlier EMIS Desktop."
            )
        ) from fault


@contextmanager
def _whole_transaction(path: Path, key: bytearray, *, new: bool = False) -> Iterator[Connection]:
    """One transaction on a connection of its own, which enforces no foreign keys while tables are made."""

    def connect() -> sqlite3.Connection:
        connection: sqlite3.Connection = cipher.connect(path, key, create=new)
        connection.execute("PRAGMA foreign_keys = OFF")
        return connection

    engine = create_engine(
        "sqlite+pysqlite://",
        module=sqlcipher3,
        creator=connect,
        hide_parameters=True,
        poolclass=NullPool,
    )
    event.listen(engine, "begin", lambda connection: connection.exec_driver_sql("BEGIN IMMEDIATE"))
    try:
        with engine.connect() as connection, connection.begin():
            yield connection
    except DBAPIError as fault:
        ours = in_our_words(fault.orig)
        if ours is None:
            raise
        raise ours from fault
    finally:
        engine.dispose()
