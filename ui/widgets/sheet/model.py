"""A table that is typed into, as Qt and screen readers see it; the table itself draws from its book."""

from typing import Generic, Protocol, TypeVar

from PySide6.QtCore import QAbstractTableModel, QModelIndex, QObject, QPersistentModelIndex, Qt

from ui.theme.fonts import MEDIUM
from ui.widgets.sheet.area import Cell, Extent
from ui.widgets.sheet.draft import Draft
from ui.widgets.table.cells import CELL_ROLE
from ui.widgets.table.cells import Cell as Face

Index = QModelIndex | QPersistentModelIndex
_NOWHERE = QModelIndex()
_ROLE = Qt.ItemDataRole


class Book(Protocol):
    """What a table shows and takes; nothing of it knows Qt."""

    @property
    def extent(self) -> Extent:
        """How large it is."""

    def draft(self, cell: Cell) -> Draft | None:
        """What was refused in a cell."""

    def takes(self, cell: Cell) -> bool:
        """Whether something can be typed in a cell."""

    def refused(self) -> list[Cell]:
        """The cells in which something was refused."""


AnyBook = TypeVar("AnyBook", bound=Book)


class BookModel(QAbstractTableModel, Generic[AnyBook]):
    """A model over a book; without one it is empty. A subclass says what cells and heads say."""

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._book: AnyBook | None = None
        self._names: dict[int, Face] = {}

    def set_book(self, book: AnyBook | None) -> None:
        """Show another book, or the same one with other rows or columns."""
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
        """Pupils."""
        return 0 if self._book is None or parent.isValid() else self._book.extent.rows

    def columnCount(self, parent: Index = _NOWHERE) -> int:
        """What stands beside each."""
        return 0 if self._book is None or parent.isValid() else self._book.extent.columns

    def flags(self, index: Index) -> Qt.ItemFlag:
        """Editable where a cell takes something."""
        if not index.isValid() or self._book is None:
            return Qt.ItemFlag.NoItemFlags
        flag = Qt.ItemFlag
        flags = flag.ItemIsSelectable | flag.ItemIsEnabled | flag.ItemNeverHasChildren
        return flags | flag.ItemIsEditable if self._book.takes(_cell(index)) else flags

    def data(self, index: Index, role: int = _ROLE.DisplayRole) -> object:
        """What a cell shows, is edited from or says aloud; as a tooltip first why it was refused."""
        if not index.isValid() or self._book is None:
            return None
        cell = _cell(index)
        draft = self._book.draft(cell) if role == _ROLE.ToolTipRole else None
        return self.cell_words(self._book, cell, role) if draft is None else draft.reason

    def headerData(self, section: int, orientation: Qt.Orientation, role: int = _ROLE.DisplayRole) -> object:
        """Names of the pupils and of the columns."""
        book = self._book
        if book is None or section < 0:
            return None
        if orientation == Qt.Orientation.Horizontal:
            return self.column_words(book, section, role) if section < book.extent.columns else None
        if section >= book.extent.rows:
            return None
        return self._row_words(book, section, role)

    def _row_words(self, book: AnyBook, row: int, role: int) -> object:
        face = self._names.get(row)
        if face is None:
            name, note = self.pupil(book, row)
            face = self._names[row] = Face(name, weight=MEDIUM, note=note)
        if role == CELL_ROLE:
            return face
        if role == _ROLE.ToolTipRole:
            return ", ".join(filter(None, (face.text, face.note)))
        return face.text if role in (_ROLE.DisplayRole, _ROLE.AccessibleTextRole) else None

    def cell_words(self, book: AnyBook, cell: Cell, role: int) -> object:
        """What a cell says in a role."""
        raise NotImplementedError

    def column_words(self, book: AnyBook, place: int, role: int) -> object:
        """What the head of a column says in a role."""
        raise NotImplementedError

    def pupil(self, book: AnyBook, row: int) -> tuple[str, str]:
        """The name at the start of a row, and a few grey words after it."""
        raise NotImplementedError


def _cell(index: Index) -> Cell:
    return Cell(index.row(), index.column())
