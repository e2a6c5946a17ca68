"""Handing over: the classes, subjects and groups of one teacher become another's; marks stay as they are."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import date
from uuid import UUID

from sqlalchemy import or_, select
from sqlalchemy.orm import Session

from emis_desktop.database import Database
from emis_desktop.errors import Refused
from emis_desktop.models import AcademicPeriod, ClassSubject, PupilGroup, SchoolClass, StaffPosition
from emis_desktop.one_person import together
from emis_desktop.rules.rights import Actor, Right, require
from emis_desktop.services.moments import local_today


@dataclass(frozen=True, slots=True)
class HandOver:
    """From whom to whom at a school, from a day on: years that had ended by then stay as they were."""

    from_id: UUID
    to_id: UUID
    institution_id: UUID
    day: date


@dataclass(frozen=True, slots=True)
class HandedOver:
    """How many classes are led by the other now, subjects taught, groups held."""

    classes: int
    subjects: int
    groups: int

    @property
    def nothing(self) -> bool:
        """Whether there was nothing to hand over."""
        return not (self.classes or self.subjects or self.groups)


class HandOverService:
    """Hands over by one actor; every method is one act."""

    def __init__(self, db: Database, actor: Actor, today: Callable[[], date] = local_today) -> None:
        """``today`` bounds the day."""
        self._db = db
        self._actor = actor
        self._today = today

    def hand_over(self, order: HandOver) -> HandedOver:
        """Give everything that somebody teaches at a school to somebody else; who taught before is in the
        history, and what was marked stays.

        Refused for a day to come, to the same person, and to somebody without a post at the school.
        """
        require(self._actor, Right.MANAGE_STRUCTURE, institution_id=order.institution_id)
        if order.day > self._today():
            raise Refused("{day} is still to come. Hand over on that day.", field="day", day=order.day)
        with self._db.write(self._actor, "hand_over") as session:
            records = together(session, [order.from_id]).of(order.from_id)
            if order.to_id in records:
                raise Refused("That is the same person. Choose another.", field="to")
            _require_post(session, order)
            years = session.scalars(
                select(AcademicPeriod.id).where(
                    AcademicPeriod.ends_on >= order.day, AcademicPeriod.deleted_at.is_(None)
                )
            ).all()
            return _hand_over(session, order, records, years)


def _hand_over(
    session: Session, order: HandOver, records: Sequence[UUID], years: Sequence[UUID]
) -> HandedOver:
    at = (
        SchoolClass.institution_id == order.institution_id,
        SchoolClass.period_id.in_(years),
        SchoolClass.deleted_at.is_(None),
    )
    classes = session.scalars(select(SchoolClass).where(SchoolClass.teacher_id.in_(records), *at)).all()
    subjects = session.scalars(
        select(ClassSubject)
        .join(SchoolClass, SchoolClass.id == ClassSubject.class_id)
        .where(ClassSubject.teacher_id.in_(records), ClassSubject.deleted_at.is_(None), *at)
    ).all()
    groups = session.scalars(
        select(PupilGroup).where(
            PupilGroup.institution_id == order.institution_id,
            PupilGroup.period_id.in_(years),
            PupilGroup.teacher_id.in_(records),
            PupilGroup.deleted_at.is_(None),
        )
    ).all()
    taken: tuple[SchoolClass | ClassSubject | PupilGroup, ...] = (*classes, *subjects, *groups)
    for row in taken:
        row.teacher_id = order.to_id
    return HandedOver(len(classes), len(subjects), len(groups))


def _require_post(session: Session, order: HandOver) -> None:
    found = session.scalar(
        select(StaffPosition.id).where(
            StaffPosition.person_id.in_(together(session, [order.to_id]).of(order.to_id)),
            StaffPosition.institution_id == order.institution_id,
            StaffPosition.deleted_at.is_(None),
            or_(StaffPosition.ends_on.is_(None), StaffPosition.ends_on >= order.day),
        )
    )
    if found is None:
        raise Refused("Who takes over has a post at this school. Choose somebody of the staff.", field="to")
