"""People of this laptop, with no line needed: add, change role, reset a forgotten password, end access.

The store says who may do what, the key ring who can open what; both change together. Should the laptop die in
between, what is left can only be too little access, never too much.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from pathlib import Path
from uuid import UUID

from sqlalchemy.orm import Session

from emis_desktop import cipher
from emis_desktop.database import Database
from emis_desktop.errors import Refused, Word
from emis_desktop.journal import OpenAct
from emis_desktop.keyring.open_keys import OpenKeys
from emis_desktop.keyring.ring import KeyRing, NewPerson, Relocking
from emis_desktop.models import Person, User
from emis_desktop.rules.ids import new_id
from emis_desktop.rules.rights import ROLE_NAMES, ROLE_READS, ROLE_RIGHTS, Actor, Right, Role, require

SCHOOL_ROLES = (Role.PRINCIPAL, Role.SCHOOL_ADMINISTRATOR, Role.COUNSELLOR, Role.TEACHER, Role.AUDITOR)


@dataclass(frozen=True, slots=True)
class NewUser:
    """Somebody who shall sign in here. ``person_id`` names their staff record, which a teacher needs."""

    name: str
    role: Role
    password: str = field(repr=False)
    person_id: UUID | None = None


@dataclass(frozen=True, slots=True)
class Keys:
    """What the signed-in person holds, and of which store."""

    ring: KeyRing
    held: OpenKeys
    store_id: str


class UserService:
    """Commands on users by one actor."""

    def __init__(self, db: Database, actor: Actor, keys: Keys) -> None:
        """``keys`` are the actor's own: nobody can give a key they do not hold."""
        self._db = db
        self._actor = actor
        self._keys = keys

    def add(self, new: NewUser) -> UUID:
        """Let somebody in with a role, for the actor's school. Returns the user's id."""
        require(self._actor, Right.MANAGE_USERS)
        self._check_role(new.role)
        user_id = new_id()
        name = " ".join(new.name.split())
        if not name:
            raise Refused("Enter the name of the person.", field="name")
        with self._db.write(self._actor, "add_user") as session:
            if new.person_id is not None and session.get(Person, new.person_id) is None:
                raise Refused("That member of staff is no longer there. Choose another.", field="person")
            session.add(
                User(
                    id=user_id,
                    name=name,
                    role=new.role.value,
                    institution_id=self._actor.institution_id,
                    person_id=new.person_id,
                )
            )
            session.flush()
            person = NewPerson(user_id, name, new.role.value, new.password)
            self._keys.ring.add_user(self._keys.held, person, {self._keys.store_id: ROLE_READS[new.role]})
        return user_id

    def change_role(self, user_id: UUID, role: Role) -> None:
        """Give a user another role; rights and keys follow. One's own stays: no office locks itself out."""
        require(self._actor, Right.MANAGE_USERS)
        self._check_role(role)
        ring, held, store = self._keys.ring, self._keys.held, self._keys.store_id
        with self._db.write(self._actor, "change_role") as session:
            user = self._other(session, user_id)
            gone = ROLE_READS[Role(user.role)] - ROLE_READS[role]
            user.role = role.value
            session.flush()
            ring.describe(user_id, user.name, role.value)
            if gone:
                ring.withdraw(held, user_id, {store: gone})
            ring.give(held, user_id, {store: ROLE_READS[role]})

    def reset_password(self, user_id: UUID, password: str) -> tuple[str, ...]:
        """Give a user who forgot it a new password. Returns the kinds of notes that stay closed to them."""
        require(self._actor, Right.MANAGE_USERS)
        with self._db.write(self._actor, "reset_password") as session:
            user = self._other(session, user_id)
            act: OpenAct = session.info["act"]
            user.password_set_at = act.moment
            session.flush()
            owed = self._keys.ring.reset_password(self._keys.held, user_id, password)
        return tuple(sorted(kind for _, kind in owed))

    def change_own_password(self, old: str, new: str) -> None:
        """Give oneself another password."""
        self._keys.ring.change_password(self._actor.user_id, old, new)

    def end_access(self, user_id: UUID) -> None:
        """End somebody's access: at once in the store, and for good by locking the records with a new key."""
        require(self._actor, Right.MANAGE_USERS)
        ring, held, store = self._keys.ring, self._keys.held, self._keys.store_id
        with self._db.write(self._actor, "end_access") as session:
            user = self._other(session, user_id)
            act: OpenAct = session.info["act"]
            user.ended_at = act.moment
            session.flush()
            ring.remove_user(held, user_id)
        self._db.change_key(lambda: ring.settle(held, store, relocking(self._db.path)))

    def _other(self, session: Session, user_id: UUID) -> User:
        user = session.get(User, user_id)
        if user is None or user.deleted_at is not None or user.ended_at is not None:
            raise Refused("That person no longer signs in here.")
        if user_id == self._actor.user_id:
            raise Refused("Another person who manages users must change yours.")
        return user

    def _check_role(self, role: Role) -> None:
        """A role that is no more than the actor's own, of a school when the actor is a school's."""
        too_much = not ROLE_RIGHTS[role] <= ROLE_RIGHTS[self._actor.role]
        elsewhere = self._actor.institution_id is not None and role not in SCHOOL_ROLES
        if too_much or elsewhere:
            raise Refused("The role {role} cannot be given here.", field="role", role=Word(ROLE_NAMES[role]))


def relocking(path: Path) -> Relocking:
    """How the file of a store gets another key."""
    return Relocking(
        fits=lambda key: cipher.fits(path, key),
        relock=lambda old, new: cipher.give_new_key(path, old, new),
    )
