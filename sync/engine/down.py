"""Receiving the log: pages that never change, each resumed at the byte, applied with the cursor at once."""

from __future__ import annotations

from sync.engine.calls import DOWN
from sync.engine.context import Run
from sync.engine.fetch import fetch
from sync.engine.line import Steps
from sync.operations import Page
from sync.protocol.errors import BadMessage, OtherVersion
from sync.protocol.pages import decode_page


class Reach:
    """How far to receive: the log's ``head``, or None for the one that the first page tells.

    It outlives a cut, so that the next try asks for the very page whose first bytes are kept.
    """

    def __init__(self, head: int | None) -> None:
        """``head`` as a welcome told it."""
        self.head = head


def receive(run: Run, reach: Reach) -> Steps[None]:
    """Fetch and apply pages as far as ``reach`` says."""
    while reach.head is None or run.store.place().cursor < reach.head:
        before = run.store.place().cursor
        upto = "" if reach.head is None else f"&upto={reach.head}"
        target = f"{DOWN}?after={before}{upto}"
        body = yield from fetch(run, target)
        page = _page(run, target, body, before)
        if reach.head is None:
            reach.head = page.head
        run.meter.to_receive(max(0, reach.head - page.after))
        run.apply(page)
        run.store.drop(target)
        if run.store.place().cursor <= before and page.upto == before:
            return


def _page(run: Run, target: str, body: bytes, before: int) -> Page:
    """The page in ``body``; one that is none is fetched anew the next time, not kept."""
    try:
        page = decode_page(body)
        if page.after != before or page.upto < before:
            raise BadMessage("a page of another place in the log")
    except (BadMessage, OtherVersion):
        run.store.drop(target)
        raise
    return page
