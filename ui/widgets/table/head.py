"""Heads of tables: columns in one or two lines, rows as a frozen column."""

from PySide6.QtCore import QPointF, QRect, QRectF, QSize, Qt, Signal
from PySide6.QtGui import QMouseEvent, QPainter, QPaintEvent, QPen
from PySide6.QtWidgets import QHeaderView, QTableView, QWidget

from ui.theme.active import colour
from ui.theme.fonts import MEDIUM, SEMIBOLD, font, metrics
from ui.theme.icons import pixmap
from ui.theme.tokens import Space
from ui.widgets.paint import alignment, paint_check_box
from ui.widgets.table.cells import CELL_ROLE, CHECK_KEY, PADDING, Cell, Column
from ui.widgets.table.names import name_lines

_MIDDLE = Qt.AlignmentFlag.AlignVCenter
_ELIDE = Qt.TextElideMode.ElideRight
_TWO_LINES = 40
"""A row this high has room for a name on two lines."""


def is_tick_head(column: Column) -> bool:
    """Whether a head ticks all rows; a column of ticks with a title of its own shows that."""
    return column.key == CHECK_KEY and not column.title


class ColumnHead(QHeaderView):
    """The head of the columns; ``check_all(bool)`` when its check box is pressed."""

    check_all = Signal(bool)

    def __init__(self, columns: tuple[Column, ...], parent: QWidget | None = None) -> None:
        super().__init__(Qt.Orientation.Horizontal, parent)
        self._columns = columns
        self._current = -1
        self._all_checked = False
        self._sorted: tuple[str, bool] | None = None
        self.lined = False
        self.setSectionsClickable(True)
        self.setHighlightSections(False)
        self.setSectionResizeMode(QHeaderView.ResizeMode.Interactive)
        self.setMinimumSectionSize(28)
        self.set_columns(columns)

    def set_columns(self, columns: tuple[Column, ...]) -> None:
        """Draw other titles; two lines when any column has a second one."""
        self._columns = columns
        two = any(column.second for column in columns)
        self.setFixedHeight(Space.table_head_two if two else Space.table_head)

    def set_current(self, section: int) -> None:
        """Tint the head of a section, for the column of the current cell; -1 for none."""
        before, self._current = self._current, section
        if section != before:
            _redraw(self, before, section)

    def set_sorted(self, key: str, descending: bool) -> None:
        """Show by which column the rows are sorted; "" for none."""
        self._sorted = (key, descending) if key else None
        self.viewport().update()

    def set_all_checked(self, checked: bool) -> None:
        """Tick the box over the check column."""
        self._all_checked = checked
        self.viewport().update()

    def sizeHint(self) -> QSize:
        """As high as it was fixed."""
        return QSize(100, self.height())

    def mousePressEvent(self, event: QMouseEvent) -> None:
        """A press on the check box; anything else is the header's own."""
        section = self.logicalIndexAt(event.position().toPoint())
        if 0 <= section < len(self._columns) and is_tick_head(self._columns[section]):
            self.check_all.emit(not self._all_checked)
            return
        super().mousePressEvent(event)

    def paintSection(self, painter: QPainter, rect: QRect, section: int) -> None:
        """Draw one head."""
        if not 0 <= section < len(self._columns):
            painter.fillRect(rect, colour("sunken"))
            return
        column = self._columns[section]
        painter.save()
        painter.fillRect(rect, colour("selected" if section == self._current else "sunken"))
        painter.fillRect(rect.left(), rect.bottom(), rect.width(), 1, colour("line"))
        rtl = self.layoutDirection() == Qt.LayoutDirection.RightToLeft
        if self.lined:
            x = rect.left() if rtl else rect.right()
            painter.fillRect(x, rect.top() + 8, 1, rect.height() - 16, colour("line"))
        if is_tick_head(column):
            paint_check_box(painter, QRectF(rect), self._all_checked)
        else:
            self._words(painter, rect.adjusted(PADDING, 0, -PADDING, 0), column, rtl)
        painter.restore()

    def _words(self, painter: QPainter, room: QRect, column: Column, rtl: bool) -> None:
        side = alignment(column.align, rtl)
        upper = room.adjusted(0, 6, 0, -room.height() // 2 + 1) if column.second else room
        if self._sorted and self._sorted[0] == column.key:
            upper = self._arrow(painter, upper, column, rtl)
        painter.setFont(font(12, SEMIBOLD))
        painter.setPen(colour("text" if column.second else "text2"))
        shown = metrics(12, SEMIBOLD).elidedText(column.title, _ELIDE, upper.width())
        painter.drawText(upper, int(side | _MIDDLE), shown)
        if column.second:
            lower = room.adjusted(0, room.height() // 2 + 1, 0, -6)
            painter.setFont(font(11))
            painter.setPen(colour("text3"))
            shown = metrics(11).elidedText(column.second, _ELIDE, lower.width() + PADDING)
            painter.drawText(lower, int(side | _MIDDLE), shown)

    def _arrow(self, painter: QPainter, room: QRect, column: Column, rtl: bool) -> QRect:
        """The sort mark: after words at the start, before words at the end."""
        down = bool(self._sorted and self._sorted[1])
        picture = pixmap("arrow-down" if down else "arrow-up", "accent", 12, self.devicePixelRatioF())
        width = metrics(12, SEMIBOLD).horizontalAdvance(column.title)
        at_right = (column.align == "end") != rtl
        if at_right:
            x = max(room.left(), room.right() - width - 15)
        else:
            x = min(room.left() + width + 3, room.right() - 12)
        painter.drawPixmap(x, room.center().y() - 5, picture)
        return room


class RowHead(QHeaderView):
    """Row numbers and names as the frozen first column of a sheet.

    The model gives the name as vertical ``headerData``, plain text or a :class:`Cell`, whose ``note`` stands
    in grey after it where there is room. As the head of the rows it stays in place when the sheet scrolls
    sideways, mirrors by itself, and is what a screen reader says before a cell.
    """

    def __init__(self, title: str, table: QTableView, width: int = 200) -> None:
        super().__init__(Qt.Orientation.Vertical, table)
        self._current = -1
        self._table = table
        self.numbers = 25
        self.setFixedWidth(width)
        self.setSectionResizeMode(QHeaderView.ResizeMode.Fixed)
        self.setHighlightSections(False)
        self.setSectionsClickable(True)
        self._corner = _Corner(title, table)
        self.geometriesChanged.connect(self._place)
        self.sectionCountChanged.connect(self._place)

    def set_current(self, section: int) -> None:
        """Tint the name of the row of the current cell; -1 for none."""
        before, self._current = self._current, section
        if section != before:
            _redraw(self, before, section)

    def wanted(self) -> int:
        """How wide it would be with every name and note in full."""
        model, most = self.model(), 0
        for section in range(self.count()):
            found = model.headerData(section, Qt.Orientation.Vertical, CELL_ROLE)
            if isinstance(found, Cell):
                note = metrics(11).horizontalAdvance(found.note) + PADDING if found.note else 0
                most = max(most, metrics(13, SEMIBOLD).horizontalAdvance(found.text) + note)
        return most + self.numbers + 20 + PADDING + 2

    def sizeHint(self) -> QSize:
        """As wide as it was fixed."""
        return QSize(self.width(), 100)

    def _place(self) -> None:
        """Put the title over the corner of the table."""
        head = self._table.horizontalHeader()
        corner = self._corner
        corner.indent = self.numbers + 20
        corner.setGeometry(self.x(), head.y(), self.width(), head.height())
        corner.show()
        corner.raise_()

    def paintEvent(self, event: QPaintEvent) -> None:
        """Draw the rows; under the last one the ground of the cells goes on."""
        super().paintEvent(event)
        end, port = self.length() - self.offset(), self.viewport()
        if end < port.height():
            QPainter(port).fillRect(0, end, port.width(), port.height() - end, colour("surface"))

    def paintSection(self, painter: QPainter, rect: QRect, section: int) -> None:
        """Draw number and name of a row."""
        model = self.model()
        found = model.headerData(section, Qt.Orientation.Vertical, CELL_ROLE)
        if not isinstance(found, Cell):
            text = model.headerData(section, Qt.Orientation.Vertical)
            found = Cell(str(text or ""), weight=MEDIUM)
        rtl = self.layoutDirection() == Qt.LayoutDirection.RightToLeft
        here = section == self._current
        painter.save()
        painter.fillRect(rect, colour("selected" if here else found.ground or "surface"))
        painter.fillRect(rect.left(), rect.bottom(), rect.width(), 1, colour("line"))
        edge = rect.left() if rtl else rect.right()
        painter.setPen(QPen(colour("line_btn"), 1))
        painter.drawLine(QPointF(edge + 0.5, rect.top()), QPointF(edge + 0.5, rect.bottom() + 1))
        self._number(painter, rect, section, rtl)
        start = self.numbers + 20
        room = rect.adjusted(PADDING, 0, -start, 0) if rtl else rect.adjusted(start, 0, -PADDING, 0)
        weight = SEMIBOLD if here else found.weight
        painter.setFont(font(13, weight))
        painter.setPen(colour(found.tone))
        note = metrics(11).horizontalAdvance(found.note) + PADDING if found.note else 0
        spare = room.width() - min(note, room.width() // 2)  # a name is told in full elsewhere; a note stays
        lines = name_lines(found.text, spare, metrics(13, weight), lines=rect.height() // _TWO_LINES + 1)
        high = metrics(13, weight).height()
        y = room.top() + (room.height() - high * len(lines)) // 2
        for line in lines:
            box = QRect(room.left(), y, room.width(), high)
            painter.drawText(box, int(alignment("start", rtl) | _MIDDLE), line)
            y += high
        if found.note:
            taken = max(metrics(13, weight).horizontalAdvance(line) for line in lines) + PADDING
            rest = room.adjusted(0, 0, -taken, 0) if rtl else room.adjusted(taken, 0, 0, 0)
            self._note(painter, rest, found.note, rtl)
        painter.restore()

    def _note(self, painter: QPainter, room: QRect, note: str, rtl: bool) -> None:
        """A few grey words after the name."""
        painter.setFont(font(11))
        painter.setPen(colour("text3"))
        shown = metrics(11).elidedText(note, Qt.TextElideMode.ElideRight, room.width())
        painter.drawText(room, int(alignment("start", rtl) | _MIDDLE), shown)

    def _number(self, painter: QPainter, rect: QRect, section: int, rtl: bool) -> None:
        left = rect.right() - self.numbers - 4 if rtl else rect.left() + 4
        painter.setFont(font(12))
        painter.setPen(colour("text3"))
        room = QRect(left, rect.top(), self.numbers, rect.height())
        painter.drawText(room, int(alignment("end", rtl) | _MIDDLE), str(section + 1))


def _redraw(head: QHeaderView, *sections: int) -> None:
    """Draw these sections of ``head`` again, and no others."""
    port = head.viewport()
    for section in sections:
        start, length = head.sectionViewportPosition(section), head.sectionSize(section)
        if head.orientation() == Qt.Orientation.Horizontal:
            port.update(start, 0, length, port.height())
        else:
            port.update(0, start, port.width(), length)


class _Corner(QWidget):
    """The title over the names, in the corner of a sheet."""

    def __init__(self, title: str, parent: QWidget) -> None:
        super().__init__(parent)
        self._title, self.indent = title, 45

    def paintEvent(self, event: QPaintEvent) -> None:
        """Draw the title and the lines around it."""
        painter = QPainter(self)
        rtl = self.layoutDirection() == Qt.LayoutDirection.RightToLeft
        rect = self.rect()
        painter.fillRect(rect, colour("sunken"))
        painter.fillRect(0, rect.bottom(), rect.width(), 1, colour("line"))
        painter.fillRect(0 if rtl else rect.right(), 0, 1, rect.height(), colour("line_btn"))
        painter.setFont(font(12, SEMIBOLD))
        painter.setPen(colour("text2"))
        room = rect.adjusted(8, 0, -self.indent, 0) if rtl else rect.adjusted(self.indent, 0, -8, 0)
        painter.drawText(room, int(alignment("start", rtl) | _MIDDLE), self._title)
