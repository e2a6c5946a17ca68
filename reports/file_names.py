"""File names made of people's names, good on every system and in every mail."""

import re
import unicodedata
from collections.abc import Sequence
from typing import Final

_FORBIDDEN: Final = re.compile(r'[<>:"/\\|?*\x00-\x1f\x7f]+')
_SPACES: Final = re.compile(r"\s+")
_RESERVED: Final = re.compile(r"(con|prn|aux|nul|com\d|lpt\d)", re.IGNORECASE)
_MOST_BYTES: Final = 180
"""Below the 255 bytes of common file systems, with room for a temporary name and a folder on Windows."""


def file_name(parts: Sequence[str], ending: str, taken: set[str]) -> str:
    """A name of ``parts`` joined by a dash, with ``ending``, that is not in ``taken`` and is added to it.

    What a system forbids in names becomes a space; letters keep their accents. ``taken`` holds names in small
    letters, since some systems tell no difference.
    """
    clean = " - ".join(text for part in parts if (text := _clean(part))) or "file"
    if _RESERVED.fullmatch(clean.partition(".")[0].strip()):
        clean = f"_{clean}"
    number = 1
    while True:
        suffix = ending if number == 1 else f" ({number}){ending}"
        name = _cut(clean, _MOST_BYTES - len(suffix.encode())) + suffix
        if name.casefold() not in taken:
            taken.add(name.casefold())
            return name
        number += 1


def _clean(text: str) -> str:
    plain = "".join(
        char
        for char in unicodedata.normalize("NFC", text)
        if unicodedata.category(char) not in ("Cf", "Cs", "Co")
    )
    return _SPACES.sub(" ", _FORBIDDEN.sub(" ", plain)).strip(" .")


def _cut(text: str, most: int) -> str:
    """``text`` cut to at most ``most`` bytes, never inside a character."""
    return text.encode()[:most].decode(errors="ignore").rstrip(" .")
