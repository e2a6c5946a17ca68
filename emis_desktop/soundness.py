"""Whether a store is whole: looked at when it is opened, and remembered as long as nothing else touched it.

Every page of a store of up to :data:`AT_ONCE` bytes (some 25,000 pupils) is read before anything in it is
believed. Following every pointer, and the pages of a larger store, take longer: that look is due after the
program ended without closing the store, when the file is not as it was left, and each week. While a store is
open no mark lies beside it; closing it leaves one that says how the file was left, when it was last looked
through and whether anything in it was not sent to the ministry yet.
"""

import time
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path

import msgspec

from emis_desktop import cipher, files
from emis_desktop.errors import CannotSave

AT_ONCE = 64_000_000
"""Bytes; reading the pages of as much takes a seventh of a second."""
EVERY = 7 * 86_400
"""Seconds between two looks through a store that nothing happened to."""


@dataclass(frozen=True, slots=True)
class _Mark:
    """How a store was left: bytes, last change (ns) and last look through it (s), both since 1970.

    ``all_sent``: the ministry has everything that is in it.
    """

    size: int
    changed: int
    looked_at: float
    all_sent: bool = False


def begin(path: Path, key: bytearray) -> float | None:
    """Look at a store about to be opened; returns when it was looked through, ``None`` when that is due.

    Raises :class:`~emis_desktop.errors.StoreDamaged`, and what :func:`emis_desktop.cipher.connect` raises.
    """
    mark = _read(path)
    as_left = mark is not None and _is_as_left(path, mark)
    with suppress(OSError):
        _beside(path).unlink(missing_ok=True)
    if path.exists() and path.stat().st_size <= AT_ONCE:
        cipher.check_pages(path, key)
    return mark.looked_at if mark is not None and as_left else None


def end(path: Path, looked_at: float | None, *, all_sent: bool = False) -> None:
    """Leave the mark beside a store just closed, unless it has not been looked through."""
    if looked_at is None:
        return
    with suppress(OSError, CannotSave):  # without the mark the next look comes sooner
        found = path.stat()
        mark = _Mark(found.st_size, found.st_mtime_ns, looked_at, all_sent)
        files.write(_beside(path), msgspec.json.encode(mark))


def was_all_sent(path: Path) -> bool:
    """Whether a closed store is as it was left, with nothing in it that the ministry does not have."""
    mark = _read(path)
    return mark is not None and mark.all_sent and _is_untouched(path, mark)


def _beside(path: Path) -> Path:
    return path.with_suffix(".sound")


def _read(path: Path) -> _Mark | None:
    try:
        return msgspec.json.decode(_beside(path).read_bytes(), type=_Mark)
    except (OSError, ValueError, RecursionError):
        return None


def _is_as_left(path: Path, mark: _Mark) -> bool:
    """Whether nothing has happened to the file since, and the last look is not too old."""
    return _is_untouched(path, mark) and 0 <= time.time() - mark.looked_at < EVERY


def _is_untouched(path: Path, mark: _Mark) -> bool:
    log = path.with_name(f"{path.name}-wal")
    try:
        found = path.stat()
        logged = log.stat().st_size if log.exists() else 0
    except OSError:
        return False
    return (found.st_size, found.st_mtime_ns, logged) == (mark.size, mark.changed, 0)
