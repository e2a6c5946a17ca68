"""The register of a day on the screen: one key a pupil, a menu for the reason."""

from collections.abc import Iterator, Sequence
from typing import Final

from PySide6.QtCore import QRect, Qt
from PySide6.QtGui import QKeyEvent, QMouseEvent, QPainter, QPaintEvent

from resources.words import Words
from ui.attendance.book import MARK, RATE, REASON, STRIP, CellKey, DayBook
from ui.attendance.day_paint import (
    BOX,
    EDGE,
    STEP,
    box_rect,
    paint_ground,
    paint_letters,
    paint_past,
    paint_rate,
    paint_words,
)
from ui.attendance.saying import ORDER, RegisterSaying
from ui.attendance.strips import places
from ui.theme.active import colour
from ui.theme.fonts import font
from ui.theme.icons import pixmap
from ui.widgets.base import identify
from ui.widgets.menu import Menu
from ui.widgets.paint import alignment
from ui.widgets.sheet.area import Cell
from ui.widgets.sheet.editors import Editors
from ui.widgets.sheet.head import PinnedHead
from ui.widgets.sheet.keys import TableKeys
from ui.widgets.sheet.model import BookModel
from ui.widgets.sheet.typed import TypedTable
from ui.widgets.table.cells import Column

ROW: Final = 30
_NAMES, _NAMES_COMPACT = 196, 170
_LETTERS: Final = EDGE + STEP * 3 + BOX + EDGE + 4
_STRIP, _RATE, _WORDS = 310, 74, 150
_LABEL: Final = 48
"""Room for a day over the strips; a week that is shorter has none."""
_ROLE = Qt.ItemDataRole


class DayModel(BookModel[DayBook]):
    """Rows are pupils; every column speaks of the same cell."""

    def cell_words(self, book: DayBook, cell: Cell, role: int) -> object:
        """What stands there, its words for a screen reader or a tooltip."""
        if role in (_ROLE.DisplayRole, _ROLE.EditRole):
            return book.text(cell) if cell.column == MARK else ""
        return book.spoken(cell) if role in (_ROLE.AccessibleTextRole, _ROLE.ToolTipRole) else None

    def column_words(self, book: DayBook, place: int, role: int) -> object:
        """The names of the columns."""
        tr = book.saying.words.tr
        names = (tr("Mark"), tr("Reason"), tr("Last five weeks"), tr("Rate"))
        roles = (_ROLE.DisplayRole, _ROLE.AccessibleTextRole, _ROLE.ToolTipRole)
        return names[place] if role in roles else None

    def pupil(self, book: DayBook, row: int) -> tuple[str, str]:
        """The name."""
        return book.register.rows[row].name, ""


