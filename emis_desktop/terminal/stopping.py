"""Ctrl-C is heard wherever it falls."""

from __future__ import annotations

import _thread
import sys
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Final

_LATER_S: Final = 0.05


@contextmanager
def stop_heard() -> Iterator[None]:
    """Ask once more for a stop that fell into a callback of the collector.

    The interpreter drops an exception there, after printing where it was: the work went on to its end as if
    nobody had pressed anything.
    """
    before, working = sys.unraisablehook, threading.Event()
    working.set()

    def again() -> None:
        if working.is_set():
            _thread.interrupt_main()

    def dropped(found: sys.UnraisableHookArgs) -> None:
        if not issubclass(found.exc_type, KeyboardInterrupt):
            before(found)
            return
        later = threading.Timer(_LATER_S, again)  # not from here: it would be dropped again
        later.daemon = True
        later.start()

    sys.unraisablehook = dropped
    try:
        yield
    finally:
        working.clear()
        sys.unraisablehook = before
