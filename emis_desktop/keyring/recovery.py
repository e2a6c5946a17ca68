"""The ministry's recovery key on paper and as text.

Both are written as :mod:`emis_desktop.rules.spoken_code` does.
"""

import hashlib
from dataclasses import dataclass

from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.kdf.hkdf import HKDF

from emis_desktop.errors import BadFile
from emis_desktop.keyring.crypto import public_of
from emis_desktop.rules.spoken_code import read, written
from emis_desktop.secret import random_key, wipe

CODE_BYTES = 20
"""160 bits: eight groups."""

PUBLIC_PREFIX = "EMIS-KEY-1:"

_FIELD = "recovery_code"
_LABEL = b"emis ministry recovery key 1"


@dataclass(frozen=True, slots=True, repr=False)
class RecoveryCode:
    """A new recovery key: the code to print and lock away, and the public key that stays on laptops."""

    text: str
    public: bytes


def new_recovery_code() -> RecoveryCode:
    """Make a recovery key. The code is shown once, printed, and kept nowhere on the laptop."""
    seed = random_key(CODE_BYTES)
    private = _private(seed)
    code = RecoveryCode(written(seed), public_of(private))
    wipe(seed)
    wipe(private)
    return code


def private_from_code(code: str) -> bytearray:
    """The private key for a typed code; raises :class:`Refused` that names the group with the slip."""
    seed = read(code, CODE_BYTES, _FIELD)
    try:
        return _private(seed)
    finally:
        wipe(seed)


def check_code(code: str) -> None:
    """Raise :class:`Refused`, naming the group with a slip, unless ``code`` is whole; not whose it is."""
    wipe(read(code, CODE_BYTES, _FIELD))


def public_text(public: bytes) -> str:
    """A public recovery key as the text a ministry hands to its schools."""
    return PUBLIC_PREFIX + written(public)


def public_from_text(text: str) -> bytes:
    """The key in such a text; raises :class:`BadFile` for another text, :class:`Refused` for a slip."""
    packed = "".join(text.split()).upper()
    if not packed.startswith(PUBLIC_PREFIX):
        raise BadFile("This is not the ministry’s public key: that text begins with EMIS-KEY-1.")
    return bytes(read(packed.removeprefix(PUBLIC_PREFIX), 32, _FIELD))


def fingerprint(public: bytes) -> str:
    """Four groups to compare by eye or over the telephone."""
    return written(hashlib.sha256(public).digest()[:10])


def _private(seed: bytearray) -> bytearray:
    private = bytearray(32)
    HKDF(SHA256(), len(private), salt=None, info=_LABEL).derive_into(seed, private)
    return private
