"""What becomes of uploads: a whole batch is applied in one transaction, sealed work goes into quarantine."""

from __future__ import annotations

from hashlib import sha256
from urllib.parse import parse_qs
from uuid import UUID

from sqlalchemy import Connection, insert, select

from sync.collector import held_back
from sync.operations import Ack, Batch
from sync.protocol.acks import ack_wire
from sync.protocol.batches import decode_batch
from sync.protocol.messages import Upload, encode
from sync.protocol.signing import bytes64
from sync.server import audit, sites, uploads
from sync.server.apply import known_answer
from sync.server.apply_check import Checked, check_batch
from sync.server.asks import Ask, Denied, Reply
from sync.server.auth import by_device, by_token, require_active
from sync.server.control import LOST, REVOKED, quarantine
from sync.server.countersigning import countersign
from sync.server.model import ServerModel
from sync.server.nonces import BYTES as NONCE_BYTES
from sync.server.office import Office
from sync.server.poison import apply_safely
from sync.server.raw import Raw
from sync.server.sites import Enrolled
from sync.server.tables import batch_result
from sync.server.uploads import BATCH, SEALED, Declared, Progress

BATCH_ID = 16


# -- Batches ---------------------------------------------------------------------------------------


def open_batch(office: Office, ask: Ask) -> tuple[Declared, Progress] | Reply:
    """Begin or go on with a batch. An answer at once: its result when it was applied already, or how much of
    it is here when only that is asked for.
    """
    with office.quick_write() as connection:
        caller = by_token(office, connection, ask)
        batch_id = _id_of(ask)
        done = stored_result(connection, batch_id, caller.site.id)
        if done is not None:
            return _applied(done, 0)
        said = uploads.declared(ask, batch_id)
        known = uploads.begin(connection, caller.site.id, BATCH, said, office.now_ms())
    return _opened(said, known)


def finish_batch(office: Office, ask: Ask, known: Progress) -> Reply:
    """Apply a batch that is whole; else say how much of it is here. It may have come by another way too, and
    be applied already.
    """
    if not known.is_whole:
        return so_far(known)
    with office.store.read() as connection:
        caller = by_token(office, connection, ask)
        done = stored_result(connection, known.id, caller.site.id)
        body = b"" if done is not None else _whole_or_forget(office, connection, known)
    if done is not None:
        _forget(office, known)  # begun anew in the very moment in which another process had applied it
        return _applied(done, known.total)
    try:
        ack = take_batch(office, caller.site, decode_batch(body), known.id, caller.generation)
    except Denied:
        _forget(office, known)
        raise
    return _applied(ack, known.total)


def take_batch(
    office: Office, site: Enrolled, batch: Batch, declared: bytes, present: int | None = None
) -> Ack:
    """Apply a batch of ``site`` with its audit, in one transaction; a repeated one gets its first answer.

    Its clocks are those of the generation in which it was frozen, which may be an earlier one than
    ``present``, the one that the store now is: then another store may still be the earlier one, and must be
    told of it like everybody else. Raises :class:`Denied` when it is not this site's, or not the one that was
    declared.
    """
    with office.store.read() as connection:
        wrote_as = sites.wrote_as(connection, site.id, batch.actor)
    if wrote_as is None or batch.id != declared:
        raise Denied(403, "foreign")
    rights = site.rights(wrote_as)
    with held_back():
        checked = check_batch(office.store.model, rights, batch)
    now = office.now_ms()
    with office.store.write() as connection:
        found = sites.find(connection, site.id)
        if found is None:
            raise Denied(401, "unknown_site")
        require_active(office, found, b"")  # revoked since the request began: nothing is applied
        if found.rights(wrote_as) != rights:  # it may more or less since then
            rights = found.rights(wrote_as)
            checked = check_batch(office.store.model, rights, batch)
        before = stored_result(connection, batch.id, site.id)
        if before is not None:
            uploads.forget(connection, batch.id)
            return before
        ack, facts = apply_with_facts(office, connection, checked, now, told=wrote_as != present)
        head = audit.append(connection, facts, now)
        uploads.forget(connection, batch.id)
    countersign(office, head)
    return ack


def apply_with_facts(
    office: Office, connection: Connection, checked: Checked, now: int, *, told: bool = True
) -> tuple[Ack, list[audit.Fact]]:
    """Apply a batch that was looked at; its result, and what the audit is to say of it. ``told``: the store
    that is the batch's author hears of it by the log, too.
    """
    site = checked.site
    sites.remember(connection, site.site, site.generation, office.entropy(NONCE_BYTES), now)
    ack = apply_safely(connection, checked, now, entropy=office.entropy, later=told)
    known = _known_users(connection, office.store.model, checked.batch)
    return ack, audit.facts_of(site, checked.batch, ack, office.entropy, known)


