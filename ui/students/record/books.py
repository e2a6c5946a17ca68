"""The textbooks that a pupil has and had."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial
from uuid import UUID

from emis_desktop.errors import EmisError, Refused
from emis_desktop.queries.student_lines import StudentRecord
from emis_desktop.queries.textbooks import LoanLine, TextbookLine
from emis_desktop.rules.code_words import LOAN_STATES
from emis_desktop.services.textbooks import NewLoan
from resources.words import N_
from ui.students.record.days import day_field
from ui.students.record.scope import Part, RecordScope, only_when
from ui.widgets.entries import Entry, EntryCard
from ui.widgets.fields import ChoiceField, SegmentField, TextField

BACK = "back"
Found = tuple[UUID, tuple[LoanLine, ...], tuple[TextbookLine, ...]]


class Books(Part):
    """What is out, and what came back; read when the tab is opened or the record changes under it."""

    def __init__(self, scope: RecordScope) -> None:
        super().__init__(scope, "student.books")
        tr = self.words.tr
        self._open, self._asked = False, 0
        self._loans: dict[str, LoanLine] = {}
        self._shelf: tuple[TextbookLine, ...] = ()
        self.out = EntryCard(
            tr("Textbooks lent"),
            tr("Lend a textbook") if scope.edits else "",
            tr("No textbook is lent to this pupil."),
            name="student.books.out",
        )
        self.out.add_asked.connect(self.ask_lend)
        self.out.asked.connect(self._do)
        self.had = EntryCard(tr("Came back"), "", "", name="student.books.had")
        only_when(False, self.had)
        self.body.addWidget(self.out)
        self.body.addWidget(self.had)
        self.body.addStretch(1)

    def opened(self) -> None:
        """Read the loans."""
        self._open = True
        self._read()

    def closed(self) -> None:
        """They are read again next time."""
        self._open = False

    def show_record(self, record: StudentRecord) -> None:
        """Something has changed, or another record is open."""
        if self._open:
            self._read()

    def _read(self) -> None:
        record = self.scope.record
        if record is None:
            return
        books, day, language = self.scope.context.queries.textbooks, self.scope.today(), self.words.language
        student_id = record.id
        school = record.current.institution_id if record.current is not None else None
        edits = self.scope.edits

        def ask() -> Found:
            shelf = books.books(school, day, language) if edits and school is not None else ()
            return student_id, books.of_student(student_id), shelf

        self.scope.saver.queue.run(ask, self._show, self._refused)

    def _refused(self, refusal: EmisError) -> None:
        self.out.say(refusal.text(self.words))

    def _show(self, found: Found) -> None:
        student_id, loans, self._shelf = found
        record = self.scope.record
        if record is None or record.id != student_id:
            return
        self._loans = {str(line.id): line for line in loans}
        verbs = ((BACK, self.words.tr("Take back")),) if self.scope.edits else ()
        lines = list(self._loans.items())
        self.out.show_entries(
            [self._entry(key, line, verbs) for key, line in lines if line.returned_on is None]
        )
        had = [self._entry(key, line, ()) for key, line in lines if line.returned_on is not None]
        self.had.show_entries(had)
        self.had.setVisible(bool(had))

    def _entry(self, key: str, line: LoanLine, verbs: tuple[tuple[str, str], ...]) -> Entry:
        tr, words = self.words.tr, self.words
        facts = [tr("copy {copy}", copy=line.copy) if line.copy else ""]
        facts.append(tr("lent {day}", day=words.date(line.lent_on, "medium")))
        if line.returned_on is not None:
            facts.append(tr("back {day}", day=words.date(line.returned_on, "medium")))
        elif line.due_on is not None:
            facts.append(tr("due {day}", day=words.date(line.due_on, "medium")))
        said = ", ".join(filter(None, facts))
        if line.overdue(self.scope.today()):
            return Entry(key, line.title, said, tr("Overdue"), "warn", verbs)
        state = tr(LOAN_STATES[line.state]) if line.state and line.state in LOAN_STATES else ""
        return Entry(key, line.title, said, state, "neutral" if line.state == "good" else "warn", verbs)

    def ask_lend(self) -> None:
        """Which book, which copy, until when."""
        tr, words, textbooks = self.words.tr, self.words, self.scope.context.services.textbooks
        have = {line.textbook_id for line in self._loans.values() if line.returned_on is None}
        choices = [
            (str(one.id), words.ntr("{title} ({n} left)", "{title} ({n} left)", one.left, title=one.title))
            for one in self._shelf
            if one.left and one.id not in have
        ]
        book = ChoiceField(tr("Textbook"), choices, words, name="student.lend.book")
        if not choices:
            book.set_help(tr("No copy is left. The school’s textbooks stand under Students, Textbooks."))
        copy = TextField(tr("Copy"), words, optional=True, name="student.lend.copy")
        lent = day_field(
            words,
            tr("Lent on"),
            "student.lend.on",
            self.scope.today(),
            latest=self.scope.today(),
            optional=False,
        )
        due = day_field(words, tr("Due back"), "student.lend.due")
        student_id = self.scope.student_id

        def act() -> Callable[[], object]:
            on, until, loan = lent.value(), due.value(), NewLoan(student_id, copy.text())
            if not book.value():
                raise Refused(N_("Choose a textbook."), field="book")
            if on is None:
                raise Refused(N_("Type the date."), field="lent_on")
            chosen = UUID(book.value())
            return lambda: textbooks.lend(chosen, [loan], on, until)

        self.scope.ask(
            tr("Lend a textbook"),
            ((book, "book,copies"), (copy, "copy"), (lent, "lent_on,date"), (due, "due_on")),
            act,
            deed=tr("Lend"),
            name="student.lend",
            parent=self,
            told=tr("Textbook lent"),
        )

    def _do(self, key: str, _verb: str) -> None:
        ask_back(self.scope, [self._loans[key].id], self)


def ask_back(scope: RecordScope, loan_ids: list[UUID], part: Part) -> None:
    """When copies came back and in which state."""
    words, tr = scope.words, scope.words.tr
    states = [(code, tr(text)) for code, text in LOAN_STATES.items()]
    state = SegmentField(tr("State"), states, words, name="student.back.state")
    state.set_value("good")
    on = day_field(words, tr("Day"), "student.back.on", scope.today(), latest=scope.today(), optional=False)
    textbooks = scope.context.services.textbooks

    def act() -> Callable[[], object]:
        day, how = on.value(), state.value()
        if day is None:
            raise Refused(N_("Type the date."), field="returned_on")
        return partial(textbooks.take_back, loan_ids, day, how)

    scope.ask(
        tr("Take the textbook back"),
        ((state, "state"), (on, "returned_on,date")),
        act,
        deed=tr("Take back"),
        name="student.back",
        parent=part,
        told=tr("Textbook taken back"),
        explanation=tr("A lost copy is taken off the school’s count."),
    )
