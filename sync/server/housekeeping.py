"""What a server does by itself now and then: forgetting what nobody will ask for any more."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Awaitable, Callable
from typing import Final

from sqlalchemy import select

from sync.server import snapshots, uploads
from sync.server.apply import forget_answers
from sync.server.control import upload
from sync.server.office import Office

log = logging.getLogger(__name__)
EVERY_SECONDS: Final = 3_600.0


def tidy(office: Office) -> None:
    """Forget old answers, snapshots and uploads. Harmless when several processes do it."""
    now = office.now_ms()
    snapshots.forget_old(office.store, now)
    with office.store.write() as connection:
        forget_answers(connection, now)
        old = select(upload.c.id).where(upload.c.seen_at < now - uploads.KEPT_MS)
        for (one,) in connection.execute(old).all():
            uploads.forget(connection, bytes(one))


async def keep_tidy(run: Callable[..., Awaitable[object]], office: Office) -> None:
    """Tidy up every hour, until it is cancelled; ``run`` does blocking work elsewhere."""
    while True:
        await asyncio.sleep(EVERY_SECONDS)
        try:
            await run(tidy, office)
        except Exception:  # the next hour is another chance
            log.exception("tidying up did not work")
