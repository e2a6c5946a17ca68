"""Columns that not everybody who opens the store may read: each value in a box of its own.

Layout of a box: version (1 byte), epoch of the class key (2 bytes, big end first), nonce (12), text and
tag. The context, ``table|column|row id``, is bound to the box, so that a box cannot be moved to another
row.
"""

from uuid import UUID

from emis_desktop.errors import Refused, StoreDamaged, Word
from emis_desktop.keyring.crypto import DoesNotOpenError, seal, unseal
from emis_desktop.keyring.giving import CLASS_NAMES
from emis_desktop.keyring.open_keys import OpenKeys
from emis_desktop.keyring.records import STORE, Kind
from emis_desktop.rules.rights import SensitivityClass
from emis_desktop.secret import as_buffer, wipe

VERSION = 1
_HEAD = 3

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

    def __init__(self, keys: OpenKeys, store: str) -> None:
        """``keys`` are used, not copied: once they are wiped nothing opens."""
        self._keys = keys
        self._store = store

    def may(self, klass: SensitivityClass) -> bool:
        """Whether values of that class can be read and written here."""
        return klass in SEALED and self._keys.holds(self._store, SEALED[klass])

    def seal(self, klass: SensitivityClass, context: str, plaintext: str) -> bytes:
        """A box with ``plaintext`` under the newest key of the class; raises :class:`Refused` without one."""
        kind = self._kind(klass)
        epoch, key = max(self._keys.epochs(self._store, kind).items())
        head = _head(VERSION, epoch)
        text = as_buffer(plaintext)
        try:
            return head + seal(key, text, _bound(head, kind, context))
        finally:
            wipe(text)

    def open(self, klass: SensitivityClass, context: str, box: bytes) -> str:
        """What is in a box. Raises :class:`Refused` without the key, :class:`StoreDamaged` for an altered
        box.
        """
        kind = self._kind(klass)
        head = box[:_HEAD]
        key = self._keys.epochs(self._store, kind).get(int.from_bytes(head[1:], "big"))
        if key is None or head[:1] != bytes([VERSION]):
            raise _damaged(kind)
        try:
            text = unseal(key, box[_HEAD:], _bound(head, kind, context))
        except DoesNotOpenError as fault:
            raise _damaged(kind) from fault
        try:
            return text.decode("utf-8", "surrogatepass")
        finally:
            wipe(text)

    def _kind(self, klass: SensitivityClass) -> Kind:
        if not self.may(klass):
            what = Word(CLASS_NAMES[SEALED[klass]]) if klass in SEALED else Word(CLASS_NAMES[STORE])
            raise Refused("You may not read {what} on this laptop. Ask the principal who may.", what=what)
        return SEALED[klass]


def _head(version: int, epoch: int) -> bytes:
    return bytes([version]) + epoch.to_bytes(2, "big")


def _bound(head: bytes, kind: Kind, context: str) -> bytes:
    return b"emis box|" + head + f"|{kind}|{context}".encode()


def _damaged(kind: Kind) -> StoreDamaged:
    return StoreDamaged(
        "One of the {what} cannot be opened: it is damaged. The others can; restore it from a USB copy.",
        what=Word(CLASS_NAMES[kind]),
    )
