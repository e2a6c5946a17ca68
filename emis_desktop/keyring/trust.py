"""What a person's own keys vouch for: which roles key of a store is the right one.

Anybody who can write the ring could put another roles key in. So each person's entry pins the public half,
under a proof that only their own private key makes: at first by whoever made that key pair, then by
themselves at each sign-in. A new roles key is signed under the one before, together with the roll of roles
it takes over; the public recovery key is signed too.

The recovery key has no entry, since its private half is on no laptop. For it the class keys are witnesses:
who would have it believe in another roles key must hold every class key that it could hand out.
"""

import hashlib
from collections.abc import Collection, Iterable, Mapping
from dataclasses import replace
from typing import Final
from uuid import UUID

from emis_desktop.errors import N_, Refused, StoreDamaged
from emis_desktop.keyring.crypto import vouch, vouched
from emis_desktop.keyring.fresh import Fresh
from emis_desktop.keyring.grants import (
    CHANGED_OUTSIDE,
    holder_named,
    known_store,
    make_grant,
    settled,
    was_given,
)
from emis_desktop.keyring.open_keys import OpenKeys
from emis_desktop.keyring.records import (
    RECOVERY,
    ROLES,
    STORE,
    Grant,
    Holder,
    Kind,
    Pin,
    Ring,
    RingUser,
    RoleKey,
    Roll,
    StoreState,
    Trust,
    Witness,
)
from emis_desktop.keyring.signed_keys import check_entry, is_signed_for, sign_again, sign_key, stands
from emis_desktop.keyring.signing import is_signed, sign, verifier_of

ACCESS_CHANGED: Final = N_("Your own access has changed. Sign out and in again.")
_CLASSES: Final[tuple[Kind, ...]] = ("health", "case", "finance")


def first_role_key(ring: Ring, store: str, key: bytearray) -> Ring:
    """The ring with the first roles key of a new store."""
    state = replace(_state(ring, store), roles=(RoleKey(1, verifier_of(key), (), b""),))
    return sign_key(ring.with_store(state), store, RECOVERY, key)


def renew_role_key(
    ring: Ring, keys: OpenKeys, store: str, kept: Iterable[bytes], fresh: Fresh, leaver: UUID | None = None
) -> Ring:
    """The ring with a new roles key for those who hold the present one; ``kept`` are the roles that stay.

    It signs the public keys of those anew whom the present one signed, but for the ``leaver``. Raises
    :class:`Refused` where ``keys`` hold an earlier one: nobody would believe what that signs.
    """
    state = settled(ring, store)
    check_present(ring, keys, [store])
    store_key = keys.key(store, STORE, state.epoch)
    old, before = keys.key(store, ROLES), state.roles[-1]
    epoch = before.epoch + 1
    new = fresh.make(store, ROLES, epoch, keep=True)
    for holder in list(ring.holders()):
        there = stands(before.public, store_key, holder, state)
        if there and was_given(old, holder, store, ROLES, before.epoch):
            grant = make_grant(store_key, holder, store, ROLES, epoch, new)
            ring = ring.with_grants(holder.name, (*_without_roles(holder, store), grant))
    unsigned = RoleKey(epoch, verifier_of(new), tuple(kept), b"")
    role_key = replace(unsigned, proof=sign(old, _succession(store, unsigned)))
    chain = (*_still_needed(ring, state), role_key)
    ring = sign_again(ring.with_store(replace(state, roles=chain)), store, before.public, new, leaver)
    _believed(ring, store, None)
    return ring


def pinned(user_id: UUID, private: bytearray, rolls: Mapping[str, Roll]) -> Trust:
    """The entry of a person that pins those roles keys, by store."""
    pins = tuple(Pin(store, roll.epoch, roll.public) for store, roll in sorted(rolls.items()))
    return Trust(pins, vouch(private, *_pins(user_id, pins)))


