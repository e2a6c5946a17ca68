"""The ids of a message, each once: UUIDv7 as time and tail, all others as they are.

Columns refer to ids by their place in this table. A UUIDv7 that follows another within one millisecond by a
small step (:class:`emis_desktop.rules.ids.IdMaker` makes them so) is that step alone.
"""

from __future__ import annotations

from typing import Final
from uuid import UUID, SafeUUID

from sync.protocol.numbers import DIGITS, Json, Room, bad, decode_ints, encode_ints, fixed, read_fixed

ID_BYTES: Final = 16
_TAIL_CHARS: Final = 13
_STEP_CHARS: Final = 6
_STEP_BITS: Final = DIGITS * _STEP_CHARS
_OTHER_CHARS: Final = 22
_TAIL_BITS: Final = 74
_LOW: Final = (1 << 62) - 1
_TAIL_MASK: Final = (1 << _TAIL_BITS) - 1
_MARKS: Final = 0xF << 76 | 0b11 << 62
_V7: Final = 0x7 << 76 | 0b10 << 62


class IdTable:
    """Collects ids while a message is written; :meth:`place` gives the place of each, in order of coming."""

    def __init__(self) -> None:
        """Begins empty."""
        self._places: dict[bytes, int] = {}

    def places(self, ids: list[bytes]) -> list[int]:
        """The places of ids of 16 bytes each."""
        known = self._places
        return [known.setdefault(one, len(known)) for one in ids]

    def written(self) -> Json:
        """The table: which are UUIDv7, these, the others."""
        numbers = [int.from_bytes(one) for one in self._places]
        timed = [int(number & _MARKS == _V7) for number in numbers]
        sevens = [number for number, seven in zip(numbers, timed, strict=True) if seven]
        others = [number for number, seven in zip(numbers, timed, strict=True) if not seven]
        return [len(numbers), encode_ints(timed), *_sevens(sevens), fixed(others, _OTHER_CHARS)]


def uuid_of(raw: bytes) -> UUID:
    """The id of 16 bytes; a sixth of the time of the constructor, which tries six forms."""
    made = object.__new__(UUID)
    object.__setattr__(made, "int", int.from_bytes(raw))
    object.__setattr__(made, "is_safe", SafeUUID.unknown)
    return made


def read_ids(written: Json, room: Room) -> list[bytes]:
    """The ids of a table, in their places."""
    if not isinstance(written, list) or len(written) != 6:
        raise bad("no table of ids")
    count, timed, times, tails, steps, others = written
    kinds = decode_ints(timed, room.take(count), room)
    if set(kinds) - {0, 1}:
        raise bad("an id of no kind")
    sevens = iter(_read_sevens(times, tails, steps, sum(kinds), room))
    rest = iter(read_fixed(others, _OTHER_CHARS, len(kinds) - sum(kinds)))
    ids = [next(sevens) if seven else next(rest) for seven in kinds]
    return [number.to_bytes(ID_BYTES) for number in ids]


def _sevens(numbers: list[int]) -> list[Json]:
    """Times as differences (0: a step within the millisecond before), tails in full, steps."""
    times: list[int] = []
    tails: list[int] = []
    steps: list[int] = []
    ms, tail = 0, 0
    for number in numbers:
        new_ms, new_tail = number >> 80, (number >> 64 & 0xFFF) << 62 | number & _LOW
        if new_ms == ms and 0 < new_tail - tail < 1 << _STEP_BITS:
            times.append(0)
            steps.append(new_tail - tail)
        else:
            times.append(new_ms - ms if new_ms > ms else new_ms - ms - 1)
            tails.append(new_tail)
        ms, tail = new_ms, new_tail
    return [encode_ints(times), fixed(tails, _TAIL_CHARS), fixed(steps, _STEP_CHARS)]


def _read_sevens(times: Json, tails: Json, steps: Json, count: int, room: Room) -> list[int]:
    waits = decode_ints(times, count, room)
    short = waits.count(0)
    more = iter(read_fixed(steps, _STEP_CHARS, short))
    whole = iter(read_fixed(tails, _TAIL_CHARS, count - short))
    ids: list[int] = []
    ms, tail = 0, 0
    for wait in waits:
        if wait == 0:
            tail += next(more)
        else:
            ms, tail = ms + (wait if wait > 0 else wait + 1), next(whole)
        if not 0 <= ms < 1 << 48 or tail > _TAIL_MASK:
            raise bad("an id beyond its time")
        ids.append(ms << 80 | tail >> 62 << 64 | tail & _LOW | _V7)
    return ids