class DayHead(PinnedHead[DayBook]):
    """Two lines: the day over the session, the first days of the weeks over the strips."""

    def __init__(self) -> None:
        super().__init__()
        self._book: DayBook | None = None

    def set_book(self, book: DayBook | None) -> None:
        """Show the heads of a register."""
        self._book = book
        if book is None:
            self.set_columns(())
            return
        say, register = book.saying, book.register
        tr = say.words.tr
        session = next((one.name for one in register.sessions if one.number == register.session), "")
        self.set_columns(
            (
                Column("mark", say.day(register.on), second=session or " "),
                Column("reason", tr("Reason")),
                Column("strip", tr("Last five weeks"), second=" "),
                Column("rate", tr("Rate"), align="end", second=tr("per cent")),
            )
        )

    def paintSection(self, painter: QPainter, rect: QRect, section: int) -> None:
        """Draw one head; over the strips the day on which each week begins."""
        super().paintSection(painter, rect, section)
        book = self._book
        if section != STRIP or book is None or book.past is None:
            return
        rtl = self.layoutDirection() == Qt.LayoutDirection.RightToLeft
        days, before, free = book.past.days, None, 0
        painter.save()
        painter.setFont(font(11))
        painter.setPen(colour("text3"))
        for x, day in zip(places(days), days, strict=True):
            week = day.on.isocalendar()[:2]
            if week != before and x >= free and len(days) > 1:
                free = x + _LABEL
                left = rect.right() - EDGE - x - 60 if rtl else rect.left() + EDGE + x
                room = QRect(left, rect.top() + rect.height() // 2, 60, rect.height() // 2 - 5)
                side = int(alignment("start", rtl) | Qt.AlignmentFlag.AlignVCenter)
                painter.drawText(room, side, book.saying.words.date(day.on, "day_month"))
            before = week
        painter.restore()


class ReasonMenu(Editors[DayBook]):
    """A cell is edited by a menu: the four letters, each with its reasons."""

    def __init__(self, saying: RegisterSaying, table: TypedTable[DayBook]) -> None:
        super().__init__(table, "attendance.day.editor")
        self._saying = saying
        self.menu: Menu | None = None

    def begin(self, book: DayBook, cell: Cell, typed: str | None) -> None:
        """Open the menu at a cell."""
        table, key, say = self.table, book.key_of(cell), self._saying
        menu = self.menu = Menu(table)
        menu.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        menu.destroyed.connect(self._forget)
        held = book.entry(cell)
        for presence in ORDER:
            reasons = say.of(presence)
            name = f"{presence.value}  {say.presence(presence)}"
            if not reasons:
                self._offer(menu, name, presence.value, book, key)
                continue
            inner = menu.part(name)
            self._offer(inner, say.words.tr("No reason given"), presence.value, book, key)
            inner.addSeparator()
            for code, reason in reasons:
                self._offer(inner, reason, f"{presence.value}/{code}", book, key)
        if held is not None:
            menu.addSeparator()
            self._offer(menu, say.words.tr("Not marked"), "", book, key)
        menu.popup(table.viewport().mapToGlobal(table.cell_rect(Cell(cell.row, REASON)).bottomLeft()))

    def _offer(self, menu: Menu, name: str, text: str, book: DayBook, key: CellKey) -> None:
        action = menu.addAction(name)
        action.setCheckable(True)
        action.setChecked(book.stored(key) == text and bool(text))
        action.triggered.connect(lambda: self._take(book, key, text))

    def _take(self, book: DayBook, key: CellKey, text: str) -> None:
        place = book.place_of(key) if self.table.book is book else None
        if place is not None and isinstance(self.table, TypedTable):
            self.table.enter({place: text})

    def _forget(self) -> None:
        self.menu = None


class DayKeys(TableKeys[DayBook]):
    """P, A, L and E mark and go down; space opens the reasons."""

    def __init__(self, table: TypedTable[DayBook]) -> None:
        super().__init__(table, areas=False)

    def command(self, event: QKeyEvent) -> bool:
        """Space opens the menu; sideways there is nowhere to go."""
        if event.key() == Qt.Key.Key_Space:
            self.table.begin()
            return True
        return event.key() in (Qt.Key.Key_Left, Qt.Key.Key_Right) and not event.modifiers()

    def clear(self) -> None:
        """Take the mark of this pupil away."""
        self._put("")

    def type(self, text: str) -> None:
        """Mark the pupil and go down to the next."""
        if text.upper() not in {presence.value for presence in ORDER}:
            self.table.barred.emit(self.table.current)
            return
        if self._put(text.upper()):
            self.steps.press(_DOWN)

    def _put(self, text: str) -> bool:
        table, book = self.table, self.table.book
        cell = Cell(table.current.row, MARK)
        if book is None or not book.takes(cell):
            table.barred.emit(cell)
            return False
        table.enter({cell: text})
        return book.draft(cell) is None


_DOWN: Final = QKeyEvent(QKeyEvent.Type.KeyPress, Qt.Key.Key_Down, Qt.KeyboardModifier.NoModifier)


class DayGrid(TypedTable[DayBook]):
    """The register of a class: marks, words, strips and rates."""

    def __init__(self, saying: RegisterSaying) -> None:
        words: Words = saying.words
        super().__init__(DayModel(), DayHead(), words.tr("Pupil"), ROW)
        identify(self, "attendance.day.table", words.tr("Register of the class"))
        self.names_least = _NAMES
        self._compact = False
        self.setTabKeyNavigation(False)
        self.menu = ReasonMenu(saying, self)
        self.take_parts(self.menu, DayKeys(self))

    def set_compact(self, compact: bool) -> None:
        """Narrower names and no strips in a small window."""
        self._compact = compact
        self.names_least = _NAMES_COMPACT if compact else _NAMES
        self.setColumnHidden(STRIP, compact)
        self.fit()

    def widths(self, book: DayBook, room: int) -> Sequence[int]:
        """The words take what is left."""
        strip = 0 if self._compact else _STRIP
        return _LETTERS, max(_WORDS, room - _LETTERS - strip - _RATE), strip, _RATE

    def mousePressEvent(self, event: QMouseEvent) -> None:
        """A press on a letter marks, one on the words opens the reasons."""
        point = event.position().toPoint()
        super().mousePressEvent(event)
        cell, book = self.cell_at(point), self.book
        if cell is None or book is None or event.button() != Qt.MouseButton.LeftButton:
            return
        if cell.column == REASON and book.takes(cell) and book.entry(cell) is not None:
            self.begin()
        rect, rtl = self.cell_rect(Cell(cell.row, MARK)), self.isRightToLeft()
        for place, presence in enumerate(ORDER):
            if cell.column == MARK and box_rect(rect, place, rtl=rtl).contains(point):
                if book.takes(cell):
                    self.enter({Cell(cell.row, MARK): presence.value})
                else:
                    self.barred.emit(cell)

    def paintEvent(self, event: QPaintEvent) -> None:
        """Draw what shows in one pass."""
        book = self.book
        if book is None or not self.filled():
            return
        painter = QPainter(self.viewport())
        rtl, ticked = self.isRightToLeft(), self.ticks.cells()
        for row in self._rows_in_sight(book):
            current = row == self.current.row
            refused = book.draft(Cell(row, MARK)) is not None
            for column in range(book.extent.columns):
                paint_ground(painter, self.cell_rect(Cell(row, column)), current=current, refused=refused)
            cell = Cell(row, MARK)
            rect = self.cell_rect(cell)
            paint_letters(painter, rect, book.entry(cell), open_=book.takes(cell), rtl=rtl)
            words = self.cell_rect(Cell(row, REASON))
            paint_words(painter, words, book, cell, current=current, rtl=rtl)
            if not self._compact:
                paint_past(painter, self.cell_rect(Cell(row, STRIP)), book, cell, rtl=rtl)
            paint_rate(painter, self.cell_rect(Cell(row, RATE)), book, cell, rtl=rtl)
            if cell in ticked:
                self._paint_tick(painter, words, rtl=rtl)
        self._paint_frame(painter)

    def _paint_tick(self, painter: QPainter, rect: QRect, *, rtl: bool) -> None:
        x = rect.left() + 4 if rtl else rect.right() - 18
        painter.drawPixmap(x, rect.top() + 9, pixmap("check", "ok", 12, self.devicePixelRatioF()))

    def _paint_frame(self, painter: QPainter) -> None:
        rect = self.cell_rect(Cell(self.current.row, MARK))
        ink = colour("focus" if self.has_keys() else "line_strong")
        box = rect.intersected(painter.viewport())
        painter.fillRect(box.left(), box.top(), box.width(), 2, ink)
        painter.fillRect(box.left(), box.bottom() - 1, box.width(), 2, ink)
        painter.fillRect(box.left(), box.top(), 2, box.height(), ink)
        painter.fillRect(box.right() - 1, box.top(), 2, box.height(), ink)

    def _rows_in_sight(self, book: DayBook) -> Iterator[int]:
        port = self.viewport().rect()
        first, last = self.rowAt(0), self.rowAt(port.bottom())
        last = book.extent.rows - 1 if last < 0 else last
        yield from range(max(0, first), last + 1)
