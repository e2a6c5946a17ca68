"""Copying, cutting, pasting and filling: what goes between the clipboard and the cells of a sheet."""

from collections.abc import Callable
from dataclasses import dataclass

from resources.words import Words
from ui.marks.blocks import Block, block_text, repeated
from ui.marks.book import Entered, SheetBook
from ui.widgets.sheet.area import Area, Cell


@dataclass(frozen=True, slots=True)
class Fitted:
    """A block laid on a sheet: the texts of the cells it meets, and how many found no cell there.

    ``area`` is what it covers.
    """

    texts: dict[Cell, str]
    left_over: int
    area: Area


def copied(book: SheetBook, area: Area) -> str:
    """The cells of ``area`` for the clipboard, as they would be typed."""
    return block_text(
        [
            [book.to_type(Cell(row, column)) for column in range(area.left, area.right + 1)]
            for row in range(area.top, area.bottom + 1)
        ]
    )


def fit(book: SheetBook, block: Block, area: Area) -> Fitted:
    """Lay ``block`` on the sheet from the first cell of ``area``; it is repeated where it fits whole times.

    Nothing is moved aside: what lies over the edge has no cell and is counted.
    """
    rows = repeated(block, area.height, area.width)
    extent = book.extent
    texts: dict[Cell, str] = {}
    left_over = 0
    for down, row in enumerate(rows):
        for right, text in enumerate(row):
            cell = Cell(area.top + down, area.left + right)
            if cell.row < extent.rows and cell.column < extent.columns:
                texts[cell] = text
            elif text:
                left_over += 1
    end = extent.clip(area.top + len(rows) - 1, area.left + max(map(len, rows), default=1) - 1)
    return Fitted(texts, left_over, Area(area.top, area.left, end.row, end.column))


def fill(book: SheetBook, source: Area, reach: Area) -> dict[Cell, str]:
    """``source`` repeated over the rest of ``reach``: down, up or sideways."""
    return {
        cell: book.to_type(
            Cell(
                source.top + (cell.row - source.top) % source.height,
                source.left + (cell.column - source.left) % source.width,
            )
        )
        for cell in reach.cells()
        if cell not in source
    }


def paste_words(words: Words, fitted: Fitted, entered: Entered) -> str:
    """What became of a paste: "36 marks pasted, 2 refused, 4 did not fit"."""
    parts = [words.ntr("{n} mark pasted", "{n} marks pasted", entered.taken)]
    tell: tuple[tuple[int, Callable[[int], str]], ...] = (
        (len(entered.refused), lambda n: words.ntr("{n} refused", "{n} refused", n)),
        (_with_text(fitted, entered), lambda n: words.ntr("{n} cell takes none", "{n} cells take none", n)),
        (fitted.left_over, lambda n: words.ntr("{n} did not fit", "{n} did not fit", n)),
    )
    return ", ".join([*parts, *(say(count) for count, say in tell if count)])


def _with_text(fitted: Fitted, entered: Entered) -> int:
    """The cells that take nothing but were given something."""
    return sum(bool(fitted.texts[cell]) for cell in entered.blocked)
