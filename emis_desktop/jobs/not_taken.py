"""What the server did not take, written to a table that a person can open, print and keep."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, datetime
from decimal import Decimal
from pathlib import Path

from emis_desktop.errors import Refused, Word
from emis_desktop.exchange.writing import Cell, write_table
from emis_desktop.queries.sync_state import ConflictCard
from emis_desktop.sentence import Names, Sentence
from resources.words import Words


def write_not_taken(cards: Sequence[ConflictCard], path: Path, words: Words) -> int:
    """Write what each is about, the value, who typed it, when, and why it was not taken; returns how many.

    Raises :class:`Refused` for none, and what :func:`emis_desktop.exchange.writing.write_table` raises.
    """
    if not cards:
        raise Refused("There is nothing that was not taken.")
    tr = words.tr
    heading = [tr("What"), tr("Value"), tr("Who"), tr("When"), tr("Why")]
    return write_table(path, heading, [_row(card, words) for card in cards])


def _row(card: ConflictCard, words: Words) -> tuple[Cell, ...]:
    side = card.sides[0]
    when = "" if side.at is None else f"{side.at.astimezone():%Y-%m-%d %H:%M}"
    return card.title.text(words), _cell(words, side.value), side.who, when, card.why.text(words)


def _cell(words: Words, value: object) -> Cell:
    """A value as a table has it: numbers and days as such, the rest as people read it."""
    if isinstance(value, (Sentence, Names)):
        return value.text(words)
    if isinstance(value, Word):
        return words.tr(str(value))
    if isinstance(value, datetime):
        return f"{value.astimezone():%Y-%m-%d %H:%M}"
    if value is None or (isinstance(value, (int, Decimal, date)) and not isinstance(value, bool)):
        return value
    return str(value)
