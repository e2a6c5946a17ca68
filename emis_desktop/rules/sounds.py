"""How a name sounds, roughly, in English, French and Spanish alike: Kathryn and Catherine are one sound.

The key of a word is its consonants as classes of sound; a vowel counts only at the beginning. It finds
candidates; whether two names are alike is judged by their letters as well.
"""

import re
from functools import lru_cache
from typing import Final

from emis_desktop.rules.names import fold

_TURNS: Final = tuple(
    (re.compile(pattern), sound)
    for pattern, sound in (
        (r"^(kn|gn|pn)", "n"),
        (r"^wr", "r"),
        (r"^x", "s"),
        (r"x", "ks"),
        (r"ph|v", "f"),
        (r"ch(?=r)", "k"),
        (r"(t|s)?ch|sh|(?<=[aeiouy])ti(?=on|a)", "$"),
        (r"gh(?=[aeiouy])", "g"),
        (r"gh", ""),
        (r"th", "t"),
        (r"ck|qu|q", "k"),
        (r"sc(?=[eiy])|c(?=[eiy])|z", "s"),
        (r"c", "k"),
        (r"dg(?=[eiy])|g(?=[eiy])", "j"),
        (r"w", "f"),
        (r"h", ""),
        (r"(?<=.)[aeiouy]", ""),
        (r"^[aeiouy]", "a"),
        (r"(.)\1+", r"\1"),
    )
)
"""In this order. What is written ch, sh or sch sounds like one thing in one of the three languages."""


@lru_cache(maxsize=65536)
def sound(word: str) -> str:
    """The key of one folded word; a word without a consonant sounds like its first vowel: "a"."""
    text = word
    for pattern, turned in _TURNS:
        text = pattern.sub(turned, text)
    return text


def sounds(name: str) -> tuple[str, ...]:
    """The keys of the words of a name, in their order: "Élodie-Ann" gives ("ald", "an")."""
    return tuple(sound(word) for word in fold(name).split())
