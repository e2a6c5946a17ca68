"""What an actor reaches: a teacher the own classes and subjects, a school's user that school."""

from __future__ import annotations

from dataclasses import dataclass
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.orm import Session

from emis_desktop.errors import Refused
from emis_desktop.models import ClassSubject, SchoolClass, User
from emis_desktop.rules.rights import Actor, Right, require


@dataclass(frozen=True, slots=True)
class Teaching:
    """What a person teaches: ``leads`` the classes of a class teacher, ``teaches`` (class, subject) by name.

    ``taken`` are the (class, subject) of the led classes that are another teacher's.
    """

    leads: frozenset[UUID]
    teaches: frozenset[tuple[UUID, UUID]]
    taken: frozenset[tuple[UUID, UUID]]

    def sees(self, class_id: UUID, subject_id: UUID) -> bool:
        """Whether the subject of that class is shown: a class teacher sees all of the class."""
        return class_id in self.leads or (class_id, subject_id) in self.teaches

    def edits(self, class_id: UUID, subject_id: UUID) -> bool:
        """Whether the marks are theirs to enter: own subjects, and those of the own class nobody else has."""
        pair = (class_id, subject_id)
        return pair in self.teaches or (class_id in self.leads and pair not in self.taken)


def teaching_of(session: Session, actor: Actor) -> Teaching | None:
    """What a teacher teaches; None for an actor who is not held to own classes."""
    if actor.class_ids is None:
        return None
    person_id = session.scalar(select(User.person_id).where(User.id == actor.user_id))
    leads = frozenset(
        session.scalars(
            select(SchoolClass.id).where(
                SchoolClass.teacher_id == person_id,
                SchoolClass.teacher_id.is_not(None),
                SchoolClass.deleted_at.is_(None),
            )
        )
    )
    rows = session.execute(
        select(ClassSubject.class_id, ClassSubject.subject_id, ClassSubject.teacher_id).where(
            ClassSubject.class_id.in_(actor.class_ids), ClassSubject.deleted_at.is_(None)
        )
    ).all()
    own = frozenset(
        (row.class_id, row.subject_id)
        for row in rows
        if row.teacher_id == person_id and person_id is not None
    )
    taken = frozenset(
        (row.class_id, row.subject_id) for row in rows if row.teacher_id not in {None, person_id}
    )
    return Teaching(leads, own, taken)


def require_class(session: Session, actor: Actor, right: Right, class_id: UUID) -> SchoolClass:
    """The class, if it is there and the actor has ``right`` in it; raises :class:`Refused`."""
    school_class = session.get(SchoolClass, class_id)
    if school_class is None or school_class.deleted_at is not None:
        raise Refused("That class is no longer there. Choose another.")
    require(actor, right, class_id=class_id, institution_id=school_class.institution_id)
    return school_class


def require_subject(session: Session, actor: Actor, right: Right, class_id: UUID, subject_id: UUID) -> None:
    """Raise :class:`Refused` unless a teacher may do this in that subject of an own class."""
    teaching = teaching_of(session, actor)
    if teaching is None:
        return
    allowed = teaching.edits if right is Right.EDIT_MARKS else teaching.sees
    if not allowed(class_id, subject_id):
        raise Refused("Another teacher has that subject in this class. The office can give it to you.")
