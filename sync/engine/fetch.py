"""Fetching something that never changes, so that a cut loses nothing: what came is kept and asked for on."""

from __future__ import annotations

from collections.abc import Mapping

from emis_desktop.errors import N_
from sync.engine.calls import Call
from sync.engine.context import Run
from sync.engine.line import LineFault, Response, Steps
from sync.engine.store import Kept
from sync.protocol.errors import BadMessage

_KEEP = 256
"""Bytes below which what came is not worth writing down."""
MOST = 32 * 1024 * 1024
"""Bytes of one piece at most."""


class TooLarge(LineFault):
    """The server sends more than any page has."""

    def __init__(self) -> None:
        super().__init__(N_("The server sent more than it may; nothing was changed."))


class _Body:
    """A sink that goes on from what is kept where the server does, and begins anew where it does not."""

    def __init__(self, run: Run, kept: Kept | None) -> None:
        self._run = run
        self._kept = kept
        self.tag = ""
        self.body = bytearray()
        self.fresh = 0

    def begin(self, status: int, heads: Mapping[str, str]) -> None:
        self.tag = heads.get("etag", "")
        if status == 206 and self._kept is not None:
            self.body += self._kept.body
            self._run.counts.resumed += 1

    def write(self, chunk: bytes) -> None:
        self.body += chunk
        self.fresh += len(chunk)
        if len(self.body) > MOST:
            raise TooLarge
        self._run.meter.came(len(chunk))


def fetch(run: Run, target: str) -> Steps[bytes]:
    """The body at ``target``, resumed where an earlier try was cut. What is kept stays until
    :meth:`~sync.engine.store.ClientStore.drop`, so call that once the body is used.
    """
    kept = run.store.kept(target)
    body = _Body(run, kept)
    heads = (("Range", f"bytes={len(kept.body)}-"), ("If-Range", kept.tag)) if kept else ()
    try:
        response: Response = yield from run.caller.call(
            Call("GET", target, heads=heads, sink=body, also=frozenset({416}))
        )
    except TooLarge:
        run.store.drop(target)
        raise
    except BaseException:
        if body.fresh >= _KEEP and body.tag:
            run.store.keep(target, body.tag, bytes(body.body))
        raise
    if response.status != 416:
        return bytes(body.body)
    if kept is None:
        raise BadMessage("no such bytes, though all were asked for")
    run.store.drop(target)
    return (yield from fetch(run, target))
