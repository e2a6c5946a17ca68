"""The two editors of the table and the menu of levels: whichever fits the current cell."""

from PySide6.QtCore import Qt

from emis_desktop.services.remarks import LONGEST_REMARK
from resources.words import Words
from ui.report_cards.remarks.book import CellKey, RemarkBook
from ui.report_cards.remarks.columns import Kind
from ui.widgets.menu import Menu
from ui.widgets.sheet.area import Cell
from ui.widgets.sheet.editors import Editors
from ui.widgets.sheet.lines import LinesEditor
from ui.widgets.sheet.typed import TypedTable


class RemarkEditors(Editors[RemarkBook]):
    """``lines`` for a remark, the line for a count; a level is chosen from a menu and entered at once."""

    def __init__(self, words: Words, table: TypedTable[RemarkBook]) -> None:
        super().__init__(table, "report_cards.remarks.number")
        self._words, self._enter = words, table.enter
        self.lines = LinesEditor(words, LONGEST_REMARK, table.viewport(), "report_cards.remarks.editor")
        self.add(self.lines)

    def begin(self, book: RemarkBook, cell: Cell, typed: str | None) -> None:
        """Edit a cell of ``book``, on its text or with ``typed`` in its place."""
        kind, table = book.columns[cell.column].kind, self.table
        spoken = f"{book.table.rows[cell.row].name}, {book.columns[cell.column].spoken}"
        if kind is Kind.LEVEL:
            self._choose_level(book, cell)
        elif kind is Kind.WORDS:
            self.lines.begin(table.cell_rect(cell), table.viewport().rect(), book.text(cell), typed, spoken)
        else:
            self.line.begin(self.place(), book.text(cell), typed, spoken, words=False)

    def follow(self) -> None:
        """Keep the open editor over its cell when the table is scrolled."""
        super().follow()
        if self.lines.isVisible():
            self.lines.follow(self.table.cell_rect(self.table.current), self.table.viewport().rect())

    def _choose_level(self, book: RemarkBook, cell: Cell) -> None:
        table, key = self.table, book.key_of(cell)  # rows may change while the menu is open
        menu = Menu(table)
        menu.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        for level, word in sorted(book.table.levels.items(), reverse=True):
            action = menu.addAction(f"{level}  {word}")
            action.setCheckable(True)
            action.setChecked(book.text(cell) == str(level))
            action.triggered.connect(lambda _=False, text=str(level): self._rate(book, key, text))
        menu.addSeparator()
        none = menu.addAction(self._words.tr("Not rated"))
        none.triggered.connect(lambda: self._rate(book, key, ""))
        menu.popup(table.viewport().mapToGlobal(table.cell_rect(cell).bottomLeft()))

    def _rate(self, book: RemarkBook, key: CellKey, text: str) -> None:
        """Enter a level where its cell stands now; nowhere when it has gone or another book shows."""
        place = book.place_of(key) if self.table.book is book else None
        if place is not None:
            self._enter({place: text})
