"""Blocks of numbers that one site prints (pupils, candidates, cards, certificates), leased once and for ever.

A block is in the ledger before the database has it for good: whatever is restored, its numbers are never
given again.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final
from uuid import UUID

from sqlalchemy import Connection, func, insert, select

from sync.server.control import lease
from sync.server.ledger import Ledger

KINDS: Final = ("student", "candidate", "card", "certificate")
LARGEST: Final = 10_000
"""Numbers in one block at most."""
LEDGER_KIND: Final = "lease"


@dataclass(frozen=True, slots=True)
class Block:
    """Numbers ``first`` to ``last``, of one kind."""

    kind: str
    first: int
    last: int


def grant(
    connection: Connection, ledger: Ledger, site: UUID, generation: int, kind: str, count: int, now: int
) -> Block:
    """Lease the next ``count`` numbers. The transaction holds the lock of the server's writers.

    Raises :class:`ValueError` for an unknown kind or a count outside 1 to :data:`LARGEST`.
    """
    if kind not in KINDS or not 1 <= count <= LARGEST:
        raise ValueError("there is no such block")
    newest = connection.execute(select(func.max(lease.c.last)).where(lease.c.kind == kind)).scalar()
    block = Block(kind, int(newest or 0) + 1, int(newest or 0) + count)
    connection.execute(
        insert(lease).values(
            kind=kind,
            first=block.first,
            last=block.last,
            site_id=site,
            generation=generation,
            leased_at=now,
        )
    )
    ledger.append(
        LEDGER_KIND, of=kind, first=block.first, last=block.last, site=str(site), generation=generation
    )
    return block


def of_site(connection: Connection, site: UUID, generation: int) -> list[Block]:
    """The blocks of a site in one generation: those of an earlier one are void."""
    found = connection.execute(
        select(lease.c.kind, lease.c.first, lease.c.last)
        .where(lease.c.site_id == site, lease.c.generation == generation)
        .order_by(lease.c.kind, lease.c.first)
    )
    return [Block(str(one.kind), int(one.first), int(one.last)) for one in found]
