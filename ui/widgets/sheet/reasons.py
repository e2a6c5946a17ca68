"""Which reasons show beside their cells, and where."""

from typing import Any, Final

from PySide6.QtCore import QObject, QPoint, QRect, QTimer
from PySide6.QtWidgets import QWidget

from ui.widgets.base import announce
from ui.widgets.sheet.area import Cell
from ui.widgets.sheet.reason import ReasonBubble
from ui.widgets.sheet.typed import TypedTable

MOST: Final = 3
"""With more refused cells in sight only the one where somebody is says why; the others wait their turn."""
TOLD_MS: Final = 4000
_BESIDE: Final = 27


class Reasons(QObject):
    """Bubbles over ``host`` for the refused cells of ``table`` that show, and a passing word at any cell."""

    def __init__(self, table: TypedTable[Any], host: QWidget, name: str, *, yields: bool = False) -> None:
        """``name`` of each bubble; ``yields``: none shows while something is typed, the editor is large."""
        super().__init__(table)
        self._table, self._host, self._yields = table, host, yields
        self._bubbles = [ReasonBubble(host, name) for _ in range(MOST)]
        self._word = ReasonBubble(host, name)
        self._told: tuple[Cell, str] | None = None
        self._clock = QTimer(self, singleShot=True, interval=TOLD_MS)
        self._clock.timeout.connect(self._forget)
        table.scrolled.connect(self.update)
        table.moved.connect(self._moved)

    def tell(self, cell: Cell, text: str) -> None:
        """Say something at a cell for a moment: why nothing can be typed there."""
        self._told = (cell, text)
        announce(self._table, text)
        self._clock.start()
        self.update()

    def told(self) -> str:
        """What is being said for a moment."""
        return self._told[1] if self._told is not None else ""

    def bubbles(self) -> list[ReasonBubble]:
        """The bubbles of refused cells, seen or not."""
        return list(self._bubbles)

    def shown(self) -> list[str]:
        """The reasons that show."""
        return [bubble.text() for bubble in self._bubbles if bubble.isVisible()]

    def update(self) -> None:
        """Put every bubble where its cell is now."""
        quiet = self._yields and self._table.editing()
        cells = [] if quiet else self._cells()
        for bubble, cell in zip(self._bubbles, [*cells, *[None] * MOST], strict=False):
            self._put(bubble, cell)
        if self._told is None or quiet or not self._table.filled():
            self._word.hide()
        else:
            cell, text = self._told
            self._word.place(text, self._rect(cell), self._room(), None, bad=False)

    def _put(self, bubble: ReasonBubble, cell: Cell | None) -> None:
        book = self._table.book
        draft = book.draft(cell) if book is not None and cell is not None else None
        if cell is None or draft is None or (self._told is not None and self._told[0] == cell):
            bubble.hide()
            return
        here = self._table.current
        avoid = self._rect(here) if here.row == cell.row and here != cell else None
        bubble.place(draft.reason, self._rect(cell), self._room(), avoid)

    def _cells(self) -> list[Cell]:
        """The refused cells in sight that say why, one a row."""
        table, book = self._table, self._table.book
        in_sight: dict[int, Cell] = {}
        for cell in book.refused() if book is not None else ():
            if self._in_sight(cell) and (cell.row not in in_sight or cell == table.current):
                in_sight[cell.row] = cell
        if len(in_sight) > MOST:
            here = in_sight.get(table.current.row)
            return [here if here is not None else in_sight[min(in_sight)]]
        return list(in_sight.values())

    def _in_sight(self, cell: Cell) -> bool:
        """Whether all of the row shows, and some of the cell."""
        room, rect = self._table.pinned.room(cell.column), self._table.cell_rect(cell)
        whole_row = room.top() <= rect.top() and rect.bottom() - 1 <= room.bottom()
        return whole_row and rect.left() < room.right() and rect.right() > room.left()

    def _rect(self, cell: Cell) -> QRect:
        table = self._table
        rect = table.cell_rect(cell).intersected(table.pinned.room(cell.column))
        return QRect(table.viewport().mapTo(self._host, rect.topLeft()), rect.size())

    def _room(self) -> QRect:
        """Where bubbles may lie: over the table, its scroll bar and the gap beside it."""
        port = self._table.viewport()
        left = port.mapTo(self._host, QPoint(0, 0)).x()
        room = QRect(left, 0, port.width(), self._host.height())
        before, after = (_BESIDE, 0) if self._table.isRightToLeft() else (0, _BESIDE)
        return room.adjusted(-before, 0, after, 0).intersected(self._host.rect())

    def _moved(self) -> None:
        if self._told is not None and self._told[0] != self._table.current:
            self._told = None
        self.update()

    def _forget(self) -> None:
        self._told = None
        self.update()
