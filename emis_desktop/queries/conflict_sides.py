"""What stands on the two sides of a card where it is about rows, not about two values of one field."""

from __future__ import annotations

import json
from collections.abc import Iterator
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.orm import Session

from emis_desktop.errors import N_
from emis_desktop.models import Base, Conflict, EducationGrade, Enrolment, Institution, Person, PersonIdentity
from emis_desktop.queries.conflict_words import other_person
from emis_desktop.queries.field_values import spoken
from emis_desktop.queries.labels import describe, name_of
from emis_desktop.queries.sync_state import Side
from emis_desktop.queries.whose import raw_value
from emis_desktop.sentence import Sentence, say


def duplicate_sides(session: Session, row: Conflict) -> tuple[Side, ...]:
    """Both pupils: name, date of birth, numbers, school and grade; the older record first."""
    other = other_person(row)
    people = [other, row.row_id] if other is not None else [row.row_id]
    return tuple(
        Side(name_of(session, "person", person), "–", "", None, facts=tuple(_person_facts(session, person)))
        for person in people
    )


def rule_sides(session: Session, row: Conflict) -> tuple[Side, ...]:
    """The rows that together break the rule."""
    return tuple(_rule_side(session, table, row_id) for table, row_id in rule_rows(row))


def rule_rows(row: Conflict) -> tuple[tuple[str, UUID], ...]:
    """The rows that a rule conflict names, the first one too; rows of tables not known here are left out."""
    found = [(row.table_name, row.row_id)]
    try:
        named = json.loads(row.other) if isinstance(row.other, str) else []
        found.extend((str(table), UUID(hex=str(row_id))) for table, row_id in named)
    except (ValueError, TypeError):
        return tuple(found)
    return tuple(one for one in found if one[0] in Base.metadata.tables)


def _rule_side(session: Session, table: str, row_id: UUID) -> Side:
    words = describe(session, table, row_id)
    value: object = words.get("pupil") or words.get("name") or "–"
    if table == "mark":
        value = spoken(session, table, "value", raw_value(session, table, row_id, "value"))
    return Side(value, "–", "", None, in_force=True, facts=tuple(_row_facts(session, table, row_id)))


def _row_facts(session: Session, table: str, row_id: UUID) -> Iterator[Sentence]:
    if table == Enrolment.__tablename__:
        enrolment = session.get(Enrolment, row_id)
        if enrolment is not None:
            yield _enrolment_fact(session, enrolment)
    words = describe(session, table, row_id)
    if "class_name" in words:
        yield say(N_("Class {name}"), name=words["class_name"])
    if table == "report_card":
        yield say(N_("Number {number}"), number=raw_value(session, table, row_id, "number"))


def _person_facts(session: Session, person_id: UUID) -> Iterator[Sentence]:
    person = session.get(Person, person_id)
    if person is not None and person.birth_date is not None:
        yield say(N_("Born {day}"), day=person.birth_date)
    numbers = session.scalars(
        select(PersonIdentity.number)
        .where(PersonIdentity.person_id == person_id, PersonIdentity.deleted_at.is_(None))
        .order_by(PersonIdentity.kind, PersonIdentity.id)
    )
    for number in numbers:
        yield say(N_("Number {number}"), number=number)
    enrolments = session.scalars(
        select(Enrolment)
        .where(Enrolment.person_id == person_id, Enrolment.deleted_at.is_(None))
        .order_by(Enrolment.ends_on.is_not(None), Enrolment.starts_on.desc())
        .limit(1)
    )
    for enrolment in enrolments:
        yield _enrolment_fact(session, enrolment)


def _enrolment_fact(session: Session, enrolment: Enrolment) -> Sentence:
    grade = session.get(EducationGrade, enrolment.grade_id)
    school = session.get(Institution, enrolment.institution_id)
    return say(
        N_("{grade}, {school}, from {day}"),
        grade=grade.name if grade is not None else "–",
        school=school.name if school is not None else "–",
        day=enrolment.starts_on,
    )
