"""Exact numbers: rounding half up, scaled whole numbers, and numbers as people type them. Never a float.

How a typed number is read, whatever the language of the screen:

- digits are 0-9; a sign may stand in front; no exponent, no per cent sign, no words;
- a space (also no-break, thin) groups thousands and must stand between groups of three;
- with both ``.`` and ``,`` the last one is the decimal separator and the other groups thousands;
- the same separator several times groups thousands;
- one point is a decimal separator; one comma too, but for ``1,234`` (one to three digits, no leading zero,
  then exactly three), which English reads as 1234 and French as 1.234: refused, with both ways to type it.
"""

import re
from collections.abc import Sequence
from decimal import ROUND_HALF_UP, Context, Decimal
from fractions import Fraction
from functools import cache
from math import isfinite, isqrt, lcm
from typing import Final, NamedTuple

from emis_desktop.errors import N_, Refused

SCALE_PLACES: Final = 3
"""Decimals that the store keeps of marks, maxima and weights."""

_WIDE = Context(prec=60, rounding=ROUND_HALF_UP)
_MAX_TYPED = 24
_SPACES = re.compile("[\u00a0\u2009\u202f]")
_PLAIN = re.compile(r"([0-9]*)(?:[.,]([0-9]+))?")
_GROUPED = re.compile(r"([0-9]{1,3}([ .,])[0-9]{3}(?:\2[0-9]{3})*)(?:(?!\2)[.,]([0-9]+))?")
_TWO_WAYS = re.compile(r"[1-9][0-9]{0,2},[0-9]{3}")


class TwoReadings(Refused):
    """What was typed is one number in English and another in French."""


@cache
def step(places: int) -> Decimal:
    """The smallest difference at ``places`` decimals: 0.01 for 2."""
    return Decimal((0, (1,), -places))


def half_up(value: Decimal | Fraction | int, places: int) -> Decimal:
    """``value`` rounded once to ``places`` decimals, a half away from zero; there is no negative zero."""
    numerator, denominator = value.as_integer_ratio()
    return round_ratio(numerator, denominator, places)


def round_ratio(numerator: int, denominator: int, places: int) -> Decimal:
    """``numerator / denominator`` (the latter positive) as :func:`half_up` rounds it."""
    doubled = 2 * abs(numerator) * 10**places
    scaled = (doubled + denominator) // (2 * denominator)
    return from_scaled(-scaled if numerator < 0 else scaled, places)


def round_root(value: Fraction, places: int) -> Decimal:
    """The square root of ``value`` (0 or more), exactly rounded half up to ``places`` decimals."""
    fourfold = 4 * value * 10 ** (2 * places)
    return from_scaled((isqrt(fourfold.numerator // fourfold.denominator) + 1) // 2, places)


def mean(values: Sequence[Fraction]) -> Fraction:
    """The exact mean of one value or more."""
    whole, common = _over_common(values)
    return Fraction(sum(whole), common * len(whole))


class Summary(NamedTuple):
    """What a group of values is like, exactly; ``variance`` is that of the whole group (divided by n)."""

    mean: Fraction
    lowest: Fraction
    highest: Fraction
    variance: Fraction


def summary(values: Sequence[Fraction]) -> Summary:
    """Mean, ends and variance of one value or more."""
    whole, common = _over_common(values)
    count, total = len(whole), sum(whole)
    squares = sum(value * value for value in whole)
    return Summary(
        mean=Fraction(total, common * count),
        lowest=Fraction(min(whole), common),
        highest=Fraction(max(whole), common),
        variance=Fraction(count * squares - total * total, (count * common) ** 2),
    )


def to_scaled(value: Decimal, places: int = SCALE_PLACES) -> int:
    """``value`` as a whole number of its last kept decimal: 12.5 gives 12500.

    Raises :class:`ValueError` when it has more decimals: rounding is a rule's business, in the open.
    """
    scaled = value.scaleb(places, _WIDE)
    whole = int(scaled)
    if whole != scaled:
        raise ValueError(f"more than {places} decimal places")
    return whole


def from_scaled(whole: int, places: int = SCALE_PLACES) -> Decimal:
    """The decimal that :func:`to_scaled` made, with exactly ``places`` decimals."""
    return Decimal(whole).scaleb(-places, _WIDE) if places else Decimal(whole)


def plain(value: Decimal) -> Decimal:
    """``value`` without zeros at the end and without an exponent: 7.500 gives 7.5, 1E+2 gives 100."""
    whole = value.to_integral_value(context=_WIDE)
    return whole.quantize(Decimal(1), context=_WIDE) if whole == value else value.normalize(_WIDE)


def places_of(value: Decimal) -> int:
    """How many decimals ``value`` needs: 1 for 7.50, 0 for 100."""
    return -int(plain(value).as_tuple().exponent)


def parse_number(text: str) -> Decimal:
    """The number that ``text`` says, by the rules above; :class:`Refused` says what to type instead."""
    typed = _SPACES.sub(" ", text.strip())
    sign, body = ("-", typed[1:]) if typed[:1] in {"-", "\u2212"} else ("", typed.removeprefix("+"))
    if len(body) > _MAX_TYPED or not body:
        raise _no_number(typed)
    if _TWO_WAYS.fullmatch(body):
        raise TwoReadings(
            N_("“{text}” can be read in two ways. Type {whole} or {part}."),
            text=typed,
            whole=sign + body.replace(",", ""),
            part=sign + body.replace(",", "."),
        )
    if match := _PLAIN.fullmatch(body):
        whole, fraction = match.groups()
    elif match := _GROUPED.fullmatch(body):
        whole, group, fraction = match.groups()
        whole = whole.replace(group, "")
    else:
        raise _no_number(typed)
    number = Decimal(f"{sign}{whole or 0}.{fraction or 0}")
    return plain(number) if number else Decimal(0)


def parse_whole(text: str, low: int, high: int) -> int:
    """The whole number from ``low`` to ``high`` that ``text`` says, or :class:`Refused`."""
    number = parse_number(text)
    if number != int(number) or not low <= number <= high:
        raise Refused("Type a whole number from {low} to {high}.", low=low, high=high)
    return int(number)


def from_spreadsheet(cell: float) -> Decimal:
    """The decimal that a spreadsheet shows for a cell: its 15 significant digits, so 0.1 + 0.2 is 0.3.

    Spreadsheets know nothing but binary fractions; this is the one place where such a number comes in.
    """
    if not isfinite(cell):
        raise Refused("That cell holds no number. Type digits, such as 12 or 7.5.")
    return plain(Decimal(format(cell, ".15g")))


def shortened(text: str, length: int = 20) -> str:
    """``text`` as a message may quote it: one line, at most ``length`` characters."""
    line = "".join(char if char.isprintable() else " " for char in text[: length + 1])
    return line if len(line) <= length else line[: length - 1] + "…"


def _no_number(typed: str) -> Refused:
    return Refused("“{text}” is not a number. Type digits, such as 12 or 7.5.", text=shortened(typed))


def _over_common(values: Sequence[Fraction]) -> tuple[list[int], int]:
    """The values as whole numbers over one common denominator: quicker than adding fractions one by one."""
    common = lcm(*(value.denominator for value in values))
    return [value.numerator * (common // value.denominator) for value in values], common
