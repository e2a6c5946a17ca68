"""One laptop: its data folder, who may sign in, and what is open while somebody is signed in.

A store holds one scope set; users with the same rights share it. Rights come from the user's row inside the
encrypted store, never from the list that is shown before signing in.
"""

from __future__ import annotations

import logging
import secrets
import time
from collections.abc import Callable
from contextlib import ExitStack, closing
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import Self
from uuid import UUID

from sqlalchemy.exc import SQLAlchemyError
from sqlalchemy.orm import Session

from emis_desktop import cipher, files, soundness, unfinished
from emis_desktop.database import Database
from emis_desktop.errors import CannotSave, EmisError, Refused, WrongPassword
from emis_desktop.first_run import FIRST_ROLE, FirstRun, FirstUser, Made, Place, Recovering, StoreKind
from emis_desktop.folder import FolderState, cut_short, folder_state
from emis_desktop.front import Front, Span, save_front
from emis_desktop.journal import OpenAct
from emis_desktop.keyring.device_keys import DeviceFile
from emis_desktop.keyring.open_keys import OpenKeys
from emis_desktop.keyring.recovery import new_recovery_code
from emis_desktop.keyring.ring import Access, KeyRing, NewPerson
from emis_desktop.keyring.ring_file import Person
from emis_desktop.keyring.roles import Claim, sign_role
from emis_desktop.keyring.sealed_box import SealedBox
from emis_desktop.keyring.trust import manages
from emis_desktop.models import User
from emis_desktop.profiles import CountryProfile, load_profile, school_year_on
from emis_desktop.queries.class_keys import kept_keys
from emis_desktop.queries.outbox import waiting_changes
from emis_desktop.queries.users import OWN_ROLE_CHANGED, SiteInfo, actor_of_user, site_info, user_with_access
from emis_desktop.restoring import alone, finish, in_use
from emis_desktop.rules.ids import new_id
from emis_desktop.rules.rights import Actor, Role
from emis_desktop.services.beginnings import Beginning, begin
from emis_desktop.services.moments import local_today
from emis_desktop.services.role_proofs import check_own_role, give_back, is_proven, opened_to
from emis_desktop.services.users import Keys, relocking
from emis_desktop.settings import Home
from emis_desktop.store import NewSite, create, note_restore, open_store
from sync import ended, limits

log = logging.getLogger(__name__)
__all__ = ["FIRST_ROLE", "FirstRun", "Laptop", "Made", "OpenLaptop", "OpenStore", "StoreKind", "site_code"]
_CODE_LETTERS = "23456789BCDFGHJKMNPQRSTVWXYZ"


@dataclass(frozen=True, slots=True)
class OpenStore:
    """An open store, and when it was looked through; ``None`` when that is due."""

    id: str
    db: Database
    looked_at: float | None


class OpenLaptop:
    """Everything that is open while one person is signed in. :meth:`lock` closes and wipes it."""

    def __init__(
        self,
        home: Home,
        ring: KeyRing,
        keys: OpenKeys,
        store: OpenStore,
        actor: Actor,
    ) -> None:
        """Made by :class:`Laptop`."""
        store_id, db = store.id, store.db
        self._looked_at = store.looked_at
        self._in_use = ExitStack()
        self.home = home
        self.ring = ring
        self.keys = keys
        self.store_id = store_id
        self.db = db
        self.actor = actor
        self.box = SealedBox(keys, store_id, kept_keys(db))
        self.user_keys = Keys(ring, keys, store_id)
        with db.read() as session:
            self.site: SiteInfo = site_info(session)
        self.profile: CountryProfile = load_profile(self.site.profile, home.profiles)

    def try_saving(self) -> None:
        """Write something that changes no record; raises :class:`CannotSave` while the laptop cannot save."""
        with self.db.replicate():
            pass

    @property
    def look_is_due(self) -> bool:
        """Whether nobody has looked through the store since it may have been harmed, or for a week."""
        return self._looked_at is None

    def look_through(self, stopped: Callable[[], bool] | None = None) -> None:
        """Read the whole store, beside the work in it: 0.05 s for 1,000 pupils, 5 s for 100,000.

        Raises :class:`~emis_desktop.errors.StoreDamaged`, and
        :class:`~emis_desktop.errors.Cancelled` once ``stopped`` says so.
        """
        begun = time.time()
        cipher.verify(self.db.path, self.keys.key(self.store_id), stopped)
        self._looked_at = begun

    def lock(self) -> None:
        """Close the store and wipe every key. What was typed is saved already."""
        with self._in_use:
            all_sent = self._is_all_sent()
            self.db.close()
            looked_at = None if self.db.damaged else self._looked_at
            soundness.end(self.db.path, looked_at, all_sent=all_sent)
            self.keys.wipe()

    def _is_all_sent(self) -> bool:
        """Whether the ministry has everything; no when that cannot be read."""
        try:
            with self.db.read() as session:
                return waiting_changes(session.connection()) == 0
        except (EmisError, SQLAlchemyError):
            return False

    def until_locked(self, use: ExitStack) -> None:
        """Close ``use`` when the laptop is locked: as long as it is open no copy may be restored."""
        self._in_use = use

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_fault: object) -> None:
        self.lock()


