"""Where the pupils of a school can go after a year: the grades above, and the classes of the next year."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass, field
from uuid import UUID

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from emis_desktop.models import AcademicPeriod, ClassPupil, EducationGrade, Enrolment, SchoolClass
from emis_desktop.queries.classes import all_grades, grades_of
from emis_desktop.queries.school_values import GradeInfo
from emis_desktop.queries.year_advice import policies_in_look
from emis_desktop.rules.policies import CAPACITY
from emis_desktop.rules.year_end import NextClass


@dataclass(slots=True)
class Paths:
    """Where the pupils of each grade go: the grade above (None: there is none), whether the next year is
    open, and which classes it has; ``taught_now``: the grades of this year.
    """

    names: Mapping[UUID, str]
    above: Mapping[UUID, UUID | None]
    open: bool
    taught_now: frozenset[UUID]
    classes: list[NextClass] = field(default_factory=list)

    @property
    def taught_next(self) -> set[UUID]:
        """The grades that have a class in the next year."""
        return {grade for one in self.classes for grade in one.grades}


def paths_of(
    session: Session,
    institution_id: UUID,
    year: AcademicPeriod,
    following: AcademicPeriod | None,
    enrolled: Collection[UUID],
) -> Paths:
    """The ways out of ``year``; ``enrolled``: the grades that its pupils are in."""
    grades = all_grades(session)
    day = year.ends_on if following is None else following.starts_on
    above: dict[UUID, UUID | None] = {}
    upper: EducationGrade | None = None
    for grade in reversed(grades):
        above[grade.id] = upper.id if upper is not None else None
        if grade.valid_to is None or grade.valid_to >= day:
            upper = grade
    taught = {grade.id for of in _class_grades(session, institution_id, year.id).values() for grade in of}
    paths = Paths(
        {grade.id: grade.name for grade in grades},
        above,
        following is not None,
        frozenset(taught | set(enrolled)),
    )
    if following is not None:
        paths.classes = _next_classes(session, institution_id, following.id)
    return paths


def _class_grades(session: Session, institution_id: UUID, year_id: UUID) -> dict[UUID, tuple[GradeInfo, ...]]:
    ids = session.scalars(
        select(SchoolClass.id).where(
            SchoolClass.institution_id == institution_id,
            SchoolClass.period_id == year_id,
            SchoolClass.deleted_at.is_(None),
        )
    ).all()
    return grades_of(session, ids)


def _next_classes(session: Session, institution_id: UUID, year_id: UUID) -> list[NextClass]:
    asked = policies_in_look(session, institution_id)
    rows = session.execute(
        select(SchoolClass, func.count(Enrolment.id))
        .outerjoin(ClassPupil, (ClassPupil.class_id == SchoolClass.id) & ClassPupil.deleted_at.is_(None))
        .outerjoin(
            Enrolment,
            (Enrolment.id == ClassPupil.enrolment_id)
            & Enrolment.deleted_at.is_(None)
            & Enrolment.ends_on.is_(None)
            & ClassPupil.ends_on.is_(None),
        )
        .where(
            SchoolClass.institution_id == institution_id,
            SchoolClass.period_id == year_id,
            SchoolClass.deleted_at.is_(None),
        )
        .group_by(SchoolClass.id)
        .order_by(SchoolClass.name, SchoolClass.id)
    ).all()
    grades = grades_of(session, [row.SchoolClass.id for row in rows])
    found = []
    for school_class, taken in rows:
        of = grades.get(school_class.id, ())
        limits = [asked.whole(CAPACITY, grade.code) for grade in of]
        limit = min((one for one in limits if one is not None), default=None)
        capacity = school_class.capacity if school_class.capacity is not None else limit
        names = {grade.id: grade.name for grade in of}
        found.append(NextClass(school_class.id, school_class.name, names, taken, capacity))
    return found
