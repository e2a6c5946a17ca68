"""The table for Qt: what cells say to a screen reader, and the names at the start of the rows."""

from PySide6.QtCore import Qt

from ui.report_cards.remarks.book import RemarkBook
from ui.widgets.sheet.area import Cell
from ui.widgets.sheet.model import BookModel

_ROLE = Qt.ItemDataRole


class RemarkModel(BookModel[RemarkBook]):
    """Rows are pupils, columns what is written about them."""

    def cell_words(self, book: RemarkBook, cell: Cell, role: int) -> object:
        """The text of a cell, the whole of it as a tooltip, or its words for a screen reader."""
        if role in (_ROLE.DisplayRole, _ROLE.EditRole):
            return book.text(cell)
        if role == _ROLE.ToolTipRole:
            return book.saying.tip(cell)
        return book.saying.spoken(cell) if role == _ROLE.AccessibleTextRole else None

    def column_words(self, book: RemarkBook, place: int, role: int) -> object:
        """The whole name of a column."""
        roles = (_ROLE.DisplayRole, _ROLE.AccessibleTextRole, _ROLE.ToolTipRole)
        return book.columns[place].spoken if role in roles else None

    def pupil(self, book: RemarkBook, row: int) -> tuple[str, str]:
        """The name."""
        return book.table.rows[row].name, ""
