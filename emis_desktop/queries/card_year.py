"""What a card says beyond its term: the averages of earlier terms, and the decision at the end of the
year.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import replace
from datetime import date, timedelta
from decimal import Decimal
from uuid import UUID

import msgspec
from sqlalchemy import select
from sqlalchemy.orm import Session

from emis_desktop.models import (
    AssessmentItem,
    ClassPupil,
    EducationGrade,
    Enrolment,
    SchoolClass,
    Term,
)
from emis_desktop.one_person import together
from emis_desktop.queries.classes import all_grades
from emis_desktop.queries.gradebook import ClassHead, Gradebook, gradebook
from emis_desktop.queries.plain import places, remembered, rows
from emis_desktop.queries.results import ClassResults, results_of
from emis_desktop.queries.roster import Pupil, in_term, term_values
from emis_desktop.queries.school import TermInfo, term_info, terms_of
from emis_desktop.queries.year_advice import Sitting, advise_pupils, asks_for
from emis_desktop.rules.card import CardPoint
from emis_desktop.rules.promotion import Promotion
from emis_desktop.rules.year_end import Advice

EARLIER_TERMS = 3
"""How many terms before this one the progress chart shows."""

Progress = Mapping[UUID, tuple[CardPoint, ...]]
YearFigures = Mapping[UUID, tuple[Promotion | None, str | None]]
"""Decision and next grade by student."""

_OUTCOMES = {
    "promoted": Promotion.PROMOTED,
    "graduated": Promotion.PROMOTED,
    "repeated": Promotion.REPEATS,
}
_DECISIONS = {
    Advice.PROMOTED: Promotion.PROMOTED,
    Advice.GRADUATED: Promotion.PROMOTED,
    Advice.REPEATED: Promotion.REPEATS,
    Advice.UNDECIDED: Promotion.UNDECIDED,
}


class _Frozen(msgspec.Struct):
    """The part of an issued card's content that the progress chart needs."""

    summary: _Averages


class _Averages(msgspec.Struct):
    average: Decimal | None
    class_average: Decimal | None


_FROZEN = msgspec.json.Decoder(_Frozen)
_ISSUED = (
    "SELECT student_id, content FROM report_card "
    "WHERE term_id = ? AND student_id IN ({students}) AND deleted_at IS NULL ORDER BY issue"
)


def progress_of(
    session: Session, book: Gradebook, results: ClassResults, student_ids: Collection[UUID]
) -> Progress:
    """The points of each student's chart, from the first term with an average to this one.

    An earlier term shows what was printed on the card in force; without a card what the rules give now.
    """
    terms = remembered(session, ("earlier terms", book.term.id), lambda: _earlier_terms(session, book.term))
    averages = [_averages(session, book, term, student_ids) for term in terms]
    class_averages = {
        group.grade_id: group.term.average if group.term.shown else None for group in results.groups
    }
    averages.append(
        {
            line.student_id: (None if line.term.pending else line.term.average, class_averages[line.grade_id])
            for line in results.pupils
        }
    )
    labels = _labels([*terms, book.term])
    return {student_id: _points(student_id, labels, averages) for student_id in student_ids}


def ends_year(session: Session, term: TermInfo) -> bool:
    """Whether a term is the last of its year."""
    return _terms(session, term.year_id)[-1].id == term.id


def _terms(session: Session, year_id: UUID) -> tuple[TermInfo, ...]:
    return remembered(session, ("terms", year_id), lambda: terms_of(session, year_id))


def decisions(
    session: Session, book: Gradebook, pupils: Sequence[Pupil], outcomes: Mapping[UUID, str]
) -> YearFigures:
    """The decision of the year and the next grade, on the cards of its last term only.

    What the office has decided stands; else the rules of the end of a year advise, where they ask for
    anything. Who left
    before the end goes to no grade here: the next school decides.
    """
    if not ends_year(session, book.term):
        return {}
    terms = _terms(session, book.term.year_id)
    grades = all_grades(session)
    decided = {student: _OUTCOMES[outcome] for student, outcome in outcomes.items() if outcome in _OUTCOMES}
    school = book.head.institution_id
    asked = {grade_id: asks_for(session, school, rules, grade_id) for grade_id, rules in book.rules.items()}
    open_pupils = [
        pupil
        for pupil in pupils
        if pupil.student_id not in decided and pupil.left_on is None and asked[pupil.grade_id]
    ]
    decided.update(_advice(session, book, terms, open_pupils))
    after = terms[-1].ends_on + timedelta(days=1)
    following = _following(grades, after)
    same = {grade.id: grade.name for grade in grades}
    return {
        pupil.student_id: (decision, _goes_to(decision, pupil.grade_id, following, same))
        for pupil in pupils
        if (decision := decided.get(pupil.student_id)) is not None
    }


def _following(grades: Sequence[EducationGrade], day: date) -> dict[UUID, str | None]:
    """The name of the grade above each one, of those that the country still has on ``day``."""
    found: dict[UUID, str | None] = {}
    above: str | None = None
    for grade in reversed(grades):
        found[grade.id] = above
        if grade.valid_to is None or grade.valid_to >= day:
            above = grade.name
    return found


def _goes_to(
    decision: Promotion, grade_id: UUID, following: Mapping[UUID, str | None], same: Mapping[UUID, str]
) -> str | None:
    if decision is Promotion.PROMOTED:
        return following.get(grade_id)
    return same.get(grade_id) if decision is Promotion.REPEATS else None


