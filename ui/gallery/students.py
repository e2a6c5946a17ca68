"""The gallery's lists: students with a peek, and an empty one."""

from decimal import Decimal

from PySide6.QtWidgets import QWidget

from ui.charts.lines import LineChart, Series
from ui.context import UiContext
from ui.shell.page import Page
from ui.theme.fonts import MEDIUM, SEMIBOLD
from ui.theme.tokens import Space
from ui.widgets.avatar import Avatar
from ui.widgets.base import column, row
from ui.widgets.button import Button, IconButton
from ui.widgets.card import Card, CardFoot, FactRow, Rule
from ui.widgets.chips import FilterChip, Pill
from ui.widgets.empty import EmptyState
from ui.widgets.search import SearchBox
from ui.widgets.table.cells import Cell, Column
from ui.widgets.table.model import TableModel
from ui.widgets.table.view import TableView
from ui.widgets.text import Text

COLUMNS = (
    Column("check", "", 36),
    Column("name", "Name", 150, stretch=2, sortable=True),
    Column("number", "Number", 116, sortable=True, optional=True),
    Column("class", "Class", 110, stretch=1, sortable=True, optional=True),
    Column("sex", "Sex", 54, optional=True),
    Column("age", "Age", 46, "end", sortable=True, optional=True),
    Column("attendance", "Attendance", 142, "end", sortable=True, optional=True),
    Column("status", "Status", 112),
)
RATES = (951, 820, 984, 918, 934, 787, 967, 1000, 885, 975)


class PupilModel(TableModel):
    """A hundred thousand invented pupils."""

    def __init__(self) -> None:
        super().__init__(COLUMNS)
        self.checked = {3}

    def count(self) -> int:
        """As many as the largest country has."""
        return 100_000

    def row_words(self, row: int) -> str:
        """The pupil."""
        return f"Pupil {row + 1:04}"

    def cell(self, row: int, column: Column) -> Cell:
        """A cell made from the number of the row."""
        rate = RATES[row % len(RATES)] / 10
        low = rate < 85
        made = {
            "check": lambda: Cell(checked=row in self.checked, spoken="selected"),
            "name": lambda: Cell(f"Pupil {row + 1:04}" + (" (Anaïs)" if row == 4 else ""), weight=MEDIUM),
            "number": lambda: Cell(f"0000 {row + 1:04}-{row % 10}", tone="text2"),
            "class": lambda: Cell("Grade 5 Reef" if row % 3 else "Grade 5 Coral"),
            "sex": lambda: Cell("Girl" if row % 2 else "Boy"),
            "age": lambda: Cell("10"),
            "attendance": lambda: Cell(
                f"{rate:.1f} %",
                tone="bad" if low else "text",
                weight=SEMIBOLD if low else 400,
                meter=(rate - 60) / 40,
                low=low,
            ),
            "status": lambda: (
                Cell("Transferring", pill="warn") if row == 8 else Cell("Enrolled", tone="text2")
            ),
        }
        return made[column.key]()


