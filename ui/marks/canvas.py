"""The canvas of a sheet: what lies where, which cell is current, and the drawing of it all."""

from collections.abc import Iterable
from time import monotonic

from PySide6.QtCore import QEvent, QPoint, QRect, QTimer, Signal
from PySide6.QtGui import QPainter, QPaintEvent, QResizeEvent
from PySide6.QtWidgets import QAbstractItemView, QFrame, QHeaderView, QTableView, QWidget

from resources.words import Words
from ui.marks.book import SheetBook
from ui.marks.columns import Kind
from ui.marks.glyphs import Glyphs
from ui.marks.heads import SheetHead
from ui.marks.model import SheetModel
from ui.marks.paint import Scene, Span, paint_scene
from ui.marks.widths import fitted
from ui.theme.active import colour
from ui.theme.tokens import Space
from ui.widgets.base import identify
from ui.widgets.sheet.area import Area, Cell
from ui.widgets.table.head import RowHead

TICK_MS = 2000
_NAMES, _NAMES_COMPACT = 200, 180
_FIRST = Cell(0, 0)


class SheetCanvas(QTableView):
    """The cells of a sheet under frozen heads, drawn in one pass.

    ``moved``: another cell is current, or another area chosen. ``scrolled``: things lie elsewhere on the
    screen.
    """

    moved = Signal()
    scrolled = Signal()

    def __init__(self, words: Words, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        identify(self, "marks.sheet.grid", words.tr("Mark sheet"))
        self.words = words
        self.row_height = Space.row_type
        self.book: SheetBook | None = None
        self._compact = False
        self._current = self._corner = _FIRST
        self._ticked: dict[Cell, float] = {}
        self._filling: Area | None = None
        self._glyphs = Glyphs()
        self._model = SheetModel(self)
        self.head = SheetHead(self)
        self.names = RowHead(words.tr("Name"), self, _NAMES)
        self._set_up()
        self._clock = QTimer(self, interval=TICK_MS // 8)
        self._clock.timeout.connect(self._untick)

    def _set_up(self) -> None:
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
        self._set_row_height()
        self.horizontalScrollBar().valueChanged.connect(self.scrolled)
        self.verticalScrollBar().valueChanged.connect(self.scrolled)
        self.head.geometriesChanged.connect(self.scrolled)

    def _set_row_height(self) -> None:
        self.row_height = Space.row_type_compact if self._compact else Space.row_type
        self.names.setMinimumSectionSize(self.row_height)
        self.names.setDefaultSectionSize(self.row_height)

    # -- What is shown ------------------------------------------------------------------------------

    def set_book(self, book: SheetBook | None, at: Cell = _FIRST) -> None:
        """Show a sheet, or the same one with other rows or columns, with the current cell at ``at``."""
        self.book = book
        self._ticked.clear()
        self._model.set_book(book)
        self.head.set_book(book)
        self.fit()
        self.updateGeometries()  # else the scroll bars still have the lengths of the sheet before
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
            self.scrolled.emit()

    def refresh_cells(self) -> None:
        """Cells say something else now; heads, editor and place stay."""
        self._model.changed()
        self.viewport().update()

    def tick(self, cells: Iterable[Cell]) -> None:
        """Show for two seconds that these cells are stored."""
        until = monotonic() + TICK_MS / 1000
        self._ticked.update(dict.fromkeys(cells, until))
        self._clock.start()
        self.viewport().update()

    def ticked(self) -> frozenset[Cell]:
        """The cells with a tick."""
        return frozenset(self._ticked)

    def _untick(self) -> None:
        now = monotonic()
        left = {cell: until for cell, until in self._ticked.items() if until > now}
        if len(left) < len(self._ticked):
            self._ticked = left
            self.viewport().update()
        if not left:
            self._clock.stop()

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

    # -- Drawing ------------------------------------------------------------------------------------

    def has_keys(self) -> bool:
        """Whether keys go to the sheet."""
        return self.hasFocus()

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
            focused=self.has_keys(),
            ticked=self.ticked(),
            filling=self._filling,
            ratio=self.devicePixelRatioF(),
            glyphs=self._glyphs,
        )

    def _spans(self, clip: QRect) -> list[Span]:
        spans = (
            Span(place, self.columnViewportPosition(place), self.columnWidth(place))
            for place in range(self._model.columnCount())
        )
        return [span for span in spans if span.x <= clip.right() and span.x + span.width > clip.left()]

    def resizeEvent(self, event: QResizeEvent) -> None:
        """Share the new width."""
        super().resizeEvent(event)
        self.fit()

    def changeEvent(self, event: QEvent) -> None:
        """Lay the columns out again when the direction or the font changes."""
        super().changeEvent(event)
        if event.type() in (QEvent.Type.LayoutDirectionChange, QEvent.Type.FontChange) and self.book:
            self.fit()
