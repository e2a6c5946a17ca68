"""Textbooks in the place of the list: the school's books, the copies that are out, those overdue."""

from __future__ import annotations

from dataclasses import dataclass
from functools import partial
from uuid import UUID

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QStackedWidget, QWidget

from emis_desktop.errors import EmisError
from emis_desktop.queries.grading import SubjectLine
from emis_desktop.queries.school import ClassInfo, GradeInfo
from emis_desktop.queries.textbooks import LoanLine, TextbookLine
from emis_desktop.rules.rights import Right, offers
from emis_desktop.services.undo import Made
from ui.context import UiContext
from ui.students.rolls import Rolls
from ui.students.textbooks.dialogs import BackDialog, BookDialog, LendDialog
from ui.students.textbooks.tables import BookTable, LoanTable
from ui.widgets.base import column
from ui.widgets.button import Button
from ui.widgets.card import Card
from ui.widgets.chips import TabChips
from ui.widgets.dialog import Dialog
from ui.widgets.empty import EmptyState
from ui.widgets.head import PageHead
from ui.work_queue import WorkQueue

BOOKS, OUT, OVERDUE = "books", "out", "overdue"


@dataclass(frozen=True, slots=True)
class Shelf:
    """Everything that the view shows and its dialogs offer."""

    books: tuple[TextbookLine, ...]
    out: tuple[LoanLine, ...]
    classes: tuple[ClassInfo, ...]
    grades: tuple[GradeInfo, ...]
    subjects: tuple[SubjectLine, ...]


