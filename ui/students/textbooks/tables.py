"""The two tables of the textbooks: the books of the school, and the copies that are out."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from uuid import UUID

from PySide6.QtCore import Signal

from emis_desktop.queries.textbooks import LoanLine, TextbookLine
from emis_desktop.rules.names import listed_name
from resources.words import Words
from ui.students.rolls import Rolls
from ui.theme.fonts import MEDIUM
from ui.widgets.button import Button
from ui.widgets.card import Card, CardFoot
from ui.widgets.table.cells import MISSING, Cell, Column
from ui.widgets.table.model import RowsModel
from ui.widgets.table.view import TableView
from ui.widgets.text import Text

Verbs = Sequence[tuple[str, str, Callable[[], object]]]


class BookTable(Card):
    """What the school has; ``looked`` when another row is the current one."""

    looked = Signal()

    def __init__(self, words: Words, verbs: Verbs) -> None:
        super().__init__(flush=True, name="textbooks.books")
        tr = words.tr
        self._words = words
        columns = (
            Column("title", tr("Title"), 220, stretch=3),
            Column("subject", tr("Subject"), 130, stretch=1),
            Column("grade", tr("Grade"), 100, stretch=1),
            Column("copies", tr("Copies"), 76, align="end"),
            Column("lent", tr("Lent"), 76, align="end"),
            Column("left", tr("Left"), 76, align="end"),
            Column("overdue", tr("Overdue"), 86, align="end"),
        )
        self.model: RowsModel[TextbookLine] = RowsModel(columns, self._cells)
        self.table = TableView(self.model, tr("Textbooks"), name="textbooks.table")
        self.model.setParent(self.table)
        self.table.picked.connect(lambda _row: self.looked.emit())
        self.body.addWidget(self.table, 1)
        foot = CardFoot()
        foot.line.addStretch(1)
        self.verbs = _add_verbs(foot, verbs)
        self.body.addWidget(foot)

    def show_books(self, books: Sequence[TextbookLine]) -> None:
        """Show these; the row stays."""
        chosen = self.current()
        self.model.set_rows(books)
        if chosen is not None:
            _pick(self.table, [one.id for one in books], chosen.id)

    def current(self) -> TextbookLine | None:
        """The book whose row is current."""
        place = self.table.current_row()
        return self.model.row(place) if 0 <= place < self.model.count() else None

    def _cells(self, line: TextbookLine) -> tuple[Cell, ...]:
        number = self._words.number
        return (
            Cell(line.title, weight=MEDIUM),
            Cell(line.subject or MISSING),
            Cell(line.grade or MISSING),
            Cell(number(line.copies)),
            Cell(number(line.lent)),
            Cell(number(line.left)),
            Cell(number(line.overdue), tone="warn" if line.overdue else "text2"),
        )


class LoanTable(Card):
    """Who has what; ``looked`` when another row is the current one."""

    looked = Signal()

    def __init__(self, words: Words, rolls: Rolls, verbs: Verbs) -> None:
        super().__init__(flush=True, name="textbooks.loans")
        tr = words.tr
        self._words, self._rolls = words, rolls
        columns = (
            Column("who", tr("Pupil"), 180, stretch=2),
            Column("class", tr("Class"), 120, stretch=1),
            Column("title", tr("Textbook"), 180, stretch=2),
            Column("copy", tr("Copy"), 76),
            Column("lent", tr("Lent on"), 100),
            Column("due", tr("Due back"), 110),
        )
        self.model: RowsModel[LoanLine] = RowsModel(columns, self._cells)
        self.table = TableView(self.model, tr("Lent"), name="textbooks.out")
        self.model.setParent(self.table)
        self.table.picked.connect(lambda _row: self.looked.emit())
        self.body.addWidget(self.table, 1)
        foot = CardFoot()
        self._says = Text("", 12, tone="secondary", elide=True)
        foot.line.addWidget(self._says, 1)
        self.verbs = _add_verbs(foot, verbs)
        self.body.addWidget(foot)

    def show_loans(self, loans: Sequence[LoanLine]) -> None:
        """Show these; the row stays."""
        chosen = self.current()
        self.model.set_rows(loans)
        self._says.setText(self._words.ntr("{n} copy", "{n} copies", len(loans)))
        if chosen is not None:
            _pick(self.table, [one.id for one in loans], chosen.id)

    def current(self) -> LoanLine | None:
        """The loan whose row is current."""
        place = self.table.current_row()
        return self.model.row(place) if 0 <= place < self.model.count() else None

    def _cells(self, line: LoanLine) -> tuple[Cell, ...]:
        words = self._words
        late = line.overdue(self._rolls.today())
        due = words.date(line.due_on, "medium") if line.due_on is not None else MISSING
        return (
            Cell(listed_name(line.given_names, line.family_name), weight=MEDIUM),
            Cell(line.class_name or MISSING),
            Cell(line.title),
            Cell(line.copy or MISSING),
            Cell(words.date(line.lent_on, "medium"), tone="text2"),
            Cell(due, tone="bad" if late else "text"),
        )


def _add_verbs(foot: CardFoot, verbs: Verbs) -> dict[str, Button]:
    made = {}
    for key, text, act in verbs:
        button = Button(text, name=f"textbooks.{key}.verb")
        button.clicked.connect(act)
        foot.line.addWidget(button)
        made[key] = button
    return made


def _pick(table: TableView, ids: list[UUID], wanted: UUID) -> None:
    if wanted in ids:
        table.pick(ids.index(wanted))