class StudentsPage(Page):
    """The list and the peek."""

    def __init__(self, context: UiContext) -> None:
        super().__init__(context, "students", "Students", "Windward Demo Primary School, 417 on roll")
        self.head.add(Button("Import", name="students.import"))
        self.head.set_primary(Button("Add pupil", icon="plus", name="students.add"))
        line = row(None, 12)
        line.addWidget(self._list(), 1)
        self.peek = self._make_peek()
        line.addWidget(self.peek)
        self.body.addLayout(line, 1)

    def _list(self) -> Card:
        card = Card(flush=True)
        tools = row(None, 8, (13, 9, 13, 8))
        self.search = SearchBox("Name, number or phone", "Clear the search", name="students.search")
        self.search.setFixedWidth(236)
        tools.addWidget(self.search)
        tools.addSpacing(6)
        for key, text in (("grade", "Grade 5"), ("roll", "On roll")):
            tools.addWidget(FilterChip(key, text, f"{text}, remove filter"))
        tools.addWidget(Button("+ Filter", "chip", name="students.filter"))
        tools.addStretch(1)
        tools.addWidget(Button("Columns", "link", "columns-3", name="students.columns"))
        tools.addWidget(Button("Export", "link", "upload", name="students.export"))
        card.body.addLayout(tools)
        self.model = PupilModel()
        self.table = TableView(self.model, "Students", name="students.table")
        self.table.opened.connect(lambda _row: None)
        self.table.pick(3)
        card.body.addWidget(self.table, 1)
        foot = CardFoot()
        foot.line.addWidget(Text("417 pupils, 58 shown by 2 filters", 12, tone="secondary", elide=True))
        foot.line.addWidget(Button("Clear filters", "link", name="students.clear"))
        foot.line.addStretch(1)
        foot.line.addWidget(Text("1 selected", 12, MEDIUM))
        card.body.addWidget(foot)
        return card

    def _make_peek(self) -> Card:
        card = Card(name="students.peek")
        card.setFixedWidth(Space.peek)
        head = row(None, 12)
        head.addWidget(Avatar("Pupil 0004", 44))
        names = column(None, 2)
        names.addWidget(Text("Pupil 0004", 16, SEMIBOLD, elide=True))
        names.addWidget(Text("0000 0004-8", 12, tone="secondary"))
        head.addLayout(names, 1)
        head.addWidget(IconButton("x", "Close", quiet=True, name="students.peek.close"))
        card.body.addLayout(head)
        pills = row(None, 8)
        pills.addWidget(Pill("Enrolled", "ok"))
        pills.addWidget(Pill("Allergy: peanuts", "warn"))
        pills.addStretch(1)
        card.body.addLayout(pills)
        facts = column(None)
        for label, value in (
            ("Class", "Grade 5 Coral"),
            ("Born", "12 March 2016, age 10"),
            ("Address", "Harbour Road, Demo Bay"),
        ):
            facts.addWidget(FactRow(label, value))
        card.body.addLayout(facts)
        card.body.addWidget(Rule())
        card.body.addWidget(Text("Average mark by term", 12, SEMIBOLD, "secondary"))
        chart = LineChart(self.words, "Term")
        chart.set_series(
            ("T1", "T2", "T3", "T1"),
            (
                Series("Pupil", tuple(map(Decimal, ("61", "70", "76", "78")))),
                Series("Class", tuple(map(Decimal, ("66", "65", "67.5", "71")))),
            ),
        )
        chart.setFixedHeight(112)
        card.body.addWidget(chart)
        card.body.addStretch(1)
        verbs = row(None, 8)
        verbs.addWidget(Button("Open record", "primary", name="students.open"), 1)
        verbs.addWidget(Button("History", icon="clock", name="students.history"), 1)
        card.body.addLayout(verbs)
        return card

    def apply_compact(self, compact: bool) -> None:
        """The peek goes first."""
        self.peek.setVisible(not compact)

    def focus_search(self) -> bool:
        """Into the box."""
        self.search.setFocus()
        return True

    def side_panel(self) -> QWidget:
        """The peek."""
        return self.peek


class EmptyPage(Page):
    """A class without pupils."""

    def __init__(self, context: UiContext) -> None:
        super().__init__(context, "empty", "Students", "Grade 5 Reef, nobody on roll")
        card = Card()
        help_text = "Bring in a class list from Excel, or add the first pupil by hand."
        empty = EmptyState("users", "No pupils in Grade 5 Reef yet", help_text)
        empty.add(Button("Import class list", "primary", name="empty.import"))
        empty.add(Button("Add pupil", icon="plus", name="empty.add"))
        empty.add_link(Button("Use last year’s Grade 4 Reef", "link", name="empty.last"))
        card.body.addWidget(empty)
        self.body.addWidget(card, 1)
