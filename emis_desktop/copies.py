"""Whole copies of a store: made while it is in use, under the same key, and believed only after being opened.

Before a store is brought to a newer version its copy goes into the folder ``snapshots`` beside it, where the
newest few are kept.
"""

from __future__ import annotations

import math
import re
import time
from collections.abc import Callable
from contextlib import closing
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

from emis_desktop import cipher, files
from emis_desktop.cipher_words import our_words
from emis_desktop.errors import N_, CannotSave, StoreDamaged

KEPT = 3
"""Snapshots kept of each store."""
_PAGES = 2048
"""Pages copied between two reports of progress: 8 MB."""
_SIZE = ("PRAGMA page_count", "PRAGMA page_size")
_NAME = re.compile(r"(?P<stem>.+)-v(?P<version>\d+)-(?P<taken>\d{8}T\d{12})")


@dataclass(frozen=True, slots=True)
class Snapshot:
    """A copy of a store as it was before a step to a newer version."""

    path: Path
    version: int
    taken_at: datetime


def copy_store(
    source: Path,
    key: bytearray,
    target: Path,
    progress: cipher.Progress | None = None,
    *,
    check: bool = True,
) -> None:
    """Put a whole copy of the store ``source``, as of this moment, at ``target``, under the same key.

    Others may go on reading and writing. The copy has been opened and checked page by page before it takes
    its name, unless ``check`` is left to the caller. ``progress`` is told pages done and pages in all; what
    it raises ends the work without a trace. Raises :class:`CannotSave`,
    :class:`~emis_desktop.errors.StoreDamaged`.
    """
    with closing(cipher.connect(source, key)) as origin, our_words():
        origin.execute("BEGIN")
        files.check_space(target.parent, math.prod(int(origin.execute(ask).fetchone()[0]) for ask in _SIZE))
        with files.new_file(target) as part:
            with closing(cipher.connect(part, key, create=True)) as copy:
                origin.backup(copy, pages=_PAGES, progress=_teller(progress))
            if check:
                verify(part, key)
            tidy(part)


def verify(path: Path, key: bytearray) -> None:
    """Open a copy and read every page of it; raises :class:`CannotSave` when anything in it is not whole."""
    try:
        cipher.verify(path, key)
    except StoreDamaged as fault:
        raise CannotSave(
            N_("The copy could not be read back. Nothing was changed; use another disk.")
        ) from fault


def tidy(path: Path) -> None:
    """Remove the empty log files that the last connection to a store may leave beside it."""
    for ending in ("-wal", "-shm"):
        path.with_name(path.name + ending).unlink(missing_ok=True)


def take_snapshot(store: Path, key: bytearray, version: int) -> Snapshot:
    """Keep a copy of ``store``, whose schema version is ``version``, and let the oldest ones go."""
    taken_at = datetime.fromtimestamp(time.time_ns() // 1000 / 1_000_000, UTC)
    folder = store.parent / "snapshots"
    with files.saving_in(folder):
        folder.mkdir(parents=True, exist_ok=True)
    files.clear_leftovers(folder)
    path = folder / f"{store.stem}-v{version}-{taken_at:%Y%m%dT%H%M%S%f}{store.suffix}"
    copy_store(store, key, path)
    for old in snapshots(store)[KEPT:]:
        old.path.unlink(missing_ok=True)
    return Snapshot(path, version, taken_at)


def snapshots(store: Path) -> list[Snapshot]:
    """The kept snapshots of ``store``, newest first."""
    found = []
    for path in (store.parent / "snapshots").glob(f"*{store.suffix}"):
        name = _NAME.fullmatch(path.stem)
        if name and name["stem"] == store.stem:
            taken_at = datetime.strptime(name["taken"], "%Y%m%dT%H%M%S%f").replace(tzinfo=UTC)
            found.append(Snapshot(path, int(name["version"]), taken_at))
    return sorted(found, key=lambda snapshot: snapshot.taken_at, reverse=True)


def _teller(progress: cipher.Progress | None) -> Callable[[int, int, int], None] | None:
    return None if progress is None else lambda _status, left, total: progress(total - left, total)
