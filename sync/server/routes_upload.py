"""The endpoints that take bytes as they come: batches, and sealed work for quarantine.

What has come is in the database within a second or 16 kB, and whatever came before the line died is there
when it comes back.
"""

from __future__ import annotations

from collections.abc import Callable, Coroutine
from dataclasses import dataclass
from typing import Any, Final

from starlette.requests import Request
from starlette.responses import Response

from sync.server import receiving, uploads
from sync.server.asks import Ask, Denied, Reply
from sync.server.intake import Intake
from sync.server.office import Office
from sync.server.uploads import Declared, Progress
from sync.server.web import GONE_AWAY, SILENCE, Web, answered, ask_of

PIECE: Final = 16 * 1024
"""Bytes that are written down at once."""
PATIENCE: Final = 1.0
"""Seconds after which fewer are."""


@dataclass(frozen=True, slots=True)
class Purpose:
    """What is uploaded: how an upload is opened, and what is done when it is whole."""

    name: str
    open: Callable[[Office, Ask], tuple[Declared, Progress] | Reply]
    finish: Callable[[Office, Ask, Progress], Reply]


BATCHES: Final = Purpose("up", receiving.open_batch, receiving.finish_batch)
SEALED: Final = Purpose("quarantine", receiving.open_sealed, receiving.finish_sealed)


def upload_endpoint(web: Web, purpose: Purpose) -> Callable[[Request], Coroutine[Any, Any, Response]]:
    """The ASGI endpoint for one purpose."""

    async def serve(request: Request) -> Response:
        async def work() -> Reply:
            return await _receive(web, purpose, request)

        return await answered(purpose.name, request, work)

    return serve


async def _receive(web: Web, purpose: Purpose, request: Request) -> Reply:
    ask = ask_of(request)
    web.limit(ask)
    async with Intake(request.receive) as intake:  # from the start: a short body is here already
        opened = await web.run(purpose.open, web.office, ask)
        if isinstance(opened, Reply):
            return opened
        said, known = opened
        try:
            known = await _keep_all(web, intake, said, known)
        except Denied as denied:
            done = await web.run(purpose.open, web.office, ask) if denied.reason == "gone" else None
            if isinstance(done, Reply) and done.status == 200:  # it came by another way meanwhile, whole
                return done
            raise
        if intake.cut:
            return Reply(GONE_AWAY)
    return await web.run(purpose.finish, web.office, ask, known)


async def _keep_all(web: Web, intake: Intake, said: Declared, known: Progress) -> Progress:
    """Keep what comes, as it comes; returns the upload as it stands then."""
    at = said.start or 0
    while piece := await intake.take(PIECE, PATIENCE, SILENCE):
        if said.start is None:
            raise Denied(400, "poison", "Content-Range")
        known = await web.run(uploads.keep, web.office, known, at, piece)
        at += len(piece)
    return known
