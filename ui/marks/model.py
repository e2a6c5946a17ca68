"""The sheet as Qt's tables and screen readers see it; the grid itself draws from the book."""

from PySide6.QtCore import QAbstractTableModel, QModelIndex, QObject, QPersistentModelIndex, Qt

from ui.marks.book import SheetBook
from ui.theme.fonts import MEDIUM
from ui.widgets.sheet.area import Cell as Place
from ui.widgets.table.cells import CELL_ROLE, Cell

Index = QModelIndex | QPersistentModelIndex
_NOWHERE = QModelIndex()
_ROLE = Qt.ItemDataRole


class SheetModel(QAbstractTableModel):
    """A model over the book of one sheet; without a book it is empty."""

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._book: SheetBook | None = None
        self._names: dict[int, Cell] = {}

    def set_book(self, book: SheetBook | None) -> None:
        """Show another sheet, or the same one with other rows or columns."""
        self.beginResetModel()
        self._book = book
        self._names.clear()
        self.endResetModel()

    def changed(self) -> None:
        """Every cell may say something else now."""
        self._names.clear()
        if self.rowCount():
            self.dataChanged.emit(self.index(0, 0), self.index(self.rowCount() - 1, self.columnCount() - 1))

    def rowCount(self, parent: Index = _NOWHERE) -> int:
        """Pupils of the sheet."""
        return 0 if self._book is None or parent.isValid() else self._book.extent.rows

    def columnCount(self, parent: Index = _NOWHERE) -> int:
        """Items and the computed columns."""
        return 0 if self._book is None or parent.isValid() else self._book.extent.columns

    def flags(self, index: Index) -> Qt.ItemFlag:
        """Editable where a cell takes something."""
        if not index.isValid() or self._book is None:
            return Qt.ItemFlag.NoItemFlags
        flag = Qt.ItemFlag
        flags = flag.ItemIsSelectable | flag.ItemIsEnabled | flag.ItemNeverHasChildren
        return flags | flag.ItemIsEditable if self._book.takes(_place(index)) else flags

    def data(self, index: Index, role: int = _ROLE.DisplayRole) -> object:
        """The text of a cell, what an editor begins with, what is said aloud, or why it was refused."""
        if not index.isValid() or self._book is None:
            return None
        place = _place(index)
        if role == _ROLE.DisplayRole:
            return self._book.face(place).text
        if role == _ROLE.EditRole:
            return self._book.to_type(place)
        if role == _ROLE.AccessibleTextRole:
            return self._book.spoken(place)
        if role == _ROLE.ToolTipRole:
            draft = self._book.draft(place)
            return draft.reason if draft is not None else self._book.note_tip(place)
        return None

    def headerData(self, section: int, orientation: Qt.Orientation, role: int = _ROLE.DisplayRole) -> object:
        """Names of the pupils and of the columns."""
        if self._book is None or section < 0:
            return None
        if orientation == Qt.Orientation.Vertical:
            return self._row_head(self._book, section, role)
        if section >= len(self._book.columns):
            return None
        column = self._book.columns[section]
        if role == _ROLE.DisplayRole:
            return column.title
        if role in (_ROLE.ToolTipRole, _ROLE.AccessibleTextRole):
            return column.tip
        return None

    def _row_head(self, book: SheetBook, section: int, role: int) -> object:
        if section >= len(book.sheet.rows):
            return None
        if role == CELL_ROLE:
            made = self._names.get(section)
            if made is None:
                made = self._names[section] = Cell(
                    book.sheet.rows[section].name, weight=MEDIUM, note=book.joined_words(section)
                )
            return made
        if role in (_ROLE.DisplayRole, _ROLE.AccessibleTextRole):
            return book.sheet.rows[section].name
        if role == _ROLE.ToolTipRole:
            return ", ".join(filter(None, (book.sheet.rows[section].name, book.joined_words(section))))
        return None


def _place(index: Index) -> Place:
    return Place(index.row(), index.column())
