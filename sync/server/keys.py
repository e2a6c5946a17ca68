"""The server's identity and secrets: in files of its owner's, never in the database.

Whoever copies the database can therefore neither pretend to be the server, nor make tokens, nor read out a
code that extends a laptop's time, nor countersign a chain of audit that was written anew.
"""

from __future__ import annotations

import hmac
import os
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Final
from uuid import UUID

from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey, Ed25519PublicKey

from emis_desktop import files
from emis_desktop.errors import N_, StoreDamaged

BYTES: Final = 32
IDENTITY: Final = "identity.key"
SECRET: Final = "secret.key"  # noqa: S105 - the name of a file
_GONE = N_("The key file {file} is missing or damaged. Bring the data folder back from a backup.")


@dataclass(frozen=True, slots=True, repr=False)
class ServerKeys:
    """The server's Ed25519 identity, and one secret that everything else is derived of."""

    identity: Ed25519PrivateKey
    secret: bytes

    @property
    def public(self) -> bytes:
        """The public half of the identity, 32 bytes, which laptops keep from joining on."""
        return self.identity.public_key().public_bytes_raw()

    def sign(self, text: bytes) -> bytes:
        """The server's signature of ``text``, 64 bytes."""
        return self.identity.sign(text)

    def mac(self, use: str, *parts: bytes) -> bytes:
        """32 bytes that only this server can make of ``parts``, for one use."""
        told = b"".join(len(part).to_bytes(4, "big") + part for part in parts)
        return hmac.digest(self.derived(use), told, "sha256")

    def derived(self, use: str) -> bytes:
        """The 32-byte secret for one use."""
        return hmac.digest(self.secret, b"emis server 1|" + use.encode(), "sha256")

    def phone_start(self, site: UUID, sign_key: bytes) -> bytes:
        """The secret that the chain of telephone codes of a site begins with; joining anew begins another."""
        return self.mac("phone codes", site.bytes, sign_key)


def make_keys(folder: Path, entropy: Callable[[int], bytes] = os.urandom) -> ServerKeys:
    """Make the keys, or finish making them after a kill; what is there already stays."""
    for name in (IDENTITY, SECRET):
        if not (folder / name).exists():
            files.write(folder / name, entropy(BYTES).hex().encode() + b"\n")
    return load_keys(folder)


def load_keys(folder: Path) -> ServerKeys:
    """The keys in a folder; raises :class:`StoreDamaged` without them."""
    return ServerKeys(Ed25519PrivateKey.from_private_bytes(_read(folder / IDENTITY)), _read(folder / SECRET))


def is_signed(public: bytes, signature: bytes, text: bytes) -> bool:
    """Whether ``signature`` is that of ``text`` under the Ed25519 key ``public``."""
    try:
        Ed25519PublicKey.from_public_bytes(public).verify(signature, text)
    except (InvalidSignature, ValueError):
        return False
    return True


def _read(path: Path) -> bytes:
    try:
        key = bytes.fromhex(path.read_text("ascii"))
    except (OSError, ValueError):
        key = b""
    if len(key) != BYTES:
        raise StoreDamaged(_GONE, file=str(path))
    return key
