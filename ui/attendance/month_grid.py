"""A month as a sheet: a pupil a row, a day a column; typed, pasted or filled as on the paper sheet."""

from collections.abc import Iterator, Sequence
from typing import Final

from PySide6.QtCore import QRect, Qt
from PySide6.QtGui import QGuiApplication, QKeyEvent, QKeySequence, QMouseEvent, QPainter, QPaintEvent

from emis_desktop.rules.registers import Presence
from ui.attendance.book import MonthBook
from ui.attendance.saying import ORDER, TONES, RegisterSaying
from ui.theme.active import colour
from ui.theme.fonts import REGULAR, SEMIBOLD, font
from ui.theme.icons import pixmap
from ui.widgets.base import identify
from ui.widgets.sheet.area import Area, Cell
from ui.widgets.sheet.editors import Editors
from ui.widgets.sheet.head import PinnedHead
from ui.widgets.sheet.keys import TableKeys
from ui.widgets.sheet.model import BookModel
from ui.widgets.sheet.typed import TypedTable
from ui.widgets.table.cells import Column

ROW: Final = 28
_NAMES, _LEAST, _MOST = 180, 34, 52
_ROLE = Qt.ItemDataRole
_LETTERS: Final = frozenset(presence.value for presence in ORDER)


class MonthModel(BookModel[MonthBook]):
    """Rows are pupils, columns are days."""

    def cell_words(self, book: MonthBook, cell: Cell, role: int) -> object:
        """What stands in a cell, or says it aloud."""
        if role in (_ROLE.DisplayRole, _ROLE.EditRole):
            return book.text(cell)
        return book.spoken(cell) if role in (_ROLE.AccessibleTextRole, _ROLE.ToolTipRole) else None

    def column_words(self, book: MonthBook, place: int, role: int) -> object:
        """The day, and why no school is held on it."""
        column, words = book.sheet.columns[place], book.saying.words
        day = words.date(column.on, "weekday")
        roles = (_ROLE.DisplayRole, _ROLE.AccessibleTextRole, _ROLE.ToolTipRole)
        if role not in roles:
            return None
        return f"{day}: {column.barrier.text(words)}" if column.barrier is not None else day

    def pupil(self, book: MonthBook, row: int) -> tuple[str, str]:
        """The name."""
        return book.sheet.rows[row].name, ""


class MonthHead(PinnedHead[MonthBook]):
    """The number of the day over its weekday."""

    def set_book(self, book: MonthBook | None) -> None:
        """Show the days of a sheet."""
        days = book.sheet.columns if book is not None else ()
        say = book.saying if book is not None else None
        self.set_columns(
            tuple(
                Column(str(one.on.day), str(one.on.day), align="center", second=say.weekday(one.on))
                for one in days
                if say is not None
            )
        )


class MonthEditor(Editors[MonthBook]):
    """A line for a letter with a reason, such as E/ILL."""

    def begin(self, book: MonthBook, cell: Cell, typed: str | None) -> None:
        """Type in a cell."""
        self.line.begin(self.place(), book.text(cell), typed, book.spoken(cell), words=False)


class MonthKeys(TableKeys[MonthBook]):
    """A letter fills what is chosen, or marks a cell and goes down; blocks come and go by the clipboard."""

    def command(self, event: QKeyEvent) -> bool:
        """Copy, cut, paste, fill down."""
        standard, book = QKeySequence.StandardKey, self.table.book
        if book is None:
            return False
        if event.matches(standard.Copy):
            self._copy(book)
        elif event.matches(standard.Cut):
            self._copy(book)
            self.clear()
        elif event.matches(standard.Paste):
            self._paste(book, QGuiApplication.clipboard().text())
        elif event.key() == Qt.Key.Key_D and event.modifiers() & Qt.KeyboardModifier.ControlModifier:
            self._fill_down(book)
        else:
            return False
        return True

    def type(self, text: str) -> None:
        """A letter marks; anything else begins a text."""
        table, book, letter = self.table, self.table.book, text.upper()
        if book is None or letter not in _LETTERS:
            table.begin(text)
            return
        cells = [cell for cell in table.area.cells() if book.takes(cell)]
        if not cells:
            table.barred.emit(table.current)
            return
        alone = table.area.single
        table.enter(dict.fromkeys(cells, letter))
        if alone:
            self.steps.press(_DOWN)

    def _copy(self, book: MonthBook) -> None:
        area = self.table.area
        lines = [
            "\t".join(book.text(Cell(row, column)) for column in range(area.left, area.right + 1))
            for row in range(area.top, area.bottom + 1)
        ]
        QGuiApplication.clipboard().setText("\n".join(lines))

    def _paste(self, book: MonthBook, text: str) -> None:
        """A block lands at the current cell; one text fills what is chosen; days without school stay."""
        lines = [line.split("\t") for line in text.rstrip("\r\n").splitlines()]
        table, area = self.table, self.table.area
        if len(lines) == 1 and len(lines[0]) == 1:
            table.enter({cell: lines[0][0] for cell in area.cells() if book.takes(cell)})
            return
        texts = {
            Cell(area.top + down, area.left + along): said
            for down, line in enumerate(lines)
            for along, said in enumerate(line)
            if area.top + down < book.extent.rows and area.left + along < book.extent.columns
        }
        table.enter({cell: said for cell, said in texts.items() if book.takes(cell)})
        last = max(texts, default=table.current)
        table.choose(Area(area.top, area.left, last.row, last.column))

    def _fill_down(self, book: MonthBook) -> None:
        """The first line of what is chosen down to its last; of one cell, the one above it."""
        area = self.table.area
        top = area.top if area.height > 1 else area.top - 1
        if top < 0:
            return
        self.table.enter(
            {
                Cell(row, column): book.text(Cell(top, column))
                for row in range(top + 1, area.bottom + 1)
                for column in range(area.left, area.right + 1)
                if book.takes(Cell(row, column))
            }
        )


