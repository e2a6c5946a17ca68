"""The textbooks of a school: what there is, who has a copy, how it came back."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from datetime import date
from typing import Final
from uuid import UUID

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from emis_desktop.database import Database
from emis_desktop.errors import N_, Refused
from emis_desktop.models import EducationGrade, Subject, Textbook, TextbookLoan
from emis_desktop.one_person import together
from emis_desktop.rules.code_words import LOAN_STATES
from emis_desktop.rules.ids import new_id
from emis_desktop.rules.lines import kept_line
from emis_desktop.rules.rights import Actor, Right, require
from emis_desktop.services.enrolments import current_enrolment, student
from emis_desktop.services.moments import local_today
from emis_desktop.services.rows import delete

MOST_COPIES: Final = 100_000
_TITLE, _COPY = 160, 24
_GONE = N_("That textbook is no longer there.")
_BACK = N_("That copy is back already.")


@dataclass(frozen=True, slots=True)
class NewTextbook:
    """A book as typed; ``copies`` that the school has, those lent included."""

    title: str
    copies: int = 0
    subject_id: UUID | None = None
    grade_id: UUID | None = None


@dataclass(frozen=True, slots=True)
class NewLoan:
    """A copy for a pupil; ``copy`` is what is written in it, empty where copies have no numbers."""

    student_id: UUID
    copy: str = ""


class TextbookService:
    """Commands on a school's textbooks by one actor."""

    def __init__(self, db: Database, actor: Actor, today: Callable[[], date] = local_today) -> None:
        """Acts are recorded as ``actor``'s; ``today`` bounds days gone by."""
        self._db = db
        self._actor = actor
        self._today = today

    def add(self, institution_id: UUID, book: NewTextbook) -> UUID:
        """Add a book to the school's; raises :class:`Refused` with the field for what cannot be."""
        require(self._actor, Right.EDIT_STUDENTS, institution_id=institution_id)
        kept = _checked(book)
        with self._db.write(self._actor, "add_textbook") as session:
            row = Textbook(id=new_id(), institution_id=institution_id)
            _fill(session, row, kept)
            session.add(row)
            return row.id

    def change(self, textbook_id: UUID, book: NewTextbook) -> None:
        """Correct a book; there cannot be fewer copies than are lent."""
        require(self._actor, Right.EDIT_STUDENTS)
        kept = _checked(book)
        with self._db.write(self._actor, "change_textbook") as session:
            row = self._book(session, textbook_id)
            out = _out(session, textbook_id)
            if kept.copies < out:
                raise Refused("{n} copies are lent. Type that many or more.", field="copies", n=out)
            _fill(session, row, kept)

    def remove(self, textbook_id: UUID) -> None:
        """Take a book off the list once every copy is back; old loans keep."""
        require(self._actor, Right.EDIT_STUDENTS)
        with self._db.write(self._actor, "remove_textbook") as session:
            row = self._book(session, textbook_id)
            out = _out(session, textbook_id)
            if out:
                raise Refused("{n} copies are still lent. Take them back first.", n=out)
            delete(session, row)

    def lend(
        self, textbook_id: UUID, loans: Sequence[NewLoan], lent_on: date, due_on: date | None = None
    ) -> tuple[UUID, ...]:
        """Lend a copy to each of these pupils in one act; when one cannot have it, nobody gets one.

        Raises :class:`Refused` when copies run out, when a pupil has the book, or a numbered copy is lent.
        """
        require(self._actor, Right.EDIT_STUDENTS)
        self._refuse_future(lent_on, "lent_on")
        if due_on is not None and due_on < lent_on:
            raise Refused("The book would be due before it is lent. Check the dates.", field="due_on")
        kept = [replace(loan, copy=kept_line(loan.copy, "copy", _COPY)) for loan in loans]
        if not kept:
            raise Refused("Choose who gets the book.", field="student")
        with self._db.write(self._actor, "lend_textbook") as session:
            book = self._book(session, textbook_id)
            left = book.copies - _out(session, textbook_id)
            if len(kept) > left:
                raise Refused(
                    "{n} copies of {title} are left. Take some back, or correct how many there are.",
                    field="copies",
                    n=max(0, left),
                    title=book.title,
                )
            return tuple(self._lend(session, book, loan, lent_on, due_on) for loan in kept)

    def take_back(self, loan_ids: Sequence[UUID], on: date, state: str) -> None:
        """Note that copies came back good or damaged, or are lost; a lost copy is one copy fewer."""
        require(self._actor, Right.EDIT_STUDENTS)
        self._refuse_future(on, "returned_on")
        if state not in LOAN_STATES:
            raise Refused("Choose in which state the book is.", field="state")
        with self._db.write(self._actor, "return_textbook") as session:
            for loan_id in loan_ids:
                loan = self._loan(session, loan_id)
                if loan.returned_on is not None:
                    raise Refused(_BACK)
                if on < loan.lent_on:
                    raise Refused(
                        "It was lent on {day}. Choose that day or a later one.",
                        field="returned_on",
                        day=loan.lent_on,
                    )
                loan.returned_on, loan.state = on, state
                book = session.get_one(Textbook, loan.textbook_id)
                if state == "lost" and book.copies:
                    book.copies -= 1

    def _lend(
        self, session: Session, book: Textbook, loan: NewLoan, lent_on: date, due_on: date | None
    ) -> UUID:
        person = student(session, self._actor, loan.student_id)
        if current_enrolment(session, loan.student_id).institution_id != book.institution_id:
            raise Refused("This pupil is at another school. Books are lent to the school’s own pupils.")
        records = together(session, [loan.student_id]).of(loan.student_id)
        open_loans = session.scalars(
            select(TextbookLoan).where(
                TextbookLoan.textbook_id == book.id,
                TextbookLoan.returned_on.is_(None),
                TextbookLoan.deleted_at.is_(None),
            )
        ).all()
        for other in open_loans:
            if other.student_id in records:
                raise Refused("{name} has this book already.", field="student", name=person.given_names)
            if loan.copy and other.copy == loan.copy:
                raise Refused("Copy {copy} is lent already.", field="copy", copy=loan.copy)
        row = TextbookLoan(
            id=new_id(),
            textbook_id=book.id,
            student_id=loan.student_id,
            institution_id=book.institution_id,
            copy=loan.copy or None,
            lent_on=lent_on,
            due_on=due_on,
        )
        session.add(row)
        session.flush()
        return row.id

    def _book(self, session: Session, textbook_id: UUID) -> Textbook:
        row = session.get(Textbook, textbook_id)
        if row is None or row.deleted_at is not None:
            raise Refused(_GONE)
        require(self._actor, Right.EDIT_STUDENTS, institution_id=row.institution_id)
        return row

    def _loan(self, session: Session, loan_id: UUID) -> TextbookLoan:
        row = session.get(TextbookLoan, loan_id)
        if row is None or row.deleted_at is not None:
            raise Refused("That loan is no longer there.")
        require(self._actor, Right.EDIT_STUDENTS, institution_id=row.institution_id)
        return row

    def _refuse_future(self, on: date, field: str) -> None:
        if on > self._today():
            raise Refused("{day} is still to come. Check the date.", field=field, day=on)


def _checked(book: NewTextbook) -> NewTextbook:
    if not 0 <= book.copies <= MOST_COPIES:
        raise Refused("Type how many copies there are, from 0 to {most}.", field="copies", most=MOST_COPIES)
    return replace(book, title=kept_line(book.title, "title", _TITLE, N_("Type the title of the book.")))


def _fill(session: Session, row: Textbook, book: NewTextbook) -> None:
    if book.subject_id is not None and session.get(Subject, book.subject_id) is None:
        raise Refused("That subject is no longer there. Choose another.", field="subject")
    if book.grade_id is not None and session.get(EducationGrade, book.grade_id) is None:
        raise Refused("That grade is no longer there. Choose another.", field="grade")
    row.title, row.copies = book.title, book.copies
    row.subject_id, row.grade_id = book.subject_id, book.grade_id


def _out(session: Session, textbook_id: UUID) -> int:
    question = select(func.count()).where(
        TextbookLoan.textbook_id == textbook_id,
        TextbookLoan.returned_on.is_(None),
        TextbookLoan.deleted_at.is_(None),
    )
    return session.scalar(question) or 0
