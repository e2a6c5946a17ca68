"""The subjects that a country's list gives to a grade: what a new class is taught until that is changed."""

from __future__ import annotations

from collections.abc import Iterable
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.orm import Session

from emis_desktop.models import EducationGrade, Subject
from emis_desktop.profiles import CountryProfile
from emis_desktop.rules.ids import natural_id


def usual_subjects(
    session: Session, profile: CountryProfile | None, grade_ids: Iterable[UUID]
) -> tuple[UUID, ...]:
    """The subjects of the country's list for these grades, in print order, each once.

    Without a profile, and for a grade that the profile does not have, there are none. A subject that is not
    in this store is left out.
    """
    if profile is None:
        return ()
    grades = list(grade_ids)
    rows = session.execute(
        select(EducationGrade.id, EducationGrade.code).where(EducationGrade.id.in_(grades))
    ).all()
    codes = {row.id: row.code for row in rows}
    known = {grade.code for grade in profile.grades}
    listed = dict.fromkeys(
        natural_id("subject", subject.code)
        for grade_id in grades
        if codes.get(grade_id) in known
        for subject in profile.subjects_of(codes[grade_id])
    )
    there = set(
        session.scalars(select(Subject.id).where(Subject.id.in_(listed), Subject.deleted_at.is_(None)))
    )
    return tuple(subject_id for subject_id in listed if subject_id in there)
