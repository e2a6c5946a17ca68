"""The table on the screen: where somebody is, its two editors, the mouse. Keys are in ``keys``."""

from collections.abc import Iterable

from PySide6.QtCore import QEvent, QItemSelectionModel, QRect, Qt, QTimer, Signal
from PySide6.QtGui import QFocusEvent, QKeyEvent, QMouseEvent, QPainter, QPaintEvent, QResizeEvent
from PySide6.QtWidgets import QAbstractItemView, QFrame, QHeaderView, QTableView, QWidget

from resources.words import Words
from ui.report_cards.remarks.book import RemarkBook
from ui.report_cards.remarks.columns import Kind
from ui.report_cards.remarks.editors import Editors
from ui.report_cards.remarks.keys import RemarkKeys
from ui.report_cards.remarks.model import RemarkModel
from ui.report_cards.remarks.paint import paint_cell, paint_frame, paint_tick
from ui.widgets.base import identify
from ui.widgets.sheet.area import Cell
from ui.widgets.table.head import ColumnHead, RowHead

ROW = 44
_NAMES, _NAMES_COMPACT = 174, 160
_TICK_MS = 2000
_BY_KEYS = (Qt.FocusReason.TabFocusReason, Qt.FocusReason.BacktabFocusReason)


class RemarkGrid(QTableView):
    """The cells with frozen names.

    ``entered(Cell, str)``: a text to take. ``barred(Cell)``: somebody typed where nothing can be typed.
    ``dropped(Cell)``: give up what was refused there. ``moved``: another cell is current or lies elsewhere.
    """

    entered = Signal(object, str)
    barred = Signal(object)
    dropped = Signal(object)
    moved = Signal()

    def __init__(self, words: Words, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        identify(self, "report_cards.remarks.table", words.tr("Remarks of the class"))
        self.words = words
        self.book: RemarkBook | None = None
        self._current = Cell(0, 0)
        self._ticked: set[Cell] = set()
        self._model = RemarkModel(self)
        self._head = ColumnHead((), self)
        self._head.lined = True
        self._names = RowHead(words.tr("Pupil"), self, _NAMES)
        self.editors = Editors(words, self)
        self._keys = RemarkKeys(self)
        self._clock = QTimer(self, singleShot=True, interval=_TICK_MS)
        self._clock.timeout.connect(self._untick)
        self._set_up()

    def _set_up(self) -> None:
        self.setFrameShape(QFrame.Shape.NoFrame)
        self.setShowGrid(False)
        self.setCornerButtonEnabled(False)
        self.setTabKeyNavigation(False)  # it would take the hiding of an editor for a Tab
        self.setHorizontalHeader(self._head)
        self.setVerticalHeader(self._names)
        self.setModel(self._model)
        self.setSelectionMode(QAbstractItemView.SelectionMode.NoSelection)
        self.setEditTriggers(QAbstractItemView.EditTrigger.NoEditTriggers)
        self.setVerticalScrollMode(QAbstractItemView.ScrollMode.ScrollPerPixel)
        self.setHorizontalScrollMode(QAbstractItemView.ScrollMode.ScrollPerPixel)
        self._names.setSectionResizeMode(QHeaderView.ResizeMode.Fixed)
        self._names.setMinimumSectionSize(ROW)
        self._names.setDefaultSectionSize(ROW)
        self.editors.key.connect(self._keys.press_in_editor)
        self.editors.left.connect(self.commit)
        self.editors.level_chosen.connect(self.entered)
        self.horizontalScrollBar().valueChanged.connect(lambda _at: self._scrolled())
        self.verticalScrollBar().valueChanged.connect(lambda _at: self._scrolled())

    def set_compact(self, compact: bool) -> None:
        """Narrower names in a small window."""
        self._names.setFixedWidth(_NAMES_COMPACT if compact else _NAMES)
        self._fit()

    # -- What is shown ------------------------------------------------------------------------------

    def set_book(self, book: RemarkBook | None) -> None:
        """Show a table, at its first cell."""
        self.cancel()
        self.book = book
        self._ticked.clear()
        self._model.set_book(book)
        self._head.set_columns(tuple(one.column for one in book.columns) if book is not None else ())
        self._current = Cell(0, 0)
        self._fit()
        self.viewport().update()

    def reloaded(self) -> None:
        """The book has the same table with newer texts, or other rows."""
        book = self.book
        if book is None:
            return
        if (book.extent.rows, book.extent.columns) != (self._model.rowCount(), self._model.columnCount()):
            at = self._current
            self.set_book(book)
            if book.extent.rows:
                self.go(book.extent.clip(*at))
        self.refresh_cells()

    def refresh_cells(self) -> None:
        """Cells say something else now."""
        self._model.changed()
        self.viewport().update()
        self._names.viewport().update()

    def tick(self, cells: Iterable[Cell]) -> None:
        """Show for two seconds that these cells are stored."""
        self._ticked.update(cells)
        self._clock.start()
        self.viewport().update()

    def _untick(self) -> None:
        self._ticked.clear()
        self.viewport().update()

    def _fit(self) -> None:
        """Give the columns their widths; the remarks share what is left."""
        if self.book is None:
            return
        columns = [one.column for one in self.book.columns]
        spare = max(0, self.viewport().width() - sum(column.width for column in columns))
        shares = sum(column.stretch for column in columns)
        for place, column in enumerate(columns):
            self.setColumnWidth(place, column.width + (spare * column.stretch // shares if shares else 0))
        self._scrolled()

    # -- Where somebody is --------------------------------------------------------------------------

    @property
    def current(self) -> Cell:
        """The cell with the frame."""
        return self._current

    def go(self, cell: Cell) -> None:
        """Make a cell current and bring it into sight."""
        self._current = cell
        index = self._model.index(cell.row, cell.column)
        self.selectionModel().setCurrentIndex(index, QItemSelectionModel.SelectionFlag.NoUpdate)
        self.scrollTo(index)
        self._names.set_current(cell.row)
        self._head.set_current(cell.column)
        self.viewport().update()
        self.moved.emit()

    def cell_rect(self, cell: Cell) -> QRect:
        """Where a cell lies in the viewport."""
        return self.visualRect(self._model.index(cell.row, cell.column))

    def kind(self, cell: Cell) -> Kind | None:
        """What the column of a cell takes."""
        return self.book.columns[cell.column].kind if self.book is not None else None

    def _scrolled(self) -> None:
        self.editors.follow(self._current)
        self.moved.emit()

    # -- Editing ------------------------------------------------------------------------------------

    def begin(self, typed: str | None = None) -> None:
        """Edit the current cell, on its text or with ``typed`` in its place; a level opens its choices."""
        book = self.book
        if book is None or not book.extent.rows:
            return
        if not book.takes(self._current):
            self.barred.emit(self._current)
            return
        self.editors.begin(book, self._current, typed)
        self.moved.emit()

    def editing(self) -> bool:
        """Whether something is being typed."""
        return self.editors.open() is not None

    def commit(self) -> None:
        """Take what is being typed."""
        cell, text = self._current, self.editors.close()
        if text is not None:
            self.moved.emit()
            self.entered.emit(cell, text)

    def cancel(self) -> None:
        """Leave the cell as it was."""
        if self.editors.close() is not None:
            self.moved.emit()

    # -- Keys, mouse, painting ----------------------------------------------------------------------

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """The keys of the table; what is none of them goes on."""
        if not self._keys.press(event):
            event.ignore()

    def event(self, event: QEvent) -> bool:
        """Tab moves within the table until its last cell, Shift+Tab until its first."""
        tabs = (Qt.Key.Key_Tab, Qt.Key.Key_Backtab)
        if isinstance(event, QKeyEvent) and event.type() == QEvent.Type.KeyPress and event.key() in tabs:
            back = event.key() == Qt.Key.Key_Backtab
            if not event.modifiers() & Qt.KeyboardModifier.ControlModifier and self._tab_stays(back=back):
                self._keys.tab(-1 if back else 1)
                return True
        return super().event(event)

    def _tab_stays(self, *, back: bool) -> bool:
        book = self.book
        if book is None or not book.extent.rows:
            return False
        edge = Cell(0, 0) if back else Cell(book.extent.rows - 1, book.extent.columns - 1)
        return self._current != edge

    def mousePressEvent(self, event: QMouseEvent) -> None:
        """A press makes the cell current; what was being typed is taken."""
        index = self.indexAt(event.position().toPoint())
        self.commit()
        if index.isValid():
            self.go(Cell(index.row(), index.column()))
        event.accept()

    def mouseDoubleClickEvent(self, event: QMouseEvent) -> None:
        """A second press edits it."""
        if self.indexAt(event.position().toPoint()).isValid():
            self.begin()

    def focusInEvent(self, event: QFocusEvent) -> None:
        """Show the frame."""
        super().focusInEvent(event)
        if self.book is not None and self.book.extent.rows and event.reason() in _BY_KEYS:
            self.go(self._current)
        self.viewport().update()

    def focusOutEvent(self, event: QFocusEvent) -> None:
        """The frame turns grey."""
        super().focusOutEvent(event)
        self.viewport().update()

    def resizeEvent(self, event: QResizeEvent) -> None:
        """Share the new width."""
        super().resizeEvent(event)
        self._fit()

    def paintEvent(self, event: QPaintEvent) -> None:
        """Draw what shows in one pass."""
        book = self.book
        if book is None or not book.extent.rows:
            return
        painter = QPainter(self.viewport())
        rtl = self.isRightToLeft()
        for cell in self._cells_in_sight():
            rect = self.cell_rect(cell)
            column = book.columns[cell.column]
            paint_cell(
                painter,
                rect,
                column.kind,
                book.text(cell),
                book.draft(cell),
                editable=column.editable,
                rtl=rtl,
            )
            if cell in self._ticked:
                paint_tick(painter, rect, self.devicePixelRatioF(), rtl=rtl)
        paint_frame(painter, self.cell_rect(self._current), focused=self.hasFocus() or self.editing())

    def _cells_in_sight(self) -> Iterable[Cell]:
        """The cells that show, row by row."""
        port, book = self.viewport().rect(), self.book
        if book is None:
            return
        first, last = self.rowAt(0), self.rowAt(port.bottom())
        last = book.extent.rows - 1 if last < 0 else last
        for row in range(max(0, first), last + 1):
            for column in range(book.extent.columns):
                if self.cell_rect(Cell(row, column)).intersects(port):
                    yield Cell(row, column)
