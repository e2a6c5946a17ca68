"""Rows as they leave in a file: the columns that come in, so that bringing them in again changes nothing."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import TypeVar
from uuid import UUID

from sqlalchemy import ColumnElement, Select, select
from sqlalchemy.orm import Session

from emis_desktop.models import (
    AcademicPeriod,
    AssessmentItem,
    AttendanceTotal,
    ClassPupil,
    EducationGrade,
    Enrolment,
    Guardianship,
    Institution,
    Mark,
    Person,
    PersonContact,
    SchoolClass,
    Subject,
    Term,
)
from emis_desktop.queries.plain import pieces
from emis_desktop.queries.roster import numbers_of
from emis_desktop.rules.marks import MarkCodes
from emis_desktop.rules.names import sort_key
from emis_desktop.rules.numbers import plain
from emis_desktop.rules.rights import Actor, SensitivityClass, may_read

Cell = str | int | Decimal | date | None
Row = tuple[Cell, ...]

Found = TypeVar("Found")
STUDENT_COLUMNS = (
    *("number", "given_names", "family_name", "preferred_name", "sex", "birth_date", "birth_place"),
    *("nationality", "address", "phone", "institution", "grade", "class", "starts_on", "repeater"),
    *("guardian_given_names", "guardian_family_name", "guardian_relation", "guardian_phone", "synthetic"),
)
MARK_COLUMNS = ("number", "subject", "term", "item", "mark", "maximum", "weight", "part", "year")
ATTENDANCE_COLUMNS = ("number", "term", "possible", "absent", "excused", "late", "year")


def student_rows(
    session: Session, actor: Actor, year_id: UUID, only: frozenset[UUID] | None = None
) -> Iterator[Row]:
    """Every pupil on roll in a year, by name, with the first guardian; contacts only for who may see them.

    ``only``: these pupils instead, each with the enrolment that is open or ended last.
    """
    found = session.execute(_enrolled(actor, year_id) if only is None else _ever_enrolled(actor)).all()
    if only is not None:
        found = list({row.Person.id: row for row in found if row.Person.id in only}.values())
    rows = sorted(found, key=lambda row: sort_key(row.Person.family_name, row.Person.given_names))
    contact = may_read(actor, SensitivityClass.CONTACT)
    people = [row.Person.id for row in rows]
    numbers = _in_pieces(session, people, numbers_of)
    guardians = _in_pieces(session, people, _first_guardians)
    phones = _in_pieces(session, [*people, *(each[1].id for each in guardians.values())], _phones)
    for person, enrolment, school, grade, school_class in rows:
        link, guardian = guardians.get(person.id, (None, None))
        yield (
            numbers.get(person.id),
            person.given_names,
            person.family_name,
            person.preferred_name,
            person.sex,
            person.birth_date,
            person.birth_place,
            person.nationality,
            person.address if contact else None,
            phones.get(person.id) if contact else None,
            school,
            grade,
            school_class,
            enrolment.starts_on,
            "yes" if enrolment.repeater else "no",
            guardian.given_names if guardian else None,
            guardian.family_name if guardian else None,
            link.relation if link else None,
            phones.get(guardian.id) if guardian and contact else None,
            "yes" if person.synthetic else "no",
        )


def mark_rows(session: Session, actor: Actor, year_id: UUID, codes: MarkCodes) -> Iterator[Row]:
    """Every mark of a year that the actor may see: those given by the own school."""
    items = {item.id: item for item in _items(session, actor, year_id)}
    rows = session.execute(
        select(Mark.student_id, Mark.item_id, Mark.state, Mark.value)
        .join(AssessmentItem, AssessmentItem.id == Mark.item_id)
        .join(Subject, Subject.id == AssessmentItem.subject_id)
        .join(Term, Term.id == AssessmentItem.term_id)
        .join(Person, Person.id == Mark.student_id)
        .where(
            Mark.deleted_at.is_(None),
            Person.deleted_at.is_(None),
            *_seen_items(actor, year_id),
        )
        .order_by(Term.number, Subject.position, AssessmentItem.position, Mark.student_id)
    ).all()
    numbers = _in_pieces(session, list({row.student_id for row in rows}), numbers_of)
    for student_id, item_id, state, value in rows:
        item = items[item_id]
        text: Cell = plain(value) if value is not None else None
        if state != "scored":
            text = codes.absent if state == "absent" else codes.exempt
        yield (
            numbers.get(student_id),
            item.subject,
            item.term,
            item.code,
            text,
            item.maximum,
            item.weight,
            item.part,
            item.year,
        )


@dataclass(frozen=True, slots=True)
class _Item:
    """An item as it stands in each row of its marks."""

    id: UUID
    subject: str
    term: int
    code: str
    maximum: Decimal
    weight: Decimal
    part: str
    year: str


def _seen_items(actor: Actor, year_id: UUID) -> list[ColumnElement[bool]]:
    """The conditions that an item, joined with its term, is of that year and the actor's to see."""
    seen = [AssessmentItem.deleted_at.is_(None), Term.period_id == year_id]
    if actor.institution_id is not None:
        seen.append(AssessmentItem.institution_id == actor.institution_id)
    return seen


