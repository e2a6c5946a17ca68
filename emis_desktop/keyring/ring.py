"""The key ring: who may sign in on this laptop, and what each of them can open.

Rights are checked by the services before they call here; what is certain here is arithmetic: nobody can
give a key that they do not hold, and nobody reads with a key they were not given.
"""

import logging
import time
from collections.abc import Callable, Iterable, Iterator, Mapping
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from pathlib import Path
from typing import Literal
from uuid import UUID

from emis_desktop.errors import N_, EmisError, Refused, StoreDamaged, WrongPassword
from emis_desktop.keyring import giving, rekey, trust
from emis_desktop.keyring.crypto import DoesNotOpenError, public_of
from emis_desktop.keyring.fresh import Fresh
from emis_desktop.keyring.grants import CHANGED_OUTSIDE, holder_named, known, known_store, open_grant
from emis_desktop.keyring.new_users import NewPerson, believing, check_name, new_user, pinning
from emis_desktop.keyring.open_keys import OpenKeys
from emis_desktop.keyring.passwords import check_password
from emis_desktop.keyring.private_keys import unwrap, wrap
from emis_desktop.keyring.records import (
    POLICY,
    RECOVERY,
    ROLES,
    STORE,
    Cost,
    Kind,
    Recovery,
    Ring,
    RingUser,
    Roll,
    WrappedKey,
)
from emis_desktop.keyring.recovery import private_from_code
from emis_desktop.keyring.ring_file import Person, RingFile
from emis_desktop.keyring.sealed_box import SEALED
from emis_desktop.keyring.signed_keys import check_as_said, sign_person
from emis_desktop.keyring.tries import Tries
from emis_desktop.rules.rights import SensitivityClass
from emis_desktop.secret import as_buffer, wipe

log = logging.getLogger(__name__)

Opens = SensitivityClass | Literal["roles"]
"""What a key opens beside the store itself: a sensitivity class (only sealed ones count), or giving roles."""

Access = Mapping[str, Iterable[Opens]]
"""Stores by id, each with what is open in it."""

__all__ = ["Access", "KeyRing", "NewPerson", "Opens", "Relocking"]

_WRONG = N_("The password does not fit. Check Caps Lock and the keyboard language, then type it again.")


@dataclass(frozen=True, slots=True)
class Relocking:
    """How the store's file and its key meet: ``fits`` tries a key, ``relock`` encrypts from one key to
    another.
    """

    fits: Callable[[bytearray], bool]
    relock: Callable[[bytearray, bytearray], None]


