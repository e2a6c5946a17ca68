"""One program at a time: a lock on a file, which the system lets go of by itself when its holder dies."""

import errno
import os
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import BinaryIO

from emis_desktop.errors import CannotSave, Refused
from emis_desktop.files import PRIVATE, saving_in

if sys.platform == "win32":  # pragma: no cover - the other branch is the one this system runs
    import msvcrt

    _SEATS = 64
    """Bytes of the file: who shares it locks one that is free, who has it alone all of them."""

    def _try_lock(descriptor: int, *, shared: bool) -> None:
        for seat in range(_SEATS if shared else 1):
            os.lseek(descriptor, seat, os.SEEK_SET)
            with suppress(PermissionError):
                return msvcrt.locking(descriptor, msvcrt.LK_NBLCK, 1 if shared else _SEATS)
        raise OSError(errno.EACCES, "the lock is held")

    def _unlock(descriptor: int, *, shared: bool) -> None:
        msvcrt.locking(descriptor, msvcrt.LK_UNLCK, 1 if shared else _SEATS)

else:
    import fcntl

    def _try_lock(descriptor: int, *, shared: bool) -> None:
        fcntl.flock(descriptor, (fcntl.LOCK_SH if shared else fcntl.LOCK_EX) | fcntl.LOCK_NB)

    def _unlock(descriptor: int, *, shared: bool) -> None:  # noqa: ARG001 - the other system needs to know
        fcntl.flock(descriptor, fcntl.LOCK_UN)


_STEP = 0.02
"""Seconds between two looks."""
_HELD = frozenset({errno.EAGAIN, errno.EWOULDBLOCK, errno.EACCES})
"""What the system says of a lock that somebody has; whatever else it says, nobody gets one there."""
_FORBIDDEN = frozenset({errno.EACCES, errno.EPERM, errno.EROFS})


@contextmanager
def locked(path: Path, seconds: float = 10.0, *, shared: bool = False) -> Iterator[None]:
    """Hold the lock file ``path`` during the block; waits up to ``seconds``, then raises :class:`Refused`.

    Keeps out threads of this program as well as other programs; those who have it ``shared`` keep out only
    whoever wants it alone. The empty file stays where it is. Raises :class:`CannotSave` where the folder may
    only be read, or its disk knows no locks.
    """
    with _opened(path) as handle:
        _wait(handle.fileno(), time.monotonic() + seconds, path.parent, shared=shared)
        try:
            yield
        finally:
            with suppress(OSError):  # a disk that went away: closing lets go as well
                _unlock(handle.fileno(), shared=shared)


def _opened(path: Path) -> BinaryIO:
    with saving_in(path.parent):
        try:
            return os.fdopen(os.open(path, os.O_RDWR | os.O_CREAT, PRIVATE), "rb+")
        except OSError as fault:
            if fault.errno not in _FORBIDDEN:
                raise
            # Who opens records or keys has chosen no place, so "choose another" would not help them.
            raise CannotSave(
                "Nothing was done: the folder {place} may only be read. Take the write protection off it or "
                "its disk, or ask whoever looks after this laptop.",
                place=str(path.parent),
            ) from fault


def _wait(descriptor: int, deadline: float, folder: Path, *, shared: bool) -> None:
    while True:
        try:
            return _try_lock(descriptor, shared=shared)
        except OSError as fault:
            if fault.errno not in _HELD:
                # Never on without it: of two programs one would undo the other's change of the keys, or a
                # restore carry off what the other has open; and the store itself needs such locks, too.
                raise CannotSave(
                    "Nothing was done: the disk of {place} cannot keep two programs apart. Keep the data "
                    "folder on a disk of this laptop.",
                    place=str(folder),
                ) from fault
            if time.monotonic() >= deadline:
                raise Refused(
                    "Another EMIS Desktop is saving on this laptop. Nothing was changed; try again soon."
                ) from fault
        time.sleep(_STEP)
