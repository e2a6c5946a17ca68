"""Models for tables: one to subclass for large lists, one ready for short ones."""

from collections.abc import Callable, Sequence
from typing import Generic, TypeVar

from PySide6.QtCore import QAbstractTableModel, QModelIndex, QObject, QPersistentModelIndex, Qt

from ui.widgets.table.cells import CELL_ROLE, EMPTY, Cell, Column

Index = QModelIndex | QPersistentModelIndex
Row = TypeVar("Row")
_NOWHERE = QModelIndex()


class TableModel(QAbstractTableModel):
    """Base of table models: give ``count`` and ``cell``; call ``refresh`` when the rows have changed."""

    def __init__(self, columns: Sequence[Column], parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._columns = tuple(columns)

    @property
    def columns(self) -> tuple[Column, ...]:
        """The columns in the order of the model."""
        return self._columns

    def count(self) -> int:
        """How many rows there are."""
        raise NotImplementedError

    def cell(self, row: int, column: Column) -> Cell:
        """What stands in a cell.

        Asked only for cells that show, and again at each paint: answer from memory.
        """
        raise NotImplementedError

    def row_words(self, row: int) -> str:
        """What a screen reader says before each cell of a row: the pupil's name; "" for nothing."""
        return ""

    def set_columns(self, columns: Sequence[Column]) -> None:
        """Use other columns."""
        self.beginResetModel()
        self._columns = tuple(columns)
        self.endResetModel()

    def refresh(self) -> None:
        """Every row may be another one now."""
        self.beginResetModel()
        self.endResetModel()

    def changed_rows(self, first: int, last: int) -> None:
        """The cells of rows ``first`` to ``last`` say something else now."""
        self.dataChanged.emit(self.index(first, 0), self.index(last, len(self._columns) - 1))

    def rowCount(self, parent: Index = _NOWHERE) -> int:
        """Rows of the table; a cell has none."""
        return 0 if parent.isValid() else self.count()

    def columnCount(self, parent: Index = _NOWHERE) -> int:
        """Columns of the table; a cell has none."""
        return 0 if parent.isValid() else len(self._columns)

    def flags(self, index: Index) -> Qt.ItemFlag:
        """Selectable; nothing at all for an invalid index."""
        if not index.isValid():
            return Qt.ItemFlag.NoItemFlags
        flag = Qt.ItemFlag
        return flag.ItemIsSelectable | flag.ItemIsEnabled | flag.ItemNeverHasChildren

    def data(self, index: Index, role: int = Qt.ItemDataRole.DisplayRole) -> object:
        """The cell itself, its text, or its words for a screen reader."""
        if not index.isValid():
            return None
        column = self._columns[index.column()]
        if role == CELL_ROLE:
            return self.cell(index.row(), column)
        if role == Qt.ItemDataRole.DisplayRole:
            return self.cell(index.row(), column).text
        if role == Qt.ItemDataRole.AccessibleTextRole:
            found = self.cell(index.row(), column)
            said = (self.row_words(index.row()), column.title, found.spoken or found.text, found.note)
            return ", ".join(filter(None, said))
        if role == Qt.ItemDataRole.CheckStateRole:
            checked = self.cell(index.row(), column).checked
            return None if checked is None else _check_state(checked)
        return None

    def headerData(
        self, section: int, orientation: Qt.Orientation, role: int = Qt.ItemDataRole.DisplayRole
    ) -> object:
        """Titles of the columns."""
        if orientation != Qt.Orientation.Horizontal or not 0 <= section < len(self._columns):
            return None
        column = self._columns[section]
        if role == Qt.ItemDataRole.DisplayRole:
            return column.title
        if role == Qt.ItemDataRole.AccessibleTextRole:
            return f"{column.title} {column.second}".strip()
        return None


def _check_state(checked: bool) -> Qt.CheckState:
    return Qt.CheckState.Checked if checked else Qt.CheckState.Unchecked


class RowsModel(TableModel, Generic[Row]):
    """A model over a list: ``cells`` turns a row into its cells, one a column.

    They are kept until ``set_rows``.
    """

    def __init__(
        self,
        columns: Sequence[Column],
        cells: Callable[[Row], Sequence[Cell]],
        rows: Sequence[Row] = (),
        parent: QObject | None = None,
    ) -> None:
        super().__init__(columns, parent)
        self._cells = cells
        self._rows: list[Row] = list(rows)
        self._made: dict[int, Sequence[Cell]] = {}
        self._places = {column.key: number for number, column in enumerate(columns)}

    def count(self) -> int:
        """How many rows the list has."""
        return len(self._rows)

    def row(self, number: int) -> Row:
        """The row in a line of the table."""
        return self._rows[number]

    def cell(self, row: int, column: Column) -> Cell:
        """The cell made from the row."""
        made = self._made.get(row)
        if made is None:
            made = self._made[row] = self._cells(self._rows[row])
        place = self._places[column.key]
        return made[place] if place < len(made) else EMPTY

    def set_rows(self, rows: Sequence[Row]) -> None:
        """Show another list."""
        self.beginResetModel()
        self._rows = list(rows)
        self._made.clear()
        self.endResetModel()

    def set_row(self, number: int, row: Row) -> None:
        """Show another row in one line."""
        self._rows[number] = row
        self._made.pop(number, None)
        self.changed_rows(number, number)
