"""When the roots differ although nothing is under way: find the buckets that differ, put right their rows."""

from __future__ import annotations

from collections.abc import Sequence
from uuid import UUID

from sync.digest import different_buckets
from sync.engine.calls import DIGEST, OFFERS, ROWS, Call
from sync.engine.context import Run, facets
from sync.engine.line import Steps
from sync.protocol.errors import BadMessage
from sync.protocol.messages import Digest, RowsAsked, RowsFound, decode, encode
from sync.protocol.packing import join, split
from sync.protocol.pages import decode_page

_AT_ONCE = 64
"""Buckets asked for in one request."""


def repair(run: Run) -> Steps[int]:
    """Compare bucket by bucket, take over what differs, offer what the server lacks; returns the buckets."""
    response = yield from run.caller.call(Call("GET", DIGEST))
    digest = decode(Digest, response.body)
    theirs = {one.sensitivity: one.sums for one in digest.classes}
    buckets = different_buckets(run.store.sums(), theirs)
    for start in range(0, len(buckets), _AT_ONCE):
        yield from _rows(run, digest.upto, tuple(buckets[start : start + _AT_ONCE]))
    run.store.settled()
    return len(buckets)


def offer_moves(run: Run) -> Steps[None]:
    """Tell a server that lost its history how pupils came here, before what was done about them since."""
    page = run.store.moves()
    if page is not None:
        yield from run.caller.call(Call("POST", OFFERS, page))
        run.meter.progressed()


def tell_replaced(run: Run) -> Steps[None]:
    """Tell what gave way here while history was lost to whom may not have seen it."""
    told = 0
    while (found := run.store.replaced(told)) is not None:
        page, told = found
        yield from run.caller.call(Call("POST", OFFERS, page))
        run.meter.progressed()


def _rows(run: Run, upto: int, buckets: tuple[tuple[str, int], ...]) -> Steps[None]:
    more = True
    while more:
        asked = RowsAsked(upto=upto, buckets=buckets, held=run.store.held(buckets))
        response = yield from run.caller.call(Call("POST", ROWS, join(encode(asked))))
        frames = split(response.body)
        if not frames:
            raise BadMessage("no rows")
        found = decode(RowsFound, frames[0])
        page = decode_page(frames[1]) if len(frames) > 1 else None
        run.counts.told(run.store.repair(found, page, run.breathe))
        if page is not None:
            run.meter.applied(facets(page))
        yield from _offer(run, found.unknown)
        more = found.more and page is not None and bool(page.entries)


def _offer(run: Run, unknown: Sequence[tuple[str, UUID]]) -> Steps[None]:
    """Offer what the server asks for, and then, message by message, whatever else is better known here."""
    asked: Sequence[tuple[str, UUID]] = unknown
    while (offer := run.store.offer(asked)) is not None:
        yield from run.caller.call(Call("POST", OFFERS, offer))
        run.meter.progressed()
        asked = ()