def _known_users(connection: Connection, model: ServerModel, batch: Batch) -> frozenset[UUID]:
    """Who of those that acted is on record, now that the batch was applied."""
    ids = {act.user.bytes for act in batch.acts}
    rows = Raw(connection).read(model.tables["user"].table, ("id",), "id", ids)
    return frozenset(UUID(bytes=row) for (row,) in rows if isinstance(row, bytes))


def stored_result(connection: Connection, batch_id: bytes, site_id: UUID) -> Ack | None:
    """The answer that a batch of the site got before; raises :class:`Denied` for another site's batch."""
    owner = connection.execute(select(batch_result.c.site).where(batch_result.c.id == batch_id)).scalar()
    if owner is None:
        return None
    if bytes(owner) != site_id.bytes:
        raise Denied(403, "foreign")
    return known_answer(Raw(connection), batch_id)


def so_far(known: Progress) -> Reply:
    """How much of an upload is here."""
    heads = (("Range", f"bytes=0-{known.received - 1}"),) if known.received else ()
    return Reply(308, b"", heads)


def _opened(said: Declared, known: Progress) -> tuple[Declared, Progress] | Reply:
    if (said.start is None and not known.is_whole) or (said.start or 0) > known.received:
        return so_far(known)
    return said, known


def _applied(ack: Ack, received: int) -> Reply:
    return Reply(200, encode(Upload(received, ack_wire(ack))))


def _id_of(ask: Ask) -> bytes:
    raw = bytes64(ask.path.rsplit("/", 1)[-1])
    if raw is None or len(raw) != BATCH_ID:
        raise Denied(404, "unknown")
    return raw


def _whole_or_forget(office: Office, connection: Connection, known: Progress) -> bytes:
    try:
        return uploads.whole(connection, known)
    except Denied:
        _forget(office, known)
        raise


def _forget(office: Office, known: Progress) -> None:
    with office.quick_write() as connection:
        uploads.forget(connection, known.id)


# -- Quarantine ------------------------------------------------------------------------------------


def open_sealed(office: Office, ask: Ask) -> tuple[Declared, Progress] | Reply:
    """Begin or go on with sealed work. The request is signed over its target, which names the hash of the
    whole (``?sha256=``), not over its body, which may come in parts. Open to a site that lost its right,
    unless by theft.
    """
    with office.quick_write() as connection:
        site = _may_leave_work(office, connection, ask)
        said = uploads.declared(ask, _id_of(ask))
        if parse_qs(ask.target.partition("?")[2]).get("sha256") != [said.sha256.hex()]:
            raise Denied(400, "poison", "sha256")
        if connection.execute(select(quarantine.c.id).where(quarantine.c.id == said.id)).first():
            return Reply(200, encode(Upload(said.total)))
        known = uploads.begin(connection, site.id, SEALED, said, office.now_ms())
    return _opened(said, known)


def finish_sealed(office: Office, _ask: Ask, known: Progress) -> Reply:
    """Put sealed work that is whole into quarantine."""
    if not known.is_whole:
        return so_far(known)
    with office.store.read() as connection:
        if connection.execute(select(quarantine.c.id).where(quarantine.c.id == known.id)).first():
            return Reply(200, encode(Upload(known.total)))
        body = _whole_or_forget(office, connection, known)
    _put_aside(office, known.site, known.id, known.sha256, body)
    return Reply(200, encode(Upload(known.total)))


def leave_whole(office: Office, ask: Ask) -> Reply:
    """Take sealed work that comes in one small piece; the request is signed over its body."""
    with office.store.read() as connection:
        site = _may_leave_work(office, connection, ask)
        if not ask.body:
            raise Denied(400, "poison")
        digest = sha256(ask.body).digest()
        upload_id = digest[:BATCH_ID]
        known = connection.execute(select(quarantine.c.id).where(quarantine.c.id == upload_id)).first()
    if known is None:
        _put_aside(office, site.id, upload_id, digest, ask.body)
    return Reply(200, encode(Upload(len(ask.body))))


def _may_leave_work(office: Office, connection: Connection, ask: Ask) -> Enrolled:
    site = by_device(office, connection, ask).site
    if not site.is_active and site.state not in {LOST, REVOKED}:
        require_active(office, site, b"")
    return site


def _put_aside(office: Office, site_id: UUID, upload_id: bytes, digest: bytes, body: bytes) -> None:
    now = office.now_ms()
    with office.quick_write() as connection:
        found = sites.find(connection, site_id, lock=True)
        reason = found.state if found else REVOKED
        if connection.execute(select(quarantine.c.id).where(quarantine.c.id == upload_id)).first():
            return  # the same came by another way in this moment
        connection.execute(
            insert(quarantine).values(
                id=upload_id, site_id=site_id, reason=reason, received_at=now, sha256=digest, body=body
            )
        )
        uploads.forget(connection, upload_id)
        fact = audit.Fact("quarantine", "seal_work", f"{upload_id.hex()} {reason}", site=site_id)
        head = audit.append(connection, [fact], now)
    countersign(office, head)
