"""Columns that stay at the end of a table when it is scrolled sideways."""

from typing import Final

from PySide6.QtCore import QRect, Qt
from PySide6.QtWidgets import QTableView

LEAST_ROOM: Final = 130
"""Pixels that must be left beside the held columns; in less room all columns scroll."""


class Pinned:
    """Where the columns of ``table`` lie when those at ``places`` are held at its end.

    A column is held as long as its own place is farther on than the end of the table; once it has been
    scrolled to, it moves on with the others. The places lie side by side. Pixels are those of the viewport.
    """

    def __init__(self, table: QTableView) -> None:
        self._table = table
        self.places: tuple[int, ...] = ()

    def held(self) -> dict[int, int]:
        """The columns that lie elsewhere than their own place, with their x; empty when all fit."""
        table, held = self._table, dict[int, int]()
        port, rtl = table.viewport().width(), table.layoutDirection() == Qt.LayoutDirection.RightToLeft
        if port - sum(map(table.columnWidth, self.places)) < LEAST_ROOM:
            return held
        edge = 0 if rtl else port
        for place in reversed(self.places):
            wide, own = table.columnWidth(place), table.columnViewportPosition(place)
            if own >= edge if rtl else own + wide <= edge:
                break
            edge = edge + wide if rtl else edge - wide
            held[place] = edge - wide if rtl else edge
        return held

    def x(self, place: int) -> int:
        """Where a column begins."""
        found = self.held().get(place)
        return self._table.columnViewportPosition(place) if found is None else found

    def cover(self, held: dict[int, int]) -> QRect:
        """What ``held`` columns take of the viewport."""
        if not held:
            return QRect()
        left = min(held.values())
        width = sum(map(self._table.columnWidth, held))
        return QRect(left, 0, width, self._table.viewport().height())

    def room(self, place: int) -> QRect:
        """The part of the viewport in which a column shows: for one that scrolls, all but what is held."""
        port, held = self._table.viewport().rect(), self.held()
        if place in held:
            return self.cover(held)
        cover = self.cover(held)
        if cover.isEmpty():
            return port
        left = cover.left() <= port.left()
        return port.adjusted(cover.width(), 0, 0, 0) if left else port.adjusted(0, 0, -cover.width(), 0)

    def at(self, x: int) -> int:
        """The column at a place of the viewport; -1 for none."""
        for place, left in self.held().items():
            if left <= x < left + self._table.columnWidth(place):
                return place
        return self._table.columnAt(x)
