"""The key pair of this laptop: it signs what is sent to the ministry's server, which knows no other proof.

It lies in the folder ``device`` of the data folder, outside the stores and outside every backup: a copied
store, even with its passwords, is not this laptop. Its private half is sealed under a key made of the store's
key, so that each person who signs in here can use it and nobody else. While the store gets another key it is
sealed under both.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from pathlib import Path
from types import TracebackType
from typing import Annotated, Final, Literal, Self
from uuid import UUID

import msgspec
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.kdf.hkdf import HKDF

from emis_desktop import files
from emis_desktop.errors import N_, Refused, StoreDamaged
from emis_desktop.keyring import signing
from emis_desktop.keyring.crypto import DoesNotOpenError, new_pair, public_of, seal, unseal, unseal_with
from emis_desktop.keyring.open_keys import OpenKeys
from emis_desktop.keyring.records import STORE
from emis_desktop.secret import random_key, wipe

FORMAT: Final = "emis-device-keys"
_HALF: Final = 32
_LABEL: Final = b"emis device key 1|"
_GONE = N_(
    "This laptop’s own key is gone. Everything is saved here; ask the ministry for a new code and join again."
)
Public = Annotated[bytes, msgspec.Meta(min_length=_HALF, max_length=_HALF)]


@dataclass(frozen=True, slots=True)
class Contact:
    """What a locked laptop knows of its server: enough to ask whether it still may, and nothing of records.

    ``bundle_key``: what files on a stick are sealed to, with the server's signature.
    ``pin`` is that of the server's certificate, where one was given; ``token`` is good for that
    question only. ``phone_used`` is the number of the newest code by telephone that was typed in here.
    """

    site: UUID
    url: str
    server_key: bytes
    token: bytes
    pin: bytes | None = None
    bundle_key: bytes = b""
    phone_used: int = 0


@dataclass(frozen=True, slots=True)
class _File:
    """The file: public halves, private halves in boxes under one or two store keys, and the contact."""

    format: Literal["emis-device-keys"]
    sign: Public
    box: Public
    slots: tuple[bytes, ...]
    contact: Contact | None = None


class DeviceKeys:
    """Both private halves while somebody is signed in. :meth:`wipe` zeroes them."""

    __slots__ = ("_box", "_sign", "box_public", "sign_public")

    def __init__(self, sign: bytearray, box: bytearray) -> None:
        """Takes both buffers over."""
        self._sign, self._box = sign, box
        self.sign_public = signing.verifier_of(sign)
        self.box_public = public_of(box)

    def sign(self, text: bytes) -> bytes:
        """The signature of ``text`` by this laptop; raises :class:`Refused` once wiped."""
        self._check()
        return signing.sign(self._sign, text)

    def open(self, box: bytes, context: bytes) -> bytearray:
        """What somebody sealed to this laptop; raises ``DoesNotOpenError``."""
        self._check()
        return unseal_with(self._box, box, context)

    def secret(self) -> bytearray:
        """Both halves, for sealing; the caller wipes it."""
        return self._sign + self._box

    def wipe(self) -> None:
        """Zero both."""
        wipe(self._sign)
        wipe(self._box)

    def _check(self) -> None:
        if not any(self._sign):
            raise Refused("EMIS Desktop is locked. Sign in again.")

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, value: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.wipe()


def new_keys() -> DeviceKeys:
    """A new pair of pairs."""
    return DeviceKeys(random_key(_HALF), new_pair()[0])


class DeviceFile:
    """Where the keys of the laptop as the site of one store are kept."""

    def __init__(self, root: Path, store: str) -> None:
        """``root`` is the data folder, ``store`` the id of the store."""
        self.store = store
        self.path = root / "device" / f"{store}.json"

    @classmethod
    def beside(cls, store_path: Path) -> Self:
        """The same, for the store's file."""
        return cls(store_path.parent.parent, store_path.stem)

    def exists(self) -> bool:
        """Whether this laptop has joined a server with that store."""
        return self.path.exists()

    def save(self, device: DeviceKeys, keys: OpenKeys, contact: Contact) -> None:
        """Keep ``device``, sealed for whoever holds the store's key. Raises :class:`CannotSave`."""
        box = self._sealed(device, keys.key(self.store, STORE))
        self._write(_File(FORMAT, device.sign_public, device.box_public, (box,), contact))

    def open(self, keys: OpenKeys) -> DeviceKeys:
        """The keys; raises :class:`Refused` where there are none, or none that this store key opens."""
        found = self._read()
        if found is None:
            raise Refused(_GONE)
        held = keys.epochs(self.store, STORE)
        for slot, key in (
            (slot, key) for _, key in sorted(held.items(), reverse=True) for slot in found.slots
        ):
            device = self._opened(slot, key)
            if device is not None:
                if len(found.slots) > len(held):  # a change of the store's key has ended
                    self._write(replace(found, slots=(slot,)))
                return device
        raise Refused(_GONE)

    def contact(self) -> Contact | None:
        """What may be known while the laptop is locked; None before it has joined."""
        found = self._read()
        return None if found is None else found.contact

    def note_phone_code(self, number: int) -> bool:
        """Note that the code by telephone with that number is used; False when it, or a later one, was.

        Where there is no file, as on a laptop in the place of a broken one, there is nothing to note.
        """
        found = self._read()
        if found is None or found.contact is None:
            return True
        if number <= found.contact.phone_used:
            return False
        self._write(replace(found, contact=replace(found.contact, phone_used=number)))
        return True

    def seal_also(self, old: bytearray, new: bytearray) -> None:
        """Seal the keys under ``new`` too, before the store gets that key in the place of ``old``.

        Safe to repeat; does nothing on a laptop without keys.
        """
        found = self._read() if self.exists() else None
        if found is None or any(self._opened(slot, new, wiped=True) for slot in found.slots):
            return
        for slot in found.slots:
            device = self._opened(slot, old)
            if device is not None:
                with device:
                    self._write(replace(found, slots=(*found.slots[-1:], self._sealed(device, new))))
                return

    def destroy(self) -> None:
        """Take the keys away for ever."""
        if self.exists():
            with files.saving_in(self.path.parent):
                self.path.unlink()
                files.flush_folder(self.path.parent)

    def _sealed(self, device: DeviceKeys, store_key: bytearray) -> bytes:
        secret, key = device.secret(), self._key(store_key)
        try:
            return seal(key, secret, self._context())
        finally:
            wipe(secret)
            wipe(key)

    def _opened(self, slot: bytes, store_key: bytearray, *, wiped: bool = False) -> DeviceKeys | None:
        key = self._key(store_key)
        try:
            secret = unseal(key, slot, self._context())
        except DoesNotOpenError:
            return None
        finally:
            wipe(key)
        device = DeviceKeys(secret[:_HALF], secret[_HALF:])
        wipe(secret)
        if wiped:
            device.wipe()
        return device

    def _key(self, store_key: bytearray) -> bytearray:
        key = bytearray(_HALF)
        HKDF(SHA256(), _HALF, salt=None, info=_LABEL + self.store.encode()).derive_into(store_key, key)
        return key

    def _context(self) -> bytes:
        return f"emis device 1|{self.store}".encode()

    def _read(self) -> _File | None:
        try:
            return msgspec.json.decode(self.path.read_bytes(), type=_File)
        except FileNotFoundError:
            return None
        except (OSError, ValueError, RecursionError):
            raise StoreDamaged(
                "This laptop’s own key is damaged. Everything is saved here; ask the ministry for a new code "
                "and join again."
            ) from None

    def _write(self, content: _File) -> None:
        with files.saving_in(self.path.parent):
            self.path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
        files.write(self.path, msgspec.json.encode(content))
