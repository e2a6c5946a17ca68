"""The first time, or after a new right: everything as of one moment, in parts, merged into what is here."""

from __future__ import annotations

import hashlib

from sync.engine.calls import SNAP, Call
from sync.engine.context import Run, facets
from sync.engine.fetch import fetch
from sync.engine.line import Steps
from sync.engine.refusals import Gone
from sync.engine.store import Fetching
from sync.protocol.errors import BadMessage
from sync.protocol.messages import Manifest, PartName, decode
from sync.protocol.pages import decode_page
from sync.protocol.signing import text64


def take_snapshot(run: Run) -> Steps[None]:
    """Fetch and merge a snapshot; one that was under way goes on, one that is gone begins anew."""
    under_way = run.store.fetching()
    if under_way is not None:
        try:
            yield from _parts(run, under_way)
        except Gone:
            run.meter.progressed()
        else:
            return
    response = yield from run.caller.call(Call("GET", f"{SNAP}?since={run.store.place().newest}"))
    manifest = decode(Manifest, response.body)
    run.store.begin_snapshot(manifest)
    yield from _parts(run, Fetching(manifest, 0))


def _parts(run: Run, under_way: Fetching) -> Steps[None]:
    manifest = under_way.manifest
    left = manifest.parts[under_way.done :]
    run.meter.to_receive(sum(part.records for part in left), sum(part.size for part in left))
    for number, part in enumerate(left, under_way.done):
        yield from _part(run, manifest, number, part)
    run.store.end_snapshot()


def _part(run: Run, manifest: Manifest, number: int, part: PartName) -> Steps[None]:
    target = f"{SNAP}/{text64(manifest.id)}/{number}"
    body = yield from fetch(run, target)
    if len(body) != part.size or hashlib.sha256(body).digest() != part.sha256:
        run.store.drop(target)
        raise BadMessage("a part of a snapshot with another hash")
    page = decode_page(body)
    run.counts.told(run.store.apply_part(number, page, run.breathe))
    run.meter.applied(facets(page))
    run.store.drop(target)
