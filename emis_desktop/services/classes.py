"""Which grades sit in a class, and taking away a class nobody is in."""

from __future__ import annotations

from collections.abc import Collection
from typing import Final
from uuid import UUID

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from emis_desktop.database import Database
from emis_desktop.errors import Refused
from emis_desktop.models import ClassGrade, ClassPupil, EducationGrade, Enrolment, SchoolClass
from emis_desktop.rules.ids import natural_id
from emis_desktop.rules.rights import Actor, Right, require
from emis_desktop.services.rows import delete, revive

MOST_PUPILS: Final = 200
LONGEST_SHIFT: Final = 24


class ClassService:
    """Changes classes by one actor; every method is one act."""

    def __init__(self, db: Database, actor: Actor) -> None:
        """``actor`` changes them."""
        self._db = db
        self._actor = actor

    def set_grades(self, class_id: UUID, grade_ids: Collection[UUID]) -> None:
        """The grades of a class, one or several; Refused for none, and while pupils of a grade that goes are
        in it.
        """
        if not grade_ids:
            raise Refused("A class has at least one grade. Choose one.", field="grades")
        with self._db.write(self._actor, "change_class") as session:
            self._class(session, class_id)
            rows = session.scalars(
                select(ClassGrade).where(ClassGrade.class_id == class_id, ClassGrade.deleted_at.is_(None))
            ).all()
            for row in rows:
                if row.grade_id not in grade_ids:
                    self._check_left(session, class_id, row.grade_id)
                    delete(session, row)
            for grade_id in dict.fromkeys(grade_ids):
                link = revive(session, ClassGrade, natural_id("class_grade", class_id, grade_id))
                link.class_id, link.grade_id = class_id, grade_id

    def set_capacity(self, class_id: UUID, capacity: int | None) -> None:
        """For how many pupils a class has room; None: as many as the policy says."""
        if capacity is not None and not 1 <= capacity <= MOST_PUPILS:
            raise Refused("A class has room for at least 1 pupil.", field="capacity")
        with self._db.write(self._actor, "change_class") as session:
            self._class(session, class_id).capacity = capacity

    def set_shift(self, class_id: UUID, shift: str) -> None:
        """The shift of a class, such as morning or afternoon, in the school's own word; empty for none."""
        text = " ".join(shift.split())
        if len(text) > LONGEST_SHIFT:
            raise Refused(
                "This is longer than {longest} characters. Shorten it.", field="shift", longest=LONGEST_SHIFT
            )
        with self._db.write(self._actor, "change_class") as session:
            self._class(session, class_id).shift = text or None

    def remove(self, class_id: UUID) -> None:
        """Take a class away; Refused while any pupil is or was in it."""
        with self._db.write(self._actor, "remove_class") as session:
            found = self._class(session, class_id)
            pupils = session.scalar(
                select(func.count())
                .select_from(ClassPupil)
                .where(ClassPupil.class_id == class_id, ClassPupil.deleted_at.is_(None))
            )
            if pupils:
                raise Refused(
                    "There are pupils in {name}, now or earlier this year. Move them first.", name=found.name
                )
            delete(session, found)

    def _class(self, session: Session, class_id: UUID) -> SchoolClass:
        found = session.get(SchoolClass, class_id)
        if found is None or found.deleted_at is not None:
            raise Refused("That class is no longer there. Choose another.")
        require(self._actor, Right.MANAGE_STRUCTURE, institution_id=found.institution_id)
        return found

    def _check_left(self, session: Session, class_id: UUID, grade_id: UUID) -> None:
        """Refuse to take a grade from a class that pupils of it sit in."""
        pupils = session.scalar(
            select(func.count())
            .select_from(ClassPupil)
            .join(Enrolment, Enrolment.id == ClassPupil.enrolment_id)
            .where(
                ClassPupil.class_id == class_id,
                ClassPupil.deleted_at.is_(None),
                ClassPupil.ends_on.is_(None),
                Enrolment.grade_id == grade_id,
                Enrolment.deleted_at.is_(None),
            )
        )
        if pupils:
            grade = session.get_one(EducationGrade, grade_id)
            raise Refused(
                "There are pupils of {grade} in this class. Move them first.",
                field="grades",
                grade=grade.name,
            )
