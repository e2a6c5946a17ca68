"""Where the actor works: schools, years, terms, grades, classes and the subjects taught in them."""

from __future__ import annotations

from datetime import date
from uuid import UUID

from sqlalchemy import exists, select
from sqlalchemy.orm import Session

from emis_desktop.database import Database
from emis_desktop.models import AcademicPeriod, Area, Enrolment, Institution, Term
from emis_desktop.queries.classes import (
    all_grades,
    classes_of,
    grade_info,
    grades_of,
    subject_name,
    subjects_of,
)
from emis_desktop.queries.closing import CLOSED
from emis_desktop.queries.reach import require_class
from emis_desktop.queries.school_values import (
    ClassInfo,
    ClassSubjectInfo,
    GradeInfo,
    SchoolInfo,
    TermInfo,
    Today,
    YearInfo,
)
from emis_desktop.rules.calendar import in_force, working_term
from emis_desktop.rules.rights import Actor, Right

__all__ = [
    "ClassInfo",
    "ClassSubjectInfo",
    "GradeInfo",
    "SchoolInfo",
    "SchoolQueries",
    "TermInfo",
    "Today",
    "YearInfo",
    "classes_of",
    "grade_info",
    "grades_of",
    "school_info",
    "subject_name",
    "subjects_of",
    "term_info",
    "terms_of",
]


class SchoolQueries:
    """Questions about structure. A teacher gets own classes and subjects, a school's user that school."""

    def __init__(self, db: Database, actor: Actor) -> None:
        """``actor`` decides what is seen."""
        self._db = db
        self._actor = actor

    def schools(self) -> tuple[SchoolInfo, ...]:
        """The schools the actor works in, by name; those that closed come last, with the day."""
        question = select(Institution, Area.name).outerjoin(Area, Area.id == Institution.area_id)
        question = question.where(Institution.deleted_at.is_(None)).order_by(
            Institution.closed_on.is_not(None), Institution.name
        )
        if self._actor.institution_id is not None:
            question = question.where(Institution.id == self._actor.institution_id)
        with self._db.read() as session:
            return tuple(school_info(school, area) for school, area in session.execute(question).all())

    def with_records(self, rather: UUID | None = None) -> UUID | None:
        """A school with pupils, now or before: ``rather`` if it has any, else the first by name; None where
        no school has.
        """
        pupils = exists().where(Enrolment.institution_id == Institution.id, Enrolment.deleted_at.is_(None))
        question = select(Institution.id).where(Institution.deleted_at.is_(None), pupils)
        if self._actor.institution_id is not None:
            question = question.where(Institution.id == self._actor.institution_id)
        with self._db.read() as session:
            return session.scalar(question.order_by(Institution.id != rather, Institution.name).limit(1))

    def crest(self, institution_id: UUID) -> bytes | None:
        """The school's own crest as PNG or JPEG; None while it has none or is not the actor's."""
        if self._actor.institution_id not in {None, institution_id}:
            return None
        with self._db.read() as session:
            return session.scalar(
                select(Institution.crest).where(
                    Institution.id == institution_id, Institution.deleted_at.is_(None)
                )
            )

    def years(self) -> tuple[YearInfo, ...]:
        """All school years, newest first."""
        with self._db.read() as session:
            return _years(session)

    def terms(self, year_id: UUID) -> tuple[TermInfo, ...]:
        """The terms of a year, in order."""
        with self._db.read() as session:
            return terms_of(session, year_id)

    def today(self, day: date) -> Today:
        """Year and term that hold on ``day``; both None in a store without years."""
        with self._db.read() as session:
            years = _years(session)
            year = next((year for year in years if year.starts_on <= day), years[-1] if years else None)
            terms = terms_of(session, year.id) if year is not None else ()
            span = working_term(day, [term.span for term in terms])
            return Today(
                year, next((term for term in terms if span is not None and term.id == span.key), None)
            )

    def grades(self, year_id: UUID | None = None) -> tuple[GradeInfo, ...]:
        """The grades that the country has in a year, in order; without a year every grade it ever had."""
        with self._db.read() as session:
            year = session.get_one(AcademicPeriod, year_id) if year_id is not None else None
            return tuple(
                grade_info(row)
                for row in all_grades(session)
                if year is None or in_force(row.valid_from, row.valid_to, year.starts_on, year.ends_on)
            )

    def classes(self, institution_id: UUID, year_id: UUID, day: date) -> tuple[ClassInfo, ...]:
        """The classes the actor may see, by grade and name, with their roll on ``day``."""
        with self._db.read() as session:
            return classes_of(session, self._actor, institution_id, year_id, day)

    def subjects_of(self, class_id: UUID, language: str = "en") -> tuple[ClassSubjectInfo, ...]:
        """The subjects of a class that the actor may see, in the class's order."""
        with self._db.read() as session:
            require_class(session, self._actor, Right.VIEW_MARKS, class_id)
            return subjects_of(session, self._actor, (class_id,), language)


def school_info(school: Institution, area: str | None) -> SchoolInfo:
    """A school in plain values; what is not recorded is an empty text."""
    return SchoolInfo(
        id=school.id,
        code=school.code,
        name=school.name,
        motto=school.motto or "",
        address=school.address or "",
        phone=school.phone or "",
        email=school.email or "",
        principal=school.principal_name or "",
        area=area or "",
        closed_on=school.closed_on,
    )


def term_info(row: Term) -> TermInfo:
    """A term in plain values."""
    return TermInfo(
        id=row.id,
        year_id=row.period_id,
        number=row.number,
        name=row.name,
        starts_on=row.starts_on,
        ends_on=row.ends_on,
        next_begins_on=row.next_begins_on,
        marks_due_on=row.marks_due_on,
        weight=row.weight,
        closed=row.state == CLOSED,
        reason=row.state_reason or "",
    )


def terms_of(session: Session, year_id: UUID) -> tuple[TermInfo, ...]:
    """The terms of a year, in order."""
    rows = session.scalars(
        select(Term).where(Term.period_id == year_id, Term.deleted_at.is_(None)).order_by(Term.number)
    )
    return tuple(term_info(row) for row in rows)


def _years(session: Session) -> tuple[YearInfo, ...]:
    rows = session.scalars(
        select(AcademicPeriod)
        .where(AcademicPeriod.deleted_at.is_(None))
        .order_by(AcademicPeriod.starts_on.desc())
    )
    return tuple(_year_info(row) for row in rows)


def _year_info(row: AcademicPeriod) -> YearInfo:
    closed, reason = row.state == CLOSED, row.state_reason or ""
    return YearInfo(row.id, row.code, row.label, row.starts_on, row.ends_on, closed, reason)
