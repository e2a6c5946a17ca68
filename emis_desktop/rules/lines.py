"""What is kept of a typed line or of several: one way for every field of words."""

from datetime import date
from typing import Final
from unicodedata import normalize

from emis_desktop.errors import N_, Refused

LONG_TEXT: Final = 2000
TOO_LONG: Final = N_("This is longer than {longest} characters. Shorten it.")
BEFORE: Final = N_("The last day is before the first day, {first}. Choose a later day.")


def kept_line(typed: str | None, field: str, longest: int, missing: str = "") -> str:
    """One line without double spaces; "" for nothing.

    Raises :class:`Refused` for one that is too long or not printable and, with ``missing``, for none.
    """
    line = normalize("NFC", " ".join((typed or "").split()))
    if not line.isprintable():
        raise Refused("This holds characters that cannot be printed. Type it again.", field=field)
    if len(line) > longest:
        raise Refused(TOO_LONG, field=field, longest=longest)
    if missing and not line:
        raise Refused(missing, field=field)
    return line


def kept_lines(typed: str | None, field: str, longest: int = LONG_TEXT) -> str:
    """Several lines as typed, without what surrounds them; raises :class:`Refused` for too long a text."""
    text = normalize("NFC", (typed or "").strip())
    if any(not (letter.isprintable() or letter in "\n\t") for letter in text):
        raise Refused("This holds characters that cannot be printed. Type it again.", field=field)
    if len(text) > longest:
        raise Refused(TOO_LONG, field=field, longest=longest)
    return text


def check_order(first: date | None, last: date | None, field: str) -> None:
    """Raise :class:`Refused` when the last day is before the first."""
    if first is not None and last is not None and last < first:
        raise Refused(BEFORE, field=field, first=first)
