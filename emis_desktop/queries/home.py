"""Home: the figures of the day, what needs somebody, and the data of the charts."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from uuid import UUID

from sqlalchemy import ColumnElement, and_, exists, func, select
from sqlalchemy.orm import Session

from emis_desktop.database import Database
from emis_desktop.models import ClassPupil, EducationGrade, Enrolment, JoinedServer, Person
from emis_desktop.queries.gradebook import term_of
from emis_desktop.queries.home_marks import (
    ClassMarks,
    GradeAverages,
    SubjectSpread,
    averages_of,
    class_marks,
    spreads_of,
)
from emis_desktop.queries.home_memory import HomeMemory
from emis_desktop.queries.home_tasks import Task, TaskFacts, TaskKind, tasks_of
from emis_desktop.queries.reach import teaching_of
from emis_desktop.queries.register_school import unmarked_today
from emis_desktop.queries.roster import enrolled_on, sits_on
from emis_desktop.queries.school import ClassInfo, TermInfo, classes_of
from emis_desktop.queries.transfers import awaited_ids
from emis_desktop.rules.rights import Actor, Right, require

__all__ = [
    "ClassMarks",
    "GradeAverages",
    "Home",
    "HomeFigures",
    "HomeQueries",
    "PyramidRow",
    "SubjectSpread",
    "Task",
    "TaskKind",
]


@dataclass(frozen=True, slots=True)
class HomeFigures:
    """The headline figures. Marks and cards are of the chosen term.

    ``cards_total`` counts the pupils of the classes: ready, issued and incomplete add up to it.
    ``without_tests``: the mark sheets that have no test yet.
    """

    on_roll: int
    girls: int
    boys: int
    unstated: int
    marks_entered: int
    marks_expected: int
    marks_due_on: date | None
    cards_ready: int
    cards_issued: int
    cards_incomplete: int
    cards_total: int
    without_tests: int = 0


@dataclass(frozen=True, slots=True)
class PyramidRow:
    """Pupils of a grade by sex; rows come from the highest grade to the lowest."""

    grade: str
    code: str
    girls: int
    boys: int
    unstated: int


@dataclass(frozen=True, slots=True)
class Home:
    """Everything the page shows, from one read transaction."""

    figures: HomeFigures
    tasks: tuple[Task, ...]
    pyramid: tuple[PyramidRow, ...]
    averages: GradeAverages
    spreads: tuple[SubjectSpread, ...]


def _always() -> None:
    """Nobody wants to stop."""


class HomeQueries:
    """Questions of the Home page."""

    def __init__(self, db: Database, actor: Actor) -> None:
        """``actor`` decides what is seen."""
        self._db = db
        self._actor = actor
        self._memory = HomeMemory()

    def home(
        self,
        institution_id: UUID,
        term_id: UUID,
        today: date,
        language: str = "en",
        last_backup: datetime | None = None,
        *,
        backup_days: int,
        go_on: Callable[[], object] = _always,
    ) -> Home:
        """The page for a school and term; ``last_backup`` None means never.

        The next copy is due ``backup_days`` after it: the laptop's settings say how many. ``go_on`` is called
        before each class is read; what it raises ends the reading.

        Reads the marks of the whole school the first time, then those of classes that were touched since: ask
        it away from the screen's thread.
        """
        require(self._actor, Right.VIEW_STUDENTS, institution_id=institution_id)
        with self._db.read() as session:
            term = term_of(session, term_id)
            day = min(max(today, term.starts_on), term.ends_on)
            classes = classes_of(session, self._actor, institution_id, term.year_id, day)
            teaching = teaching_of(session, self._actor)

            def read(one: ClassInfo) -> ClassMarks:
                go_on()
                return class_marks(session, teaching, one, term, language)

            marks = self._memory.classes(
                session,
                (institution_id, term, language, teaching),
                term_id,
                classes,
                read,
            )
            pyramid = _pyramid(session, self._actor, institution_id, term, day)
            figures = _figures(pyramid, marks, term)
            facts = TaskFacts(
                actor=self._actor,
                term=term,
                today=today,
                last_backup=last_backup,
                on_roll=figures.on_roll,
                without_class=_without_class(session, self._actor, institution_id, term, day),
                classes=tuple(marks),
                backup_days=backup_days,
                unmarked=unmarked_today(session, self._actor, institution_id, today),
                sent_here=len(awaited_ids(session, institution_id)),
                elsewhere=self._actor.institution_id is None and _has_joined(session),
            )
            return Home(figures, tasks_of(facts), pyramid, averages_of(marks), spreads_of(marks))


def _has_joined(session: Session) -> bool:
    """Whether schools have laptops of their own: a ministry's store that has joined none has them all."""
    return session.scalar(select(JoinedServer.one)) is not None


