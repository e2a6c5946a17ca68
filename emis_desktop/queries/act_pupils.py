"""Whose records an act changed, where that is not one row a pupil: guardians are people of the store, too."""

from __future__ import annotations

from uuid import UUID

from sqlalchemy import Select, func, select, union_all
from sqlalchemy.orm import InstrumentedAttribute, Session

from emis_desktop.models import Change, ClassPupil, Enrolment, Guardianship, Person, PersonContact


def pupils_changed(session: Session, first_change: int, last_change: int) -> tuple[int, UUID | None]:
    """How many pupils have a change from ``first_change`` to ``last_change`` on their record, and the first.

    A guardian's phone stands on the record of each of their pupils.
    """
    within = Change.seq.between(first_change, last_change)
    on_a_roll = select(Enrolment.person_id)
    found = union_all(
        _whose("enrolment", Enrolment.person_id).join(Enrolment, Enrolment.id == Change.row_id).where(within),
        _whose("person", Person.id)
        .join(Person, Person.id == Change.row_id)
        .where(within, Person.id.in_(on_a_roll)),
        _whose("guardianship", Guardianship.student_id)
        .join(Guardianship, Guardianship.id == Change.row_id)
        .where(within),
        _whose("class_pupil", Enrolment.person_id)
        .join(ClassPupil, ClassPupil.id == Change.row_id)
        .join(Enrolment, Enrolment.id == ClassPupil.enrolment_id)
        .where(within),
        _whose("person_contact", PersonContact.person_id)
        .join(PersonContact, PersonContact.id == Change.row_id)
        .where(within, PersonContact.person_id.in_(on_a_roll)),
        _whose("person_contact", Guardianship.student_id)
        .join(PersonContact, PersonContact.id == Change.row_id)
        .join(Guardianship, Guardianship.guardian_id == PersonContact.person_id)
        .where(within),
    ).subquery()
    count = session.scalar(select(func.count(found.c.pupil.distinct()))) or 0
    first = session.scalar(select(found.c.pupil).order_by(found.c.seq).limit(1))
    return count, first


def _whose(table: str, pupil: InstrumentedAttribute[UUID]) -> Select[int, UUID]:
    """The changes in a table, each with the pupil that it is about."""
    return select(Change.seq, pupil.label("pupil")).select_from(Change).where(Change.table_name == table)
