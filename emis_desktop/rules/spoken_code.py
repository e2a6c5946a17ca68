"""Bytes as a code that people read out, write down and type.

Written in Crockford's base 32 (no I, L, O, U) in groups of five: four symbols and a check symbol, which
tells in which group a slip is. The check finds every wrong symbol, two neighbours that changed places, and
two groups that did.
"""

from emis_desktop.errors import Refused

_ALPHABET = "0123456789ABCDEFGHJKMNPQRSTVWXYZ"
_READ_AS = str.maketrans({"O": "0", "I": "1", "L": "1", "-": None})
_GROUP = 4


def written(content: bytes | bytearray) -> str:
    """The code of ``content``, its groups joined by hyphens."""
    count = -(-len(content) * 8 // (5 * _GROUP)) * _GROUP
    number = int.from_bytes(content, "big") << (count * 5 - len(content) * 8)
    symbols = [number >> 5 * (count - 1 - place) & 31 for place in range(count)]
    groups = [symbols[start : start + _GROUP] for start in range(0, count, _GROUP)]
    return "-".join(
        "".join(_ALPHABET[symbol] for symbol in [*group, _check(group, place)])
        for place, group in enumerate(groups, 1)
    )


def read(text: str, size: int, field: str) -> bytearray:
    """The ``size`` bytes of a typed code, in a buffer that can be wiped.

    Case, spaces and hyphens do not matter. Raises :class:`Refused` for ``field``, naming the group with a
    slip.
    """
    packed = "".join(text.split()).upper().translate(_READ_AS)
    count = -(-size * 8 // (5 * _GROUP))
    number = 0
    for place in range(1, count + 1):
        group = packed[(place - 1) * (_GROUP + 1) : place * (_GROUP + 1)]
        number = number << 5 * _GROUP | _group_value(group, place, count, field)
    spare = count * _GROUP * 5 - size * 8
    if len(packed) > count * (_GROUP + 1) or number & ((1 << spare) - 1):
        raise Refused(
            "The code is longer than {count} groups of 5. Type only the code.", field=field, count=count
        )
    return bytearray((number >> spare).to_bytes(size, "big"))


def _group_value(group: str, place: int, count: int, field: str) -> int:
    if len(group) <= _GROUP:
        raise Refused(
            "The code has {count} groups of 5; group {place} is not complete. Go on typing from there.",
            field=field,
            count=count,
            place=place,
        )
    symbols = [_ALPHABET.find(symbol) for symbol in group]
    if min(symbols) < 0 or _check(symbols[:_GROUP], place) != symbols[_GROUP]:
        raise Refused(
            "Group {place} of the code has a slip. Compare it with the paper.", field=field, place=place
        )
    value = 0
    for symbol in symbols[:_GROUP]:
        value = value << 5 | symbol
    return value


def _check(symbols: list[int], place: int) -> int:
    """The check symbol: in GF(32), every symbol and the place of the group with a weight of its own."""
    total = 0
    for power, symbol in enumerate([*symbols, place], 1):
        total ^= _times(symbol, 1 << power if power < 5 else 0b00101)
    return total


def _times(left: int, right: int) -> int:
    """The product in GF(32) modulo x^5 + x^2 + 1."""
    product = 0
    while right:
        if right & 1:
            product ^= left
        left = left << 1 ^ (0b100101 if left & 16 else 0)
        right >>= 1
    return product
