"""A user's private key under the user's password."""

import os
from uuid import UUID

from emis_desktop.keyring.crypto import SALT_BYTES, password_key, seal, unseal
from emis_desktop.keyring.records import Cost, RingUser, WrappedKey
from emis_desktop.secret import wipe


def wrap(user_id: UUID, private: bytearray, password: bytearray, cost: Cost) -> WrappedKey:
    """``private`` under a key made of ``password`` with a new salt; takes the time that ``cost`` says."""
    salt = os.urandom(SALT_BYTES)
    key = password_key(password, salt, cost)
    try:
        return WrappedKey(cost, salt, seal(key, private, _context(user_id)))
    finally:
        wipe(key)


def unwrap(user: RingUser, password: bytearray) -> bytearray:
    """The private key of ``user``; raises ``DoesNotOpenError`` for a wrong password."""
    wrapped = user.private
    key = password_key(password, wrapped.salt, wrapped.cost)
    try:
        return unseal(key, wrapped.box, _context(user.id))
    finally:
        wipe(key)


def _context(user_id: UUID) -> bytes:
    return f"emis private key 1|{user_id}".encode()
