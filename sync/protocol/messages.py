"""The small messages: hello and welcome, uploads, snapshots, digests, repair, joining, refusals.

Each is written as a JSON array, so a field may only ever be added at the end, with a default: the other end
skips what it does not know and fills in what is missing. Bytes stand in base64.
"""

from __future__ import annotations

from enum import IntFlag
from typing import Annotated, Final, TypeVar
from uuid import UUID

import msgspec

from emis_desktop.rules.clock import LAST_MS
from sync.protocol.errors import BadMessage
from sync.protocol.packing import MAX_PLAIN, SMALL, pack, unpack

PROTOCOL: Final = 1
"""The version of the exchange itself."""

Number = Annotated[int, msgspec.Meta(ge=0, le=1 << 62)]
"""A number from which both databases can count on."""
Stamp = Annotated[int, msgspec.Meta(ge=0, le=(1 << 63) - 1)]
Moment = Annotated[int, msgspec.Meta(ge=0, le=LAST_MS)]
"""Milliseconds since 1970 UTC that the clock, and a calendar, can hold."""
Days = Annotated[int, msgspec.Meta(ge=1, le=36_500)]
History = Annotated[bytes, msgspec.Meta(min_length=8, max_length=8)]
Tag = Annotated[bytes, msgspec.Meta(max_length=8)]
"""Of a commit; empty where there is none yet."""
Nonce = Annotated[bytes, msgspec.Meta(max_length=64)]
Sha256 = Annotated[bytes, msgspec.Meta(min_length=32, max_length=32)]
Sums = Annotated[bytes, msgspec.Meta(min_length=4096, max_length=4096)]


class Want(IntFlag):
    """What a laptop asks for with its hello."""

    PAGE = 1
    """A page of changes with the answer, when it is small."""
    TOKEN = 2
    """A token for further requests: the batch is too large to come along."""
    KEYS = 4
    """Word of newer keys of sealed classes: somebody who reads one is signed in."""


class Flag(IntFlag):
    """What the server tells with its welcome."""

    MORE = 1
    """Pages are left: ask ``down``."""
    SNAPSHOT = 2
    """The cursor is void or the subscription new: ask ``snap``."""
    REPAIR = 4
    """The roots differ although nothing is under way: ask ``digest``."""
    RESEND = 8
    """The history is another: send acknowledged batches again and offer rows whose author is gone."""
    NEW_GENERATION = 16
    """The store is a copy or was restored: go on as the generation of the welcome."""


class Message(msgspec.Struct, array_like=True, frozen=True):
    """Root of what is written as an array."""


M = TypeVar("M", bound=msgspec.Struct)


class Hello(Message, frozen=True):
    """A laptop says where it stands. The site is in the authorisation.

    ``nonce`` as handed last (empty: never), ``history`` 8 bytes, ``cursor`` the newest log number it has and
    ``cursor_tag`` the tag of its commit, ``root`` 16 bytes over what it holds, ``subscription`` 8 bytes over
    node and classes, ``wall_ms`` its clock, ``audit_seq`` and ``audit_digest`` the head of its chain of acts.
    """

    protocol: int
    schema: int
    generation: int
    nonce: bytes
    history: bytes
    cursor: int
    cursor_tag: bytes
    root: bytes
    subscription: bytes
    wall_ms: int
    wants: int = 0
    audit_seq: int = 0
    audit_digest: bytes = b""


class AnswerWire(Message, frozen=True):
    """An :class:`~sync.operations.Answer` for the operation ``index``; bytes in a list of one, ticks as
    stamp, actor, rank and reopens.
    """

    index: Number
    outcome: Number
    reason: str = ""
    values: dict[str, int | str | list[str] | None] = {}
    ticks: dict[str, tuple[Stamp, Number, Stamp, Number]] = {}
    logged: bool = False


class AckWire(Message, frozen=True):
    """An :class:`~sync.operations.Ack`."""

    batch: bytes
    first: Number
    tag: Tag
    not_applied: tuple[AnswerWire, ...] = ()


class Notice(Message, frozen=True):
    """Something said by the way: an anchor countersigned, the name of a site, a code's new limit.

    ``kind`` says what; the rest is as that kind has it. Unknown kinds are skipped.
    """

    kind: str
    number: Number = 0
    text: str = ""
    data: bytes = b""


class Welcome(Message, frozen=True):
    """The server's answer to a hello. ``nonce`` is to be shown next time; ``flags`` as :class:`Flag`.

    ``token`` opens further requests for ten minutes. ``schema`` is the server's.
    """

    server_ms: Moment
    history: History
    nonce: Nonce
    generation: Number
    head: Number
    head_tag: Tag
    flags: Number = 0
    schema: Number = 0
    ack: AckWire | None = None
    token: str = ""
    notices: tuple[Notice, ...] = ()


class PartName(Message, frozen=True):
    """One part of a snapshot: bytes and SHA-256 as it is sent, records in it."""

    size: Number
    sha256: Sha256
    records: Number


class Manifest(Message, frozen=True):
    """A snapshot ready to be fetched: it holds the log up to ``upto`` (of the commit ``tag``)."""

    id: bytes
    history: History
    upto: Number
    tag: Tag
    parts: tuple[PartName, ...]


class ClassSums(Message, frozen=True):
    """256 sums of 16 bytes of one class, one after the other: 4,096 bytes."""

    sensitivity: str
    sums: Sums


