"""One English term, one translation: the table of ``resources/locale/README.md`` held against a catalogue."""

import re
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path

TABLE = Path(__file__).resolve().parent.parent / "resources" / "locale" / "README.md"
LANGUAGES = ("fr", "es")
_ALLOWED = re.compile(r"\bordinateurs? portables?\b", re.IGNORECASE)
"""Says a word that alone would say something else."""

_FIELD = re.compile(r"\{[^{}]*\}")


@dataclass(frozen=True, slots=True)
class Term:
    """An English term; what a translation of it says, one of them; what no translation says."""

    english: str
    said: tuple[str, ...]
    unsaid: tuple[str, ...]


def terms(language: str, text: str) -> tuple[Term, ...]:
    """The terms of ``language`` in the table of the Markdown ``text``."""
    lines = [
        [cell.strip() for cell in line.strip().strip("|").split("|")]
        for line in text.splitlines()
        if line.startswith("|")
    ]
    column = 1 + 2 * LANGUAGES.index(language)
    return tuple(
        Term(line[0], _words(line[column]), _words(line[column + 1])) for line in lines[2:] if line[0]
    )


def faults(known: Iterable[Term], english: str, said: str) -> list[str]:
    """What in the translation ``said`` of ``english`` is not as the terms have it."""
    found = []
    english, plain = _FIELD.sub("", english), _ALLOWED.sub("", _FIELD.sub("", said))
    for term in sorted(known, key=lambda one: -len(one.english)):
        # A longer term is no case of the shorter one in it.
        english, asked = _forms(term.english).subn("", english)
        if asked and not any(_begins(word, said) for word in term.said):
            found.append(f"“{term.english}” is {' or '.join(term.said)}")
        found += [f"“{word}” is not said" for word in term.unsaid if _stands(word, plain)]
    return found


def _forms(english: str) -> re.Pattern[str]:
    return re.compile(rf"\b{re.escape(english)}(?:s|es|’s|'s)?\b", re.IGNORECASE)


def _words(cell: str) -> tuple[str, ...]:
    return tuple(word.strip() for word in cell.split(",") if word.strip())


def _begins(word: str, text: str) -> bool:
    return re.search(rf"\b{re.escape(word)}", text, re.IGNORECASE) is not None


def _stands(word: str, text: str) -> bool:
    """A word of six letters or more also in its other forms; a shorter one as it is."""
    end = "" if len(word) > 5 else r"\b"
    return re.search(rf"\b{re.escape(word)}{end}", text, re.IGNORECASE) is not None
