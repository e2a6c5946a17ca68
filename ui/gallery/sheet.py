"""The gallery's sheet: two-line heads over the columns, numbers and names frozen at the start."""

from PySide6.QtCore import QModelIndex, Qt
from PySide6.QtWidgets import QAbstractItemView, QFrame, QHeaderView, QTableView

from ui.context import UiContext
from ui.shell.page import Page
from ui.theme.fonts import MEDIUM, SEMIBOLD
from ui.theme.tokens import Space
from ui.widgets.card import Card
from ui.widgets.table.cells import CELL_ROLE, Cell, Column
from ui.widgets.table.delegate import CellDelegate
from ui.widgets.table.head import ColumnHead, RowHead
from ui.widgets.table.model import TableModel

ITEMS = (("Quiz 1", 20), ("Quiz 2", 20), ("Home 1", 10), ("Project", 50), ("Test 1", 100), ("Test 2", 100))
COLUMNS = (
    *(Column(name, name, 72, "end", f"/{most}, 5 %") for name, most in ITEMS),
    Column("term", "Term", 72, "end", "/100"),
    Column("grade", "Grade", 56, "center", " "),
)


class SheetModel(TableModel):
    """Thirty-one invented pupils."""

    def __init__(self) -> None:
        super().__init__(COLUMNS)

    def count(self) -> int:
        """A class."""
        return 31

    def cell(self, row: int, column: Column) -> Cell:
        """A mark, a result or a grade."""
        if column.key == "term":
            if row > 10:
                return Cell("43.55", tone="text3", dotted=True, ground="sunken")
            return Cell("47.00", weight=SEMIBOLD, ground="sunken")
        if column.key == "grade":
            return Cell("D", weight=SEMIBOLD, ground="sunken")
        return Cell(str(10 + row % 7))

    def headerData(self, section: int, orientation: Qt.Orientation, role: int = 0) -> object:
        """Names of the pupils."""
        if orientation == Qt.Orientation.Vertical:
            name = f"Pupil {section + 1:04}"
            return Cell(name, weight=MEDIUM) if role == CELL_ROLE else name
        return super().headerData(section, orientation, role)


class Sheet(QTableView):
    """A table with both heads; the real mark sheet brings its own delegate and keys."""

    row_height = Space.row_type
    hovered_row = -1
    pill_column = 0
    marks_current = False
    dimmed = False

    def __init__(self, model: SheetModel) -> None:
        super().__init__()
        self._columns = model.columns
        self.setObjectName("sheet.table")
        self.setAccessibleName("Marks")
        head = ColumnHead(model.columns, self)
        head.lined = True
        self.setHorizontalHeader(head)
        names = RowHead("Name", self)
        names.setMinimumSectionSize(Space.row_type)
        names.setDefaultSectionSize(Space.row_type)
        names.setSectionResizeMode(QHeaderView.ResizeMode.Fixed)
        self.setVerticalHeader(names)
        self.setModel(model)
        self.setItemDelegate(CellDelegate(self, self))
        self.setFrameShape(QFrame.Shape.NoFrame)
        self.setHorizontalScrollMode(QAbstractItemView.ScrollMode.ScrollPerPixel)
        self.setVerticalScrollMode(QAbstractItemView.ScrollMode.ScrollPerPixel)
        for number, column in enumerate(model.columns):
            self.setColumnWidth(number, column.width)
        self.selectionModel().currentChanged.connect(self._moved)
        self._heads = (head, names)

    def _moved(self, index: QModelIndex) -> None:
        self._heads[0].set_current(index.column())
        self._heads[1].set_current(index.row())

    def column_at(self, number: int) -> Column:
        """The column of the model with that number."""
        return self._columns[number]

    def edge_columns(self) -> tuple[int, int]:
        """First and last."""
        return 0, len(self._columns) - 1

    def is_current(self, row: int) -> bool:
        """Whether a row is the current one."""
        return row == self.currentIndex().row()

    def shows_focus(self, row: int) -> bool:
        """The sheet frames cells, not rows."""
        return False


class SheetPage(Page):
    """The sheet in a card."""

    def __init__(self, context: UiContext) -> None:
        super().__init__(context, "sheet", "Mathematics, Grade 5 Coral", "Teacher 01, 31 pupils, Term 1")
        card = Card(flush=True)
        model = SheetModel()
        self.sheet = Sheet(model)
        model.setParent(self.sheet)
        self.sheet.setCurrentIndex(model.index(9, 5))
        card.body.addWidget(self.sheet)
        self.body.addWidget(card, 1)
