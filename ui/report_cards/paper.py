"""Paper on its ground: pages one under the other, white in every theme, over a soft shadow."""

from collections.abc import Sequence
from typing import Final

from PySide6.QtCore import QEvent, QRect, QRectF, Qt, QTimer, Signal
from PySide6.QtGui import QColor, QKeyEvent, QPainter, QPaintEvent, QResizeEvent, QWheelEvent
from PySide6.QtWidgets import QAbstractScrollArea, QFrame, QWidget

from ui.report_cards.render import PagePicture
from ui.report_cards.zoom import Zoom, step_from
from ui.theme.active import colour, tokens
from ui.widgets.base import identify

SIDE: Final = 28
SIDE_COMPACT: Final = 16
TOP: Final = 16
GAP: Final = 16
A4: Final = (595.28, 841.89)
_SHADOW: Final = (14, 12, 10, 7, 5, 3)
"""How dark the shadow is, out of 255, from the edge outwards pixel by pixel."""
_SETTLE_MS: Final = 120
_LINE: Final = 48


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
        return Zoom.percent_of(self._paper_width(), self._points())

    def wanted_width(self) -> int:
        """How many device pixels wide a picture of the paper would be just right."""
        return round(self._paper_width() * self.devicePixelRatioF())

    # -- Where it lies ------------------------------------------------------------------------------

    def _points(self) -> tuple[float, float]:
        return (self._pages[0].width, self._pages[0].height) if self._pages else A4

    def _room(self) -> tuple[int, int]:
        """What the paper may take; as if the scroll bar stood there, or it would come and go for ever."""
        inside = self.contentsRect()
        bar = self.verticalScrollBar().sizeHint().width() if self.zoom.fit == "width" else 0
        return inside.width() - max(2 * self._side, bar + self._side), inside.height() - 2 * TOP

    def _paper_width(self) -> int:
        return self.zoom.paper_width(self._points(), self._room())

    def rects(self) -> list[QRect]:
        """Where each page lies in the viewport."""
        scale = self._paper_width() / self._points()[0]
        view = self.viewport().rect()
        y = TOP - self.verticalScrollBar().value()
        found = []
        for page in self._pages:
            wide, high = round(page.width * scale), round(page.height * scale)
            x = (view.width() - wide) // 2
            if wide + 2 * self._side > view.width():
                x = max(x, self._side) - self.horizontalScrollBar().value()
            found.append(QRect(x, y, wide, high))
            y += high + GAP
        return found

    def _lay_out(self) -> None:
        """Set the scroll bars to what the pages take."""
        scale = self._paper_width() / self._points()[0]
        sizes = [(round(page.width * scale), round(page.height * scale)) for page in self._pages]
        high = 2 * TOP + sum(one[1] for one in sizes) + GAP * max(0, len(sizes) - 1)
        wide = 2 * self._side + max((one[0] for one in sizes), default=0)
        view = self.viewport().size()
        down, across = self.verticalScrollBar(), self.horizontalScrollBar()
        down.setPageStep(view.height())
        down.setSingleStep(_LINE)
        down.setRange(0, max(0, high - view.height()))
        across.setPageStep(view.width())
        across.setSingleStep(_LINE)
        across.setRange(0, max(0, wide - view.width()) if self.zoom.fit != "width" else 0)

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
        """Scroll, zoom with Ctrl and + - 0, go on to the next card."""
        keys, key = Qt.Key, event.key()
        if event.modifiers() & Qt.KeyboardModifier.ControlModifier:
            self._zoom_key(event)
            return
        ahead = -1 if self.isRightToLeft() else 1
        steps = {keys.Key_Right: ahead, keys.Key_Left: -ahead}
        if key in steps:
            self.step.emit(steps[keys(key)])
        elif key in (keys.Key_PageDown, keys.Key_PageUp, keys.Key_Space):
            self._page(-1 if key == keys.Key_PageUp else 1)
        elif key in (keys.Key_Home, keys.Key_End):
            bar = self.verticalScrollBar()
            bar.setValue(0 if key == keys.Key_Home else bar.maximum())
        elif key in (keys.Key_Up, keys.Key_Down):
            bar = self.verticalScrollBar()
            bar.setValue(bar.value() + (_LINE if key == keys.Key_Down else -_LINE))
        else:
            super().keyPressEvent(event)

    def _zoom_key(self, event: QKeyEvent) -> None:
        keys, key = Qt.Key, event.key()
        if key in (keys.Key_Plus, keys.Key_Equal):
            self.zoom_by(1)
        elif key == keys.Key_Minus:
            self.zoom_by(-1)
        elif key == keys.Key_0:
            self.set_zoom(Zoom())
        else:
            super().keyPressEvent(event)

    def _page(self, direction: int) -> None:
        """One screenful on; at the end the next card."""
        bar = self.verticalScrollBar()
        there = bar.value() == (bar.maximum() if direction > 0 else 0)
        if there:
            self.step.emit(direction)
        else:
            bar.setValue(bar.value() + direction * max(_LINE, bar.pageStep() - _LINE))

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
                    self._shadow(painter, rect)
                self._page_picture(painter, page, rect)

    def _shadow(self, painter: QPainter, rect: QRect) -> None:
        painter.save()
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.setBrush(Qt.BrushStyle.NoBrush)
        for out, dark in enumerate(_SHADOW, start=1):
            painter.setPen(QColor(0, 0, 0, dark * 2))
            painter.drawRoundedRect(
                QRectF(rect).adjusted(-out + 0.5, -out + 0.5, out - 0.5, out - 0.5), out, out
            )
        painter.restore()

    def _page_picture(self, painter: QPainter, page: PagePicture, rect: QRect) -> None:
        painter.fillRect(rect, QColor("#FFFFFF"))
        ratio = self.devicePixelRatioF()
        if abs(page.image.width() - rect.width() * ratio) > 1:
            painter.setRenderHint(QPainter.RenderHint.SmoothPixmapTransform)
        painter.setOpacity(0.45 if self._dimmed else 1.0)
        painter.drawImage(rect, page.image)
        painter.setOpacity(1.0)
        painter.setRenderHint(QPainter.RenderHint.SmoothPixmapTransform, False)
