"""Uploads that come in pieces: each byte is kept as it arrives, also when the line dies in the middle.

An upload has an id of the sender's (a batch's, or a random one), a length and a SHA-256. A request brings
bytes from some place on; what is there already is not written twice. Pieces are kept in order, without gaps.
"""

from __future__ import annotations

import hmac
import re
from collections.abc import Iterator
from dataclasses import dataclass, replace
from hashlib import sha256
from typing import Final
from uuid import UUID

from sqlalchemy import Connection, delete, insert, select, update
from sqlalchemy.exc import IntegrityError

from sync.server import sites
from sync.server.asks import Ask, Denied
from sync.server.auth import require_active
from sync.server.control import upload, upload_part
from sync.server.office import Office

BATCH, SEALED = "batch", "sealed"
LARGEST: Final = 32 * 1024 * 1024
"""Bytes of an upload at most: a hundred times the largest batch."""
KEPT_MS: Final = 30 * 24 * 60 * 60 * 1000
"""An upload that nobody goes on with is forgotten after 30 days."""
MOST_OPEN: Final = 8
"""Uploads of one site under way at most."""
_RANGE: Final = re.compile(r"bytes (?:(\d{1,12})-(\d{1,12})|\*)/(\d{1,12})")


@dataclass(frozen=True, slots=True)
class Declared:
    """What the heads of an upload say. ``start`` is ``None`` when only the state is asked for."""

    id: bytes
    total: int
    sha256: bytes
    start: int | None
    end: int


@dataclass(frozen=True, slots=True)
class Progress:
    """An upload of a site, with the bytes that are kept."""

    id: bytes
    site: UUID
    purpose: str
    total: int
    sha256: bytes
    received: int

    @property
    def is_whole(self) -> bool:
        """Whether every byte is there."""
        return self.received == self.total


def declared(ask: Ask, upload_id: bytes) -> Declared:
    """What the request says it brings; raises :class:`Denied` for heads that make no sense."""
    found = _RANGE.fullmatch(ask.heads.get("content-range", ""))
    if found is None:
        raise Denied(400, "poison", "Content-Range")
    total = int(found[3])
    start = None if found[1] is None else int(found[1])
    end = 0 if start is None else int(found[2]) + 1
    if not 0 < total <= LARGEST:
        raise Denied(413, "too_large")
    if start is not None and not start < end <= total:
        raise Denied(400, "poison", "Content-Range")
    try:
        digest = bytes.fromhex(ask.heads.get("x-sha256", ""))
    except ValueError:
        digest = b""
    if len(digest) != 32:
        raise Denied(400, "poison", "X-Sha256")
    return Declared(upload_id, total, digest, start, end)


def begin(connection: Connection, site: UUID, purpose: str, said: Declared, now: int) -> Progress:
    """The upload as it stands, made when it is new; raises :class:`Denied` when it is another's, or another
    thing is declared under the same id.
    """
    known = _find(connection, said.id)
    if known is None:
        _make_room(connection, site, now)
        if not _began(connection, site, purpose, said, now):
            return begin(connection, site, purpose, said, now)
        return Progress(said.id, site, purpose, said.total, said.sha256, 0)
    if known.site != site or known.purpose != purpose:
        raise Denied(409, "gone")
    if (known.total, known.sha256) != (said.total, said.sha256):
        forget(connection, said.id)
        return begin(connection, site, purpose, said, now)
    return known


def _began(connection: Connection, site: UUID, purpose: str, said: Declared, now: int) -> bool:
    """Write a new upload down; false when another process did so in this very moment."""
    new = {
        "id": said.id,
        "site_id": site,
        "purpose": purpose,
        "total": said.total,
        "sha256": said.sha256,
        "received": 0,
        "began_at": now,
        "seen_at": now,
    }
    try:
        with connection.begin_nested():
            connection.execute(insert(upload).values(new))
    except IntegrityError:
        return False
    return True


def keep(office: Office, known: Progress, start: int, piece: bytes) -> Progress:
    """Keep ``piece``, which begins at ``start``; returns the upload as it stands then.

    Raises :class:`Denied` when bytes before it are missing, more come than were declared, or the site may no
    longer exchange.
    """
    with office.quick_write() as connection:
        if known.purpose == BATCH:
            _require_active(office, connection, known.site)
        found = _find(connection, known.id, lock=True)
        if found is None:
            raise Denied(410, "gone")
        if start > found.received:
            raise Denied(416, "gap")
        fresh = piece[found.received - start :]
        if not fresh:
            return found
        if found.received + len(fresh) > found.total:
            raise Denied(400, "poison", "more than declared")
        connection.execute(insert(upload_part).values(upload_id=known.id, start=found.received, body=fresh))
        after = replace(found, received=found.received + len(fresh))
        connection.execute(
            update(upload)
            .where(upload.c.id == known.id)
            .values(received=after.received, seen_at=office.now_ms())
        )
        return after


def whole(connection: Connection, known: Progress) -> bytes:
    """All bytes of an upload; raises :class:`Denied` (and they are to be forgotten) when they are others."""
    body = b"".join(_parts(connection, known.id))
    if len(body) != known.total or not hmac.compare_digest(sha256(body).digest(), known.sha256):
        raise Denied(409, "body_hash")
    return body


def forget(connection: Connection, upload_id: bytes) -> None:
    """Remove an upload and its bytes; whoever adds some in this moment is waited for by the first."""
    connection.execute(delete(upload).where(upload.c.id == upload_id))
    connection.execute(delete(upload_part).where(upload_part.c.upload_id == upload_id))


def _require_active(office: Office, connection: Connection, site_id: UUID) -> None:
    found = sites.find(connection, site_id)
    if found is None:
        raise Denied(401, "unknown_site")
    require_active(office, found, b"")


def _find(connection: Connection, upload_id: bytes, *, lock: bool = False) -> Progress | None:
    question = select(upload).where(upload.c.id == upload_id)
    found = connection.execute(question.with_for_update() if lock else question).first()
    if found is None:
        return None
    return Progress(
        upload_id, found.site_id, found.purpose, int(found.total), bytes(found.sha256), int(found.received)
    )


def _parts(connection: Connection, upload_id: bytes) -> Iterator[bytes]:
    question = select(upload_part.c.body).where(upload_part.c.upload_id == upload_id)
    for (body,) in connection.execute(question.order_by(upload_part.c.start)):
        yield bytes(body)


def _make_room(connection: Connection, site: UUID, now: int) -> None:
    """Forget what nobody goes on with, and the oldest of a site that began too many."""
    old = select(upload.c.id).where(upload.c.seen_at < now - KEPT_MS)
    mine = select(upload.c.id).where(upload.c.site_id == site).order_by(upload.c.seen_at.desc())
    for question in (old, mine.offset(MOST_OPEN - 1)):
        for (one,) in connection.execute(question).all():
            forget(connection, bytes(one))
