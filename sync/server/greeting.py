"""The hello: one request that says where a laptop stands, brings a small batch, and often is all."""

from __future__ import annotations

from dataclasses import dataclass
from hashlib import sha256
from typing import Final

from sqlalchemy import Connection, insert, select

from sync.operations import Ack, Batch
from sync.protocol import subscription
from sync.protocol.acks import ack_wire
from sync.protocol.batches import decode_batch
from sync.protocol.errors import BadMessage
from sync.protocol.messages import PROTOCOL, Flag, Hello, Notice, Want, Welcome, decode, encode
from sync.protocol.packing import MAX_MESSAGE, join, split
from sync.protocol.versions import SCHEMA, Fit, fit
from sync.server import audit, class_keys, granting, sites
from sync.server.access import SiteRights
from sync.server.asks import Ask, Denied, Reply
from sync.server.auth import by_device, require_active, token
from sync.server.control import laptop_head
from sync.server.countersigning import countersign
from sync.server.digests import root
from sync.server.feed import Packed, begin_history, packed_page, place, tell_author
from sync.server.nonces import BYTES as NONCE_BYTES
from sync.server.office import Office
from sync.server.raw import Raw
from sync.server.receiving import take_batch
from sync.server.sites import Enrolled, Step
from sync.server.standing import Standing, standing
from sync.server.tables import server

SMALL_PAGE: Final = 8 * 1024
"""Bytes of a page that still comes along with the welcome: a cut loses all of it, only ``down`` goes on from
a byte.
"""
MOST_GENERATION: Final = 1_000_000
"""No store is copied or restored more often; what follows still has room in the columns."""
_INT64: Final = 1 << 63


@dataclass(frozen=True, slots=True)
class _Met:
    """What was found about the caller before anything moved."""

    site: Enrolled
    hello: Hello
    step: Step
    stands: Standing
    notices: tuple[Notice, ...]

    @property
    def sends_again(self) -> bool:
        """Whether the laptop knew another line of the log: it sends all that it had sent, oldest first."""
        return bool(self.hello.history) and (self.stands.rolled_back or not self.stands.same_history)


def greet(office: Office, ask: Ask) -> Reply:
    """Answer a hello; raises :class:`~sync.server.asks.Denied`."""
    frames = split(ask.body)
    if not 1 <= len(frames) <= 2:
        raise BadMessage("a hello has one or two frames")
    hello = decode(Hello, frames[0], MAX_MESSAGE)
    if not (0 <= hello.generation <= MOST_GENERATION and 0 <= hello.audit_seq < _INT64):
        raise BadMessage("a number that no laptop comes to")
    with office.store.read() as connection:
        site = by_device(office, connection, ask).site
    require_active(office, site, hello.nonce)
    may_receive = _check_versions(hello)
    batch = decode_batch(frames[1]) if len(frames) == 2 else None
    try:
        met = _meet(office, site, hello, ask.body, batch)
    except sites.Replayed as late:
        raise Denied(409, "replayed") from late
    if met.step.stale:
        return Reply(200, join(encode(_stale(office, met))))
    ack = None
    if batch is not None and not met.sends_again:  # what it rests upon may be lost: that comes first then
        ack = take_batch(office, site, batch, batch.id, met.step.generation)
    return _welcome(office, met, ack, may_receive=may_receive)


def _check_versions(hello: Hello) -> bool:
    """Whether a laptop of that version may receive; raises :class:`Denied` when it may not even send."""
    goes = fit(hello.schema)
    if hello.protocol > PROTOCOL or goes is Fit.WAIT:
        raise Denied(426, "too_new")
    return goes is Fit.BOTH


def _meet(office: Office, site: Enrolled, hello: Hello, body: bytes, batch: Batch | None) -> _Met:
    """Take the nonce, hand another, and see whether either side went back in time. ``batch`` came along."""
    now = office.now_ms()
    facts = []
    with office.quick_write() as connection:
        log = place(connection)
        stands = standing(connection, log, hello)
        if stands.rolled_back:  # another process may find the same in this moment: one of them begins it
            connection.execute(select(server.c.one).with_for_update())
            log = place(connection)
            stands = standing(connection, log, hello)
        if stands.rolled_back:
            begin_history(connection, office.entropy)
            facts.append(audit.Fact("server", "begin_history", f"cursor {hello.cursor} head {log.head}"))
        step = sites.step(
            connection,
            site.id,
            hello.generation,
            hello.nonce,
            fresh=office.entropy(NONCE_BYTES),
            now=now,
            trust=stands.rolled_back or not stands.same_history,
            heard=sites.Heard(sha256(body).digest()[:NONCE_BYTES], hello.wall_ms),
        )
        if step.stale:
            facts.append(audit.Fact("site", "new_generation", "", site.id, step.generation))
        elif step.again and stands.cursor_holds:
            known = b"" if batch is None else batch.id
            tell_author(connection, site.rights(step.generation), hello.cursor, known)
        notices: tuple[Notice, ...] = ()
        if not step.stale:
            notices = _anchored(office, connection, site, hello, facts)
            notices += granting.untold(connection, site, step)
        head = audit.append(connection, facts, now) if facts else None
    if head is not None:
        countersign(office, head)
    return _Met(site, hello, step, stands, notices)


