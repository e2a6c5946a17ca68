"""The same exchange through a file on a USB stick: signed by who wrote it, sealed to who shall read it.

Layout: :data:`MAGIC`, then three pieces, each after its length as a varint: the head (JSON of a
:class:`Head`), the sealed content, and the Ed25519 signature over head and content. The content is sealed to
an X25519 key, bound to the head: lists of things, packed, each after its length as a varint, so that none is
larger than a piece may be. A laptop's file holds its hello and the batches that wait; the server's
answer holds acknowledgements and pages. Taking a file in twice changes nothing twice; an answer that comes
before an earlier one is taken in and the log goes on where the earlier one ends.
"""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Final, TypeAlias, TypeVar
from uuid import UUID

import msgspec

from emis_desktop.errors import N_, BadFile, Refused
from emis_desktop.keyring.crypto import DoesNotOpenError, seal_to
from emis_desktop.keyring.signing import is_signed
from emis_desktop.secret import wipe
from sync.operations import Ack, Page
from sync.protocol.acks import decode_ack, encode_ack
from sync.protocol.errors import BadMessage
from sync.protocol.messages import Hello, Message, Moment, decode, decode_plain, encode
from sync.protocol.packing import pack, read_varint, unpack, varint
from sync.protocol.pages import decode_page

MAGIC: Final = b"EMIS-BUNDLE-1\n"
UP: Final = "up"
DOWN: Final = "down"
MOST: Final = 512 * 1024 * 1024
"""Bytes of a file at most."""
FULL: Final = 128 * 1024 * 1024
"""Bytes of batches after which a file is full: what is left goes into the next one."""
HISTORY_BYTES: Final = 8
_LIST: Final = 8 * 1024 * 1024
"""Bytes of a list of things, about."""
_LEVEL: Final = 1
"""Nearly everything inside is packed already."""
_LABEL: Final = b"emis bundle 1|"
_NO_BUNDLE: Final = N_("{name} is not a file of this exchange. Choose another file.")
_ALTERED: Final = N_(
    "{name} is damaged or was changed on its way. Nothing was taken in; copy it from the stick again, or "
    "write it anew."
)
_NOT_OURS: Final = N_("{name} is for another laptop. Nothing was taken in; choose this laptop’s file.")
_NOT_OUR_SERVER: Final = N_(
    "{name} comes from another server than the one this laptop belongs to. Nothing was taken in."
)
_WRONG_WAY: Final = N_(
    "{name} was written by a laptop for the ministry. Take in the answer that the ministry wrote to it."
)
Unseal: TypeAlias = Callable[[bytes, bytes], bytearray]
"""Opens what was sealed, given its context; raises ``DoesNotOpenError``."""
T = TypeVar("T")


class Head(Message, frozen=True):
    """What everybody may read of a file: which way it goes, between whom, when it was written."""

    way: str
    site: UUID
    server: UUID
    made_ms: Moment
    version: int = 1


class _Piece(msgspec.Struct, array_like=True, frozen=True):
    """One thing inside: ``kind`` is hello, batch, ack, page."""

    kind: str
    body: bytes


@dataclass(frozen=True, slots=True)
class Sent:
    """A laptop's file, opened by the server: where it stands, and its batches as they go on the line."""

    head: Head
    hello: Hello
    batches: tuple[bytes, ...]


@dataclass(frozen=True, slots=True)
class Answered:
    """The server's answer, opened by the laptop: results of its batches, then the log in order."""

    head: Head
    history: bytes
    acks: tuple[Ack, ...]
    pages: tuple[Page, ...]


@dataclass(frozen=True, slots=True)
class Ends:
    """Who writes and who reads: ``sign`` by the writer's key, ``box`` the reader's public key (32 bytes)."""

    site: UUID
    server: UUID
    sign: Callable[[bytes], bytes]
    box: bytes


def write_sent(ends: Ends, hello: Hello, batches: Sequence[bytes], made_ms: int) -> bytes:
    """A laptop's file."""
    pieces = [_Piece("hello", encode(hello)), *(_Piece("batch", body) for body in batches)]
    return _written(ends, Head(UP, ends.site, ends.server, made_ms), pieces)


def write_answer(
    ends: Ends, history: bytes, acks: Sequence[Ack], pages: Sequence[bytes], made_ms: int
) -> bytes:
    """The server's answer; ``pages`` as they go on the line."""
    pieces = [_Piece("history", history)]
    pieces += [_Piece("ack", encode_ack(ack)) for ack in acks]
    pieces += [_Piece("page", page) for page in pages]
    return _written(ends, Head(DOWN, ends.site, ends.server, made_ms), pieces)