def _items(session: Session, actor: Actor, year_id: UUID) -> Iterator[_Item]:
    rows = session.execute(
        select(AssessmentItem, Subject.code, Term.number, AcademicPeriod.code)
        .join(Subject, Subject.id == AssessmentItem.subject_id)
        .join(Term, Term.id == AssessmentItem.term_id)
        .join(AcademicPeriod, AcademicPeriod.id == Term.period_id)
        .where(*_seen_items(actor, year_id))
    )
    for item, subject, term, year in rows:
        maximum, weight = plain(item.maximum), plain(item.weight)
        yield _Item(item.id, subject, term, item.code, maximum, weight, item.part, year)


def attendance_rows(session: Session, actor: Actor, year_id: UUID) -> Iterator[Row]:
    """Every attendance total of a year that the actor may see."""
    chosen = select(AttendanceTotal, Term.number, AcademicPeriod.code).where(
        AttendanceTotal.deleted_at.is_(None), AttendanceTotal.period_id == year_id
    )
    if actor.institution_id is not None:
        chosen = chosen.where(AttendanceTotal.institution_id == actor.institution_id)
    rows = session.execute(
        chosen.outerjoin(Term, Term.id == AttendanceTotal.term_id)
        .join(AcademicPeriod, AcademicPeriod.id == AttendanceTotal.period_id)
        .order_by(Term.number, AttendanceTotal.student_id)
    ).all()
    numbers = _in_pieces(session, list({row.AttendanceTotal.student_id for row in rows}), numbers_of)
    for total, term, year in rows:
        yield (
            numbers.get(total.student_id),
            term,
            total.possible,
            total.absent,
            total.excused,
            total.late,
            year,
        )


def _enrolled(actor: Actor, year_id: UUID) -> Select[Person, Enrolment, str, str, str]:
    """Enrolments of a year that are open."""
    return _enrolments(actor).where(Enrolment.ends_on.is_(None), Enrolment.period_id == year_id)


def _ever_enrolled(actor: Actor) -> Select[Person, Enrolment, str, str, str]:
    """Every enrolment, the one that counts now last."""
    return _enrolments(actor).order_by(Enrolment.ends_on.is_(None), Enrolment.starts_on, Enrolment.id)


def _enrolments(actor: Actor) -> Select[Person, Enrolment, str, str, str]:
    chosen = (
        select(Person, Enrolment, Institution.code, EducationGrade.code, SchoolClass.name)
        .join(Enrolment, Enrolment.person_id == Person.id)
        .join(Institution, Institution.id == Enrolment.institution_id)
        .join(EducationGrade, EducationGrade.id == Enrolment.grade_id)
        .outerjoin(
            ClassPupil,
            (ClassPupil.enrolment_id == Enrolment.id)
            & ClassPupil.ends_on.is_(None)
            & ClassPupil.deleted_at.is_(None),
        )
        .outerjoin(SchoolClass, SchoolClass.id == ClassPupil.class_id)
        .where(
            Person.deleted_at.is_(None),
            Enrolment.deleted_at.is_(None),
        )
    )
    if actor.institution_id is not None:
        chosen = chosen.where(Enrolment.institution_id == actor.institution_id)
    return chosen


def _first_guardians(session: Session, ids: list[UUID]) -> dict[UUID, tuple[Guardianship, Person]]:
    rows = session.execute(
        select(Guardianship, Person)
        .join(Person, Person.id == Guardianship.guardian_id)
        .where(Guardianship.student_id.in_(ids), Guardianship.deleted_at.is_(None))
        .order_by(Guardianship.priority.desc())
    )
    return {link.student_id: (link, person) for link, person in rows}


def _phones(session: Session, ids: list[UUID]) -> dict[UUID, str]:
    rows = session.scalars(
        select(PersonContact)
        .where(
            PersonContact.person_id.in_(ids),
            PersonContact.kind == "phone",
            PersonContact.deleted_at.is_(None),
        )
        .order_by(PersonContact.priority.desc())
    )
    return {row.person_id: row.value for row in rows}


def _in_pieces(
    session: Session, ids: list[UUID], read: Callable[[Session, list[UUID]], dict[UUID, Found]]
) -> dict[UUID, Found]:
    """``read`` for pieces of ids small enough for one question."""
    found: dict[UUID, Found] = {}
    for piece in pieces(ids):
        found.update(read(session, piece))
    return found
