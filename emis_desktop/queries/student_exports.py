"""Pupils as they leave in a file: with the columns that come in."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from datetime import date
from uuid import UUID

from sqlalchemy import Select, select
from sqlalchemy.orm import Session

from emis_desktop.models import (
    AcademicPeriod,
    AssessmentItem,
    ClassPupil,
    EducationGrade,
    Enrolment,
    Guardianship,
    Institution,
    Mark,
    Person,
    PersonContact,
    SchoolClass,
)
from emis_desktop.queries.exports import Row
from emis_desktop.queries.phones import first_phones
from emis_desktop.queries.plain import in_pieces
from emis_desktop.queries.roster import numbers_of
from emis_desktop.queries.school import TermInfo, YearInfo
from emis_desktop.rules.names import sort_key
from emis_desktop.rules.presence import belongs
from emis_desktop.rules.rights import Actor, SensitivityClass, may_read

STUDENT_COLUMNS = (
    *("number", "given_names", "family_name", "preferred_name", "sex", "birth_date", "birth_place"),
    *("nationality", "address", "phone", "institution", "grade", "class", "year", "starts_on"),
    *("ends_on", "outcome", "exit", "exit_reason", "repeater"),
    *("guardian_given_names", "guardian_family_name", "guardian_relation", "guardian_phone", "synthetic"),
)


@dataclass(frozen=True, slots=True)
class _Line:
    """A pupil with the enrolment that is told of."""

    person: Person
    enrolment: Enrolment
    school: str
    grade: str
    year: str


def roll_rows(session: Session, actor: Actor, year: YearInfo) -> Iterator[Row]:
    """Every pupil on the roll of a year that is not over, by name."""
    question = _enrolments(actor).where(Enrolment.period_id == year.id, Enrolment.ends_on.is_(None))
    return _rows(session, actor, _latest(session, question, lambda _one: True), date.max)


def term_rows(session: Session, actor: Actor, term: TermInfo) -> Iterator[Row]:
    """Every pupil who belongs to a term, by name; those of a year that is over are those of its last term."""
    question = _enrolments(actor).where(
        Enrolment.period_id == term.year_id, Enrolment.starts_on <= term.ends_on
    )
    marked = {(student, school) for student, school in session.execute(_marked(term))}

    def holds(one: Enrolment) -> bool:
        has = (one.person_id, one.institution_id) in marked
        return belongs(one.starts_on, one.ends_on, term.starts_on, term.ends_on, marked=has)

    return _rows(session, actor, _latest(session, question, holds), term.ends_on)


def pupil_rows(session: Session, actor: Actor, only: frozenset[UUID]) -> Iterator[Row]:
    """These pupils, by name, each with the enrolment that is open or ended last."""
    found = _latest(session, _enrolments(actor), lambda one: one.person_id in only)
    last = {line.person.id: line for line in found}
    return _rows(session, actor, last.values(), date.max)


def _marked(term: TermInfo) -> Select[UUID, UUID]:
    """(student, school) of those with a mark in the term."""
    return (
        select(Mark.student_id, AssessmentItem.institution_id)
        .join(AssessmentItem, AssessmentItem.id == Mark.item_id)
        .where(
            AssessmentItem.term_id == term.id,
            AssessmentItem.deleted_at.is_(None),
            Mark.deleted_at.is_(None),
        )
        .distinct()
    )


def _enrolments(actor: Actor) -> Select[Person, Enrolment, str, str, str]:
    """The enrolments that an actor may see, the one that counts now last."""
    chosen = (
        select(Person, Enrolment, Institution.code, EducationGrade.code, AcademicPeriod.code)
        .join(Enrolment, Enrolment.person_id == Person.id)
        .join(Institution, Institution.id == Enrolment.institution_id)
        .join(EducationGrade, EducationGrade.id == Enrolment.grade_id)
        .join(AcademicPeriod, AcademicPeriod.id == Enrolment.period_id)
        .where(Person.deleted_at.is_(None), Enrolment.deleted_at.is_(None))
        .order_by(Enrolment.ends_on.is_(None), Enrolment.starts_on, Enrolment.id)
    )
    if actor.institution_id is not None:
        chosen = chosen.where(Enrolment.institution_id == actor.institution_id)
    return chosen


def _latest(
    session: Session,
    question: Select[Person, Enrolment, str, str, str],
    wanted: Callable[[Enrolment], bool],
) -> list[_Line]:
    """The last wanted enrolment of each pupil at each school."""
    found: dict[tuple[UUID, UUID], _Line] = {}
    for person, enrolment, school, grade, year in session.execute(question):
        if wanted(enrolment):
            found[person.id, enrolment.institution_id] = _Line(person, enrolment, school, grade, year)
    return list(found.values())


def _rows(session: Session, actor: Actor, lines: Iterable[_Line], last_day: date) -> Iterator[Row]:
    """The rows by name, with the first guardian and the class on ``last_day``; contacts only for who may
    see them.
    """
    listed = sorted(lines, key=lambda line: sort_key(line.person.family_name, line.person.given_names))
    contact = may_read(actor, SensitivityClass.CONTACT)
    people = [line.person.id for line in listed]
    numbers = in_pieces(session, people, numbers_of)
    guardians = in_pieces(session, people, _first_guardians)
    phones = in_pieces(session, [*people, *(each[1].id for each in guardians.values())], first_phones)
    classes = in_pieces(
        session,
        [line.enrolment.id for line in listed],
        lambda session, ids: _classes(session, ids, last_day),
    )
    for line in listed:
        person, enrolment = line.person, line.enrolment
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
            _number(phones.get(person.id)) if contact else None,
            line.school,
            line.grade,
            classes.get(enrolment.id),
            line.year,
            enrolment.starts_on,
            enrolment.ends_on,
            enrolment.outcome,
            enrolment.exit,
            enrolment.exit_reason,
            "yes" if enrolment.repeater else "no",
            guardian.given_names if guardian else None,
            guardian.family_name if guardian else None,
            link.relation if link else None,
            _number(phones.get(guardian.id)) if guardian and contact else None,
            "yes" if person.synthetic else "no",
        )


def _number(phone: PersonContact | None) -> str | None:
    return None if phone is None else phone.value


def _classes(session: Session, ids: list[UUID], last_day: date) -> dict[UUID, str]:
    """The class of each enrolment on ``last_day``: the open stay, or the last one before."""
    rows = session.execute(
        select(ClassPupil.enrolment_id, ClassPupil.starts_on, SchoolClass.name)
        .join(SchoolClass, SchoolClass.id == ClassPupil.class_id)
        .where(ClassPupil.enrolment_id.in_(ids), ClassPupil.deleted_at.is_(None))
        .order_by(ClassPupil.ends_on.is_(None), ClassPupil.ends_on, ClassPupil.starts_on, ClassPupil.id)
    )
    return {
        enrolment: name for enrolment, starts_on, name in rows if starts_on is None or starts_on <= last_day
    }


def _first_guardians(session: Session, ids: list[UUID]) -> dict[UUID, tuple[Guardianship, Person]]:
    rows = session.execute(
        select(Guardianship, Person)
        .join(Person, Person.id == Guardianship.guardian_id)
        .where(Guardianship.student_id.in_(ids), Guardianship.deleted_at.is_(None))
        .order_by(Guardianship.priority.desc())
    )
    return {link.student_id: (link, person) for link, person in rows}
