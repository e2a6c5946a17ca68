"""Home's view of marks: how much of each class is entered, which cards are ready, how the marks lie."""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from uuid import UUID

from sqlalchemy import and_, exists, func, or_, select
from sqlalchemy.orm import Session

from emis_desktop.models import Change, Person, ReportCard
from emis_desktop.queries.gradebook import ClassHead, Gradebook, gradebook
from emis_desktop.queries.reach import Teaching
from emis_desktop.queries.report_cards import card_list, cards_in_force
from emis_desktop.queries.results import ClassResults, results_of
from emis_desktop.queries.school import ClassInfo, TermInfo
from emis_desktop.rules.averages import averaged_value
from emis_desktop.rules.figures import Bin, class_figures, histogram, pass_rate
from emis_desktop.rules.readiness import CardState, card_state
from emis_desktop.rules.results import SubjectResult

_ON_CARDS = (
    *("mark", "assessment_item", "subject_remark", "term_remark", "conduct_rating", "attendance_total"),
    *("attendance_month", "calendar_day"),
    *("person_identity", "enrolment", "class_pupil", "school_class", "class_subject", "subject"),
    *("institution", "academic_period", "term", "setting"),
    *("assessment_scheme", "scheme_use", "grading_scale", "grade_band"),
)
"""Tables whose changes can make an issued card say something else, beside the names of the class's people."""


@dataclass(frozen=True, slots=True)
class SubjectMarks:
    """Marks of a class and subject: ``entered`` of ``expected``; the first item still open and when it is
    due, by its own day or the term's. ``awaits_tests``: pupils have no test in it, although it is to be
    assessed.
    """

    subject_id: UUID
    name: str
    entered: int
    expected: int
    next_item: str
    due_on: date | None
    awaits_tests: bool = False

    @property
    def missing(self) -> int:
        """Marks still to enter."""
        return self.expected - self.entered


@dataclass(frozen=True, slots=True)
class ClassMarks:
    """A class on Home. Cards are counted for who may see whole cards of the class, else they are 0.

    ``people``: its pupils in the term and its class teacher.
    """

    class_id: UUID
    name: str
    grades: str
    pupils: int
    subjects: tuple[SubjectMarks, ...]
    ready: int
    issued: int
    incomplete: int
    changed: int
    results: tuple[SubjectResult, ...]
    people: frozenset[UUID]

    @property
    def entered(self) -> int:
        """Marks entered in all subjects."""
        return sum(subject.entered for subject in self.subjects)

    @property
    def expected(self) -> int:
        """Marks that can be entered in all subjects."""
        return sum(subject.expected for subject in self.subjects)


@dataclass(frozen=True, slots=True)
class GradeAverages:
    """Average final mark in per cent by grade (down, from the highest) and subject (across).

    None where nothing is final yet. It is for those who see every mark anyway, so small groups are not
    hidden.
    """

    grades: tuple[str, ...]
    subjects: tuple[tuple[UUID, str], ...]
    values: tuple[tuple[Decimal | None, ...], ...]


@dataclass(frozen=True, slots=True)
class SubjectSpread:
    """Final term marks of a subject over the school: per ten marks, their average, and the share passed in
    per cent.
    """

    subject_id: UUID
    name: str
    bars: tuple[Bin, ...]
    count: int
    average: Decimal | None
    passed_percent: Decimal | None


def class_marks(
    session: Session, teaching: Teaching | None, one: ClassInfo, term: TermInfo, language: str
) -> ClassMarks:
    """What Home says of a class; a subject teacher's own subjects only."""
    whole = teaching is None or one.id in teaching.leads
    seen = None
    if teaching is not None and not whole:
        seen = {subject for class_id, subject in teaching.teaches if class_id == one.id}
    head = ClassHead(one.id, one.institution_id, one.year_id, one.name, one.teacher_id)
    book = gradebook(session, head, term, language, seen)
    results = results_of(book)
    ready, issued, incomplete, changed = _cards(session, book, results, language) if whole else (0, 0, 0, 0)
    return ClassMarks(
        class_id=one.id,
        name=one.name,
        grades=" / ".join(grade.code for grade in one.grades),
        pupils=len(book.pupils) if whole else 0,
        subjects=_subjects(book),
        ready=ready,
        issued=issued,
        incomplete=incomplete,
        changed=changed,
        results=tuple(result for pupil in results.pupils for result in pupil.subjects),
        people=_people(book),
    )


def _people(book: Gradebook) -> frozenset[UUID]:
    """Whose names stand on the cards of a class."""
    teacher = {book.head.teacher_id} if book.head.teacher_id is not None else set()
    return frozenset({pupil.student_id for pupil in book.pupils} | teacher)


