"""The textbooks of a school, who has them, and what is overdue."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from uuid import UUID

from sqlalchemy import ColumnElement, Select, and_, case, func, select
from sqlalchemy.orm import Session

from emis_desktop.database import Database
from emis_desktop.models import (
    ClassPupil,
    EducationGrade,
    Enrolment,
    Person,
    SchoolClass,
    Subject,
    Textbook,
    TextbookLoan,
)
from emis_desktop.one_person import together
from emis_desktop.queries.plain import pieces
from emis_desktop.rules.names import sort_key
from emis_desktop.rules.rights import Actor, Right, require

MOST: int = 2000
"""At most so many loans of a list are shown."""


@dataclass(frozen=True, slots=True)
class TextbookLine:
    """A book of a school: copies that there are, that are lent, of these overdue, and came back damaged."""

    id: UUID
    title: str
    subject_id: UUID | None
    subject: str | None
    grade_id: UUID | None
    grade: str | None
    copies: int
    lent: int
    overdue: int

    @property
    def left(self) -> int:
        """Copies to lend; two laptops may have lent the same last one, and then there are none."""
        return max(0, self.copies - self.lent)


@dataclass(frozen=True, slots=True)
class LoanLine:
    """A copy that a pupil has or had; ``state``: good, damaged, lost, None while it is out."""

    id: UUID
    textbook_id: UUID
    title: str
    student_id: UUID
    given_names: str
    family_name: str
    class_name: str | None
    copy: str | None
    lent_on: date
    due_on: date | None
    returned_on: date | None
    state: str | None

    def overdue(self, today: date) -> bool:
        """Whether it should be back."""
        return self.returned_on is None and self.due_on is not None and self.due_on < today


class TextbookQueries:
    """Questions about textbooks by one actor."""

    def __init__(self, db: Database, actor: Actor) -> None:
        """Loans of pupils outside the actor's school and classes are not shown."""
        self._db = db
        self._actor = actor

    def books(self, institution_id: UUID, today: date, language: str = "en") -> tuple[TextbookLine, ...]:
        """The school's books by title."""
        require(self._actor, Right.VIEW_STUDENTS, institution_id=institution_id)
        out = and_(TextbookLoan.returned_on.is_(None), TextbookLoan.deleted_at.is_(None))
        counts = (
            select(
                TextbookLoan.textbook_id,
                func.count().label("lent"),
                func.sum(case((TextbookLoan.due_on < today, 1), else_=0)).label("overdue"),
            )
            .where(out, TextbookLoan.institution_id == institution_id)
            .group_by(TextbookLoan.textbook_id)
            .subquery()
        )
        question = (
            select(Textbook, Subject, EducationGrade.name, counts.c.lent, counts.c.overdue)
            .outerjoin(Subject, Subject.id == Textbook.subject_id)
            .outerjoin(EducationGrade, EducationGrade.id == Textbook.grade_id)
            .outerjoin(counts, counts.c.textbook_id == Textbook.id)
            .where(Textbook.institution_id == institution_id, Textbook.deleted_at.is_(None))
        )
        with self._db.read() as session:
            lines = [
                TextbookLine(
                    id=book.id,
                    title=book.title,
                    subject_id=book.subject_id,
                    subject=_subject(subject, language),
                    grade_id=book.grade_id,
                    grade=grade,
                    copies=book.copies,
                    lent=lent or 0,
                    overdue=overdue or 0,
                )
                for book, subject, grade, lent, overdue in session.execute(question)
            ]
        return tuple(sorted(lines, key=lambda line: (line.title.casefold(), line.id)))

    def of_student(self, student_id: UUID) -> tuple[LoanLine, ...]:
        """What a pupil has and had: what is out first, then the newest."""
        require(self._actor, Right.VIEW_STUDENTS)
        with self._db.read() as session:
            records = together(session, [student_id]).of(student_id)
            found = self._loans(session, [TextbookLoan.student_id.in_(records)])
        return tuple(sorted(found, key=lambda line: line.returned_on is not None))

    def out(
        self, institution_id: UUID, textbook_id: UUID | None = None, overdue_on: date | None = None
    ) -> tuple[LoanLine, ...]:
        """Copies that are out at a school, of one book or all, and only those due before ``overdue_on``; what
        has been due for longest comes first.
        """
        require(self._actor, Right.VIEW_STUDENTS, institution_id=institution_id)
        wanted = [TextbookLoan.institution_id == institution_id, TextbookLoan.returned_on.is_(None)]
        if textbook_id is not None:
            wanted.append(TextbookLoan.textbook_id == textbook_id)
        if overdue_on is not None:
            wanted.append(TextbookLoan.due_on < overdue_on)
        with self._db.read() as session:
            found = self._loans(session, wanted)
        return tuple(sorted(found, key=_by_day_and_name))

    def _loans(self, session: Session, wanted: list[ColumnElement[bool]]) -> list[LoanLine]:
        question = (
            select(TextbookLoan, Textbook.title, Person.given_names, Person.family_name)
            .join(Textbook, Textbook.id == TextbookLoan.textbook_id)
            .join(Person, Person.id == TextbookLoan.student_id)
            .where(*wanted, *self._seen(), TextbookLoan.deleted_at.is_(None))
            .order_by(TextbookLoan.lent_on.desc(), TextbookLoan.id.desc())
            .limit(MOST)
        )
        rows = session.execute(question).all()
        classes = _classes(session, [loan.student_id for loan, *_rest in rows])
        return [
            LoanLine(
                id=loan.id,
                textbook_id=loan.textbook_id,
                title=title,
                student_id=loan.student_id,
                given_names=given,
                family_name=family,
                class_name=classes.get(loan.student_id),
                copy=loan.copy,
                lent_on=loan.lent_on,
                due_on=loan.due_on,
                returned_on=loan.returned_on,
                state=loan.state,
            )
            for loan, title, given, family in rows
        ]

    def _seen(self) -> list[ColumnElement[bool]]:
        actor = self._actor
        seen: list[ColumnElement[bool]] = []
        if actor.institution_id is not None:
            seen.append(TextbookLoan.institution_id == actor.institution_id)
        if actor.class_ids is not None:
            sitting: Select[UUID] = (
                select(Enrolment.person_id)
                .join(ClassPupil, ClassPupil.enrolment_id == Enrolment.id)
                .where(ClassPupil.class_id.in_(actor.class_ids), ClassPupil.deleted_at.is_(None))
            )
            seen.append(TextbookLoan.student_id.in_(sitting))
        return seen


def _by_day_and_name(line: LoanLine) -> tuple[bool, date, str]:
    name = sort_key(line.family_name, line.given_names)
    return line.due_on is None, line.due_on or line.lent_on, name


def _classes(session: Session, people: list[UUID]) -> dict[UUID, str]:
    """The class in which each of these pupils sits now."""
    found: dict[UUID, str] = {}
    for piece in pieces(dict.fromkeys(people)):
        rows = session.execute(
            select(Enrolment.person_id, SchoolClass.name)
            .join(ClassPupil, ClassPupil.enrolment_id == Enrolment.id)
            .join(SchoolClass, SchoolClass.id == ClassPupil.class_id)
            .where(
                Enrolment.person_id.in_(piece),
                Enrolment.ends_on.is_(None),
                Enrolment.deleted_at.is_(None),
                ClassPupil.ends_on.is_(None),
                ClassPupil.deleted_at.is_(None),
            )
        )
        found.update((row[0], row[1]) for row in rows)
    return found


def _subject(subject: Subject | None, language: str) -> str | None:
    if subject is None:
        return None
    return {"fr": subject.name_fr, "es": subject.name_es}.get(language) or subject.name
