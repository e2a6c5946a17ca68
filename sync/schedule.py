"""When the next sync is due: when asked, after changes once nobody types, and every quarter of an hour."""

from __future__ import annotations

import random
import time
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from typing import Final

QUIET: Final = 20.0
"""Seconds without a further change after which changes are sent."""
LONGEST: Final = 120.0
"""Seconds after which they are sent even while somebody goes on typing."""
FIRST_WAIT: Final = 60.0
"""Seconds after a sync that found no line; doubled each time, up to the usual interval."""


@dataclass(frozen=True, slots=True)
class Times:
    """Clocks and chance, put in place by tests."""

    clock: Callable[[], float] = time.monotonic
    wall: Callable[[], datetime] = field(default=lambda: datetime.now(UTC))
    chance: Callable[[], float] = random.random


class Schedule:
    """Wishes and moments; whoever uses it from several threads holds a lock meanwhile.

    ``every``: minutes between two syncs, None for only when asked. ``asked``: now, please. ``paused``: not
    before the pause ends. ``failures``: syncs in a row that did not reach their end.
    """

    def __init__(self, every: int | None, times: Times) -> None:
        """Nothing is due yet."""
        self.every = every
        self.asked = self.paused = False
        self.failures = 0
        self._times = times
        self._changed: tuple[float, float] | None = None
        self._next: float | None = None

    def changed(self) -> None:
        """Somebody changed something."""
        moment = self._times.clock()
        self._changed = (self._changed[0] if self._changed else moment, moment)

    def begun(self) -> None:
        """A sync begins: what was wished is under way."""
        self.asked, self._changed = False, None

    def plan(self) -> None:
        """Count the interval from now; after failures a shorter one that grows, never the same twice."""
        if self.every is None:
            self._next = None
            return
        wait = self.every * 60.0
        if self.failures:
            wait = min(wait, FIRST_WAIT * float(2 ** min(self.failures - 1, 10)))
            wait *= 0.75 + self._times.chance() / 2
        self._next = self._times.clock() + wait

    def wait(self) -> float | None:
        """Seconds until the next sync, 0 or less when it is due; None for as long as nobody asks."""
        if self.paused:
            return None
        if self.asked:
            return 0.0
        moments = [] if self._next is None else [self._next]
        if self._changed is not None and self.every is not None and not self.failures:
            moments.append(min(self._changed[1] + QUIET, self._changed[0] + LONGEST))
        return min(moments) - self._times.clock() if moments else None

    def next_at(self) -> datetime | None:
        """The same as a moment."""
        wait = self.wait()
        return None if wait is None else self._times.wall() + timedelta(seconds=max(0.0, wait))
