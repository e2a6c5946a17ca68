"""When the roots differ although nothing is under way: find the buckets that differ, put right their rows."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from uuid import UUID

from sync.engine.calls import DIGEST, OFFERS, ROWS, Call
from sync.engine.context import Run, facets
from sync.engine.line import Steps
from sync.protocol.errors import BadMessage
from sync.protocol.messages import Digest, RowsAsked, RowsFound, decode, encode
from sync.protocol.packing import join, split
from sync.protocol.pages import decode_page

_SUM = 16
_AT_ONCE = 64
"""Buckets asked for in one request."""


def repair(run: Run) -> Steps[int]:
    """Compare bucket by bucket, take over what differs, offer what the server lacks; returns the buckets."""
    response = yield from run.caller.call(Call("GET", DIGEST))
    digest = decode(Digest, response.body)
    theirs = {one.sensitivity: one.sums for one in digest.classes}
    buckets = different(run.store.sums(), theirs)
    for start in range(0, len(buckets), _AT_ONCE):
        yield from _rows(run, digest.upto, tuple(buckets[start : start + _AT_ONCE]))
    run.store.settled()
    return len(buckets)


def different(ours: Mapping[str, bytes], theirs: Mapping[str, bytes]) -> list[tuple[str, int]]:
    """The buckets whose sums differ, by class and number; a class that one side lacks holds nothing there."""
    found = []
    for name in sorted({*ours, *theirs}):
        one, other = ours.get(name, b""), theirs.get(name, b"")
        for place in range(max(len(one), len(other)) // _SUM):
            span = slice(place * _SUM, (place + 1) * _SUM)
            if (one[span] or bytes(_SUM)) != (other[span] or bytes(_SUM)):
                found.append((name, place))
    return found


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
