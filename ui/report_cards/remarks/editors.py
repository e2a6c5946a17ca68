"""The two editors of the table and the menu of levels: whichever fits the current cell."""

from typing import TYPE_CHECKING

from PySide6.QtCore import QObject, Qt, Signal
from PySide6.QtGui import QKeyEvent
from PySide6.QtWidgets import QApplication, QMenu

from emis_desktop.services.remarks import LONGEST_REMARK
from resources.words import Words
from ui.report_cards.remarks.book import RemarkBook
from ui.report_cards.remarks.columns import Kind
from ui.report_cards.remarks.editor import RemarkEditor
from ui.widgets.sheet.area import Cell
from ui.widgets.sheet.editor import CellEditor

if TYPE_CHECKING:
    from ui.report_cards.remarks.grid import RemarkGrid


class Editors(QObject):
    """Opens and closes them over the cells of ``grid``.

    ``key(event)`` is asked first about every key; ``left`` comes when the focus goes elsewhere;
    ``level_chosen(Cell, str)`` from the menu.
    """

    key = Signal(QKeyEvent)
    left = Signal()
    level_chosen = Signal(object, str)

    def __init__(self, words: Words, grid: "RemarkGrid") -> None:
        super().__init__(grid)
        self._words, self._grid = words, grid
        self.lines = RemarkEditor(words, LONGEST_REMARK, grid.viewport())
        self.number = CellEditor(grid.viewport(), "report_cards.remarks.number")
        for editor in (self.lines, self.number):
            editor.key.connect(self.key)
            editor.left.connect(self.left)

    def open(self) -> RemarkEditor | CellEditor | None:
        """The one that is open."""
        return next((one for one in (self.lines, self.number) if one.isVisible()), None)

    def typing(self) -> bool:
        """Whether a count is being typed that began by a digit: arrows save and move then."""
        return self.open() is self.number and self.number.typing

    def begin(self, book: RemarkBook, cell: Cell, typed: str | None) -> None:
        """Edit a cell of ``book``, on its text or with ``typed`` in its place; a level from its menu."""
        kind, rect = book.columns[cell.column].kind, self._grid.cell_rect(cell)
        spoken = f"{book.table.rows[cell.row].name}, {book.columns[cell.column].spoken}"
        if kind is Kind.LEVEL:
            self._choose_level(book, cell)
        elif kind is Kind.WORDS:
            self.lines.begin(rect, self._grid.viewport().rect(), book.text(cell), typed, spoken)
        else:
            self.number.begin(rect, book.text(cell), typed, spoken, words=False)

    def _choose_level(self, book: RemarkBook, cell: Cell) -> None:
        menu = QMenu(self._grid)
        menu.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        for level, word in sorted(book.table.levels.items(), reverse=True):
            action = menu.addAction(f"{level}  {word}")
            action.setCheckable(True)
            action.setChecked(book.text(cell) == str(level))
            action.triggered.connect(lambda _=False, text=str(level): self.level_chosen.emit(cell, text))
        menu.addSeparator()
        none = menu.addAction(self._words.tr("Not rated"))
        none.triggered.connect(lambda: self.level_chosen.emit(cell, ""))
        corner = self._grid.cell_rect(cell).bottomLeft()
        menu.popup(self._grid.viewport().mapToGlobal(corner))

    def follow(self, cell: Cell) -> None:
        """Stay over its cell when the table is scrolled; the large one stays in sight where it is."""
        if self.open() is self.number:
            self.number.setGeometry(self._grid.cell_rect(cell))

    def close(self) -> str | None:
        """Close the one that is open and give what was typed; None when none was open."""
        editor = self.open()
        if editor is None:
            return None
        text = editor.text()
        inside = QApplication.focusWidget()
        had_focus = inside is not None and (inside is editor or editor.isAncestorOf(inside))
        editor.hide()
        if had_focus:
            self._grid.setFocus(Qt.FocusReason.OtherFocusReason)
        return text
