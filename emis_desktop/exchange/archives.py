"""Looking into an archive without trusting it: parts come in pieces, and what they unpack to is counted.

The directory of an archive says how large each part is, and it may lie; a workbook's reader would unpack on.
"""

from __future__ import annotations

import os
import struct
import zipfile
import zlib
from collections.abc import Callable, Iterator
from pathlib import Path

MOST_PARTS = 5_000
"""A workbook has some tens of parts."""
MOST_DIRECTORY = 2_000_000
"""Bytes of the list of parts; it is read whole."""
LONGEST_TOKEN = 4 << 20
"""Bytes between two ``>`` of a part; a cell of a spreadsheet holds 32,767 letters."""
_BLOCK = 1 << 18
_END = struct.Struct("<4s4H2IH")
_LOCAL = struct.Struct("<26xHH")
_STORED, _DEFLATED = 0, 8


class TooMuchError(Exception):
    """There is more in an archive than a table can need."""


class BrokenArchiveError(Exception):
    """An archive that is not as archives are; a reader would find that out, too."""


class Archive:
    """The parts of a file in order; ``most`` bounds the bytes of all that is unpacked, in all."""

    def __init__(self, path: Path, most: int) -> None:
        """Reads the list of parts. Raises :class:`TooMuchError` and :class:`BrokenArchiveError`."""
        self._path = path
        self._left = most
        _check_directory(path)
        try:
            with zipfile.ZipFile(path) as book:
                self.parts = tuple(book.infolist())
        except (zipfile.BadZipFile, OSError, EOFError, NotImplementedError, ValueError) as error:
            raise BrokenArchiveError from error
        if len(self.parts) > MOST_PARTS or sum(part.file_size for part in self.parts) > most:
            raise TooMuchError

    def blocks(self, part: zipfile.ZipInfo) -> Iterator[bytes]:
        """What a part unpacks to, in pieces of at most 256 kB."""
        with self._path.open("rb") as stream:
            stream.seek(part.header_offset)
            head = stream.read(30)
            if len(head) < 30 or head[:4] != b"PK\x03\x04":
                raise BrokenArchiveError
            stream.seek(sum(_LOCAL.unpack(head)), os.SEEK_CUR)
            packed = _packed(stream.read, part.compress_size)
            if part.compress_type == _STORED:
                found = packed
            elif part.compress_type == _DEFLATED:
                found = _inflated(packed)
            else:
                raise BrokenArchiveError
            for block in found:
                self._left -= len(block)
                if self._left < 0:
                    raise TooMuchError
                yield block

    def tokens(self, part: zipfile.ZipInfo) -> Iterator[bytes]:
        """The same in pieces that end behind a ``>``, so that no element is cut in two."""
        before = b""
        for block in self.blocks(part):
            text = before + block
            cut = text.rfind(b">") + 1
            before = text[cut:]
            if len(before) > LONGEST_TOKEN:
                raise TooMuchError
            if cut:
                yield text[:cut]
        if before:
            yield before


def _check_directory(path: Path) -> None:
    """Refuse a list of parts that would fill the memory by itself."""
    with path.open("rb") as stream:
        size = stream.seek(0, os.SEEK_END)
        stream.seek(max(0, size - _END.size - 65_535))
        tail = stream.read()
    place = tail.rfind(b"PK\x05\x06")
    if place < 0 or len(tail) - place < _END.size:
        raise BrokenArchiveError
    _, _, _, _, parts, length, start, _ = _END.unpack(tail[place : place + _END.size])
    if parts > MOST_PARTS or length > MOST_DIRECTORY or start == 0xFFFFFFFF:
        raise TooMuchError


def _packed(read: Callable[[int], bytes], left: int) -> Iterator[bytes]:
    while left > 0 and (piece := read(min(_BLOCK, left))):
        left -= len(piece)
        yield piece


def _inflated(packed: Iterator[bytes]) -> Iterator[bytes]:
    unpack = zlib.decompressobj(-zlib.MAX_WBITS)
    try:
        for piece in packed:
            rest = piece
            while rest and not unpack.eof:
                yield unpack.decompress(rest, _BLOCK)
                rest = unpack.unconsumed_tail
            if unpack.eof:
                return
    except zlib.error as error:
        raise BrokenArchiveError from error
    raise BrokenArchiveError  # it ends in the middle
