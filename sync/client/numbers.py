"""National numbers leased to this laptop: when to ask for a block, and keeping what was leased."""

from __future__ import annotations

import time
from typing import Final

from sqlalchemy import select

from emis_desktop.database import Database
from emis_desktop.models import NumberBlock, Site
from emis_desktop.queries.number_stock import STUDENT, left_in
from emis_desktop.queries.policies import policies_of
from emis_desktop.rules.policies import NUMBERS, Numbering
from sync.protocol.leases import LeaseAnswer, LeaseAsk

BLOCK: Final = 200
"""Numbers asked for at once: more than a large school admits in a year."""
LOW: Final = 50
"""With fewer than these left another block is asked for."""


def ask_for(db: Database) -> LeaseAsk | None:
    """What to ask for; None while enough is left, and where the country gives numbers another way."""
    with db.read() as session:
        policy = policies_of(session, None).value(NUMBERS)
        if policy != Numbering.LEASED or left_in(session.connection()) >= LOW:
            return None
    return LeaseAsk(STUDENT, BLOCK)


def keep(db: Database, answer: LeaseAnswer) -> None:
    """Keep a block that was leased, for this generation of the store; a block that is here already stays."""
    if answer.kind != STUDENT or not 0 < answer.first <= answer.last:
        return
    with db.replicate() as session:
        known = session.scalar(
            select(NumberBlock.seq).where(NumberBlock.kind == STUDENT, NumberBlock.first == answer.first)
        )
        if known is None:
            session.add(
                NumberBlock(
                    kind=STUDENT,
                    first=answer.first,
                    last=answer.last,
                    next=answer.first,
                    generation=session.scalars(select(Site.generation)).one(),
                    leased_at=time.time_ns() // 1_000_000,
                )
            )
