"""Sending batches that are too large for a hello: resumed at the byte, hashed, and applied whole or not."""

from __future__ import annotations

import re

from sync.engine.calls import UP, Call
from sync.engine.context import Run
from sync.engine.line import NoLine, Response, Steps
from sync.engine.store import Waiting
from sync.protocol.acks import ack_of
from sync.protocol.errors import BadMessage
from sync.protocol.messages import Upload, decode
from sync.protocol.signing import text64

_RANGE = re.compile(r"bytes=0-(\d{1,12})")


def send_all(run: Run, cut: set[bytes]) -> Steps[int]:
    """Send every batch that waits, oldest first; returns how many.

    ``cut`` names those of which the server may have a part: it is asked first. A batch that the line cuts is
    put there.
    """
    waiting = run.store.waiting()
    for batch in waiting:
        start: int | None = 0
        if batch.id in cut:
            start = yield from _there(run, batch)
        if start is not None:
            yield from _put(run, batch, start, cut)
        cut.discard(batch.id)
        run.counts.ops_sent += batch.ops
        run.meter.sent(batch.ops)
    return len(waiting)


def _there(run: Run, batch: Waiting) -> Steps[int | None]:
    """How many bytes of a batch the server has; None when it has all of it, and its result is noted."""
    response = yield from run.caller.call(_call(batch, f"bytes */{batch.size}"))
    if response.status != 308:
        _done(run, response)
        return None
    found = _RANGE.fullmatch(response.heads.get("range", ""))
    start = int(found[1]) + 1 if found else 0
    if start:
        run.counts.resumed += 1
        run.meter.progressed()
    return min(start, batch.size)


def _put(run: Run, batch: Waiting, start: int, cut: set[bytes]) -> Steps[None]:
    body = run.store.body(batch.id)[start:]
    span = f"bytes {start}-{batch.size - 1}/{batch.size}" if body else f"bytes */{batch.size}"
    call = _call(batch, span, body, run)
    try:
        response = yield from run.caller.call(call)
    except NoLine:
        cut.add(batch.id)
        raise
    if response.status == 308:  # less had come than was thought: ask where to go on
        cut.add(batch.id)
        raise NoLine
    _done(run, response)


def _call(batch: Waiting, span: str, body: bytes = b"", run: Run | None = None) -> Call:
    heads = (("Content-Range", span), ("X-Sha256", batch.sha256.hex()))
    sending = run.meter.out if run else None
    return Call("PUT", UP + text64(batch.id), body, heads, sending=sending)


def _done(run: Run, response: Response) -> None:
    upload = decode(Upload, response.body)
    if upload.ack is None:
        raise BadMessage("an upload without a result")
    run.counts.told(run.store.acknowledge(ack_of(upload.ack)))
