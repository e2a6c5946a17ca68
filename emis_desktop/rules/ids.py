"""Row ids: UUIDv7 for what is new here, UUIDv5 of a natural key where two laptops must mean the same row.

A natural key is written as one canonical text before it is hashed: table and parts joined by ``|``; text in
Unicode form NFC; ``\\`` as ``\\\\`` and ``|`` as ``\\|`` inside a part; whole numbers in decimal, dates as
``2026-09-07``, ids in lower case with hyphens; a part that is empty by intent (``None``) as ``\\-``. The
namespace and this text are part of the protocol between laptops and server and never change; the tests hold
vectors.
"""

import secrets
import threading
import time
import unicodedata
from collections.abc import Callable
from datetime import date, datetime
from hashlib import sha1
from typing import Final, TypeAlias
from uuid import UUID

NAMESPACE: Final = UUID("5b7c2f0e-9d34-4c8a-b1e6-3f0a7d92c415")
KeyPart: TypeAlias = str | int | UUID | date | None
"""What a natural key may be made of."""

_RANDOM_BITS = 74
_RANDOM_MASK = (1 << _RANDOM_BITS) - 1
_STEP_BITS = 32
_MAX_MS = (1 << 48) - 1


class IdMaker:
    """Makes UUIDv7 that grow from call to call, also within one millisecond and when the wall clock goes
    back.

    The 74 bits beside time, version and variant start at random in each millisecond and then grow by a
    random step.
    """

    def __init__(
        self,
        now_ms: Callable[[], int] | None = None,
        random_bits: Callable[[int], int] = secrets.randbits,
    ) -> None:
        """``now_ms`` gives milliseconds since 1970 UTC, ``random_bits(n)`` a number of ``n`` random bits."""
        self._now_ms = now_ms or _wall_ms
        self._random_bits = random_bits
        self._lock = threading.Lock()
        self._ms = -1
        self._tail = 0

    def new(self) -> UUID:
        """The next id."""
        with self._lock:
            now = min(max(self._now_ms(), 0), _MAX_MS)
            if now > self._ms:
                self._ms, self._tail = now, self._random_bits(_RANDOM_BITS)
            else:
                self._tail += 1 + self._random_bits(_STEP_BITS)
                if self._tail > _RANDOM_MASK:
                    self._ms, self._tail = self._ms + 1, self._random_bits(_RANDOM_BITS)
            return _uuid7(self._ms, self._tail)


def _wall_ms() -> int:
    return time.time_ns() // 1_000_000


def _uuid7(ms: int, tail: int) -> UUID:
    """Lay out time (48 bits), version 7, 12 bits of ``tail``, variant, 62 bits of ``tail``."""
    return UUID(int=ms << 80 | 0x7 << 76 | (tail >> 62) << 64 | 0b10 << 62 | tail & ((1 << 62) - 1))


_MAKER = IdMaker()


def new_id(now_ms: int | None = None) -> UUID:
    """A new UUIDv7. With ``now_ms`` it carries that time instead, in no order with other ids of that
    millisecond.
    """
    return _MAKER.new() if now_ms is None else IdMaker(lambda: now_ms).new()


def id_time_ms(row_id: UUID) -> int:
    """Milliseconds since 1970 UTC carried by a UUIDv7; :class:`ValueError` for any other id."""
    if row_id.version != 7:
        raise ValueError("only a UUIDv7 carries a time")
    return row_id.int >> 80


def natural_id(table: str, /, *parts: KeyPart) -> UUID:
    """The UUIDv5 of a row whose natural key is ``parts``, in the table's declared order.

    Raises :class:`TypeError` for a part of another type (a decimal, an instant, a truth value): such things
    make no key.
    """
    digest = bytearray(
        sha1(NAMESPACE.bytes + key_text(table, *parts).encode(), usedforsecurity=False).digest()[:16]
    )
    digest[6] = digest[6] & 0x0F | 0x50
    digest[8] = digest[8] & 0x3F | 0x80
    return UUID(bytes=bytes(digest))


def key_text(table: str, /, *parts: KeyPart) -> str:
    """The canonical text of a natural key: ``mark|<student id>|<item id>``."""
    if not table or not parts:
        raise ValueError("a natural key has a table and at least one part")
    return "|".join([_escaped(table), *map(_part_text, parts)])


def _part_text(part: KeyPart) -> str:
    if isinstance(part, UUID):
        return str(part)
    if isinstance(part, str):
        return _escaped(part)
    if part is None:
        return "\\-"
    if isinstance(part, bool | datetime) or not isinstance(part, int | date):
        raise TypeError(f"{type(part).__name__} is no part of a natural key")
    return str(part)


def _escaped(text: str) -> str:
    return unicodedata.normalize("NFC", text).replace("\\", "\\\\").replace("|", "\\|")
