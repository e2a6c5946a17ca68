"""Tables of lists: columns with heads, rows of one height, a hairline after each."""

from collections.abc import Sequence
from dataclasses import dataclass
from functools import partial
from typing import Final

from reports.canvas import Align, Pen
from reports.report_card.design import BODY, FINE, HAIR, INK, PART
from reports.report_card.desk import Tries
from reports.students.desk import PaperDesk
from reports.students.flow import Block
from reports.style import Style

HEAD: Final = 7.0
_TWO_LINES: Final = 4.8
"""The height of a row, in millimetres, that has room for two lines of the smallest letters."""


@dataclass(frozen=True, slots=True)
class Column:
    """``width`` in millimetres; ``tries``: the styles that a text may take, the wanted one first."""

    title: str
    width: float
    tries: Tries
    align: Align = Align.START
    gap: float = 2.0


def column(title: str, width: float, style: Style, align: Align = Align.START, *, lines: int = 2) -> Column:
    """A column whose texts shrink to 6.5 points before anything is cut; ``lines`` they may then take."""
    smaller = Style(style.cut, max(6.5, style.size - 1.2), style.ink)
    least = Style(style.cut, 6.5, style.ink)
    gap = 3.6 if align is Align.END else 2.0
    return Column(title, width, ((style, 1), (smaller, 1), (least, lines)), align, gap)


@dataclass(frozen=True, slots=True)
class Table:
    """A table that begins at ``left``, with rows ``row_height`` millimetres high."""

    desk: PaperDesk
    columns: Sequence[Column]
    row_height: float
    left: float

    @property
    def right(self) -> float:
        """Where its lines end."""
        return self.left + sum(one.width for one in self.columns)

    def places(self) -> list[float]:
        """Where the columns begin."""
        places, x = [], self.left
        for one in self.columns:
            places.append(x)
            x += one.width
        return places

    def blocks(self, rows: Sequence[Sequence[str]]) -> list[Block]:
        """Its blocks; the head comes again on every sheet."""
        head = Block(HEAD, self.draw_head, keep=True)
        blocks = [head]
        for number, row in enumerate(rows, start=1):
            ends = number == len(rows)
            weight = BODY if ends else PART if number % 5 == 0 else FINE
            blocks.append(Block(self.row_height, partial(self.draw_row, row, weight), head=head))
        return blocks

    def draw_head(self, pen: Pen, y: float) -> None:
        """The titles of the columns over a rule."""
        style = self.desk.look.head
        for one, x in zip(self.columns, self.places(), strict=True):
            pen.text(_at(one, x), y + 4.6, style.fit(one.title, one.width - one.gap)[0], style, one.align)
        pen.rules([(self.left, self.right, y + HEAD)], BODY, INK)

    def draw_row(self, row: Sequence[str], weight: float, pen: Pen, y: float) -> None:
        """A row over a rule ``weight`` points thick."""
        for one, x, text in zip(self.columns, self.places(), row, strict=True):
            if text:
                self._draw_cell(pen, one, x, y, text)
        pen.rules([(self.left, self.right, y + self.row_height)], weight, INK if weight == BODY else HAIR)

    def _draw_cell(self, pen: Pen, one: Column, x: float, y: float, text: str) -> None:
        tries = (
            one.tries if self.row_height >= _TWO_LINES else tuple((style, 1) for style, _most in one.tries)
        )
        lines, style = self.desk.label(text, tries, one.width - one.gap, one.title)
        leading = min(style.size * 0.42, self.row_height * 0.46)
        base = y + self.row_height / 2 + style.size * 0.125 - (leading / 2 + 0.02) * (len(lines) - 1)
        for line in lines:
            pen.text(_at(one, x), base, line, style, one.align)
            base += leading


def _at(one: Column, x: float) -> float:
    """Where a text of the column stands, by its side."""
    room = one.width - one.gap
    return x + (room if one.align is Align.END else room / 2 if one.align is Align.MIDDLE else 0.0)
