"""The delegate that draws whole cells from the tokens; fonts, colours and pixmaps come from caches."""

from PySide6.QtCore import QModelIndex, QObject, QPersistentModelIndex, QPointF, QRect, QRectF, QSize, Qt
from PySide6.QtGui import QPainter, QPen
from PySide6.QtWidgets import QStyle, QStyledItemDelegate, QStyleOptionViewItem

from ui.theme.active import colour
from ui.theme.fonts import font, metrics
from ui.theme.icons import pixmap
from ui.widgets.paint import (
    alignment,
    paint_check_box,
    paint_down_mark,
    paint_meter,
    paint_pill,
    pill_width,
    tone_ink,
)
from ui.widgets.table.cells import CELL_ROLE, EMPTY, PADDING, Cell, Column, Look

METER = 44
DIMMED = 0.45
LOW_ROOM = 16
_ELIDE = Qt.TextElideMode.ElideRight


class CellDelegate(QStyledItemDelegate):
    """Draws the :class:`Cell` of a model.

    ``view`` tells what is hovered, focused and how columns are aligned.
    """

    def __init__(self, view: Look, parent: QObject) -> None:
        super().__init__(parent)
        self._view = view

    def sizeHint(self, option: QStyleOptionViewItem, index: QModelIndex | QPersistentModelIndex) -> QSize:
        """As high as the row."""
        return QSize(40, self._view.row_height)

    def paint(
        self,
        painter: QPainter,
        option: QStyleOptionViewItem,
        index: QModelIndex | QPersistentModelIndex,
    ) -> None:
        """Draw ground, hairline, content and, for the keyboard, the frame of the current row."""
        found = index.data(CELL_ROLE)
        cell = found if isinstance(found, Cell) else EMPTY
        rect: QRect = option.rect
        selected = bool(option.state & QStyle.StateFlag.State_Selected)
        painter.fillRect(rect, colour(self._ground(cell, index.row(), selected)))
        painter.fillRect(rect.left(), rect.bottom(), rect.width(), 1, colour("grid"))
        rtl = option.direction == Qt.LayoutDirection.RightToLeft
        painter.setOpacity(DIMMED if self._view.dimmed else 1.0)
        self.paint_content(painter, rect, cell, self._view.column_at(index.column()), rtl)
        painter.setOpacity(1.0)
        if self._view.marks_current and self._view.is_current(index.row()):
            self._mark(painter, rect, index.column(), rtl)
        if self._view.shows_focus(index.row()):
            self._frame(painter, rect, index.column(), rtl)

    def _ground(self, cell: Cell, row: int, selected: bool) -> str:
        if selected:
            return "selected"
        if row == self._view.hovered_row:
            return "hover"
        return cell.ground or "surface"

    def paint_content(self, painter: QPainter, rect: QRect, cell: Cell, column: Column, rtl: bool) -> None:
        """Draw what the cell says into ``rect``."""
        if cell.checked is not None:
            paint_check_box(painter, QRectF(rect), cell.checked)
            return
        room = rect.adjusted(PADDING, 0, -PADDING, 0)
        if cell.pill:
            self._pill(painter, room, cell, rtl)
            return
        if cell.icon:
            room = self._icon(painter, room, cell, rtl)
        if cell.meter is not None:
            room = self._meter(painter, room, cell, rtl)
        if cell.text:
            self._words(painter, room, cell, column.align, rtl)
        elif cell.note:
            self._note(painter, room, cell.note, rtl)

    def _words(self, painter: QPainter, room: QRect, cell: Cell, align: str, rtl: bool) -> None:
        shown = metrics(13, cell.weight).elidedText(cell.text, _ELIDE, room.width())
        painter.setFont(font(13, cell.weight))
        painter.setPen(tone_ink(cell.tone))
        painter.drawText(room, int(alignment(align, rtl) | Qt.AlignmentFlag.AlignVCenter), shown)
        width = metrics(13, cell.weight).horizontalAdvance(shown)
        if cell.low:
            after = 6 if cell.meter is not None else room.width() - width - 10
            x = room.right() - after if rtl else room.left() + after
            paint_down_mark(painter, QPointF(x, room.center().y() + 0.5))
        if cell.dotted:
            self._underline(painter, room, width, align, rtl)
        if cell.note:
            start = width + PADDING
            rest = room.adjusted(0, 0, -start, 0) if rtl else room.adjusted(start, 0, 0, 0)
            self._note(painter, rest, cell.note, rtl)

    def _note(self, painter: QPainter, room: QRect, note: str, rtl: bool) -> None:
        painter.setFont(font(12))
        painter.setPen(colour("text2"))
        shown = metrics(12).elidedText(note, _ELIDE, room.width())
        painter.drawText(room, int(alignment("start", rtl) | Qt.AlignmentFlag.AlignVCenter), shown)

    def _pill(self, painter: QPainter, room: QRect, cell: Cell, rtl: bool) -> None:
        paint_pill(painter, room, cell.pill, cell.text, rtl=rtl)
        if cell.note:
            start = max(pill_width(cell.text), self._view.pill_column) + PADDING
            rest = room.adjusted(0, 0, -start, 0) if rtl else room.adjusted(start, 0, 0, 0)
            self._note(painter, rest, cell.note, rtl)

    def _meter(self, painter: QPainter, room: QRect, cell: Cell, rtl: bool) -> QRect:
        left = room.right() - METER if rtl else room.left()
        bar = QRectF(left, room.center().y() - 1.5, METER, 4)
        paint_meter(painter, bar, cell.meter or 0.0, "bad" if cell.low else "accent", rtl=rtl)
        gap = METER + PADDING
        return room.adjusted(0, 0, -gap, 0) if rtl else room.adjusted(gap, 0, 0, 0)

    def _icon(self, painter: QPainter, room: QRect, cell: Cell, rtl: bool) -> QRect:
        picture = pixmap(cell.icon, cell.icon_ink, 16, self._view.devicePixelRatioF())
        painter.drawPixmap(room.right() - 15 if rtl else room.left(), room.center().y() - 7, picture)
        gap = 26 if cell.text else 22
        return room.adjusted(0, 0, -gap, 0) if rtl else room.adjusted(gap, 0, 0, 0)

    def _underline(self, painter: QPainter, room: QRect, width: int, align: str, rtl: bool) -> None:
        at_right = (align == "end") != rtl
        left = room.right() - width if at_right else room.left()
        if align == "center":
            left = room.center().x() - width // 2
        painter.setPen(QPen(colour("text3"), 1, Qt.PenStyle.DotLine))
        y = room.center().y() + 9
        painter.drawLine(left, y, left + width, y)

    def _mark(self, painter: QPainter, rect: QRect, column: int, rtl: bool) -> None:
        if column == self._view.edge_columns()[0]:
            x = rect.right() - 2 if rtl else rect.left()
            painter.fillRect(x, rect.top(), 3, rect.height(), colour("accent"))

    def _frame(self, painter: QPainter, rect: QRect, column: int, rtl: bool) -> None:
        ink = colour("focus")
        painter.fillRect(rect.left(), rect.top(), rect.width(), 2, ink)
        painter.fillRect(rect.left(), rect.bottom() - 1, rect.width(), 2, ink)
        first, last = self._view.edge_columns()
        if column == (last if rtl else first):
            painter.fillRect(rect.left(), rect.top(), 2, rect.height(), ink)
        if column == (first if rtl else last):
            painter.fillRect(rect.right() - 1, rect.top(), 2, rect.height(), ink)
