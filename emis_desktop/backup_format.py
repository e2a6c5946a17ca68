"""How a backup file is laid out, and what is said of one that is not as it should be.

Numbers are big end first:

``EMIS-BACKUP`` CR LF 0x1A 14 bytes version 2 bytes length of the header 4 bytes header JSON: when, which
school, and name and size of each part hash of all above 32 bytes, SHA-256 the parts, one after another hash
of each part 32 bytes each hash of all above 32 bytes

The header alone says how long the file must be, so a file cut short is found at once. Parts are stored as
they are: a store is encrypted already and does not get smaller.
"""

import hashlib
from dataclasses import dataclass
from datetime import datetime
from typing import Annotated, Final, Protocol

import msgspec

from emis_desktop.errors import BadFile

MAGIC: Final = b"EMIS-BACKUP\r\n\x1a"
VERSION: Final = 1
HASH_BYTES: Final = 32
_PREFACE = len(MAGIC) + 2 + 4
_LONGEST_HEADER = 1 << 20

PartName = Annotated[str, msgspec.Meta(pattern=r"^([a-z0-9][a-z0-9-]*/)?[a-z0-9][a-z0-9-]*(\.[a-z0-9]+)?$")]
"""A file name, or one folder and a file name: never a way out of the folder it is unpacked into."""


@dataclass(frozen=True, slots=True)
class PartInfo:
    """One part: its name in the data folder, and its size in bytes."""

    name: PartName
    size: Annotated[int, msgspec.Meta(ge=0)]


@dataclass(frozen=True, slots=True)
class Header:
    """What can be told of a backup without a password. ``school`` is its name, for the list."""

    created: datetime
    school: str
    program: str
    parts: tuple[PartInfo, ...]

    @property
    def content_bytes(self) -> int:
        """Size of all parts."""
        return sum(part.size for part in self.parts)


class Readable(Protocol):
    """Where a backup is read from."""

    def read(self, size: int, /) -> bytes:
        """Up to ``size`` bytes."""
        ...


def encode(header: Header) -> bytes:
    """Everything that stands before the parts."""
    body = msgspec.json.encode(header)
    top = MAGIC + VERSION.to_bytes(2, "big") + len(body).to_bytes(4, "big") + body
    return top + hashlib.sha256(top).digest()


def decode(stream: Readable, size: int, name: str) -> tuple[Header, bytes]:
    """The header of a backup of ``size`` bytes and its bytes as they stand; the stream is then at the first
    part.

    Raises :class:`BadFile` for a file that is no backup, of a later version, cut short or altered.
    """
    preface = stream.read(_PREFACE)
    if not MAGIC.startswith(preface[: len(MAGIC)]) or not preface:
        raise BadFile("{name} is not a backup of EMIS Desktop. Choose another file.", name=name)
    if len(preface) < _PREFACE:
        raise cut_short(name)
    if int.from_bytes(preface[14:16], "big") != VERSION:
        raise BadFile(
            "{name} was made by a newer EMIS Desktop. Install that version, then restore it.", name=name
        )
    length = int.from_bytes(preface[16:], "big")
    if length > _LONGEST_HEADER:
        raise altered(name)
    rest = stream.read(length + HASH_BYTES)
    if len(rest) < length + HASH_BYTES:
        raise cut_short(name)
    if hashlib.sha256(preface + rest[:length]).digest() != rest[length:]:
        raise altered(name)
    try:
        header = msgspec.json.decode(rest[:length], type=Header)
    except (ValueError, RecursionError) as fault:
        raise altered(name) from fault
    _check_size(header, size - len(preface) - len(rest), name)
    return header, preface + rest


def cut_short(name: str) -> BadFile:
    """What is said of a file that ends too early."""
    return BadFile(
        "{name} is not complete: its end is missing. Copy it again, or use another backup.", name=name
    )


def altered(name: str) -> BadFile:
    """What is said of a file that is not as it was written."""
    return BadFile("{name} is damaged: it is not as it was written. Use another backup.", name=name)


def _check_size(header: Header, left: int, name: str) -> None:
    wanted = header.content_bytes + HASH_BYTES * (len(header.parts) + 1)
    if left < wanted:
        raise cut_short(name)
    if left > wanted or len({part.name for part in header.parts}) < len(header.parts):
        raise altered(name)
