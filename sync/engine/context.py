"""What every step of one sync shares."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass, field

from sync.engine.calls import Caller
from sync.engine.meter import Meter
from sync.engine.store import Breathe, ClientStore, Told
from sync.engine.trade import KeyTrade
from sync.operations import Page


@dataclass(slots=True)
class Counts:
    """What a sync did, added up."""

    ops_sent: int = 0
    ops_received: int = 0
    conflicts: int = 0
    rejected: int = 0
    resumed: int = 0

    def told(self, told: Told) -> None:
        """Add what an acknowledgement or a page did."""
        self.ops_received += told.entries
        self.conflicts += told.conflicts
        self.rejected += told.rejected


@dataclass(slots=True)
class Asks:
    """What the next hello asks for. ``token``: further requests will follow.

    ``page``: a page with the answer. After a cut none: it would come again whole, while ``down`` goes on from
    the byte where it was cut.
    """

    token: bool = False
    page: bool = True


@dataclass(frozen=True, slots=True)
class Run:
    """One sync: who asks, the store, the meter, the wall clock in milliseconds, and the breath between two
    chunks of what is applied. ``trade``: keys of sealed classes, where somebody reads one.
    """

    caller: Caller
    store: ClientStore
    meter: Meter
    wall_ms: Callable[[], int]
    breathe: Breathe
    trade: KeyTrade | None = None
    counts: Counts = field(default_factory=Counts)
    asks: Asks = field(default_factory=Asks)

    def apply(self, page: Page) -> None:
        """Put a page of the log into the store."""
        self.counts.told(self.store.apply(page, self.breathe))
        self.meter.applied(facets(page))


def facets(page: Page) -> Counter[str]:
    """How many entries of each facet a page has."""
    return Counter(entry.facet for entry in page.entries)
