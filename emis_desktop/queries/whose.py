"""Whose a row is: the pupil that it leads to, and the schools that answer for it now."""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType
from typing import Final
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.orm import Session

from emis_desktop.models import Base, ClassPupil, Enrolment, Guardianship, SchoolClass, StaffPosition
from emis_desktop.one_person import together
from emis_desktop.rules.rights import Actor

_HOSTED = "hosted"
_THROUGH: Final[Mapping[str, str]] = MappingProxyType(
    {"class_id": "school_class", "item_id": "assessment_item", "enrolment_id": "enrolment"}
)
"""Columns that name a row of a school's own tables."""
_PERSON_COLUMNS: Final = ("student_id", "person_id")


def raw_value(session: Session, table: str, row_id: UUID, column: str) -> object:
    """A value as the store holds it; None also where there is no such row."""
    question = f'SELECT "{column}" FROM "{table}" WHERE id = ?'  # noqa: S608 - names from the model
    return session.connection().exec_driver_sql(question, (row_id.bytes,)).scalar()


def person_of(session: Session, table: str, row_id: UUID) -> UUID | None:
    """The person whose record a row is part of; None for rows that are nobody's."""
    if table == "person":
        return row_id
    known = Base.metadata.tables.get(table)
    if known is None:
        return None
    for column in _PERSON_COLUMNS:
        if column in known.c:
            return _id(raw_value(session, table, row_id, column))
    if table == ClassPupil.__tablename__:
        enrolment = _id(raw_value(session, table, row_id, "enrolment_id"))
        return None if enrolment is None else person_of(session, "enrolment", enrolment)
    return None


def is_pupil(session: Session, person_id: UUID) -> bool:
    """Whether a person is or was on a roll known here."""
    records = together(session, [person_id]).of(person_id)
    question = select(Enrolment.id).where(Enrolment.person_id.in_(records)).limit(1)
    return session.scalar(question) is not None


def pupils_of_guardian(session: Session, person_id: UUID) -> list[UUID]:
    """The pupils whose guardian a person is."""
    return list(
        session.scalars(
            select(Guardianship.student_id)
            .where(Guardianship.guardian_id == person_id, Guardianship.deleted_at.is_(None))
            .order_by(Guardianship.student_id)
        )
    )


def pupil_of(session: Session, table: str, row_id: UUID) -> UUID | None:
    """The pupil whose record a screen opens for a row; for a guardian's detail one of the pupils."""
    person_id = person_of(session, table, row_id)
    if person_id is None or is_pupil(session, person_id):
        return person_id
    return next(iter(pupils_of_guardian(session, person_id)), None)


def schools_in_charge(session: Session, table: str, row_id: UUID) -> frozenset[UUID] | None:
    """The schools that may change a row now; None where it is the nation's.

    A pupil is in the charge of the school of the open enrolment, else of the last; a guardian of the schools
    of the pupils, a member of staff of those of the posts.
    """
    if table == "institution":
        return frozenset({row_id})
    known = Base.metadata.tables.get(table)
    if known is None:
        return frozenset()
    for column, owner in _THROUGH.items():
        if column in known.c:
            through = _id(raw_value(session, table, row_id, column))
            return _one(None if through is None else raw_value(session, owner, through, "institution_id"))
    if "institution_id" in known.c and table != "enrolment":
        school = raw_value(session, table, row_id, "institution_id")
        return None if school is None else _one(school)
    if table == "enrolment":
        return _one(raw_value(session, table, row_id, "institution_id"))
    person_id = person_of(session, table, row_id)
    return None if person_id is None else _of_person(session, person_id)


def is_in_charge(session: Session, actor: Actor, table: str, row_id: UUID) -> bool:
    """Whether a row is the actor's school's to change; somebody of the whole country always is."""
    if actor.institution_id is None:
        return True
    schools = schools_in_charge(session, table, row_id)
    return schools is not None and actor.institution_id in schools


def sits_in(session: Session, person_id: UUID, class_ids: frozenset[UUID]) -> bool:
    """Whether a pupil has a place in one of these classes."""
    question = (
        select(ClassPupil.id)
        .join(Enrolment, Enrolment.id == ClassPupil.enrolment_id)
        .join(SchoolClass, SchoolClass.id == ClassPupil.class_id)
        .where(
            Enrolment.person_id.in_(together(session, [person_id]).of(person_id)),
            SchoolClass.id.in_(class_ids),
            ClassPupil.deleted_at.is_(None),
        )
        .limit(1)
    )
    return session.scalar(question) is not None


def _of_person(session: Session, person_id: UUID) -> frozenset[UUID]:
    if is_pupil(session, person_id):
        return _of_pupil(session, person_id)
    posts = session.scalars(
        select(StaffPosition.institution_id).where(
            StaffPosition.person_id == person_id, StaffPosition.deleted_at.is_(None)
        )
    )
    found = set(posts)
    for pupil in pupils_of_guardian(session, person_id):
        found |= _of_pupil(session, pupil)
    return frozenset(found)


def _of_pupil(session: Session, person_id: UUID) -> frozenset[UUID]:
    row = session.scalar(
        select(Enrolment.institution_id)
        .where(
            Enrolment.person_id.in_(together(session, [person_id]).of(person_id)),
            Enrolment.deleted_at.is_(None),
        )
        .order_by(
            Enrolment.ends_on.is_not(None),
            Enrolment.standing == _HOSTED,
            Enrolment.starts_on.desc(),
            Enrolment.id.desc(),
        )
        .limit(1)
    )
    return frozenset() if row is None else frozenset({row})


def _one(raw: object) -> frozenset[UUID]:
    found = _id(raw)
    return frozenset() if found is None else frozenset({found})


def _id(raw: object) -> UUID | None:
    return UUID(bytes=raw) if isinstance(raw, bytes) and len(raw) == len(UUID(int=0).bytes) else None
