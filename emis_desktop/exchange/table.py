"""A table as read from a file: rows of text, each knowing its line in the file."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Line:
    """One row of a file. ``number`` is what the person sees at the left of it in a spreadsheet, from 1."""

    number: int
    cells: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Table:
    """All rows that hold anything, in file order, the heading among them."""

    name: str
    lines: tuple[Line, ...]


_FORMULA = frozenset("=+-@＝＋－＠")
"""With these a formula begins; the wide forms are read as the narrow ones where such letters are typed."""
_BREAKS = frozenset("\t\r\n")
_QUOTE = "'"


def guarded(text: str) -> str:
    """``text`` as it stands in a CSV for people: behind an apostrophe when a spreadsheet would run it.

    Every text that begins with ``= + - @`` is marked, also a name such as ``-Ann``: a spreadsheet would show
    it as #NAME?. A text that looks as if it were marked already gets a mark of its own.
    """
    return _QUOTE + text if runs(text) or _looks_marked(text) else text


def unguarded(text: str) -> str:
    """The text that :func:`guarded` wrote; any other stays as it is."""
    return text[1:] if _looks_marked(text) else text


def marked_only(text: str) -> str:
    """``text`` as it stands in a workbook, where texts are texts: only what :func:`unguarded` would take for
    marked gets a mark.
    """
    return _QUOTE + text if _looks_marked(text) else text


def runs(text: str) -> bool:
    """Whether a spreadsheet may take ``text`` for a formula; spaces and breaks in front do not count."""
    if text[:1] in _BREAKS and text:
        return True
    return text.lstrip()[:1] in _FORMULA and bool(text.strip())


def _looks_marked(text: str) -> bool:
    bare = text.lstrip(_QUOTE)
    return bare != text and runs(bare)
