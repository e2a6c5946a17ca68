"""Receiving the log: pages that never change, each resumed at the byte, applied with the cursor at once."""

from __future__ import annotations

from sync.engine.calls import DOWN
from sync.engine.context import Run
from sync.engine.fetch import fetch
from sync.engine.line import Steps
from sync.protocol.errors import BadMessage
from sync.protocol.pages import decode_page


def receive(run: Run, head: int | None) -> Steps[None]:
    """Fetch and apply pages until the log's ``head``, or without one until the head that a page tells."""
    while head is None or run.store.place().cursor < head:
        before = run.store.place().cursor
        upto = "" if head is None else f"&upto={head}"
        target = f"{DOWN}?after={before}{upto}"
        body = yield from fetch(run, target)
        page = decode_page(body)
        if page.after != before or page.upto < before:
            raise BadMessage("a page of another place in the log")
        if head is None:
            head = page.head
        run.meter.to_receive(max(0, head - page.after))
        run.apply(page)
        run.store.drop(target)
        if run.store.place().cursor <= before and page.upto == before:
            return
