"""The canvas of a sheet: the drawing of its cells, and where a drag of the fill handle reaches."""

from collections.abc import Sequence

from PySide6.QtCore import QRect
from PySide6.QtGui import QPainter, QPaintEvent

from resources.words import Words
from ui.marks.book import SheetBook
from ui.marks.columns import COMPUTED, Kind
from ui.marks.glyphs import Glyphs
from ui.marks.heads import SheetHead
from ui.marks.model import SheetModel
from ui.marks.paint import Scene, Span, paint_scene
from ui.marks.widths import fitted
from ui.theme.active import colour
from ui.theme.tokens import Space
from ui.widgets.base import identify
from ui.widgets.sheet.area import Area, Cell
from ui.widgets.sheet.head import paint_edge
from ui.widgets.sheet.table import FIRST
from ui.widgets.sheet.typed import TypedTable

_NAMES, _NAMES_COMPACT = 200, 180


class SheetCanvas(TypedTable[SheetBook]):
    """The cells of a sheet, drawn in one pass; what is worked out stays at the end, names at the start."""

    head: SheetHead

    def __init__(self, words: Words) -> None:
        super().__init__(SheetModel(), SheetHead(), words.tr("Name"), Space.row_type)
        identify(self, "marks.sheet.grid", words.tr("Mark sheet"))
        self.words = words
        self._compact = False
        self._filling: Area | None = None
        self._glyphs = Glyphs()
        self.names_least = _NAMES

    # -- What is shown ------------------------------------------------------------------------------

    def set_book(self, book: SheetBook | None, at: Cell = FIRST) -> None:
        """Show a sheet, with the current cell at ``at``; term mark and grade are held at its end."""
        columns = book.columns if book is not None else ()
        self.pinned.places = tuple(place for place, one in enumerate(columns) if one.kind in COMPUTED)
        super().set_book(book, at)

    def set_compact(self, compact: bool) -> None:
        """Lower rows and shorter heads in a small window."""
        if compact != self._compact:
            self._compact = compact
            self.set_row_height(Space.row_type_compact if compact else Space.row_type)
            self.head.set_compact(compact)
            self.names_least = _NAMES_COMPACT if compact else _NAMES
            self.fit()

    def widths(self, book: SheetBook, room: int) -> Sequence[int]:
        """As much as the heads need, and what is left shared out."""
        return fitted(book, room, compact=self._compact)

    def item_places(self) -> list[int]:
        """The columns that hold marks."""
        columns = self.book.columns if self.book is not None else ()
        return [place for place, column in enumerate(columns) if column.kind is Kind.ITEM]

    def ends(self) -> tuple[int, int]:
        """Home and End go to the first and the last mark."""
        places = self.item_places() or [0]
        return places[0], places[-1]

    def filling(self) -> Area | None:
        """Where a drag of the fill handle reaches; None while there is none."""
        return self._filling

    def set_filling(self, area: Area | None) -> None:
        """Show where a drag of the fill handle reaches."""
        self._filling = area
        self.viewport().update()

    # -- Drawing ------------------------------------------------------------------------------------

    def paintEvent(self, event: QPaintEvent) -> None:
        """Draw the cells that show: those that scroll, then those that are held over them."""
        painter = QPainter(self.viewport())
        painter.fillRect(event.rect(), colour("surface"))
        if self.book is None or not self.filled():
            return
        held = self.pinned.held()
        own = [Span(n, self.columnViewportPosition(n), self.columnWidth(n)) for n in self._places()]
        free = self.pinned.room(-1)
        self._paint(painter, event.rect().intersected(free), [one for one in own if one.place not in held])
        if held:
            cover = self.pinned.cover(held)
            spans = [Span(place, held[place], self.columnWidth(place)) for place in sorted(held)]
            self._paint(painter, event.rect().intersected(cover), spans)
            painter.setClipping(False)
            paint_edge(painter, cover, self.viewport().height())

    def _places(self) -> range:
        return range(self.model().columnCount())

    def _paint(self, painter: QPainter, clip: QRect, spans: Sequence[Span]) -> None:
        """Draw those of ``spans`` that show in ``clip``."""
        if clip.isEmpty() or self.book is None:
            return
        painter.setClipRect(clip)
        first, last = max(0, self.rowAt(clip.top())), self.rowAt(clip.bottom())
        scene = Scene(
            book=self.book,
            spans=[one for one in spans if one.x <= clip.right() and one.x + one.width > clip.left()],
            first=first,
            last=last if last >= 0 else self.model().rowCount() - 1,
            y=self.rowViewportPosition(first),
            height=self.row_height,
            rtl=self.isRightToLeft(),
            current=self.current,
            area=self.area,
            focused=self.has_keys(),
            ticked=self.ticks.cells(),
            filling=self._filling,
            ratio=self.devicePixelRatioF(),
            glyphs=self._glyphs,
        )
        paint_scene(painter, scene)