def _anchored(
    office: Office, connection: Connection, site: Enrolled, hello: Hello, facts: list[audit.Fact]
) -> tuple[Notice, ...]:
    """Countersign the head of the laptop's chain of acts, once; a head that contradicts one of before stands
    in the audit.
    """
    if not hello.audit_seq or not hello.audit_digest:
        return ()
    here = (laptop_head.c.site_id == site.id) & (laptop_head.c.generation == hello.generation)
    newest = connection.execute(
        select(laptop_head.c.seq, laptop_head.c.digest)
        .where(here)
        .order_by(laptop_head.c.seq.desc())
        .limit(1)
    ).first()
    if newest is not None and int(newest.seq) >= hello.audit_seq:
        if (int(newest.seq), bytes(newest.digest)) != (hello.audit_seq, hello.audit_digest):
            about = f"head {hello.audit_seq} after {newest.seq}"
            facts.append(audit.Fact("site", "audit_contradicts", about, site.id, hello.generation))
        return ()
    now = office.now_ms()
    connection.execute(
        insert(laptop_head).values(
            site_id=site.id,
            generation=hello.generation,
            seq=hello.audit_seq,
            digest=hello.audit_digest,
            at=now,
        )
    )
    head = audit.Head(hello.audit_seq, hello.audit_digest)
    text = audit.laptop_text(office.choices.server, site.id, hello.generation, head, now)
    return (Notice("anchor", hello.audit_seq, str(now), office.keys.sign(text)),)


def _stale(office: Office, met: _Met) -> Welcome:
    """To a copy: who it is from now on, and nothing else; an old hello sent again by a stranger opens
    nothing.
    """
    with office.store.read() as connection:
        log = place(connection)
    return Welcome(
        server_ms=office.now_ms(),
        history=log.history,
        nonce=met.step.nonce,
        generation=met.step.generation,
        head=log.head,
        head_tag=log.tag,
        flags=Flag.NEW_GENERATION,
        schema=SCHEMA,
    )


def _welcome(office: Office, met: _Met, ack: Ack | None, *, may_receive: bool) -> Reply:
    rights = met.site.rights(met.step.generation)
    with office.store.read() as connection:
        log = place(connection)
        flags, found = Flag(0), None
        if may_receive:
            flags, found = _news(connection, met, rights, log.head)
        if may_receive and ack is None and found is None and not flags:
            flags |= _repair(connection, rights, met.hello)
        notices = (*met.notices, *_keys(connection, rights, met.hello), *_receives(rights, flags))
    body = None if found is None else found.body
    if body is not None and (len(body) > SMALL_PAGE or not met.hello.wants & Want.PAGE):
        body, flags = None, flags | Flag.MORE
    open_more = bool(flags) or bool(met.hello.wants & Want.TOKEN)
    welcome = Welcome(
        server_ms=office.now_ms(),
        history=log.history,
        nonce=met.step.nonce,
        generation=met.step.generation,
        head=log.head,
        head_tag=log.tag,
        flags=flags,
        schema=SCHEMA,
        ack=None if ack is None else ack_wire(ack),
        token=token(office.keys, met.site, met.step.generation, office.now_ms()) if open_more else "",
        notices=notices,
    )
    return Reply(200, join(encode(welcome), *(() if body is None else (body,))))


def _news(connection: Connection, met: _Met, rights: SiteRights, head: int) -> tuple[Flag, Packed | None]:
    """What the laptop is to ask for, and a small page at once when it lacks no snapshot."""
    flags = _flags(met, rights)
    if flags & Flag.SNAPSHOT or met.hello.cursor >= head:
        return flags, None
    found = packed_page(connection, rights, met.hello.cursor, SMALL_PAGE)
    return (flags | Flag.MORE if found.page.upto < head else flags), found


def _flags(met: _Met, rights: SiteRights) -> Flag:
    flags = Flag(0)
    receives = subscription.subscription_of(rights.node, (str(one) for one in rights.classes))
    if met.hello.subscription != receives or not (met.stands.cursor_holds and met.stands.told_on):
        flags |= Flag.SNAPSHOT
    if met.sends_again:
        flags |= Flag.RESEND
    return flags


def _repair(connection: Connection, rights: SiteRights, hello: Hello) -> Flag:
    ours = root(Raw(connection), rights)
    differs = ours is not None and bool(hello.root) and ours != hello.root
    return Flag.REPAIR if differs else Flag(0)


def _keys(connection: Connection, rights: SiteRights, hello: Hello) -> tuple[Notice, ...]:
    if not hello.wants & Want.KEYS:
        return ()
    return (Notice("keys", class_keys.newest(connection, rights)),)


def _receives(rights: SiteRights, flags: Flag) -> tuple[Notice, ...]:
    """With the word that a snapshot is due goes what it will hold: the laptop may have another idea of it."""
    if not flags & Flag.SNAPSHOT:
        return ()
    classes = ",".join(sorted(str(one) for one in rights.classes))
    return (Notice("classes", 0, classes, rights.node.bytes),)
