"""Widths, hidden columns and the order of a table."""

from PySide6.QtCore import QObject, Signal
from PySide6.QtWidgets import QTableView

from ui.widgets.menu import Menu
from ui.widgets.table.cells import Column
from ui.widgets.table.head import ColumnHead
from ui.widgets.table.model import TableModel


class Columns(QObject):
    """Looks after the columns of ``view``: shares its width, hides what is not wanted, asks for an order.

    ``sort_asked(key, descending)`` when the head of a sortable column is pressed.
    """

    sort_asked = Signal(str, bool)

    def __init__(self, view: QTableView, model: TableModel, head: ColumnHead) -> None:
        super().__init__(view)
        self._view, self._model, self._head = view, model, head
        self._sorted: tuple[str, bool] = ("", False)
        self._hidden: set[str] = set()
        self._own_widths: dict[str, int] = {}
        self._fitting = False
        head.sectionClicked.connect(self._head_pressed)
        head.sectionResized.connect(self._resized_by_hand)
        model.modelReset.connect(self._changed)

    def shown(self) -> list[tuple[int, Column]]:
        """The columns that show, with their numbers in the model."""
        columns = enumerate(self._model.columns)
        return [(number, column) for number, column in columns if column.key not in self._hidden]

    def hidden(self) -> set[str]:
        """The keys of the columns that are taken away."""
        return set(self._hidden)

    def set_hidden(self, keys: set[str]) -> None:
        """Take the columns of these keys away and show all others."""
        self._hidden = set(keys)
        for number, column in enumerate(self._model.columns):
            self._view.setColumnHidden(number, column.key in self._hidden)
        self.fit()

    def menu(self) -> Menu:
        """A menu that shows and hides the optional columns."""
        menu = Menu(self._view)
        for column in self._model.columns:
            if column.optional:
                action = menu.addAction(column.title)
                action.setCheckable(True)
                action.setChecked(column.key not in self._hidden)
                action.toggled.connect(lambda shown, key=column.key: self._show(key, shown))
        return menu

    def _show(self, key: str, shown: bool) -> None:
        self.set_hidden(self._hidden - {key} if shown else self._hidden | {key})

    def fit(self) -> None:
        """Give each column its width and share what is left among those that stretch."""
        columns = self.shown()
        widths = {number: self._own_widths.get(column.key, column.width) for number, column in columns}
        spare = max(0, self._view.viewport().width() - sum(widths.values()))
        stretch = sum(column.stretch for _, column in columns)
        self._fitting = True
        for number, column in columns:
            share = spare * column.stretch // stretch if stretch else 0
            self._view.setColumnWidth(number, widths[number] + share)
        self._fitting = False

    def set_sorted(self, key: str, descending: bool) -> None:
        """Mark the column by which the rows are sorted now."""
        self._sorted = (key, descending)
        self._head.set_sorted(key, descending)

    def _changed(self) -> None:
        self._head.set_columns(self._model.columns)
        self.fit()

    def _resized_by_hand(self, section: int, _old: int, new: int) -> None:
        if not self._fitting and 0 <= section < len(self._model.columns):
            self._own_widths[self._model.columns[section].key] = new

    def _head_pressed(self, section: int) -> None:
        column = self._model.columns[section]
        if column.sortable:
            key, descending = self._sorted
            self.set_sorted(column.key, not descending if key == column.key else False)
            self.sort_asked.emit(*self._sorted)
