"""A table under frozen heads: what lies where, which cell is current, what is chosen."""

from collections.abc import Sequence
from typing import Generic

from PySide6.QtCore import QEvent, QModelIndex, QPersistentModelIndex, QPoint, QRect, Signal
from PySide6.QtGui import QResizeEvent
from PySide6.QtWidgets import QAbstractItemView, QFrame, QHeaderView, QTableView

from ui.widgets.sheet.area import Area, Cell
from ui.widgets.sheet.fitting import names_width
from ui.widgets.sheet.head import PinnedHead
from ui.widgets.sheet.model import AnyBook, BookModel
from ui.widgets.sheet.pinned import Pinned
from ui.widgets.sheet.ticks import Ticks
from ui.widgets.table.head import RowHead

FIRST = Cell(0, 0)


class SheetTable(QTableView, Generic[AnyBook]):
    """The cells of a book under frozen heads; a subclass says how wide its columns are and draws the cells.

    ``moved``: another cell is current, or another area chosen. ``scrolled``: things lie elsewhere on the
    screen.
    """

    moved = Signal()
    scrolled = Signal()

    def __init__(
        self, model: BookModel[AnyBook], head: PinnedHead[AnyBook], names: str, row_height: int
    ) -> None:
        """``names`` is the title over the names; ``row_height`` in pixels."""
        super().__init__()
        self.book: AnyBook | None = None
        self._current = self._corner = FIRST
        self._model = model
        self.pinned = Pinned(self)
        self.ticks = Ticks(self)
        self.head = head
        self.head.pinned = self.pinned
        self.names = RowHead(names, self)
        self.names_least = self.names.width()
        self._set_up()
        self.set_row_height(row_height)

    def _set_up(self) -> None:
        self._model.setParent(self)
        self.setFrameShape(QFrame.Shape.NoFrame)
        self.setShowGrid(False)
        self.setCornerButtonEnabled(False)
        self.setHorizontalHeader(self.head)
        self.setVerticalHeader(self.names)
        self.setModel(self._model)
        self.setSelectionMode(QAbstractItemView.SelectionMode.NoSelection)
        self.setEditTriggers(QAbstractItemView.EditTrigger.NoEditTriggers)
        self.setVerticalScrollMode(QAbstractItemView.ScrollMode.ScrollPerPixel)
        self.setHorizontalScrollMode(QAbstractItemView.ScrollMode.ScrollPerPixel)
        self.names.setSectionResizeMode(QHeaderView.ResizeMode.Fixed)
        self.horizontalScrollBar().valueChanged.connect(self._scrolled_along)
        self.verticalScrollBar().valueChanged.connect(self.scrolled)
        self.head.geometriesChanged.connect(self.scrolled)
        self.ticks.changed.connect(self.viewport().update)

    def set_row_height(self, height: int) -> None:
        """Give every row this height."""
        self.row_height = height
        self.names.setMinimumSectionSize(height)
        self.names.setDefaultSectionSize(height)

    def _scrolled_along(self) -> None:
        if self.pinned.places:  # what is held was moved along with the picture of the rest
            self.viewport().update()
            self.head.viewport().update()
        self.scrolled.emit()

    # -- What is shown ------------------------------------------------------------------------------

    def set_book(self, book: AnyBook | None, at: Cell = FIRST) -> None:
        """Show a book, or the same one with other rows or columns, with the current cell at ``at``."""
        self.book = book
        self.ticks.clear()
        self._model.set_book(book)
        self.head.set_book(book)
        self.fit()
        self.updateGeometries()  # else the scroll bars still have the lengths of the book before
        if book is not None and book.extent.rows and book.extent.columns:
            self.go(book.extent.clip(*at))
        self.viewport().update()

    def widths(self, book: AnyBook, room: int) -> Sequence[int]:
        """The widths of the columns of ``book`` in ``room`` pixels."""
        raise NotImplementedError

    def fit(self) -> None:
        """Give the names and the columns their widths, as the names are now."""
        if self.book is not None:
            self.names.viewport().update()
            total, needed = self.viewport().width() + self.names.width(), sum(self.widths(self.book, 0))
            names = names_width(self.names_least, self.names.wanted(), total, needed)
            if names != self.names.width():
                self.names.setFixedWidth(names)
                self.updateGeometries()
            for place, width in enumerate(self.widths(self.book, self.viewport().width())):
                self.setColumnWidth(place, width)
            self.scrolled.emit()

    def refresh_cells(self) -> None:
        """Cells say something else now; heads, editor and place stay."""
        self._model.changed()
        self.viewport().update()

    # -- Where somebody is --------------------------------------------------------------------------

    @property
    def current(self) -> Cell:
        """The current cell."""
        return self._current

    @property
    def area(self) -> Area:
        """What is chosen: the current cell, or more around it."""
        return Area.between(self._current, self._corner)

    @property
    def corner(self) -> Cell:
        """The end of the chosen area away from the current cell."""
        return self._corner

    def go(self, cell: Cell, *, extend: bool = False) -> None:
        """Make a cell current, or stretch the chosen area to it, and bring it into sight."""
        self._corner = cell
        if not extend:
            self._current = cell
            self.setCurrentIndex(self._model.index(*cell))
            self.head.set_current(cell.column)
            self.names.set_current(cell.row)
        self.scrollTo(self._model.index(*cell))
        self.viewport().update()
        self.moved.emit()

    def choose(self, area: Area) -> None:
        """Choose an area; its first cell becomes the current one."""
        self.go(Cell(area.top, area.left))
        self._corner = Cell(area.bottom, area.right)
        self.viewport().update()
        self.moved.emit()

    # -- What lies where ----------------------------------------------------------------------------

    def cell_rect(self, cell: Cell) -> QRect:
        """Where a cell lies in the viewport, seen or not."""
        x, y = self.pinned.x(cell.column), self.rowViewportPosition(cell.row)
        return QRect(x, y, self.columnWidth(cell.column), self.row_height)

    def cell_at(self, point: QPoint) -> Cell | None:
        """The cell at a point of the viewport."""
        row, column = self.rowAt(point.y()), self.pinned.at(point.x())
        return Cell(row, column) if row >= 0 and column >= 0 else None

    def visualRect(self, index: QModelIndex | QPersistentModelIndex) -> QRect:
        """Where a cell lies, for screen readers."""
        return self.cell_rect(Cell(index.row(), index.column())) if index.isValid() else QRect()

    def indexAt(self, point: QPoint) -> QModelIndex:
        """The cell at a point, for tooltips and screen readers."""
        cell = self.cell_at(point)
        return QModelIndex() if cell is None else self._model.index(*cell)

    def scrollTo(
        self,
        index: QModelIndex | QPersistentModelIndex,
        hint: QAbstractItemView.ScrollHint = QAbstractItemView.ScrollHint.EnsureVisible,
    ) -> None:
        """Bring a cell into sight beside the columns that are held; for one of these nothing moves along."""
        along = self.horizontalScrollBar()
        before, held = along.value(), index.column() in self.pinned.held()
        super().scrollTo(index, hint)
        if held:
            along.setValue(before)
            return
        rect, room = self.visualRect(index), self.pinned.room(index.column())
        hidden = room.left() - rect.left() if self.isRightToLeft() else rect.right() - room.right()
        if hidden > 0 and room != self.viewport().rect():
            along.setValue(along.value() + hidden)

    def resizeEvent(self, event: QResizeEvent) -> None:
        """Share the new width."""
        super().resizeEvent(event)
        self.fit()

    def changeEvent(self, event: QEvent) -> None:
        """Lay the columns out again when the direction or the font changes."""
        super().changeEvent(event)
        if event.type() in (QEvent.Type.LayoutDirectionChange, QEvent.Type.FontChange) and self.book:
            self.fit()
