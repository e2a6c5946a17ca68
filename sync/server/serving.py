"""What follows a welcome: pages of the log, digests, numbers, class keys; joining, and who the server is."""

from __future__ import annotations

import hmac
import re
from hashlib import sha256
from typing import Final
from urllib.parse import parse_qs
from uuid import UUID

from sync.protocol.leases import LeaseAnswer, LeaseAsk
from sync.protocol.messages import ClassSums, Digest, JoinAsk, KeysAsk, RowsAsked, Who, decode, encode
from sync.protocol.packing import MAX_MESSAGE, join, split
from sync.protocol.pages import decode_page
from sync.protocol.signing import bytes64, standing_text, text64, who_text
from sync.protocol.versions import Fit, fit
from sync.server import audit, class_keys, erasing, leases, limits, repair, sites, snapshots
from sync.server import join as joining
from sync.server.asks import Ask, Denied, Reply
from sync.server.auth import by_token
from sync.server.control import ACTIVE
from sync.server.countersigning import countersign
from sync.server.digests import sums_of
from sync.server.feed import PAGE_BYTES, let_go, packed_page, place
from sync.server.office import Office
from sync.server.poison import take_safely
from sync.server.raw import Raw

_RANGE: Final = re.compile(r"bytes=(\d{1,12})-")
_NUMBER: Final = re.compile(r"\d{1,18}")
CHALLENGE: Final = 64
"""Bytes of a challenge at most."""


def down(office: Office, ask: Ask) -> Reply:
    """A page of the log; its bytes are the same whenever it is asked for, so it can be resumed."""
    query = parse_qs(ask.target.partition("?")[2])
    after, upto = _number(query, "after"), _number(query, "upto")
    if after is None:
        raise Denied(400, "poison", "after")
    with office.store.read() as connection:
        caller = by_token(office, connection, ask)
        head = place(connection).head
        if not let_go(connection) <= after <= head:
            raise Denied(410, "gone")
        found = packed_page(connection, caller.rights, after, PAGE_BYTES, upto)
    return ranged(ask, found.body)


def snapshot(office: Office, ask: Ask) -> Reply:
    """The parts of a snapshot for this laptop."""
    since = _number(parse_qs(ask.target.partition("?")[2]), "since") or 0
    with office.store.read() as connection:
        caller = by_token(office, connection, ask)
    return Reply(200, encode(snapshots.manifest(office.store, caller.rights, office.now_ms(), since)))


def part(office: Office, ask: Ask) -> Reply:
    """One part of a snapshot."""
    id_text, number = ask.path.rsplit("/", 2)[1:]
    snapshot_id = bytes64(id_text)
    if snapshot_id is None or not _NUMBER.fullmatch(number):
        raise Denied(404, "gone")
    with office.store.read() as connection:
        caller = by_token(office, connection, ask)
        body = snapshots.part(Raw(connection), caller.rights, snapshot_id, int(number))
    if body is None:
        raise Denied(410, "gone")
    return ranged(ask, body)


def digest(office: Office, ask: Ask) -> Reply:
    """The sums of all that the laptop should hold."""
    with office.store.read() as connection:
        caller = by_token(office, connection, ask)
        found = sums_of(Raw(connection), caller.rights)
        upto = place(connection).head
    classes = tuple(ClassSums(name, sums) for name, sums in sorted(found.items()))
    return Reply(200, encode(Digest(upto, classes)))


def rows(office: Office, ask: Ask) -> Reply:
    """Compare what the laptop holds in some buckets, and put it right."""
    frames = split(ask.body)
    if len(frames) != 1:
        raise Denied(400, "poison")
    asked = decode(RowsAsked, frames[0])
    with office.store.read() as connection:
        caller = by_token(office, connection, ask)
        made = repair.rows(connection, caller.rights, asked)
    return Reply(200, join(encode(made.found), *((made.body,) if made.body else ())))


def offers(office: Office, ask: Ask) -> Reply:
    """Take rows that this server lost and the laptop holds."""
    page = decode_page(ask.body)
    now = office.now_ms()
    with office.store.write() as connection:
        caller = by_token(office, connection, ask)
        erasing.take_back(office, connection, page.entries, now)
        taken = take_safely(connection, caller.rights, page, now, entropy=office.entropy)
        fact = audit.Fact("site", "offer", f"{taken} facets", caller.site.id, caller.generation)
        head = audit.append(connection, [fact], now)
    countersign(office, head)
    return Reply(204)