_DOWN: Final = QKeyEvent(QKeyEvent.Type.KeyPress, Qt.Key.Key_Down, Qt.KeyboardModifier.NoModifier)


class MonthGrid(TypedTable[MonthBook]):
    """The sheet."""

    def __init__(self, saying: RegisterSaying) -> None:
        super().__init__(MonthModel(), MonthHead(), saying.words.tr("Pupil"), ROW)
        identify(self, "attendance.month.table", saying.words.tr("Month of the class"))
        self.names_least = _NAMES
        self.setTabKeyNavigation(False)
        self.head.sectionPressed.connect(self._choose_day)
        self.take_parts(MonthEditor(self, "attendance.month.editor"), MonthKeys(self))

    def widths(self, book: MonthBook, room: int) -> Sequence[int]:
        """All days alike, as wide as there is room for."""
        days = max(1, book.extent.columns)
        return [max(_LEAST, min(_MOST, room // days))] * book.extent.columns

    def _choose_day(self, column: int) -> None:
        """A press on a day chooses it for all pupils."""
        if self.book is not None and self.book.extent.rows:
            self.commit()
            self.choose(Area(0, column, self.book.extent.rows - 1, column))

    def mousePressEvent(self, event: QMouseEvent) -> None:
        """Go to a cell, or with Shift choose all up to it."""
        cell = self.cell_at(event.position().toPoint())
        if cell is not None and event.modifiers() & Qt.KeyboardModifier.ShiftModifier:
            self.commit()
            self.go(cell, extend=True)
            return
        super().mousePressEvent(event)

    def mouseMoveEvent(self, event: QMouseEvent) -> None:
        """Choose all that the mouse is drawn over."""
        cell = self.cell_at(event.position().toPoint())
        if cell is not None and event.buttons() & Qt.MouseButton.LeftButton:
            self.go(cell, extend=True)

    def paintEvent(self, event: QPaintEvent) -> None:
        """Draw what shows in one pass."""
        book = self.book
        if book is None or not self.filled():
            return
        painter = QPainter(self.viewport())
        ticked, area = self.ticks.cells(), self.area
        for cell in self._cells_in_sight(book):
            rect = self.cell_rect(cell)
            self._paint_cell(painter, rect, book, cell, chosen=cell in area and not area.single)
            if cell in ticked:
                picture = pixmap("check", "ok", 10, self.devicePixelRatioF())
                painter.drawPixmap(rect.right() - 12, rect.top() + 3, picture)
        self._paint_frame(painter, self.cell_rect(self.current))

    def _paint_cell(
        self, painter: QPainter, rect: QRect, book: MonthBook, cell: Cell, *, chosen: bool
    ) -> None:
        draft, entry, takes = book.draft(cell), book.entry(cell), book.takes(cell)
        ground = "selected" if chosen else "surface" if takes else "sunken"
        if draft is not None:
            ground = "bad_tint"
        elif entry is not None and entry.presence is not Presence.PRESENT and not chosen:
            ground = f"{TONES[entry.presence]}_tint"
        painter.fillRect(rect, colour(ground))
        painter.fillRect(rect.left(), rect.bottom(), rect.width(), 1, colour("line"))
        painter.fillRect(rect.right(), rect.top(), 1, rect.height(), colour("line"))
        text = draft.text if draft is not None else "" if entry is None else entry.presence.value
        present = entry is not None and entry.presence is Presence.PRESENT
        ink = "bad" if draft is not None else "text2" if entry is None else TONES[entry.presence]
        painter.setPen(colour(ink))
        painter.setFont(font(13, REGULAR if present else SEMIBOLD))
        room = rect.adjusted(0, 0, -1, -1)
        painter.drawText(room, int(Qt.AlignmentFlag.AlignCenter), text)
        if entry is not None and entry.reason and draft is None:
            painter.fillRect(room.center().x() - 5, room.bottom() - 4, 11, 1, colour(ink))
        if not takes and entry is None and book.sheet.columns[cell.column].held:
            painter.setPen(colour("disabled"))
            painter.drawText(room, int(Qt.AlignmentFlag.AlignCenter), "·")

    def _paint_frame(self, painter: QPainter, rect: QRect) -> None:
        ink = colour("focus" if self.has_keys() else "line_strong")
        line = painter.fillRect
        box = rect.adjusted(-1, -1, 0, 0).intersected(painter.viewport())
        line(box.left(), box.top(), box.width(), 2, ink)
        line(box.left(), box.bottom() - 1, box.width(), 2, ink)
        line(box.left(), box.top(), 2, box.height(), ink)
        line(box.right() - 1, box.top(), 2, box.height(), ink)

    def _cells_in_sight(self, book: MonthBook) -> Iterator[Cell]:
        port = self.viewport().rect()
        first, last = self.rowAt(0), self.rowAt(port.bottom())
        last = book.extent.rows - 1 if last < 0 else last
        for row in range(max(0, first), last + 1):
            for column in range(book.extent.columns):
                if self.cell_rect(Cell(row, column)).intersects(port):
                    yield Cell(row, column)
