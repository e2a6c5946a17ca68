"""Whole numbers as JSON, each column in the shape that takes least.

A column of whole numbers is one of::

    5                      all are 5
    [1, 2, 3]              as they are
    ["r", [5, 9, 6, 1]]    runs: nine times 5, once 6
    ["f", least, w, text]  differences from the least, each ``w`` digits of base 64, first digits first
    ["d", first, column]   the first, then what each is more than the one before
    ["k", 2, column, column]  few different ones: how many, they, the place of each

How many numbers a column has is told beside it.
"""

from __future__ import annotations

import sys
from array import array
from base64 import b64decode, b64encode
from collections import Counter
from itertools import accumulate, chain, groupby, repeat
from operator import add, ne, sub
from typing import Any, Final, TypeAlias

from sync.protocol.errors import BadMessage

Json: TypeAlias = Any
"""What JSON can hold, before it is checked."""
INT64: Final = 1 << 63
MOST_REOPENS: Final = 1 << 31
"""How often a state can have been opened again, less one."""
DIGITS: Final = 6
"""Bits in one digit of base 64."""
_FEW: Final = 4
_WORD: Final = 8
"""Bytes of a machine word in an array of type Q."""
_MOST_WIDTH: Final = 24
_MOST_CELLS: Final = 12_000_000
_MOST_VALUES: Final = 1_500_000


def bad(detail: str) -> BadMessage:
    """The error for a column that is none."""
    return BadMessage(detail)


class Room:
    """How many cells a message may still unfold to, so that a few bytes never ask for much memory."""

    def __init__(self, cells: int = _MOST_CELLS, values: int = _MOST_VALUES) -> None:
        """``cells``: numbers and texts of columns, also those on the way to others; ``values``: fields of
        rows, which take more.
        """
        self._left = cells
        self._values = values

    def take_values(self, count: int) -> None:
        """Take room for so many fields of rows."""
        self._values -= count
        if self._values < 0:
            raise bad("unfolds to too much")

    def take(self, count: Json) -> int:
        """``count`` if there is room for so many cells, which are then taken."""
        if type(count) is not int or not 0 <= count <= self._left:
            raise bad("unfolds to too much")
        self._left -= count
        return count


# -- Whole numbers ----------------------------------------------------------------------------------------


def encode_ints(values: list[int], *, nested: bool = False) -> Json:
    """A column of whole numbers of 64 bits and a sign at most. ``nested``: a part of another column."""
    if len(values) <= _FEW:
        return values[0] if len(set(values)) == 1 else values
    least, most = min(values), max(values)
    if least == most:
        return least
    return _shortest(values, least, most, nested=nested)


def _shortest(values: list[int], least: int, most: int, *, nested: bool) -> Json:
    """The shape for numbers that differ; their sizes in bits tell which."""
    runs = 1 + sum(map(ne, values, values[1:]))
    if runs * 4 < len(values):
        return ["r", list(chain.from_iterable((one, len(list(same))) for one, same in groupby(values)))]
    direct = _bits(values, least)
    if nested:
        return _from_least(values, least, most)
    steps = list(map(sub, values[1:], values))
    shortest = min(steps)
    stepped = _bits(steps, shortest)
    different = set(values)
    listed = len(different) * (most - least).bit_length() + len(values) * len(different).bit_length()
    if listed * 1.2 < min(direct, stepped):
        return _listed(values)
    if stepped < direct and shortest >= -INT64:
        return ["d", values[0], encode_ints(steps, nested=True)]
    return _from_least(values, least, most)


def _bits(values: list[int], least: int) -> int:
    """How many bits the differences from the least take together."""
    return sum(map(int.bit_length, map(sub, values, repeat(least))))


