"""Paper on its ground: the pages of a card, to scroll and to zoom."""

from collections.abc import Sequence
from typing import Final

from PySide6.QtCore import QEvent, QPoint, QRect, Qt, QTimer, Signal
from PySide6.QtGui import QKeyEvent, QPainter, QPaintEvent, QResizeEvent, QWheelEvent
from PySide6.QtWidgets import QAbstractScrollArea, QFrame, QWidget

from ui.report_cards.paper_keys import LINE, PaperKeys
from ui.report_cards.paper_layout import SIDE, SIDE_COMPACT, PaperLayout
from ui.report_cards.paper_paint import paint_page, paint_shadow
from ui.report_cards.render import PagePicture
from ui.report_cards.zoom import Zoom, step_from
from ui.theme.active import colour, tokens
from ui.widgets.base import identify

_SETTLE_MS: Final = 120


class PaperView(QAbstractScrollArea):
    """Shows the pages of a card.

    ``width_wanted(device pixels)``: the paper has another size now, a picture that wide is welcome; the old
    one is stretched until it comes. ``zoomed``: another zoom. ``step(int)``: the card before (-1) or after
    (1) this one, by Left and Right or by scrolling past the end with PgUp and PgDown.
    """

    width_wanted = Signal(int)
    zoomed = Signal()
    step = Signal(int)

    def __init__(self, spoken: str, *, name: str = "", parent: QWidget | None = None) -> None:
        super().__init__(parent)
        identify(self, name, spoken)
        self.setFrameShape(QFrame.Shape.NoFrame)
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self.setProperty("ringInside", True)
        self.viewport().setAutoFillBackground(False)
        self.zoom = Zoom()
        self._keys = PaperKeys(self)
        self._side = SIDE
        self._pages: tuple[PagePicture, ...] = ()
        self._dimmed = False
        self._settle = QTimer(self, singleShot=True, interval=_SETTLE_MS)
        self._settle.timeout.connect(self._tell_width)
        self._told = 0
        self._lay_out()

    # -- What is shown ------------------------------------------------------------------------------

    def set_pages(self, pages: Sequence[PagePicture], *, top: bool = True) -> None:
        """Show these pages, from the top or where the last ones were scrolled to; none for an empty place."""
        self._pages = tuple(pages)
        self._dimmed = False
        self._lay_out()
        if top:
            self.verticalScrollBar().setValue(0)
        self.viewport().update()

    def pages(self) -> tuple[PagePicture, ...]:
        """The pages shown."""
        return self._pages

    def set_dimmed(self, dimmed: bool) -> None:
        """Show the paper pale: it is the one before, the next is being made."""
        if dimmed != self._dimmed:
            self._dimmed = dimmed
            self.viewport().update()

    def set_compact(self, compact: bool) -> None:
        """Less ground around the paper in a small window."""
        self._side = SIDE_COMPACT if compact else SIDE
        self._room_changed()

    def set_zoom(self, zoom: Zoom) -> None:
        """Show the paper at another size."""
        if zoom != self.zoom:
            self.zoom = zoom
            self._lay_out()
            self.viewport().update()
            self._settle.start(0)
            self.zoomed.emit()

    def zoom_by(self, direction: int) -> None:
        """One step larger (1) or smaller (-1)."""
        self.set_zoom(Zoom("", step_from(self.percent(), direction)))

    def percent(self) -> int:
        """What share of its true size the paper has."""
        return self._layout().percent

    def wanted_width(self) -> int:
        """How many device pixels wide a picture of the paper would be just right."""
        return round(self._layout().paper_width * self.devicePixelRatioF())

    # -- Where it lies ------------------------------------------------------------------------------

    def _layout(self) -> PaperLayout:
        sizes = [(page.width, page.height) for page in self._pages]
        bar = self.verticalScrollBar().sizeHint().width()
        return PaperLayout(sizes, self.zoom, self.contentsRect().size(), self._side, bar)

    def rects(self) -> list[QRect]:
        """Where each page lies in the viewport."""
        scrolled = QPoint(self.horizontalScrollBar().value(), self.verticalScrollBar().value())
        return self._layout().rects(self.viewport().width(), scrolled)

    def _lay_out(self) -> None:
        """Set the scroll bars to what the pages take."""
        extent = self._layout().extent()
        view = self.viewport().size()
        down, across = self.verticalScrollBar(), self.horizontalScrollBar()
        down.setPageStep(view.height())
        down.setSingleStep(LINE)
        down.setRange(0, max(0, extent.height() - view.height()))
        across.setPageStep(view.width())
        across.setSingleStep(LINE)
        across.setRange(0, max(0, extent.width() - view.width()) if self.zoom.fit != "width" else 0)

    def _room_changed(self) -> None:
        self._lay_out()
        self.viewport().update()
        if self.zoom.fit:
            self.zoomed.emit()
        self._settle.start()

    def _tell_width(self) -> None:
        width = self.wanted_width()
        if width != self._told:
            self._told = width
            self.width_wanted.emit(width)

    def resizeEvent(self, event: QResizeEvent) -> None:
        """Fit the paper into its new place."""
        super().resizeEvent(event)
        self._room_changed()

    def event(self, event: QEvent) -> bool:
        """On a finer or coarser screen ask for another picture."""
        if event.type() == QEvent.Type.DevicePixelRatioChange:
            self._settle.start()
        return super().event(event)

    def scrollContentsBy(self, dx: int, dy: int) -> None:
        """Move the paper."""
        self.viewport().update()

    # -- Keys and wheel -----------------------------------------------------------------------------

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Scroll, zoom, go on to the next card."""
        if not self._keys.press(event):
            super().keyPressEvent(event)

    def wheelEvent(self, event: QWheelEvent) -> None:
        """Scroll; with Ctrl zoom."""
        if event.modifiers() & Qt.KeyboardModifier.ControlModifier:
            if event.angleDelta().y():
                self.zoom_by(1 if event.angleDelta().y() > 0 else -1)
            event.accept()
            return
        super().wheelEvent(event)

    # -- Painting -----------------------------------------------------------------------------------

    def paintEvent(self, event: QPaintEvent) -> None:
        """Ground, shadow, paper."""
        painter = QPainter(self.viewport())
        dark = tokens().name == "dark"
        painter.fillRect(event.rect(), colour("paper_ground"))
        for page, rect in zip(self._pages, self.rects(), strict=True):
            if rect.adjusted(-8, -8, 8, 8).intersects(event.rect()):
                if not dark:
                    paint_shadow(painter, rect)
                paint_page(painter, page, rect, self.devicePixelRatioF(), dimmed=self._dimmed)
