"""How much one site, and one address, may ask: a bucket of tokens each, for all processes of this machine.

Tries to join are counted in the database instead, for all processes on all machines together, and before the
code is looked at, however many ask in the same moment.
"""

from __future__ import annotations

import mmap
import os
import struct
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from hashlib import blake2b
from pathlib import Path
from typing import Final

from sqlalchemy import Connection, delete, func, insert, select, update

from emis_desktop.files import PRIVATE, saving_in
from sync.server.asks import Denied
from sync.server.control import attempt

try:
    import fcntl
except ImportError:  # pragma: no cover - a system that knows no such locks counts for each process alone
    fcntl = None  # type: ignore[assignment]

JOINS_A_MINUTE: Final = 5
"""Failed tries of one address. There is no limit for all together, by which anybody could keep a country from
joining: a code has 80 bits.
"""
_MINUTE_MS: Final = 60_000
_SLOT: Final = struct.Struct("<8sdd")
"""Whose bucket it is, how full it was, and when, in seconds of the machine's clock that never goes back."""
_SLOTS: Final = 16_384
_NEAR: Final = 4
"""Slots in which a bucket may lie."""
_NOBODY: Final = bytes(8)


@dataclass(frozen=True, slots=True)
class Rate:
    """``burst`` requests at once, then ``per_second``."""

    burst: float
    per_second: float


PER_SITE: Final = Rate(600, 60)
"""A first pull of a large school on a quick line stays below."""
PER_ADDRESS: Final = Rate(3_000, 300)
"""A district's laptops may share one."""


class Buckets:
    """Buckets of one kind, in a file that all processes of this machine share; it outlives a restart.

    Without a file they are this object's alone. Where there is no room the fullest bucket near by is
    forgotten, which hurts least whoever asks most.
    """

    def __init__(
        self,
        rate: Rate,
        file: Path | None = None,
        key: bytes = b"",
        clock: Callable[[], float] = time.monotonic,
    ) -> None:
        """``key``: with which names are hashed, so that the file tells nobody an address. Raises
        :class:`CannotSave`.
        """
        self._rate = rate
        self._key = key[: blake2b.MAX_KEY_SIZE]
        self._clock = clock
        self._turn = threading.Lock()
        self._file = None if file is None else _opened(file)
        self._slots = mmap.mmap(-1 if self._file is None else self._file, _SLOTS * _SLOT.size)

    def take(self, who: str) -> None:
        """Count one request of ``who``; raises :class:`Denied` (429) when it is too many."""
        digest = blake2b(who.encode("utf-8", "replace"), digest_size=12, key=self._key).digest()
        mark, first = digest[:8], int.from_bytes(digest[8:], "big")
        with self._alone():
            now = self._clock()
            at, level = self._place(mark, [(first + near) % _SLOTS for near in range(_NEAR)], now)
            left = level - 1 if level >= 1 else level
            _SLOT.pack_into(self._slots, at * _SLOT.size, mark, left, now)
        if level < 1:
            raise Denied(429, "rate", wait_s=max(1, round((1 - level) / self._rate.per_second)))

    def close(self) -> None:
        """Let go of the file."""
        self._slots.close()
        if self._file is not None:
            os.close(self._file)
            self._file = None

    def _place(self, mark: bytes, near: list[int], now: float) -> tuple[int, float]:
        """Where the bucket lies and how full it is now."""
        fullest, most = near[0], -1.0
        for at in near:
            known, level, since = _SLOT.unpack_from(self._slots, at * _SLOT.size)
            level = self._level(known, level, now - since)
            if known == mark:
                return at, level
            if level > most:
                fullest, most = at, level
        return fullest, self._rate.burst

    def _level(self, mark: bytes, level: float, passed: float) -> float:
        """How full a bucket is; one from before the machine started, or of nobody, is full."""
        if mark == _NOBODY or not passed >= 0:
            return self._rate.burst
        return min(self._rate.burst, level + passed * self._rate.per_second)

    @contextmanager
    def _alone(self) -> Iterator[None]:
        """Nobody else counts meanwhile; that takes some microseconds, so waiting is no matter."""
        with self._turn:
            if self._file is None or fcntl is None:
                yield
                return
            fcntl.flock(self._file, fcntl.LOCK_EX)
            try:
                yield
            finally:
                fcntl.flock(self._file, fcntl.LOCK_UN)


def _opened(file: Path) -> int:
    with saving_in(file.parent):
        file.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
        descriptor = os.open(file, os.O_RDWR | os.O_CREAT, PRIVATE)
        os.ftruncate(descriptor, _SLOTS * _SLOT.size)
        return descriptor


def begin_try(connection: Connection, who: bytes, now: int) -> None:
    """Count a try to join before its code is looked at, inside ``Store.write()``: of many in one moment only
    as many are looked at as may be. Raises :class:`Denied` (429).
    """
    check_tries(connection, who, now)
    count_try(connection, who, now)


def take_back(connection: Connection, who: bytes, now: int) -> None:
    """The code of the try that began at ``now`` was good: it does not count."""
    here = (attempt.c.who == who) & (attempt.c.minute == now // _MINUTE_MS) & (attempt.c.count > 0)
    connection.execute(update(attempt).where(here).values(count=attempt.c.count - 1))


def check_tries(connection: Connection, who: bytes, now: int) -> None:
    """Raise :class:`Denied` (429) when that address tried to join too often in vain."""
    minute = now // _MINUTE_MS
    mine = connection.execute(
        select(func.sum(attempt.c.count)).where(attempt.c.who == who, attempt.c.minute >= minute - 1)
    ).scalar()
    if int(mine or 0) >= JOINS_A_MINUTE:
        raise Denied(429, "rate", wait_s=120)


def count_try(connection: Connection, who: bytes, now: int) -> None:
    """Remember a try in vain; those of long ago are forgotten."""
    minute = now // _MINUTE_MS
    here = (attempt.c.who == who) & (attempt.c.minute == minute)
    done = connection.execute(update(attempt).where(here).values(count=attempt.c.count + 1))
    if done.rowcount == 0:
        connection.execute(insert(attempt).values(who=who, minute=minute, count=1))
        connection.execute(delete(attempt).where(attempt.c.minute < minute - 120))
