"""Results of a class in a term; every number comes from the rules.

Pupils of one grade are compared with each other; a class of several grades has a group for each.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from decimal import Decimal
from typing import NamedTuple
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.orm import Session

from emis_desktop.database import Database
from emis_desktop.models import AcademicPeriod, SchoolClass
from emis_desktop.queries.gradebook import ClassHead, Gradebook, gradebook, term_of
from emis_desktop.queries.reach import require_class, teaching_of
from emis_desktop.queries.roster import Pupil, numbers_of
from emis_desktop.queries.school import TermInfo
from emis_desktop.rules import class_results as engine
from emis_desktop.rules.averages import TermResult
from emis_desktop.rules.figures import ClassFigures
from emis_desktop.rules.positions import Position
from emis_desktop.rules.readiness import Awaited, Gaps, gaps_of, is_printed
from emis_desktop.rules.results import ResultState, SubjectResult
from emis_desktop.rules.rights import Actor, Right, require
from emis_desktop.rules.scheme import SubjectPlan


@dataclass(frozen=True, slots=True)
class PupilLine:
    """A pupil's term: subjects in the class's order with positions beside them, the term, the position in it.

    A position is None for who is not ranked, and for everybody where positions are hidden. ``awaited``: the
    subjects of the grade without a test yet.
    """

    student_id: UUID
    name: str
    grade_id: UUID
    subjects: tuple[SubjectResult, ...]
    subject_positions: tuple[Position | None, ...]
    term: TermResult
    position: Position | None
    awaited: tuple[Awaited, ...] = ()

    @property
    def gaps(self) -> Gaps:
        """What keeps the pupil's card from being final."""
        return gaps_of(self.subjects, self.awaited)

    @property
    def complete(self) -> bool:
        """Whether the pupil's card can be issued as final: something is on it, and nothing is missing."""
        return not self.gaps and any(map(is_printed, self.subjects))


@dataclass(frozen=True, slots=True)
class GroupFigures:
    """Figures of the pupils of one grade: ``subjects`` by id, and of the term averages."""

    grade_id: UUID
    subjects: Mapping[UUID, ClassFigures]
    term: ClassFigures


@dataclass(frozen=True, slots=True)
class ClassResults:
    """A class's term in register order, with the figures of each grade in it."""

    class_id: UUID
    term_id: UUID
    class_name: str
    pupils: tuple[PupilLine, ...]
    groups: tuple[GroupFigures, ...]

    @property
    def on_roll(self) -> int:
        """Number on roll."""
        return len(self.pupils)


@dataclass(frozen=True, slots=True)
class TermResultRow:
    """One line of the export ``term-results``: a pupil, subject and term.

    ``state``: final, provisional, exempt or absent; ``place``: the position in the subject,
    None where there is none; ``tied``: another pupil has the same.
    """

    student_number: str
    student_name: str
    class_name: str
    year: str
    term: int
    subject_code: str
    subject: str
    mark: Decimal | None
    letter: str
    state: str
    place: int | None
    tied: bool


class ResultQueries:
    """Questions about results."""

    def __init__(self, db: Database, actor: Actor) -> None:
        """``actor`` decides what is seen."""
        self._db = db
        self._actor = actor

    def class_results(self, class_id: UUID, term_id: UUID, language: str = "en") -> ClassResults:
        """The results of a class, from one read transaction; a teacher sees the own subjects."""
        with self._db.read() as session:
            found = require_class(session, self._actor, Right.VIEW_MARKS, class_id)
            teaching = teaching_of(session, self._actor)
            seen = None
            if teaching is not None and class_id not in teaching.leads:
                seen = {subject for own, subject in teaching.teaches if own == class_id}
            head = ClassHead(found.id, found.institution_id, found.period_id, found.name)
            book = gradebook(session, head, term_of(session, term_id), language, seen)
            return results_of(book, by_subject=True)

    def term_results(
        self, institution_id: UUID | None, term_id: UUID, language: str = "en"
    ) -> list[TermResultRow]:
        """Every pupil, subject and term mark of a school (None: of all) in a term, for export."""
        require(self._actor, Right.EXPORT_RECORDS, institution_id=institution_id)
        with self._db.read() as session:
            term = term_of(session, term_id)
            year = session.get_one(AcademicPeriod, term.year_id).code
            if institution_id is None:
                institution_id = self._actor.institution_id
            rows: list[TermResultRow] = []
            for head in heads_of(session, institution_id, term.year_id):
                book = gradebook(session, head, term, language)
                numbers = numbers_of(session, [pupil.student_id for pupil in book.pupils])
                rows.extend(_export(results_of(book, by_subject=True), numbers, term, year))
            return rows


