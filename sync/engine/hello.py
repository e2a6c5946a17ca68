"""The first request of a sync: where we stand, a small batch inside; the answer often ends the sync."""

from __future__ import annotations

from dataclasses import dataclass

from sync.engine.calls import HELLO, Call
from sync.engine.context import Run
from sync.engine.line import Response, Steps
from sync.engine.store import Place, Waiting
from sync.operations import Page
from sync.protocol.acks import ack_of
from sync.protocol.errors import BadMessage
from sync.protocol.messages import PROTOCOL, Hello, Want, Welcome, decode, encode
from sync.protocol.packing import join, split
from sync.protocol.pages import decode_page

SMALL_BATCH = 8 * 1024
"""Bytes of a batch that still comes along with the hello."""


@dataclass(frozen=True, slots=True)
class Welcomed:
    """The server's answer, and where the store stood when it asked."""

    welcome: Welcome
    shown: Place


def hello(run: Run) -> Steps[Welcomed]:
    """Say where the store stands, and take over what the answer brings: nonce, acknowledgement, a page."""
    waiting = run.store.waiting()
    run.meter.to_send(sum(one.ops for one in waiting), sum(one.size for one in waiting))
    shown = run.store.place()
    inside = waiting[0] if waiting and waiting[0].size <= SMALL_BATCH else None
    body = _body(run, shown, inside, more=len(waiting) > (inside is not None))
    asked = run.wall_ms()
    response = yield from run.caller.call(Call("POST", HELLO, body, sending=run.meter.out, signed=True))
    welcome, page = _read(response)
    run.meter.came(len(response.body))
    run.caller.token, run.asks.token = welcome.token, False
    offset = welcome.server_ms - (asked + run.wall_ms()) // 2
    run.store.welcomed(welcome, shown, offset)
    if welcome.ack is not None:
        run.counts.told(run.store.acknowledge(ack_of(welcome.ack)))
        if inside is not None and welcome.ack.batch == inside.id:
            run.counts.ops_sent += inside.ops
            run.meter.sent(inside.ops)
    if page is not None:
        if page.after > run.store.place().cursor:
            raise BadMessage("a page of another place in the log")
        run.apply(page)
    return Welcomed(welcome, shown)


def _body(run: Run, shown: Place, inside: Waiting | None, *, more: bool) -> bytes:
    wants = _wants(run, more=more)
    message = hello_of(shown, run.wall_ms(), wants)
    frames = [encode(message)]
    if inside is not None:
        frames.append(run.store.body(inside.id))
    return join(*frames)


def _wants(run: Run, *, more: bool) -> int:
    asked = {
        Want.PAGE: run.asks.page,
        Want.TOKEN: more or run.asks.token,
        Want.KEYS: run.trade is not None and run.trade.wants(),
    }
    return sum(int(want) for want, wanted in asked.items() if wanted)


def hello_of(shown: Place, wall_ms: int, wants: int) -> Hello:
    """What a store says of where it stands."""
    return Hello(
        protocol=PROTOCOL,
        schema=shown.schema,
        generation=shown.generation,
        nonce=shown.nonce,
        history=shown.history,
        cursor=shown.cursor,
        cursor_tag=shown.cursor_tag,
        root=shown.root,
        subscription=shown.subscription,
        wall_ms=wall_ms,
        wants=wants,
        audit_seq=shown.audit_seq,
        audit_digest=shown.audit_digest,
    )


def _read(response: Response) -> tuple[Welcome, Page | None]:
    frames = split(response.body)
    if not frames:
        raise BadMessage("no welcome")
    return decode(Welcome, frames[0]), decode_page(frames[1]) if len(frames) > 1 else None
