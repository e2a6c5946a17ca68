"""Where the actor works: schools, years, terms, grades, classes and the subjects taught in them."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from uuid import UUID

from sqlalchemy import Row, Select, func, select
from sqlalchemy.orm import Session

from emis_desktop.database import Database
from emis_desktop.models import (
    AcademicPeriod,
    Area,
    ClassGrade,
    ClassPupil,
    ClassSubject,
    EducationGrade,
    Enrolment,
    Institution,
    Person,
    SchoolClass,
    Subject,
    Term,
)
from emis_desktop.queries.reach import require_class, teaching_of
from emis_desktop.queries.roster import on_roll
from emis_desktop.rules.calendar import TermSpan, Week, week_of, working_term
from emis_desktop.rules.names import display_name
from emis_desktop.rules.rights import Actor, Right, may


@dataclass(frozen=True, slots=True)
class SchoolInfo:
    """A school as the top bar and a report card name it."""

    id: UUID
    code: str
    name: str
    motto: str
    address: str
    phone: str
    email: str
    principal: str
    area: str


@dataclass(frozen=True, slots=True)
class YearInfo:
    """A school year, newest first in lists."""

    id: UUID
    code: str
    label: str
    starts_on: date
    ends_on: date


@dataclass(frozen=True, slots=True)
class TermInfo:
    """A term of a school year; ``weight`` is its share in the year result."""

    id: UUID
    year_id: UUID
    number: int
    name: str
    starts_on: date
    ends_on: date
    next_begins_on: date | None
    marks_due_on: date | None
    weight: Decimal

    @property
    def span(self) -> TermSpan:
        """The term as the calendar's rules take it."""
        return TermSpan(self.id, self.name, self.starts_on, self.ends_on)

    def week_of(self, day: date) -> Week | None:
        """Week 9 of 14 on ``day``; None outside the term."""
        return week_of(day, self.span)


@dataclass(frozen=True, slots=True)
class GradeInfo:
    """A grade or form, in the order of the country's structure."""

    id: UUID
    code: str
    name: str
    level: str
    position: int
    official_age: int | None


@dataclass(frozen=True, slots=True)
class ClassInfo:
    """A class of a year with its roll on a day; ``teacher`` is empty while nobody is class teacher.

    ``unstated`` counts pupils whose sex is not recorded.
    """

    id: UUID
    institution_id: UUID
    year_id: UUID
    name: str
    grades: tuple[GradeInfo, ...]
    teacher_id: UUID | None
    teacher: str
    capacity: int | None
    girls: int
    boys: int
    unstated: int

    @property
    def on_roll(self) -> int:
        """Number on roll."""
        return self.girls + self.boys + self.unstated

    @property
    def multi_grade(self) -> bool:
        """Whether several grades sit together."""
        return len(self.grades) > 1


@dataclass(frozen=True, slots=True)
class ClassSubjectInfo:
    """A subject of a class in the reader's language. ``may_edit``: the actor may enter its marks."""

    class_id: UUID
    subject_id: UUID
    code: str
    name: str
    teacher_id: UUID | None
    teacher: str
    position: int
    may_edit: bool


@dataclass(frozen=True, slots=True)
class Today:
    """The year and term that hold on a day: between terms the last begun, before all the first."""

    year: YearInfo | None
    term: TermInfo | None


class SchoolQueries:
    """Questions about structure. A teacher gets own classes and subjects, a school's user that school."""

    def __init__(self, db: Database, actor: Actor) -> None:
        """``actor`` decides what is seen."""
        self._db = db
        self._actor = actor

    def schools(self) -> tuple[SchoolInfo, ...]:
        """The schools the actor works in, by name."""
        question = select(Institution, Area.name).outerjoin(Area, Area.id == Institution.area_id)
        question = question.where(Institution.deleted_at.is_(None)).order_by(Institution.name)
        if self._actor.institution_id is not None:
            question = question.where(Institution.id == self._actor.institution_id)
        with self._db.read() as session:
            return tuple(school_info(school, area) for school, area in session.execute(question).all())

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

    def grades(self) -> tuple[GradeInfo, ...]:
        """All grades of the country, in order."""
        with self._db.read() as session:
            rows = session.scalars(
                select(EducationGrade)
                .where(EducationGrade.deleted_at.is_(None))
                .order_by(EducationGrade.position, EducationGrade.code)
            )
            return tuple(grade_info(row) for row in rows)

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
    )


def grade_info(row: EducationGrade) -> GradeInfo:
    """A grade in plain values."""
    return GradeInfo(row.id, row.code, row.name, row.level, row.position, row.official_age)


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
    )


def terms_of(session: Session, year_id: UUID) -> tuple[TermInfo, ...]:
    """The terms of a year, in order."""
    rows = session.scalars(
        select(Term).where(Term.period_id == year_id, Term.deleted_at.is_(None)).order_by(Term.number)
    )
    return tuple(term_info(row) for row in rows)


def subject_name(language: str, name: str, name_fr: str | None, name_es: str | None) -> str:
    """A subject's name in ``language``, the country's own where that language has none."""
    return {"fr": name_fr, "es": name_es}.get(language) or name


def _years(session: Session) -> tuple[YearInfo, ...]:
    rows = session.scalars(
        select(AcademicPeriod)
        .where(AcademicPeriod.deleted_at.is_(None))
        .order_by(AcademicPeriod.starts_on.desc())
    )
    return tuple(YearInfo(row.id, row.code, row.label, row.starts_on, row.ends_on) for row in rows)


def classes_of(
    session: Session, actor: Actor, institution_id: UUID, year_id: UUID, day: date
) -> tuple[ClassInfo, ...]:
    """The classes that ``actor`` may see; see :meth:`SchoolQueries.classes`."""
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
    rolls = _rolls(session, ids, day)
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


def _rolls(session: Session, class_ids: Collection[UUID], day: date) -> dict[UUID, dict[str, int]]:
    rows = session.execute(
        select(ClassPupil.class_id, func.coalesce(Person.sex, ""), func.count())
        .join(Enrolment, Enrolment.id == ClassPupil.enrolment_id)
        .join(Person, Person.id == Enrolment.person_id)
        .where(ClassPupil.class_id.in_(class_ids), on_roll(day), Person.deleted_at.is_(None))
        .group_by(ClassPupil.class_id, func.coalesce(Person.sex, ""))
    ).all()
    rolls: dict[UUID, dict[str, int]] = {}
    for class_id, sex, count in rows:
        rolls.setdefault(class_id, {})[sex] = count
    return rolls


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
