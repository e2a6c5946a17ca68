"""People of this laptop, with no line needed: add, change role, reset a forgotten password, end access.

The store says who may do what, the key ring who can open what; both change together. Should the laptop die in
between, what is left can only be too little access, never too much.
"""

from __future__ import annotations

import logging
from collections.abc import Collection, Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Final
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.orm import Session

from emis_desktop import cipher, copies
from emis_desktop.database import Database
from emis_desktop.errors import EmisError, Refused, Word
from emis_desktop.journal import OpenAct, Reading
from emis_desktop.keyring.device_keys import DeviceFile
from emis_desktop.keyring.open_keys import OpenKeys
from emis_desktop.keyring.records import ROLES, STORE, Kind
from emis_desktop.keyring.recovery import new_recovery_code
from emis_desktop.keyring.ring import KeyRing, NewPerson, Opens, Relocking
from emis_desktop.keyring.sealed_box import SEALED
from emis_desktop.keyring.trust import ACCESS_CHANGED, check_present
from emis_desktop.models import Person, User
from emis_desktop.rules.ids import new_id
from emis_desktop.rules.rights import ROLE_NAMES, ROLE_RIGHTS, Actor, Right, Role, require
from emis_desktop.services.role_proofs import is_proven, opened_to, prove, roll

log = logging.getLogger(__name__)
SCHOOL_ROLES: Final = (Role.PRINCIPAL, Role.SCHOOL_ADMINISTRATOR, Role.COUNSELLOR, Role.TEACHER, Role.AUDITOR)
_KINDS: Final[tuple[tuple[Opens, Kind], ...]] = (*sorted(SEALED.items()), (ROLES, ROLES))
ALL_OPENS: Final = frozenset(opened for opened, _ in _KINDS)
_LIVE = select(User.id).where(User.deleted_at.is_(None), User.ended_at.is_(None))


@dataclass(frozen=True, slots=True)
class NewUser:
    """Somebody who shall sign in here. ``person_id`` names their staff record, which a teacher needs."""

    name: str
    role: Role
    password: str = field(repr=False)
    person_id: UUID | None = None


@dataclass(frozen=True, slots=True)
class Leftover:
    """Somebody on the sign-in list whom the store does not know."""

    id: UUID
    name: str


@dataclass(frozen=True, slots=True)
class Keys:
    """What the signed-in person holds, and of which store."""

    ring: KeyRing
    held: OpenKeys
    store_id: str


