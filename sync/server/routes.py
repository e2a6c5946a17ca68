"""Which path is answered by which handler, whatever carries the request."""

from __future__ import annotations

import re
from collections.abc import Callable
from typing import Final, NamedTuple

from sync.server import greeting, receiving, serving, uploads
from sync.server.asks import Ask, Denied, Reply
from sync.server.auth import check_named, check_token
from sync.server.office import Office

Handler = Callable[[Office, Ask], Reply]

ROOT: Final = "/sync/v1"
LARGE: Final = 8 * 1024 * 1024
_HELLO: Final = 64 * 1024
"""A laptop sends a batch of 8 kB at most along with it."""
_JOIN: Final = 16 * 1024


Check = Callable[[Office, Ask], None]


class Endpoint(NamedTuple):
    """A path and method, its name in the log, its handler, and the bytes that its body has at most.

    ``first``: asked before a large body is read, so that no stranger fills the memory.
    """

    path: str
    method: str
    name: str
    handler: Handler
    most: int = 0
    first: Check | None = None


WHOLE: Final = (
    Endpoint("/hello", "POST", "hello", greeting.greet, _HELLO),
    Endpoint("/down", "GET", "down", serving.down),
    Endpoint("/snap", "GET", "snap", serving.snapshot),
    Endpoint("/snap/{id}/{number}", "GET", "snap part", serving.part),
    Endpoint("/digest", "GET", "digest", serving.digest),
    Endpoint("/rows", "POST", "rows", serving.rows, LARGE, check_token),
    Endpoint("/offers", "POST", "offers", serving.offers, LARGE, check_token),
    Endpoint("/keys", "POST", "keys", serving.keys, LARGE, check_token),
    Endpoint("/lease", "POST", "lease", serving.lease, 1024),
    Endpoint("/join", "POST", "join", serving.enrol, _JOIN),
    Endpoint("/who", "GET", "who", serving.who),
    Endpoint("/standing/{token}", "GET", "standing", serving.stands),
    Endpoint("/quarantine", "POST", "quarantine", receiving.leave_whole, LARGE, check_named),
)
"""Endpoints whose handler wants the whole body."""


def answer(office: Office, ask: Ask, cut_after: int | None = None) -> Reply | None:
    """What the server says to a request, without a socket: for a simulation, in the caller's thread.

    ``cut_after``: the line dies after so many bytes of the body; then nobody hears an answer (``None``), and
    what came of an upload is kept.
    """
    try:
        if ask.method == "PUT":
            return _upload(office, ask, cut_after)
        return None if cut_after is not None else _handler(ask)(office, ask)
    except Denied as denied:
        return denied.reply()


def _upload(office: Office, ask: Ask, cut_after: int | None) -> Reply | None:
    if not ask.path.startswith(f"{ROOT}/up/"):
        raise Denied(404, "unknown")
    opened = receiving.open_batch(office, ask)
    if isinstance(opened, Reply):
        return opened
    said, known = opened
    if ask.body[:cut_after]:
        known = uploads.keep(office, known, said.start or 0, ask.body[:cut_after])
    return None if cut_after is not None else receiving.finish_batch(office, ask, known)


def _handler(ask: Ask) -> Handler:
    for endpoint in WHOLE:
        shape = re.sub(r"\{\w+\}", "[^/]+", ROOT + endpoint.path)
        if ask.method == endpoint.method and re.fullmatch(shape, ask.path):
            return endpoint.handler
    raise Denied(404, "unknown")
