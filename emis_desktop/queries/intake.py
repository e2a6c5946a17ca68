"""What the policies need to know of a pupil who is to be taken in."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import date
from uuid import UUID

from sqlalchemy import func, or_, select
from sqlalchemy.orm import Session

from emis_desktop.models import (
    AcademicPeriod,
    ClassPupil,
    EducationGrade,
    Enrolment,
    Institution,
    Person,
    SchoolClass,
)
from emis_desktop.queries.policies import Policies, policies_of
from emis_desktop.queries.settings import card_words
from emis_desktop.rules.admission import Intake
from emis_desktop.rules.dates import age_on
from emis_desktop.rules.policies import CAPACITY, OLDER, YOUNGER


@dataclass(frozen=True, slots=True)
class Wanted:
    """A place at a school: the year, the grade and, perhaps, the class, from a day."""

    institution_id: UUID
    period_id: UUID
    grade_id: UUID
    class_id: UUID | None
    on: date


def intake_of(session: Session, wanted: Wanted, birth_date: date | None, sex: str | None) -> Intake:
    """The pupil and the place as the policies look at them."""
    school = session.get_one(Institution, wanted.institution_id)
    grade = session.get_one(EducationGrade, wanted.grade_id)
    asked = policies_of(session, wanted.institution_id)
    seat = seat_in(session, asked, wanted.class_id, grade, wanted.on)
    return replace(
        seat,
        age=_age(session, wanted, birth_date),
        official=grade.official_age,
        younger=asked.whole(YOUNGER, grade.code),
        older=asked.whole(OLDER, grade.code),
        sex=sex,
        sex_policy=school.sex_policy,
    )


def seat_in(
    session: Session, asked: Policies, class_id: UUID | None, grade: EducationGrade, on: date
) -> Intake:
    """The room in a class alone, the class's own limit before the policy's."""
    if class_id is None:
        return Intake(grade.name)
    found = session.get_one(SchoolClass, class_id)
    capacity = found.capacity if found.capacity is not None else asked.whole(CAPACITY, grade.code)
    return Intake(
        grade.name, class_name=found.name, taken=seats_taken(session, class_id, on), capacity=capacity
    )


def seats_taken(session: Session, class_id: UUID, on: date) -> int:
    """How many pupils sit in a class on a day or come to it later; who leaves on that day makes room."""
    return (
        session.scalar(
            select(func.count(func.distinct(Enrolment.person_id)))
            .join(ClassPupil, ClassPupil.enrolment_id == Enrolment.id)
            .join(Person, Person.id == Enrolment.person_id)
            .where(
                ClassPupil.class_id == class_id,
                ClassPupil.deleted_at.is_(None),
                Enrolment.deleted_at.is_(None),
                Person.deleted_at.is_(None),
                or_(ClassPupil.ends_on.is_(None), ClassPupil.ends_on > on),
                or_(Enrolment.ends_on.is_(None), Enrolment.ends_on > on),
            )
        )
        or 0
    )


def _age(session: Session, wanted: Wanted, birth_date: date | None) -> int | None:
    """Completed years on the day on which the country counts ages in that year."""
    if birth_date is None:
        return None
    year = session.get_one(AcademicPeriod, wanted.period_id)
    day = card_words(session, wanted.institution_id, "en").age_day(year.starts_on) or year.starts_on
    return age_on(birth_date, day) if day >= birth_date else 0
