"""Letting a pupil off a subject of the class, or letting the pupil take it again."""

from __future__ import annotations

from uuid import UUID

from sqlalchemy import select

from emis_desktop.database import Database
from emis_desktop.errors import Refused
from emis_desktop.models import ClassPupil, ClassSubject, Enrolment, SubjectChoice
from emis_desktop.rules.ids import natural_id
from emis_desktop.rules.rights import Actor, Right, require
from emis_desktop.services.closing import require_open_year
from emis_desktop.services.enrolments import student
from emis_desktop.services.rows import delete, revive


class SubjectService:
    """Says what single pupils take, for one actor."""

    def __init__(self, db: Database, actor: Actor) -> None:
        """Acts are recorded as ``actor``'s."""
        self._db = db
        self._actor = actor

    def set_taken(self, enrolment_id: UUID, subject_id: UUID, taken: bool | None) -> None:
        """Say whether a pupil takes a subject of the class; None: as the class does and blocks say.

        Marks that were given stay in the store and come back with the subject. Raises :class:`Refused` for a
        subject that the pupil's class does not have, and for one that was chosen from a block.
        """
        require(self._actor, Right.EDIT_STUDENTS)
        with self._db.write(self._actor, "choose_subjects") as session:
            enrolment = session.get(Enrolment, enrolment_id)
            if enrolment is None or enrolment.deleted_at is not None:
                raise Refused("There is no such pupil on this laptop, or the record is not open to you.")
            student(session, self._actor, enrolment.person_id)
            require(self._actor, Right.EDIT_STUDENTS, institution_id=enrolment.institution_id)
            require_open_year(session, enrolment.period_id)
            classes = select(ClassPupil.class_id).where(
                ClassPupil.enrolment_id == enrolment_id, ClassPupil.deleted_at.is_(None)
            )
            taught = select(ClassSubject.id).where(
                ClassSubject.class_id.in_(classes),
                ClassSubject.subject_id == subject_id,
                ClassSubject.deleted_at.is_(None),
            )
            if taken is not None and session.scalar(taught.limit(1)) is None:
                raise Refused("That subject is not taught in this class. Choose another.", field="subject")
            key = natural_id("subject_choice", enrolment_id, subject_id)
            row = session.get(SubjectChoice, key)
            if row is not None and row.deleted_at is None and row.block_id is not None:
                raise Refused(
                    "This subject was chosen from a block of options. Change it there.", field="subject"
                )
            if taken is None:
                if row is not None and row.deleted_at is None:
                    delete(session, row)
                return
            row = revive(session, SubjectChoice, key)
            row.enrolment_id, row.subject_id, row.block_id, row.taken = enrolment_id, subject_id, None, taken
