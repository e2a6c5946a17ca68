"""Changing the structure: schools, classes, who teaches what, the dates of a term, which scheme holds."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.orm import Session

from emis_desktop.database import Database
from emis_desktop.errors import Refused
from emis_desktop.models import (
    AcademicPeriod,
    AssessmentScheme,
    ClassGrade,
    ClassSubject,
    Institution,
    SchemeUse,
    SchoolClass,
    Term,
)
from emis_desktop.profiles import CountryProfile
from emis_desktop.rules.calendar import TermSpan, check_terms
from emis_desktop.rules.ids import natural_id, new_id
from emis_desktop.rules.rights import Actor, Right, require
from emis_desktop.services.rows import delete, revive
from emis_desktop.services.set_up import SetUp, set_up
from emis_desktop.services.usual_subjects import usual_subjects


@dataclass(frozen=True, slots=True)
class NewSchool:
    """A school to create; ``area_id`` and texts may stay empty. ``crest``: PNG or JPEG."""

    code: str
    name: str
    area_id: UUID | None = None
    sector: str = ""
    kind: str = ""
    motto: str = ""
    address: str = ""
    phone: str = ""
    email: str = ""
    principal: str = ""
    crest: bytes | None = None


@dataclass(frozen=True, slots=True)
class NewClass:
    """A class to create: one grade or several, its class teacher (a person), subjects in their order.

    ``subject_ids`` None: those that the country's list gives to its grades.
    """

    institution_id: UUID
    year_id: UUID
    name: str
    grade_ids: tuple[UUID, ...]
    teacher_id: UUID | None = None
    capacity: int | None = None
    subject_ids: tuple[UUID, ...] | None = None


@dataclass(frozen=True, slots=True)
class TermDates:
    """New dates of a term; ``marks_due_on`` None: on its last day."""

    starts_on: date
    ends_on: date
    next_begins_on: date | None = None
    marks_due_on: date | None = None


class StructureService:
    """Changes the structure; needs the right to manage it; every method is one act."""

    def __init__(self, db: Database, actor: Actor, profile: CountryProfile | None = None) -> None:
        """``actor`` changes it; ``profile`` says which subjects a new class has."""
        self._db = db
        self._actor = actor
        self._profile = profile

    def set_up(self, profile: CountryProfile, start_years: Iterable[int]) -> SetUp:
        """Write the structure of a country and the school years that begin in ``start_years``; twice is
        once.
        """
        require(self._actor, Right.MANAGE_STRUCTURE)
        with self._db.write(self._actor, "set_up") as session:
            return set_up(session, profile, start_years)

    def create_school(self, school: NewSchool) -> UUID:
        """A new school; Refused when its code is taken."""
        require(self._actor, Right.MANAGE_STRUCTURE)
        with self._db.write(self._actor, "create_school") as session:
            return create_school(session, school)

    def create_class(self, new: NewClass) -> UUID:
        """A new class with its grades and subjects; Refused when the name is taken in that school and
        year.
        """
        require(self._actor, Right.MANAGE_STRUCTURE, institution_id=new.institution_id)
        with self._db.write(self._actor, "create_class") as session:
            return create_class(session, new, self._profile)

    def rename_class(self, class_id: UUID, name: str) -> None:
        """Another name for a class."""
        with self._db.write(self._actor, "change_class") as session:
            found = self._class(session, class_id)
            found.name = _free_name(session, found.institution_id, found.period_id, name, class_id)

    def set_class_teacher(self, class_id: UUID, teacher_id: UUID | None) -> None:
        """Who is class teacher; None: nobody for now."""
        with self._db.write(self._actor, "change_class") as session:
            self._class(session, class_id).teacher_id = teacher_id

    def set_subject_teacher(self, class_id: UUID, subject_id: UUID, teacher_id: UUID | None) -> None:
        """Who teaches a subject of a class; the subject joins the class when it is not there."""
        with self._db.write(self._actor, "change_class_subject") as session:
            self._class(session, class_id)
            add_subject(session, class_id, subject_id).teacher_id = teacher_id

    def remove_subject(self, class_id: UUID, subject_id: UUID) -> None:
        """Take a subject from a class; marks are kept and come back with the subject."""
        with self._db.write(self._actor, "change_class_subject") as session:
            self._class(session, class_id)
            row = session.get(ClassSubject, natural_id("class_subject", class_id, subject_id))
            if row is not None and row.deleted_at is None:
                delete(session, row)

    def set_term_dates(self, term_id: UUID, dates: TermDates) -> None:
        """New dates of a term; Refused when they overlap another term or leave the school year."""
        require(self._actor, Right.MANAGE_STRUCTURE)
        with self._db.write(self._actor, "change_term") as session:
            term = _term(session, term_id)
            term.starts_on, term.ends_on = dates.starts_on, dates.ends_on
            term.next_begins_on = dates.next_begins_on
            term.marks_due_on = dates.marks_due_on or dates.ends_on
            _check_year(session, term)

    def use_scheme(self, scheme_id: UUID, institution_id: UUID | None, grade_id: UUID | None) -> None:
        """Which scheme holds for a grade of a school; None widens it to all schools or all grades."""
        require(self._actor, Right.MANAGE_STRUCTURE, institution_id=institution_id)
        with self._db.write(self._actor, "use_scheme") as session:
            if session.get(AssessmentScheme, scheme_id) is None:
                raise Refused("That grading scheme is no longer there. Choose another.")
            use = revive(session, SchemeUse, natural_id("scheme_use", institution_id, grade_id))
            use.scheme_id, use.institution_id, use.grade_id = scheme_id, institution_id, grade_id

    def _class(self, session: Session, class_id: UUID) -> SchoolClass:
        found = session.get(SchoolClass, class_id)
        if found is None or found.deleted_at is not None:
            raise Refused("That class is no longer there. Choose another.")
        require(self._actor, Right.MANAGE_STRUCTURE, institution_id=found.institution_id)
        return found


def create_school(session: Session, school: NewSchool, school_id: UUID | None = None) -> UUID:
    """Write a new school inside an open act; see :meth:`StructureService.create_school`."""
    code, name = school.code.strip(), " ".join(school.name.split())
    if not code or not name:
        raise Refused("A school has a code and a name. Type both.", field="name" if code else "code")
    taken = session.scalar(
        select(Institution.name).where(Institution.code == code, Institution.deleted_at.is_(None))
    )
    if taken is not None:
        raise Refused(
            "The code {code} belongs to {school}. Type another.", field="code", code=code, school=taken
        )
    row = Institution(
        id=school_id or new_id(),
        code=code,
        name=name,
        area_id=school.area_id,
        sector=school.sector or None,
        kind=school.kind or None,
        motto=school.motto or None,
        address=school.address or None,
        phone=school.phone or None,
        email=school.email or None,
        principal_name=school.principal or None,
        crest=school.crest,
    )
    session.add(row)
    return row.id


def create_class(
    session: Session, new: NewClass, profile: CountryProfile | None = None, class_id: UUID | None = None
) -> UUID:
    """Write a new class inside an open act; see :meth:`StructureService.create_class`."""
    if not new.grade_ids:
        raise Refused("A class has at least one grade. Choose one.", field="grades")
    if new.capacity is not None and new.capacity < 1:
        raise Refused("A class has room for at least 1 pupil.", field="capacity")
    name = _free_name(session, new.institution_id, new.year_id, new.name, None)
    row = SchoolClass(
        id=class_id or new_id(),
        institution_id=new.institution_id,
        period_id=new.year_id,
        name=name,
        teacher_id=new.teacher_id,
        capacity=new.capacity,
    )
    session.add(row)
    for grade_id in dict.fromkeys(new.grade_ids):
        session.add(
            ClassGrade(id=natural_id("class_grade", row.id, grade_id), class_id=row.id, grade_id=grade_id)
        )
    subjects = new.subject_ids
    if subjects is None:
        subjects = usual_subjects(session, profile, new.grade_ids)
    for position, subject_id in enumerate(dict.fromkeys(subjects), 1):  # no other row can be of a new class
        link_id = natural_id("class_subject", row.id, subject_id)
        session.add(ClassSubject(id=link_id, class_id=row.id, subject_id=subject_id, position=position))
    session.flush()
    return row.id


def add_subject(session: Session, class_id: UUID, subject_id: UUID) -> ClassSubject:
    """The subject of a class, put after the others when it is new there or has come back."""
    link_id = natural_id("class_subject", class_id, subject_id)
    found = session.get(ClassSubject, link_id)
    if found is not None and found.deleted_at is None:
        return found
    last = session.scalars(
        select(ClassSubject.position)
        .where(ClassSubject.class_id == class_id, ClassSubject.deleted_at.is_(None))
        .order_by(ClassSubject.position.desc())
        .limit(1)
    ).first()
    link = revive(session, ClassSubject, link_id)
    link.class_id, link.subject_id = class_id, subject_id
    link.position = (last or 0) + 1
    session.flush()
    return link


def checked_class_name(typed: str) -> str:
    """The name of a class as it is kept; Refused for none and for one that is too long."""
    name = " ".join(typed.split())
    if not name or len(name) > 80:
        raise Refused("A class has a name of 1 to 80 characters. Type one.", field="name")
    return name


def _free_name(session: Session, institution_id: UUID, year_id: UUID, typed: str, but: UUID | None) -> str:
    name = checked_class_name(typed)
    others = session.execute(
        select(SchoolClass.id, SchoolClass.name).where(
            SchoolClass.institution_id == institution_id,
            SchoolClass.period_id == year_id,
            SchoolClass.deleted_at.is_(None),
        )
    ).all()
    if any(other.name.casefold() == name.casefold() and other.id != but for other in others):
        raise Refused(
            "There is a class {name} in this year already. Type another name.", field="name", name=name
        )
    return name


def _term(session: Session, term_id: UUID) -> Term:
    term = session.get(Term, term_id)
    if term is None or term.deleted_at is not None:
        raise Refused("That term is no longer there. Choose another.")
    return term


def _check_year(session: Session, term: Term) -> None:
    """Refuse dates of ``term`` that leave its year or meet another term of it."""
    session.flush()
    year = session.get_one(AcademicPeriod, term.period_id)
    terms = session.scalars(select(Term).where(Term.period_id == year.id, Term.deleted_at.is_(None))).all()
    check_terms([TermSpan(one.id, one.name, one.starts_on, one.ends_on) for one in terms])
    if term.starts_on < year.starts_on or term.ends_on > year.ends_on:
        raise Refused(
            "The school year runs from {first} to {last}. Choose dates inside it.",
            field="starts" if term.starts_on < year.starts_on else "ends",
            first=year.starts_on,
            last=year.ends_on,
        )
