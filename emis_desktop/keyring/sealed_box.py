"""Columns that not everybody who opens the store may read: each value in a box of its own.

Layout of a box: version (1 byte), name of the class key (8 bytes, see ``class_exchange``), nonce (12), text
and tag. The context, ``table|column|row id``, is bound to the box, so that a box cannot be moved to another
row. Boxes of version 1 have the epoch of this laptop's class key (2 bytes, big end first) for its name.
"""

from uuid import UUID

from emis_desktop.errors import N_, Refused, StoreDamaged, Word
from emis_desktop.keyring.class_exchange import ID_BYTES, ClassKeys, Kept
from emis_desktop.keyring.crypto import DoesNotOpenError, seal, unseal
from emis_desktop.keyring.giving import CLASS_NAMES
from emis_desktop.keyring.open_keys import OpenKeys
from emis_desktop.keyring.records import STORE, Kind
from emis_desktop.rules.rights import SensitivityClass
from emis_desktop.secret import as_buffer, wipe

VERSION = 2
_BY_EPOCH = 1
_HEADS = {_BY_EPOCH: 3, VERSION: 1 + ID_BYTES}
_ELSEWHERE = N_(
    "The key to this is not on this laptop yet. It comes with the next sync after somebody who may read it "
    "has signed in where it was written."
)

SEALED: dict[SensitivityClass, Kind] = {
    SensitivityClass.HEALTH: "health",
    SensitivityClass.CASE: "case",
    SensitivityClass.FINANCE: "finance",
}
"""The classes whose columns are sealed, and the kind of key each is sealed with."""


def row_context(table: str, column: str, row_id: UUID) -> str:
    """What a box in that cell is bound to."""
    return f"{table}|{column}|{row_id}"


class SealedBox:
    """Seals and opens the values of one store with the class keys of the one who signed in."""

    def __init__(self, keys: OpenKeys, store: str, kept: Kept | None = None) -> None:
        """``keys`` are used, not copied: once they are wiped nothing opens. ``kept`` finds the class keys
        that came from other laptops.
        """
        self._keys = keys
        self._store = store
        self.class_keys = ClassKeys(keys, store, kept)

    def may(self, klass: SensitivityClass) -> bool:
        """Whether values of that class can be read and written here."""
        return klass in SEALED and self._keys.holds(self._store, SEALED[klass])

    def seal(self, klass: SensitivityClass, context: str, plaintext: str) -> bytes:
        """A box with ``plaintext`` under the newest key of the class; raises :class:`Refused` without one."""
        kind = self._kind(klass)
        newest = self.class_keys.newest(kind)
        assert newest is not None  # noqa: S101 - ``_kind`` has asked
        head = bytes([VERSION]) + newest[0]
        text = as_buffer(plaintext)
        try:
            return head + seal(newest[1], text, _bound(head, kind, context))
        finally:
            wipe(text)

    def open(self, klass: SensitivityClass, context: str, box: bytes) -> str:
        """What is in a box. Raises :class:`Refused` without the key, :class:`StoreDamaged` for an altered
        box.
        """
        kind = self._kind(klass)
        head = box[: _HEADS.get(box[0], 0)] if box else b""
        key = self._key(kind, head)
        try:
            text = unseal(key, box[len(head) :], _bound(head, kind, context))
        except DoesNotOpenError as fault:
            raise _damaged(kind) from fault
        finally:
            wipe(key)
        try:
            return text.decode("utf-8", "surrogatepass")
        finally:
            wipe(text)

    def _key(self, kind: Kind, head: bytes) -> bytearray:
        """A copy of the key that a box with this head was sealed with."""
        if not head:
            raise _damaged(kind)
        if head[0] == _BY_EPOCH:
            key = self._keys.epochs(self._store, kind).get(int.from_bytes(head[1:], "big"))
            if key is None:
                raise _damaged(kind)
            return bytearray(key)
        found = self.class_keys.find(kind, head[1:])
        if found is None:
            raise Refused(_ELSEWHERE)
        return found

    def _kind(self, klass: SensitivityClass) -> Kind:
        if not self.may(klass):
            what = Word(CLASS_NAMES[SEALED[klass]]) if klass in SEALED else Word(CLASS_NAMES[STORE])
            raise Refused("You may not read {what} on this laptop. Ask the principal who may.", what=what)
        return SEALED[klass]


def _bound(head: bytes, kind: Kind, context: str) -> bytes:
    return b"emis box|" + head + f"|{kind}|{context}".encode()


def _damaged(kind: Kind) -> StoreDamaged:
    return StoreDamaged(
        "One of the {what} cannot be opened: it is damaged. The others can; restore it from a USB copy.",
        what=Word(CLASS_NAMES[kind]),
    )
