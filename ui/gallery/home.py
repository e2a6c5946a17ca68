"""The gallery's Home: figures, tasks, charts."""

from decimal import Decimal

from PySide6.QtWidgets import QGridLayout, QVBoxLayout

from ui.charts.card import ChartCard
from ui.charts.heatmap import HeatData, Heatmap
from ui.charts.pyramid import Pyramid, PyramidRow
from ui.context import UiContext
from ui.shell.page import Page
from ui.widgets.base import column, row
from ui.widgets.button import Button
from ui.widgets.card import Card
from ui.widgets.figures import HeadlineFigure
from ui.widgets.tasks import Task, TaskList
from ui.widgets.text import Text

TASKS = [
    Task(*line.split("|"))
    for line in (
        "registers|calendar-check|bad|Take 3 registers for this morning|Grades 2, 4 and 6|Open",
        "marks|table|warn|Enter 21 marks in Grade 5 Coral, Mathematics|Test 2, due in 3 days|Continue",
        "cards|file-text|accent|Issue 34 report cards|Complete and checked; 27 others are not|Review",
        "doubles|users|warn|Check 2 possible duplicate pupils|Same date of birth|Compare",
        "census|chart-column|neutral|Sign the October census|Due 30 November; all checks pass|Sign",
    )
]
LATEST = [
    ("09:41", "Mark of Pupil 0009, Mathematics Test 2 entered: 88"),
    ("09:14", "Phone of Guardian 0007 changed"),
    ("08:52", "Register of Grade 5 Coral taken: 29 present, 2 absent"),
    ("Wed", "Sent 212 changes, received 9 from the Ministry"),
]
GRADES = "6 26 30|5 32 29|4 28 31|3 34 29|2 29 33|1 31 28|K 27 30"
DAYS = (
    "94 95 93 95 96 95 - 92 94",
    "93 92 94 94 95 86 98 96 91",
    "94 93 93 97 94 81 95 93 92",
    "92 93 93 94 93 98 92 92 -",
    "93 90 94 88 89 91 89 90 -",
)
WEEKS = ("7 Sep", "14 Sep", "21 Sep", "28 Sep", "5 Oct", "12 Oct", "19 Oct", "26 Oct", "2 Nov")


def grades() -> tuple[PyramidRow, ...]:
    """Invented enrolment."""
    lines = (line.split() for line in GRADES.split("|"))
    return tuple(PyramidRow(label, int(boys), int(girls)) for label, boys, girls in lines)


def heat() -> HeatData:
    """Invented attendance."""
    values = tuple(tuple(None if v == "-" else Decimal(v) for v in line.split()) for line in DAYS)
    shown = tuple(week if number % 2 == 0 else "" for number, week in enumerate(WEEKS))
    return HeatData(
        rows=("Mo", "Tu", "We", "Th", "Fr"),
        columns=WEEKS,
        shown=shown,
        values=values,
        notes={(0, 6): "holiday"},
        low=Decimal(80),
        high=Decimal(98),
        unit="%",
        caption="Per cent present",
    )


class HomePage(Page):
    """Four figures, what needs the user, two charts."""

    def __init__(self, context: UiContext) -> None:
        super().__init__(context, "home", "Good morning, User 01", "Thursday 5 November 2026, week 9 of 14")
        self.head.add(Button("Take attendance", icon="calendar-check", name="home.attendance"))
        self.head.set_primary(Button("Enter marks", icon="table", name="home.marks"))
        self._figures = self._make_figures()
        line = row(None, 12)
        for figure in self._figures:
            line.addWidget(figure, 1)
        self.body.addLayout(line)
        grid = QGridLayout()
        grid.setSpacing(12)
        grid.addLayout(self._left(), 0, 0)
        grid.addLayout(self._right(), 0, 1)
        grid.setColumnStretch(0, 42)
        grid.setColumnStretch(1, 59)
        self.body.addLayout(grid, 1)

    def _make_figures(self) -> list[HeadlineFigure]:
        data = (
            ("Pupils on roll", ("417", "", "210 girls, 207 boys", None)),
            ("Present today", ("93.4", "%", "3 of 14 registers still open", 0.934)),
            ("Term 1 marks entered", ("4,812", "of 4,944", "132 to go, due 11 December", 0.973)),
            ("Report cards ready", ("34", "of 61", "Grades 5 and 6; 27 incomplete", 0.557)),
        )
        made = []
        for label, (figure, unit, note, share) in data:
            card = HeadlineFigure(label)
            card.set_figure(figure, unit, note, share)
            made.append(card)
        return made

    def _left(self) -> QVBoxLayout:
        box = column(None, 12)
        todo = Card(name="home.todo")
        todo.add_head("What needs you")
        tasks = TaskList(name="home.tasks")
        tasks.set_tasks(TASKS)
        todo.body.addWidget(tasks, 1)
        box.addWidget(todo, 1)
        latest = self._latest = Card(name="home.latest")
        latest.add_head("Latest on this laptop")
        for when, what in LATEST:
            line = row(None, 8)
            time = Text(when, 12, tone="secondary")
            time.setFixedWidth(46)
            line.addWidget(time)
            line.addWidget(Text(what, elide=True), 1)
            latest.body.addLayout(line)
        box.addWidget(latest)
        return box

    def _right(self) -> QVBoxLayout:
        box = column(None, 12)
        heatmap = Heatmap(self.words, "Day")
        heatmap.set_data(heat())
        box.addWidget(ChartCard("Attendance by day", "Two sessions a day, whole school", heatmap), 1)
        pyramid = Pyramid(self.words, "Boys", "Girls", "Grade")
        pyramid.set_rows(grades())
        box.addWidget(ChartCard("Pupils by grade and sex", "On roll today", pyramid), 1)
        return box

    def apply_compact(self, compact: bool) -> None:
        """The notes and the latest changes go first."""
        self._latest.setVisible(not compact)
        for figure in self._figures:
            figure.set_compact(compact)
