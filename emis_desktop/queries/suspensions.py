"""Suspensions: those of a pupil, and who may not come to school on a day. A standing follows from them."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from datetime import date
from uuid import UUID

from sqlalchemy import or_, select
from sqlalchemy.orm import Session

from emis_desktop.database import Database
from emis_desktop.errors import Refused
from emis_desktop.models import ClassPupil, Enrolment, Institution, Person, Suspension
from emis_desktop.one_person import together
from emis_desktop.queries.plain import pieces
from emis_desktop.rules.names import listed_name
from emis_desktop.rules.rights import Actor, Right, SensitivityClass, may_read, require


@dataclass(frozen=True, slots=True)
class SuspensionLine:
    """A time in which a pupil may not come. ``ends_on`` None: until it is ended. ``note`` only for who reads
    case notes.
    """

    id: UUID
    enrolment_id: UUID
    school: str
    starts_on: date
    ends_on: date | None
    reason: str
    note: str | None

    def holds(self, day: date) -> bool:
        """Whether the pupil may not come on that day."""
        return self.starts_on <= day and (self.ends_on is None or day <= self.ends_on)


@dataclass(frozen=True, slots=True)
class SuspendedPupil:
    """Somebody who may not come to school on a day."""

    student_id: UUID
    name: str
    reason: str
    starts_on: date
    ends_on: date | None


class SuspensionQueries:
    """Questions about suspensions, for one actor."""

    def __init__(self, db: Database, actor: Actor) -> None:
        """Every answer is limited to what ``actor`` may see."""
        self._db = db
        self._actor = actor

    def of(self, student_id: UUID) -> tuple[SuspensionLine, ...]:
        """The suspensions of a pupil, the newest first, those of other schools among them."""
        require(self._actor, Right.VIEW_STUDENTS)
        with self._db.read() as session:
            people = together(session, [student_id]).of(student_id)
            if not _seen(session, self._actor, people):
                raise Refused("There is no such pupil on this laptop, or the record is not open to you.")
            rows = session.execute(
                select(Suspension, Institution.name)
                .join(Institution, Institution.id == Suspension.institution_id)
                .where(Suspension.student_id.in_(people), Suspension.deleted_at.is_(None))
                .order_by(Suspension.starts_on.desc(), Suspension.id.desc())
            ).all()
            reads = may_read(self._actor, SensitivityClass.CASE)
            return tuple(
                SuspensionLine(
                    row.id,
                    row.enrolment_id,
                    school,
                    row.starts_on,
                    row.ends_on,
                    row.reason,
                    row.note if reads else None,
                )
                for row, school in rows
            )

    def on(self, institution_id: UUID, day: date) -> tuple[SuspendedPupil, ...]:
        """Who of a school may not come on a day, by name."""
        require(self._actor, Right.VIEW_STUDENTS, institution_id=institution_id)
        with self._db.read() as session:
            rows = session.execute(
                select(Suspension, Person)
                .join(Person, Person.id == Suspension.student_id)
                .join(Enrolment, Enrolment.id == Suspension.enrolment_id)
                .where(
                    Suspension.institution_id == institution_id,
                    Suspension.deleted_at.is_(None),
                    Suspension.starts_on <= day,
                    or_(Suspension.ends_on.is_(None), Suspension.ends_on >= day),
                    or_(Enrolment.ends_on.is_(None), Enrolment.ends_on >= day),
                    Enrolment.deleted_at.is_(None),
                    Person.deleted_at.is_(None),
                )
                .order_by(Person.family_name, Person.given_names)
            )
            return tuple(
                SuspendedPupil(
                    person.id,
                    listed_name(person.given_names, person.family_name),
                    row.reason,
                    row.starts_on,
                    row.ends_on,
                )
                for row, person in rows
            )


def suspended(session: Session, student_ids: Collection[UUID], day: date) -> set[UUID]:
    """Those students who may not come to school on a day: what a register marks and a list shows."""
    whole = together(session, student_ids)
    found: set[UUID] = set()
    for piece in pieces(whole.all_of(student_ids)):
        found.update(
            session.scalars(
                select(Suspension.student_id)
                .join(Enrolment, Enrolment.id == Suspension.enrolment_id)
                .where(
                    Suspension.student_id.in_(piece),
                    Suspension.deleted_at.is_(None),
                    Suspension.starts_on <= day,
                    or_(Suspension.ends_on.is_(None), Suspension.ends_on >= day),
                    or_(Enrolment.ends_on.is_(None), Enrolment.ends_on >= day),
                    Enrolment.deleted_at.is_(None),
                )
            )
        )
    return {student_id for student_id in student_ids if found & set(whole.of(student_id))}


def _seen(session: Session, actor: Actor, people: Collection[UUID]) -> bool:
    question = select(Enrolment.id).where(Enrolment.person_id.in_(people), Enrolment.deleted_at.is_(None))
    if actor.institution_id is not None:
        question = question.where(Enrolment.institution_id == actor.institution_id)
    if actor.class_ids is not None:
        own = select(ClassPupil.enrolment_id).where(
            ClassPupil.class_id.in_(actor.class_ids), ClassPupil.deleted_at.is_(None)
        )
        question = question.where(Enrolment.id.in_(own))
    return session.scalar(question.limit(1)) is not None
