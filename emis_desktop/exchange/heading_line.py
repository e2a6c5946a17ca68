"""Which line of a file stands over its columns. Titles may stand above it, and a row may hold its words."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence

from emis_desktop.exchange.table import Line
from emis_desktop.rules.names import fold

HEADING_WITHIN = 15
"""A heading line stands among the first so many lines."""
_STRAY = 2
"""So many words of a row may be headings by chance: "no" and "mother"."""
_NARROWEST = 3
"""A line of fewer cells may be a title."""


def plain_heading(text: str) -> str:
    """A heading as it is compared: case, accents, apostrophes and full stops do not count."""
    return fold(text.replace("_", " ")).strip()


def heading_place(
    lines: Sequence[Line], known: Mapping[str, str], said: frozenset[str], needed: frozenset[str]
) -> int:
    """The place of the heading line: the first with headings, unless a later one has clearly more.

    ``known`` gives the column of each heading, ``said`` are those that somebody spoke of, both as compared;
    ``needed`` columns must stand in it.
    """
    best, most = 0, _columns_of(lines[0], known, said)
    for place, line in enumerate(lines[1:HEADING_WITHIN], 1):
        found = _columns_of(line, known, said)
        chance = (1 if found >= needed else _STRAY) if _may_head(lines[best], line) else 0
        if len(found) - len(most) > chance:
            best, most = place, found
    return best


def _columns_of(line: Line, known: Mapping[str, str], said: frozenset[str]) -> frozenset[str]:
    """The columns that a line names, and other headings that somebody spoke of. What stands twice in it is a
    value and no heading.
    """
    once = {word for word, times in Counter(_words(line)).items() if times == 1}
    return frozenset(known.get(word, word) for word in once if word in known or word in said)


def _may_head(line: Line, other: Line) -> bool:
    """Whether a line can stand over ``other`` whatever it says, and is no title: as many cells are filled,
    none twice, none with a number.
    """
    words = _words(line)
    numbers = any(word.replace(" ", "").isdigit() for word in words)
    wide = len(words) >= max(_NARROWEST, len(_words(other)))
    return wide and len(set(words)) == len(words) and not numbers


def _words(line: Line) -> list[str]:
    return [plain_heading(cell) for cell in line.cells if cell]
