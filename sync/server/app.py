"""The ASGI application: which path is answered by what."""

from __future__ import annotations

import asyncio
import logging
import os
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from importlib import metadata
from typing import Final

import msgspec
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from emis_desktop.errors import EmisError
from sync.protocol.messages import PROTOCOL
from sync.protocol.versions import NEWER, OLDER, SCHEMA
from sync.server import openapi
from sync.server.feed import place
from sync.server.housekeeping import keep_tidy
from sync.server.json_logs import start_logs
from sync.server.office import Office, open_office
from sync.server.replay import replay
from sync.server.routes import ROOT, WHOLE
from sync.server.routes_upload import BATCHES, SEALED, upload_endpoint
from sync.server.settings import find_server_home
from sync.server.upgrading import take_newer
from sync.server.web import Web, endpoint

log = logging.getLogger(__name__)
LOG_LEVEL: Final = "EMIS_LOG_LEVEL"
_JSON: Final = {"content-type": "application/json"}


def create() -> Starlette:
    """The application of the server that ``EMIS_HOME`` and ``EMIS_DATABASE_URL`` name."""
    start_logs(os.environ.get(LOG_LEVEL, "info"))
    return application(open_office(find_server_home()))


def application(office: Office) -> Starlette:
    """The application of an open server; it is closed with the application, or by whoever runs it without its
    life, through ``state.web``.

    At the start the database is told again what the ledger knows, and what waited for this version.
    """
    web = Web(office)

    @asynccontextmanager
    async def life(_app: Starlette) -> AsyncIterator[None]:
        await _begin(web)
        tidying = asyncio.create_task(keep_tidy(web.run, office))
        try:
            yield
        finally:
            tidying.cancel()
            await asyncio.gather(tidying, return_exceptions=True)
            web.close()

    made = Starlette(routes=[*_sync(web), *_other(web)], lifespan=life)
    made.state.web = web
    return made


async def _begin(web: Web) -> None:
    """Tell the database what it may not know. Without what the ledger knows nobody is served.

    A fault is logged here, without the words of the database: it puts whole rows into them, and whoever runs
    this application would log those.
    """
    try:
        await web.run(replay, web.office)
    except EmisError:
        raise
    except Exception as fault:
        log.exception("what the ledger knows could not be told to the database")
        raise RuntimeError(type(fault).__name__) from None
    try:
        await web.run(take_newer, web.office)
    except Exception:  # it goes on waiting: that is no reason to serve nobody
        log.exception("what waited for this version could not be taken in")


def _sync(web: Web) -> list[Route]:
    """What laptops ask."""
    made = [Route(ROOT + one.path, endpoint(web, one), methods=[one.method]) for one in WHOLE]
    made.append(Route(f"{ROOT}/up/{{id}}", upload_endpoint(web, BATCHES), methods=["PUT"]))
    made.append(Route(f"{ROOT}/quarantine/{{id}}", upload_endpoint(web, SEALED), methods=["PUT"]))
    return made


def _other(web: Web) -> list[Route]:
    """What operators and their tools ask."""

    async def healthz(_request: Request) -> Response:
        try:
            await web.look(_look)
        except Exception:  # noqa: BLE001 - whatever it is, the server is not well
            return Response(b'{"status":"down"}', 503, _JSON)
        return Response(b'{"status":"ok"}', 200, _JSON)

    async def version(_request: Request) -> Response:
        return Response(msgspec.json.encode(versions()), 200, _JSON)

    async def description(_request: Request) -> Response:
        return Response(msgspec.json.encode(openapi.description()), 200, _JSON)

    return [
        Route("/healthz", healthz, methods=["GET"]),
        Route("/version", version, methods=["GET"]),
        Route("/openapi.json", description, methods=["GET"]),
    ]


def _look(office: Office) -> None:
    with office.store.read() as connection:
        place(connection)


def versions() -> dict[str, object]:
    """What this program is, and which laptops it talks with."""
    try:
        program = metadata.version("emis-desktop")
    except metadata.PackageNotFoundError:
        program = "0"
    schemas = {"own": SCHEMA, "oldest": SCHEMA - OLDER, "newest": SCHEMA + NEWER}
    return {"program": program, "protocol": PROTOCOL, "schema": schemas}
