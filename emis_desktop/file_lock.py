"""One program at a time: a lock on a file, which the system lets go of by itself when its holder dies."""

import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from emis_desktop.errors import Refused
from emis_desktop.files import PRIVATE, saving_in

if sys.platform == "win32":  # pragma: no cover - the other branch is the one this system runs
    import msvcrt

    def _try_lock(descriptor: int) -> None:
        msvcrt.locking(descriptor, msvcrt.LK_NBLCK, 1)

    def _unlock(descriptor: int) -> None:
        msvcrt.locking(descriptor, msvcrt.LK_UNLCK, 1)

else:
    import fcntl

    def _try_lock(descriptor: int) -> None:
        fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)

    def _unlock(descriptor: int) -> None:
        fcntl.flock(descriptor, fcntl.LOCK_UN)


_STEP = 0.02
"""Seconds between two looks."""


@contextmanager
def locked(path: Path, seconds: float = 10.0) -> Iterator[None]:
    """Hold the lock file ``path`` during the block; waits up to ``seconds``, then raises :class:`Refused`.

    Keeps out threads of this program as well as other programs. The empty file stays where it is.
    """
    with saving_in(path.parent):
        path.touch(PRIVATE)
        handle = path.open("rb+")
    with handle:
        _wait(handle.fileno(), time.monotonic() + seconds)
        try:
            yield
        finally:
            _unlock(handle.fileno())


def _wait(descriptor: int, deadline: float) -> None:
    while True:
        try:
            return _try_lock(descriptor)
        except OSError as fault:
            if time.monotonic() >= deadline:
                raise Refused(
                    "Another EMIS Desktop is saving on this laptop. Nothing was changed; try again soon."
                ) from fault
        time.sleep(_STEP)
