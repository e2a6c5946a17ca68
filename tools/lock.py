"""A lock between processes that the system itself releases when its holder dies, however it dies."""

import os
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

if sys.platform == "win32":
    import msvcrt

    def _take(handle: int) -> None:
        msvcrt.locking(handle, msvcrt.LK_NBLCK, 1)

else:
    import fcntl

    def _take(handle: int) -> None:
        fcntl.flock(handle, fcntl.LOCK_EX | fcntl.LOCK_NB)


PAUSE = 0.2
"""Seconds between two tries."""


@contextmanager
def held(path: Path, on_wait: Callable[[], None]) -> Iterator[int]:
    """Hold the lock at `path` for the block; yield its file descriptor.

    A child process that inherits the descriptor keeps the lock for as long as it lives, so an
    installer that outlives its killed parent is waited for too (not on Windows, where it is not
    inherited). `on_wait` is called once when somebody else holds the lock. Raises OSError when the
    file can't be made.
    """
    handle = os.open(path, os.O_RDWR | os.O_CREAT, 0o644)
    try:
        waited = False
        while True:
            try:
                _take(handle)
                break
            except (BlockingIOError, PermissionError):
                if not waited:
                    on_wait()
                waited = True
                time.sleep(PAUSE)
        yield handle
    finally:
        os.close(handle)