def _advice(
    session: Session, book: Gradebook, terms: Sequence[TermInfo], pupils: Sequence[Pupil]
) -> dict[UUID, Promotion]:
    if not pupils:
        return {}
    ids = [pupil.student_id for pupil in pupils]
    whole = together(session, ids)
    by_term = []
    for term in terms:
        results = results_in(session, book, term, ids)
        lines = {line.student_id: line for found in results for line in found.pupils}
        by_term.append((term, dict(whole.own_first(ids, lines.items()))))
    repeats = _repeaters(session, [pupil.enrolment_id for pupil in pupils])
    sitting = [Sitting(pupil.student_id, pupil.grade_id, pupil.enrolment_id in repeats) for pupil in pupils]
    head = book.head
    views = advise_pupils(session, head.institution_id, head.period_id, by_term, book.rules, sitting)
    return {student_id: _DECISIONS[view.advised.advice] for student_id, view in views.items()}


def _repeaters(session: Session, enrolment_ids: Sequence[UUID]) -> set[UUID]:
    question = select(Enrolment.id).where(Enrolment.id.in_(enrolment_ids), Enrolment.repeater)
    return set(session.scalars(question))


def _earlier_terms(session: Session, term: TermInfo) -> list[TermInfo]:
    rows = session.scalars(
        select(Term)
        .where(Term.ends_on < term.starts_on, Term.deleted_at.is_(None))
        .order_by(Term.starts_on.desc())
        .limit(EARLIER_TERMS)
    )
    return [term_info(row) for row in reversed(list(rows))]


def _labels(terms: Sequence[TermInfo]) -> list[str]:
    """The year stands where it begins: "T1 2025", "T2", "T3", "T1 2026"."""
    return [
        f"T{term.number} {term.starts_on.year}" if index == 0 or term.number == 1 else f"T{term.number}"
        for index, term in enumerate(terms)
    ]


def _points(
    student_id: UUID,
    labels: Sequence[str],
    averages: Sequence[Mapping[UUID, tuple[Decimal | None, Decimal | None]]],
) -> tuple[CardPoint, ...]:
    points = [
        CardPoint(label, *found.get(student_id, (None, None)))
        for label, found in zip(labels, averages, strict=True)
    ]
    first = next((number for number, point in enumerate(points) if point.pupil is not None), len(points))
    return tuple(points[first:])


def _averages(
    session: Session, book: Gradebook, term: TermInfo, student_ids: Collection[UUID]
) -> dict[UUID, tuple[Decimal | None, Decimal | None]]:
    """(own, class) average of each student in an earlier term."""
    averages = _issued(session, term, student_ids)
    rest = [student_id for student_id in student_ids if student_id not in averages]
    for results in results_in(session, book, term, rest):
        shown = {group.grade_id: group.term for group in results.groups}
        for line in results.pupils:
            figures = shown[line.grade_id]
            if line.student_id not in averages and line.term.average is not None and not line.term.pending:
                averages[line.student_id] = (line.term.average, figures.average if figures.shown else None)
    return dict(together(session, student_ids).own_first(student_ids, averages.items()))


def _issued(
    session: Session, term: TermInfo, student_ids: Collection[UUID]
) -> dict[UUID, tuple[Decimal | None, Decimal | None]]:
    whole = together(session, student_ids)
    students = {student_id.bytes: student_id for student_id in whole.all_of(student_ids)}
    found = rows(session, _ISSUED.format(students=places(students)), (term.id.bytes, *students))
    last = {students[student]: content for student, content in found}
    of = whole.own_first(student_ids, last.items())
    summaries = {student: _FROZEN.decode(content).summary for student, content in of}
    return {student: (one.average, one.class_average) for student, one in summaries.items()}


def results_in(
    session: Session, book: Gradebook, term: TermInfo, student_ids: Collection[UUID]
) -> Iterable[ClassResults]:
    """The results, in another term, of the classes of this school in which these students sat then.

    A subject without tests in another term was not assessed: nobody waits for it any more.
    """
    if term.id == book.term.id:
        return [results_of(book)]
    heads = sat_in(session, book.head.institution_id, term, student_ids)
    return [assessed(session, head, term, "en") for head in heads]


def sat_in(session: Session, school: UUID, term: TermInfo, student_ids: Collection[UUID]) -> list[ClassHead]:
    """The classes of a school in which any of these students sat in a term that has tests."""
    asked = ("has items", school, term.id)
    if not student_ids or not remembered(session, asked, lambda: _has_items(session, school, term.id)):
        return []
    rows = session.execute(
        select(SchoolClass.id, SchoolClass.institution_id, SchoolClass.period_id, SchoolClass.name)
        .join(ClassPupil, ClassPupil.class_id == SchoolClass.id)
        .join(Enrolment, Enrolment.id == ClassPupil.enrolment_id)
        .where(
            Enrolment.person_id.in_(together(session, student_ids).all_of(student_ids)),
            SchoolClass.institution_id == school,
            SchoolClass.period_id == term.year_id,
            SchoolClass.deleted_at.is_(None),
            in_term(),
        )
        .distinct(),
        term_values(term),
    ).all()
    return [ClassHead(*row) for row in rows]


def assessed(session: Session, head: ClassHead, term: TermInfo, language: str) -> ClassResults:
    """The results of a class in a term, without the subjects that were not assessed in it."""
    book = gradebook(session, head, term, language)
    return results_of(replace(book, awaited=dict.fromkeys(book.plans, ())))


def _has_items(session: Session, institution_id: UUID, term_id: UUID) -> bool:
    found = session.scalar(
        select(AssessmentItem.id)
        .where(
            AssessmentItem.institution_id == institution_id,
            AssessmentItem.term_id == term_id,
            AssessmentItem.deleted_at.is_(None),
        )
        .limit(1)
    )
    return found is not None
