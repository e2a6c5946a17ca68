"""The encrypted file under every store: the one way to open one.

A store is a SQLCipher file under a raw 32-byte key (no passphrase derivation, so that it opens in a
fraction of a millisecond). The key travels in buffers that are zeroed, never in a ``str`` and never in SQL,
where a trace or an error could show it. The library is checked before its first use: without the cipher, or
with an SQLite older than 3.51.3 (which can corrupt a WAL when it restarts it), nothing is opened.
"""

import os
from collections.abc import Iterator
from contextlib import closing, contextmanager
from functools import cache
from pathlib import Path

import sqlcipher3

from emis_desktop.errors import N_, CannotSave, EmisError, Refused, StoreDamaged, StoreTooNew
from emis_desktop.files import PRIVATE, saving_in
from emis_desktop.secret import wipe

KEY_BYTES = 32
OLDEST_SQLITE = (3, 51, 3)
BUSY_SECONDS = 5.0

DAMAGED = N_("The records file is damaged. Nothing was changed; restore it from a USB copy.")

_HEX = b"0123456789abcdef"
_PRAGMAS = (
    "foreign_keys = ON",
    "synchronous = FULL",
    "temp_store = MEMORY",
    "secure_delete = ON",
    "cell_size_check = ON",
    "journal_size_limit = 67108864",
)
_FULL = (CannotSave, N_("Cannot save on this laptop: the disk is full. Free 200 MB, then do it again."))
_FORBIDDEN = (
    CannotSave,
    N_("Cannot save on this laptop: the data folder cannot be written to. Check its permissions."),
)
_BUSY = (
    Refused,
    N_("Another program is using the records. Nothing was saved; wait a moment and do it again."),
)
_FAULTS: dict[int, tuple[type[EmisError], str]] = {
    sqlcipher3.SQLITE_FULL: _FULL,
    sqlcipher3.SQLITE_READONLY: _FORBIDDEN,
    sqlcipher3.SQLITE_PERM: _FORBIDDEN,
    sqlcipher3.SQLITE_CANTOPEN: _FORBIDDEN,
    sqlcipher3.SQLITE_BUSY: _BUSY,
    sqlcipher3.SQLITE_LOCKED: _BUSY,
    sqlcipher3.SQLITE_CORRUPT: (StoreDamaged, DAMAGED),
    sqlcipher3.SQLITE_NOTADB: (StoreDamaged, DAMAGED),
    sqlcipher3.SQLITE_IOERR: (
        CannotSave,
        N_("The disk of this laptop gave a fault. Restart the laptop, then back up to a USB stick."),
    ),
}


class WrongKey(StoreDamaged):
    """The key does not fit this file, or its first page is damaged: the two look the same."""


def check_library() -> tuple[str, str]:
    """Versions of SQLite and of SQLCipher; raises :class:`EmisError` when they are not fit for records."""
    version, cipher = _library()
    if not cipher or version < OLDEST_SQLITE:
        raise EmisError(
            "EMIS Desktop is not completely installed on this laptop. Nothing was opened; install it again."
        )
    return ".".join(map(str, version)), cipher


def connect(
    path: Path, key: bytearray, *, create: bool = False, newest: int | None = None
) -> sqlcipher3.Connection:
    """Open the store at ``path`` with its raw 32-byte ``key``, in autocommit, for one thread at a time.

    ``create`` makes a new, empty store and refuses a path that holds one; without it a missing or empty file
    is told, never silently replaced by an empty store. ``newest`` is the highest ``user_version`` the caller
    understands. Raises :class:`WrongKey`, :class:`StoreDamaged`, :class:`StoreTooNew`, :class:`CannotSave` or
    :class:`Refused`.
    """
    check_library()
    _check_path(path, create=create)
    with our_words():
        connection = sqlcipher3.connect(
            str(path), timeout=BUSY_SECONDS, isolation_level=None, check_same_thread=False
        )
        try:
            _hand_over(connection, key)
            _prove(connection)
            _check_version(connection, newest)
            _prepare(connection)
        except BaseException:
            connection.close()
            raise
    return connection


