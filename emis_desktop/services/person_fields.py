"""The rule of each field of a person: what is kept of what was typed, or why it is refused."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date
from decimal import Decimal
from typing import Final

from emis_desktop.errors import N_, Refused
from emis_desktop.rules.code_words import MEALS
from emis_desktop.rules.dates import EARLIEST_BIRTH
from emis_desktop.rules.names import clean_name
from emis_desktop.rules.numbers import SCALE_PLACES, parse_number, places_of

TYPED_FIELDS: Final = frozenset(
    {
        *("given_names", "family_name", "preferred_name", "sex", "birth_date"),
        *("birth_place", "nationality", "address", "transport", "meals", "distance_km"),
    }
)
"""What of a person is typed, and looked at by :func:`checked`."""
LONGEST_LINE = 120

FARTHEST: Final = Decimal(500)
"""Kilometres to school."""

Typed = str | date | None


def checked_text(name: str, value: Typed) -> str | None:
    """The text to store for a field of words; raises :class:`Refused` (with ``field``) for what cannot be."""
    return _TEXT_RULES[name](name, str(value or ""))


def checked_birth_date(value: Typed, today: date) -> date | None:
    """The date of birth to store; ``None`` = not known. Raises :class:`Refused` for a day that cannot be."""
    if value is None:
        return None
    if not isinstance(value, date):
        raise Refused("Enter the date of birth.", field="birth_date")
    if value >= today:
        raise Refused("Date of birth must be before {today}.", field="birth_date", today=today)
    if value < EARLIEST_BIRTH:
        raise Refused("{date} is before 1900. Check the year.", field="birth_date", date=value)
    return value


def checked_distance(value: Typed) -> Decimal | None:
    """Kilometres from home to school; None for nothing. Raises :class:`Refused` for what cannot be."""
    typed = str(value or "").strip()
    if not typed:
        return None
    try:
        distance = parse_number(typed)
    except Refused as refused:
        refused.field = "distance_km"
        raise
    if not 0 <= distance <= FARTHEST or places_of(distance) > SCALE_PLACES:
        raise Refused(
            "Type the kilometres to school, from 0 to {most}, such as 2.5.",
            field="distance_km",
            most=FARTHEST,
        )
    return distance


def checked(name: str, value: Typed, today: date) -> str | date | Decimal | None:
    """The value to store for the field ``name``; raises :class:`Refused` for what cannot be."""
    if name == "distance_km":
        return checked_distance(value)
    return checked_birth_date(value, today) if name == "birth_date" else checked_text(name, value)


def _name(field: str, text: str) -> str:
    if not text.strip():
        ask = N_("Enter the given names.") if field == "given_names" else N_("Enter the family name.")
        raise Refused(ask, field=field)
    return clean_name(text, field)


def _optional_name(field: str, text: str) -> str | None:
    return clean_name(text, field) if text.strip() else None


def _line(field: str, text: str) -> str | None:
    line = " ".join(text.split())
    if not line.isprintable():
        raise Refused("This holds characters that cannot be printed. Type it again.", field=field)
    if len(line) > LONGEST_LINE:
        raise Refused(
            "This is longer than {longest} characters. Shorten it.", field=field, longest=LONGEST_LINE
        )
    return line or None


def _sex(field: str, text: str) -> str:
    if text not in {"F", "M"}:
        raise Refused("Choose girl or boy.", field=field)
    return text


def _country(field: str, text: str) -> str | None:
    code = text.strip().upper()
    if code and not (len(code) in {2, 3} and code.isascii() and code.isalpha()):
        raise Refused("Enter a country code of two or three letters, such as GD or GRD.", field=field)
    return code or None


def _meals(field: str, text: str) -> str | None:
    if text and text not in MEALS:
        raise Refused("Choose how meals are paid.", field=field)
    return text or None


_TEXT_RULES: dict[str, Callable[[str, str], str | None]] = {
    "given_names": _name,
    "family_name": _name,
    "preferred_name": _optional_name,
    "sex": _sex,
    "birth_place": _line,
    "nationality": _country,
    "address": _line,
    "transport": _line,
    "meals": _meals,
}