def trusted(ring: Ring, user: RingUser, private: bytearray, stores: Iterable[str]) -> dict[str, Roll]:
    """The roles keys that ``user`` may believe in, by store.

    Raises :class:`StoreDamaged` where the ring says something else than what was pinned, and
    :class:`Refused` where ``user`` was let in with another key pair than the present one.
    """
    trust = user.trust
    if trust is None or not vouched(private, trust.proof, *_pins(user.id, trust.pins)):
        raise StoreDamaged(CHANGED_OUTSIDE)
    pins = {pin.store: pin for pin in trust.pins}
    rolls = {}
    for store in stores:
        rolls[store] = _believed(ring, store, pins.get(store))
        check_entry(rolls[store].public, user, store)
    return rolls


def said(ring: Ring, stores: Iterable[str]) -> dict[str, Roll]:
    """The roles keys that a ring names which was just written by whoever asks."""
    return {store: _newest(_state(ring, store), None) for store in stores}


def recovered(ring: Ring, keys: OpenKeys) -> dict[str, Roll]:
    """The same as :func:`trusted` for ``keys`` of the recovery key: each class key it holds is a witness.

    A store without any class has none: there it believes the ring, and could hand out nothing but the store.
    """
    rolls = {}
    for store in keys.stores():
        rolls[store] = _newest(_state(ring, store), None)
        for kind in _CLASSES:
            if keys.holds(store, kind):
                rolls[store] = _newest(_state(ring, store), _witnessed(ring, keys, store, kind))
    return rolls


def witnessed(ring: Ring, store: str, kind: Kind, epoch: int, key: bytearray, roll: Roll | RoleKey) -> Ring:
    """The ring in which the class key ``key`` of that epoch stands behind a roles key."""
    pin = Pin(store, roll.epoch, roll.public)
    witness = Witness(kind, epoch, pin, vouch(key, *_witness(kind, epoch, pin)))
    others = (one for one in ring.recovery.witnesses if (one.pin.store, one.kind) != (store, kind))
    return replace(ring, recovery=replace(ring.recovery, witnesses=(*others, witness)))


def witnessed_anew(ring: Ring, keys: OpenKeys) -> Ring:
    """The same for each class that one who signed in reads, and the roles key they believe in."""
    sealed = ring.recovery.grants
    for store, roll in keys.rolls().items():
        for kind in _CLASSES:
            present = max(
                (grant.epoch for grant in sealed if (grant.store, grant.kind) == (store, kind)), default=0
            )
            key = keys.epochs(store, kind).get(present)
            if key is not None:
                ring = witnessed(ring, store, kind, present, key, roll)
    return ring


def manages(ring: Ring, keys: OpenKeys, user_id: UUID, store: str) -> RingUser | None:
    """That user, where somebody who held the present roles key of ``store`` gave it to them.

    Nobody but its holders can make that proof, so it tells who manages users when the store does not.
    """
    user = ring.user(user_id)
    if user is None:
        return None
    holder, roles_key = holder_named(ring, str(user_id)), keys.key(store, ROLES)
    given = was_given(roles_key, holder, store, ROLES, known_store(ring, store).roles[-1].epoch)
    return user if given else None


def check_held(keys: OpenKeys, rolls: Mapping[str, Roll]) -> None:
    """Raise :class:`StoreDamaged` where a roles key that was sealed to somebody is not the right one."""
    for store, roll in rolls.items():
        if keys.holds(store, ROLES) and verifier_of(keys.key(store, ROLES)) != roll.public:
            raise StoreDamaged(CHANGED_OUTSIDE)


def check_present(ring: Ring, keys: OpenKeys, stores: Collection[str]) -> None:
    """Raise :class:`Refused` where another program made a new roles key since ``keys`` were opened, and
    :class:`StoreDamaged` where the recovery key of the ring is not the one behind which it stands.

    Nobody would believe what such keys sign, nor could those sign in to whom they are given.
    """
    for store in stores:
        present = {role_key.public for role_key in known_store(ring, store).roles[-1:]}
        mine = {keys.roll(store).public}
        if keys.holds(store, ROLES):
            mine.add(verifier_of(keys.key(store, ROLES)))
        if mine != present:
            raise Refused(ACCESS_CHANGED)
    check_recovery(ring, stores)


