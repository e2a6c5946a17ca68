"""The history of every field: who changed it, when, from what to what."""

from __future__ import annotations

from uuid import UUID

from emis_desktop.errors import EmisError
from emis_desktop.queries.history import FieldChange
from emis_desktop.queries.student_lines import StudentRecord
from emis_desktop.rules.rights import Right, offers
from ui.students.record.scope import Part, RecordScope, only_when
from ui.students.saying import when_words
from ui.tasks import TaskControl
from ui.widgets.card import Card, CardFoot
from ui.widgets.empty import EmptyState
from ui.widgets.table.cells import MISSING, Cell, Column
from ui.widgets.table.model import RowsModel
from ui.widgets.table.view import TableView
from ui.widgets.text import Text

ROW = 34
LEAST_HEIGHT = 240


class History(Part):
    """A table, read when the tab is opened or the record changes under it."""

    def __init__(self, scope: RecordScope) -> None:
        super().__init__(scope, "student.history")
        tr = self.words.tr
        self._open, self._asked = False, 0
        columns = (
            Column("when", tr("When"), 130),
            Column("who", tr("Who"), 120, stretch=1),
            Column("field", tr("What"), 150, stretch=2),
            Column("before", tr("Before"), 130, stretch=2),
            Column("after", tr("After"), 130, stretch=2),
        )
        self.model: RowsModel[FieldChange] = RowsModel(columns, self._cells)
        self.table = TableView(self.model, tr("History"), row_height=ROW, name="student.history.table")
        self.model.setParent(self.table)
        self.table.setMinimumHeight(LEAST_HEIGHT)
        card = Card(flush=True)
        card.body.addWidget(self.table, 1)
        foot = CardFoot()
        self._count = Text("", 12, tone="secondary", elide=True)
        foot.line.addWidget(self._count)
        foot.line.addStretch(1)
        card.body.addWidget(foot)
        shut = Card()
        shut.body.addWidget(EmptyState("lock", tr("History is not open to you")))
        self.reads = offers(scope.context.actor, Right.VIEW_HISTORY)
        only_when(self.reads, card)
        only_when(not self.reads, shut)
        self.body.addWidget(card, 1)
        self.body.addWidget(shut)

    def opened(self) -> None:
        """Read it."""
        self._open = True
        self._read()

    def closed(self) -> None:
        """It is read again next time."""
        self._open = False
        self.model.set_rows(())

    def show_record(self, record: StudentRecord) -> None:
        """Something has changed."""
        if self._open:
            self._read()

    def _read(self) -> None:
        record = self.scope.record
        if record is None or not self.reads:
            return
        self._asked += 1
        ticket, student_id = self._asked, record.id
        task = self.scope.context.tasks.run(lambda _control: self._ask(_control, ticket, student_id))
        task.succeeded.connect(self._show)
        task.refused.connect(self._refused)

    def _ask(
        self, _control: TaskControl, ticket: int, student_id: UUID
    ) -> tuple[int, tuple[FieldChange, ...]]:
        return ticket, self.scope.context.queries.history.person(student_id)

    def _show(self, answer: tuple[int, tuple[FieldChange, ...]]) -> None:
        ticket, changes = answer
        if ticket == self._asked and self._open:
            self.model.set_rows(changes)
            self._count.setText(self.words.ntr("{n} change", "{n} changes", len(changes)))

    def _refused(self, refusal: EmisError) -> None:
        self._count.setText(refusal.text(self.words))

    def _cells(self, change: FieldChange) -> tuple[Cell, ...]:
        say = self.scope.say
        what = change.field.text(self.words)
        if change.whose:
            what = f"{change.whose}: {what}"
        if change.refused:
            what = self.words.tr("Not taken by the ministry: {what}", what=what)
        hidden = Cell(self.words.tr("not open to you"), tone="text3")
        before, after = say.value(change, change.before), say.value(change, change.after)
        return (
            Cell(when_words(self.words, change.at), tone="text2"),
            Cell(f"{change.user}, {change.laptop}" if change.laptop else change.user),
            Cell(what, weight=500),
            hidden if change.hidden else Cell(before or MISSING, tone="text2"),
            hidden if change.hidden else Cell(after or MISSING),
        )
