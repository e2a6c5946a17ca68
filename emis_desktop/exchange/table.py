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


_FORMULA = ("=", "+", "@", "\t", "\r")
_QUOTE = "'"


def guarded(text: str) -> str:
    """``text`` as it goes into a CSV: behind an apostrophe when a spreadsheet would run it as a formula.

    A plain ``-Ann`` stays as it is, for it is a name.
    """
    return _QUOTE + text if _runs(text) else text


def _runs(text: str) -> bool:
    """Whether a spreadsheet would run it, or it looks like something that was guarded already."""
    if text.startswith(_QUOTE):
        return _runs(text[1:])
    return text.startswith(_FORMULA) or (text.startswith("-") and any(mark in text for mark in "|!("))


def unguarded(text: str) -> str:
    """The text that :func:`guarded` wrote."""
    return text[1:] if text.startswith(_QUOTE) and _runs(text) else text
