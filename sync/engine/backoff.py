"""How long to wait before trying again: longer each time, never all at once, at once after progress."""

from __future__ import annotations

import random
from collections.abc import Callable
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Patience:
    """Seconds before the first and before any later try, and tries in a row without progress."""

    first: float = 0.5
    most: float = 30.0
    tries: int = 5


class Backoff:
    """Counts tries without progress and says how long to wait."""

    def __init__(self, patience: Patience, chance: Callable[[], float] = random.random) -> None:
        """``chance`` gives a number from 0 up to 1."""
        self._patience = patience
        self._chance = chance
        self._tries = 0

    def progress(self) -> None:
        """Something arrived: the next wait is short again."""
        self._tries = 0

    def next(self, asked: float | None = None) -> float | None:
        """Seconds to wait, between half and the whole of a span that doubles; None when it is enough.

        ``asked`` is what the server asks for; the wait is not shorter.
        """
        self._tries += 1
        if self._tries >= self._patience.tries:
            return None
        span = min(self._patience.first * float(2 ** (self._tries - 1)), self._patience.most)
        return max(span * (0.5 + self._chance() / 2), min(asked or 0.0, self._patience.most))