class KeyRing:
    """The key ring in one data folder. Each call reads the file anew, so that several programs may use it."""

    def __init__(self, path: Path, *, cost: Cost = POLICY, clock: Callable[[], float] = time.time) -> None:
        """``path`` is ``keyring.json``; ``cost`` of a try of a password; ``clock`` gives seconds since
        1970.
        """
        self.file = RingFile(path)
        self.tries = Tries(path.with_name("sign-in.json"), wall=clock)
        self._cost = cost
        self._clock = clock

    def people(self) -> tuple[Person, ...]:
        """Who may sign in, the one seen last first."""
        return self.file.people()

    def create(self, first: NewPerson, access: Access, recovery: bytes) -> OpenKeys:
        """Start the ring with its first user, new stores, and the ministry's public recovery key."""
        fresh, keys = Fresh(), OpenKeys(first.id)
        user, private = new_user(first, self._cost)
        ring = Ring(recovery=Recovery(recovery), users=(user,))
        try:
            for store, classes in access.items():
                ring = giving.start_store(ring, keys, store, _kinds(classes), fresh)
            keys.believe(trust.said(ring, access))
            self.file.create(ring.with_user(pinning(known(ring, user.id), private, keys)))
        except BaseException:
            fresh.wipe()
            raise
        finally:
            wipe(private)
        fresh.hand_over(keys)
        return keys

    # -- Signing in -------------------------------------------------------------------------------

    def unlock(self, user_id: UUID, password: str) -> OpenKeys:
        """Sign in. Raises :class:`WrongPassword`, or :class:`Refused` while there is a wait after wrong
        ones.
        """
        typed = as_buffer(password)
        try:
            ring, user, private = self._private_key(user_id, typed)
            keys = _open_all(ring, str(user_id), private)
            keys.believe(_checked(keys, lambda: trust.trusted(ring, user, private, keys.stores())))
            believed = trust.pinned(user_id, private, keys.rolls())
            rewrapped = (
                wrap(user_id, private, typed, self._cost) if user.private.cost.below(self._cost) else None
            )
        finally:
            wipe(typed)
        wipe(private)
        seen = datetime.fromtimestamp(int(self._clock()), UTC)
        renewed = replace(user, private=rewrapped or user.private, trust=believed, seen=seen)
        try:
            self._change(keys, lambda ring, fresh: _signed_in(ring, keys, user, renewed, fresh))
        except EmisError:
            log.warning("signed in without noting it in the key ring", exc_info=True)
        return keys

    def unlock_with_recovery(self, code: str) -> OpenKeys:
        """Open everything with the ministry's code; raises :class:`Refused`, naming a group with a slip."""
        ring = self.file.load()
        private = private_from_code(code)
        try:
            if public_of(private) != ring.recovery.public:
                raise WrongPassword(
                    "That is a recovery code, but not the one for this laptop. Look for the right paper.",
                    field="recovery_code",
                )
            keys = _open_all(ring, RECOVERY, private)
        finally:
            wipe(private)
        keys.believe(_checked(keys, lambda: trust.recovered(ring, keys)))
        return keys

    def change_password(self, user_id: UUID, old: str, new: str, *, at_end: ExitStack | None = None) -> None:
        """Give oneself another password; :class:`WrongPassword` when ``old`` is not it.

        Here and below: with ``at_end`` the change is laid ready, and counts when that closes without a fault.
        """
        typed, chosen = as_buffer(old), as_buffer(new)
        try:
            _, user, private = self._private_key(user_id, typed)
            check_password(new, user.name)
            wrapped = wrap(user_id, private, chosen, self._cost)
            wipe(private)
        finally:
            wipe(typed)
            wipe(chosen)
        self._change(None, lambda ring, _fresh: _rewrapped(ring, user, wrapped), at_end)

    def check(self, user_id: UUID, password: str) -> None:
        """Raise as :meth:`unlock` does unless ``password`` is that user's; opens nothing."""
        typed = as_buffer(password)
        try:
            wipe(self._private_key(user_id, typed)[2])
        finally:
            wipe(typed)

    def change_recovery(self, keys: OpenKeys, public: bytes, *, at_end: ExitStack | None = None) -> None:
        """Put another recovery key in the place of the old one, whose code opens nothing from then on."""

        def step(ring: Ring, _fresh: Fresh) -> Ring:
            trust.check_present(ring, keys, keys.stores())
            return giving.replace_recovery(ring, keys, public)

        self._change(keys, step, at_end)

    # -- People -----------------------------------------------------------------------------------

    def add_user(self, keys: OpenKeys, person: NewPerson, access: Access) -> None:
        """Let somebody in. Raises :class:`Refused` for a name that is taken, or a key that ``keys`` lacks."""
        user = believing(person, self._cost, keys)

        def step(ring: Ring, fresh: Fresh) -> Ring:
            check_name(ring, person.name, person.id)
            trust.check_present(ring, keys, access)
            ring = ring.with_user(user)
            for store in access:
                ring = sign_person(ring, keys, store, user.id)
            return _give_all(ring, keys, user.id, access, fresh)

        self._change(keys, step)

    def give(self, keys: OpenKeys, user_id: UUID, access: Access) -> None:
        """Give a user further classes of the stores that they were let in to, also those owed after a
        reset.
        """
        self._change(keys, lambda ring, fresh: _give_all(ring, keys, user_id, access, fresh))

    def withdraw(
        self,
        keys: OpenKeys,
        user_id: UUID,
        access: Access,
        kept: Mapping[str, Iterable[bytes]] | None = None,
        *,
        leaving: bool = False,
    ) -> None:
        """Take the named classes (never the store itself) from a user; new notes get a new key.

        Each store in ``kept`` gets a new roles key in the same change: its roll of roles that stay
        (:func:`emis_desktop.keyring.roles.roll_of`). What was proven and is not on it counts no more; nor
        does the key pair of a user who is ``leaving``.
        """
        rolls, leaver = kept or {}, user_id if leaving else None

        def step(ring: Ring, fresh: Fresh) -> Ring:
            trust.check_present(ring, keys, {*access, *rolls})
            for store, classes in access.items():
                ring = giving.withdraw(ring, keys, user_id, store, _kinds(classes), fresh)
            for store, roll in rolls.items():
                ring = trust.renew_role_key(ring, keys, store, roll, fresh, leaver)
            return ring

        keys.believe(trust.said(self._change(keys, step), rolls))

    def describe(self, user_id: UUID, name: str, role: str) -> None:
        """Change name and role label on the sign-in list."""

        def step(ring: Ring) -> Ring:
            check_name(ring, name, user_id)
            return ring.with_user(replace(known(ring, user_id), name=name, role=role))

        self.file.change(step)

    def reset_password(
        self,
        keys: OpenKeys,
        user_id: UUID,
        password: str,
        allowed: Iterable[Opens],
        *,
        at_end: ExitStack | None = None,
    ) -> frozenset[tuple[str, Kind]]:
        """Give a user who forgot it a new password and every key that ``keys`` holds of those they had, as
        far as they are ``allowed`` to the user's role.

        Returns what could not be given, as (store, kind): one who holds it, or the recovery code, gives it
        back with :meth:`give`. Nobody gains by resetting a password what they could not read before.
        """
        if keys.user_id == user_id:
            raise Refused("To change your own password, use Change password.")
        user = known(self.file.load(), user_id)
        renewed = believing(NewPerson(user_id, user.name, user.role, password), self._cost, keys)
        kinds = _kinds(allowed)

        def step(ring: Ring, fresh: Fresh) -> Ring:
            trust.check_present(ring, keys, keys.stores())
            seen = replace(renewed, seen=known(ring, user_id).seen)
            return giving.renew_user(ring, keys, seen, kinds, fresh)

        ring = self._change(keys, step, at_end)
        self.tries.right(str(user_id))
        return frozenset((owed.store, owed.kind) for owed in known(ring, user_id).owed)

    def remove_user(self, keys: OpenKeys, user_id: UUID) -> frozenset[str]:
        """End a user's access. Returns the stores that must now get their new key: see :meth:`settle`."""
        before = {state.id for state in self.file.load().stores if state.pending}
        ring = self._change(keys, lambda ring, fresh: rekey.begin(ring, keys, user_id, fresh))
        self.tries.right(str(user_id))
        return frozenset(state.id for state in ring.stores if state.pending) - before

    # -- Stores -----------------------------------------------------------------------------------

    def add_store(self, keys: OpenKeys, access: Access) -> None:
        """Make the keys of new stores, for the one who signed in and the recovery key."""

        def step(ring: Ring, fresh: Fresh) -> Ring:
            for store, classes in access.items():
                ring = giving.start_store(ring, keys, store, _kinds(classes), fresh)
            return ring

        keys.believe(trust.said(self._change(keys, step), access))

    def settle(self, keys: OpenKeys, store: str, file: Relocking) -> bytearray:
        """The key that opens the store's file now, after ending a change of key that was begun.

        Call it before opening a store, with the store closed. Safe to repeat after a crash at any point.
        """
        state = known_store(self.file.load(), store)
        if state.pending is not None:
            old, new = keys.key(store, STORE, state.epoch), keys.key(store, STORE, state.pending)
            if not file.fits(new):
                file.relock(old, new)
            self.file.change(lambda ring: rekey.finish(ring, store, old, new))
            keys.drop_before(store, STORE, state.pending)
        return keys.key(store)

    def present_key(self, keys: OpenKeys, store: str) -> bytearray:
        """The key the store's file was under before a change of key that is not ended; else the only one."""
        return keys.key(store, STORE, known_store(self.file.load(), store).epoch)

    # -- Inside -----------------------------------------------------------------------------------

    def _change(
        self, keys: OpenKeys | None, step: Callable[[Ring, Fresh], Ring], at_end: ExitStack | None = None
    ) -> Ring:
        """Save what ``step`` makes of the ring, now or when ``at_end`` closes; new keys count then."""
        with ExitStack() as now:
            return (now if at_end is None else at_end).enter_context(self._changing(keys, step))

    @contextmanager
    def _changing(self, keys: OpenKeys | None, step: Callable[[Ring, Fresh], Ring]) -> Iterator[Ring]:
        fresh = Fresh()
        try:
            with self.file.changing(lambda ring: step(ring, fresh)) as ring:
                yield ring
        except BaseException:
            fresh.wipe()
            raise
        if keys is not None:
            fresh.hand_over(keys)

    def _private_key(self, user_id: UUID, typed: bytearray) -> tuple[Ring, RingUser, bytearray]:
        who = str(user_id)
        self.tries.check(who)
        ring = self.file.load()
        user = ring.user(user_id)
        if user is None:
            raise WrongPassword(_WRONG, field="password")
        try:
            private = unwrap(user, typed)
        except DoesNotOpenError as fault:
            self.tries.wrong(who)
            check_as_said(ring, user)
            raise WrongPassword(_WRONG, field="password") from fault
        self.tries.right(who)
        return ring, user, private


