"""A book, lending it to a class, taking a copy back."""

from __future__ import annotations

from collections.abc import Callable, Collection
from datetime import date
from functools import partial
from uuid import UUID

from PySide6.QtWidgets import QWidget

from emis_desktop.errors import Refused
from emis_desktop.queries.grading import SubjectLine
from emis_desktop.queries.school import ClassInfo, GradeInfo
from emis_desktop.queries.search import Roll, StudentFilter
from emis_desktop.queries.textbooks import LoanLine, TextbookLine
from emis_desktop.rules.code_words import LOAN_STATES
from emis_desktop.rules.names import display_name
from emis_desktop.rules.numbers import parse_number
from emis_desktop.services.textbooks import NewLoan, NewTextbook
from resources.words import N_
from ui.context import UiContext
from ui.students.asking import AskDialog
from ui.students.record.days import day_field
from ui.widgets.fields import ChoiceField, SegmentField, TextField

NOTHING = "-"


class BookDialog(AskDialog):
    """Title, copies, subject and grade of a new book, or of one that is there."""

    def __init__(
        self,
        context: UiContext,
        school_id: UUID,
        subjects: tuple[SubjectLine, ...],
        grades: tuple[GradeInfo, ...],
        book: TextbookLine | None,
        parent: QWidget,
    ) -> None:
        tr = context.words.tr
        title = tr("Add a textbook") if book is None else tr("Change the textbook")
        super().__init__(context, title, name="textbooks.book", parent=parent)
        self.told = tr("Textbook added") if book is None else tr("Saved")
        self.setMinimumWidth(480)
        self._school_id, self._book = school_id, book
        self.title = TextField(tr("Title"), self.words, name="textbooks.book.title")
        self.copies = TextField(
            tr("Copies"),
            self.words,
            width=110,
            help_text=tr("All that the school has, those lent included"),
            name="textbooks.book.copies",
        )
        self.subject = self._choice(tr("Subject"), [(str(one.id), one.name) for one in subjects], "subject")
        self.grade = self._choice(tr("Grade"), [(str(one.id), one.name) for one in grades], "grade")
        if book is not None:
            self.title.set_text(book.title)
            self.copies.set_text(str(book.copies))
            self._fill(self.subject, book.subject_id, book.subject)
            self._fill(self.grade, book.grade_id, book.grade)
        self.put(self.title, "title")
        self.put(self.copies, "copies")
        self.put(self.subject, "subject")
        self.put(self.grade, "grade")
        self.set_deed(tr("Add") if book is None else tr("Save"))

    def _choice(self, label: str, choices: list[tuple[str, str]], name: str) -> ChoiceField:
        nothing = (NOTHING, self.words.tr("(nothing)"))
        field = ChoiceField(
            label, [nothing, *choices], self.words, optional=True, name=f"textbooks.book.{name}"
        )
        field.set_value(NOTHING)
        return field

    def _fill(self, field: ChoiceField, value: UUID | None, text: str | None) -> None:
        if value is not None:
            if field.combo.findData(str(value)) < 0:
                field.combo.addItem(text or "", str(value))
            field.set_value(str(value))

    def deed_of(self) -> Callable[[], object]:
        """Write the book."""
        try:
            copies = parse_number(self.copies.text())
        except Refused as refused:
            refused.field = "copies"
            raise
        if copies != int(copies):
            raise Refused(N_("Type a whole number of copies."), field="copies")
        new = NewTextbook(self.title.text(), int(copies), _id(self.subject), _id(self.grade))
        textbooks, school, book = self.context.services.textbooks, self._school_id, self._book
        if book is None:
            return lambda: textbooks.add(school, new)
        return lambda: textbooks.change(book.id, new)


class LendDialog(AskDialog):
    """A copy for everybody of a class who has none."""

    def __init__(
        self,
        context: UiContext,
        book: TextbookLine,
        classes: tuple[ClassInfo, ...],
        have: Collection[UUID],
        today: date,
        parent: QWidget,
    ) -> None:
        words, tr = context.words, context.words.tr
        super().__init__(
            context,
            tr("Lend {title} to a class", title=book.title),
            words.ntr("{n} copy is left.", "{n} copies are left.", book.left)
            + " "
            + tr("Whoever has the book already gets none. To lend one copy, open the pupil’s record."),
            name="textbooks.lend",
            parent=parent,
        )
        self.told = tr("Textbooks lent")
        self._book, self._have = book, frozenset(have)
        fitting = [one for one in classes if book.grade_id in {None, *(grade.id for grade in one.grades)}]
        choices = [(str(one.id), one.name) for one in fitting or classes]
        self.school_class = ChoiceField(tr("Class"), choices, words, name="textbooks.lend.class")
        self.lent = day_field(words, tr("Lent on"), "textbooks.lend.on", today, latest=today, optional=False)
        self.due = day_field(words, tr("Due back"), "textbooks.lend.due")
        self.put(self.school_class, "class", "copies", "student")
        self.put(self.lent, "lent_on", "date")
        self.put(self.due, "due_on")
        self.set_deed(tr("Lend"))

    def deed_of(self) -> Callable[[], object]:
        """Lend a copy to each."""
        chosen, on, due = self.school_class.value(), self.lent.value(), self.due.value()
        if not chosen:
            raise Refused(N_("Choose a class."), field="class")
        if on is None:
            raise Refused(N_("Type the date."), field="lent_on")
        wanted = StudentFilter(roll=Roll.ON, class_id=UUID(chosen))
        search, textbooks, book, have = (
            self.context.queries.search,
            self.context.services.textbooks,
            self._book,
            self._have,
        )

        def lend() -> object:
            pupils = [one for one in search.ids("", wanted) if one not in have]
            return textbooks.lend(book.id, [NewLoan(one) for one in pupils], on, due)

        return lend


class BackDialog(AskDialog):
    """When a copy came back and in which state."""

    def __init__(self, context: UiContext, loan: LoanLine, today: date, parent: QWidget) -> None:
        words, tr = context.words, context.words.tr
        super().__init__(
            context,
            tr("Take {title} back?", title=loan.title),
            f"{display_name(loan.given_names, loan.family_name)}. "
            + tr("A lost copy is taken off the school’s count."),
            name="textbooks.back.dialog",
            parent=parent,
        )
        self.told = tr("Textbook taken back")
        self._id = loan.id
        states = [(code, tr(text)) for code, text in LOAN_STATES.items()]
        self.state = SegmentField(tr("State"), states, words, name="textbooks.back.state")
        self.state.set_value("good")
        self.on = day_field(words, tr("Day"), "textbooks.back.on", today, latest=today, optional=False)
        self.put(self.state, "state")
        self.put(self.on, "returned_on", "date")
        self.set_deed(tr("Take back"))

    def deed_of(self) -> Callable[[], object]:
        """Note it."""
        day = self.on.value()
        if day is None:
            raise Refused(N_("Type the date."), field="returned_on")
        return partial(self.context.services.textbooks.take_back, [self._id], day, self.state.value())


def _id(field: ChoiceField) -> UUID | None:
    return UUID(field.value()) if field.value() not in {"", NOTHING} else None
