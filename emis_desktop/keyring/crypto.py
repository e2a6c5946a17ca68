"""The few constructions that everything here is made of, each from well-known parts.

Argon2id turns a password into a key (the second recommended set of RFC 9106); AES-256-GCM seals under a key;
an ephemeral X25519 agreement with HKDF-SHA256 and AES-256-GCM seals to a public key; HMAC-SHA256 vouches for
a record. Plaintexts and keys come back in buffers that the caller wipes.
"""

import os
from typing import cast

from cryptography.exceptions import InvalidSignature, InvalidTag
from cryptography.hazmat.primitives.asymmetric.x25519 import X25519PrivateKey, X25519PublicKey
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.hmac import HMAC
from cryptography.hazmat.primitives.kdf.argon2 import Argon2id
from cryptography.hazmat.primitives.kdf.hkdf import HKDF

from emis_desktop.errors import Refused
from emis_desktop.keyring.records import Cost
from emis_desktop.secret import burn, random_key, wipe

KEY_BYTES = 32
NONCE_BYTES = 12
SALT_BYTES = 16
TAG_BYTES = 16

_SEAL_LABEL = b"emis sealed to a public key 1|"
_VOUCH_LABEL = b"emis vouching key 1"


class DoesNotOpenError(Exception):
    """The key does not fit the box, or the box or its context was altered. Says nothing more by design."""


def password_key(password: bytearray, salt: bytes, cost: Cost) -> bytearray:
    """The 32-byte key that Argon2id makes of ``password``; takes the memory and time that ``cost`` says."""
    key = bytearray(KEY_BYTES)
    kdf = Argon2id(
        salt=salt,
        length=KEY_BYTES,
        iterations=cost.passes,
        lanes=cost.lanes,
        memory_cost=cost.memory_kib,
    )
    # Any buffer will do; the stubs of cryptography name bytes alone.
    try:
        kdf.derive_into(cast(bytes, password), key)
    except MemoryError as fault:
        raise Refused("There is too little memory free. Close other programs, then do it again.") from fault
    return key


def seal(key: bytearray, secret: bytearray, context: bytes) -> bytes:
    """A box with ``secret``: nonce, then text and tag; ``context`` is not inside but must be the same to
    open.
    """
    nonce = os.urandom(NONCE_BYTES)
    return nonce + _encrypt(key, nonce, secret, context)


def unseal(key: bytearray, box: bytes, context: bytes) -> bytearray:
    """What is in a box of :func:`seal`; raises :class:`DoesNotOpenError`."""
    return _decrypt(key, box[:NONCE_BYTES], box[NONCE_BYTES:], context)


def new_pair() -> tuple[bytearray, bytes]:
    """A new X25519 key pair: the private key in a buffer to be wiped, and the public key."""
    private = random_key(KEY_BYTES)
    return private, public_of(private)


def public_of(private: bytearray) -> bytes:
    """The public key that belongs to ``private``."""
    return X25519PrivateKey.from_private_bytes(private).public_key().public_bytes_raw()


def seal_to(public: bytes, secret: bytearray, context: bytes) -> bytes:
    """A box that only the owner of ``public`` opens: an ephemeral public key, then text and tag.

    Raises :class:`DoesNotOpenError` for a public key that is none (of low order).
    """
    ephemeral = X25519PrivateKey.generate()
    shown = ephemeral.public_key().public_bytes_raw()
    key, nonce = _agree(ephemeral, public, shown + public)
    try:
        return shown + _encrypt(key, nonce, secret, context)
    finally:
        wipe(key)


def unseal_with(private: bytearray, box: bytes, context: bytes) -> bytearray:
    """What is in a box of :func:`seal_to`; raises :class:`DoesNotOpenError`."""
    own = X25519PrivateKey.from_private_bytes(private)
    shown, text = box[:KEY_BYTES], box[KEY_BYTES:]
    key, nonce = _agree(own, shown, shown + own.public_key().public_bytes_raw())
    try:
        return _decrypt(key, nonce, text, context)
    finally:
        wipe(key)


def vouch(key: bytearray, *parts: bytes) -> bytes:
    """Proof that a holder of ``key`` stood behind ``parts``."""
    return _mac(key, parts).finalize()


def vouched(key: bytearray, proof: bytes, *parts: bytes) -> bool:
    """Whether ``proof`` is what :func:`vouch` gives for ``parts``."""
    try:
        _mac(key, parts).verify(proof)
    except InvalidSignature:
        return False
    return True


def _agree(own: X25519PrivateKey, other: bytes, both: bytes) -> tuple[bytearray, bytes]:
    """Key and nonce of one message; the key is used once, so the nonce may follow from it."""
    try:
        shared = own.exchange(X25519PublicKey.from_public_bytes(other))
    except ValueError as fault:
        raise DoesNotOpenError from fault
    material = bytearray(KEY_BYTES + NONCE_BYTES)
    HKDF(SHA256(), len(material), salt=None, info=_SEAL_LABEL + both).derive_into(shared, material)
    burn(shared)
    key = bytearray(KEY_BYTES)
    key[:] = memoryview(material)[:KEY_BYTES]
    nonce = bytes(memoryview(material)[KEY_BYTES:])
    wipe(material)
    return key, nonce


def _encrypt(key: bytearray, nonce: bytes, secret: bytearray, context: bytes) -> bytes:
    text = bytearray(len(secret) + TAG_BYTES)
    AESGCM(key).encrypt_into(nonce, secret, context, text)
    return bytes(text)


def _decrypt(key: bytearray, nonce: bytes, text: bytes, context: bytes) -> bytearray:
    if len(nonce) != NONCE_BYTES or len(text) < TAG_BYTES:
        raise DoesNotOpenError
    secret = bytearray(len(text) - TAG_BYTES)
    try:
        AESGCM(key).decrypt_into(nonce, text, context, secret)
    except InvalidTag as fault:
        raise DoesNotOpenError from fault
    return secret


def _mac(key: bytearray, parts: tuple[bytes, ...]) -> HMAC:
    """A MAC over ``parts``, each behind its length, so that no two lists of parts look the same."""
    derived = bytearray(KEY_BYTES)
    HKDF(SHA256(), KEY_BYTES, salt=None, info=_VOUCH_LABEL).derive_into(key, derived)
    mac = HMAC(derived, SHA256())
    wipe(derived)
    for part in parts:
        mac.update(len(part).to_bytes(4, "big") + part)
    return mac
