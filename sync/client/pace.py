"""How many entries go into one transaction: as many as this machine applies before a typist would notice."""

from __future__ import annotations

from typing import Final

TARGET: Final = 0.03
"""Seconds that a transaction should take, its commit among them; whoever types waits as long at most."""
ALONE: Final = 0.5
"""Seconds where nobody can be typing yet: most of a short transaction is its beginning and its end."""
FIRST: Final = 200
"""Entries while nothing is known of the machine."""
FEWEST: Final = 50
"""Where the disk alone takes longer than that, fewer entries would only make more waits."""
MOST: Final = 2_000
"""Entries of which the objects lie in memory at once."""


class Pace:
    """``size`` entries make the next transaction, which should take ``target`` seconds."""

    def __init__(
        self, first: int = FIRST, *, fewest: int = FEWEST, most: int = MOST, target: float = TARGET
    ) -> None:
        self.size = first
        self._bounds = fewest, most
        self._target = target

    def took(self, entries: int, seconds: float) -> None:
        """A transaction of so many entries took so long; the next is at most twice, at least half as large.

        One that was not full says nothing about a larger one.
        """
        share = self._target / seconds if seconds > 0 else 2.0
        if entries < self.size and share > 1:
            return
        fewest, most = self._bounds
        self.size = min(max(int(entries * min(max(share, 0.5), 2.0)), fewest), most)
