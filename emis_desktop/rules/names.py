"""Names of people: kept as on the birth certificate, found and sorted without accents, hyphens and
apostrophes.

The folding is done here, before a text reaches the full-text index, and leaves nothing for the index's own
tokenizer (unicode61, diacritics removed) to change: both sides of a search fold alike.
"""

import re
import unicodedata
from typing import Final

from emis_desktop.errors import Refused

MAX_NAME: Final = 120

_APOSTROPHES = "'’‘ʼ`´ʹ′ʻ＇‛"
_NO_APOSTROPHES = str.maketrans("", "", _APOSTROPHES)
_LETTERS = str.maketrans(
    {"œ": "oe", "æ": "ae", "ø": "o", "ł": "l", "đ": "d", "ħ": "h", "ı": "i", "þ": "th", "ð": "d", "ŋ": "ng"}
)
_ASCII_WORDS = re.compile(r"[a-z0-9]+")
_PIECES = re.compile(rf"[{_APOSTROPHES}\-‐‑–—.]+")


def fold(text: str) -> str:
    """``text`` for comparing: "Élodie-Ann  O’Neal" gives "elodie ann oneal".

    Lower case, no accents (ñ is n), ligatures spelt out (œ is oe), apostrophes dropped, everything else
    that is neither letter nor digit is one space. Folding twice changes nothing.
    """
    bare = text.translate(_NO_APOSTROPHES)
    if bare.isascii():
        return " ".join(_ASCII_WORDS.findall(bare.lower()))
    folded = _without_marks(_without_marks(bare).casefold()).translate(_NO_APOSTROPHES).translate(_LETTERS)
    return " ".join("".join(char if char.isalnum() else " " for char in folded).split())


def search_text(*names: str | None) -> str:
    """What the full-text index holds for a person: every way in which the names may be typed.

    "O'Neal" is found by oneal and o neal, "Smith-Jones" by smith, jones, smith jones and smithjones.
    """
    words: dict[str, None] = {}
    for name in names:
        for word in (name or "").split():
            words.update(dict.fromkeys(fold(word).split()))
            pieces = [piece for piece in map(fold, _PIECES.split(word)) if piece]
            if len(pieces) > 1:
                words.update(dict.fromkeys(" ".join(pieces).split()))
                words["".join(pieces).replace(" ", "")] = None
    return " ".join(words)


def sort_key(family_name: str, given_names: str) -> str:
    """Sorts like a class list: by family name, then given names; of two alike, the spelling decides."""
    # A tab sorts before the space inside a name, so that Smith comes before Smith Jones whoever they are.
    exact = unicodedata.normalize("NFC", f"{family_name}\t{given_names}")
    return f"{fold(family_name)}\t{fold(given_names)}\t{exact}"


def display_name(given_names: str, family_name: str) -> str:
    """As on paper: "Élodie-Ann Baptiste". Either part may be empty."""
    return f"{given_names} {family_name}".strip()


def listed_name(given_names: str, family_name: str) -> str:
    """As in a list: "Baptiste, Élodie-Ann"."""
    return ", ".join(part for part in (family_name, given_names) if part)


def initials(given_names: str, family_name: str) -> str:
    """One or two capital letters for a person without a photo: "ÉB"."""
    firsts = (next((char for char in name if char.isalnum()), "") for name in (given_names, family_name))
    return "".join(first.upper()[:1] for first in firsts)


def clean_name(text: str, field: str | None = None) -> str:
    """A name as it is kept: composed letters, single spaces, every accent, hyphen and apostrophe as typed.

    Raises :class:`Refused` for one without a letter or digit, with control characters, or longer than 120
    characters.
    """
    name = unicodedata.normalize("NFC", " ".join(text.split()))
    if not any(char.isalnum() for char in name):
        raise Refused("Type a name with at least one letter.", field=field)
    if not name.isprintable():
        raise Refused("This name holds characters that cannot be printed. Type it again.", field=field)
    if len(name) > MAX_NAME:
        raise Refused("This name has more than {limit} characters. Shorten it.", field=field, limit=MAX_NAME)
    return name


def _without_marks(text: str) -> str:
    return "".join(char for char in unicodedata.normalize("NFKD", text) if unicodedata.category(char) != "Mn")
