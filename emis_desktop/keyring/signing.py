"""Signatures under a key of 32 bytes that a few people hold: Ed25519, its key made from that one by HKDF."""

from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey, Ed25519PublicKey
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.kdf.hkdf import HKDF

from emis_desktop.secret import wipe

_LABEL = b"emis signing key 1"


def sign(key: bytearray, text: bytes) -> bytes:
    """The signature of ``text`` by whoever holds ``key``."""
    return _private(key).sign(text)


def verifier_of(key: bytearray) -> bytes:
    """The public key that signatures under ``key`` are checked with."""
    return _private(key).public_key().public_bytes_raw()


def is_signed(verifier: bytes, signature: bytes, text: bytes) -> bool:
    """Whether ``signature`` is that of ``text`` by a holder of the key behind ``verifier``."""
    try:
        Ed25519PublicKey.from_public_bytes(verifier).verify(signature, text)
    except (InvalidSignature, ValueError):
        return False
    return True


def _private(key: bytearray) -> Ed25519PrivateKey:
    seed = bytearray(32)
    HKDF(SHA256(), len(seed), salt=None, info=_LABEL).derive_into(key, seed)
    try:
        return Ed25519PrivateKey.from_private_bytes(seed)
    finally:
        wipe(seed)
