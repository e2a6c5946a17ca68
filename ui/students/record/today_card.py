"""What was changed of the record today."""

from __future__ import annotations

from datetime import datetime
from uuid import UUID

from emis_desktop.queries.history import FieldChange
from emis_desktop.rules.rights import Right, offers
from ui.students.record.scope import RecordScope
from ui.tasks import TaskControl
from ui.widgets.base import column
from ui.widgets.card import Card
from ui.widgets.text import Text

SHOWN = 6


class TodayCard(Card):
    """The newest changes of today, read away from the screen's thread."""

    def __init__(self, scope: RecordScope) -> None:
        super().__init__(name="student.today")
        self._scope, self.words, self._asked = scope, scope.words, 0
        self.add_head(self.words.tr("Changes today"))
        self._lines: list[Text] = []
        box = column(None, 8)
        for _ in range(SHOWN):
            line = Text("", 12, tone="secondary", wrap=True)
            line.hide()
            box.addWidget(line)
            self._lines.append(line)
        self.body.addLayout(box)
        self.body.addStretch(1)
        self.reads = offers(scope.context.actor, Right.VIEW_HISTORY)

    def refresh(self) -> None:
        """Read again."""
        record = self._scope.record
        self._asked += 1
        if record is None or not self.reads:
            self._show((self._asked, ()))
            return
        ticket, student_id = self._asked, record.id
        task = self._scope.context.tasks.run(lambda _control: self._ask(_control, ticket, student_id))
        task.succeeded.connect(self._show)

    def _ask(
        self, _control: TaskControl, ticket: int, student_id: UUID
    ) -> tuple[int, tuple[FieldChange, ...]]:
        return ticket, self._scope.context.queries.history.person(student_id)

    def _show(self, answer: tuple[int, tuple[FieldChange, ...]]) -> None:
        ticket, changes = answer
        if ticket != self._asked:
            return
        today = datetime.now().astimezone().date()
        fresh = [one for one in changes if one.at.astimezone().date() == today][:SHOWN]
        for number, line in enumerate(self._lines):
            line.setVisible(number < len(fresh))
            if number < len(fresh):
                at = self.words.time(fresh[number].at.astimezone())
                line.setText(f"{at}  {self._scope.say.change(fresh[number])}")
        if not fresh:
            self._lines[0].setText(self.words.tr("Nothing yet."))
            self._lines[0].show()
