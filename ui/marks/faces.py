"""How cells of a sheet read: their text in the user's numbers, how it looks, and what is said aloud."""

from collections.abc import Iterable
from dataclasses import dataclass
from decimal import Decimal
from enum import IntEnum
from functools import lru_cache
from typing import NamedTuple

from emis_desktop.queries.mark_sheet import SheetItem, SheetRow
from emis_desktop.rules.marks import MarkCodes, MarkEntry, MarkState
from emis_desktop.rules.numbers import places_of, plain
from resources.words import Words
from ui.widgets.table.cells import MISSING as DASH


class Look(IntEnum):
    """How a cell is drawn."""

    EMPTY = 0
    NUMBER = 1
    CODE = 2
    CLOSED = 3
    """Takes no mark."""
    TERM = 4
    SO_FAR = 5
    GRADE = 6
    REFUSED = 7
    WORDS = 8
    LETTER = 9


class Face(NamedTuple):
    """What a cell shows."""

    look: Look
    text: str


NOTHING = Face(Look.EMPTY, "")
NO_MARK = Face(Look.CLOSED, DASH)


@dataclass(frozen=True, slots=True)
class Faces:
    """Makes the faces of one sheet in one language."""

    words: Words
    codes: MarkCodes

    def mark(self, entry: MarkEntry | None, places: int) -> Face:
        """A mark; ``places`` are the decimals of its column, so that the points stand under each other."""
        if entry is None:
            return NO_MARK
        if entry.value is not None:
            return _number_face(self.words, entry.value, places)
        if entry.state is MarkState.MISSING:
            return NOTHING
        return Face(Look.CODE, self.codes.absent if entry.state is MarkState.ABSENT else self.codes.exempt)

    def term(self, row: SheetRow) -> Face:
        """The term mark; what is still to come makes it provisional."""
        result = row.result
        if result is None:
            return NO_MARK
        if result.mark is None:
            return NOTHING if result.pending else NO_MARK
        text = self.words.number(result.mark, result.rules.mark_places)
        return Face(Look.SO_FAR if result.pending else Look.TERM, text)

    def grade(self, row: SheetRow) -> Face:
        """The letter of the term mark."""
        band = row.result.band if row.result is not None else None
        return Face(Look.GRADE, band.letter) if band is not None else NOTHING

    def to_type(self, entry: MarkEntry | None) -> str:
        """What to type to get ``entry``: what an editor begins with, and what is copied."""
        if entry is None:
            return ""
        if entry.value is not None:
            decimal = self.words.number(Decimal("0.5"))[1]
            return f"{plain(entry.value):f}".replace(".", decimal)
        return self.mark(entry, 0).text

    def spoken_mark(self, entry: MarkEntry | None, places: int) -> str:
        """A mark as a screen reader says it."""
        if entry is None:
            return self.words.tr("takes no mark")
        if entry.state is MarkState.ABSENT:
            return self.words.tr("absent")
        if entry.state is MarkState.EXEMPT:
            return self.words.tr("exempt")
        return self.mark(entry, places).text or self.words.tr("empty")


@lru_cache(maxsize=8192)
def _number_face(words: Words, value: Decimal, places: int) -> Face:
    """The same few hundred numbers fill every sheet."""
    return Face(Look.NUMBER, words.number(value, places))


def column_places(entries: Iterable[MarkEntry | None]) -> int:
    """The most decimals that a mark of a column has."""
    return max((_places(entry.value) for entry in entries if entry is not None and entry.value), default=0)


@lru_cache(maxsize=4096)
def _places(value: Decimal) -> int:
    """The same few values come again at every change."""
    return places_of(value)


def maximum_words(words: Words, item: SheetItem) -> str:
    """Out of what an item is: "/100"."""
    return "/" + words.number(plain(item.maximum))


def share_words(words: Words, item: SheetItem) -> str:
    """The item's part in the term mark: "40 %"."""
    return words.percent(item.weight_percent, places_of(item.weight_percent))