def keys(office: Office, ask: Ask) -> Reply:
    """Hand class keys between the laptops of a school."""
    asked = decode(KeysAsk, ask.body)
    with office.store.write() as connection:
        caller = by_token(office, connection, ask)
        return Reply(200, encode(class_keys.exchange(connection, caller.rights, asked)))


def lease(office: Office, ask: Ask) -> Reply:
    """Lease a block of numbers."""
    asked = decode(LeaseAsk, ask.body, MAX_MESSAGE)
    with office.store.write() as connection:
        caller = by_token(office, connection, ask)
        now = office.now_ms()
        try:
            block = leases.grant(
                connection, office.ledger, caller.site.id, caller.generation, asked.kind, asked.count, now
            )
        except ValueError:
            raise Denied(400, "poison") from None
        about = f"{block.kind} {block.first}-{block.last}"
        fact = audit.Fact("site", "lease", about, caller.site.id, caller.generation)
        head = audit.append(connection, [fact], now)
    countersign(office, head)
    return Reply(200, encode(LeaseAnswer(block.kind, block.first, block.last)))


def enrol(office: Office, ask: Ask) -> Reply:
    """Take a one-time code; a wrong one counts against its sender."""
    asked = decode(JoinAsk, ask.body, MAX_MESSAGE)
    who, began = office.keys.mac("attempt", ask.address.encode())[:16], office.now_ms()
    with office.store.read() as connection:
        limits.check_tries(connection, who, began)  # who has none left keeps no writer waiting
    with office.store.write() as connection:
        limits.begin_try(connection, who, began)
    try:
        answer = joining.enrol(office, asked)
    except Denied as denied:
        if not denied.reason.startswith("code_"):
            _good_code(office, who, began)
        raise
    _good_code(office, who, began)
    return Reply(200, encode(answer))


def _good_code(office: Office, who: bytes, began: int) -> None:
    with office.store.write() as connection:
        limits.take_back(connection, who, began)


def who(office: Office, ask: Ask) -> Reply:
    """Prove who this server is, by a signature over what the asker made up."""
    challenge = bytes64("".join(parse_qs(ask.target.partition("?")[2]).get("c", [])))
    if not challenge or not 16 <= len(challenge) <= CHALLENGE:
        raise Denied(400, "poison", "c")
    signature = office.keys.sign(who_text(challenge))
    told = Who(office.choices.server.bytes, office.keys.public, office.choices.name, signature)
    return Reply(200, encode(told))


def stands(office: Office, ask: Ask) -> Reply:
    """Tell a locked laptop, which cannot sign, whether it still may; its token serves for nothing else.

    With the server's time, as digits: no clock of the laptop can stretch the days without a contact.
    """
    site_text, _, token_text = ask.path.rsplit("/", 1)[-1].partition(".")
    site_id, token = bytes64(site_text), bytes64(token_text)
    if site_id is None or token is None or len(site_id) != 16:
        raise Denied(404, "unknown_site")
    with office.store.read() as connection:
        site = sites.find(connection, UUID(bytes=site_id))
    if site is None or not hmac.compare_digest(site.standing, token):
        raise Denied(404, "unknown_site")
    if site.state == ACTIVE:
        return Reply(200, str(office.now_ms()).encode())
    detail = text64(office.keys.sign(standing_text(site.state, site.id, token)))
    raise Denied(403, site.state, detail)


def require_fit(schema: int) -> None:
    """Raise :class:`Denied` for a laptop that is too old to receive."""
    if fit(schema) is not Fit.BOTH:
        raise Denied(426, "too_old")


def ranged(ask: Ask, body: bytes) -> Reply:
    """The body, or what is left of it after a cut."""
    tag = f'"{text64(sha256(body).digest()[:16])}"'
    heads = (("ETag", tag),)
    wanted = _RANGE.fullmatch(ask.heads.get("range", ""))
    if wanted is None or ask.heads.get("if-range", tag) != tag:
        return Reply(200, body, heads)
    start = int(wanted[1])
    if start >= len(body):
        return Reply(416, b"", (*heads, ("Content-Range", f"bytes */{len(body)}")))
    span = f"bytes {start}-{len(body) - 1}/{len(body)}"
    return Reply(206, body[start:], (*heads, ("Content-Range", span)))


def _number(query: dict[str, list[str]], name: str) -> int | None:
    found = query.get(name)
    if found is None:
        return None
    if len(found) != 1 or not _NUMBER.fullmatch(found[0]):
        raise Denied(400, "poison", name)
    return int(found[0])
