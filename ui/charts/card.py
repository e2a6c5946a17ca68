"""A chart in a card, with its table one click away and a menu to save it."""

from functools import partial
from pathlib import Path

from PySide6.QtCore import QPoint, Qt
from PySide6.QtWidgets import QWidget

from emis_desktop.errors import CannotSave
from emis_desktop.jobs.card_jobs import plain_name
from ui.charts.base import Chart, ChartTable
from ui.widgets.button import Button
from ui.widgets.card import Card
from ui.widgets.dialog import Dialog
from ui.widgets.menu import Menu
from ui.widgets.system_windows import choose_target
from ui.widgets.table.cells import Cell, Column
from ui.widgets.table.model import RowsModel
from ui.widgets.table.view import TableView


class ChartCard(Card):
    """Title, facts, "Show table" and the chart. The menu of the chart (right button.

    Or the menu key) saves it.
    """

    def __init__(
        self, title: str, facts: str, chart: Chart, *, name: str = "", parent: QWidget | None = None
    ) -> None:
        super().__init__(name=name, parent=parent)
        self.chart, self._title = chart, title
        tr = chart.words.tr
        head = self.add_head(title, facts)
        self.head = head
        self.show_table = Button(tr("Show table"), "link", name=f"{name}.table" if name else "chart.table")
        self.show_table.setAccessibleName(f"{tr('Show table')}: {title}")
        self.show_table.clicked.connect(self.open_table)
        head.end.addWidget(self.show_table)
        self.body.addWidget(chart, 1)
        chart.setContextMenuPolicy(Qt.ContextMenuPolicy.CustomContextMenu)
        chart.customContextMenuRequested.connect(self._menu)
        chart.setFocusPolicy(Qt.FocusPolicy.TabFocus)
        self.fault = ""

    def open_table(self) -> "TableDialog":
        """Show the values as a table over the window."""
        dialog = TableDialog(self._title, self.chart, parent=self.window())
        dialog.ask()
        return dialog

    def _menu(self, at: QPoint) -> None:
        tr = self.chart.words.tr
        menu = Menu(self)
        menu.addAction(tr("Show table")).triggered.connect(lambda _: self.open_table())
        menu.addAction(tr("Save as a picture or table…")).triggered.connect(lambda _: self.ask_where())
        menu.popup(self.chart.mapToGlobal(at))

    def ask_where(self) -> None:
        """Ask for a file and save the chart into it."""
        save_chart(self, self.chart, self._title)


def save_chart(parent: QWidget, chart: Chart, title: str) -> None:
    """Ask where to save ``chart`` (PNG, SVG or CSV) and save it there; say why when that does not work."""
    tr = chart.words.tr
    filters = [f"{tr('Picture')} (*.png)", f"{tr('Drawing')} (*.svg)", f"{tr('Table')} (*.csv)"]
    proposed = Path(plain_name([title]) + ".png")
    choose_target(parent, tr("Save “{title}”", title=title), proposed, partial(_save, parent, chart), filters)


def _save(parent: QWidget, chart: Chart, path: Path) -> None:
    try:
        chart.save(path)
    except CannotSave as fault:
        told = Dialog(chart.words.tr("Not saved"), fault.text(chart.words), parent=parent.window())
        told.add_verb("close", chart.words.tr("Close"), safe=True)
        told.ask()


def _cells(row: tuple[str, ...]) -> tuple[Cell, ...]:
    return tuple(Cell(text, weight=500 if number == 0 else 400) for number, text in enumerate(row))


class TableDialog(Dialog):
    """The values of a chart as a table that can be copied and saved."""

    def __init__(self, title: str, chart: Chart, parent: QWidget | None = None) -> None:
        super().__init__(title, name="chart.dialog", parent=parent)
        tr = chart.words.tr
        values: ChartTable = chart.table()
        wide = max(70, 560 // max(1, len(values.heads)))
        columns = [
            Column(str(number), head, wide if number else 120, "end" if number else "start", stretch=1)
            for number, head in enumerate(values.heads)
        ]
        model: RowsModel[tuple[str, ...]] = RowsModel(columns, _cells, values.rows)
        self.table = TableView(model, title, row_height=30, name="chart.dialog.table")
        model.setParent(self.table)
        self.table.setMinimumSize(520, min(420, 36 + 30 * max(1, len(values.rows))))
        self.body.addWidget(self.table)
        save = self.add_verb("save", tr("Save…"))
        save.clicked.disconnect()
        save.clicked.connect(lambda: save_chart(self, chart, title))
        self.add_verb("close", tr("Close"), "primary", safe=True)
