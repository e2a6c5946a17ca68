"""The keys of a laptop that asks to join, kept on the disk before it asks.

The server takes a code once, for the keys that came with it. A laptop that was killed after the server had
said yes and before its store held the keys would have burnt the code; so they lie in ``device/joining.json``
until the store has them, sealed under the code itself, which nobody else here has: 80 bits that the ministry
made. Whoever types it again asks with the same keys, and gets the same answer.
"""

from __future__ import annotations

import os
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path
from typing import Final, Literal

import msgspec
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.kdf.hkdf import HKDF

from emis_desktop import files
from emis_desktop.keyring.crypto import SALT_BYTES, DoesNotOpenError, seal, unseal
from emis_desktop.keyring.device_keys import DeviceKeys, new_keys
from emis_desktop.secret import wipe

FORMAT: Final = "emis-joining-keys"
STANDING_BYTES: Final = 16
_HALF: Final = 32
_MOST: Final = 4
"""Codes whose keys are kept: a slip that is another code throws nothing away."""
_LABEL: Final = b"emis joining keys 1"


@dataclass(frozen=True, slots=True)
class _Kept:
    salt: bytes
    box: bytes


@dataclass(frozen=True, slots=True)
class _File:
    format: Literal["emis-joining-keys"]
    kept: tuple[_Kept, ...]


@dataclass(frozen=True, slots=True)
class JoiningKeys:
    """What a laptop asks to join with: its new keys, and the word with which it asks, while it is locked,
    whether it still may. The caller wipes ``device``.
    """

    device: DeviceKeys
    standing: bytes


class JoiningFile:
    """Where they are kept in a data folder."""

    def __init__(self, root: Path) -> None:
        """``root`` is the data folder."""
        self.path = root / "device" / "joining.json"

    def keys(self, code: bytes) -> JoiningKeys:
        """The keys that were made for that code, else new ones; on the disk when this returns.

        Raises :class:`CannotSave`.
        """
        kept = self._read()
        for one in kept:
            found = _opened(one, code)
            if found is not None:
                return found
        made = JoiningKeys(new_keys(), os.urandom(STANDING_BYTES))
        with files.saving_in(self.path.parent):
            self.path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
        content = _File(FORMAT, (*kept[1 - _MOST :], _sealed(made, code)))
        files.write(self.path, msgspec.json.encode(content))
        return made

    def forget(self) -> None:
        """The store has them, or the server will not have them: nothing is kept here any more."""
        if self.path.exists():
            with files.saving_in(self.path.parent):
                self.path.unlink()
                files.flush_folder(self.path.parent)
        with suppress(OSError):  # there are keys of a store
            self.path.parent.rmdir()

    def _read(self) -> tuple[_Kept, ...]:
        """What is kept; nothing of a file that cannot be read: then the code is asked for anew at worst."""
        try:
            return msgspec.json.decode(self.path.read_bytes(), type=_File).kept
        except (OSError, ValueError, RecursionError):
            return ()


def _sealed(made: JoiningKeys, code: bytes) -> _Kept:
    salt = os.urandom(SALT_BYTES)
    secret, key = made.device.secret() + made.standing, _key(code, salt)
    try:
        return _Kept(salt, seal(key, secret, _LABEL))
    finally:
        wipe(secret)
        wipe(key)


def _opened(kept: _Kept, code: bytes) -> JoiningKeys | None:
    key = _key(code, kept.salt)
    try:
        secret = unseal(key, kept.box, _LABEL)
    except DoesNotOpenError:
        return None
    finally:
        wipe(key)
    device = DeviceKeys(secret[:_HALF], secret[_HALF : 2 * _HALF])
    standing = bytes(secret[2 * _HALF :])
    wipe(secret)
    return JoiningKeys(device, standing)


def _key(code: bytes, salt: bytes) -> bytearray:
    key = bytearray(_HALF)
    HKDF(SHA256(), _HALF, salt=salt, info=_LABEL).derive_into(code, key)
    return key
