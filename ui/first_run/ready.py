"""Step 4: the recovery code, and what to do next."""

from __future__ import annotations

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QWidget

from emis_desktop.laptop import StoreKind
from resources.words import Words
from ui.first_run.answers import Answers, Source
from ui.first_run.step import Step
from ui.recovery_code import RecoveryCodeBox
from ui.tasks import Tasks
from ui.theme.fonts import SEMIBOLD
from ui.widgets.base import column, row
from ui.widgets.card import Card
from ui.widgets.tasks import IconTile
from ui.widgets.text import Text


class ReadyStep(Step):
    """Shown when the laptop is set up; ``ready(bool)`` says whether one may go on."""

    ready = Signal(bool)

    def __init__(self, words: Words, tasks: Tasks) -> None:
        tr = words.tr
        self.verb = tr("Open the records")
        super().__init__(
            words, tr("The laptop is ready"), tr("The records are empty and encrypted."), name="first.ready"
        )
        self._tasks = tasks
        self._holder = column(None, 12)
        self.body.addLayout(self._holder)
        self.body.addStretch(1)
        self._code_shown = False

    def fill(self, answers: Answers) -> None:
        """Show the code, when there is one, and what comes next for this kind of office."""
        while (item := self._holder.takeAt(0)) is not None:
            widget = item.widget()
            if widget is not None:
                widget.deleteLater()
        self._code_shown = answers.recovery_code is not None
        if answers.recovery_code is not None:
            self._holder.addWidget(self._code_card(answers, answers.recovery_code))
        if answers.source is Source.JOIN:
            self.explain(self.words.tr("The records come down while you work, the current term first."))
        else:
            self.explain(self.words.tr("The records are empty and encrypted."))
        self._holder.addWidget(self._next_card(answers))
        self.ready.emit(not self._code_shown)

    def _code_card(self, answers: Answers, code: str) -> Card:
        tr = self.words.tr
        card = Card(name="first.ready.code")
        card.add_head(tr("Recovery code"))
        what = tr(
            "It opens this laptop when every password is forgotten. It is shown this once and kept nowhere "
            "here. The ministry locks it away."
        )
        card.body.addWidget(Text(what, 12, tone="secondary", wrap=True))
        box = RecoveryCodeBox(self.words, answers.school or tr("School records"), code, self._tasks)
        box.kept.connect(self.ready)
        card.body.addWidget(box)
        return card

    def _next_card(self, answers: Answers) -> Card:
        tr = self.words.tr
        card = Card(name="first.ready.next")
        card.add_head(tr("What to do next"))
        for icon, title, text in _next(answers, self.words):
            line = row(None, 12)
            line.addWidget(IconTile(icon))
            both = column(None, 1)
            both.addWidget(Text(title, 13, SEMIBOLD))
            both.addWidget(Text(text, 12, tone="secondary", wrap=True))
            line.addLayout(both, 1)
            holder = QWidget()
            column(holder).addLayout(line)
            card.body.addWidget(holder)
        return card


def _next(answers: Answers, words: Words) -> tuple[tuple[str, str, str], ...]:
    tr = words.tr
    people = (
        "user-plus",
        tr("Add your colleagues"),
        tr("Settings, People: each with a role and a password of their own."),
    )
    copy = (
        "usb-stick",
        tr("Make the first USB copy"),
        tr("Backup: one button. A copy opens with the same passwords."),
    )
    if answers.source is Source.JOIN:
        sync = (
            "refresh-cw",
            tr("Look at Sync"),
            tr("It tells what has come, what waits to be sent, and what two people changed."),
        )
        return (sync, people, copy)
    if answers.kind is StoreKind.SCHOOL:
        return (
            (
                "school",
                tr("Add the classes of this year"),
                tr("Settings, Classes: name, grade, class teacher and subjects."),
            ),
            (
                "file-spreadsheet",
                tr("Bring in the class list"),
                tr("Students: from CSV or Excel, or typed one by one."),
            ),
            people,
            copy,
        )
    return (people, copy)