def _from_least(values: list[int], least: int, most: int) -> Json:
    width = -(-(most - least).bit_length() // DIGITS)
    return ["f", least, width, fixed(list(map(sub, values, repeat(least))), width)]


def _listed(values: list[int]) -> Json:
    places = by_frequency(values)
    known = encode_ints(list(places), nested=True)
    return ["k", len(places), known, encode_ints(list(map(places.__getitem__, values)), nested=True)]


def by_frequency(values: list[Any]) -> dict[Any, int]:
    """The place of each different value, the most frequent first, so that the high digits are all alike."""
    return {value: place for place, (value, _count) in enumerate(Counter(values).most_common())}


def decode_ints(column: Json, count: int, room: Room, *, nested: bool = False) -> list[int]:
    """The ``count`` numbers of a column."""
    room.take(count)
    if type(column) is int:
        return [column] * count
    if not isinstance(column, list):
        raise bad("no column of numbers")
    if not column or type(column[0]) is int:
        return _checked(column, count)
    return _checked(_unfolded(column, count, room, nested=nested), count)


def _unfolded(column: list[Json], count: int, room: Room, *, nested: bool) -> list[int]:
    match column:
        case ["r", list(runs)] if len(runs) % 2 == 0:
            return _runs(runs, count)
        case ["f", int(least), int(width), str(text)]:
            return list(map(add, read_fixed(text, width, count), repeat(least)))
        case ["d", int(first), steps] if not nested and count:
            return list(accumulate(decode_ints(steps, count - 1, room, nested=True), initial=first))
        case ["k", int(many), different, places] if not nested:
            known = decode_ints(different, many, room, nested=True)
            return picked(known, decode_ints(places, count, room, nested=True))
    raise bad("a column of no kind")


def counted(values: list[Json], below: int) -> list[int]:
    """``values``, which are whole numbers from 0 to less than ``below``; :class:`BadMessage` otherwise."""
    if set(map(type, values)) - {int} or (values and not 0 <= min(values) <= max(values) < below):
        raise bad("a number outside its range")
    return values


def _runs(runs: list[Json], count: int) -> list[int]:
    lengths = _checked(runs[1::2], len(runs) // 2)
    if min(lengths, default=0) < 0 or sum(lengths) != count:
        raise bad("runs of another length")
    return list(chain.from_iterable(map(repeat, runs[::2], lengths)))


def picked(known: list[Any], places: list[int]) -> list[Any]:
    """What stands at each place of a list."""
    if places and (min(places) < 0 or max(places) >= len(known)):
        raise bad("a place outside its list")
    return list(map(known.__getitem__, places))


def _checked(values: list[Json], count: int) -> list[int]:
    if len(values) != count or set(map(type, values)) - {int}:
        raise bad("a column of another length or kind")
    if values and not (min(values) > -INT64 * 2 and max(values) < INT64 * 2):
        raise bad("a number beyond 64 bits")
    return values


def fixed(numbers: list[int], width: int) -> str:
    """Numbers of 0 or more in ``width`` digits of base 64 each: the first digits of all, then the second."""
    groups = -(-width // 4)
    text = b64encode(_big_endian(numbers, 3 * groups)).decode()
    return "".join([text[at :: 4 * groups] for at in range(4 * groups - width, 4 * groups)])


def read_fixed(text: Json, width: int, count: int) -> list[int]:
    """The numbers that :func:`fixed` wrote."""
    if not isinstance(text, str) or not 0 < width <= _MOST_WIDTH or len(text) != width * count:
        raise bad("digits of another length")
    groups = -(-width // 4)
    digits = bytearray(b"A") * (4 * groups * count)
    plain = text.encode("ascii")
    for place, at in enumerate(range(4 * groups - width, 4 * groups)):
        digits[at :: 4 * groups] = plain[place * count : (place + 1) * count]
    return _from_big_endian(b64decode(digits, validate=True), 3 * groups)


def _big_endian(numbers: list[int], size: int) -> bytes:
    """Numbers in ``size`` bytes each, the highest first.

    An array writes those of a machine word at once: half of the time of a large batch went here otherwise.
    """
    if size > _WORD:
        return b"".join([number.to_bytes(size) for number in numbers])
    words = array("Q", numbers)
    if sys.byteorder == "little":  # pragma: no branch - a machine has one order of bytes
        words.byteswap()
    whole, found = words.tobytes(), bytearray(size * len(numbers))
    for at in range(size):
        found[at::size] = whole[_WORD - size + at :: _WORD]
    return bytes(found)


def _from_big_endian(whole: bytes, size: int) -> list[int]:
    """The way back of :func:`_big_endian`."""
    if size > _WORD:
        return [int.from_bytes(whole[at : at + size]) for at in range(0, len(whole), size)]
    words, bare = array("Q"), bytearray(len(whole) // size * _WORD)
    for at in range(size):
        bare[_WORD - size + at :: _WORD] = whole[at::size]
    words.frombytes(bytes(bare))
    if sys.byteorder == "little":  # pragma: no branch - a machine has one order of bytes
        words.byteswap()
    return words.tolist()
