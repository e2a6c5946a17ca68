"""Files on a stick at the server: taken in, and answered with results and the log."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import Final
from uuid import UUID

from sqlalchemy import Connection

from emis_desktop.errors import N_, Refused
from emis_desktop.keyring.crypto import public_of, unseal_with
from sync.bundle import Ends, Sent, key_text, open_sent, write_answer
from sync.operations import Ack
from sync.protocol.batches import decode_batch
from sync.protocol.messages import Hello
from sync.protocol.versions import Fit, fit
from sync.server import audit, sites
from sync.server.countersigning import countersign
from sync.server.feed import PAGE_BYTES, begin_history, packed_page, place
from sync.server.keys import ServerKeys
from sync.server.office import Office
from sync.server.raw import Raw
from sync.server.receiving import take_batch
from sync.server.sites import Enrolled
from sync.server.standing import standing

_USE: Final = "bundle box"
_NOBODY: Final = -1
"""An actor that wrote nothing."""
_NOT_ACTIVE: Final = N_("The laptop {name} is {state}: nothing of it is taken in and nothing given to it.")
_NEWER: Final = N_("The laptop {name} has a newer program than this server. Update the server first.")


@dataclass(frozen=True, slots=True)
class Taken:
    """A file that was taken in: whose it is, results of its batches, those known before, and the answer."""

    site: Enrolled
    acks: tuple[Ack, ...]
    again: int
    answer: bytes
    pages: int


def public_key(keys: ServerKeys) -> bytes:
    """The key that laptops seal their files to, and the server's signature over it: 32 and 64 bytes."""
    public = public_of(bytearray(keys.derived(_USE)))
    return public + keys.sign(key_text(public))


def take(office: Office, content: bytes, name: str) -> Taken:
    """Take a laptop's file in and write the answer; safe to do again with the same file.

    The file of a laptop that has seen what this server lost begins another history, as its hello would; of a
    laptop of another history no batch is taken before it has heard of that over a line.

    Raises :class:`~emis_desktop.errors.BadFile`, :class:`Refused` for a laptop that is revoked.
    """
    with office.store.read() as connection:
        sent = _open(office, connection, content, name)
        site = _active(connection, sent.head.site)
    if fit(sent.hello.schema) is not Fit.BOTH:
        raise Refused(_NEWER, name=site.name)
    acks, again = [], 0
    for body in () if _went_back(office, site, sent.hello) else sent.batches:
        batch = decode_batch(body)
        with office.store.read() as connection:
            again += _is_known(connection, batch.id)
        acks.append(take_batch(office, site, batch, batch.id))
    return _answered(office, site, sent, tuple(acks), again)


def _went_back(office: Office, site: Enrolled, hello: Hello) -> bool:
    """Whether the laptop knew another line of the log: what its batches rest upon may be lost."""
    with office.store.write() as connection:
        log = place(connection)
        stands = standing(connection, log, hello)
        if not stands.rolled_back:
            return not stands.same_history
        begin_history(connection, office.entropy)
        about = f"cursor {hello.cursor} head {log.head}"
        facts = [audit.Fact("server", "begin_history", about, site=site.id)]
        head = audit.append(connection, facts, office.now_ms())
    countersign(office, head)
    return True


def _open(office: Office, connection: Connection, content: bytes, name: str) -> Sent:
    def sign_key(site_id: UUID) -> bytes | None:
        found = sites.find(connection, site_id)
        return None if found is None else found.sign_key

    private = bytearray(office.keys.derived(_USE))
    return open_sent(
        content,
        name,
        office.choices.server,
        sign_key,
        lambda sealed, context: unseal_with(private, sealed, context),
    )


def _active(connection: Connection, site_id: UUID) -> Enrolled:
    found = sites.find(connection, site_id)
    if found is None or not found.is_active:
        raise Refused(
            _NOT_ACTIVE, name=found.name if found else str(site_id), state=found.state if found else "unknown"
        )
    return found


def _is_known(connection: Connection, batch_id: bytes) -> bool:
    return bool(Raw(connection).rows("SELECT 1 FROM batch_result WHERE id = ?", (batch_id,)))


def _answered(office: Office, site: Enrolled, sent: Sent, acks: tuple[Ack, ...], again: int) -> Taken:
    # No nonce tells a restored store here, so that the log of a file tells the laptop its own writes as well.
    rights = replace(site.rights(sent.hello.generation), actor=_NOBODY)
    pages: list[bytes] = []
    with office.store.read() as connection:
        at = place(connection)
        after = sent.hello.cursor if sent.hello.history == at.history else 0
        while after < at.head:
            found = packed_page(connection, rights, after, 16 * PAGE_BYTES, at.head)
            pages.append(found.body)
            if found.page.upto <= after:
                break
            after = found.page.upto
    now = office.now_ms()
    ends = Ends(site.id, office.choices.server, office.keys.sign, site.box_key)
    answer = write_answer(ends, at.history, acks, pages, now)
    return Taken(site, acks, again, answer, len(pages))