class Laptop:
    """The data folder of one laptop."""

    def __init__(
        self, home: Home, *, ring: KeyRing | None = None, today: Callable[[], date] = local_today
    ) -> None:
        """``ring`` and ``today`` are for tests. A restore that was cut short is ended first, and files that a
        killed program left half made go.
        """
        finish(home)
        ended.finish(home)
        unfinished.clear(home.unfinished)
        self.home = home
        self.ring = ring or KeyRing(home.keyring)
        self._today = today

    def is_new(self) -> bool:
        """Whether nobody has been set up here yet; a setting up that was cut short does not count."""
        return folder_state(self.home) is FolderState.NEW

    def has_lost_keys(self) -> bool:
        """Whether there are records here and no key ring: only a restored copy brings the keys back."""
        return folder_state(self.home) is FolderState.KEYS_LOST

    def people(self) -> tuple[Person, ...]:
        """Who may sign in, the one seen last first."""
        return self.ring.people() if folder_state(self.home) is FolderState.READY else ()

    def set_up(self, first: FirstRun, place: Place | None = None) -> Made:
        """Make a new, encrypted store with its structure and its first user.

        ``place``: where it belongs at the ministry's server, from which the structure comes instead. Raises
        :class:`Refused` when there is one already, or for answers that cannot be; then the laptop is as empty
        as before.
        """
        self._check_new()
        profile = load_profile(first.profile, self.home.profiles)
        role = first.role or FIRST_ROLE[first.kind]
        if first.kind is StoreKind.SCHOOL and first.school is None:
            raise Refused("Enter the name of the school.", field="school")
        self.home.make()
        with alone(self.home):  # of two, the second would clear away what the first has begun
            self._check_new()
            return self._set_up(first, role, profile, place)

    def _check_new(self) -> None:
        if not self.is_new():
            raise Refused("This laptop is set up already. Sign in, or restore a copy.")

    def _set_up(self, first: FirstRun, role: Role, profile: CountryProfile, place: Place | None) -> Made:
        self._clear_unfinished()
        user_id, store_id = new_id(), str(new_id())
        code = None if first.recovery else new_recovery_code()
        public = first.recovery or (code.public if code else b"")
        person = NewPerson(user_id, first.name, role.value, first.password)
        access: Access = {store_id: opened_to(role)}
        files.write(self.home.setting_up, store_id.encode())
        try:
            with self.ring.create(person, access, public) as keys:
                if place is None:
                    self._make_store(store_id, keys, first, user_id, role, profile)
                else:
                    user = FirstUser(user_id, first.name, role, place.institution_id)
                    place.make_store(self.home, store_id, keys, first.kind.value, user)
        except BaseException:
            self._clear_unfinished()
            raise
        save_front(self.home.front, _front(first, profile, self._today()))
        self.home.setting_up.unlink()
        return Made(user_id, code.text if code else None)

    def sign_in(self, user_id: UUID, password: str, *, trusting: bool = False) -> OpenLaptop:
        """Open what this person may open. Raises :class:`WrongPassword`, or a typed error of the store.

        ``trusting`` leaves out the look at its pages, for whoever examines a store that may be damaged.
        """
        if (end := ended.ended(self.home)) is not None:
            raise end.refusal()
        with ExitStack() as use:
            use.enter_context(in_use(self.home))
            keys = self.ring.unlock(user_id, password)
            try:
                opened = self._open(keys, user_id, trusting=trusting)
            except BaseException:
                keys.wipe()
                raise
            opened.until_locked(use.pop_all())
        return opened

    def sign_in_as(self, name: str, password: str, *, trusting: bool = False) -> OpenLaptop:
        """The same by the name on the sign-in list; upper and lower case are the same."""
        wanted = name.strip().casefold()
        for person in self.people():
            if person.name.strip().casefold() == wanted:
                return self.sign_in(person.id, password, trusting=trusting)
        raise WrongPassword(
            "Nobody called {name} signs in on this laptop. Check the name.", field="name", name=name
        )

    def extend(self, user_id: UUID, password: str, code: str) -> date:
        """Let people sign in for longer with a code that the ministry read out; returns the last day.

        Raises :class:`Refused` (field ``phone_code``) for a code with a slip, of another laptop or used.
        """
        with in_use(self.home), self.ring.unlock(user_id, password) as keys:
            store = self._open_store(keys)
            with closing(store.db) as db:
                return limits.extend(db, DeviceFile(self.home.root, store.id), code)

    def recover(self, code: str, user_id: UUID, password: str) -> None:
        """Give somebody who forgot it a new password with the ministry's recovery code.

        Raises :class:`Refused` for a code with a slip, a password too easy to guess, or a person whose access
        has ended; then nothing has changed. Who holds the key that roles are signed with gets access and role
        again where the store has lost them: in a school with one principal nobody else could give them.
        """
        with in_use(self.home), self.ring.unlock_with_recovery(code) as keys:
            store = self._open_store(keys)
            with (
                closing(store.db) as db,
                ExitStack() as then,
                db.write(Recovering(user_id), "recover_password") as session,
            ):
                act: OpenAct = session.info["act"]
                user = self._access_again(session, keys, store.id, user_id, act)
                user.password_set_at = act.moment
                session.flush()
                allowed = opened_to(Role(user.role))
                self.ring.reset_password(keys, user_id, password, allowed, at_end=then)

    def _access_again(
        self, session: Session, keys: OpenKeys, store_id: str, user_id: UUID, act: OpenAct
    ) -> User:
        """The user's row, put right for one who manages users; raises :class:`Refused` for another whose
        access has ended or whose role is not proven.
        """
        if (listed := manages(self.ring.file.load(), keys, user_id, store_id)) is None:
            user = user_with_access(session, user_id)
            if not is_proven(keys, store_id, user):
                raise Refused(OWN_ROLE_CHANGED)
            return user
        site, row = site_info(session), session.get(User, user_id)
        first = FIRST_ROLE[StoreKind(site.kind)]
        user = row or User(id=user_id, name=listed.name, role=first.value, institution_id=site.institution_id)
        session.add(user)
        give_back(keys, store_id, user, first, site.institution_id, int(act.moment.timestamp() * 1000))
        return user

    def store_path(self, store_id: str) -> Path:
        """Where the store with this id lies."""
        return self.home.store(store_id)

    def _open_store(self, keys: OpenKeys, *, trusting: bool = False) -> OpenStore:
        """The store that these keys open, after ending a change of its key that was begun."""
        store_id = min(keys.stores(), default=None)
        if store_id is None:
            raise Refused("There is nothing on this laptop that you may open. Ask the principal.")
        path = self.store_path(store_id)
        file = relocking(path)
        try:
            key = self.ring.settle(keys, store_id, file)
        except (Refused, CannotSave):  # another program has the records open, or the disk is full
            log.warning("the records wait for their new key", exc_info=True)
            key = self.ring.present_key(keys, store_id)
            if not file.fits(key):
                raise
        looked_at = None if trusting else soundness.begin(path, key)
        return OpenStore(store_id, open_store(path, key), looked_at)

    def _open(self, keys: OpenKeys, user_id: UUID, *, trusting: bool) -> OpenLaptop:
        store = self._open_store(keys, trusting=trusting)
        db = store.db
        try:
            with db.read() as session:
                actor = actor_of_user(session, user_id)
                check_own_role(keys, store.id, session.get_one(User, user_id))
            if not trusting:
                limits.check(db, self.home, store.id)
            note_restore(db, actor)
            return OpenLaptop(self.home, self.ring, keys, store, actor)
        except BaseException:
            db.close()
            raise

    def _make_store(
        self,
        store_id: str,
        keys: OpenKeys,
        first: FirstRun,
        user_id: UUID,
        role: Role,
        profile: CountryProfile,
    ) -> None:
        path = self.store_path(store_id)
        institution_id = new_id() if first.kind is StoreKind.SCHOOL else None
        site = NewSite(new_id(), site_code(), first.kind.value, profile.code, institution_id)
        create(path, keys.key(store_id), site)
        db = open_store(path, keys.key(store_id))
        try:
            start = (
                first.start_year
                if first.start_year is not None
                else school_year_on(profile, self._today()).start_year
            )
            proof = sign_role(
                keys, Claim(store_id, user_id, role.value, institution_id), time.time_ns() // 1_000_000
            )
            school = first.school
            begin(db, Beginning(user_id, first.name, role, institution_id, school, profile, start, proof))
        finally:
            db.close()

    def _clear_unfinished(self) -> None:
        """Remove what a setting up left that was refused or killed: nobody has worked with it yet."""
        store_id = cut_short(self.home)
        if store_id is None:
            return
        for path in (*self.home.stores.glob(f"{store_id}.db*"), *self.home.root.glob("keyring.json*")):
            path.unlink(missing_ok=True)
        self.home.setting_up.unlink()


def _front(first: FirstRun, profile: CountryProfile, today: date) -> Front:
    """What the sign-in window shows before anybody has signed in for the first time."""
    name = first.school.name if first.school is not None else profile.identity.ministry
    terms = school_year_on(profile, today).terms
    return Front(" ".join(name.split()), terms=tuple(Span(term.starts_on, term.ends_on) for term in terms))


def site_code() -> str:
    """A short code for a store, printed in the numbers it gives out: four signs that are not mixed up."""
    return "".join(secrets.choice(_CODE_LETTERS) for _ in range(4))
