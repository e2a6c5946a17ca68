"""The table for Qt: what cells say to a screen reader, and the names at the start of the rows."""

from PySide6.QtCore import QAbstractTableModel, QModelIndex, QObject, QPersistentModelIndex, Qt

from ui.report_cards.remarks.book import RemarkBook
from ui.theme.fonts import MEDIUM
from ui.widgets.sheet.area import Cell
from ui.widgets.table.cells import CELL_ROLE, MISSING
from ui.widgets.table.cells import Cell as Face

Index = QModelIndex | QPersistentModelIndex
_NOWHERE = QModelIndex()


class RemarkModel(QAbstractTableModel):
    """Rows are pupils, columns what is written about them; empty without a book."""

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._book: RemarkBook | None = None

    def set_book(self, book: RemarkBook | None) -> None:
        """Show another table."""
        self.beginResetModel()
        self._book = book
        self.endResetModel()

    def changed(self) -> None:
        """Cells say something else now."""
        if self._book is not None and self.rowCount():
            last = self.index(self.rowCount() - 1, self.columnCount() - 1)
            self.dataChanged.emit(self.index(0, 0), last)

    def rowCount(self, parent: Index = _NOWHERE) -> int:
        """Pupils."""
        return 0 if parent.isValid() or self._book is None else self._book.extent.rows

    def columnCount(self, parent: Index = _NOWHERE) -> int:
        """Columns."""
        return 0 if parent.isValid() or self._book is None else self._book.extent.columns

    def flags(self, index: Index) -> Qt.ItemFlag:
        """Selectable everywhere, editable where this person may write."""
        if not index.isValid() or self._book is None:
            return Qt.ItemFlag.NoItemFlags
        flag = Qt.ItemFlag
        flags = flag.ItemIsSelectable | flag.ItemIsEnabled | flag.ItemNeverHasChildren
        takes = self._book.takes(Cell(index.row(), index.column()))
        return flags | flag.ItemIsEditable if takes else flags

    def data(self, index: Index, role: int = Qt.ItemDataRole.DisplayRole) -> object:
        """The text of a cell, the whole of it as a tooltip, or its words for a screen reader."""
        book = self._book
        if not index.isValid() or book is None:
            return None
        cell = Cell(index.row(), index.column())
        if role == Qt.ItemDataRole.DisplayRole:
            return book.text(cell)
        if role == Qt.ItemDataRole.ToolTipRole:
            return _tip(book, cell)
        if role == Qt.ItemDataRole.AccessibleTextRole:
            return book.spoken(cell)
        return None

    def headerData(
        self, section: int, orientation: Qt.Orientation, role: int = Qt.ItemDataRole.DisplayRole
    ) -> object:
        """Whole names of the columns; names of the pupils."""
        book = self._book
        if book is None:
            return None
        if orientation == Qt.Orientation.Vertical:
            return _row_head(book, section, role)
        if not 0 <= section < book.extent.columns:
            return None
        roles = (Qt.ItemDataRole.DisplayRole, Qt.ItemDataRole.AccessibleTextRole, Qt.ItemDataRole.ToolTipRole)
        return book.columns[section].spoken if role in roles else None


def _row_head(book: RemarkBook, section: int, role: int) -> object:
    if not 0 <= section < book.extent.rows:
        return None
    name = book.table.rows[section].name
    if role == CELL_ROLE:
        return Face(name, weight=MEDIUM)
    return name if role in (Qt.ItemDataRole.DisplayRole, Qt.ItemDataRole.ToolTipRole) else None


def _tip(book: RemarkBook, cell: Cell) -> str:
    draft = book.draft(cell)
    if draft is not None:
        return draft.reason
    word = book.level_word(cell)
    return word or (book.text(cell) if book.text(cell) != MISSING else "")
