"""Requests to the server as who we are: signed by the device, or with the token of the last welcome."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Protocol
from uuid import UUID

from sync.engine.line import Request, Response, Sink, Steps, ask
from sync.engine.refusals import refusal_of
from sync.protocol.signing import by_device, by_token, request_text

HELLO = "/sync/v1/hello"
UP = "/sync/v1/up/"
DOWN = "/sync/v1/down"
SNAP = "/sync/v1/snap"
DIGEST = "/sync/v1/digest"
ROWS = "/sync/v1/rows"
OFFERS = "/sync/v1/offers"
KEYS = "/sync/v1/keys"
QUARANTINE = "/sync/v1/quarantine"
GOOD = frozenset({200, 204, 206, 308})


class Signer(Protocol):
    """Holds the device's key."""

    def sign(self, text: bytes) -> bytes:
        """The Ed25519 signature of ``text``."""
        ...


@dataclass(slots=True)
class Caller:
    """Who asks, of which server; ``token`` as the last welcome handed it, empty without one."""

    site: UUID
    server: UUID
    signer: Signer
    token: str = ""

    def call(self, call: Call) -> Steps[Response]:
        """Send and get an answer that is none of refusals; raises what
        :func:`~sync.engine.refusals.refusal_of` gives.
        """
        heads = (("Authorization", self._who(call)), *call.heads)
        request = Request(call.method, call.target, heads, call.body, call.sink, call.sending)
        response = yield from ask(request)
        if response.status not in GOOD and response.status not in call.also:
            raise refusal_of(response.status, response.body)
        return response

    def _who(self, call: Call) -> str:
        if self.token and not call.signed:
            return by_token(self.token)
        text = request_text(call.method, call.target, call.body, self.server)
        return by_device(self.site, self.signer.sign(text))


@dataclass(frozen=True, slots=True)
class Call:
    """One request before it has heads. ``signed``: never with a token; ``also``: further statuses that the
    caller understands.
    """

    method: str
    target: str
    body: bytes = b""
    heads: tuple[tuple[str, str], ...] = ()
    sink: Sink | None = None
    sending: Callable[[int], None] | None = None
    signed: bool = False
    also: frozenset[int] = field(default_factory=frozenset)
