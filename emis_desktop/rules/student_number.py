"""The national student number: eight digits and a check digit, written "0000 0001-7".

The check digit is Verhoeff's (J. Verhoeff, Error Detecting Decimal Codes, 1969): it catches every single
wrong digit and every swap of two neighbours, and most other slips. Numbers are text; zeros in front count.
"""

import re
from typing import Final

from emis_desktop.errors import Refused
from emis_desktop.rules.numbers import shortened

BODY_DIGITS: Final = 8
MAX_SERIAL: Final = 10**BODY_DIGITS - 1

_NUMBER = re.compile(r"[0-9]{9}")
_SPACING = re.compile(r"[\s\-‐‑–]+")
_REGISTER = re.compile(r"[A-Z0-9]+(?:[/.\- ][A-Z0-9]+)*")
_MAX_REGISTER = 20


def _product(first: int, second: int) -> int:
    """Multiply in the dihedral group of the pentagon: 0-4 are turns, 5-9 turns of the flipped pentagon."""
    if first < 5:
        return (first + second) % 5 + second // 5 * 5
    return (first - second) % 5 + (5 - second // 5 * 5)


def _inverse(element: int) -> int:
    return (5 - element) % 5 if element < 5 else element


_SHUFFLE = (1, 5, 7, 6, 2, 8, 3, 0, 9, 4)


def _shuffled(digit: int, times: int) -> int:
    for _ in range(times):
        digit = _SHUFFLE[digit]
    return digit


_PRODUCTS = tuple(tuple(_product(first, second) for second in range(10)) for first in range(10))
_BY_PLACE = tuple(tuple(_shuffled(digit, place) for digit in range(10)) for place in range(8))


def check_digit(body: str) -> str:
    """The digit that goes behind the digits ``body``."""
    return str(_inverse(_sum(body + "0")))


def is_sound(number: str) -> bool:
    """Whether the last digit of ``number`` (digits only) fits the others."""
    return _sum(number) == 0


def student_number(serial: int) -> str:
    """The number, nine digits, of ``serial`` (0 to 99,999,999); :class:`ValueError` outside."""
    if not 0 <= serial <= MAX_SERIAL:
        raise ValueError("outside the range of student numbers")
    body = f"{serial:0{BODY_DIGITS}}"
    return body + check_digit(body)


def serial_of(number: str) -> int:
    """The serial inside a student number of nine digits."""
    return int(number[:BODY_DIGITS])


def number_text(number: str) -> str:
    """As printed: "0000 0001-7". A number of another kind (brought in from elsewhere) is left as it is."""
    return f"{number[:4]} {number[4:8]}-{number[8]}" if _NUMBER.fullmatch(number) else number


def parse_student_number(text: str) -> str:
    """The nine digits of a student number typed with or without spaces and hyphen, or :class:`Refused`."""
    number = _SPACING.sub("", text)
    if not _NUMBER.fullmatch(number):
        raise Refused(
            "“{text}” is no pupil number. It has nine digits, such as 0000 0001-7.",
            field="number",
            text=shortened(text.strip()),
        )
    if not is_sound(number):
        raise Refused(
            "A digit of {text} is wrong or two are swapped. Compare it with the card or the register.",
            field="number",
            text=number_text(number),
        )
    return number


def parse_register_number(text: str) -> str:
    """A school's own register number, such as 31, 2024/153 or A-17: capitals, digits and / . - between
    them.
    """
    number = " ".join(text.upper().split())
    if len(number) > _MAX_REGISTER or not _REGISTER.fullmatch(number):
        raise Refused(
            "“{text}” is no register number. Type up to {limit} letters and digits, such as 2024/153.",
            field="register_number",
            text=shortened(text.strip()),
            limit=_MAX_REGISTER,
        )
    return number


def _sum(digits: str) -> int:
    """Verhoeff's sum from the right; 0 when the check digit fits."""
    total = 0
    for place, digit in enumerate(reversed(digits)):
        total = _PRODUCTS[total][_BY_PLACE[place % 8][int(digit)]]
    return total
