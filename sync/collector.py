"""Holding the garbage collector back while much is read or written at once.

A batch makes some ten objects an operation, none of them garbage before its end; looking through them again
and again took a third of the time.
"""

from __future__ import annotations

import gc
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager

_lock = threading.Lock()
_holders: list[bool] = []
_ended = float("-inf")


def quiet_for() -> float:
    """Seconds since anything was read or written at once; 0 while it is."""
    with _lock:
        return 0.0 if _holders else time.monotonic() - _ended


@contextmanager
def held_back() -> Iterator[None]:
    """No collection while the block lasts, in this process; blocks may lie in each other and beside."""
    with _lock:
        if not _holders and gc.isenabled():
            gc.disable()
            _holders.append(True)
        else:
            _holders.append(False)
    try:
        yield
    finally:
        with _lock:
            _resume()


def _resume() -> None:
    """The last one out lets the collector work again, if it did before."""
    global _ended  # noqa: PLW0603 - one process, one collector
    _ended = time.monotonic()
    was_on = _holders[0]
    _holders.pop()
    if not _holders:
        if was_on:
            gc.enable()
    else:
        _holders[0] = was_on
