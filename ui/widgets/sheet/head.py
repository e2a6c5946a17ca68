"""The head over a table whose last columns may be held at its end."""

from typing import Generic

from PySide6.QtCore import QEvent, QRect, Qt
from PySide6.QtGui import QHelpEvent, QMouseEvent, QPainter, QPaintEvent
from PySide6.QtWidgets import QToolTip

from ui.theme.active import colour
from ui.widgets.sheet.model import AnyBook
from ui.widgets.sheet.pinned import Pinned
from ui.widgets.table.head import ColumnHead


class PinnedHead(ColumnHead, Generic[AnyBook]):
    """Draws the held columns over those that scroll beneath them, and answers the mouse for them.

    ``pinned`` is given by the table that the head belongs to.
    """

    pinned: Pinned

    def __init__(self) -> None:
        super().__init__(())
        self.lined = True

    def set_book(self, book: AnyBook | None) -> None:
        """Show the columns of a book."""
        raise NotImplementedError

    def set_current(self, section: int) -> None:
        """Tint the head of a section; -1 for none."""
        super().set_current(section)
        if self.pinned.places:
            self.viewport().update()

    def paintEvent(self, event: QPaintEvent) -> None:
        """Draw the heads, the held ones last."""
        super().paintEvent(event)
        held = self.pinned.held()
        if not held:
            return
        painter = QPainter(self.viewport())
        for place, x in held.items():
            self.paintSection(painter, QRect(x, 0, self.sectionSize(place), self.height()), place)
        paint_edge(painter, self.pinned.cover(held), self.height())

    def mousePressEvent(self, event: QMouseEvent) -> None:
        """A press on a held head chooses its column."""
        place = self._held_at(event)
        if place < 0:
            super().mousePressEvent(event)
        else:
            self.sectionPressed.emit(place)

    def mouseMoveEvent(self, event: QMouseEvent) -> None:
        """Over a held head there is no edge of a column under it to be drawn."""
        if event.buttons() == Qt.MouseButton.NoButton and self._held_at(event) >= 0:
            self.unsetCursor()
        else:
            super().mouseMoveEvent(event)

    def viewportEvent(self, event: QEvent) -> bool:
        """Say the whole name of a held column, not of the one under it."""
        if isinstance(event, QHelpEvent) and event.type() == QEvent.Type.ToolTip:
            place = self.pinned.at(event.pos().x())
            tip = self.model().headerData(place, Qt.Orientation.Horizontal, Qt.ItemDataRole.ToolTipRole)
            QToolTip.showText(event.globalPos(), str(tip or ""), self)
            return True
        return super().viewportEvent(event)

    def _held_at(self, event: QMouseEvent) -> int:
        place = self.pinned.at(event.position().toPoint().x())
        return place if place in self.pinned.held() else -1


def paint_edge(painter: QPainter, cover: QRect, height: int) -> None:
    """The line between the columns that scroll and ``cover``, where others are held."""
    x = cover.right() if cover.left() <= 0 else cover.left() - 1
    painter.fillRect(x, 0, 1, height, colour("line_btn"))
