"""The gallery's form, with a fault and a warning, and the parts that stand in no other picture."""

from datetime import date
from decimal import Decimal

from PySide6.QtWidgets import QVBoxLayout, QWidget

from emis_desktop.errors import Refused
from ui.charts.bars import Bar, BarChart
from ui.charts.card import ChartCard
from ui.charts.histogram import Bin, Histogram
from ui.context import UiContext
from ui.shell.page import Page
from ui.theme.tokens import Space
from ui.widgets.avatar import KeyLine, TickStatus
from ui.widgets.base import column, row
from ui.widgets.button import Button, IconButton
from ui.widgets.card import Card
from ui.widgets.chips import Pill, TabChips
from ui.widgets.fields import DateField, PhoneField, SegmentField, TextField
from ui.widgets.figures import Meter, SmallFigure
from ui.widgets.form import FormCard
from ui.widgets.progress import ProgressStrip
from ui.widgets.scroll import ScrollColumn
from ui.widgets.table.cells import Cell, Column
from ui.widgets.table.model import RowsModel
from ui.widgets.table.view import TableView
from ui.widgets.warning import WarningCard


def read_nothing(_text: str) -> date:
    """Refuse every date."""
    raise Refused("February 2016 has 29 days")


class FormPage(Page):
    """Three sections of fields, a warning at the side."""

    def __init__(self, context: UiContext) -> None:
        super().__init__(context, "form", "Élodie-Ann Pupil 0004", "Grade 5 Coral, 0000 0004-8")
        status = self.head.add(TickStatus(name="form.status"))
        status.refused("1 field not saved")
        self.head.add(IconButton("undo-2", "Undo", keys="Ctrl+Z", name="form.undo"))
        redo = self.head.add(IconButton("redo-2", "Redo", keys="Ctrl+Y", name="form.redo"))
        redo.setEnabled(False)
        self.head.add(Button("Print record", icon="printer", name="form.print"))
        self.head.add(Button("Back to list", name="form.back"))
        line = row(None, 12)
        line.addLayout(self._sections(), 1)
        self.side = self._side()
        line.addWidget(self.side)
        self.body.addLayout(line, 1)

    def _sections(self) -> QVBoxLayout:
        words = self.words
        box = column(None, 12)
        tabs = TabChips(
            [
                ("details", "Details"),
                ("guardians", "Guardians 2"),
                ("enrolment", "Enrolment"),
                ("health", "Health"),
            ],
            "Parts of the record",
            name="form.tabs",
        )
        box.addWidget(tabs)
        scroll = ScrollColumn(12)
        cards = scroll.body
        self.cards = [FormCard("Name and birth"), FormCard("Home"), FormCard("Numbers")]
        first, home, numbers = self.cards
        given = TextField("Given names", words, name="form.given")
        given.set_text("Élodie-Ann")
        first.add(given)
        family = TextField("Family name", words, name="form.family")
        family.set_text("Pupil 0004")
        first.add(family)
        first.add(TextField("Name usually used", words, optional=True, name="form.used"))
        born = DateField("Date of birth", words, read_nothing, name="form.born")
        born.set_text("31/02/2016")
        born.set_fault("February 2016 has 29 days")
        first.add(born)
        sex = SegmentField("Sex", [("f", "Girl"), ("m", "Boy")], words, name="form.sex")
        sex.set_value("f")
        first.add(sex)
        first.add(TextField("Place of birth", words, optional=True, name="form.place"))
        home.add(TextField("Address", words, name="form.address"))
        home.add(PhoneField("Phone at home", words, optional=True, name="form.phone"))
        home.add(TextField("Transport", words, optional=True, name="form.transport"))
        national = TextField(
            "National number", words, width=160, help_text="Given on this laptop", name="form.number"
        )
        numbers.add(national)
        numbers.add(
            TextField(
                "Birth certificate",
                words,
                optional=True,
                width=180,
                help_text="Digits and the year, such as 482/2016",
                name="form.certificate",
            )
        )
        for card in self.cards:
            cards.addWidget(card)
        cards.addStretch(1)
        box.addWidget(scroll, 1)
        return box

    def _side(self) -> QWidget:
        side = QWidget()
        side.setFixedWidth(Space.peek)
        box = column(side, 12)
        box.addWidget(
            WarningCard(
                "This may be the same pupil",
                "Pupil 0087, Grade 5 Reef. Names sound alike, same date of birth, same guardian phone.",
                "Compare",
                "Not the same",
                name="form.double",
            )
        )
        changes = Card()
        changes.add_head("Changes today")
        changes.body.addStretch(1)
        box.addWidget(changes, 1)
        return side

    def apply_compact(self, compact: bool) -> None:
        """Two columns, no side panel."""
        self.side.setVisible(not compact)
        for card in self.cards:
            card.set_compact(compact)