def heads_of(session: Session, institution_id: UUID | None, year_id: UUID) -> list[ClassHead]:
    """The classes of a school (None: of all schools) in a year, by name."""
    question = select(
        SchoolClass.id, SchoolClass.institution_id, SchoolClass.period_id, SchoolClass.name
    ).where(SchoolClass.period_id == year_id, SchoolClass.deleted_at.is_(None))
    if institution_id is not None:
        question = question.where(SchoolClass.institution_id == institution_id)
    rows = session.execute(question.order_by(SchoolClass.name, SchoolClass.id)).all()
    return [ClassHead(*row) for row in rows]


def results_of(book: Gradebook, *, by_subject: bool = False) -> ClassResults:
    """The results of a gradebook; positions in each subject only with ``by_subject``, since cards have
    none.
    """
    lines: dict[UUID, PupilLine] = {}
    groups = []
    for grade_id, rules in book.rules.items():
        pupils = [pupil for pupil in book.pupils if pupil.grade_id == grade_id]
        plans = book.plans[grade_id]
        own = {pupil.student_id: _own(book, pupil) for pupil in pupils}
        found = engine.class_results(
            [
                engine.PupilMarks(key, taken.plans, book.marks[key], len(taken.awaited))
                for key, taken in own.items()
            ],
            rules,
        )
        places = {
            plan.key: engine.subject_positions(found, plan.key, rules)
            for plan in plans
            if by_subject and plan.key in found.subjects
        }
        groups.append(GroupFigures(grade_id, found.subjects, found.term))
        for pupil in pupils:
            key = pupil.student_id
            line = found.pupils[key]
            lines[key] = PupilLine(
                student_id=key,
                name=pupil.listed,
                grade_id=grade_id,
                subjects=line.subjects,
                subject_positions=tuple(
                    places[plan.key].get(key) if plan.key in places else None for plan in own[key].plans
                ),
                term=line.term,
                position=line.position,
                awaited=own[key].awaited,
            )
    return ClassResults(
        class_id=book.head.id,
        term_id=book.term.id,
        class_name=book.head.name,
        pupils=tuple(lines[pupil.student_id] for pupil in book.pupils),
        groups=tuple(groups),
    )


class _Own(NamedTuple):
    """The plans and the awaited subjects of what a pupil takes."""

    plans: tuple[SubjectPlan, ...]
    awaited: tuple[Awaited, ...]


def _own(book: Gradebook, pupil: Pupil) -> _Own:
    plans, awaited = book.plans[pupil.grade_id], book.awaited[pupil.grade_id]
    if book.taken.plain:
        return _Own(plans, awaited)
    return _Own(
        tuple(plan for plan in plans if book.takes(pupil, plan.key)),
        tuple(one for one in awaited if book.takes(pupil, one.key)),
    )


def _export(
    results: ClassResults, numbers: Mapping[UUID, str], term: TermInfo, year: str
) -> Iterator[TermResultRow]:
    for pupil in results.pupils:
        for result, position in zip(pupil.subjects, pupil.subject_positions, strict=True):
            if result.state is ResultState.NO_MARKS and not result.pending:
                continue
            yield TermResultRow(
                student_number=numbers.get(pupil.student_id, ""),
                student_name=pupil.name,
                class_name=results.class_name,
                year=year,
                term=term.number,
                subject_code=result.plan.code,
                subject=result.plan.name,
                mark=result.mark,
                letter=result.band.letter if result.band is not None else "",
                state="provisional" if result.pending else result.state.value,
                place=position.place if position is not None else None,
                tied=position is not None and position.tied,
            )