class UserService:
    """Commands on users by one actor.

    What gives access is written into the store first and into the key ring then, what takes it away the other
    way round; :meth:`mend` gives what a killed program still owes. A password or a recovery code that is
    exchanged lies ready in the ring's folder before the store is written, and counts after that.
    """

    def __init__(self, db: Database, actor: Actor, keys: Keys) -> None:
        """``keys`` are the actor's own: nobody can give a key they do not hold."""
        self._db = db
        self._actor = actor
        self._keys = keys

    def add(self, new: NewUser) -> UUID:
        """Let somebody in with a role, for the actor's school. Returns the user's id.

        A person of that name whose adding was cut short is cleared away first.
        """
        require(self._actor, Right.MANAGE_USERS)
        self._check_role(new.role)
        user_id = new_id()
        name = " ".join(new.name.split())
        if not name:
            raise Refused("Enter the name of the person.", field="name")
        for left in self.leftovers():
            if left.name.casefold() == name.casefold():
                self.clear_leftover(left.id)
        with self._changing("add_user") as session:
            _check_person(session, new.person_id)
            user = User(
                id=user_id,
                name=name,
                role=new.role.value,
                institution_id=self._actor.institution_id,
                person_id=new.person_id,
            )
            _prove(session, self._keys, user)
            session.add(user)
            session.flush()
            person = NewPerson(user_id, name, new.role.value, new.password)
            self._keys.ring.add_user(self._keys.held, person, {self._keys.store_id: opened_to(new.role)})
        return user_id

    def change_role(self, user_id: UUID, role: Role) -> tuple[str, ...]:
        """Give a user another role; rights and keys follow. One's own stays: no office locks itself out.

        Returns the kinds of notes that the role reads and the actor cannot open to them.
        """
        require(self._actor, Right.MANAGE_USERS)
        self._check_role(role)
        with self._changing("change_role") as session:
            user = self._other(session, user_id)
            loses = _loses(self._keys, user, role)
            user.role = role.value
            _prove(session, self._keys, user)
            session.flush()
            self._keys.ring.describe(user_id, user.name, role.value)
            self._withdraw(session, user_id, ALL_OPENS - opened_to(role), renew=loses)
        return self._give(user_id, role)

    def link(self, user_id: UUID, person_id: UUID | None) -> None:
        """Say which member of staff a user is: a teacher sees the classes of that person from the next
        sign-in on.
        """
        require(self._actor, Right.MANAGE_USERS)
        with self._changing("change_user") as session:
            _check_person(session, person_id)
            self._live(session, user_id).person_id = person_id

    def reset_password(self, user_id: UUID, password: str) -> tuple[str, ...]:
        """Give a user who forgot it a new password. Returns the kinds of notes that stay closed to them.

        Raises :class:`Refused` for a user with more rights than the actor's own, who could be signed in as.
        """
        require(self._actor, Right.MANAGE_USERS)
        with ExitStack() as then, self._changing("reset_password") as session:
            user = self._other(session, user_id)
            if not is_proven(self._keys.held, self._keys.store_id, user):
                raise Refused(
                    "The role of {name} was changed outside EMIS Desktop. Give it again, then do this.",
                    name=user.name,
                )
            if not ROLE_RIGHTS[Role(user.role)] <= ROLE_RIGHTS[self._actor.role]:
                raise Refused(
                    "{name} has rights that you do not have. Use the recovery code, or ask a colleague of "
                    "that role.",
                    name=user.name,
                )
            act: OpenAct = session.info["act"]
            user.password_set_at = act.moment
            session.flush()
            allowed = opened_to(Role(user.role))
            owed = self._keys.ring.reset_password(self._keys.held, user_id, password, allowed, at_end=then)
        return tuple(sorted(kind for _, kind in owed))

    def change_own_password(self, old: str, new: str) -> None:
        """Give oneself another password; history says that it was changed, and when."""
        about = Reading("user", self._actor.user_id)
        with ExitStack() as then, self._db.write(self._actor, "change_password", about=about):
            self._keys.ring.change_password(self._actor.user_id, old, new, at_end=then)

    def renew_recovery(self, password: str, public: bytes | None = None) -> str | None:
        """Make a new recovery code, or take the ministry's ``public`` key; the old code opens nothing then.

        ``password`` is the actor's own: the code opens everything. Returns the code, to be printed.
        """
        require(self._actor, Right.MANAGE_USERS)
        self._keys.ring.check(self._actor.user_id, password)
        code = None if public else new_recovery_code()
        about = Reading("user", self._actor.user_id)
        with ExitStack() as then, self._changing("renew_recovery", about):
            to = public or (code.public if code else b"")
            self._keys.ring.change_recovery(self._keys.held, to, at_end=then)
        return code.text if code else None

    def end_access(self, user_id: UUID) -> bool:
        """End somebody's access: at once in the store, and for good by locking the records with a new key.

        Returns whether they have their new key already; if not, the next sign-in gives it.
        """
        require(self._actor, Right.MANAGE_USERS)
        with self._changing("end_access") as session:
            user = self._other(session, user_id)
            act: OpenAct = session.info["act"]
            user.ended_at = act.moment
            session.flush()
            self._withdraw(session, user_id, {ROLES}, renew=True, leaving=True)
            self._take_keys(user_id)
        return self._lock_anew()

    def leftovers(self) -> tuple[Leftover, ...]:
        """People of the key ring whom the store does not know: their adding was cut short. They get nowhere
        in.
        """
        require(self._actor, Right.MANAGE_USERS)
        with self._db.read() as session:
            known = set(session.scalars(_LIVE))
        here = [one for one in self._keys.ring.people() if (self._keys.store_id, STORE) in one.holds]
        return tuple(Leftover(one.id, one.name) for one in here if one.id not in known)

    def clear_leftover(self, user_id: UUID) -> bool:
        """Take one of :meth:`leftovers` off the sign-in list; returns as :meth:`end_access` does."""
        if user_id not in {left.id for left in self.leftovers()}:
            raise Refused("That person no longer signs in here.")
        with self._changing("clear_leftover") as session:  # nobody gives a role meanwhile; nothing is written
            self._withdraw(session, user_id, {ROLES}, renew=True, leaving=True)
        self._take_keys(user_id)
        return self._lock_anew()

    def mend(self) -> None:
        """Give every user the keys that their role reads and a killed program did not give; for sign-in."""
        require(self._actor, Right.MANAGE_USERS)
        held_by_me, store_id = self._keys.held, self._keys.store_id
        with self._db.read() as session:
            live = [user for user in session.scalars(select(User)) if _is_live(user)]
        roles = {user.id: Role(user.role) for user in live if is_proven(held_by_me, store_id, user)}
        people = self._keys.ring.people()
        here = {one.id for one in people}  # those of other laptops come by sync, proven by the keys of theirs
        for user in live:
            if user.id in here and user.id not in roles:
                log.warning("the role of user %s was changed outside the program: no keys given", user.id)
        for one in people:
            role = roles.get(one.id)
            held = {kind for store, kind in one.holds if store == self._keys.store_id}
            if role is None or STORE not in held:  # who lost the store itself gets it from a person only
                continue
            if not {kind for _, kind in _kinds_of(role)} <= held:
                self._give(one.id, role)

    def _give(self, user_id: UUID, role: Role) -> tuple[str, ...]:
        """Seal to a user what the role reads, class by class; returns the kinds the actor cannot give."""
        closed = []
        for each, kind in _kinds_of(role):
            try:
                self._keys.ring.give(self._keys.held, user_id, {self._keys.store_id: [each]})
            except Refused:
                log.warning("a key of the class %s was not given", each, exc_info=True)
                closed.append(kind)
        return tuple(closed)

    def _withdraw(
        self, session: Session, user_id: UUID, gone: Collection[Opens], *, renew: bool, leaving: bool = False
    ) -> None:
        """Take keys from a user and, where the actor may sign, ``renew`` the roles key in the same change."""
        ring, held, store_id = self._keys.ring, self._keys.held, self._keys.store_id
        holds = next((one.holds for one in ring.people() if one.id == user_id), frozenset())
        lost = any(each in gone and (store_id, kind) in holds for each, kind in _KINDS)
        kept = {store_id: roll(session, held, store_id)} if renew and held.holds(store_id, ROLES) else {}
        if lost or kept:
            ring.withdraw(held, user_id, {store_id: gone} if lost else {}, kept, leaving=leaving)

    def _take_keys(self, user_id: UUID) -> None:
        """Take a user off the key ring, unless a killed program has done so already."""
        if user_id in {one.id for one in self._keys.ring.people()}:
            self._keys.ring.remove_user(self._keys.held, user_id)

    def _lock_anew(self) -> bool:
        ring, held, store_id = self._keys.ring, self._keys.held, self._keys.store_id
        try:
            self._db.change_key(lambda: ring.settle(held, store_id, relocking(self._db.path)))
        except EmisError:  # another program has the records open, or the disk is full
            log.warning("the records wait for their new key", exc_info=True)
            return False
        return True

    @contextmanager
    def _changing(self, verb: str, about: Reading | None = None) -> Iterator[Session]:
        """One act, by somebody who still manages users: another laptop program may have ended that."""
        with self._db.write(self._actor, verb, about=about) as session:
            mine = session.get(User, self._actor.user_id)
            if mine is None or not self._may_manage(mine):
                raise Refused(ACCESS_CHANGED)
            check_present(self._keys.ring.file.load(), self._keys.held, [self._keys.store_id])
            yield session

    def _may_manage(self, mine: User) -> bool:
        if not (_is_live(mine) and is_proven(self._keys.held, self._keys.store_id, mine)):
            return False
        return Right.MANAGE_USERS in ROLE_RIGHTS[Role(mine.role)]

    def _live(self, session: Session, user_id: UUID) -> User:
        user = session.get(User, user_id)
        if user is None or not _is_live(user):
            raise Refused("That person no longer signs in here.")
        return user

    def _other(self, session: Session, user_id: UUID) -> User:
        if user_id == self._actor.user_id:
            raise Refused("Only another person who manages users can change this for you.")
        return self._live(session, user_id)

    def _check_role(self, role: Role) -> None:
        """A role that is no more than the actor's own, of a school when the actor is a school's."""
        if role not in roles_to_give(self._actor):
            raise Refused(
                "The role {role} cannot be given here. Roles to give are: {roles}.",
                field="role",
                role=Word(ROLE_NAMES[role]),
                roles=", ".join(each.value for each in roles_to_give(self._actor)) or "–",
            )