class Digest(Message, frozen=True):
    """The sums of everything a site should hold, as of the log number ``upto``."""

    upto: Number
    classes: tuple[ClassSums, ...]


class Versions(Message, frozen=True):
    """The rows of a facet in some buckets: ids and versions, 16 and 8 bytes each, one after the other."""

    facet: str
    rows: bytes
    versions: bytes


class RowsAsked(Message, frozen=True):
    """What a laptop holds in the buckets that differ. ``buckets``: class and number of each."""

    upto: int
    buckets: tuple[tuple[str, int], ...]
    held: tuple[Versions, ...]
    wanted: tuple[tuple[str, UUID], ...] = ()


class RowsFound(Message, frozen=True):
    """What to do about them: a page of puts follows in a frame of its own. ``unknown``: rows that the server
    does not have and asks its holder to offer.
    """

    upto: Number
    more: bool = False
    unknown: tuple[tuple[str, UUID], ...] = ()


class Upload(Message, frozen=True):
    """What the server has of an upload: bytes so far, and the acknowledgement when it is complete."""

    received: Number
    ack: AckWire | None = None


class JoinAsk(Message, frozen=True):
    """A new laptop enrols with a one-time code (10 bytes). Keys are raw: Ed25519 to sign, X25519 to seal to.

    ``standing``: 16 random bytes with which the laptop, locked, asks whether it still may. ``acts``,
    ``audit_seq`` and ``audit_digest`` tell of a store that was in use before; ``institution`` is its school.
    ``proof``: the signature of :func:`sync.protocol.signing.join_text` by the key of ``sign_key``; only its
    owner gets the same answer again.
    """

    code: bytes
    name: str
    sign_key: bytes
    box_key: bytes
    standing: bytes
    profile: str
    schema: int
    wall_ms: int
    site: UUID | None = None
    generation: int = 1
    institution: UUID | None = None
    acts: int = 0
    audit_seq: int = 0
    audit_digest: bytes = b""
    protocol: int = PROTOCOL
    proof: bytes = b""


class JoinAnswer(Message, frozen=True):
    """What the laptop now is. ``node`` is the place in the organisation tree whose rows it receives.

    ``server`` is the server's id (16 bytes), ``server_key`` its Ed25519 key, ``ministry_key`` the X25519 key
    that work is sealed to when a right is lost, ``anchor`` the 10 bytes that codes by telephone are checked
    with, ``bundle_key`` the X25519 key that files on a stick are sealed to, with the server's signature.
    """

    site: UUID
    server: bytes
    server_key: bytes
    server_name: str
    ministry_key: bytes
    node: UUID
    node_kind: str
    institution: UUID | None
    institution_name: str
    role: str
    classes: tuple[str, ...]
    profile: str
    site_code: str
    limit_days: Days
    anchor: bytes
    server_ms: Moment
    bundle_key: bytes = b""
    institution_code: str = ""


class Who(Message, frozen=True):
    """The server proves who it is: its id, key, and its signature over the challenge."""

    server: bytes
    server_key: bytes
    name: str
    signature: bytes


class ShownKey(Message, frozen=True):
    """A class key of a laptop as others may know it: kind, name (8 bytes), public half of its pair (32)."""

    kind: str
    id: bytes
    public: bytes


class SentKeyWire(Message, frozen=True):
    """The class key named ``id``, sealed to the pair of the class key named ``to``."""

    kind: str
    id: bytes
    to: bytes
    box: bytes


class KeysAsk(Message, frozen=True):
    """The class keys that are open on a laptop: shown for others to seal to, and those it brings for them.

    ``held``: kind and name of every class key it could send; ``since``: how far it has read.
    """

    since: int
    shown: tuple[ShownKey, ...]
    held: tuple[tuple[str, bytes], ...] = ()
    sent: tuple[SentKeyWire, ...] = ()


class KeysAnswer(Message, frozen=True):
    """What the school's other laptops show, the boxes for this one, and what of ``held`` they lack.

    ``wanted``: kind, name, and the name of the class key to seal to. ``upto``: to be said next time.
    """

    upto: Number
    shown: tuple[ShownKey, ...] = ()
    sent: tuple[SentKeyWire, ...] = ()
    wanted: tuple[tuple[str, bytes, bytes], ...] = ()


class Refusal(msgspec.Struct, frozen=True, omit_defaults=True):
    """Why a request was refused; a plain JSON object, uncompressed, so that any tool can read it."""

    reason: str
    detail: str = ""
    wait_s: int = 0


def encode(message: Message, level: int = SMALL) -> bytes:
    """The packed bytes of a message: one frame."""
    return pack(msgspec.json.encode(message), level)


def decode(kind: type[M], packed: bytes, most: int = MAX_PLAIN) -> M:
    """The message of that kind in a frame; :class:`BadMessage` for anything else, and for more than ``most``
    plain bytes.
    """
    return decode_plain(kind, unpack(packed, most))


def decode_plain(kind: type[M], plain: bytes) -> M:
    """The message of that kind in JSON; :class:`BadMessage` for anything else."""
    try:
        return msgspec.json.decode(plain, type=kind)
    except (msgspec.MsgspecError, ValueError, RecursionError) as fault:
        raise BadMessage(f"no {kind.__name__}: {fault}") from fault
