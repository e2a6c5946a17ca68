"""Reading the cards of a class away from the screen: the newest question counts."""

from dataclasses import dataclass
from uuid import UUID

from PySide6.QtCore import QObject, QTimer, Signal, Slot

from emis_desktop.desk import Queries
from emis_desktop.errors import EmisError, Refused
from emis_desktop.queries.report_cards import CardList
from emis_desktop.queries.school import ClassInfo, TermInfo
from ui.context import UiContext

QUIET_MS = 250
"""Changes that come in quick succession are read together."""


@dataclass(frozen=True, slots=True)
class Question:
    """A class (None: the first with pupils) of a school in a term.

    ``language`` is that of the cards, ``said_in`` that of the screen.
    """

    institution_id: UUID
    term: TermInfo
    class_id: UUID | None
    language: str
    said_in: str


@dataclass(frozen=True, slots=True)
class Reading:
    """The answer: the classes there are, the one chosen with its cards, or why its cards are not shown."""

    question: Question
    classes: tuple[ClassInfo, ...]
    chosen: ClassInfo | None = None
    cards: CardList | None = None
    refusal: EmisError | None = None


class CardReader(QObject):
    """Asks; ``read(Reading)`` for the newest question, ``failed(EmisError)`` when nothing could be read."""

    read = Signal(object)
    failed = Signal(object)

    def __init__(self, context: UiContext, parent: QObject) -> None:
        super().__init__(parent)
        self._context = context
        self._wanted: Question | None = None
        self._running = False
        self._again = False
        self._quiet = QTimer(self, singleShot=True, interval=QUIET_MS)
        self._quiet.timeout.connect(self._ask)

    def ask(self, question: Question, *, soon: bool = False) -> None:
        """Read now, or ``soon`` when the records change under an open page."""
        self._wanted = question
        self._quiet.start(QUIET_MS if soon else 0)

    def busy(self) -> bool:
        """Whether an answer is still to come."""
        return self._running or self._quiet.isActive()

    @Slot()
    def _ask(self) -> None:
        question, queries = self._wanted, self._context.queries
        if question is None:
            return
        if self._running:
            self._again = True
            return
        self._running, self._again = True, False
        task = self._context.tasks.run(lambda _control: answer(queries, question))
        task.succeeded.connect(self._answered)
        task.refused.connect(self._refused)
        task.ended.connect(self._ended)

    @Slot(object)
    def _answered(self, reading: Reading) -> None:
        if reading.question == self._wanted and not self._again:
            self.read.emit(reading)

    @Slot(object)
    def _refused(self, refusal: EmisError) -> None:
        if not self._again and not self._quiet.isActive():  # else something else is asked for by now
            self.failed.emit(refusal)

    @Slot()
    def _ended(self) -> None:
        self._running = False
        if self._again:
            self._ask()


def answer(queries: Queries, question: Question) -> Reading:
    """Read the classes, and the cards of the one asked for."""
    cards, term = queries.report_cards, question.term
    classes = cards.classes(question.institution_id, term.id)
    first = next((one for one in classes if one.on_roll), classes[0] if classes else None)
    chosen = next((one for one in classes if one.id == question.class_id), first)
    if chosen is None:
        return Reading(question, classes)
    try:
        found = cards.card_list(chosen.id, term.id, question.language, question.said_in)
    except Refused as refusal:
        return Reading(question, classes, chosen, refusal=refusal)
    return Reading(question, classes, chosen, found)
