"""The mark sheets of a term: each class and subject that somebody may see, and how much of it is entered."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date
from uuid import UUID

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from emis_desktop.models import AssessmentItem, ClassPupil, Enrolment, Mark, Person
from emis_desktop.queries.assessed import Sheet, not_assessed
from emis_desktop.queries.gradebook import term_of
from emis_desktop.queries.roster import Pupil, in_term, pupils_of, roll_counts, term_values
from emis_desktop.queries.school import ClassInfo, ClassSubjectInfo, TermInfo, classes_of, subjects_of
from emis_desktop.queries.taken import Seated, Taken, any_choices, taken_of
from emis_desktop.rules.rights import Actor


@dataclass(frozen=True, slots=True)
class SheetLine:
    """A mark sheet from outside: ``entered`` of ``expected`` marks, in ``items`` columns.

    ``next_item`` is the first item still open, by its due day (its own, else the term's); "" when everything
    is entered. ``may_edit``:
    the actor may enter its marks. ``awaits_tests``: pupils of the class have no test in the subject, although
    it is not set as ``not_assessed`` in the term.
    """

    class_id: UUID
    subject_id: UUID
    class_name: str
    subject_name: str
    teacher: str
    pupils: int
    items: int
    entered: int
    expected: int
    next_item: str
    due_on: date | None
    may_edit: bool
    awaits_tests: bool = False
    not_assessed: bool = False

    @property
    def to_enter(self) -> int:
        """Marks still to enter."""
        return self.expected - self.entered

    @property
    def to_do(self) -> bool:
        """Whether something is still to be done on the sheet: marks, or its tests."""
        return self.to_enter > 0 or self.awaits_tests


@dataclass(frozen=True, slots=True)
class _Item:
    id: UUID
    code: str
    name: str
    due_on: date | None


_Roll = Mapping[UUID, Mapping[UUID, int]]
"""Pupils by class and grade."""


def sheet_list(
    session: Session, actor: Actor, institution_id: UUID, term_id: UUID, language: str
) -> tuple[SheetLine, ...]:
    """The sheets of a school and term, by class and then in the class's order of subjects."""
    term = term_of(session, term_id)
    classes = classes_of(session, actor, institution_id, term.year_id, term)
    if not classes:
        return ()
    ids = [one.id for one in classes]
    subjects: dict[UUID, list[ClassSubjectInfo]] = {}
    for subject in subjects_of(session, actor, ids, language):
        subjects.setdefault(subject.class_id, []).append(subject)
    rolls = roll_counts(session, ids, term, Enrolment.grade_id)
    items = _items(session, institution_id, term)
    others = _not_taking(session, institution_id, term, ids)
    entered = _entered(session, institution_id, term, ids, others)
    lines = [
        _line(one, subject, _rolls_of(rolls, others, one.id, subject.subject_id), items, entered)
        for one in classes
        for subject in subjects.get(one.id, ())
    ]
    return _assessed(session, institution_id, term_id, lines)


def _assessed(
    session: Session, institution_id: UUID, term_id: UUID, lines: Sequence[SheetLine]
) -> tuple[SheetLine, ...]:
    """The lines, with those marked that are set as not assessed: they await nothing."""
    bare = [Sheet(line.class_id, line.subject_id, term_id) for line in lines if line.awaits_tests]
    left = not_assessed(session, institution_id, bare)
    return tuple(
        replace(line, awaits_tests=False, not_assessed=True)
        if Sheet(line.class_id, line.subject_id, term_id) in left
        else line
        for line in lines
    )


def _items(session: Session, institution_id: UUID, term: TermInfo) -> dict[tuple[UUID, UUID], list[_Item]]:
    """The items of each (grade, subject), in order, with the day they are due in the term."""
    rows = session.execute(
        select(
            AssessmentItem.grade_id,
            AssessmentItem.subject_id,
            AssessmentItem.id,
            AssessmentItem.code,
            AssessmentItem.name,
            AssessmentItem.due_on,
        )
        .where(
            AssessmentItem.institution_id == institution_id,
            AssessmentItem.term_id == term.id,
            AssessmentItem.deleted_at.is_(None),
        )
        .order_by(AssessmentItem.position, AssessmentItem.code)
    )
    items: dict[tuple[UUID, UUID], list[_Item]] = {}
    for row in rows:
        item = _Item(row.id, row.code, row.name, term.due_of(row.due_on))
        items.setdefault((row.grade_id, row.subject_id), []).append(item)
    return items


@dataclass(frozen=True, slots=True)
class _Others:
    """Pupils who do not take subjects of their class: ``taken`` and the places of the term's pupils."""

    taken: Taken
    pupils: Mapping[UUID, Sequence[Pupil]]


def _not_taking(
    session: Session, institution_id: UUID, term: TermInfo, class_ids: Collection[UUID]
) -> _Others | None:
    """None where everybody takes what the class does, as nearly everywhere."""
    if not any_choices(session, institution_id, term.year_id):
        return None
    pupils: dict[UUID, list[Pupil]] = {}
    found = pupils_of(session, class_ids, term)
    for pupil in found:
        pupils.setdefault(pupil.class_id, []).append(pupil)
    seated = [Seated(pupil.enrolment_id, pupil.grade_id) for pupil in found]
    return _Others(taken_of(session, institution_id, term.year_id, seated), pupils)


def _rolls_of(rolls: _Roll, others: _Others | None, class_id: UUID, subject_id: UUID) -> _Roll:
    """The pupils of a class by grade, without those who do not take the subject."""
    if others is None:
        return rolls
    grades: dict[UUID, int] = {}
    for pupil in others.pupils.get(class_id, ()):
        if others.taken.takes(pupil.enrolment_id, pupil.grade_id, subject_id):
            grades[pupil.grade_id] = grades.get(pupil.grade_id, 0) + 1
    return {class_id: grades}


def _entered_by_who_takes(
    session: Session, institution_id: UUID, term: TermInfo, others: _Others
) -> dict[tuple[UUID, UUID], int]:
    """The same as :func:`_entered`, pupil by pupil."""
    seats = {pupil.student_id: pupil for of in others.pupils.values() for pupil in of}
    counts: dict[tuple[UUID, UUID], int] = {}
    for student_id, item_id, grade_id, subject_id in session.execute(
        select(Mark.student_id, Mark.item_id, AssessmentItem.grade_id, AssessmentItem.subject_id)
        .join(AssessmentItem, AssessmentItem.id == Mark.item_id)
        .where(
            AssessmentItem.institution_id == institution_id,
            AssessmentItem.term_id == term.id,
            AssessmentItem.deleted_at.is_(None),
            Mark.deleted_at.is_(None),
        )
    ):
        pupil = seats.get(student_id)
        if pupil is None or pupil.grade_id != grade_id:
            continue
        if others.taken.takes(pupil.enrolment_id, grade_id, subject_id):
            key = (pupil.class_id, item_id)
            counts[key] = counts.get(key, 0) + 1
    return counts


def _entered(
    session: Session,
    institution_id: UUID,
    term: TermInfo,
    class_ids: Collection[UUID],
    others: _Others | None = None,
) -> dict[tuple[UUID, UUID], int]:
    """How many marks are entered, by class and item: those of the term's pupils, in the item's grade."""
    if others is not None:
        return _entered_by_who_takes(session, institution_id, term, others)
    rows = session.execute(
        select(ClassPupil.class_id, Mark.item_id, func.count())
        .join(AssessmentItem, AssessmentItem.id == Mark.item_id)
        .join(
            Enrolment,
            (Enrolment.person_id == Mark.student_id) & (Enrolment.grade_id == AssessmentItem.grade_id),
        )
        .join(Person, Person.id == Mark.student_id)
        .join(ClassPupil, ClassPupil.enrolment_id == Enrolment.id)
        .where(
            AssessmentItem.institution_id == institution_id,
            AssessmentItem.term_id == term.id,
            AssessmentItem.deleted_at.is_(None),
            Mark.deleted_at.is_(None),
            ClassPupil.class_id.in_(class_ids),
            in_term(),
            Person.deleted_at.is_(None),
        )
        .group_by(ClassPupil.class_id, Mark.item_id),
        term_values(term),
    )
    return {(class_id, item_id): count for class_id, item_id, count in rows}


def _line(
    one: ClassInfo,
    subject: ClassSubjectInfo,
    rolls: _Roll,
    items: Mapping[tuple[UUID, UUID], list[_Item]],
    entered: Mapping[tuple[UUID, UUID], int],
) -> SheetLine:
    roll = rolls.get(one.id, {})
    grades = {grade.id for grade in one.grades} | roll.keys()
    columns = [
        (item, entered.get((one.id, item.id), 0), roll.get(grade_id, 0))
        for grade_id in grades
        for item in items.get((grade_id, subject.subject_id), ())
    ]
    bare = [grade_id for grade_id in grades if not items.get((grade_id, subject.subject_id))]
    following = _next(item for item, done, pupils in columns if done < pupils)
    return SheetLine(
        class_id=one.id,
        subject_id=subject.subject_id,
        class_name=one.name,
        subject_name=subject.name,
        teacher=subject.teacher,
        pupils=sum(roll.values()),
        items=len({item.code for item, _done, _pupils in columns}),
        entered=sum(done for _item, done, _pupils in columns),
        expected=sum(pupils for _item, _done, pupils in columns),
        next_item=following.name if following is not None else "",
        due_on=following.due_on if following is not None else None,
        may_edit=subject.may_edit,
        awaits_tests=any(roll.get(grade_id) for grade_id in bare),
    )


def _next(waiting: Iterable[_Item]) -> _Item | None:
    """The item that is due first, those without a day last."""
    return min(waiting, key=lambda item: item.due_on or date.max, default=None)
