"""How large a workbook of the old kind (XLS) becomes when it is opened: two cells can make 16 million.

An XLS file is a small file system of sectors in which a stream called Workbook holds records; of these only
the places of cells and the lengths of shared texts are looked at.
"""

from __future__ import annotations

import struct
from array import array
from collections.abc import Iterator
from pathlib import Path
from typing import Final

from emis_desktop.exchange.archives import BrokenArchiveError, TooMuchError

OLD: Final = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"
"""How such a file begins."""
LARGEST = 64_000_000
"""Bytes; 65,536 rows of 30 columns need about 30 MB."""
_NAMES = frozenset({"Workbook", "Book"})
_BEGINS, _SHARED, _MORE, _HAS_SHARED = 0x0809, 0x00FC, 0x003C, 0x00FD
_CELLS = frozenset({0x0006, 0x0201, 0x0203, 0x0204, 0x0205, 0x027E, 0x00D6, _HAS_SHARED})
_CELLS_IN_A_ROW = frozenset({0x00BD, 0x00BE})
_NO_SECTOR = 0xFFFFFFFA
_RECORD = struct.Struct("<HH")


def check_old(path: Path, most_cells: int, most_text: int) -> None:
    """Raise :class:`TooMuchError` where the sheets would be too large, :class:`BrokenArchiveError` for a file
    that is no such workbook.
    """
    if path.stat().st_size > LARGEST:
        raise TooMuchError
    try:
        _check(_stream(path.read_bytes()), most_cells, most_text)
    except (struct.error, IndexError, UnicodeDecodeError, ValueError) as error:
        raise BrokenArchiveError from error


def _check(stream: bytes, most_cells: int, most_text: int) -> None:
    texts, text = array("L"), 0
    last_row = last_column = 0
    for kind, content in _records(stream):
        if kind == _BEGINS:
            last_row = last_column = 0
        elif kind == _SHARED:
            texts = content if isinstance(content, array) else texts
        elif isinstance(content, bytes) and len(content) >= 6:
            row, column = _RECORD.unpack_from(content)
            if kind in _CELLS_IN_A_ROW:
                column = struct.unpack_from("<H", content, len(content) - 2)[0]
            last_row, last_column = max(last_row, row + 1), max(last_column, column + 1)
            if kind == _HAS_SHARED and len(content) >= 10:
                index = struct.unpack_from("<L", content, 6)[0]
                text += texts[index] if index < len(texts) else 0
        if last_row * last_column > most_cells or text > most_text:
            raise TooMuchError


def _records(stream: bytes) -> Iterator[tuple[int, bytes | array[int]]]:
    """The records that matter: cells as they are, of the shared texts their lengths."""
    place, shared = 0, list[bytes]()
    while place + 4 <= len(stream):
        kind, length = _RECORD.unpack_from(stream, place)
        content = stream[place + 4 : place + 4 + length]
        place += 4 + length
        if kind == _SHARED or (kind == _MORE and shared):
            shared.append(content)
            continue
        if shared:
            yield _SHARED, _text_lengths(shared)
            shared = []
        if kind == _BEGINS or kind in _CELLS or kind in _CELLS_IN_A_ROW:
            yield kind, content


def _text_lengths(pieces: list[bytes]) -> array[int]:
    """The letters of each shared text. A text may go on in the next record, which then says anew how wide its
    letters are.
    """
    lengths = array("L")
    piece, place, data = 0, 8, pieces[0]
    while True:
        if place >= len(data):
            piece, place = piece + 1, 0
            if piece >= len(pieces):
                return lengths
            data = pieces[piece]
            continue
        letters, flags = struct.unpack_from("<HB", data, place)
        place += 3
        runs = struct.unpack_from("<H", data, place)[0] if flags & 8 else 0
        place += 2 if flags & 8 else 0
        more = struct.unpack_from("<L", data, place)[0] if flags & 4 else 0
        place += 4 if flags & 4 else 0
        lengths.append(letters)
        left = letters
        while left:
            wide = 2 if flags & 1 else 1
            here = min(left, (len(data) - place) // wide)
            left, place = left - here, place + here * wide
            if left:
                piece += 1
                data, flags, place = pieces[piece], pieces[piece][0], 1
        rest = 4 * runs + more
        while rest > len(data) - place:
            rest -= len(data) - place
            piece, place = piece + 1, 0
            data = pieces[piece]
        place += rest


def _stream(raw: bytes) -> bytes:
    """The stream of the workbook."""
    sector = 1 << struct.unpack_from("<H", raw, 30)[0]
    if sector not in {512, 4096}:
        raise ValueError
    first_directory, cutoff, first_small = (struct.unpack_from("<L", raw, at)[0] for at in (48, 56, 60))
    table = _table(raw, sector)
    directory = _chain(raw, table, first_directory, sector)
    small = b""
    for at in range(0, len(directory) - 127, 128):
        length = struct.unpack_from("<H", directory, at + 64)[0]
        name = directory[at : at + max(0, min(length, 64) - 2)].decode("utf-16-le")
        kind, first, size = directory[at + 66], *struct.unpack_from("<LL", directory, at + 116)
        if kind == 5:
            small = _chain(raw, table, first, sector)
        if kind == 2 and name in _NAMES:
            if size >= cutoff:
                return _chain(raw, table, first, sector)[:size]
            small_table = array("I", _whole(_chain(raw, table, first_small, sector)))
            return b"".join(_pieces(small, small_table, first, 64, 0))[:size]
    return b""  # locked with a password, or no workbook: the reader says which


def _table(raw: bytes, sector: int) -> array[int]:
    """Which sector follows which."""
    count, next_list = struct.unpack_from("<L", raw, 44)[0], struct.unpack_from("<L", raw, 68)[0]
    sectors = [each for each in struct.unpack_from("<109L", raw, 76) if each < _NO_SECTOR]
    seen = 0
    while next_list < _NO_SECTOR and len(sectors) < count and seen < 10_000:
        at = (next_list + 1) * sector
        listed = struct.unpack_from(f"<{sector // 4}L", raw, at)
        sectors += [each for each in listed[:-1] if each < _NO_SECTOR]
        next_list, seen = listed[-1], seen + 1
    whole = b"".join(raw[(each + 1) * sector : (each + 2) * sector] for each in sectors[:count])
    return array("I", _whole(whole))


def _whole(raw: bytes) -> bytes:
    return raw[: len(raw) // 4 * 4]


def _chain(raw: bytes, table: array[int], first: int, sector: int) -> bytes:
    return b"".join(_pieces(raw, table, first, sector, 1))


def _pieces(raw: bytes, table: array[int], first: int, sector: int, header: int) -> Iterator[bytes]:
    """The sectors of a chain; one that goes round in a circle ends when it has all there are."""
    for _ in range(len(table)):
        if first >= _NO_SECTOR:
            return
        yield raw[(first + header) * sector : (first + header + 1) * sector]
        first = table[first]