def _cells(line: tuple[str, str, str, str]) -> tuple[Cell, ...]:
    name, tone, state, note = line
    return (Cell(name, weight=500), Cell(state, pill=tone, note=note), Cell("71.6", weight=600))


class PartsPage(Page):
    """Report cards with a running job, the side panel of marks, more charts."""

    def __init__(self, context: UiContext) -> None:
        super().__init__(context, "parts", "Report cards, Grade 5 Coral", "Term 1, 2026–27")
        self.head.beside.addWidget(Pill("Preliminary", "warn"))
        self.head.add(Button("Delete all", "danger", name="parts.delete"))
        self.head.set_primary(Button("Issue 24 cards", icon="check", name="parts.issue"))
        line = row(None, 12)
        line.addWidget(self._cards(), 1)
        bars = BarChart(self.words, "Subject", "Average", places=1)
        bars.set_bars(
            tuple(
                Bar(label, Decimal(value))
                for label, value in (("Language Arts", "68.2"), ("Mathematics", "63.9"), ("Science", "66"))
            )
        )
        line.addWidget(ChartCard("Average by subject", "Term 1", bars), 1)
        self.side = self._side()
        line.addWidget(self.side)
        self.body.addLayout(line, 1)

    def _cards(self) -> Card:
        card = Card(flush=True)
        tabs = TabChips(
            [("all", "All 31"), ("ready", "Ready 24"), ("open", "Incomplete 4"), ("issued", "Issued 3")],
            "States",
            name="parts.tabs",
        )
        line = row(None, 0, (13, 10, 13, 8))
        line.addWidget(tabs)
        line.addStretch(1)
        card.body.addLayout(line)
        columns = (
            Column("name", "Pupil", 92),
            Column("state", "State", 200, stretch=1),
            Column("average", "Average", 76, "end"),
        )
        rows = [
            (
                f"Pupil {n:04}",
                "warn" if n % 3 == 2 else "accent",
                "Incomplete" if n % 3 == 2 else "Ready",
                "No mark: French, Music" if n % 3 == 2 else "",
            )
            for n in range(1, 32)
        ]
        model: RowsModel[tuple[str, str, str, str]] = RowsModel(columns, _cells, rows)
        table = TableView(model, "Report cards", row_height=34, name="parts.table")
        model.setParent(table)
        table.marks_current = True
        table.pick(0)
        card.body.addWidget(table, 1)
        strip = ProgressStrip(self.words)
        card.body.addWidget(strip)
        strip.start("Saving one PDF", "Cancel leaves no file behind. You can go on working.")
        strip.advance(12, 31, "card")
        return card

    def _side(self) -> Card:
        side = Card()
        side.setFixedWidth(208)
        average = SmallFigure("Class average so far")
        average.set_figure("62.6", "of 100")
        todo = SmallFigure("Still to enter")
        todo.set_figure("21", "of 248 marks")
        for widget in (average, todo, Meter(0.92, "227 of 248 marks entered")):
            side.body.addWidget(widget)
        histogram = Histogram(self.words, "Term marks")
        counts = (0, 0, 1, 2, 3, 6, 8, 6, 4, 1)
        bins = tuple(Bin(Decimal(n * 10), Decimal(n * 10 + 10), count) for n, count in enumerate(counts))
        histogram.set_bins(bins, Decimal(50))
        histogram.setFixedHeight(150)
        side.body.addWidget(histogram)
        side.body.addStretch(1)
        for keys, what in (
            ("Enter", "save, move down"),
            ("Tab", "save, move right"),
            ("Ctrl+D", "fill down"),
        ):
            side.body.addWidget(KeyLine(keys, what))
        return side

    def apply_compact(self, compact: bool) -> None:
        """No side panel."""
        self.side.setVisible(not compact)
