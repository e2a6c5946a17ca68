"""The ministry's recovery key on paper and as text.

Written in Crockford's base 32 (no I, L, O, U) in groups of five: four symbols and a check symbol, which
tells in which group a slip is. The check finds every wrong symbol, two neighbours that changed places, and
two groups that did.
"""

import hashlib
from dataclasses import dataclass

from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.kdf.hkdf import HKDF

from emis_desktop.errors import BadFile, Refused
from emis_desktop.keyring.crypto import public_of
from emis_desktop.secret import random_key, wipe

CODE_BYTES = 20
"""160 bits: eight groups."""

PUBLIC_PREFIX = "EMIS-KEY-1:"

_ALPHABET = "0123456789ABCDEFGHJKMNPQRSTVWXYZ"
_READ_AS = str.maketrans({"O": "0", "I": "1", "L": "1", "-": None})
_GROUP = 4
_FIELD = "recovery_code"
_LABEL = b"emis ministry recovery key 1"


@dataclass(frozen=True, slots=True, repr=False)
class RecoveryCode:
    """A new recovery key: the code to print and lock away, and the public key that stays on laptops."""

    text: str
    public: bytes


def new_recovery_code() -> RecoveryCode:
    """Make a recovery key. The code is shown once, printed, and kept nowhere on the laptop."""
    seed = random_key(CODE_BYTES)
    private = _private(seed)
    code = RecoveryCode(_grouped(seed), public_of(private))
    wipe(seed)
    wipe(private)
    return code


def private_from_code(code: str) -> bytearray:
    """The private key for a typed code; raises :class:`Refused` that names the group with the slip."""
    seed = _ungrouped(code, CODE_BYTES)
    try:
        return _private(seed)
    finally:
        wipe(seed)


def check_code(code: str) -> None:
    """Raise :class:`Refused`, naming the group with a slip, unless ``code`` is whole; not whose it is."""
    wipe(_ungrouped(code, CODE_BYTES))


def public_text(public: bytes) -> str:
    """A public recovery key as the text a ministry hands to its schools."""
    return PUBLIC_PREFIX + _grouped(public)


def public_from_text(text: str) -> bytes:
    """The key in such a text; raises :class:`BadFile` for another text, :class:`Refused` for a slip."""
    packed = "".join(text.split()).upper()
    if not packed.startswith(PUBLIC_PREFIX):
        raise BadFile("This is not the ministry’s public key: that text begins with EMIS-KEY-1.")
    return bytes(_ungrouped(packed.removeprefix(PUBLIC_PREFIX), 32))


def fingerprint(public: bytes) -> str:
    """Four groups to compare by eye or over the telephone."""
    return _grouped(hashlib.sha256(public).digest()[:10])


def _private(seed: bytearray) -> bytearray:
    private = bytearray(32)
    HKDF(SHA256(), len(private), salt=None, info=_LABEL).derive_into(seed, private)
    return private


def _grouped(content: bytes | bytearray) -> str:
    count = -(-len(content) * 8 // (5 * _GROUP)) * _GROUP
    number = int.from_bytes(content, "big") << (count * 5 - len(content) * 8)
    symbols = [number >> 5 * (count - 1 - place) & 31 for place in range(count)]
    groups = [symbols[start : start + _GROUP] for start in range(0, count, _GROUP)]
    return "-".join(
        "".join(_ALPHABET[symbol] for symbol in [*group, _check(group, place)])
        for place, group in enumerate(groups, 1)
    )


def _ungrouped(text: str, size: int) -> bytearray:
    packed = "".join(text.split()).upper().translate(_READ_AS)
    count = -(-size * 8 // (5 * _GROUP))
    number = 0
    for place in range(1, count + 1):
        group = packed[(place - 1) * (_GROUP + 1) : place * (_GROUP + 1)]
        number = number << 5 * _GROUP | _group_value(group, place, count)
    spare = count * _GROUP * 5 - size * 8
    if len(packed) > count * (_GROUP + 1) or number & ((1 << spare) - 1):
        raise Refused(
            "The code is longer than {count} groups of 5. Type only the code.", field=_FIELD, count=count
        )
    return bytearray((number >> spare).to_bytes(size, "big"))


def _group_value(group: str, place: int, count: int) -> int:
    if len(group) <= _GROUP:
        raise Refused(
            "The code has {count} groups of 5; group {place} is not complete. Go on typing from there.",
            field=_FIELD,
            count=count,
            place=place,
        )
    symbols = [_ALPHABET.find(symbol) for symbol in group]
    if min(symbols) < 0 or _check(symbols[:_GROUP], place) != symbols[_GROUP]:
        raise Refused(
            "Group {place} of the code has a slip. Compare it with the paper.", field=_FIELD, place=place
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
