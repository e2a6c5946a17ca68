"""The table that lists are shown in: virtual, by rows, with the keyboard."""

from PySide6.QtCore import QItemSelection, QModelIndex, Qt, Signal
from PySide6.QtGui import QKeyEvent, QKeySequence, QResizeEvent
from PySide6.QtWidgets import QApplication, QMenu, QWidget

from ui.theme.tokens import Space
from ui.widgets.base import identify
from ui.widgets.table.cells import CHECK_KEY, Column
from ui.widgets.table.columns import Columns
from ui.widgets.table.delegate import CellDelegate
from ui.widgets.table.head import ColumnHead
from ui.widgets.table.model import TableModel
from ui.widgets.table.rows import RowsView


class TableView(RowsView):
    """A list of rows of one height.

    ``picked(row)``: another row is current, -1 for none. ``opened(row)``: Enter or a double click.
    ``check_toggled`` (row) and ``all_toggled(bool)``: the check column, a column with the key "check".
    ``sort_asked(key, descending)``: the head of a sortable column was pressed. ``left_at_top``: Up on the
    first row.
    """

    picked = Signal(int)
    opened = Signal(int)
    check_toggled = Signal(int)
    all_toggled = Signal(bool)
    sort_asked = Signal(str, bool)
    left_at_top = Signal()

    def __init__(
        self,
        model: TableModel,
        spoken: str,
        *,
        row_height: int = Space.row_read,
        name: str = "table",
        parent: QWidget | None = None,
    ) -> None:
        super().__init__(row_height, parent)
        identify(self, name, spoken)
        self._model = model
        self._head = ColumnHead(model.columns, self)
        self.setHorizontalHeader(self._head)
        self.setModel(model)
        self.setItemDelegate(CellDelegate(self, self))
        self._columns = Columns(self, model, self._head)
        self._columns.sort_asked.connect(self.sort_asked)
        self._head.check_all.connect(self.all_toggled)
        self.doubleClicked.connect(lambda index: self.opened.emit(index.row()))
        self.clicked.connect(self._clicked)
        model.modelReset.connect(self._leave_rows)

    def _leave_rows(self) -> None:
        """Other rows are in the model: the mouse is over none of those that were there."""
        self._hover(-1)

    @property
    def head(self) -> ColumnHead:
        """The head of the columns."""
        return self._head

    def column_at(self, number: int) -> Column:
        """The column of the model with that number."""
        return self._model.columns[number]

    def edge_columns(self) -> tuple[int, int]:
        """The first and the last column that show."""
        shown = self._columns.shown()
        return (shown[0][0], shown[-1][0]) if shown else (0, 0)

    def hidden(self) -> set[str]:
        """The keys of the columns that are taken away."""
        return self._columns.hidden()

    def set_hidden(self, keys: set[str]) -> None:
        """Take the columns of these keys away and show all others."""
        self._columns.set_hidden(keys)

    def columns_menu(self) -> QMenu:
        """A menu that shows and hides the optional columns; for the button "Columns"."""
        return self._columns.menu()

    def set_sorted(self, key: str, descending: bool = False) -> None:
        """Mark the column by which the rows are sorted now."""
        self._columns.set_sorted(key, descending)

    def pick(self, row: int) -> None:
        """Make ``row`` current and bring it into sight; -1 for none."""
        if row < 0:
            self.clearSelection()
            self.setCurrentIndex(QModelIndex())
        else:
            self.setCurrentIndex(self._model.index(row, 0))

    def current_row(self) -> int:
        """The row that is current, -1 for none."""
        return self.currentIndex().row()

    def selectionChanged(self, selected: QItemSelection, deselected: QItemSelection) -> None:
        """Tell which row is current now."""
        super().selectionChanged(selected, deselected)
        rows = self.selectionModel().selectedRows()
        self.picked.emit(rows[-1].row() if rows else -1)

    def copy_text(self) -> str:
        """The selected rows with tabs and lines, as Excel takes them."""
        columns = [column for _, column in self._columns.shown() if column.key != CHECK_KEY]
        rows = sorted(index.row() for index in self.selectionModel().selectedRows())
        return "\n".join("\t".join(self._model.cell(r, c).text for c in columns) for r in rows)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Enter opens, Space ticks, Ctrl+C copies; the arrows are the table's own."""
        row = self.current_row()
        key = event.key()
        if event.matches(QKeySequence.StandardKey.Copy):
            QApplication.clipboard().setText(self.copy_text())
        elif key in (Qt.Key.Key_Return, Qt.Key.Key_Enter) and row >= 0:
            self.opened.emit(row)
        elif (
            key == Qt.Key.Key_Space and row >= 0 and any(one.key == CHECK_KEY for one in self._model.columns)
        ):
            self.check_toggled.emit(row)
        elif key == Qt.Key.Key_Up and row == 0:
            self.left_at_top.emit()
        else:
            super().keyPressEvent(event)

    def resizeEvent(self, event: QResizeEvent) -> None:
        """Share the new width."""
        super().resizeEvent(event)
        self._columns.fit()

    def _clicked(self, index: QModelIndex) -> None:
        if self._model.columns[index.column()].key == CHECK_KEY:
            self.check_toggled.emit(index.row())
