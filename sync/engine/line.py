"""What the engine knows of a line: requests go out, responses come back, or a typed fault is raised.

The real line is :class:`sync.transport.HttpLine`; a simulator puts a virtual network in its place.
"""

from __future__ import annotations

from collections.abc import Callable, Generator, Mapping
from dataclasses import dataclass, field
from typing import Protocol, TypeAlias, TypeVar

from emis_desktop.errors import N_, EmisError

MOST_HELD = 8 * 1024 * 1024
"""Bytes of an answer that are kept in memory at most; a larger one is no answer of ours."""
NO_LINE = N_(
    "There is no connection to the ministry now. Everything is saved on this laptop and will be sent later."
)
SILENT = N_(
    "The connection to the ministry went silent. What had arrived is kept; the rest goes on from there later."
)
CUT = N_(
    "The connection to the ministry was cut. What had arrived is kept; the rest goes on from there later."
)


class Sink(Protocol):
    """Takes the body of an answer as it arrives, so that a line that is cut loses nothing."""

    def begin(self, status: int, heads: Mapping[str, str]) -> None:
        """The head has come: status 200 or 206."""
        ...

    def write(self, chunk: bytes) -> None:
        """More of the body has come."""
        ...


@dataclass(frozen=True, slots=True)
class Request:
    """One request. ``target`` is path and query; ``sink`` gets the body of a 200 or 206 as it arrives.

    Without a sink the body comes with the response. ``sending`` hears how many bytes of ``body`` are out.
    """

    method: str
    target: str
    heads: tuple[tuple[str, str], ...] = ()
    body: bytes = b""
    sink: Sink | None = field(default=None, repr=False)
    sending: Callable[[int], None] | None = field(default=None, repr=False)


@dataclass(frozen=True, slots=True)
class Response:
    """One response; names of ``heads`` are in small letters. ``body`` is empty when a sink had it."""

    status: int
    heads: Mapping[str, str]
    body: bytes = b""


@dataclass(frozen=True, slots=True)
class Pause:
    """Wait so many seconds before going on; progress or a wish of the person may end it earlier."""

    seconds: float


@dataclass(slots=True)
class Tally:
    """What went over the line so far: requests, and bytes of heads and bodies, counted exactly."""

    requests: int = 0
    up: int = 0
    down: int = 0


class Line(Protocol):
    """A way to one server."""

    tally: Tally

    def send(self, request: Request) -> Response:
        """Send and wait for the whole response; raises :class:`LineFault`, :class:`Cancelled`."""
        ...


class LineFault(EmisError):
    """The exchange did not reach its end. ``again``: trying again by itself may help."""

    again = False


class NoLine(LineFault):
    """Nothing could be reached, the line was cut, or it said nothing for too long. Normal; tried again."""

    again = True

    def __init__(self, message: str = NO_LINE, /, **values: object) -> None:
        """``message`` says which of the three."""
        super().__init__(message, **values)


class ServerBusy(LineFault):
    """The server is there and cannot serve now; ``after`` is how many seconds it asks to wait, or None."""

    again = True

    def __init__(self, after: float | None = None) -> None:
        """``after`` as the server said it."""
        super().__init__(
            N_("The ministry’s server is busy. Everything is saved here; it is tried again by itself.")
        )
        self.after = after


class ServerFault(LineFault):
    """The server failed; nothing here is wrong."""

    again = True

    def __init__(self) -> None:
        super().__init__(
            N_("The ministry’s server has a fault. Everything is saved here; it is tried again by itself.")
        )


class ServerFull(LineFault):
    """The server has no room to keep anything; it is tried again when the next sync is due."""

    def __init__(self) -> None:
        super().__init__(
            N_(
                "The ministry’s server has no room left. Everything is saved on this laptop; tell the "
                "ministry."
            )
        )


class NotTheServer(LineFault):
    """Something else than the joined server answers. Nothing was sent to it."""


class CertificateFault(NotTheServer):
    """The server's certificate cannot be trusted."""


Step: TypeAlias = Request | Pause
Result = TypeVar("Result")
Steps: TypeAlias = Generator[Step, Response | None, Result]
"""An exchange as a generator: yields what is to be done, gets the response (None after a pause)."""


def drive(steps: Steps[Result], line: Line, sleep: Callable[[float], None]) -> Result:
    """Run an exchange over ``line`` to its end; faults of the line are thrown into it."""
    answer: Response | None = None
    fault: EmisError | None = None
    while True:
        try:
            step = steps.send(answer) if fault is None else steps.throw(fault)
        except StopIteration as end:
            result: Result = end.value
            return result
        answer = fault = None
        try:
            if isinstance(step, Pause):
                sleep(step.seconds)
            else:
                answer = line.send(step)
        except EmisError as raised:
            fault = raised


def ask(request: Request) -> Steps[Response]:
    """One request and its response."""
    response = yield request
    if response is None:
        raise RuntimeError("the line gave no response to a request")
    return response
