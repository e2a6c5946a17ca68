"""Groups of pupils across classes: made, changed, taken away; who is in them."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.orm import Session

from emis_desktop.database import Database
from emis_desktop.errors import Refused
from emis_desktop.models import Enrolment, PupilGroup, PupilGroupMember
from emis_desktop.rules.ids import natural_id, new_id
from emis_desktop.rules.rights import Actor, Right, require
from emis_desktop.services.closing import require_open_year
from emis_desktop.services.rows import delete, revive


@dataclass(frozen=True, slots=True)
class GroupDetails:
    """What a group is called, its subject and who holds it; both may be nobody's."""

    name: str
    subject_id: UUID | None = None
    teacher_id: UUID | None = None


class GroupService:
    """Changes groups by one actor; every method is one act."""

    def __init__(self, db: Database, actor: Actor) -> None:
        """``actor`` plans."""
        self._db = db
        self._actor = actor

    def add(self, institution_id: UUID, year_id: UUID, details: GroupDetails) -> UUID:
        """A new group without members; Refused when its name is taken there."""
        require(self._actor, Right.MANAGE_STRUCTURE, institution_id=institution_id)
        with self._db.write(self._actor, "change_group") as session:
            require_open_year(session, year_id)
            row = PupilGroup(id=new_id(), institution_id=institution_id, period_id=year_id)
            _fill(session, row, details)
            session.add(row)
            return row.id

    def change(self, group_id: UUID, details: GroupDetails) -> None:
        """Name, subject and teacher of a group."""
        with self._db.write(self._actor, "change_group") as session:
            _fill(session, self._group(session, group_id), details)

    def remove(self, group_id: UUID) -> None:
        """Take a group away with its members' places in it; undo brings all back."""
        with self._db.write(self._actor, "change_group") as session:
            row = self._group(session, group_id)
            members = select(PupilGroupMember).where(
                PupilGroupMember.group_id == group_id, PupilGroupMember.deleted_at.is_(None)
            )
            for member in session.scalars(members):
                delete(session, member)
            delete(session, row)

    def add_members(self, group_id: UUID, enrolment_ids: Collection[UUID]) -> int:
        """Put pupils into a group; those of another school or year are passed over. Returns how many came."""
        with self._db.write(self._actor, "set_members") as session:
            group = self._group(session, group_id)
            came = 0
            for enrolment_id in dict.fromkeys(enrolment_ids):
                enrolment = session.get(Enrolment, enrolment_id)
                if enrolment is None or enrolment.deleted_at is not None:
                    continue
                if (enrolment.institution_id, enrolment.period_id) != (group.institution_id, group.period_id):
                    continue
                row_id = natural_id("pupil_group_member", group_id, enrolment_id)
                known = session.get(PupilGroupMember, row_id)
                came += known is None or known.deleted_at is not None
                row = revive(session, PupilGroupMember, row_id)
                row.group_id, row.enrolment_id = group_id, enrolment_id
            return came

    def drop_members(self, group_id: UUID, enrolment_ids: Collection[UUID]) -> None:
        """Take pupils from a group."""
        with self._db.write(self._actor, "set_members") as session:
            self._group(session, group_id)
            for enrolment_id in enrolment_ids:
                row = session.get(PupilGroupMember, natural_id("pupil_group_member", group_id, enrolment_id))
                if row is not None and row.deleted_at is None:
                    delete(session, row)

    def _group(self, session: Session, group_id: UUID) -> PupilGroup:
        row = session.get(PupilGroup, group_id)
        if row is None or row.deleted_at is not None:
            raise Refused("That group is no longer there. Choose another.")
        require(self._actor, Right.MANAGE_STRUCTURE, institution_id=row.institution_id)
        require_open_year(session, row.period_id)
        return row


def _fill(session: Session, row: PupilGroup, details: GroupDetails) -> None:
    name = " ".join(details.name.split())
    if not name or len(name) > 80:
        raise Refused("A group has a name of 1 to 80 characters. Type one.", field="name")
    others = session.scalars(
        select(PupilGroup.name).where(
            PupilGroup.institution_id == row.institution_id,
            PupilGroup.period_id == row.period_id,
            PupilGroup.id != row.id,
            PupilGroup.deleted_at.is_(None),
        )
    )
    if name.casefold() in {other.casefold() for other in others}:
        raise Refused("There is a group {name} already. Type another name.", field="name", name=name)
    row.name, row.subject_id, row.teacher_id = name, details.subject_id, details.teacher_id
