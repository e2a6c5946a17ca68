"""Asking for a block of numbers that no other laptop will ever print."""

from __future__ import annotations

from sync.protocol.messages import Message


class LeaseAsk(Message, frozen=True):
    """``kind``: student, candidate, card or certificate; ``count`` numbers are wanted."""

    kind: str
    count: int


class LeaseAnswer(Message, frozen=True):
    """Numbers ``first`` to ``last`` are this laptop's, as long as it goes on in the same generation."""

    kind: str
    first: int
    last: int
