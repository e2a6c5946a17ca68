"""How a request says who sends it: a signature of the laptop's device key, or a token handed by a welcome.

``Authorization: E1 <site id, 22 characters> <signature, 86 characters>`` signs method, target, body and the
server's id, so that it counts for this request at this server alone; against a repetition of the same hello
stands its nonce. ``Authorization: T <token>`` is for the ten minutes after a welcome.
"""

from __future__ import annotations

import base64
import binascii
import hashlib
from dataclasses import dataclass
from typing import Final
from uuid import UUID

DEVICE: Final = "E1"
TOKEN: Final = "T"  # noqa: S105 - the name of a scheme
SIGNATURE_BYTES: Final = 64
_REQUEST = b"emis request 1\n"
_STANDING = b"emis standing 1|"
_JOIN: Final = b"emis join 1|"
_WHO = b"emis server 1|"


@dataclass(frozen=True, slots=True)
class Signed:
    """A request signed by the device of ``site``."""

    site: UUID
    signature: bytes


def request_text(method: str, target: str, body: bytes, server: UUID | bytes) -> bytes:
    """What a device signs. ``target``: path and query as they stand in the request; ``server``: its id."""
    raw = server.bytes if isinstance(server, UUID) else server
    return _REQUEST + f"{method}\n{target}\n".encode() + hashlib.sha256(body).digest() + raw


def standing_text(reason: str, site: UUID, shown: bytes) -> bytes:
    """What a server signs when it says that a laptop is lost or stolen; ``shown``: the nonce of the hello, or
    the token of a locked laptop.
    """
    return _STANDING + reason.encode() + b"|" + site.bytes + b"|" + shown


def who_text(challenge: bytes) -> bytes:
    """What a server signs to prove who it is."""
    return _WHO + challenge


def join_text(code: bytes, sign_key: bytes, box_key: bytes, standing: bytes) -> bytes:
    """What a laptop signs with its new key when it asks to join: the code, and what it will be known by."""
    return _JOIN + code + sign_key + box_key + standing


def quarantine_context(site: UUID) -> bytes:
    """What a piece of work that a lost laptop hands in, sealed to the ministry's key, is bound to."""
    return f"emis quarantine 1|{site}".encode()


def by_device(site: UUID, signature: bytes) -> str:
    """The value of the head ``Authorization`` of a signed request."""
    return f"{DEVICE} {text64(site.bytes)} {text64(signature)}"


def by_token(token: str) -> str:
    """The value of the head ``Authorization`` of a request with a token."""
    return f"{TOKEN} {token}"


def read(value: str) -> Signed | str | None:
    """What a head says: who signed, or the token, or None for anything else."""
    parts = value.split(" ")
    if len(parts) == 2 and parts[0] == TOKEN and parts[1]:
        return parts[1]
    if len(parts) != 3 or parts[0] != DEVICE:
        return None
    site, signature = bytes64(parts[1]), bytes64(parts[2])
    if site is None or signature is None or (len(site), len(signature)) != (16, SIGNATURE_BYTES):
        return None
    return Signed(UUID(bytes=site), signature)


def text64(raw: bytes) -> str:
    """Bytes as text for heads and paths: base64 with - and _, without padding."""
    return base64.urlsafe_b64encode(raw).rstrip(b"=").decode()


def bytes64(text: str) -> bytes | None:
    """The bytes of such a text, None for anything that :func:`text64` never writes."""
    try:
        raw = base64.b64decode(text.encode("ascii") + b"=" * (-len(text) % 4), altchars=b"-_", validate=True)
    except (binascii.Error, ValueError):
        return None
    return raw if text64(raw) == text else None
