"""Which reasons show beside their cells, and where."""

from PySide6.QtCore import QObject, QPoint, QRect, QTimer
from PySide6.QtWidgets import QWidget

from ui.marks.grid import Grid
from ui.widgets.base import announce
from ui.widgets.sheet.area import Cell
from ui.widgets.sheet.reason import ReasonBubble

MOST = 3
"""With more refused cells in sight only the one where somebody is says why; the others wait their turn."""
TOLD_MS = 4000
_BESIDE = 27
_NAME = "marks.sheet.reason"


class Reasons(QObject):
    """Bubbles over ``host`` for the refused cells of ``grid`` that show, and a passing word at any cell."""

    def __init__(self, grid: Grid, host: QWidget) -> None:
        super().__init__(grid)
        self._grid, self._host = grid, host
        self._bubbles = [ReasonBubble(host, _NAME) for _ in range(MOST)]
        self._word = ReasonBubble(host, _NAME)
        self._told: tuple[Cell, str] | None = None
        self._clock = QTimer(self, singleShot=True, interval=TOLD_MS)
        self._clock.timeout.connect(self._forget)
        grid.scrolled.connect(self.update)
        grid.moved.connect(self._moved)

    def tell(self, cell: Cell, text: str) -> None:
        """Say something at a cell for a moment: why nothing can be typed there."""
        self._told = (cell, text)
        announce(self._grid, text)
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
        cells = self._cells()
        for bubble, cell in zip(self._bubbles, [*cells, *[None] * MOST], strict=False):
            self._put(bubble, cell)
        if self._told is None:
            self._word.hide()
        else:
            cell, text = self._told
            self._word.place(text, self._rect(cell), self._room(), None, bad=False)

    def _put(self, bubble: ReasonBubble, cell: Cell | None) -> None:
        book = self._grid.book
        draft = book.draft(cell) if book is not None and cell is not None else None
        if cell is None or draft is None:
            bubble.hide()
            return
        here = self._grid.current
        avoid = self._rect(here) if here.row == cell.row and here != cell else None
        bubble.place(draft.reason, self._rect(cell), self._room(), avoid)

    def _cells(self) -> list[Cell]:
        """The refused cells in sight that say why, one a row."""
        grid, book = self._grid, self._grid.book
        if book is None or not book.drafts:
            return []
        in_sight: dict[int, Cell] = {}
        for key in book.drafts:
            cell = book.place_of(key)
            if cell is None or not self._in_sight(cell):
                continue
            if cell.row not in in_sight or cell == grid.current:
                in_sight[cell.row] = cell
        if len(in_sight) > MOST:
            here = in_sight.get(grid.current.row)
            return [here if here is not None else in_sight[min(in_sight)]]
        return list(in_sight.values())

    def _in_sight(self, cell: Cell) -> bool:
        """Whether all of the row shows, and some of the cell."""
        port, rect = self._grid.viewport().rect(), self._grid.cell_rect(cell)
        whole_row = port.top() <= rect.top() and rect.bottom() - 1 <= port.bottom()
        return whole_row and rect.left() < port.right() and rect.right() > port.left()

    def _rect(self, cell: Cell) -> QRect:
        rect = self._grid.cell_rect(cell).intersected(self._grid.viewport().rect())
        return QRect(self._grid.viewport().mapTo(self._host, rect.topLeft()), rect.size())

    def _room(self) -> QRect:
        """Where bubbles may lie: over the grid, its scroll bar and the gap beside it."""
        port = self._grid.viewport()
        left = port.mapTo(self._host, QPoint(0, 0)).x()
        room = QRect(left, 0, port.width(), self._host.height())
        before, after = (_BESIDE, 0) if self._grid.isRightToLeft() else (0, _BESIDE)
        return room.adjusted(-before, 0, after, 0).intersected(self._host.rect())

    def _moved(self) -> None:
        if self._told is not None and self._told[0] != self._grid.current:
            self._told = None
        self.update()

    def _forget(self) -> None:
        self._told = None
        self.update()