def _checked(keys: OpenKeys, rolls: Callable[[], dict[str, Roll]]) -> dict[str, Roll]:
    """What ``rolls`` finds, held against ``keys``, which are wiped when the ring was tampered with."""
    try:
        found = rolls()
        trust.check_held(keys, found)
    except EmisError:
        keys.wipe()
        raise
    return found


def _open_all(ring: Ring, holder: str, private: bytearray) -> OpenKeys:
    keys = OpenKeys(None if holder == RECOVERY else UUID(holder))
    try:
        for grant in holder_named(ring, holder).grants:
            keys.put(grant.store, grant.kind, grant.epoch, open_grant(private, holder, grant))
    except DoesNotOpenError as fault:
        keys.wipe()
        raise StoreDamaged(CHANGED_OUTSIDE) from fault
    return keys


def _signed_in(ring: Ring, keys: OpenKeys, before: RingUser, renewed: RingUser, fresh: Fresh) -> Ring:
    """After a sign-in: when, what was found to be right, a dearer password key where the policy grew, new
    class keys that are due.
    """
    ring = _rewrapped(ring, before, renewed.private)
    ring = ring.with_user(replace(known(ring, before.id), trust=renewed.trust, seen=renewed.seen))
    ring = trust.witnessed_anew(ring, keys)
    for state in ring.stores:
        due = {kind for kind in state.due if keys.holds(state.id, kind)}
        if due and state.pending is None:
            ring = giving.renew_classes(ring, keys, state.id, due, fresh)
    return ring


def _rewrapped(ring: Ring, before: RingUser, wrapped: WrappedKey) -> Ring:
    """The ring with another password for a user, unless somebody reset or changed it meanwhile."""
    user = known(ring, before.id)
    if user.private != before.private:
        raise Refused("The password was changed at the same time elsewhere. Sign in again.")
    return ring.with_user(replace(user, private=wrapped))


def _give_all(ring: Ring, keys: OpenKeys, user_id: UUID, access: Access, fresh: Fresh) -> Ring:
    trust.check_present(ring, keys, access)
    for store, classes in access.items():
        ring = giving.give(ring, keys, user_id, store, _kinds(classes), fresh)
    return ring


def _kinds(opens: Iterable[Opens]) -> tuple[Kind, ...]:
    """The kinds of key for those of the classes that are sealed, and for roles."""
    wanted = set(opens)
    roles: tuple[Kind, ...] = (ROLES,) if ROLES in wanted else ()
    return roles + tuple(kind for each, kind in sorted(SEALED.items()) if each in wanted)
