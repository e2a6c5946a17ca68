"""Class keys between the laptops of one school, so that a note sealed on one opens on the other.

Each laptop makes its class keys itself and goes on sealing with its own. A class key has a name (eight bytes
made of it, which tell nothing) and a key pair of its own, made of it as well: whoever reads a class on a
laptop can open what is sealed to that laptop's pair, and nobody else, also not the server that carries the
box. What was taken over is kept in the store, sealed with the laptop's own class key.

The server says which public keys belong to which laptop; that it tells the truth is trusted (decision 77).
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass

from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.kdf.hkdf import HKDF

from emis_desktop.errors import StoreDamaged
from emis_desktop.keyring.crypto import (
    KEY_BYTES,
    DoesNotOpenError,
    public_of,
    seal,
    seal_to,
    unseal,
    unseal_with,
    vouch,
)
from emis_desktop.keyring.grants import CHANGED_OUTSIDE
from emis_desktop.keyring.open_keys import OpenKeys
from emis_desktop.keyring.records import Kind
from emis_desktop.secret import wipe

ID_BYTES = 8
CLASSES: tuple[Kind, ...] = ("health", "case", "finance")
Kept = Callable[[Kind, bytes], bytes | None]
"""The box with a class key of another laptop, by kind and name, as the store keeps it; None without it."""


@dataclass(frozen=True, slots=True)
class Shown:
    """A class key of a laptop as others may know it: its name and the public half of its pair."""

    kind: Kind
    id: bytes
    public: bytes


@dataclass(frozen=True, slots=True)
class SentKey:
    """The class key named ``id``, sealed to the pair of the class key named ``to``."""

    kind: Kind
    id: bytes
    to: bytes
    box: bytes


def key_id(kind: Kind, key: bytearray) -> bytes:
    """The name of a class key."""
    return vouch(key, b"emis class key name 1", kind.encode())[:ID_BYTES]


class ClassKeys:
    """The class keys that one who signed in can use: the laptop's own and those of others."""

    def __init__(self, keys: OpenKeys, store: str, kept: Kept | None = None) -> None:
        """``keys`` are used, not copied; ``kept`` finds what was taken over from other laptops."""
        self._keys = keys
        self._store = store
        self._kept = kept or (lambda _kind, _id: None)

    def newest(self, kind: Kind) -> tuple[bytes, bytearray] | None:
        """Name and key to seal with; the buffer belongs to the open keys. None for who does not read it."""
        held = self._keys.epochs(self._store, kind)
        if not held:
            return None
        key = held[max(held)]
        return key_id(kind, key), key

    def find(self, kind: Kind, wanted: bytes) -> bytearray | None:
        """A copy of the key with that name, to be wiped; None where nobody has brought it here yet.

        ``kind`` may come from elsewhere: the key of the store itself is never one of these.
        """
        if kind not in CLASSES:
            return None
        for key in self._keys.epochs(self._store, kind).values():
            if key_id(kind, key) == wanted:
                return bytearray(key)
        box = self._kept(kind, wanted)
        return None if box is None else self._unkept(kind, wanted, box)

    def shown(self) -> Iterator[Shown]:
        """What the other laptops need to seal their keys to this one: each class that is open here."""
        for kind in CLASSES:
            newest = self.newest(kind)
            if newest is not None:
                private = _private(kind, newest[1])
                try:
                    yield Shown(kind, newest[0], public_of(private))
                finally:
                    wipe(private)

    def own(self) -> Iterator[tuple[Kind, bytes]]:
        """Kind and name of every class key of this laptop that is open, renewed ones too."""
        for kind in CLASSES:
            for key in self._keys.epochs(self._store, kind).values():
                yield kind, key_id(kind, key)

    def send(self, names: Iterable[tuple[Kind, bytes]], to: Shown) -> Iterator[SentKey]:
        """The named keys sealed to another laptop's; those that are not here, or of another class, are
        left out.
        """
        for kind, name in names:
            key = self.find(kind, name) if kind == to.kind and name != to.id else None
            if key is None:
                continue
            try:
                yield SentKey(kind, name, to.id, seal_to(to.public, key, _sent(kind, name, to.id)))
            except DoesNotOpenError:  # a public key that is none
                continue
            finally:
                wipe(key)

    def take(self, sent: SentKey) -> bytes | None:
        """The box to keep in the store for a key that was sent here; None when it is not for this laptop,
        does not open, or is not the key that it says.
        """
        own, newest = self.find(sent.kind, sent.to), self.newest(sent.kind)
        if own is None or newest is None:
            return None
        private = _private(sent.kind, own)
        wipe(own)
        try:
            key = unseal_with(private, sent.box, _sent(sent.kind, sent.id, sent.to))
        except DoesNotOpenError:
            return None
        finally:
            wipe(private)
        try:
            if len(key) != KEY_BYTES or key_id(sent.kind, key) != sent.id:
                return None
            return newest[0] + seal(newest[1], key, _keeping(sent.kind, sent.id))
        finally:
            wipe(key)

    def _unkept(self, kind: Kind, wanted: bytes, box: bytes) -> bytearray | None:
        """The key in a kept box; None when it lies under a class key that is not open to this person."""
        under, text = box[:ID_BYTES], box[ID_BYTES:]
        for key in self._keys.epochs(self._store, kind).values():
            if key_id(kind, key) == under:
                try:
                    return unseal(key, text, _keeping(kind, wanted))
                except DoesNotOpenError as fault:
                    raise StoreDamaged(CHANGED_OUTSIDE) from fault
        return None


def _private(kind: Kind, key: bytearray) -> bytearray:
    """The private half of a class key's pair."""
    private = bytearray(KEY_BYTES)
    HKDF(SHA256(), KEY_BYTES, salt=None, info=f"emis class pair 1|{kind}".encode()).derive_into(key, private)
    return private


def _sent(kind: Kind, name: bytes, to: bytes) -> bytes:
    return f"emis class key sent 1|{kind}|".encode() + name + to


def _keeping(kind: Kind, name: bytes) -> bytes:
    return f"emis class key kept 1|{kind}|".encode() + name
