"""Users of this laptop and the store they work in."""

from __future__ import annotations

from collections.abc import Collection, Iterable
from dataclasses import dataclass
from datetime import datetime
from typing import Final
from uuid import UUID

from sqlalchemy import select, union
from sqlalchemy.orm import Session

from emis_desktop.database import Database
from emis_desktop.errors import N_, Refused
from emis_desktop.models import ClassSubject, SchoolClass, Site, User
from emis_desktop.queries.outbox import waiting_changes
from emis_desktop.rules.rights import ROLE_READS, Actor, Role

OWN_ROLE_CHANGED: Final = N_(
    "Your role was changed outside EMIS Desktop. Nothing was opened; ask the principal to give it again."
)

NOT_VALID_HERE: Final = N_("Not valid here")
"""What is shown in the place of a role that is none of ours."""


@dataclass(frozen=True, slots=True)
class SiteInfo:
    """Which store this is: school, ministry or region; its country profile; the school of a school's."""

    id: UUID
    code: str
    kind: str
    profile: str
    institution_id: UUID | None


@dataclass(frozen=True, slots=True)
class UserLine:
    """A user as the users page lists them; ``ended_at`` set: access has ended.

    ``role`` is ``None`` for one that is none of ours: it opens nothing until somebody gives it again.
    """

    id: UUID
    name: str
    role: Role | None
    institution_id: UUID | None
    person_id: UUID | None
    ended_at: datetime | None


@dataclass(frozen=True, slots=True)
class Waiting:
    """What the status bar says of sending: changes not sent yet, and when something was last sent."""

    changes: int
    sent_at: datetime | None


class UserQueries:
    """Questions about users and the state of the store."""

    def __init__(self, db: Database) -> None:
        """Nothing here is about pupils, so no actor is needed."""
        self._db = db

    def users(self) -> tuple[UserLine, ...]:
        """Every user, those with access first, by name."""
        with self._db.read() as session:
            rows = session.scalars(
                select(User).where(User.deleted_at.is_(None)).order_by(User.ended_at.is_not(None), User.name)
            )
            return tuple(user_line(row) for row in rows)

    def waiting(self) -> Waiting:
        """How many changes wait to be sent."""
        with self._db.read() as session:
            site = session.scalars(select(Site)).one()
            changes = waiting_changes(session.connection())
            sent = None if site.sent_at is None else datetime.fromtimestamp(site.sent_at / 1000).astimezone()
            return Waiting(changes, sent)


def of_this_laptop(users: Iterable[UserLine], sign_in_list: Collection[UUID]) -> tuple[UserLine, ...]:
    """Those of ``users`` who sign in here, and those whose access has ended.

    People of the school's other laptops and of the ministry come by sync, for the names in history. Access
    there is given and ended there: the server takes no such change from elsewhere.
    """
    return tuple(user for user in users if user.ended_at is not None or user.id in sign_in_list)


def site_info(session: Session) -> SiteInfo:
    """The store's own row."""
    site = session.scalars(select(Site)).one()
    return SiteInfo(site.id, site.code, site.store_kind, site.profile, site.institution_id)


def user_line(row: User) -> UserLine:
    """One user of the store; a role that is none of ours is not taken for one of them."""
    role = Role(row.role) if row.role in set(Role) else None
    return UserLine(row.id, row.name, role, row.institution_id, row.person_id, row.ended_at)


def user_with_access(session: Session, user_id: UUID) -> User:
    """The row of that user; raises :class:`Refused` when there is none or their access has ended."""
    user = session.get(User, user_id)
    if user is None or user.deleted_at is not None or user.ended_at is not None:
        raise Refused("Your access on this laptop has ended. Ask the principal.")
    return user


def actor_of_user(session: Session, user_id: UUID) -> Actor:
    """Who ``user_id`` is and what they may do, from the store itself.

    Raises :class:`Refused` when the store knows no such user, no such role, or their access has ended.
    """
    user = user_with_access(session, user_id)
    if user.role not in set(Role):
        raise Refused(OWN_ROLE_CHANGED)
    role = Role(user.role)
    own = _own_classes(session, user.person_id) if role is Role.TEACHER else None
    return Actor(user.id, user.name, role, user.institution_id, own, ROLE_READS[role])


def _own_classes(session: Session, person_id: UUID | None) -> frozenset[UUID]:
    """The classes a teacher teaches or is class teacher of; none for a user who is no person yet."""
    if person_id is None:
        return frozenset()
    led = select(SchoolClass.id).where(SchoolClass.teacher_id == person_id, SchoolClass.deleted_at.is_(None))
    taught = select(ClassSubject.class_id).where(
        ClassSubject.teacher_id == person_id, ClassSubject.deleted_at.is_(None)
    )
    return frozenset(session.scalars(union(led, taught)))
