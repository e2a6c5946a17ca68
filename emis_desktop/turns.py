"""Whose turn it is in an open store: readers beside each other, one writer, nobody while the key changes."""

from __future__ import annotations

import threading
from collections import deque
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Final

from emis_desktop.errors import N_, Refused

PATIENCE: Final = 10.0
"""Seconds a thread waits for another thread's write to end."""
_BUSY = N_("The records are busy with a longer piece of work. Nothing was saved; do it again.")


class Readers:
    """How many look at the store right now; nobody may while it changes its key."""

    def __init__(self) -> None:
        self._changed = threading.Condition()
        self._count = 0
        self._shut = False

    @contextmanager
    def one(self) -> Iterator[None]:
        """Be one of them for the block."""
        with self._changed:
            self._wait(lambda: not self._shut)
            self._count += 1
        try:
            yield
        finally:
            with self._changed:
                self._count -= 1
                self._changed.notify_all()

    @contextmanager
    def none(self) -> Iterator[None]:
        """Wait until nobody looks, and let nobody look for the block."""
        with self._changed:
            self._wait(lambda: not self._shut)
            self._shut = True
        try:
            with self._changed:
                self._wait(lambda: self._count == 0)
            yield
        finally:
            with self._changed:
                self._shut = False
                self._changed.notify_all()

    def _wait(self, until: Callable[[], bool]) -> None:
        if not self._changed.wait_for(until, timeout=PATIENCE):
            raise Refused(_BUSY)


class Turn:
    """Whose turn it is to write: one thread at a time, in the order in which they came, and never the same
    thread twice at once.

    In order, because a long piece of work in many short writes (a large sync) would else begin its next write
    before the one who types has woken up, again and again.
    """

    def __init__(self) -> None:
        self._changed = threading.Condition()
        self._waiting: deque[object] = deque()
        self._holder: int | None = None

    @contextmanager
    def taken(self) -> Iterator[None]:
        """Hold the turn for the block."""
        me = threading.get_ident()
        if self._holder == me:
            raise RuntimeError(
                "a write is open on this thread already: finish it first, or pass its session on"
            )
        self._wait(me)
        try:
            yield
        finally:
            with self._changed:
                self._holder = None
                self._changed.notify_all()

    def _wait(self, me: int) -> None:
        ticket = object()
        with self._changed:
            self._waiting.append(ticket)
            try:
                mine = self._changed.wait_for(
                    lambda: self._holder is None and self._waiting[0] is ticket, timeout=PATIENCE
                )
                if not mine:
                    raise Refused(_BUSY)
                self._holder = me
            finally:
                self._waiting.remove(ticket)
                self._changed.notify_all()