def _figures(pyramid: Sequence[PyramidRow], marks: Sequence[ClassMarks], term: TermInfo) -> HomeFigures:
    girls, boys = sum(row.girls for row in pyramid), sum(row.boys for row in pyramid)
    unstated = sum(row.unstated for row in pyramid)
    return HomeFigures(
        on_roll=girls + boys + unstated,
        girls=girls,
        boys=boys,
        unstated=unstated,
        marks_entered=sum(one.entered for one in marks),
        marks_expected=sum(one.expected for one in marks),
        marks_due_on=term.marks_due_on,
        cards_ready=sum(one.ready for one in marks),
        cards_issued=sum(one.issued for one in marks),
        cards_incomplete=sum(one.incomplete for one in marks),
        cards_total=sum(one.pupils for one in marks),
        without_tests=sum(subject.awaits_tests for one in marks for subject in one.subjects),
    )


def _enrolled(institution_id: UUID, term: TermInfo, day: date) -> ColumnElement[bool]:
    return and_(
        Enrolment.institution_id == institution_id,
        Enrolment.period_id == term.year_id,
        enrolled_on(day),
        Person.deleted_at.is_(None),
    )


def _placed(day: date, *more: ColumnElement[bool]) -> ColumnElement[bool]:
    """The condition that an enrolment has, on ``day``, a place in a class for which ``more`` holds."""
    return exists().where(*more, ClassPupil.enrolment_id == Enrolment.id, sits_on(day))


def _pyramid(
    session: Session, actor: Actor, institution_id: UUID, term: TermInfo, day: date
) -> tuple[PyramidRow, ...]:
    question = (
        select(EducationGrade, Person.sex, func.count())
        .select_from(Enrolment)
        .join(Person, Person.id == Enrolment.person_id)
        .join(EducationGrade, EducationGrade.id == Enrolment.grade_id)
        .where(_enrolled(institution_id, term, day))
        .group_by(EducationGrade.id, Person.sex)
    )
    if actor.class_ids is not None:
        question = question.where(_placed(day, ClassPupil.class_id.in_(actor.class_ids)))
    counts: dict[UUID, Counter[str]] = {}
    grades: dict[UUID, EducationGrade] = {}
    for grade, sex, count in session.execute(question):
        grades[grade.id] = grade
        counts.setdefault(grade.id, Counter())[sex if sex in {"F", "M"} else ""] += count
    ordered = sorted(grades.values(), key=lambda grade: grade.position, reverse=True)
    return tuple(
        PyramidRow(grade.name, grade.code, counts[grade.id]["F"], counts[grade.id]["M"], counts[grade.id][""])
        for grade in ordered
    )


def _without_class(session: Session, actor: Actor, institution_id: UUID, term: TermInfo, day: date) -> int:
    if actor.class_ids is not None:
        return 0
    found = session.scalar(
        select(func.count())
        .select_from(Enrolment)
        .join(Person, Person.id == Enrolment.person_id)
        .where(_enrolled(institution_id, term, day), ~_placed(day))
    )
    return found or 0
