"""The table that lists are shown in: virtual, by rows, with the keyboard."""

from PySide6.QtCore import QEvent, QItemSelection, QModelIndex, Qt, Signal
from PySide6.QtGui import QFocusEvent, QKeyEvent, QKeySequence, QMouseEvent, QResizeEvent
from PySide6.QtWidgets import QAbstractItemView, QApplication, QFrame, QHeaderView, QMenu, QTableView, QWidget

from ui.theme.tokens import Space
from ui.widgets.base import identify
from ui.widgets.table.cells import Column
from ui.widgets.table.delegate import CellDelegate
from ui.widgets.table.head import CHECK_KEY, ColumnHead
from ui.widgets.table.model import TableModel

_BY_KEYS = (
    Qt.FocusReason.TabFocusReason,
    Qt.FocusReason.BacktabFocusReason,
    Qt.FocusReason.ShortcutFocusReason,
)


class TableView(QTableView):
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
        super().__init__(parent)
        identify(self, name, spoken)
        self.row_height = row_height
        self.hovered_row = -1
        self.pill_column = 0
        self._model = model
        self._by_keys = False
        self._sorted: tuple[str, bool] = ("", False)
        self._hidden: set[str] = set()
        self._own_widths: dict[str, int] = {}
        self._fitting = False
        self._head = ColumnHead(model.columns, self)
        self._set_up()
        self.setModel(model)
        self.setItemDelegate(CellDelegate(self))
        self._connect()

    def _set_up(self) -> None:
        self.setHorizontalHeader(self._head)
        self.setFrameShape(QFrame.Shape.NoFrame)
        self.setShowGrid(False)
        self.setWordWrap(False)
        self.setMouseTracking(True)
        self.setTabKeyNavigation(False)
        self.setCornerButtonEnabled(False)
        self.setEditTriggers(QAbstractItemView.EditTrigger.NoEditTriggers)
        self.setSelectionBehavior(QAbstractItemView.SelectionBehavior.SelectRows)
        self.setSelectionMode(QAbstractItemView.SelectionMode.SingleSelection)
        self.setVerticalScrollMode(QAbstractItemView.ScrollMode.ScrollPerPixel)
        self.setHorizontalScrollMode(QAbstractItemView.ScrollMode.ScrollPerPixel)
        rows = self.verticalHeader()
        rows.setVisible(False)
        rows.setMinimumSectionSize(self.row_height)
        rows.setDefaultSectionSize(self.row_height)
        rows.setSectionResizeMode(QHeaderView.ResizeMode.Fixed)

    def _connect(self) -> None:
        self._head.sectionClicked.connect(self._head_pressed)
        self._head.sectionResized.connect(self._resized_by_hand)
        self._head.check_all.connect(self.all_toggled)
        self.doubleClicked.connect(lambda index: self.opened.emit(index.row()))
        self.clicked.connect(self._clicked)
        self._model.modelReset.connect(self._columns_changed)

    # -- What the delegate asks ---------------------------------------------------------------------

    def column_at(self, number: int) -> Column:
        """The column of the model with that number."""
        return self._model.columns[number]

    def edge_columns(self) -> tuple[int, int]:
        """The first and the last column that show."""
        shown = [n for n in range(len(self._model.columns)) if not self.isColumnHidden(n)]
        return (shown[0], shown[-1]) if shown else (0, 0)

    def shows_focus(self, row: int) -> bool:
        """Whether the frame of the keyboard stands around a row."""
        return self._by_keys and row == self.currentIndex().row() and self.hasFocus()

    @property
    def head(self) -> ColumnHead:
        """The head of the columns."""
        return self._head

    # -- Columns ------------------------------------------------------------------------------------

    def set_hidden(self, keys: set[str]) -> None:
        """Take the columns of these keys away and show all others."""
        self._hidden = set(keys)
        for number, column in enumerate(self._model.columns):
            self.setColumnHidden(number, column.key in self._hidden)
        self.fit()

    def hidden(self) -> set[str]:
        """The keys of the columns that are taken away."""
        return set(self._hidden)

    def columns_menu(self) -> QMenu:
        """A menu that shows and hides the optional columns; for the button "Columns"."""
        menu = QMenu(self)
        for column in self._model.columns:
            if column.optional:
                action = menu.addAction(column.title)
                action.setCheckable(True)
                action.setChecked(column.key not in self._hidden)
                action.toggled.connect(lambda shown, key=column.key: self._show_column(key, shown))
        return menu

    def _show_column(self, key: str, shown: bool) -> None:
        self.set_hidden(self._hidden - {key} if shown else self._hidden | {key})

    def _columns_changed(self) -> None:
        self._head.set_columns(self._model.columns)
        self.hovered_row = -1
        self.fit()

    def fit(self) -> None:
        """Give each column its width and share what is left among those that stretch."""
        columns = [
            (number, column)
            for number, column in enumerate(self._model.columns)
            if column.key not in self._hidden
        ]
        widths = {number: self._own_widths.get(column.key, column.width) for number, column in columns}
        spare = max(0, self.viewport().width() - sum(widths.values()))
        stretch = sum(column.stretch for _, column in columns)
        self._fitting = True
        for number, column in columns:
            share = spare * column.stretch // stretch if stretch else 0
            self.setColumnWidth(number, widths[number] + share)
        self._fitting = False

    def _resized_by_hand(self, section: int, _old: int, new: int) -> None:
        if not self._fitting and 0 <= section < len(self._model.columns):
            self._own_widths[self._model.columns[section].key] = new

    def _head_pressed(self, section: int) -> None:
        column = self._model.columns[section]
        if column.sortable:
            key, descending = self._sorted
            self.set_sorted(column.key, not descending if key == column.key else False)
            self.sort_asked.emit(*self._sorted)

    def set_sorted(self, key: str, descending: bool = False) -> None:
        """Mark the column by which the rows are sorted now."""
        self._sorted = (key, descending)
        self._head.set_sorted(key, descending)

    # -- Rows ---------------------------------------------------------------------------------------

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

    def _clicked(self, index: QModelIndex) -> None:
        if self._model.columns[index.column()].key == CHECK_KEY:
            self.check_toggled.emit(index.row())

    def copy_text(self) -> str:
        """The selected rows with tabs and lines, as Excel takes them."""
        columns = [c for c in self._model.columns if c.key not in self._hidden and c.key != CHECK_KEY]
        rows = sorted(index.row() for index in self.selectionModel().selectedRows())
        return "\n".join("\t".join(self._model.cell(r, c).text for c in columns) for r in rows)

    # -- Events -------------------------------------------------------------------------------------

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Enter opens, Space ticks, Ctrl+C copies; the arrows are the table's own."""
        self._set_keys(True)
        row = self.current_row()
        key = event.key()
        if event.matches(QKeySequence.StandardKey.Copy):
            QApplication.clipboard().setText(self.copy_text())
        elif key in (Qt.Key.Key_Return, Qt.Key.Key_Enter) and row >= 0:
            self.opened.emit(row)
        elif key == Qt.Key.Key_Space and row >= 0 and self._model.columns[0].key == CHECK_KEY:
            self.check_toggled.emit(row)
        elif key == Qt.Key.Key_Up and row == 0:
            self.left_at_top.emit()
        else:
            super().keyPressEvent(event)

    def keyboardSearch(self, search: str) -> None:
        """Do nothing: it would walk through every row; the list has a search box."""

    def focusInEvent(self, event: QFocusEvent) -> None:
        """Make a row current when the keyboard comes in."""
        super().focusInEvent(event)
        if event.reason() in _BY_KEYS:
            self._set_keys(True)
            if self.current_row() < 0 and self._model.count():
                self.pick(0)
        self.viewport().update()

    def focusOutEvent(self, event: QFocusEvent) -> None:
        """Take the frame away."""
        super().focusOutEvent(event)
        self.viewport().update()

    def mousePressEvent(self, event: QMouseEvent) -> None:
        """The mouse has no frame."""
        self._set_keys(False)
        super().mousePressEvent(event)

    def mouseMoveEvent(self, event: QMouseEvent) -> None:
        """Follow the row under the mouse."""
        self._hover(self.rowAt(event.position().toPoint().y()))
        super().mouseMoveEvent(event)

    def leaveEvent(self, event: QEvent) -> None:
        """No row is under the mouse."""
        self._hover(-1)
        super().leaveEvent(event)

    def resizeEvent(self, event: QResizeEvent) -> None:
        """Share the new width."""
        super().resizeEvent(event)
        self.fit()

    def _hover(self, row: int) -> None:
        if row != self.hovered_row:
            old, self.hovered_row = self.hovered_row, row
            for changed in (old, row):
                if changed >= 0:
                    top = self.rowViewportPosition(changed)
                    self.viewport().update(0, top, self.viewport().width(), self.row_height)

    def _set_keys(self, by_keys: bool) -> None:
        if by_keys != self._by_keys:
            self._by_keys = by_keys
            self.viewport().update()
