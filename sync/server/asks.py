"""A request and its answer as plain values, so that a test or a simulation needs no socket."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from types import MappingProxyType
from typing import Final

import msgspec

from sync.protocol.messages import Refusal

NO_HEADS: Final[Mapping[str, str]] = MappingProxyType({})


@dataclass(frozen=True, slots=True)
class Ask:
    """A request. ``target`` is path and query as they stood in it, ``heads`` have names in small letters,
    ``address`` is where it came from.
    """

    method: str
    target: str
    heads: Mapping[str, str] = field(default_factory=lambda: NO_HEADS)
    body: bytes = field(default=b"", repr=False)
    address: str = ""

    @property
    def path(self) -> str:
        """The target without its query."""
        return self.target.partition("?")[0]


@dataclass(frozen=True, slots=True)
class Reply:
    """An answer; ``heads`` beside the length of the body, which is always there."""

    status: int
    body: bytes = field(default=b"", repr=False)
    heads: tuple[tuple[str, str], ...] = ()


class Denied(Exception):
    """The request is refused: the status, and a key that the other side has words for."""

    def __init__(self, status: int, reason: str, detail: str = "", wait_s: int = 0) -> None:
        """``wait_s``: after so many seconds it may be tried again."""
        super().__init__(reason)
        self.status = status
        self.reason = reason
        self.detail = detail
        self.wait_s = wait_s

    def reply(self) -> Reply:
        """The answer that says so."""
        body = msgspec.json.encode(Refusal(self.reason, self.detail, self.wait_s))
        return Reply(self.status, body, (("Retry-After", str(self.wait_s)),) if self.wait_s else ())