def _prove(session: Session, keys: Keys, user: User) -> None:
    """Sign the role that a row is about to say."""
    act: OpenAct = session.info["act"]
    prove(keys.held, keys.store_id, user, int(act.moment.timestamp() * 1000))


def _loses(keys: Keys, user: User, role: Role) -> bool:
    """Whether a user who gets ``role`` had one with other rights: what proved it may be planted back.

    A role that is not proven tells nothing: an earlier one may still be.
    """
    if not is_proven(keys.held, keys.store_id, user):
        return True
    had = Role(user.role)
    return not (ROLE_RIGHTS[had] <= ROLE_RIGHTS[role] and opened_to(had) <= opened_to(role))


def _kinds_of(role: Role) -> list[tuple[Opens, Kind]]:
    """What is open to a role, and the kind of key that opens it."""
    opens = opened_to(role)
    return [(each, kind) for each, kind in _KINDS if each in opens]


def roles_to_give(actor: Actor) -> tuple[Role, ...]:
    """The roles that ``actor`` may give: none with more rights than the own, a school's in a school."""
    if Right.MANAGE_USERS not in ROLE_RIGHTS[actor.role]:
        return ()
    here = tuple(Role) if actor.institution_id is None else SCHOOL_ROLES
    return tuple(role for role in here if ROLE_RIGHTS[role] <= ROLE_RIGHTS[actor.role])


def relocking(path: Path) -> Relocking:
    """How the file of a store gets another key, and with it, first, this laptop's own and each snapshot."""

    def relock(old: bytearray, new: bytearray) -> None:
        DeviceFile.beside(path).seal_also(old, new)
        for snapshot in copies.snapshots(path):
            if cipher.fits(snapshot.path, old):
                cipher.give_new_key(snapshot.path, old, new)
        cipher.give_new_key(path, old, new)

    return Relocking(fits=lambda key: cipher.fits(path, key), relock=relock)


def _is_live(user: User) -> bool:
    return user.deleted_at is None and user.ended_at is None


def _check_person(session: Session, person_id: UUID | None) -> None:
    if person_id is None:
        return
    person = session.get(Person, person_id)
    if person is None or person.deleted_at is not None:
        raise Refused("That member of staff is no longer there. Choose another.", field="person")
