"""Asking for a block of national numbers, once in a few hundred admissions."""

from __future__ import annotations

from typing import Final, Protocol

from emis_desktop.database import Database
from sync.client import numbers
from sync.engine.calls import Call, Caller
from sync.engine.line import Steps
from sync.protocol.leases import LeaseAnswer, LeaseAsk
from sync.protocol.messages import decode, encode

LEASE: Final = "/sync/v1/lease"
OK: Final = 200
_NOT_NOW: Final = frozenset({400, 404, 405, 409, 429, 503})
"""A server that leases nothing now: pupils get provisional numbers, and nothing else waits for it."""


class Numbers(Protocol):
    """Who knows whether numbers are wanted, and keeps them."""

    def ask(self) -> LeaseAsk | None:
        """What to ask for; None for nothing."""
        ...

    def keep(self, answer: LeaseAnswer) -> None:
        """Keep a block."""
        ...


class LocalNumbers:
    """The same over an open store."""

    def __init__(self, db: Database) -> None:
        """``db`` keeps the blocks."""
        self._db = db

    def ask(self) -> LeaseAsk | None:
        """What to ask for."""
        return numbers.ask_for(self._db)

    def keep(self, answer: LeaseAnswer) -> None:
        """Keep a block."""
        numbers.keep(self._db, answer)


def lease_numbers(caller: Caller, of: Numbers) -> Steps[bool]:
    """Ask for a block where one is wanted.

    True: one is wanted, and there is no token yet, which would cost bytes with every hello.
    """
    wanted = of.ask()
    if wanted is None:
        return False
    if not caller.token:
        return True
    response = yield from caller.call(Call("POST", LEASE, encode(wanted), also=_NOT_NOW))
    if response.status == OK:
        of.keep(decode(LeaseAnswer, response.body))
    return False