def connect_copy(path: Path, key: bytearray) -> sqlcipher3.Connection:
    """Open the empty file ``path`` to be filled by a backup; nothing in it counts until it is flushed and
    named.
    """
    connection = sqlcipher3.connect(str(path), isolation_level=None)
    _hand_over(connection, key)
    connection.execute("PRAGMA journal_mode = OFF").fetchone()
    connection.execute("PRAGMA synchronous = OFF").fetchone()
    return connection


@contextmanager
def our_words() -> Iterator[None]:
    """Turn faults of the disk or of the file into typed sentences; every other exception passes unchanged."""
    try:
        yield
    except sqlcipher3.Error as fault:
        ours = in_our_words(fault)
        if ours is None:
            raise
        raise ours from fault


def in_our_words(fault: BaseException | None) -> EmisError | None:
    """The typed error for a fault of SQLite, or ``None`` when the fault is the program's own."""
    code = getattr(fault, "sqlite_errorcode", None)
    kind, message = _FAULTS.get((code or 0) & 0xFF, (None, ""))
    return None if kind is None else kind(message)


@cache
def _library() -> tuple[tuple[int, ...], str]:
    with closing(sqlcipher3.connect(":memory:")) as probe:
        row = probe.execute("PRAGMA cipher_version").fetchone()
    return tuple(sqlcipher3.sqlite_version_info), str(row[0]) if row else ""


def _check_path(path: Path, *, create: bool) -> None:
    there = path.exists() and path.stat().st_size > 0
    if create:
        if there:
            raise Refused("There are records in {path} already. Nothing was changed.", path=str(path))
        with saving_in(path.parent):
            path.parent.mkdir(parents=True, exist_ok=True)
            path.touch(PRIVATE)
    elif not there:
        raise StoreDamaged(
            "The records file {name} is not on this laptop any more. Restore it from a USB copy.",
            name=path.name,
        )
    elif not (os.access(path, os.W_OK) and os.access(path.parent, os.W_OK)):
        kind, message = _FORBIDDEN
        raise kind(message)


def _hand_over(connection: sqlcipher3.Connection, key: bytearray) -> None:
    """Give the key to the cipher and fix its settings, whatever a later version takes as default."""
    connection.execute("PRAGMA cipher_log_level = NONE").fetchone()
    literal = _literal(key)
    try:
        connection.set_key(literal)
    finally:
        wipe(literal)
    connection.execute("PRAGMA cipher_compatibility = 4").fetchone()


def _prove(connection: sqlcipher3.Connection) -> None:
    """Read the first page: only the right key and a sound file can."""
    try:
        connection.execute("SELECT count(*) FROM sqlite_schema").fetchone()
    except sqlcipher3.DatabaseError as fault:
        if fault.sqlite_errorcode == sqlcipher3.SQLITE_NOTADB:
            raise WrongKey(DAMAGED) from fault
        raise


def _literal(key: bytearray) -> bytearray:
    """``x'...'`` for a raw key, built without a copy that could not be zeroed."""
    if len(key) != KEY_BYTES:
        raise ValueError("a store's key has 32 bytes")
    literal = bytearray(b"x'" + bytes(2 * KEY_BYTES) + b"'")
    for position, byte in enumerate(key):
        literal[2 + 2 * position] = _HEX[byte >> 4]
        literal[3 + 2 * position] = _HEX[byte & 15]
    return literal


def _check_version(connection: sqlcipher3.Connection, newest: int | None) -> None:
    if newest is not None and connection.execute("PRAGMA user_version").fetchone()[0] > newest:
        raise StoreTooNew(
            "These records come from a newer EMIS Desktop. Nothing was opened; install the newer version."
        )


def _prepare(connection: sqlcipher3.Connection) -> None:
    connection.execute("PRAGMA journal_mode = WAL").fetchone()
    for pragma in _PRAGMAS:
        connection.execute(f"PRAGMA {pragma}").fetchone()
