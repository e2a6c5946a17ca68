"""Whole stores: copied while in use, given a new key, checked page by page.

Pages are copied one to one, so row ids, indexes, versions and free pages stay as they are; on the way each is
opened with one key and sealed with the other. No page is ever written in the clear.
"""

from collections.abc import Callable
from contextlib import closing
from pathlib import Path

import sqlcipher3

from emis_desktop.cipher import DAMAGED, WrongKey, connect, connect_copy, our_words
from emis_desktop.errors import StoreDamaged
from emis_desktop.files import check_space, new_file

Progress = Callable[[int, int], None]
"""Called with pages done and pages in all; what it raises, such as ``Cancelled``, stops the work."""

_PAGES = 512
"""Pages of 4,096 bytes between two calls of ``progress``."""


def copy(
    source: Path,
    key: bytearray,
    target: Path,
    new_key: bytearray | None = None,
    progress: Progress | None = None,
) -> None:
    """Copy a store as it is at one moment, also while it is in use, to the file ``target``, under
    ``new_key``.

    The copy is checked before it takes its name; whatever stops the work leaves what was there before.
    Raises :class:`CannotSave`, :class:`StoreDamaged` or what ``progress`` raises.
    """
    with new_file(target) as part, our_words():
        with closing(connect(source, key)) as old:
            _copy_pages(old, part, new_key or key, progress)
        verify(part, new_key or key)


def give_new_key(path: Path, key: bytearray, new_key: bytearray, progress: Progress | None = None) -> None:
    """Encrypt the store at ``path`` anew: it opens with ``key`` until the last moment, then with
    ``new_key`` alone.

    Every other connection must be closed; one that is not makes it :class:`Refused`. A crash leaves the old
    file or the new one, whole.
    """
    with new_file(path) as part, our_words():
        with closing(connect(path, key)) as old:
            _shut_out_others(old)
            _copy_pages(old, part, new_key, progress)
        verify(part, new_key)


def verify(path: Path, key: bytearray) -> None:
    """Read every page and follow every pointer of a store; raises :class:`StoreDamaged` for anything amiss."""
    with our_words(), closing(connect(path, key)) as connection:
        broken = connection.execute("PRAGMA cipher_integrity_check").fetchone()
        said = connection.execute("PRAGMA integrity_check(1)").fetchone()
    if broken is not None or said != ("ok",):
        raise StoreDamaged(DAMAGED)


def fits(path: Path, key: bytearray) -> bool:
    """Whether ``key`` opens the store at ``path``; other faults are raised."""
    try:
        connect(path, key).close()
    except WrongKey:
        return False
    return True


def _copy_pages(old: sqlcipher3.Connection, part: Path, key: bytearray, progress: Progress | None) -> None:
    size = old.execute("PRAGMA page_count").fetchone()[0] * old.execute("PRAGMA page_size").fetchone()[0]
    check_space(part.parent, size)

    def tell(_status: int, left: int, total: int) -> None:
        if progress is not None:
            progress(total - left, total)

    old.execute("BEGIN")  # one snapshot for all steps: writers go on and the copy never starts over
    old.execute("SELECT count(*) FROM sqlite_schema").fetchone()
    with closing(connect_copy(part, key)) as new:
        old.backup(new, pages=_PAGES, progress=tell)
    old.execute("COMMIT")


def _shut_out_others(connection: sqlcipher3.Connection) -> None:
    """Bring everything into the one file and keep it locked until the connection is closed."""
    connection.execute("PRAGMA locking_mode = EXCLUSIVE").fetchone()
    connection.execute("PRAGMA journal_mode = DELETE").fetchone()
    connection.execute("BEGIN EXCLUSIVE")
    connection.execute("COMMIT")
