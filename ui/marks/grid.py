"""The grid of a sheet: where somebody is, the editor, and the mouse. The keys are in :mod:`ui.marks.keys`."""

from collections.abc import Iterable, Mapping

from PySide6.QtCore import QEvent, QPoint, QRect, Qt, QTimer, Signal
from PySide6.QtGui import (
    QFocusEvent,
    QInputMethodEvent,
    QKeyEvent,
    QMouseEvent,
    QPainter,
    QPaintEvent,
    QResizeEvent,
)
from PySide6.QtWidgets import QAbstractItemView, QApplication, QFrame, QHeaderView, QTableView, QWidget

from resources.words import Words
from ui.marks.area import Area, Cell
from ui.marks.book import SheetBook
from ui.marks.columns import Kind
from ui.marks.editor import CellEditor
from ui.marks.heads import SheetHead
from ui.marks.keys import SheetKeys
from ui.marks.model import SheetModel
from ui.marks.mouse import SheetMouse
from ui.marks.paint import Scene, Span, paint_scene
from ui.marks.widths import fitted
from ui.theme.active import colour
from ui.theme.tokens import Space
from ui.widgets.base import identify
from ui.widgets.table.head import RowHead

TICK_MS = 2000
_NAMES, _NAMES_COMPACT = 200, 187
_FIRST = Cell(0, 0)


