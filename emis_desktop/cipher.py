"""The encrypted file under every store: the one way to open one.

A store is a SQLCipher file under a raw 32-byte key (no passphrase derivation, so that it opens in a
fraction of a millisecond). The key travels in buffers that are zeroed, never in a ``str`` and never in SQL,
where a trace or an error could show it. The library is checked before its first use: without the cipher, or
with an SQLite older than 3.51.3 (which can corrupt a WAL when it restarts it), nothing is opened.
"""

import os
from collections.abc import Callable
from contextlib import closing
from functools import cache
from pathlib import Path

import sqlcipher3

from emis_desktop.cipher_words import DAMAGED, FORBIDDEN, in_our_words, our_words
from emis_desktop.errors import CannotSave, EmisError, Refused, StoreDamaged, StoreTooNew
from emis_desktop.files import PRIVATE, check_space, new_file, saving_in
from emis_desktop.secret import wipe

KEY_BYTES = 32
OLDEST_SQLITE = (3, 51, 3)
BUSY_SECONDS = 5.0

Progress = Callable[[int, int], None]
"""Called with pages done and pages in all; what it raises, such as ``Cancelled``, stops the work."""

_PAGES = 2048
"""Pages of 4,096 bytes between two calls of ``progress``."""
_OPERATIONS = 1_000
"""Steps of SQLite between two questions whether to stop."""

_HEX = b"0123456789abcdef"
_PRAGMAS = (
    "foreign_keys = ON",
    "synchronous = FULL",
    "temp_store = MEMORY",
    "secure_delete = ON",
    "cell_size_check = ON",
    "journal_size_limit = 67108864",
)

__all__ = [
    "DAMAGED",
    "WrongKey",
    "check_library",
    "check_pages",
    "connect",
    "fits",
    "give_new_key",
    "in_our_words",
    "our_words",
    "verify",
    "version_mark",
]


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


def fits(path: Path, key: bytearray) -> bool:
    """Whether ``key`` opens the store at ``path``; other faults are raised as by :func:`connect`."""
    try:
        connect(path, key).close()
    except WrongKey:
        return False
    return True


def check_pages(path: Path, key: bytearray) -> None:
    """Read every page of a store, which others may be using; raises :class:`StoreDamaged`."""
    with our_words(), closing(connect(path, key)) as connection:
        _check_pages(connection)


def verify(path: Path, key: bytearray, stopped: Callable[[], bool] | None = None) -> None:
    """Read every page and follow every pointer of a store; raises :class:`StoreDamaged`.

    Others may be using it. ``stopped`` is asked now and then: ``Cancelled`` once it says so.
    """
    with our_words(), closing(connect(path, key)) as connection:
        _check_pages(connection)
        connection.set_progress_handler(stopped, _OPERATIONS)
        said = connection.execute("PRAGMA integrity_check(1)").fetchone()
    if said != ("ok",):
        raise StoreDamaged(DAMAGED)


def _check_pages(connection: sqlcipher3.Connection) -> None:
    """Read the file page by page. One that another connection is writing, or was when the power went, looks
    torn while its whole content stands in the log: before it counts as damage the log is brought into the
    file, and it is looked at once more while nobody may write.
    """
    if not _bad_pages(connection):
        return
    connection.execute("PRAGMA wal_checkpoint(TRUNCATE)").fetchone()
    connection.execute("BEGIN IMMEDIATE")
    if _bad_pages(connection):
        raise StoreDamaged(DAMAGED)
    connection.execute("ROLLBACK")


def _bad_pages(connection: sqlcipher3.Connection) -> bool:
    return connection.execute("PRAGMA cipher_integrity_check").fetchone() is not None


def give_new_key(path: Path, key: bytearray, new_key: bytearray, progress: Progress | None = None) -> None:
    """Encrypt the store at ``path`` anew: ``key`` opens it to the last moment, then ``new_key`` alone does.

    Every other connection must be closed, else :class:`Refused`. Pages are copied one to one, so row ids,
    indexes and versions stay; none is ever written in the clear. The new file is checked before it takes the
    name: a crash leaves the old one or the new one, whole.
    """
    with new_file(path) as part, our_words():
        with closing(connect(path, key)) as old:
            _shut_out_others(old)
            check_space(path.parent, _number(old, "page_count") * _number(old, "page_size"))
            with closing(_connect_copy(part, new_key)) as new:
                old.backup(new, pages=_PAGES, progress=_teller(progress))
        verify(part, new_key)


def _shut_out_others(connection: sqlcipher3.Connection) -> None:
    """Bring everything into the one file and keep it locked until the connection is closed."""
    connection.execute("PRAGMA locking_mode = EXCLUSIVE").fetchone()
    connection.execute("PRAGMA journal_mode = DELETE").fetchone()
    connection.execute("BEGIN EXCLUSIVE")
    connection.execute("COMMIT")


def _connect_copy(path: Path, key: bytearray) -> sqlcipher3.Connection:
    """Open the empty file ``path`` to be filled; nothing in it counts until it is flushed and named."""
    connection = sqlcipher3.connect(str(path), isolation_level=None)
    _hand_over(connection, key)
    connection.execute("PRAGMA journal_mode = OFF").fetchone()
    connection.execute("PRAGMA synchronous = OFF").fetchone()
    return connection


def _teller(progress: Progress | None) -> Callable[[int, int, int], None] | None:
    if progress is None:
        return None
    return lambda _status, left, total: progress(total - left, total)


def _number(connection: sqlcipher3.Connection, pragma: str) -> int:
    """A number a pragma gives; the cipher hands some of them out as text."""
    return int(connection.execute(f"PRAGMA {pragma}").fetchone()[0])


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
        raise CannotSave(FORBIDDEN)


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


def version_mark(version: str) -> int:
    """A program's version as a store keeps it (``application_id``); 0 for one that is none."""
    parts = version.split(".")[:3]
    if len(parts) < 3 or not all(part.isdecimal() and int(part) < 1_000 for part in parts):
        return 0
    major, minor, patch = map(int, parts)
    return major * 1_000_000 + minor * 1_000 + patch


def _check_version(connection: sqlcipher3.Connection, newest: int | None) -> None:
    if newest is None or connection.execute("PRAGMA user_version").fetchone()[0] <= newest:
        return
    mark = connection.execute("PRAGMA application_id").fetchone()[0]
    if not mark:
        raise StoreTooNew(
            "These records come from a newer EMIS Desktop. Nothing was opened; install the newer version, or "
            "restore a copy made before it."
        )
    major, minor, patch = mark // 1_000_000, mark // 1_000 % 1_000, mark % 1_000
    raise StoreTooNew(
        "These records come from a newer EMIS Desktop: they need version {version}. Nothing was opened; "
        "install that version, or restore a copy made before it.",
        version=f"{major}.{minor}.{patch}",
    )


def _prepare(connection: sqlcipher3.Connection) -> None:
    connection.execute("PRAGMA journal_mode = WAL").fetchone()
    for pragma in _PRAGMAS:
        connection.execute(f"PRAGMA {pragma}").fetchone()
