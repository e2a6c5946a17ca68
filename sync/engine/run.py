"""One sync from end to end: hello, up, down, snapshot, repair; tried again while there is progress."""

from __future__ import annotations

import random
import time
from collections.abc import Callable
from dataclasses import asdict, dataclass, field
from typing import Final

from emis_desktop.errors import EmisError
from emis_desktop.queries.sync_state import Phase
from sync.engine.backoff import Backoff, Patience
from sync.engine.calls import Caller
from sync.engine.context import Run
from sync.engine.down import Reach, receive
from sync.engine.hello import Welcomed, hello
from sync.engine.leasing import Numbers, lease_numbers
from sync.engine.line import LineFault, Pause, ServerBusy, Steps, Tally
from sync.engine.meter import Meter, Progress, nobody
from sync.engine.refusals import Gone, NoToken
from sync.engine.repair import offer_moves, repair, tell_replaced
from sync.engine.snap import take_snapshot
from sync.engine.store import Breathe, ClientStore
from sync.engine.trade import KeyTrade, trade_keys
from sync.engine.up import send_all
from sync.protocol.errors import BadMessage
from sync.protocol.messages import Flag

ROUNDS: Final = 12
"""Hellos of one sync at most: a server that never has enough is left for the next sync."""


@dataclass(frozen=True, slots=True)
class SyncResult:
    """What a sync did: the fields of ``emis sync --json``. Bytes are exact; ``root`` is 32 hex digits."""

    requests: int
    bytes_up: int
    bytes_down: int
    ops_sent: int
    ops_received: int
    conflicts: int
    parked: int
    rejected: int
    root: str
    seconds: float
    resumed: int = 0

    def document(self) -> dict[str, object]:
        """The JSON document."""
        return asdict(self)

    @property
    def nothing(self) -> bool:
        """Whether there was nothing to exchange."""
        return not (self.ops_sent or self.ops_received)


def _no_breath() -> None:
    """Nobody is typing."""


@dataclass(frozen=True, slots=True)
class Surroundings:
    """Clocks, chance and who watches; all of it is put in place by tests and the simulator."""

    wall_ms: Callable[[], int] = lambda: time.time_ns() // 1_000_000
    clock: Callable[[], float] = time.monotonic
    chance: Callable[[], float] = random.random
    watch: Callable[[Progress], None] = nobody
    breathe: Breathe = _no_breath
    patience: Patience = field(default_factory=Patience)


class Engine:
    """Makes syncs of one store with one server. :meth:`steps` is one sync."""

    def __init__(
        self,
        store: ClientStore,
        caller: Caller,
        tally: Tally,
        around: Surroundings | None = None,
        trade: KeyTrade | None = None,
        numbers: Numbers | None = None,
    ) -> None:
        """``tally`` is the line's, which counts; ``trade`` is for keys of sealed classes, ``numbers`` for
        blocks of national numbers.
        """
        self._numbers = numbers
        self._trade = trade
        self._store = store
        self._caller = caller
        self._tally = tally
        self._around = around or Surroundings()
        self._cut: set[bytes] = set()
        self._plan: _Plan | None = None

    def steps(self) -> Steps[SyncResult]:
        """One sync, to be driven by :func:`sync.engine.line.drive` or a simulator.

        May be left at any step: the next one goes on from there. Raises what the line or the server said
        when it was tried often enough.
        """
        around = self._around
        before = (self._tally.requests, self._tally.up, self._tally.down)
        began = around.clock()
        meter = Meter(around.watch, around.clock)
        run = Run(self._caller, self._store, meter, around.wall_ms, around.breathe, self._trade)
        yield from self._patiently(run)
        counts = run.counts
        return SyncResult(
            requests=self._tally.requests - before[0],
            bytes_up=self._tally.up - before[1],
            bytes_down=self._tally.down - before[2],
            ops_sent=counts.ops_sent,
            ops_received=counts.ops_received,
            conflicts=counts.conflicts,
            parked=self._store.parked(),
            rejected=counts.rejected,
            root=self._store.place().root.hex(),
            seconds=round(around.clock() - began, 3),
            resumed=counts.resumed,
        )

    def _patiently(self, run: Run) -> Steps[None]:
        backoff = Backoff(self._around.patience, self._around.chance)
        self._plan = None
        run.store.freeze()
        while True:
            try:
                yield from self._rounds(run)
            except (LineFault, NoToken, Gone, BadMessage) as fault:
                moved, advanced = run.meter.moved(), run.meter.advanced()
                if advanced or (moved and isinstance(fault, LineFault)):
                    backoff.progress()
                wait = backoff.next(_asked(fault)) if _may_again(fault) else None
                if wait is None:
                    raise
                self._after(fault, run)
                yield Pause(wait)
            else:
                return

    def _after(self, fault: EmisError, run: Run) -> None:
        """A cut of what follows a hello needs no other hello: the token is good for ten minutes."""
        if not isinstance(fault, LineFault) or not run.caller.token:
            self._plan = None
        if self._plan is None:
            run.asks.page, run.asks.token = False, True
            run.meter.phase(Phase.CONNECTING)

    def _rounds(self, run: Run) -> Steps[None]:
        for _ in range(ROUNDS):
            if self._plan is None:
                run.meter.phase(Phase.CONNECTING)
                self._plan = _Plan((yield from hello(run)))
            again = yield from self._go_on(run, self._plan)
            self._plan = None
            if not again:
                return

    def _go_on(self, run: Run, plan: _Plan) -> Steps[bool]:
        """What the welcome asks for, each part struck out when it is done; True: say hello once more."""
        if plan.flags & Flag.NEW_GENERATION:
            return True  # nothing was taken: say hello as who we are now
        if plan.flags & Flag.SNAPSHOT or run.store.fetching() is not None:
            run.meter.phase(Phase.FIRST)
            yield from take_snapshot(run)
            plan.flags, plan.reach = plan.flags & ~Flag.SNAPSHOT, Reach(None)
        if plan.flags & Flag.RESEND:
            yield from offer_moves(run)
            return True
        if run.store.waiting():
            run.meter.phase(Phase.SENDING)
            plan.reach = Reach(None)
            yield from send_all(run, self._cut)
        if plan.reach is not None:
            run.meter.phase(Phase.RECEIVING)
            yield from receive(run, plan.reach)
            plan.reach = None
        if plan.flags & Flag.REPAIR:
            run.meter.phase(Phase.CHECKING)
            yield from repair(run)
            plan.flags &= ~Flag.REPAIR
        elif plan.quiet:
            run.store.settled()
        yield from tell_replaced(run)
        if run.trade is not None and (yield from trade_keys(run.caller, run.trade, plan.welcome)):
            run.asks.token = True
            return True
        if self._numbers is not None and (yield from lease_numbers(run.caller, self._numbers)):
            run.asks.token = True
            return True
        return False


class _Plan:
    """What is still to be done after a welcome."""

    def __init__(self, met: Welcomed) -> None:
        """All that it asks for. ``quiet``: nothing came either way, so the server has compared the sums."""
        welcome = met.welcome
        self.welcome = welcome
        self.flags = Flag(welcome.flags)
        self.reach = Reach(welcome.head) if self.flags & Flag.MORE else None
        self.quiet = not (self.flags or welcome.ack) and met.shown.cursor == welcome.head


def _may_again(fault: EmisError) -> bool:
    return fault.again if isinstance(fault, LineFault) else True


def _asked(fault: EmisError) -> float | None:
    return fault.after if isinstance(fault, ServerBusy) else None
