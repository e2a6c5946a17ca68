"""What is said of the cells of the table: aloud, as a tooltip, and why nothing can be typed."""

from __future__ import annotations

from typing import TYPE_CHECKING

from ui.report_cards.remarks.columns import Kind

if TYPE_CHECKING:
    from ui.report_cards.remarks.book import RemarkBook
    from ui.widgets.sheet.area import Cell


class RemarkSaying:
    """The words of ``book``, in the language of its user."""

    def __init__(self, book: RemarkBook) -> None:
        self._book, self._words = book, book.words

    def spoken(self, cell: Cell) -> str:
        """What a screen reader says of a cell."""
        book = self._book
        draft = book.draft(cell)
        said = (
            book.table.rows[cell.row].name,
            book.columns[cell.column].spoken,
            book.text(cell) or self._words.tr("empty"),
            self.level(cell),
            draft.reason if draft is not None else "",
        )
        return ", ".join(filter(None, said))

    def level(self, cell: Cell) -> str:
        """What the digit in a cell of conduct stands for: "mostly"."""
        book, text = self._book, self._book.text(cell)
        if book.columns[cell.column].kind is not Kind.LEVEL or not text.isdecimal():
            return ""
        return book.table.levels.get(int(text), "")

    def tip(self, cell: Cell) -> str:
        """What a level stands for; the whole of a remark, which the cell may shorten."""
        return self.level(cell) or self._book.text(cell)

    def barrier(self, cell: Cell) -> str:
        """Why nothing can be typed there; "" when something can."""
        tr = self._words.tr
        if not self._book.table.may_edit:
            return tr("You may look at this, not change it.")
        if self._book.takes(cell):
            return ""
        if self._book.columns[cell.column].kind is Kind.COUNT:
            return tr("Counted from the register. Change it under Attendance.")
        return tr("The principal’s remark is written by the principal or the office.")