class Grid(QTableView):
    """The cells of a sheet with frozen heads.

    ``entered(dict of Cell: text)``: texts to take. ``moved``: another cell is current, or another area
    chosen. ``barred(Cell)``: somebody typed where nothing can be typed. ``dropped(list of Cell)``: give up
    what was refused there. ``copy_asked(bool)``: copy, True to
    cut; ``paste_asked``; ``fill_asked(Area, Area)``: repeat the first over the second. ``scrolled`` when
    anything lies elsewhere on the screen.
    """

    entered = Signal(object)
    moved = Signal()
    barred = Signal(object)
    dropped = Signal(object)
    copy_asked = Signal(bool)
    paste_asked = Signal()
    fill_asked = Signal(object, object)
    scrolled = Signal()

    def __init__(self, words: Words, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        identify(self, "marks.sheet.grid", words.tr("Mark sheet"))
        self.words = words
        self.row_height = Space.row_type
        self.book: SheetBook | None = None
        self._compact = False
        self._current = self._corner = Cell(0, 0)
        self._ticked: dict[Cell, int] = {}
        self._filling: Area | None = None
        self._before_typing = self.area
        self._model = SheetModel(self)
        self.head = SheetHead(self)
        self.names = RowHead(words.tr("Name"), self, _NAMES)
        self.editor = CellEditor(self.viewport())
        self.keys = SheetKeys(self)
        self.mouse = SheetMouse(self)
        self._set_up()
        self._clock = QTimer(self, singleShot=True, interval=TICK_MS)
        self._clock.timeout.connect(self._untick)

    def _set_up(self) -> None:
        self.setFrameShape(QFrame.Shape.NoFrame)
        self.setShowGrid(False)
        self.setCornerButtonEnabled(False)
        self.setTabKeyNavigation(True)
        self.setHorizontalHeader(self.head)
        self.setVerticalHeader(self.names)
        self.setModel(self._model)
        self.setSelectionMode(QAbstractItemView.SelectionMode.NoSelection)
        self.setEditTriggers(QAbstractItemView.EditTrigger.NoEditTriggers)
        self.setVerticalScrollMode(QAbstractItemView.ScrollMode.ScrollPerPixel)
        self.setHorizontalScrollMode(QAbstractItemView.ScrollMode.ScrollPerPixel)
        self.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAsNeeded)
        self.setAttribute(Qt.WidgetAttribute.WA_InputMethodEnabled)
        self.names.setSectionResizeMode(QHeaderView.ResizeMode.Fixed)
        self._set_row_height()
        self.editor.key.connect(self.keys.press_in_editor)
        self.editor.left.connect(self.commit)
        self.names.sectionPressed.connect(self._choose_row)
        self.head.sectionPressed.connect(self._choose_column)
        self.horizontalScrollBar().valueChanged.connect(self._moved_about)
        self.verticalScrollBar().valueChanged.connect(self._moved_about)
        self.head.geometriesChanged.connect(self.scrolled)

    def _set_row_height(self) -> None:
        self.row_height = Space.row_type_compact if self._compact else Space.row_type
        self.names.setMinimumSectionSize(self.row_height)
        self.names.setDefaultSectionSize(self.row_height)

    # -- What is shown ------------------------------------------------------------------------------

    def set_book(self, book: SheetBook | None, at: Cell = _FIRST) -> None:
        """Show a sheet, or the same one with other rows or columns, with the current cell at ``at``."""
        self.cancel()
        self.book = book
        self._ticked.clear()
        self._model.set_book(book)
        self.head.set_book(book)
        self.fit()
        if book is not None and book.extent.rows and book.extent.columns:
            self.go(book.extent.clip(*at))
        self.viewport().update()

    def set_compact(self, compact: bool) -> None:
        """Lower rows and shorter heads in a small window."""
        if compact != self._compact:
            self._compact = compact
            self._set_row_height()
            self.names.setFixedWidth(_NAMES_COMPACT if compact else _NAMES)
            self.head.set_compact(compact)
            self.fit()

    def fit(self) -> None:
        """Give the columns their widths."""
        if self.book is not None:
            for place, width in enumerate(fitted(self.book, self.viewport().width(), compact=self._compact)):
                self.setColumnWidth(place, width)
            self._moved_about()

    def refresh_cells(self) -> None:
        """Cells say something else now; heads, editor and place stay."""
        self._model.changed()
        self.viewport().update()

    def tick(self, cells: Iterable[Cell]) -> None:
        """Show for two seconds that these cells are stored."""
        self._ticked.update(dict.fromkeys(cells, 0))
        self._clock.start()
        self.viewport().update()

    def ticked(self) -> frozenset[Cell]:
        """The cells with a tick."""
        return frozenset(self._ticked)

    def _untick(self) -> None:
        self._ticked.clear()
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

    def _choose_row(self, row: int) -> None:
        items = self.item_places()
        if items:
            self.commit()
            self.choose(Area(row, items[0], row, items[-1]))
            self.setFocus(Qt.FocusReason.MouseFocusReason)

    def _choose_column(self, place: int) -> None:
        if self.book is not None and self.book.extent.rows:
            self.commit()
            self.choose(Area(0, place, self.book.extent.rows - 1, place))
            self.setFocus(Qt.FocusReason.MouseFocusReason)

    def item_places(self) -> list[int]:
        """The columns that hold marks."""
        columns = self.book.columns if self.book is not None else ()
        return [place for place, column in enumerate(columns) if column.kind is Kind.ITEM]

    def cell_rect(self, cell: Cell) -> QRect:
        """Where a cell lies in the viewport, seen or not."""
        return QRect(
            self.columnViewportPosition(cell.column),
            self.rowViewportPosition(cell.row),
            self.columnWidth(cell.column),
            self.row_height,
        )

    # -- Typing -------------------------------------------------------------------------------------

    def editing(self) -> bool:
        """Whether a cell is being typed in."""
        return self.editor.isVisible()

    def begin(self, typed: str | None = None) -> bool:
        """Open the editor on the current cell, on ``typed`` in place of what is there; False where barred."""
        book = self.book
        if book is None or not self._model.rowCount():
            return False
        if book.barrier(self._current):
            self.barred.emit(self._current)
            return False
        self.scrollTo(self._model.index(*self._current))
        self._before_typing, self._corner = self.area, self._current
        words = book.columns[self._current.column].kind is Kind.COMMENT
        name = f"{book.sheet.rows[self._current.row].name}, {book.columns[self._current.column].title}"
        self.editor.begin(self._editor_rect(), book.to_type(self._current), typed, name, words=words)
        self.viewport().update()
        self.moved.emit()
        return True

    def _editor_rect(self) -> QRect:
        return self.cell_rect(self._current).adjusted(1, 1, -2, -2)

    def chosen_before_typing(self) -> Area:
        """The area that was chosen when the editor opened."""
        return self._before_typing

    def commit(self) -> None:
        """Take what is typed; a text that was not touched changes nothing."""
        if not self.editing():
            return
        text, changed = self.editor.text(), self.editor.changed()
        self.cancel()
        if changed:
            self.entered.emit({self._current: text})

    def cancel(self) -> None:
        """Close the editor; the cell is as before."""
        if self.editing():
            had_focus = self.editor.hasFocus()
            self.editor.hide()
            if had_focus:
                self.setFocus(Qt.FocusReason.OtherFocusReason)
            self.viewport().update()

    def enter(self, texts: Mapping[Cell, str]) -> None:
        """Have texts taken."""
        if texts:
            self.entered.emit(dict(texts))

    # -- Events -------------------------------------------------------------------------------------

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """The sheet's keys; what is not one goes up to the window."""
        event.setAccepted(self.book is not None and self.keys.press(event))

    def inputMethodEvent(self, event: QInputMethodEvent) -> None:
        """Letters made of several keys begin to type too."""
        if (event.commitString() or event.preeditString()) and self.begin(""):
            QApplication.sendEvent(self.editor, event)

    def keyboardSearch(self, search: str) -> None:
        """Do nothing: letters type."""

    def focusInEvent(self, event: QFocusEvent) -> None:
        """Show where the keyboard is."""
        super().focusInEvent(event)
        self.viewport().update()

    def focusOutEvent(self, event: QFocusEvent) -> None:
        """The frame of the current cell goes grey."""
        super().focusOutEvent(event)
        self.viewport().update()

    def resizeEvent(self, event: QResizeEvent) -> None:
        """Share the new width."""
        super().resizeEvent(event)
        self.fit()

    def _moved_about(self) -> None:
        if self.editing():
            self.editor.setGeometry(self._editor_rect())
        self.scrolled.emit()

    # -- The mouse ----------------------------------------------------------------------------------

    def cell_at(self, point: QPoint) -> Cell | None:
        """The cell at a point of the viewport."""
        row, column = self.rowAt(point.y()), self.columnAt(point.x())
        return Cell(row, column) if row >= 0 and column >= 0 else None

    def filling(self) -> Area | None:
        """Where a drag of the fill handle reaches; None while there is none."""
        return self._filling

    def set_filling(self, area: Area | None) -> None:
        """Show where a drag of the fill handle reaches."""
        self._filling = area
        self.viewport().update()

    def mousePressEvent(self, event: QMouseEvent) -> None:
        """Go to a cell, stretch the area with Shift, or take the fill handle."""
        self.mouse.press(event)

    def mouseMoveEvent(self, event: QMouseEvent) -> None:
        """Stretch the area or the filling."""
        self.mouse.move(event)

    def mouseReleaseEvent(self, event: QMouseEvent) -> None:
        """End a drag."""
        self.mouse.release()

    def mouseDoubleClickEvent(self, event: QMouseEvent) -> None:
        """Edit the cell under the mouse."""
        self.mouse.double(event)

    # -- Drawing ------------------------------------------------------------------------------------

    def paintEvent(self, event: QPaintEvent) -> None:
        """Draw the cells that show."""
        painter = QPainter(self.viewport())
        painter.fillRect(event.rect(), colour("surface"))
        scene = self._scene(event.rect())
        if scene is not None:
            paint_scene(painter, scene)

    def _scene(self, clip: QRect) -> Scene | None:
        if self.book is None or not self._model.rowCount():
            return None
        first = max(0, self.rowAt(clip.top()))
        last = self.rowAt(clip.bottom())
        return Scene(
            book=self.book,
            spans=self._spans(clip),
            first=first,
            last=last if last >= 0 else self._model.rowCount() - 1,
            y=self.rowViewportPosition(first),
            height=self.row_height,
            rtl=self.isRightToLeft(),
            current=self._current,
            area=self.area,
            focused=self.hasFocus() or self.editing(),
            ticked=self.ticked(),
            filling=self._filling,
            ratio=self.devicePixelRatioF(),
        )

    def _spans(self, clip: QRect) -> list[Span]:
        spans = (
            Span(place, self.columnViewportPosition(place), self.columnWidth(place))
            for place in range(self._model.columnCount())
        )
        return [span for span in spans if span.x <= clip.right() and span.x + span.width > clip.left()]

    def changeEvent(self, event: QEvent) -> None:
        """Lay the columns out again when the direction or the font changes."""
        super().changeEvent(event)
        if event.type() in (QEvent.Type.LayoutDirectionChange, QEvent.Type.FontChange) and self.book:
            self.fit()
