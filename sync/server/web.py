"""Between ASGI and the handlers: bodies within limits, blocking work in a bounded pool of threads, trimmed
heads, one line of log a request.
"""

from __future__ import annotations

import asyncio
import functools
import logging
import time
from collections.abc import Awaitable, Callable, Coroutine, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from typing import Any, Final, TypeVar

from psycopg.errors import DiskFull
from sqlalchemy.exc import DBAPIError, OperationalError
from sqlalchemy.exc import TimeoutError as PoolTimeout
from starlette.requests import Request
from starlette.responses import Response

from emis_desktop.cipher_words import in_our_words
from emis_desktop.errors import CannotSave
from sync.protocol.errors import BadMessage, OtherVersion
from sync.protocol.signing import bytes64
from sync.server.asks import Ask, Denied, Reply
from sync.server.intake import Intake
from sync.server.json_logs import told
from sync.server.limits import PER_ADDRESS, PER_SITE, Buckets
from sync.server.office import Office
from sync.server.routes import Endpoint

log = logging.getLogger(__name__)
T = TypeVar("T")

THREADS: Final = 8
"""Requests of one process that are at the database at once; others wait."""
WHOLE_BODIES: Final = 64 * 1024 * 1024
"""Bytes of whole bodies that one process holds at once: nobody is known before a body was read."""
LOOK_SECONDS: Final = 5.0
"""In which a database that is well answers whoever looks after the server."""
SILENCE: Final = 120.0
"""Seconds without a byte after which a request is given up."""
GONE_AWAY: Final = 499
"""What the log says of a request whose sender went away."""


class Web:
    """One process's way from requests to an office."""

    def __init__(self, office: Office) -> None:
        self.office = office
        self._pool = ThreadPoolExecutor(THREADS, thread_name_prefix="emis")
        self._looking = ThreadPoolExecutor(1, thread_name_prefix="emis-look")
        self._by_site, self._by_address = (
            Buckets(rate, office.home.limits / name, office.keys.derived("limits"))
            for name, rate in (("site", PER_SITE), ("address", PER_ADDRESS))
        )
        self._held = 0

    async def run(self, work: Callable[..., T], *arguments: object) -> T:
        """Do blocking work in the pool."""
        loop = asyncio.get_running_loop()
        return await loop.run_in_executor(self._pool, functools.partial(work, *arguments))

    async def look(self, work: Callable[[Office], object]) -> None:
        """Ask something small of the database, in a thread of its own: a server whose batches wait for each
        other does not look ill, and one whose database went silent does. Raises :class:`TimeoutError`.
        """
        asked = asyncio.get_running_loop().run_in_executor(self._looking, work, self.office)
        await asyncio.wait_for(asked, LOOK_SECONDS)

    def limit(self, ask: Ask) -> None:
        """Count the request; raises :class:`Denied` (429) when its site or address asks too much.

        The site is what the head claims: who claims another's finds its signature wrong, and pays from the
        bucket of the address as well.
        """
        self._by_address.take(ask.address)
        claimed = ask.heads.get("authorization", "")
        if claimed:
            self._by_site.take(claimed[:25])

    @contextmanager
    def holding(self) -> Iterator[Callable[[int], None]]:
        """What a body counts its bytes with until it is done with; that raises :class:`Denied` (503) when all
        bodies together are too much for this process's memory.
        """
        mine = 0

        def count(more: int) -> None:
            nonlocal mine
            if self._held + more > WHOLE_BODIES:
                raise Denied(503, "busy", wait_s=5)
            self._held += more
            mine += more

        try:
            yield count
        finally:
            self._held -= mine

    def close(self) -> None:
        """Finish the work at hand, then end the connections to the database."""
        self._pool.shutdown(wait=True)
        self._looking.shutdown(wait=True)
        self._by_site.close()
        self._by_address.close()
        self.office.close()


def ask_of(request: Request, body: bytes = b"") -> Ask:
    """The request as a plain value."""
    raw: bytes = request.scope.get("raw_path") or request.url.path.encode()
    query: bytes = request.scope["query_string"]
    target = (raw + (b"?" + query if query else b"")).decode("latin-1")
    heads = {name.decode("latin-1"): value.decode("latin-1") for name, value in request.scope["headers"]}
    return Ask(request.method, target, heads, body, request.client.host if request.client else "")


def endpoint(web: Web, one: Endpoint) -> Callable[[Request], Coroutine[Any, Any, Response]]:
    """An ASGI endpoint for a handler that wants the whole body."""

    async def serve(request: Request) -> Response:
        async def work() -> Reply:
            ask = ask_of(request)
            web.limit(ask)
            if one.first is not None:
                await web.run(one.first, web.office, ask)
            with web.holding() as count:
                body = await _whole_body(request, one.most, count)
                return await web.run(one.handler, web.office, ask_of(request, body))

        return await answered(one.name, request, work)

    return serve


async def answered(name: str, request: Request, work: Callable[[], Awaitable[Reply]]) -> Response:
    """Run ``work``, turn what stops it into an answer, and write a line of log."""
    began = time.monotonic()
    reply = await _guarded(work)
    told(
        log,
        name,
        method=request.method,
        status=reply.status,
        ms=round((time.monotonic() - began) * 1000),
        bytes=len(reply.body),
        site=_first_of_site(request.headers.get("authorization", "")),
    )
    return Response(reply.body or None, reply.status, dict(reply.heads))


def _first_of_site(authorization: str) -> str:
    """The first eight signs of the id of the site that is said to ask; empty where none is."""
    _, _, said = authorization.partition(" ")
    return (bytes64(said[:8]) or b"").hex()[:8]


async def _guarded(work: Callable[[], Awaitable[Reply]]) -> Reply:
    try:
        return await work()
    except Exception as fault:  # noqa: BLE001 - whatever it is, the other side gets an answer
        return _denied(fault).reply()


def _denied(fault: Exception) -> Denied:
    match fault:
        case Denied():
            return fault
        case OtherVersion():
            return Denied(426, "too_new", fault.detail)
        case BadMessage():
            return Denied(400, "poison", fault.detail[:80])
    if _takes_nothing(fault):
        log.error("the disk takes nothing", exc_info=fault)
        return Denied(507, "full", wait_s=600)
    if isinstance(fault, (PoolTimeout, OperationalError)):
        log.warning("the database is busy or away", exc_info=fault)
        return Denied(503, "busy", wait_s=10)
    log.error("a request ended with a fault of the program", exc_info=fault)
    return Denied(500, "fault")


def _takes_nothing(fault: Exception) -> bool:
    """Whether the disk is full or cannot be written to, that of the database or our own."""
    if isinstance(fault, CannotSave):
        return True
    said = fault.orig if isinstance(fault, DBAPIError) else None
    return isinstance(said, DiskFull) or isinstance(in_our_words(said), CannotSave)


async def _whole_body(request: Request, most: int, count: Callable[[int], None]) -> bytes:
    declared = request.headers.get("content-length", "")
    if declared.isdigit() and int(declared) > most:
        raise Denied(413, "too_large")
    body = bytearray()
    async with Intake(request.receive) as intake:
        while piece := await intake.take(1, 0, SILENCE):
            count(len(piece))
            body += piece
            if len(body) > most:
                raise Denied(413, "too_large")
    if intake.cut:
        raise Denied(GONE_AWAY, "cut")
    return bytes(body)
