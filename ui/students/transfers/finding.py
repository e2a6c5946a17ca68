"""Looking for a pupil who comes from another school: by number, or by name and date of birth."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date
from functools import partial
from uuid import UUID

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QWidget

from emis_desktop.errors import EmisError, Refused
from emis_desktop.queries.transfers import Newcomer
from emis_desktop.rules.dates import parse_date
from resources.words import N_
from ui.context import UiContext
from ui.students.moving import EARLIEST
from ui.students.transfers.enrolling import came_words
from ui.tasks import TaskControl
from ui.widgets.base import announce, column, discard
from ui.widgets.dialog import LEAST_WORDS, Dialog
from ui.widgets.fields import DateField, TextField
from ui.widgets.focus import FocusRing
from ui.widgets.tasks import Task, TaskRow
from ui.widgets.text import Text

WIDTH = 560


class FindDialog(Dialog):
    """``picked(Newcomer)``: this one comes; ``opened(id)``: the record of one who is here already;
    ``new_asked``: the pupil is to be admitted as new.
    """

    picked = Signal(object)
    opened = Signal(object)
    new_asked = Signal()

    def __init__(
        self, context: UiContext, school_id: UUID | None, today: Callable[[], date], parent: QWidget
    ) -> None:
        tr = context.words.tr
        super().__init__(
            tr("Which pupil comes from another school?"),
            tr("Type the number of the last report card or transfer slip, or the name and date of birth."),
            name="students.find",
            parent=parent,
        )
        self._context, self.words, self._school_id = context, context.words, school_id
        self.setMinimumWidth(WIDTH)
        self.who = TextField(tr("Number or name"), self.words, name="students.find.who")
        self.born = DateField(
            tr("Date of birth"),
            self.words,
            lambda text: parse_date(text, EARLIEST, today()),
            optional=True,
            name="students.find.born",
        )
        self.body.addWidget(self.who)
        self.body.addWidget(self.born)
        self._holder = QWidget()
        self._results = column(self._holder, 0)
        self._rows: list[TaskRow] = []
        self.body.addWidget(self._holder)
        self.says = Text("", 13, wrap=True, tone="secondary")
        self.says.setObjectName("students.find.says")
        self.says.setMinimumWidth(LEAST_WORDS)
        self.body.addWidget(self.says)
        for part in (self._holder, self.says):
            part.hide()
        self._asked = 0
        self.look = self.add_verb("find", tr("Find"), "primary")
        self.look.clicked.disconnect()
        self.look.clicked.connect(self._look)
        self.look.setDefault(True)
        self.new = self.add_verb("new", tr("Admit as a new pupil"))
        self.new.hide()
        self.add_verb("cancel", tr("Cancel"), safe=True).setDefault(False)
        self.look.setDefault(True)
        self.answered.connect(lambda answer: self.new_asked.emit() if answer == "new" else None)
        FocusRing(self)

    def ask(self) -> None:
        """Show it with the focus in the first field."""
        super().ask()
        self.who.setFocus()

    def _look(self) -> None:
        self.born.commit()
        if self.born.fault:
            self.born.setFocus()
            return
        self.who.set_fault("")
        text, born = self.who.text().strip(), self.born.value()
        if not text:
            self.who.set_refusal(Refused(N_("Type the number or the name.")))
            self.who.setFocus()
            return
        self._asked += 1
        queries, ticket = self._context.queries.transfers, self._asked

        def question(_control: TaskControl) -> tuple[int, tuple[Newcomer, ...]]:
            return ticket, queries.find(text, born)

        task = self._context.tasks.run(question)
        task.succeeded.connect(self._found)
        task.refused.connect(self._refused)

    def _refused(self, refusal: EmisError) -> None:
        field = self.born if getattr(refusal, "field", None) == "birth_date" else self.who
        field.set_refusal(refusal)
        field.setFocus()

    def _found(self, answer: tuple[int, tuple[Newcomer, ...]]) -> None:
        ticket, found = answer
        if ticket != self._asked:
            return
        for old in self._rows:
            discard(old)
        self._rows = [self._row(number, pupil) for number, pupil in enumerate(found)]
        for line in self._rows:
            self._results.addWidget(line)
        self._holder.setVisible(bool(found))
        self.new.setVisible(not found)
        self.says.setVisible(not found)
        if not found:
            self.says.setText(self._nobody())
            announce(self.says, self.says.text())
        if self._rows:
            self._rows[0].verb.setFocus()

    def _nobody(self) -> str:
        return self.words.tr(
            "Nobody like that has come to this laptop yet. When the old school sends the pupil to this one, "
            "the record comes with the next sync and stands under Transfers. Is the pupil here today? Admit "
            "the pupil as new: at the next sync the Ministry’s server asks both schools whether the two "
            "records are one pupil, and nothing is lost."
        )

    def _row(self, number: int, pupil: Newcomer) -> TaskRow:
        words, tr = self.words, self.words.tr
        here = pupil.left_on is None and pupil.school_id == self._school_id
        born = words.date(pupil.birth_date, "medium") if pupil.birth_date is not None else tr("Not known")
        where = tr("On the roll of this school") if here else came_words(words, pupil)
        thing = f"{pupil.name}, {born}"
        verb = tr("Open the record") if here else tr("Enrol…")
        line = TaskRow(
            Task(str(number), "user", "accent", thing, where, verb), name=f"students.find.pick{number}"
        )
        line.chosen.connect(partial(self._chosen, pupil, here))
        return line

    def _chosen(self, pupil: Newcomer, here: bool, _key: str) -> None:
        self.accept()
        if here:
            self.opened.emit(pupil.person_id)
        else:
            self.picked.emit(pupil)