def open_sent(
    content: bytes, name: str, server: UUID, sign_key: Callable[[UUID], bytes | None], unseal: Unseal
) -> Sent:
    """A laptop's file at the server; ``sign_key`` knows the laptops. Raises :class:`BadFile`."""
    head, sealed, signature, signed = _parts(content, name)
    if head.way != UP:
        raise BadFile(_NO_BUNDLE, name=name)
    if head.server != server:
        raise BadFile(_NOT_OUR_SERVER, name=name)
    key = sign_key(head.site)
    if key is None or not is_signed(key, signature, signed):
        raise BadFile(_ALTERED, name=name)
    pieces = _unsealed(sealed, head, unseal, name)
    hellos = [piece.body for piece in pieces if piece.kind == "hello"]
    if len(hellos) != 1:
        raise BadFile(_ALTERED, name=name)
    batches = tuple(piece.body for piece in pieces if piece.kind == "batch")
    return Sent(head, _read(lambda: decode(Hello, hellos[0]), name), batches)


def open_answer(
    content: bytes, name: str, site: UUID, server: UUID, server_key: bytes, unseal: Unseal
) -> Answered:
    """The server's answer at the laptop; raises :class:`BadFile` for one of another laptop or server."""
    head, sealed, signature, signed = _parts(content, name)
    if head.way != DOWN:
        raise BadFile(_WRONG_WAY, name=name)
    if head.site != site:
        raise BadFile(_NOT_OURS, name=name)
    if head.server != server:
        raise BadFile(_NOT_OUR_SERVER, name=name)
    if not is_signed(server_key, signature, signed):
        raise BadFile(_ALTERED, name=name)
    pieces = _unsealed(sealed, head, unseal, name)
    history = next((piece.body for piece in pieces if piece.kind == "history"), b"")
    if len(history) != HISTORY_BYTES:
        raise BadFile(_ALTERED, name=name)
    acks = _read(lambda: tuple(decode_ack(piece.body) for piece in pieces if piece.kind == "ack"), name)
    pages = _read(lambda: tuple(decode_page(piece.body) for piece in pieces if piece.kind == "page"), name)
    return Answered(head, history, acks, pages)


def context_of(head: Head) -> bytes:
    """What the sealed content is bound to."""
    return _LABEL + hashlib.sha256(msgspec.json.encode(head)).digest()


def key_text(public: bytes) -> bytes:
    """What the server signs over the key that laptops seal their files to."""
    return b"emis bundle key 1|" + public


def _written(ends: Ends, head: Head, pieces: list[_Piece]) -> bytes:
    plain_head = msgspec.json.encode(head)
    plain = _packed(pieces)
    sealed = seal_to(ends.box, plain, context_of(head))
    wipe(plain)
    signature = ends.sign(_signed(plain_head, sealed))
    return MAGIC + b"".join(varint(len(each)) + each for each in (plain_head, sealed, signature))


def _packed(pieces: Sequence[_Piece]) -> bytearray:
    plain, waiting, size = bytearray(), list[_Piece](), 0
    for place, piece in enumerate(pieces, 1):
        waiting.append(piece)
        size += len(piece.body)
        if size >= _LIST or place == len(pieces):
            packed = pack(msgspec.msgpack.encode(waiting), _LEVEL)
            plain += varint(len(packed)) + packed
            waiting, size = [], 0
    return plain


def _unpacked(plain: bytes) -> list[_Piece]:
    found: list[_Piece] = []
    at = 0
    while at < len(plain):
        size, at = read_varint(plain, at)
        found += msgspec.msgpack.decode(unpack(plain[at : at + size]), type=list[_Piece])
        at += size
    return found


def _signed(plain_head: bytes, sealed: bytes) -> bytes:
    return _LABEL + hashlib.sha256(plain_head).digest() + hashlib.sha256(sealed).digest()


def _parts(content: bytes, name: str) -> tuple[Head, bytes, bytes, bytes]:
    """Head, sealed content, signature, and the text that it signs."""
    if not content.startswith(MAGIC):
        raise BadFile(_NO_BUNDLE, name=name)
    found, at = [], len(MAGIC)
    try:
        for _ in range(3):
            size, at = read_varint(content, at)
            found.append(content[at : at + size])
            at += size
        head = decode_plain(Head, found[0])
    except (BadMessage, Refused) as fault:
        raise BadFile(_ALTERED, name=name) from fault
    if at != len(content):
        raise BadFile(_ALTERED, name=name)
    return head, found[1], found[2], _signed(found[0], found[1])


def _unsealed(sealed: bytes, head: Head, unseal: Unseal, name: str) -> list[_Piece]:
    try:
        plain = unseal(sealed, context_of(head))
        pieces = _unpacked(bytes(plain))
    except (DoesNotOpenError, BadMessage, msgspec.MsgspecError, ValueError) as fault:
        raise BadFile(_ALTERED, name=name) from fault
    wipe(plain)
    return pieces


def _read(reading: Callable[[], T], name: str) -> T:
    try:
        return reading()
    except BadMessage as fault:
        raise BadFile(_ALTERED, name=name) from fault
