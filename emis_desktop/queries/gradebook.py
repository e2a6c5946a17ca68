"""Everything of a class and term that results are made of, read at once: pupils, plans, rules, marks.

Screens, exports and cards all start from a :class:`Gradebook`, so that they cannot disagree.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from functools import lru_cache
from uuid import UUID

from sqlalchemy import bindparam, select
from sqlalchemy.orm import Session

from emis_desktop.errors import Refused
from emis_desktop.models import AssessmentItem, ClassGrade, ClassSubject, EducationGrade, Subject, Term
from emis_desktop.one_person import together
from emis_desktop.queries.assessed import Sheet, not_assessed
from emis_desktop.queries.plain import places, remembered, rows
from emis_desktop.queries.roster import Pupil, pupils_of
from emis_desktop.queries.schemes import scheme_of, schemes_for
from emis_desktop.queries.school import TermInfo, subject_name, term_info
from emis_desktop.queries.taken import ALL, Seated, Taken, taken_of
from emis_desktop.rules.marks import MarkEntry, MarkState
from emis_desktop.rules.numbers import from_scaled
from emis_desktop.rules.readiness import Awaited
from emis_desktop.rules.scheme import ItemSpec, SchemeRules, SubjectPlan

MARKS = (
    "SELECT student_id, item_id, state, value FROM mark "
    "WHERE item_id IN ({items}) AND student_id IN ({students}) AND deleted_at IS NULL"
)


@dataclass(frozen=True, slots=True)
class ClassHead:
    """A class as the results need it."""

    id: UUID
    institution_id: UUID
    period_id: UUID
    name: str
    teacher_id: UUID | None = None


@dataclass(frozen=True, slots=True)
class ItemRow:
    """An assessment item as stored."""

    id: UUID
    grade_id: UUID
    subject_id: UUID
    code: str
    name: str
    part: str
    maximum: Decimal
    weight: Decimal
    due_on: date | None
    state: str


@dataclass(frozen=True, slots=True)
class Gradebook:
    """A class in a term. ``plans``: the subjects of each grade, in the class's order, those with items only.

    ``items`` are the rows behind the plans, in order; ``marks`` the entries of each pupil by item.
    ``awaited``: the subjects of each grade without items that are to be assessed in the term; ``taken``: what
    pupils take otherwise than the class.
    """

    head: ClassHead
    term: TermInfo
    pupils: tuple[Pupil, ...]
    rules: Mapping[UUID, SchemeRules]
    plans: Mapping[UUID, tuple[SubjectPlan, ...]]
    items: tuple[ItemRow, ...]
    marks: Mapping[UUID, Mapping[UUID, MarkEntry]]
    awaited: Mapping[UUID, tuple[Awaited, ...]]
    taken: Taken = ALL

    def takes(self, pupil: Pupil, subject_id: UUID) -> bool:
        """Whether a pupil takes a subject of the class."""
        return self.taken.takes(pupil.enrolment_id, pupil.grade_id, subject_id)


def gradebook(
    session: Session,
    head: ClassHead,
    term: TermInfo,
    language: str,
    subject_ids: Collection[UUID] | None = None,
) -> Gradebook:
    """The gradebook of a class, of ``subject_ids`` only when given.

    Raises :class:`Refused` when a grade of the class has no scheme in use.
    """
    pupils = pupils_of(session, (head.id,), term)
    grades = _grades(session, head.id, {pupil.grade_id for pupil in pupils})
    subjects = tuple(_subjects(session, head.id, language, subject_ids))
    rules = _rules(session, head.institution_id, grades)
    plan = _planned(session, head.institution_id, term.id, tuple(grades), subjects)
    return Gradebook(
        head=head,
        term=term,
        pupils=tuple(pupils),
        rules=rules,
        plans=plan.plans,
        items=plan.items,
        marks=marks_of(session, [item.id for item in plan.items], [pupil.student_id for pupil in pupils]),
        awaited=_awaited(session, head, term.id, subjects, plan.plans),
        taken=taken_of(
            session,
            head.institution_id,
            head.period_id,
            [Seated(pupil.enrolment_id, pupil.grade_id) for pupil in pupils],
        ),
    )


def _awaited(
    session: Session,
    head: ClassHead,
    term_id: UUID,
    subjects: Collection[tuple[UUID, str, str]],
    plans: Mapping[UUID, Collection[SubjectPlan]],
) -> dict[UUID, tuple[Awaited, ...]]:
    """The subjects without items, by grade, but for those that are set as not assessed in the term."""
    planned = {grade_id: {plan.key for plan in found} for grade_id, found in plans.items()}
    bare = {
        subject_id
        for subject_id, _code, _name in subjects
        for keys in planned.values()
        if subject_id not in keys
    }
    sheets = [Sheet(head.id, subject_id, term_id) for subject_id in bare]
    left = {sheet.subject_id for sheet in not_assessed(session, head.institution_id, sheets)}
    return {
        grade_id: tuple(
            Awaited(subject_id, name)
            for subject_id, _code, name in subjects
            if subject_id not in keys and subject_id not in left
        )
        for grade_id, keys in planned.items()
    }


@dataclass(frozen=True, slots=True)
class _Planned:
    """Items of some grades and subjects, and the plans made of them: the same for parallel classes."""

    items: tuple[ItemRow, ...]
    plans: Mapping[UUID, tuple[SubjectPlan, ...]]


def _rules(session: Session, institution_id: UUID, grades: Mapping[UUID, str]) -> dict[UUID, SchemeRules]:
    schemes = remembered(
        session,
        ("schemes", institution_id, tuple(grades)),
        lambda: schemes_for(session, institution_id, grades),
    )
    return {grade_id: scheme_of(schemes, grade_id, name) for grade_id, name in grades.items()}


def _planned(
    session: Session,
    institution_id: UUID,
    term_id: UUID,
    grades: tuple[UUID, ...],
    subjects: tuple[tuple[UUID, str, str], ...],
) -> _Planned:
    def ask() -> _Planned:
        items = tuple(_items(session, institution_id, term_id, grades, subjects))
        return _Planned(items, {grade_id: tuple(_plans(grade_id, subjects, items)) for grade_id in grades})

    return remembered(session, ("plans", institution_id, term_id, grades, subjects), ask)


def term_of(session: Session, term_id: UUID) -> TermInfo:
    """The term; raises :class:`Refused` when it is not there."""
    row = session.get(Term, term_id)
    if row is None or row.deleted_at is not None:
        raise Refused("That term is no longer there. Choose another.")
    return term_info(row)


def marks_of(
    session: Session, item_ids: Collection[UUID], student_ids: Collection[UUID]
) -> dict[UUID, dict[UUID, MarkEntry]]:
    """The entries of each student by item, for a sheet or a class; missing ones are not there.

    What stands with another record of the same student fills what the own record lacks.
    """
    items = {item_id.bytes: item_id for item_id in item_ids}
    marks: dict[UUID, dict[UUID, MarkEntry]] = {student_id: {} for student_id in student_ids}
    whole = together(session, student_ids)
    people = {student_id.bytes: student_id for student_id in whole.all_of(student_ids)}
    question = MARKS.format(items=places(items), students=places(people))
    found = rows(session, question, (*items, *people))
    if whole.group:
        named = [(people[row[0]], *row[1:]) for row in found]
        for student_id, item, state, value in whole.own_first(student_ids, named, key=1):
            marks[student_id][items[item]] = _entry(state, value)
        return marks
    entries = {student_id.bytes: of for student_id, of in marks.items()}
    for student, item, state, value in found:
        entries[student][items[item]] = _entry(state, value)
    return marks


@lru_cache(maxsize=65536)
def _entry(state: str, scaled: int | None) -> MarkEntry:
    """The same few thousand entries come again and again."""
    return MarkEntry(MarkState(state), None if scaled is None else from_scaled(scaled))


_GRADES = (
    select(EducationGrade.id, EducationGrade.name)
    .where(
        EducationGrade.id.in_(
            select(ClassGrade.grade_id).where(
                ClassGrade.class_id == bindparam("class_id"), ClassGrade.deleted_at.is_(None)
            )
        )
        | EducationGrade.id.in_(bindparam("more", expanding=True))
    )
    .order_by(EducationGrade.position, EducationGrade.code)
)
_SUBJECTS = (
    select(Subject.id, Subject.code, Subject.name, Subject.name_fr, Subject.name_es)
    .join(ClassSubject, ClassSubject.subject_id == Subject.id)
    .where(
        ClassSubject.class_id == bindparam("class_id"),
        ClassSubject.deleted_at.is_(None),
        Subject.deleted_at.is_(None),
    )
    .order_by(ClassSubject.position, Subject.position, Subject.code)
)
"""Made once: putting a question together takes longer than asking it for a class."""


def _grades(session: Session, class_id: UUID, more: Iterable[UUID]) -> dict[UUID, str]:
    """Names by id of the grades of the class and of its pupils, in the country's order."""
    found = session.execute(_GRADES, {"class_id": class_id, "more": list(more)})
    return {row.id: row.name for row in found}


