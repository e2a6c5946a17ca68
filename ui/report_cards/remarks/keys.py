"""The keys of the table beside those of every table: one digit rates a trait and goes on."""

from PySide6.QtGui import QGuiApplication, QKeyEvent, QKeySequence

from ui.report_cards.remarks.book import RemarkBook
from ui.report_cards.remarks.columns import Kind
from ui.widgets.sheet.keys import TableKeys
from ui.widgets.sheet.typed import TypedTable


class RemarkKeys(TableKeys[RemarkBook]):
    """One cell at a time; Tab goes on from the end of a row to the next pupil."""

    def __init__(self, table: TypedTable[RemarkBook]) -> None:
        super().__init__(table, wraps=True, areas=False)

    def command(self, event: QKeyEvent) -> bool:
        """Copy and paste the current cell."""
        standard, book = QKeySequence.StandardKey, self.table.book
        if book is None:
            return False
        if event.matches(standard.Copy):
            QGuiApplication.clipboard().setText(book.text(self.table.current))
        elif event.matches(standard.Paste):
            self._put(book, QGuiApplication.clipboard().text())
        else:
            return False
        return True

    def type(self, text: str) -> None:
        """A level is one digit; anything else begins a text."""
        table, book = self.table, self.table.book
        if book is None or book.columns[table.current.column].kind is not Kind.LEVEL:
            table.begin(text)
            return
        self._put(book, text)
        if book.draft(table.current) is None:
            self.steps.tab(1)

    def _put(self, book: RemarkBook, text: str) -> None:
        table = self.table
        if book.takes(table.current):
            table.enter({table.current: text})
        else:
            table.barred.emit(table.current)