class TextbooksView(QWidget):
    """``back_asked``: to the list; ``record_asked(id, part)``: a pupil's record."""

    back_asked = Signal()
    record_asked = Signal(object, str)

    def __init__(self, context: UiContext, rolls: Rolls) -> None:
        super().__init__()
        self._context, self.words, self._rolls = context, context.words, rolls
        self.queue = WorkQueue(self)
        self.edits = offers(context.actor, Right.EDIT_STUDENTS)
        self.shelf = Shelf((), (), (), (), ())
        box = column(self, 8)
        box.addWidget(self._make_head())
        tr = self.words.tr
        self._names = {BOOKS: tr("Textbooks"), OUT: tr("Lent"), OVERDUE: tr("Overdue")}
        self.tabs = TabChips(list(self._names.items()), tr("What to show"), name="textbooks.tabs")
        self.tabs.chosen.connect(self.show_tab)
        box.addWidget(self.tabs)
        self._stack = QStackedWidget()
        self._tables()
        self._stack.addWidget(self.books)
        self._stack.addWidget(self.loans)
        self._stack.addWidget(self._nothing())
        box.addWidget(self._stack, 1)

    def set_compact(self, compact: bool) -> None:
        """The tables take what room there is."""

    # -- Parts --------------------------------------------------------------------------------------

    def _make_head(self) -> PageHead:
        tr = self.words.tr
        self.head = PageHead(tr("Textbooks"), name="textbooks.head")
        self.back = self.head.add(Button(tr("Back to list"), name="textbooks.back", keys="Esc"))
        self.back.clicked.connect(self.back_asked)
        if self.edits:
            add = Button(tr("Add a textbook"), icon="plus", name="textbooks.add")
            add.clicked.connect(self.ask_add)
            self.head.set_primary(add)
        return self.head

    def _tables(self) -> None:
        tr = self.words.tr
        of_books = (
            ("remove", tr("Remove"), self.remove),
            ("change", tr("Change"), self.ask_change),
            ("lend", tr("Lend to a class…"), self.ask_lend),
        )
        self.books = BookTable(self.words, of_books if self.edits else ())
        self.books.looked.connect(self._look)
        self.books.table.opened.connect(lambda _row: self.ask_lend())
        of_loans = (("back", tr("Take back…"), self.ask_back),)
        self.loans = LoanTable(self.words, self._rolls, of_loans if self.edits else ())
        self.loans.looked.connect(self._look)
        self.loans.table.opened.connect(
            lambda place: self.record_asked.emit(self.loans.model.row(place).student_id, "books")
        )

    def _nothing(self) -> Card:
        tr = self.words.tr
        card = Card(flush=True)
        state = EmptyState(
            "book-open",
            tr("No textbook yet"),
            tr("Add a book and how many copies the school has; then lend it to pupils or to a whole class."),
            name="textbooks.empty",
        )
        if self.edits:
            first = state.add(Button(tr("Add a textbook"), "primary", "plus", name="textbooks.first"))
            first.clicked.connect(self.ask_add)
        card.body.addWidget(state)
        return card

    # -- Reading ------------------------------------------------------------------------------------

    def refresh(self) -> None:
        """Read books and loans again; rows stay."""
        school = self._rolls.institution_id
        if school is None:
            self._show(Shelf((), (), (), (), ()))
            return
        self.queue.run(partial(self._read, school), self._show, self._refused)

    def _read(self, school: UUID) -> Shelf:
        queries, today, language = self._context.queries, self._rolls.today(), self.words.language
        return Shelf(
            queries.textbooks.books(school, today, language),
            queries.textbooks.out(school),
            self._rolls.classes() if self.edits else (),
            self._rolls.grades() if self.edits else (),
            queries.grading.subjects(language) if self.edits else (),
        )

    def _refused(self, refusal: EmisError) -> None:
        self.head.set_facts(refusal.text(self.words))

    def _show(self, shelf: Shelf) -> None:
        self.shelf = shelf
        counts = {BOOKS: len(shelf.books), OUT: len(shelf.out), OVERDUE: len(self._late())}
        for key, count in counts.items():
            self.tabs.set_text(key, f"{self._names[key]} {count}" if count else self._names[key])
        self.books.show_books(shelf.books)
        copies = sum(one.copies for one in shelf.books)
        lent = sum(one.lent for one in shelf.books)
        self.head.set_facts(self.words.tr("{copies} copies, {lent} lent", copies=copies, lent=lent))
        self.show_tab(self.tabs.value())

    def _late(self) -> list[LoanLine]:
        today = self._rolls.today()
        return [line for line in self.shelf.out if line.overdue(today)]

    def show_tab(self, key: str) -> None:
        """Books, what is out, or what is overdue."""
        self.tabs.set_value(key)
        if key == BOOKS:
            self._stack.setCurrentIndex(0 if self.shelf.books else 2)
        else:
            self.loans.show_loans(self._late() if key == OVERDUE else self.shelf.out)
            self._stack.setCurrentIndex(1)
        self._look()

    def _look(self) -> None:
        book = self.books.current()
        for key, button in self.books.verbs.items():
            button.setEnabled(book is not None and (key != "lend" or book.left > 0))
        for button in self.loans.verbs.values():
            button.setEnabled(self.loans.current() is not None)

    # -- Deeds --------------------------------------------------------------------------------------

    def ask_add(self) -> None:
        """A new book."""
        school = self._rolls.institution_id
        if school is not None:
            self._ask(
                BookDialog(self._context, school, self.shelf.subjects, self.shelf.grades, None, self.window())
            )

    def ask_change(self) -> None:
        """Title, subject, grade, copies."""
        school, book = self._rolls.institution_id, self.books.current()
        if school is not None and book is not None:
            self._ask(
                BookDialog(self._context, school, self.shelf.subjects, self.shelf.grades, book, self.window())
            )

    def ask_lend(self) -> None:
        """A copy to everybody of a class who has none."""
        book = self.books.current()
        if book is not None and self.edits:
            have = {line.student_id for line in self.shelf.out if line.textbook_id == book.id}
            self._ask(
                LendDialog(self._context, book, self.shelf.classes, have, self._rolls.today(), self.window())
            )

    def ask_back(self) -> None:
        """When a copy came back, and how."""
        loan = self.loans.current()
        if loan is not None:
            self._ask(BackDialog(self._context, loan, self._rolls.today(), self.window()))

    def remove(self) -> None:
        """Take a book off the list."""
        book = self.books.current()
        if book is not None:
            textbooks, undo = self._context.services.textbooks, self._context.services.undo
            told = self.words.tr("{what} removed", what=book.title)
            self.queue.run(
                lambda: undo.made_by(lambda: textbooks.remove(book.id)),
                partial(self._did, told),
                self._refused,
            )

    def _ask(self, dialog: BookDialog | LendDialog | BackDialog) -> Dialog:
        dialog.done_well.connect(partial(self._did, dialog.told))
        dialog.ask()
        return dialog

    def _did(self, told: str, made: Made[object]) -> None:
        undo, act = self._context.services.undo, made.act
        back = None
        if act is not None:
            back = partial(
                self.queue.run, lambda: undo.undo_act(act), lambda _undone: self.refresh(), self._refused
            )
        self._context.notify(told, back)
        self.refresh()