def check_recovery(ring: Ring, stores: Iterable[str]) -> None:
    """Raise :class:`StoreDamaged` where a roles key does not stand behind the public recovery key: somebody
    put another in while a window was open, and would have new keys sealed to it.
    """
    for store in stores:
        _believed(ring, store, None)


def _believed(ring: Ring, store: str, pin: Pin | None) -> Roll:
    """The present roles key, which must stand behind the recovery key of the ring."""
    roll = _newest(_state(ring, store), pin)
    if not is_signed_for(roll.public, holder_named(ring, RECOVERY), store):
        raise StoreDamaged(CHANGED_OUTSIDE)
    return roll


def _newest(state: StoreState, pin: Pin | None) -> Roll:
    """The present roles key, reached from the pinned one; without a pin from the first of all."""
    if not state.roles:
        raise StoreDamaged(CHANGED_OUTSIDE)
    first = state.roles[0]
    epoch, public = (first.epoch, first.public) if pin is None else (pin.epoch, pin.public)
    for role_key in state.roles:
        if role_key.epoch <= epoch:
            continue
        signed = is_signed(public, role_key.proof, _succession(state.id, role_key))
        if role_key.epoch != epoch + 1 or not signed:
            raise StoreDamaged(CHANGED_OUTSIDE)
        epoch, public = role_key.epoch, role_key.public
    newest = state.roles[-1]
    if (newest.epoch, newest.public) != (epoch, public):
        raise StoreDamaged(CHANGED_OUTSIDE)
    return Roll(epoch, public, frozenset(newest.kept))


def _witnessed(ring: Ring, keys: OpenKeys, store: str, kind: Kind) -> Pin:
    """The roles key behind which the present class key of that kind stands."""
    epoch, key = max(keys.epochs(store, kind).items())
    for one in ring.recovery.witnesses:
        proof = _witness(kind, epoch, one.pin)
        if (one.pin.store, one.kind, one.epoch) == (store, kind, epoch) and vouched(key, one.proof, *proof):
            return one.pin
    raise StoreDamaged(CHANGED_OUTSIDE)


def _still_needed(ring: Ring, state: StoreState) -> Iterable[RoleKey]:
    """The roles keys from the oldest that anybody still goes by, without their rolls."""
    pins = [pin for user in ring.users if user.trust is not None for pin in user.trust.pins]
    pins += [witness.pin for witness in ring.recovery.witnesses]
    oldest = min((pin.epoch for pin in pins if pin.store == state.id), default=1)
    for role_key in state.roles:
        if role_key.epoch >= oldest:
            yield replace(role_key, kept=(), digest=_digest(role_key))


def _without_roles(holder: Holder, store: str) -> Iterable[Grant]:
    """What is sealed to ``holder`` but for roles keys of that store, of which only the newest is of use."""
    return (grant for grant in holder.grants if (grant.store, grant.kind) != (store, ROLES))


def _state(ring: Ring, store: str) -> StoreState:
    state = ring.store(store)
    if state is None:
        raise StoreDamaged(CHANGED_OUTSIDE)
    return state


def _pins(user_id: UUID, pins: tuple[Pin, ...]) -> tuple[bytes, ...]:
    told = (part for pin in pins for part in (pin.store.encode(), pin.epoch.to_bytes(2, "big"), pin.public))
    return (f"emis pins 1|{user_id}".encode(), *told)


def _succession(store: str, role_key: RoleKey) -> bytes:
    head = f"emis roles key 2|{store}|{role_key.epoch}|".encode()
    return head + role_key.public + _digest(role_key)


def _digest(role_key: RoleKey) -> bytes:
    """The digest of the roll, reckoned wherever there is one: what is only claimed shows no role."""
    if role_key.digest and not role_key.kept:
        return role_key.digest
    return hashlib.sha256(b"".join(role_key.kept)).digest()


def _witness(kind: Kind, epoch: int, pin: Pin) -> tuple[bytes, ...]:
    return (f"emis witness 1|{pin.store}|{kind}|{epoch}|{pin.epoch}".encode(), pin.public)
