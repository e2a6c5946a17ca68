"""A file that only the holder of the ministry's recovery code opens, written and read as a stream.

Layout: the mark, two bytes of length and the box with the file's key (sealed to the ministry's public key),
then pieces: four bytes of length and a piece of zstd-compressed content under AES-256-GCM. The nonce of a
piece is its number; the last piece is empty and says that it is the last, so that a cut file is told.
"""

from __future__ import annotations

import io
import os
from collections.abc import Iterator
from contextlib import contextmanager
from typing import BinaryIO, Final, cast

import zstandard
from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM

from emis_desktop.errors import N_, BadFile
from emis_desktop.keyring.crypto import DoesNotOpenError, seal_to, unseal_with
from emis_desktop.secret import wipe

MARK: Final = b"EMIS-SERVER-BACKUP-1\n"
_CONTEXT: Final = b"emis server backup 1"
_KEY_BYTES: Final = 32
_PIECE: Final = 1 << 20
_LEVEL: Final = 6
_MORE, _LAST = b"\x00", b"\x01"
_NO_BACKUP: Final = N_("{file} is no backup of a server, or not all of it.")
_DAMAGED: Final = N_("{file} is damaged: a part of it cannot be opened. Take another backup.")
_OTHER_CODE: Final = N_("The recovery code does not open {file}. It may be another ministry’s.")


class _Out(io.RawIOBase):
    """Seals what is written to it, piece by piece."""

    def __init__(self, file: BinaryIO, key: bytes) -> None:
        super().__init__()
        self._file = file
        self._cipher = AESGCM(key)
        self._waiting = bytearray()
        self._number = 0

    def writable(self) -> bool:
        """It is."""
        return True

    def write(self, content: object) -> int:
        """Take bytes; whole pieces are sealed at once."""
        data = bytes(memoryview(content))  # type: ignore[arg-type]
        self._waiting += data
        while len(self._waiting) >= _PIECE:
            self._seal(bytes(self._waiting[:_PIECE]), _MORE)
            del self._waiting[:_PIECE]
        return len(data)

    def finish(self) -> None:
        """Seal what waits, and the piece that says it is the last."""
        if self._waiting:
            self._seal(bytes(self._waiting), _MORE)
        self._seal(b"", _LAST)

    def _seal(self, plain: bytes, last: bytes) -> None:
        sealed = self._cipher.encrypt(self._number.to_bytes(12, "big"), plain, _CONTEXT + last)
        self._file.write(len(sealed).to_bytes(4, "big") + sealed)
        self._number += 1


@contextmanager
def sealing(file: BinaryIO, public: bytes) -> Iterator[tuple[BinaryIO, bytes]]:
    """Somewhere to write content that goes into ``file`` sealed; and the file's key, to try it out with."""
    key = os.urandom(_KEY_BYTES)
    box = seal_to(public, bytearray(key), _CONTEXT)
    file.write(MARK + len(box).to_bytes(2, "big") + box)
    out = _Out(file, key)
    into = cast(BinaryIO, out)
    with zstandard.ZstdCompressor(level=_LEVEL).stream_writer(into, closefd=False) as packed:
        yield cast(BinaryIO, packed), key
    out.finish()


def opened(file: BinaryIO, name: str, *, private: bytearray | None = None, key: bytes = b"") -> BinaryIO:
    """The content of a sealed file, to be read from its start to its end; opened with the ministry's private
    key, or with the file's own.

    Raises :class:`BadFile` for another file and for a wrong key; reading raises it where a part is damaged.
    """
    if file.read(len(MARK)) != MARK:
        raise BadFile(_NO_BACKUP, file=name)
    size = int.from_bytes(file.read(2), "big")
    box = file.read(size)
    if len(box) < max(size, 1):
        raise BadFile(_NO_BACKUP, file=name)
    if private is not None:
        try:
            unsealed = unseal_with(private, box, _CONTEXT)
        except DoesNotOpenError:
            raise BadFile(_OTHER_CODE, file=name) from None
        key = bytes(unsealed)
        wipe(unsealed)
    inner = io.BufferedReader(_In(file, key, name))
    return cast(BinaryIO, zstandard.ZstdDecompressor().stream_reader(inner, read_across_frames=False))


class _In(io.RawIOBase):
    """Opens piece by piece."""

    def __init__(self, file: BinaryIO, key: bytes, name: str) -> None:
        super().__init__()
        self._file = file
        self._cipher = AESGCM(key)
        self._name = name
        self._waiting = b""
        self._number = 0
        self._ended = False

    def readable(self) -> bool:
        """It is."""
        return True

    def readinto(self, buffer: object) -> int:
        """Fill ``buffer`` as far as the present piece goes."""
        view = memoryview(buffer)  # type: ignore[arg-type]
        while not self._waiting and not self._ended:
            self._waiting = self._piece()
        part = self._waiting[: len(view)]
        view[: len(part)] = part
        self._waiting = self._waiting[len(part) :]
        return len(part)

    def _piece(self) -> bytes:
        head = self._file.read(4)
        size = int.from_bytes(head, "big")
        if len(head) < 4 or size > _PIECE + 64:
            raise BadFile(_NO_BACKUP, file=self._name)
        sealed = self._file.read(size)
        if len(sealed) < size:
            raise BadFile(_NO_BACKUP, file=self._name)
        nonce = self._number.to_bytes(12, "big")
        self._number += 1
        for last in (_MORE, _LAST):
            try:
                plain = self._cipher.decrypt(nonce, sealed, _CONTEXT + last)
            except (InvalidTag, ValueError):
                continue
            self._ended = last == _LAST
            return plain
        raise BadFile(_DAMAGED, file=self._name)
