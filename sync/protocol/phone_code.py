"""Codes that the ministry reads out over the telephone, so that a laptop without a line may be used longer.

Each site has a chain of values of 80 bits. The server keeps the start secret; the laptop was given the end
when it joined. Value k is the hash of value k + 1, bound to the site and to k. A code is the next value that
was not used yet: the laptop hashes it forward to the one it has, which proves that the code is the
ministry's, and from the one it has no later one follows. A code that was read out and never typed in may be
skipped. Each code extends by the site's limit, counted from when it is typed, and counts once.
"""

from __future__ import annotations

from dataclasses import dataclass
from hashlib import blake2b
from typing import Final
from uuid import UUID

from emis_desktop.errors import N_, Refused
from emis_desktop.rules.spoken_code import read, written

LENGTH: Final = 1_000
"""Codes of a site: one a week lasts 19 years."""
SKIPPED: Final = 64
"""Codes that may have been read out and not typed in before the one that is."""
FIELD: Final = "phone_code"
NOT_NEXT: Final = N_(
    "This code is not for this laptop, or was used before. Ask the ministry to read out a new one."
)
_BYTES: Final = 10


@dataclass(frozen=True, slots=True)
class Anchor:
    """The newest value of its chain that a laptop has: ``index`` 0 is the one it was given at joining."""

    index: int
    value: bytes


def anchor(start: bytes, site: UUID) -> Anchor:
    """What a laptop is given when it joins. ``start``: the secret that the chain of the site begins with."""
    return Anchor(0, _value(start, site, 0))


def code(start: bytes, site: UUID, index: int) -> str:
    """The code with the number ``index``, 1 for the first; raises :class:`ValueError` beyond the chain."""
    if not 1 <= index <= LENGTH:
        raise ValueError("there is no such code in the chain")
    return written(_value(start, site, index))


def check(text: str, site: UUID, known: Anchor) -> Anchor:
    """What to keep instead of ``known`` when ``text`` is a code of the site that was not used yet.

    Needs no line. Raises :class:`Refused` for the field ``phone_code``: with the group that has a slip, or
    because the code is another laptop's or was used.
    """
    value = bytes(read(text, _BYTES, FIELD))
    for steps in range(1, SKIPPED + 2):
        if _hashed(value, site, known.index + steps - 1, steps) == known.value:
            return Anchor(known.index + steps, value)
    raise Refused(NOT_NEXT, field=FIELD)


def _value(start: bytes, site: UUID, index: int) -> bytes:
    end = blake2b(start, digest_size=_BYTES, key=site.bytes, person=b"emis phone start").digest()
    return _hashed(end, site, LENGTH - 1, LENGTH - index)


def _hashed(value: bytes, site: UUID, index: int, steps: int) -> bytes:
    """``value`` of number ``index`` + 1 hashed ``steps`` times, to ``index`` + 1 - ``steps``."""
    for number in range(index, index - steps, -1):
        salt = number.to_bytes(16, "big")
        value = blake2b(
            value, digest_size=_BYTES, key=site.bytes, salt=salt, person=b"emis phone code"
        ).digest()
    return value
