"""The rule of each field of a person: what is kept of what was typed, or why it is refused."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date
from typing import Any

from emis_desktop.errors import N_, Refused

FIELD_NAMES = {
    "given_names": N_("Given names"),
    "family_name": N_("Family name"),
    "preferred_name": N_("Name usually used"),
    "sex": N_("Sex"),
    "birth_date": N_("Date of birth"),
    "birth_place": N_("Place of birth"),
    "nationality": N_("Nationality"),
    "address": N_("Address"),
    "transport": N_("Transport"),
}
LONGEST = {
    "given_names": 120,
    "family_name": 120,
    "preferred_name": 120,
    "birth_place": 120,
    "address": 200,
    "transport": 120,
}
EARLIEST_BIRTH = date(1900, 1, 1)


def checked(name: str, value: str | date | None) -> Any:
    """The value to store for the field ``name``; raises :class:`Refused` (with ``field``) for what cannot be."""
    return _RULES[name](name, value)


def _name(field: str, value: str | date | None) -> str:
    text = _text(field, value)
    if not text:
        what = N_("Enter the given names.") if field == "given_names" else N_("Enter the family name.")
        raise Refused(what, field=field)
    return text


def _text(field: str, value: str | date | None) -> str | None:
    text = " ".join(str(value or "").split())
    if any(ord(letter) < 32 for letter in text):
        raise Refused("This holds a character that cannot be printed. Type it again.", field=field)
    longest = LONGEST.get(field, 120)
    if len(text) > longest:
        raise Refused("This is longer than {longest} characters. Shorten it.", field=field, longest=longest)
    return text or None


def _sex(field: str, value: str | date | None) -> str:
    if value not in ("F", "M"):
        raise Refused("Choose girl or boy.", field=field)
    return str(value)


def _birth_date(field: str, value: str | date | None) -> date | None:
    if value is None:
        return None
    if not isinstance(value, date):
        raise Refused("Enter the date of birth.", field=field)
    today = date.today()
    if value >= today:
        raise Refused("Date of birth must be before {today}.", field=field, today=today)
    if value < EARLIEST_BIRTH:
        raise Refused("Date of birth must be after {earliest}.", field=field, earliest=EARLIEST_BIRTH)
    return value


def _nationality(field: str, value: str | date | None) -> str | None:
    text = _text(field, value)
    if text is not None and not (len(text) in (2, 3) and text.isalpha()):
        raise Refused("Enter a country code of two or three letters, such as GD or GRD.", field=field)
    return text.upper() if text else None


_RULES: dict[str, Callable[[str, str | date | None], Any]] = {
    "given_names": _name,
    "family_name": _name,
    "preferred_name": _text,
    "sex": _sex,
    "birth_date": _birth_date,
    "birth_place": _text,
    "nationality": _nationality,
    "address": _text,
    "transport": _text,
}
