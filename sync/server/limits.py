"""How much one site, and one address, may ask: a bucket of tokens each, in this process.

Tries to join are counted in the database instead, for all processes together: a code must not be guessed.
"""

from __future__ import annotations

import threading
import time
from collections import OrderedDict
from collections.abc import Callable
from dataclasses import dataclass
from typing import Final

from sqlalchemy import Connection, delete, func, insert, select, update

from sync.server.asks import Denied
from sync.server.control import attempt

JOINS_A_MINUTE: Final = 5
"""Failed tries of one address."""
JOINS_AN_HOUR: Final = 300
"""Failed tries of all addresses together: with codes of 80 bits far too few to find one."""
_MINUTE_MS: Final = 60_000
_KEPT: Final = 10_000


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
    """Buckets of one kind, for all threads of a process; those used longest ago are forgotten."""

    def __init__(self, rate: Rate, clock: Callable[[], float] = time.monotonic) -> None:
        self._rate = rate
        self._clock = clock
        self._lock = threading.Lock()
        self._levels: OrderedDict[str, tuple[float, float]] = OrderedDict()

    def take(self, who: str) -> None:
        """Count one request of ``who``; raises :class:`Denied` (429) when it is too many."""
        with self._lock:
            now = self._clock()
            level, since = self._levels.pop(who, (self._rate.burst, now))
            level = min(self._rate.burst, level + (now - since) * self._rate.per_second)
            self._levels[who] = (max(level - 1, 0), now) if level >= 1 else (level, now)
            if len(self._levels) > _KEPT:
                self._levels.popitem(last=False)
        if level < 1:
            raise Denied(429, "rate", wait_s=max(1, round((1 - level) / self._rate.per_second)))


def check_tries(connection: Connection, who: bytes, now: int) -> None:
    """Raise :class:`Denied` (429) when that address, or all together, tried to join too often in vain."""
    minute = now // _MINUTE_MS
    mine = connection.execute(
        select(func.sum(attempt.c.count)).where(attempt.c.who == who, attempt.c.minute >= minute - 1)
    ).scalar()
    total = connection.execute(
        select(func.sum(attempt.c.count)).where(attempt.c.minute > minute - 60)
    ).scalar()
    if int(mine or 0) >= JOINS_A_MINUTE:
        raise Denied(429, "rate", wait_s=120)
    if int(total or 0) >= JOINS_AN_HOUR:
        raise Denied(429, "rate", wait_s=600)


def count_try(connection: Connection, who: bytes, now: int) -> None:
    """Remember a try in vain; those of long ago are forgotten."""
    minute = now // _MINUTE_MS
    here = (attempt.c.who == who) & (attempt.c.minute == minute)
    done = connection.execute(update(attempt).where(here).values(count=attempt.c.count + 1))
    if done.rowcount == 0:
        connection.execute(insert(attempt).values(who=who, minute=minute, count=1))
        connection.execute(delete(attempt).where(attempt.c.minute < minute - 120))
