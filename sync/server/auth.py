"""Who asks: the device's signature on a request, or the short token that a welcome handed out.

Every request looks the site up anew, so a revocation counts for the next request, in every process.
"""

from __future__ import annotations

import hmac
from dataclasses import dataclass
from typing import Final
from uuid import UUID

from sqlalchemy import Connection

from sync.protocol.signing import Signed, bytes64, read, request_text, standing_text, text64
from sync.server import sites
from sync.server.access import SiteRights
from sync.server.asks import Ask, Denied
from sync.server.control import LOST, REVOKED, STOLEN
from sync.server.keys import ServerKeys, is_signed
from sync.server.office import Office
from sync.server.sites import Enrolled

TOKEN_MS: Final = 10 * 60 * 1000
_USE: Final = "token"
_BODY: Final = 16 + 4 + 8
_MAC: Final = 16


@dataclass(frozen=True, slots=True)
class Caller:
    """A site that proved who it is. ``generation`` is known from a token, 0 from a signature."""

    site: Enrolled
    generation: int = 0

    @property
    def rights(self) -> SiteRights:
        """What the site may, in its generation."""
        return self.site.rights(self.generation)


def token(keys: ServerKeys, site: Enrolled, generation: int, now: int) -> str:
    """A token for the next ten minutes, and no longer than the site may what it may now."""
    body = site.id.bytes + generation.to_bytes(4, "big") + (now + TOKEN_MS).to_bytes(8, "big")
    return text64(body + _mac(keys, body, site))


def _mac(keys: ServerKeys, body: bytes, site: Enrolled) -> bytes:
    rights = f"{site.place.id} {site.place.row} {site.role} {sites.written_classes(site.classes)}"
    return keys.mac(_USE, body, rights.encode())[:_MAC]


def by_token(office: Office, connection: Connection, ask: Ask) -> Caller:
    """Who asks with a token; raises :class:`Denied`."""
    given = read(ask.heads.get("authorization", ""))
    raw = bytes64(given) if isinstance(given, str) else None
    if raw is None or len(raw) != _BODY + _MAC:
        raise Denied(401, "bad_token")
    body, mac = raw[:_BODY], raw[_BODY:]
    caller = sites.find(connection, UUID(bytes=body[:16]))
    if caller is None or not hmac.compare_digest(mac, _mac(office.keys, body, caller)):
        raise Denied(401, "bad_token")
    if int.from_bytes(body[20:], "big") < office.now_ms():
        raise Denied(401, "bad_token")
    require_active(office, caller, b"")
    return Caller(caller, int.from_bytes(body[16:20], "big"))


def by_device(office: Office, connection: Connection, ask: Ask) -> Caller:
    """Whose device signed the request, whatever its state; raises :class:`Denied`."""
    signed = read(ask.heads.get("authorization", ""))
    if not isinstance(signed, Signed):
        raise Denied(401, "bad_signature")
    caller = sites.find(connection, signed.site)
    if caller is None:
        raise Denied(401, "unknown_site")
    text = request_text(ask.method, ask.target, ask.body, office.choices.server)
    if not is_signed(caller.sign_key, signed.signature, text):
        raise Denied(401, "bad_signature")
    return Caller(caller)


def check_token(office: Office, ask: Ask) -> None:
    """Raise :class:`Denied` for whoever shows no good token, before the body is read."""
    with office.store.read() as connection:
        by_token(office, connection, ask)


def check_named(office: Office, ask: Ask) -> None:
    """Raise :class:`Denied` where no known site is said to have signed, before the body is read."""
    signed = read(ask.heads.get("authorization", ""))
    if not isinstance(signed, Signed):
        raise Denied(401, "bad_signature")
    with office.store.read() as connection:
        if sites.find(connection, signed.site) is None:
            raise Denied(401, "unknown_site")


def require_active(office: Office, site: Enrolled, shown: bytes) -> None:
    """Raise :class:`Denied` for a site that may no longer exchange.

    That it is lost or stolen is signed over ``shown`` (a nonce or token of the asker's), because the laptop
    destroys its keys then: no stranger on the line can make it.
    """
    if site.is_active:
        return
    detail = ""
    if site.state in {REVOKED, LOST, STOLEN}:
        detail = text64(office.keys.sign(standing_text(site.state, site.id, shown)))
    raise Denied(403, site.state, detail)
