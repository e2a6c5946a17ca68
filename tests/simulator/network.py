"""The virtual line: slow, lossy, now and then cut at a byte, deaf to answers, or repeating what it carried.

Requests of one laptop follow each other as HTTP has it: the next leaves when the last was answered or given
up. What a bad line may do beyond that is to deliver a request a second time, at once or much later, behind
requests that were sent after it; nobody hears the answers of such copies.
"""

import random
from collections.abc import Callable
from dataclasses import dataclass, replace

from sync.engine.line import CUT, SILENT, NoLine, Request, Response, Tally
from tests.simulator.events import Clockwork, Record

STALL_MS = 45_000
"""After so long without a byte a laptop gives up."""


@dataclass(frozen=True, slots=True)
class Weather:
    """How bad the line is: the share of requests that suffer each thing."""

    lost: float = 0.0
    cut_up: float = 0.0
    unheard: float = 0.0
    """The request arrives and is served, its answer is lost."""
    cut_down: float = 0.0
    doubled: float = 0.0
    late: float = 0.0
    """A copy arrives much later."""
    delay_ms: int = 300


FAIR = Weather()


@dataclass(frozen=True, slots=True)
class Carried:
    """A request on the line, or the part of it that arrived (``whole`` is False then)."""

    laptop: str
    request: Request
    body: bytes
    whole: bool = True


Serve = Callable[[Carried], Response | None]
"""What the server does with what arrived; None: it died over it, or what arrived asks for no answer."""
Hear = Callable[[Response | NoLine], None]
"""What the laptop does with the answer, or with hearing none."""


@dataclass(frozen=True, slots=True)
class CutPlan:
    """One deterministic cut for an exhaustive test: of the ``request``-th request, at ``byte`` bytes of its
    body (or, with ``answer``, of its answer's).
    """

    request: int
    byte: int
    answer: bool = False


class Network:
    """Carries requests to the server in virtual time."""

    def __init__(self, clockwork: Clockwork, record: Record, dice: random.Random, serve: Serve) -> None:
        self._clockwork, self._record, self._dice, self._serve = clockwork, record, dice, serve
        self.weather = FAIR
        self.plan: CutPlan | None = None
        self.sizes: list[tuple[int, int]] = []
        """Bytes of the bodies of every request and its answer, in order of sending."""
        self.unheard = 0

    def send(self, laptop: str, request: Request, tally: Tally, hear: Hear) -> None:
        """Carry one request; ``hear`` is called once, later."""
        tally.requests += 1
        tally.up += len(request.body)
        number = len(self.sizes)
        self.sizes.append((len(request.body), 0))
        carried = Carried(laptop, request, request.body)
        cut = self._cut_up(number, len(request.body))
        weather, dice = self.weather, self._dice
        if cut is None and dice.random() < weather.lost:
            self._give_up(carried, "lost", hear)
            return
        if cut is not None:
            carried = replace(carried, body=request.body[:cut], whole=False)
            self._note(carried, f"cut after {cut}")
        if carried.whole and dice.random() < weather.late:
            self._clockwork.after(dice.randint(60_000, 20_000_000), lambda: self._copy(carried, "late copy"))
        self._clockwork.after(self._delay(), lambda: self._arrive(number, carried, tally, hear))

    def _arrive(self, number: int, carried: Carried, tally: Tally, hear: Hear) -> None:
        if carried.whole and self._dice.random() < self.weather.doubled:
            self._copy(carried, "first of two")
        answer = self._serve(carried)
        if answer is None or not carried.whole:
            self._give_up(carried, "no answer", hear, at_once=True)
            return
        self.sizes[number] = (self.sizes[number][0], len(answer.body))
        self._note(carried, f"{answer.status} {len(answer.body)}")
        if self._dice.random() < self.weather.unheard:
            self.unheard += 1
            self._give_up(carried, "answer lost", hear)
            return
        cut = self._cut_down(number, len(answer.body))
        self._clockwork.after(self._delay(), lambda: self._deliver(carried, answer, cut, tally, hear))

    def _deliver(self, carried: Carried, answer: Response, cut: int | None, tally: Tally, hear: Hear) -> None:
        body = answer.body if cut is None else answer.body[:cut]
        tally.down += len(body)
        sink = carried.request.sink
        sunk = sink is not None and answer.status in {200, 206}
        if sink is not None and sunk:
            sink.begin(answer.status, answer.heads)
            half = len(body) // 2
            for piece in (body[:half], body[half:]):
                if piece:
                    sink.write(piece)
        if cut is not None:
            self._note(carried, f"answer cut after {cut}")
            hear(NoLine(CUT))
            return
        hear(replace(answer, body=b"") if sunk else answer)

    def _copy(self, carried: Carried, what: str) -> None:
        answer = self._serve(carried)
        self._note(carried, f"{what}: {answer.status if answer else 'died'}")

    def _give_up(self, carried: Carried, why: str, hear: Hear, *, at_once: bool = False) -> None:
        self._note(carried, why)
        if at_once:
            self._clockwork.after(self._delay(), lambda: hear(NoLine(CUT)))
        else:
            self._clockwork.after(STALL_MS, lambda: hear(NoLine(SILENT)))

    def _cut_up(self, number: int, size: int) -> int | None:
        if self.plan is not None:
            mine = self.plan.request == number and not self.plan.answer
            return min(self.plan.byte, size) if mine else None
        return self._dice.randint(0, size) if self._dice.random() < self.weather.cut_up else None

    def _cut_down(self, number: int, size: int) -> int | None:
        if self.plan is not None:
            mine = self.plan.request == number and self.plan.answer
            return min(self.plan.byte, size) if mine else None
        return self._dice.randint(0, size) if self._dice.random() < self.weather.cut_down else None

    def _delay(self) -> int:
        return self._dice.randint(1, max(1, self.weather.delay_ms))

    def _note(self, carried: Carried, what: str) -> None:
        target = carried.request.target.split("?")[0]
        self._record.note(carried.laptop, f"{carried.request.method} {target} {len(carried.body)}: {what}")
