"""The rule of each field of a person: what is kept of what was typed, or why it is refused."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date
from typing import Final

from emis_desktop.errors import N_, Refused
from emis_desktop.rules.dates import EARLIEST_BIRTH
from emis_desktop.rules.names import clean_name

TYPED_FIELDS: Final = frozenset(
    {
        *("given_names", "family_name", "preferred_name", "sex", "birth_date"),
        *("birth_place", "nationality", "address", "transport"),
    }
)
"""What of a person is typed, and looked at by :func:`checked`."""
LONGEST_LINE = 120

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


def checked(name: str, value: Typed, today: date) -> str | date | None:
    """The value to store for the field ``name``; raises :class:`Refused` for what cannot be."""
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


_TEXT_RULES: dict[str, Callable[[str, str], str | None]] = {
    "given_names": _name,
    "family_name": _name,
    "preferred_name": _optional_name,
    "sex": _sex,
    "birth_place": _line,
    "nationality": _country,
    "address": _line,
    "transport": _line,
}
