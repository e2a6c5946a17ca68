"""How plain bytes are packed for the line: zstd with a dictionary of ours, and frames one after the other.

A packed piece is two bytes that name the dictionary, the length of the plain bytes as a varint, and a zstd
frame without magic number, size or checksum. A body is such pieces, each after its own length as a varint.
"""

from __future__ import annotations

import io
from functools import lru_cache
from hashlib import blake2b
from importlib.resources import files
from typing import Final

import zstandard

from sync.protocol.errors import BadMessage, OtherVersion

SMALL: Final = 19
"""Level for small messages."""
MIDDLE: Final = 16
"""Level for batches of hundreds of kilobytes: half the time of 19, and 2 % less of ten thousand records."""
LARGE: Final = 9
"""Level for large batches, chosen by measurement."""
MAX_PLAIN: Final = 64 * 1024 * 1024
"""Plain bytes of one piece at most."""
MAX_MESSAGE: Final = 64 * 1024
"""Those of a message that anybody may send, before it is known who did."""
MAX_FRAMES: Final = 64

_NAME_BYTES: Final = 2
_PIECE: Final = 1 << 17
_PAGE: Final = 1 << 18
_AT_ONCE: Final = 1 << 22
_MAX_WINDOW: Final = 1 << 23
_FORMAT: Final = zstandard.FORMAT_ZSTD1_MAGICLESS


@lru_cache(maxsize=1)
def _dictionaries() -> dict[bytes, zstandard.ZstdCompressionDict]:
    """Every dictionary that was ever shipped, the newest last; by name."""
    folder = files("sync.protocol") / "dictionaries"
    shipped = sorted(path.name for path in folder.iterdir() if path.name.endswith(".zdict"))
    return {
        dictionary_name(raw): _dictionary(raw) for raw in ((folder / one).read_bytes() for one in shipped)
    }


def _dictionary(raw: bytes) -> zstandard.ZstdCompressionDict:
    return zstandard.ZstdCompressionDict(raw)


def dictionary_name(raw: bytes) -> bytes:
    """The two bytes that name a dictionary."""
    return blake2b(raw, digest_size=_NAME_BYTES).digest()


def newest_dictionary() -> bytes:
    """The dictionary that messages are packed with."""
    return list(_dictionaries().values())[-1].as_bytes()


def best_level(size: int) -> int:
    """The level for so many plain bytes."""
    if size <= _PAGE:
        return SMALL
    return MIDDLE if size <= _AT_ONCE else LARGE


def pack(plain: bytes, level: int = SMALL) -> bytes:
    """``plain`` packed; :class:`ValueError` for more than :data:`MAX_PLAIN` bytes."""
    if len(plain) > MAX_PLAIN:
        raise ValueError("too large for one piece")
    name, dictionary = list(_dictionaries().items())[-1]
    parameters = zstandard.ZstdCompressionParameters.from_level(
        level,
        source_size=len(plain),
        dict_size=len(dictionary),
        format=_FORMAT,
        write_content_size=False,
        write_dict_id=False,
    )
    packed = zstandard.ZstdCompressor(dict_data=dictionary, compression_params=parameters).compress(plain)
    return name + varint(len(plain)) + packed


def unpack(packed: bytes, most: int = MAX_PLAIN) -> bytes:
    """What was packed, ``most`` plain bytes at most.

    Raises :class:`BadMessage` or :class:`OtherVersion` for anything else.
    """
    dictionary = _dictionaries().get(packed[:_NAME_BYTES])
    if dictionary is None:
        raise OtherVersion(f"dictionary {packed[:_NAME_BYTES].hex()}")
    size, start = read_varint(packed, _NAME_BYTES)
    if size > most:
        raise BadMessage("declares more than may be")
    opener = zstandard.ZstdDecompressor(dict_data=dictionary, max_window_size=_MAX_WINDOW, format=_FORMAT)
    try:
        plain = _opened(opener, packed[start:], size)
    except (zstandard.ZstdError, MemoryError) as fault:
        raise BadMessage(str(fault)) from fault
    if len(plain) != size:
        raise BadMessage("not of the length that it declares")
    return plain


def _opened(opener: zstandard.ZstdDecompressor, packed: bytes, size: int) -> bytes:
    """At most ``size + 1`` plain bytes, taking memory only as they really come."""
    plain = io.BytesIO()
    with opener.stream_reader(io.BytesIO(packed), read_across_frames=False) as reader:
        while plain.tell() <= size and (piece := reader.read(min(_PIECE, size + 1 - plain.tell()))):
            plain.write(piece)
    return plain.getvalue()


def join(*packed: bytes) -> bytes:
    """Packed pieces as one body."""
    return b"".join(varint(len(piece)) + piece for piece in packed)


def split(body: bytes) -> tuple[bytes, ...]:
    """The packed pieces of a body; :class:`BadMessage` when it is cut or has too many."""
    pieces: list[bytes] = []
    at = 0
    while at < len(body):
        size, at = read_varint(body, at)
        if at + size > len(body) or len(pieces) == MAX_FRAMES:
            raise BadMessage("the body is cut or has too many pieces")
        pieces.append(body[at : at + size])
        at += size
    return tuple(pieces)


def varint(number: int) -> bytes:
    """A number of 0 or more, 7 bits a byte, lowest first; the high bit says that more follow."""
    written = bytearray()
    while number > 0x7F:
        written.append(number & 0x7F | 0x80)
        number >>= 7
    written.append(number)
    return bytes(written)


def read_varint(data: bytes, at: int) -> tuple[int, int]:
    """The number at ``at`` (at most 35 bits) and where the next thing begins."""
    number = 0
    for place in range(5):
        if at + place >= len(data):
            raise BadMessage("cut in a length")
        byte = data[at + place]
        number |= (byte & 0x7F) << (7 * place)
        if byte < 0x80:
            return number, at + place + 1
    raise BadMessage("a length without end")
