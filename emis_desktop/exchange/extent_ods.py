"""How large the sheets of an OpenDocument spreadsheet become: one row or cell may stand for a million."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass

from emis_desktop.exchange.archives import TooMuchError

_ELEMENT = re.compile(rb"<table:(table|table-row|table-cell|covered-table-cell)(?=[\s/>])([^>]*)>")
_COLUMNS = re.compile(rb"""number-columns-repeated\s*=\s*["']([0-9]{1,18})["']""")
_ROWS = re.compile(rb"""number-rows-repeated\s*=\s*["']([0-9]{1,18})["']""")
_VALUE = re.compile(rb"(?:value|formula)")


@dataclass(slots=True)
class _Sheets:
    """What was seen so far. ``row`` counts the rows up to the open one, ``column`` the cells in it."""

    most_cells: int
    most_text: int
    before: int = 0
    row: int = 0
    repeat: int = 1
    column: int = 0
    widest: int = 0
    lowest: int = 0
    text: int = 0
    holds: int = 0
    """How often the text of the open cell stands; 0 when it holds none."""

    def element(self, name: bytes, attributes: bytes) -> None:
        if name == b"table":
            self.before += self.widest * self.lowest
            self.row = self.column = self.widest = self.lowest = 0
        elif name == b"table-row":
            self.repeat = _times(_ROWS, attributes)
            self.row, self.column = self.row + self.repeat, 0
        else:
            times = _times(_COLUMNS, attributes)
            self.column += times
            filled = not attributes.endswith(b"/") or _VALUE.search(attributes)
            self.holds = times * self.repeat if filled else 0
            if filled:
                self.widest = max(self.widest, self.column)
                self.lowest = max(self.lowest, self.row)
        if self.before + self.widest * self.lowest > self.most_cells:
            raise TooMuchError

    def content(self, length: int) -> None:
        self.text += length * self.holds
        if self.text > self.most_text:
            raise TooMuchError


def check_sheets(pieces: Iterator[bytes], most_cells: int, most_text: int) -> None:
    """Raise :class:`TooMuchError` when the sheets hold more cells or, repeated, more bytes of text."""
    seen = _Sheets(most_cells, most_text)
    for piece in pieces:
        end = 0
        for found in _ELEMENT.finditer(piece):
            seen.content(found.start() - end)
            seen.element(found[1], found[2])
            end = found.end()
        seen.content(len(piece) - end)


def _times(repeated: re.Pattern[bytes], attributes: bytes) -> int:
    found = repeated.search(attributes)
    return int(found[1]) if found else 1
