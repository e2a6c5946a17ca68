"""The mouse over a sheet: choosing by drag, the fill handle, scrolling on at the edges."""

from typing import TYPE_CHECKING

from PySide6.QtCore import QObject, QPoint, Qt, QTimer
from PySide6.QtGui import QCursor, QMouseEvent

from ui.marks.paint import HANDLE
from ui.widgets.sheet.area import Cell

if TYPE_CHECKING:
    from ui.marks.grid import Grid

_SCROLL_MS = 40


class SheetMouse(QObject):
    """What the mouse does to ``grid``."""

    def __init__(self, grid: "Grid") -> None:
        super().__init__(grid)
        self._grid = grid
        self._dragging = ""
        self._scroll = QTimer(self, interval=_SCROLL_MS)
        self._scroll.timeout.connect(self._scroll_on)

    def press(self, event: QMouseEvent) -> None:
        """Go to a cell, stretch the area with Shift, or take the fill handle."""
        if event.button() != Qt.MouseButton.LeftButton:
            return
        grid, point = self._grid, event.position().toPoint()
        handle = self._on_handle(point)
        grid.commit()
        cell = grid.cell_at(point)
        if handle:
            self._dragging = "fill"
            grid.set_filling(grid.area)
        elif cell is not None:
            self._dragging = "area"
            grid.keys.steps.forget_run()
            grid.go(cell, extend=bool(event.modifiers() & Qt.KeyboardModifier.ShiftModifier))

    def move(self, event: QMouseEvent) -> None:
        """Stretch the area or the filling; show a cross over the fill handle."""
        point, port = event.position().toPoint(), self._grid.viewport()
        if not self._dragging:
            on_handle = self._on_handle(point)
            port.setCursor(Qt.CursorShape.CrossCursor if on_handle else Qt.CursorShape.ArrowCursor)
            return
        self._drag_to(point)
        if port.rect().contains(point):
            self._scroll.stop()
        elif not self._scroll.isActive():
            self._scroll.start()

    def release(self) -> None:
        """End a drag; the fill handle repeats what it was dragged from."""
        dragged, self._dragging = self._dragging, ""
        self._scroll.stop()
        grid = self._grid
        source, reach = grid.area, grid.filling()
        grid.set_filling(None)
        if dragged == "fill" and reach is not None and reach != source:
            grid.fill_asked.emit(source, reach)
            grid.choose(reach)

    def double(self, event: QMouseEvent) -> None:
        """Edit the cell under the mouse."""
        cell = self._grid.cell_at(event.position().toPoint())
        if event.button() == Qt.MouseButton.LeftButton and cell is not None:
            self._dragging = ""
            self._grid.go(cell)
            self._grid.begin()

    def _on_handle(self, point: QPoint) -> bool:
        grid = self._grid
        if grid.book is None or not grid.book.extent.rows or not grid.book.takes(grid.current):
            return False
        end = grid.cell_rect(Cell(grid.area.bottom, grid.area.right))
        corner = QPoint(end.left() if grid.isRightToLeft() else end.right(), end.bottom())
        return (point - corner).manhattanLength() <= HANDLE

    def _nearest(self, point: QPoint) -> Cell:
        """The cell at a point, or nearest to it when the mouse has left the grid."""
        grid, port = self._grid, self._grid.viewport().rect()
        x = max(port.left(), min(point.x(), port.right()))
        y = max(port.top(), min(point.y(), port.bottom()))
        row, column = grid.rowAt(y), grid.pinned.at(x)
        model = grid.model()
        return Cell(
            row if row >= 0 else model.rowCount() - 1, column if column >= 0 else model.columnCount() - 1
        )

    def _drag_to(self, point: QPoint) -> None:
        grid, cell = self._grid, self._nearest(point)
        if self._dragging == "fill":
            grid.set_filling(grid.area.stretched_to(cell))
            grid.scrollTo(grid.model().index(*cell))
        elif cell != grid.corner:
            grid.go(cell, extend=True)

    def _scroll_on(self) -> None:
        grid = self._grid
        point, port = grid.viewport().mapFromGlobal(QCursor.pos()), grid.viewport().rect()
        step = grid.row_height // 2
        down = step if point.y() > port.bottom() else -step if point.y() < port.top() else 0
        along = step if point.x() > port.right() else -step if point.x() < port.left() else 0
        for bar, way in (
            (grid.verticalScrollBar(), down),
            (grid.horizontalScrollBar(), -along if grid.isRightToLeft() else along),
        ):
            bar.setValue(bar.value() + way)
        self._drag_to(point)
