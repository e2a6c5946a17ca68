"""What the register says when it shows nobody: no pupils yet, or none that match."""

from __future__ import annotations

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QStackedWidget, QWidget

from emis_desktop.queries.search import StudentFilter
from emis_desktop.rules.rights import Right, offers
from ui.context import UiContext
from ui.tasks import TaskControl
from ui.widgets.base import discard
from ui.widgets.button import Button
from ui.widgets.empty import EmptyState


class Nobody(QStackedWidget):
    """Two empty states.

    ``import_asked`` and ``add_asked`` where there are no pupils; ``clear_asked`` and ``search_asked(text)``
    where nobody matches.
    """

    import_asked = Signal()
    add_asked = Signal()
    clear_asked = Signal()
    search_asked = Signal(str)

    def __init__(self, context: UiContext, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._context, self._asked = context, 0
        tr = context.words.tr
        self._empty = EmptyState("users", tr("No pupils yet"), name="students.empty")
        self._help = ""
        if offers(context.actor, Right.IMPORT_RECORDS):
            bring = self._empty.add(Button(tr("Import class list"), "primary", name="students.empty.import"))
            bring.clicked.connect(self.import_asked)
            self._help = tr("Bring in a class list from Excel, or add the first pupil by hand.")
        if offers(context.actor, Right.EDIT_STUDENTS):
            add = self._empty.add(Button(tr("Add pupil"), icon="plus", name="students.empty.add"))
            add.clicked.connect(self.add_asked)
        self._none = EmptyState("search", tr("No pupil matches"), name="students.none")
        clear = self._none.add(Button(tr("Clear filters"), "primary", name="students.none.clear"))
        clear.clicked.connect(self.clear_asked)
        self._guesses: list[Button] = []
        self.addWidget(self._empty)
        self.addWidget(self._none)

    def say_empty(self, school: str) -> None:
        """Nobody is on this laptop."""
        tr = self._context.words.tr
        fact = tr("No pupils in {school} yet", school=school) if school else tr("No pupils yet")
        self._empty.set_words(fact, self._help)
        self.setCurrentWidget(self._empty)

    def say_no_match(self, text: str, filters: StudentFilter) -> None:
        """Nobody has what is searched for; other spellings are looked for and offered a moment later."""
        tr = self._context.words.tr
        said = tr("No pupil matches “{text}”", text=text.strip()) if text.strip() else tr("No pupil matches")
        self._none.set_words(said, tr("Search by any part of a name, a number or a phone."))
        self._offer(())
        self.setCurrentWidget(self._none)
        self._asked += 1
        if text.strip():
            ticket = self._asked
            task = self._context.tasks.run(lambda _control: self._guess(_control, ticket, text, filters))
            task.succeeded.connect(self._guessed)

    def _guess(
        self, _control: TaskControl, ticket: int, text: str, filters: StudentFilter
    ) -> tuple[int, tuple[str, ...]]:
        return ticket, self._context.queries.search.did_you_mean(text, filters)

    def _guessed(self, answer: tuple[int, tuple[str, ...]]) -> None:
        ticket, guesses = answer
        if ticket == self._asked:
            self._offer(guesses)

    def _offer(self, guesses: tuple[str, ...]) -> None:
        for old in self._guesses:
            discard(old)
        self._guesses = []
        for number, guess in enumerate(guesses):
            said = self._context.words.tr("Did you mean “{text}”?", text=guess.title())
            button = self._none.add_link(Button(said, "link", name=f"students.none.guess{number}"))
            button.clicked.connect(lambda _=False, text=guess: self.search_asked.emit(text))
            self._guesses.append(button)