def _subjects(
    session: Session, class_id: UUID, language: str, subject_ids: Collection[UUID] | None
) -> list[tuple[UUID, str, str]]:
    """(id, code, name) of the subjects of the class, in its order."""
    return [
        (row.id, row.code, subject_name(language, row.name, row.name_fr, row.name_es))
        for row in session.execute(_SUBJECTS, {"class_id": class_id})
        if subject_ids is None or row.id in subject_ids
    ]


def subject_names(session: Session, class_id: UUID, language: str) -> dict[UUID, str]:
    """The names by id of the subjects of a class."""
    return {key: name for key, _code, name in _subjects(session, class_id, language, None)}


def _items(
    session: Session,
    institution_id: UUID,
    term_id: UUID,
    grades: Collection[UUID],
    subjects: Collection[tuple[UUID, str, str]],
) -> list[ItemRow]:
    rows = session.execute(
        select(
            AssessmentItem.id,
            AssessmentItem.grade_id,
            AssessmentItem.subject_id,
            AssessmentItem.code,
            AssessmentItem.name,
            AssessmentItem.part,
            AssessmentItem.maximum,
            AssessmentItem.weight,
            AssessmentItem.due_on,
            AssessmentItem.state,
        )
        .where(
            AssessmentItem.institution_id == institution_id,
            AssessmentItem.term_id == term_id,
            AssessmentItem.grade_id.in_(grades),
            AssessmentItem.subject_id.in_([subject[0] for subject in subjects]),
            AssessmentItem.deleted_at.is_(None),
        )
        .order_by(AssessmentItem.position, AssessmentItem.code)
    )
    return [ItemRow(**row._asdict()) for row in rows]


def _plans(
    grade_id: UUID, subjects: Iterable[tuple[UUID, str, str]], items: Iterable[ItemRow]
) -> Iterable[SubjectPlan]:
    by_subject: dict[UUID, list[ItemSpec]] = {}
    for item in items:
        if item.grade_id == grade_id:
            spec = ItemSpec(item.id, item.code, item.name, item.part, item.maximum, item.weight)
            by_subject.setdefault(item.subject_id, []).append(spec)
    for subject_id, code, name in subjects:
        if subject_id in by_subject:
            yield SubjectPlan(subject_id, code, name, tuple(by_subject[subject_id]))
