"""The subjects of a pupil's class, and which of them the pupil takes."""

from __future__ import annotations

from dataclasses import dataclass
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.orm import Session

from emis_desktop.database import Database
from emis_desktop.errors import Refused
from emis_desktop.models import ClassPupil, ClassSubject, Enrolment, Subject, SubjectChoice
from emis_desktop.queries.classes import subject_name
from emis_desktop.queries.taken import Seated, taken_of
from emis_desktop.rules.rights import Actor, Right, require


@dataclass(frozen=True, slots=True)
class PupilSubject:
    """A subject of the class. ``own``: said of this pupil alone; ``block``: chosen from a block."""

    subject_id: UUID
    name: str
    taken: bool
    own: bool
    block: bool


class PupilSubjectQueries:
    """Questions about what pupils take, for one actor."""

    def __init__(self, db: Database, actor: Actor) -> None:
        """Every answer is limited to what ``actor`` may see."""
        self._db = db
        self._actor = actor

    def of(self, enrolment_id: UUID, language: str = "en") -> tuple[PupilSubject, ...]:
        """The subjects of the class that an enrolment sits in, in its order; none without a class."""
        with self._db.read() as session:
            row = session.get(Enrolment, enrolment_id)
            if row is None or row.deleted_at is not None:
                raise Refused("There is no such pupil on this laptop, or the record is not open to you.")
            require(self._actor, Right.VIEW_STUDENTS, institution_id=row.institution_id)
            return _subjects(session, row, language)


def _subjects(session: Session, row: Enrolment, language: str) -> tuple[PupilSubject, ...]:
    class_id = session.scalar(
        select(ClassPupil.class_id)
        .where(ClassPupil.enrolment_id == row.id, ClassPupil.deleted_at.is_(None))
        .order_by(ClassPupil.ends_on.is_(None).desc(), ClassPupil.starts_on.desc())
        .limit(1)
    )
    taken = taken_of(session, row.institution_id, row.period_id, [Seated(row.id, row.grade_id)])
    chosen = {
        choice.subject_id: choice.block_id
        for choice in session.scalars(
            select(SubjectChoice).where(
                SubjectChoice.enrolment_id == row.id, SubjectChoice.deleted_at.is_(None)
            )
        )
    }
    optional = taken.optional.get(row.grade_id, frozenset())
    subjects = session.scalars(
        select(Subject)
        .join(ClassSubject, ClassSubject.subject_id == Subject.id)
        .where(ClassSubject.class_id == class_id, ClassSubject.deleted_at.is_(None))
        .order_by(ClassSubject.position, Subject.position, Subject.code)
    )
    return tuple(
        PupilSubject(
            one.id,
            subject_name(language, one.name, one.name_fr, one.name_es),
            taken.takes(row.id, row.grade_id, one.id),
            one.id in chosen and chosen[one.id] is None,
            one.id in optional or chosen.get(one.id) is not None,
        )
        for one in subjects
    )
