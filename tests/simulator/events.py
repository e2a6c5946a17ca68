"""Virtual time: what is to happen, in order; and the record of what did, whose hash two runs must share."""

import heapq
from collections.abc import Callable
from hashlib import sha256

START_MS = 1_795_000_000_000
"""True time at the start of every simulation: in November 2026."""


class Clockwork:
    """A queue of what is to happen at which true time; nothing happens in between."""

    def __init__(self) -> None:
        self.now_ms = START_MS
        self._queue: list[tuple[int, int, Callable[[], None]]] = []
        self._count = 0

    def after(self, milliseconds: float, happen: Callable[[], None]) -> None:
        """Let something happen so many milliseconds from now, behind all that is planned for then."""
        self._count += 1
        heapq.heappush(self._queue, (self.now_ms + max(0, round(milliseconds)), self._count, happen))

    def run(self, *, until_ms: int | None = None, most: int = 1_000_000) -> bool:
        """Let things happen until nothing is left, or ``until_ms``; whether ``most`` of them were enough."""
        for _ in range(most):
            if not self._queue or (until_ms is not None and self._queue[0][0] > until_ms):
                self.now_ms = max(self.now_ms, until_ms or 0)
                return True
            self.now_ms, _, happen = heapq.heappop(self._queue)
            happen()
        return False


class Record:
    """What happened, line by line; :attr:`digest` stands for all of it."""

    def __init__(self, clockwork: Clockwork, *, keep: bool = False) -> None:
        self._clockwork = clockwork
        self._hash = sha256()
        self.lines: list[str] = []
        self.count = 0
        self._keep = keep

    def note(self, who: str, what: str) -> None:
        """Add a line: the moment, who, what."""
        line = f"{(self._clockwork.now_ms - START_MS) / 1000:.3f} {who}: {what}"
        self._hash.update(line.encode() + b"\n")
        self.count += 1
        if self._keep:
            self.lines.append(line)

    @property
    def digest(self) -> str:
        """Hash over every line so far."""
        return self._hash.hexdigest()