def averages_of(classes: Sequence[ClassMarks]) -> GradeAverages:
    """The averages of the school's grades; a class of several grades is a row of its own."""
    subjects = {
        subject.subject_id: subject.name
        for one in classes
        for subject in one.subjects
        if subject.expected or not subject.awaits_tests
    }
    rows: dict[str, dict[UUID, list[SubjectResult]]] = {}
    for one in classes:
        row = rows.setdefault(one.grades, {})
        for result in one.results:
            row.setdefault(result.plan.key, []).append(result)
    grades = tuple(reversed(rows))
    return GradeAverages(
        grades=grades,
        subjects=tuple(subjects.items()),
        values=tuple(tuple(_average(rows[grade].get(key, ())) for key in subjects) for grade in grades),
    )


def _average(results: Sequence[SubjectResult]) -> Decimal | None:
    final = [result for result in results if result.mark is not None and not result.pending]
    if not final:
        return None
    rules = final[0].rules
    values = [averaged_value(result.exact, result.mark, result.rules) for result in final]
    return class_figures([value for value in values if value is not None], rules, 0).average


def spreads_of(classes: Iterable[ClassMarks]) -> tuple[SubjectSpread, ...]:
    """How the final marks of each subject lie, over all classes."""
    by_subject: dict[UUID, list[SubjectResult]] = {}
    for one in classes:
        for result in one.results:
            by_subject.setdefault(result.plan.key, []).append(result)
    return tuple(_spread(subject_id, results) for subject_id, results in by_subject.items())


def _spread(subject_id: UUID, results: Sequence[SubjectResult]) -> SubjectSpread:
    rules = results[0].rules
    final = [result for result in results if result.mark is not None and not result.pending]
    values = [averaged_value(result.exact, result.mark, result.rules) for result in final]
    figures = class_figures([value for value in values if value is not None], rules, rules.mark_places)
    passed = sum(result.passed is True for result in final)
    return SubjectSpread(
        subject_id=subject_id,
        name=results[0].plan.name,
        bars=histogram((result.mark for result in final if result.mark is not None), rules.pass_mark),
        count=len(final),
        average=figures.average,
        passed_percent=pass_rate(passed, len(final)),
    )


def _subjects(book: Gradebook) -> tuple[SubjectMarks, ...]:
    """How much is entered, subject by subject, in the class's order."""
    names = {plan.key: plan.name for plans in book.plans.values() for plan in plans}
    present = {pupil.grade_id for pupil in book.pupils}
    awaited = {one.key: one.name for grade_id in present for one in book.awaited[grade_id]}
    pupils: dict[UUID, list[UUID]] = {}
    for pupil in book.pupils:
        pupils.setdefault(pupil.grade_id, []).append(pupil.student_id)
    found = []
    for subject_id, name in (names | awaited).items():
        entered = expected = 0
        waiting = []
        for item in (item for item in book.items if item.subject_id == subject_id):
            students = pupils.get(item.grade_id, [])
            done = sum(item.id in book.marks[student] for student in students)
            entered += done
            expected += len(students)
            if done < len(students):
                waiting.append(item)
        waiting.sort(key=lambda item: book.term.due_of(item.due_on) or date.max)
        first = waiting[0] if waiting else None
        found.append(
            SubjectMarks(
                subject_id=subject_id,
                name=name,
                entered=entered,
                expected=expected,
                next_item=first.name if first is not None else "",
                due_on=book.term.due_of(first.due_on) if first is not None else None,
                awaits_tests=subject_id in awaited,
            )
        )
    return tuple(found)


def _cards(
    session: Session, book: Gradebook, results: ClassResults, language: str
) -> tuple[int, int, int, int]:
    """Cards ready, issued, incomplete and changed since their issue; those changed are issued ones too."""
    ids = [line.student_id for line in results.pupils]
    issued = cards_in_force(session, ids, book.term.id, book.head.institution_id)
    if issued and _touched_since(session, [card.id for card in issued.values()], _people(book)):
        found = [row.state for row in card_list(session, book, language).rows]
    else:
        found = [
            card_state(complete=line.complete, issued=line.student_id in issued, changed=False)
            for line in results.pupils
        ]
    states = Counter(found)
    changed = states[CardState.CHANGED]
    return (
        states[CardState.READY],
        states[CardState.ISSUED] + changed,
        states[CardState.INCOMPLETE],
        changed,
    )


def _touched_since(session: Session, card_ids: Collection[UUID], people: Collection[UUID]) -> bool:
    """Whether anything that stands on cards, or of these people, was written since the first was issued."""
    first = (
        select(func.min(Change.seq))
        .where(Change.table_name == ReportCard.__tablename__, Change.row_id.in_(card_ids))
        .scalar_subquery()
    )
    named = and_(Change.table_name == Person.__tablename__, Change.row_id.in_(people))
    question = exists().where(Change.seq > first, or_(Change.table_name.in_(_ON_CARDS), named))
    return session.scalar(select(question)) or False
