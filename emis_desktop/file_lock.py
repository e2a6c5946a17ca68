"""One program at a time: a lock on a file, which the system lets go of by itself when its holder dies."""

import errno
import os
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

from emis_desktop.errors import Refused
from emis_desktop.files import PRIVATE, saving_in

if sys.platform == "win32":  # pragma: no cover - the other branch is the one this system runs
    import msvcrt

    _SEATS = 64
    """Bytes of the file: who shares it locks one that is free, who has it alone all of them."""

    def _try_lock(descriptor: int, *, shared: bool) -> None:
        for seat in range(_SEATS if shared else 1):
            os.lseek(descriptor, seat, os.SEEK_SET)
            with suppress(OSError):
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


@contextmanager
def locked(path: Path, seconds: float = 10.0, *, shared: bool = False) -> Iterator[None]:
    """Hold the lock file ``path`` during the block; waits up to ``seconds``, then raises :class:`Refused`.

    Keeps out threads of this program as well as other programs; those who have it ``shared`` keep out only
    whoever wants it alone. The empty file stays where it is.
    """
    with saving_in(path.parent):
        path.touch(PRIVATE)
        handle = path.open("rb+")
    with handle:
        _wait(handle.fileno(), time.monotonic() + seconds, shared=shared)
        try:
            yield
        finally:
            _unlock(handle.fileno(), shared=shared)


def _wait(descriptor: int, deadline: float, *, shared: bool) -> None:
    while True:
        try:
            return _try_lock(descriptor, shared=shared)
        except OSError as fault:
            if time.monotonic() >= deadline:
                raise Refused(
                    "Another EMIS Desktop is saving on this laptop. Nothing was changed; try again soon."
                ) from fault
        time.sleep(_STEP)
