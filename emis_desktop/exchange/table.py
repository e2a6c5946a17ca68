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
    formula = text.startswith(_FORMULA) or (text.startswith("-") and any(mark in text for mark in "|!("))
    return _QUOTE + text if formula else text


def unguarded(text: str) -> str:
    """The text that :func:`guarded` wrote."""
    return text[1:] if text.startswith(_QUOTE) and guarded(text[1:]) == text else text
