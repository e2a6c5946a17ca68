"""The sheet as Qt's tables and screen readers see it."""

from PySide6.QtCore import Qt

from ui.marks.book import SheetBook
from ui.widgets.sheet.area import Cell
from ui.widgets.sheet.model import BookModel

_ROLE = Qt.ItemDataRole


class SheetModel(BookModel[SheetBook]):
    """A model over the book of one sheet."""

    def cell_words(self, book: SheetBook, cell: Cell, role: int) -> object:
        """The text of a cell, what an editor begins with, what is said aloud, the whole of a comment."""
        if role == _ROLE.DisplayRole:
            return book.face(cell).text
        if role == _ROLE.EditRole:
            return book.to_type(cell)
        if role == _ROLE.AccessibleTextRole:
            return book.saying.spoken(cell)
        return book.saying.tip(cell) if role == _ROLE.ToolTipRole else None

    def column_words(self, book: SheetBook, place: int, role: int) -> object:
        """The title of a column; all that there is to say of it aloud and as a tooltip."""
        if role == _ROLE.DisplayRole:
            return book.columns[place].title
        return book.columns[place].tip if role in (_ROLE.ToolTipRole, _ROLE.AccessibleTextRole) else None

    def pupil(self, book: SheetBook, row: int) -> tuple[str, str]:
        """The name, and from when and until when somebody was in the class who was not there all term."""
        return book.sheet.rows[row].name, book.saying.stay(row)
