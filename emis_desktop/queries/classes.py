"""Classes of a school and year with their roll, and the subjects taught in them."""

from __future__ import annotations

from collections.abc import Collection
from datetime import date
from uuid import UUID

from sqlalchemy import Row, Select, func, select
from sqlalchemy.orm import Session

from emis_desktop.models import (
    ClassGrade,
    ClassSubject,
    EducationGrade,
    Person,
    SchoolClass,
    Subject,
)
from emis_desktop.queries.reach import teaching_of
from emis_desktop.queries.roster import roll_counts
from emis_desktop.queries.school_values import ClassInfo, ClassSubjectInfo, GradeInfo, TermInfo
from emis_desktop.rules.names import display_name
from emis_desktop.rules.rights import Actor, Right, may
from emis_desktop.sentence import Names


def grade_info(row: EducationGrade) -> GradeInfo:
    """A grade in plain values."""
    return GradeInfo(row.id, row.code, row.name, row.level, row.position, row.official_age)


def all_grades(session: Session) -> list[EducationGrade]:
    """Every grade that the country has or had, in its order."""
    return list(
        session.scalars(
            select(EducationGrade)
            .where(EducationGrade.deleted_at.is_(None))
            .order_by(EducationGrade.position, EducationGrade.code)
        )
    )


def subject_name(language: str, name: str, name_fr: str | None, name_es: str | None) -> str:
    """A subject's name in ``language``, the country's own where that language has none."""
    return Names(name, name_fr, name_es).spoken(language)


def classes_of(
    session: Session, actor: Actor, institution_id: UUID, year_id: UUID, when: date | TermInfo
) -> tuple[ClassInfo, ...]:
    """The classes that ``actor`` may see; see :meth:`SchoolQueries.classes`. With the roll of a day or
    term.
    """
    rows = session.execute(
        select(SchoolClass, Person.given_names, Person.family_name)
        .outerjoin(Person, Person.id == SchoolClass.teacher_id)
        .where(
            SchoolClass.institution_id == institution_id,
            SchoolClass.period_id == year_id,
            SchoolClass.deleted_at.is_(None),
        )
    ).all()
    seen = [
        row
        for row in rows
        if may(actor, Right.VIEW_MARKS, class_id=row.SchoolClass.id, institution_id=institution_id)
    ]
    ids = [row.SchoolClass.id for row in seen]
    grades = grades_of(session, ids)
    rolls = roll_counts(session, ids, when, func.coalesce(Person.sex, ""))
    classes = [
        _class_info(row, grades.get(row.SchoolClass.id, ()), rolls.get(row.SchoolClass.id, {}))
        for row in seen
    ]
    classes.sort(key=lambda one: ([grade.position for grade in one.grades], one.name))
    return tuple(classes)


def _class_info(
    row: Row[SchoolClass, str, str], grades: tuple[GradeInfo, ...], roll: dict[str, int]
) -> ClassInfo:
    school_class = row.SchoolClass
    return ClassInfo(
        id=school_class.id,
        institution_id=school_class.institution_id,
        year_id=school_class.period_id,
        name=school_class.name,
        grades=grades,
        teacher_id=school_class.teacher_id,
        teacher=display_name(row.given_names or "", row.family_name or ""),
        capacity=school_class.capacity,
        girls=roll.get("F", 0),
        boys=roll.get("M", 0),
        unstated=sum(count for sex, count in roll.items() if sex not in {"F", "M"}),
        shift=school_class.shift or "",
    )


def grades_of(session: Session, class_ids: Collection[UUID]) -> dict[UUID, tuple[GradeInfo, ...]]:
    """The grades of each class, in the order of the country's structure."""
    rows = session.execute(
        select(ClassGrade.class_id, EducationGrade)
        .join(EducationGrade, EducationGrade.id == ClassGrade.grade_id)
        .where(ClassGrade.class_id.in_(class_ids), ClassGrade.deleted_at.is_(None))
        .order_by(EducationGrade.position, EducationGrade.code)
    ).all()
    grades: dict[UUID, tuple[GradeInfo, ...]] = {}
    for class_id, grade in rows:
        grades[class_id] = (*grades.get(class_id, ()), grade_info(grade))
    return grades


def subjects_of(
    session: Session, actor: Actor, class_ids: Collection[UUID], language: str
) -> tuple[ClassSubjectInfo, ...]:
    """The subjects of classes that ``actor`` may see, each class together in its own order."""
    teaching = teaching_of(session, actor)
    edits = may(actor, Right.EDIT_MARKS, class_id=next(iter(class_ids), None))
    found = []
    for row in session.execute(_subject_rows(class_ids)).all():
        link, subject = row.ClassSubject, row.Subject
        if teaching is not None and not teaching.sees(link.class_id, link.subject_id):
            continue
        found.append(
            ClassSubjectInfo(
                class_id=link.class_id,
                subject_id=link.subject_id,
                code=subject.code,
                name=subject_name(language, subject.name, subject.name_fr, subject.name_es),
                teacher_id=link.teacher_id,
                teacher=display_name(row.given_names or "", row.family_name or ""),
                position=link.position,
                may_edit=edits and (teaching is None or teaching.edits(link.class_id, link.subject_id)),
            )
        )
    return tuple(found)


def _subject_rows(class_ids: Collection[UUID]) -> Select[ClassSubject, Subject, str, str]:
    return (
        select(ClassSubject, Subject, Person.given_names, Person.family_name)
        .join(Subject, Subject.id == ClassSubject.subject_id)
        .outerjoin(Person, Person.id == ClassSubject.teacher_id)
        .where(
            ClassSubject.class_id.in_(class_ids),
            ClassSubject.deleted_at.is_(None),
            Subject.deleted_at.is_(None),
        )
        .order_by(ClassSubject.class_id, ClassSubject.position, Subject.position, Subject.code)
    )
