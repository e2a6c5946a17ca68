"""Keys given, taken away and renewed: pure steps from one ring to the next.

A step that makes a key puts it into ``fresh``; the caller hands it to the open keys when the ring is saved,
or wipes it.
"""

from collections.abc import Iterable
from dataclasses import replace
from uuid import UUID

from emis_desktop.errors import N_, Refused, Word
from emis_desktop.keyring.fresh import Fresh
from emis_desktop.keyring.grants import (
    holder_named,
    is_proven,
    known,
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
    Holder,
    Kind,
    Owed,
    Recovery,
    Ring,
    RingUser,
    StoreState,
)
from emis_desktop.keyring.signed_keys import is_signed_for, sign_key, sign_person, stands
from emis_desktop.keyring.trust import first_role_key, witnessed

CLASS_NAMES: dict[Kind, str] = {
    "store": N_("records"),
    "health": N_("health notes"),
    "case": N_("case notes"),
    "finance": N_("finance notes"),
    "roles": N_("the roles of people"),
}


def start_store(ring: Ring, keys: OpenKeys, store: str, classes: Iterable[Kind], fresh: Fresh) -> Ring:
    """A new store with its own keys, for the one who signed in and for the recovery key.

    Whoever starts a store gives the first roles in it, so they hold its roles key.
    """
    if ring.store(store) is not None:
        raise Refused("There are records under that name already. Nothing was changed.")
    kinds: list[Kind] = [STORE, ROLES, *(kind for kind in classes if kind != ROLES)]
    made = [(kind, fresh.make(store, kind, 1, keep=True)) for kind in kinds]
    ring = first_role_key(ring.with_store(StoreState(store)), store, made[1][1])
    mine = {RECOVERY, str(keys.user_id)}
    for holder in [holder for holder in ring.holders() if holder.name in mine]:
        new = tuple(make_grant(made[0][1], holder, store, kind, 1, key) for kind, key in made)
        ring = sign_key(ring.with_grants(holder.name, holder.grants + new), store, holder.name, made[1][1])
    for kind, key in made[2:]:
        ring = witnessed(ring, store, kind, 1, key, known_store(ring, store).roles[0])
    return ring


def give(ring: Ring, keys: OpenKeys, user_id: UUID, store: str, kinds: Iterable[Kind], fresh: Fresh) -> Ring:
    """Seal keys that ``keys`` holds to a user. A class nobody has yet gets its first key here.

    Raises :class:`Refused` for a class that others hold and ``keys`` does not, and for a key pair that
    nobody who manages users let in to that store.
    """
    state = settled(ring, store)
    proof_key = keys.key(store, STORE, state.epoch)
    to = holder_named(ring, str(user_id))
    proven = is_proven(proof_key, to, state) or not to.has(store, STORE)
    if not (proven and is_signed_for(keys.roll(store).public, to, store)):
        raise Refused("The access of that person was changed outside EMIS Desktop. Reset the password first.")
    wanted: list[Kind] = [STORE, *(kind for kind in kinds if kind != STORE)]
    for kind in wanted:
        to = holder_named(ring, str(user_id))
        if to.has(store, kind):
            continue
        held = keys.epochs(store, kind)
        if not held:
            ring, held = _first_of_class(ring, keys, state, kind, fresh)
        new = tuple(make_grant(proof_key, to, store, kind, epoch, key) for epoch, key in held.items())
        ring = ring.with_grants(to.name, to.grants + new)
        ring = _no_longer_owed(ring, user_id, store, kind)
    return ring


def renew_user(ring: Ring, keys: OpenKeys, renewed: RingUser, allowed: Iterable[Kind], fresh: Fresh) -> Ring:
    """The ring with a new key pair for a user, and sealed to it what ``keys`` holds of what the user had.

    The rest is noted as owed. ``renewed`` comes without grants; the pair is signed for each store given. The
    ring alone does not prove what somebody had: kinds that are not ``allowed`` to the user's role are not
    given.
    """
    before = known(ring, renewed.id)
    had = {(grant.store, grant.kind) for grant in before.grants}
    had |= {(owed.store, owed.kind) for owed in before.owed}
    had = {(store, kind) for store, kind in had if kind in {STORE, *allowed}}
    ring = ring.with_user(renewed)
    for store in sorted({store for store, _ in had}):
        kinds = {kind for other, kind in had if other == store}
        held = {kind for kind in kinds if keys.holds(store, STORE) and keys.holds(store, kind)}
        if held:
            ring = sign_person(ring, keys, store, renewed.id)
            ring = give(ring, keys, renewed.id, store, held, fresh)
        ring = ring.owing(str(renewed.id), store, kinds - held)
    return ring


def replace_recovery(ring: Ring, keys: OpenKeys, public: bytes) -> Ring:
    """The ring with another recovery key in the place of the old one, and everything sealed to it.

    Raises :class:`Refused` for a kind that ``keys`` lacks: nobody may lose what the old key could open.
    """
    to = Holder(RECOVERY, public, ())
    grants = []
    for grant in ring.recovery.grants:
        state = settled(ring, grant.store)
        key = keys.epochs(grant.store, grant.kind).get(grant.epoch)
        if key is None:
            raise Refused(
                "Only somebody who may read {what} can make a new recovery code. Ask them.",
                what=Word(CLASS_NAMES[grant.kind]),
            )
        proof_key = keys.key(grant.store, STORE, state.epoch)
        grants.append(make_grant(proof_key, to, grant.store, grant.kind, grant.epoch, key))
    ring = replace(ring, recovery=Recovery(public, tuple(grants), witnesses=ring.recovery.witnesses))
    for store in {grant.store for grant in grants}:
        ring = sign_key(ring, store, RECOVERY, keys.key(store, ROLES))
    return ring


def withdraw(
    ring: Ring, keys: OpenKeys, user_id: UUID, store: str, kinds: Iterable[Kind], fresh: Fresh
) -> Ring:
    """Take classes from a user who stays; what is written from now on is under a new class key.

    For a new roles key see :func:`emis_desktop.keyring.trust.renew_role_key`: it needs to be told who keeps
    a role.
    """
    settled(ring, store)
    holder = holder_named(ring, str(user_id))
    had = {grant.kind for grant in holder.grants if grant.store == store} - {STORE}
    lost = had & set(kinds)
    left = tuple(grant for grant in holder.grants if grant.store != store or grant.kind not in lost)
    return renew_classes(ring.with_grants(holder.name, left), keys, store, lost - {ROLES}, fresh)


def renew_classes(ring: Ring, keys: OpenKeys, store: str, kinds: Iterable[Kind], fresh: Fresh) -> Ring:
    """New keys for the classes that ``keys`` holds; the others wait for the sign-in of one who does."""
    state = known_store(ring, store)
    due = set(state.due)
    for kind in sorted(kinds):
        if keys.holds(store, kind):
            ring = _renew_class(ring, keys, state, kind, fresh)
            due.discard(kind)
        else:
            due.add(kind)
    return ring.with_store(replace(state, due=tuple(sorted(due))))


def _renew_class(ring: Ring, keys: OpenKeys, state: StoreState, kind: Kind, fresh: Fresh) -> Ring:
    """A new key for those who were given the present one by somebody who had it, and stay in the store."""
    store, store_key = state.id, keys.key(state.id, STORE, state.epoch)
    present, old = max(keys.epochs(store, kind).items())
    epoch = 1 + max(
        grant.epoch for grant in ring.recovery.grants if (grant.store, grant.kind) == (store, kind)
    )
    key = fresh.make(store, kind, epoch, keep=True)
    for holder in list(ring.holders()):
        there = stands(keys.roll(store).public, store_key, holder, state)
        if there and was_given(old, holder, store, kind, present):
            new = make_grant(store_key, holder, store, kind, epoch, key)
            ring = ring.with_grants(holder.name, (*holder.grants, new))
    return witnessed(ring, store, kind, epoch, key, keys.roll(store))


def _first_of_class(
    ring: Ring, keys: OpenKeys, state: StoreState, kind: Kind, fresh: Fresh
) -> tuple[Ring, dict[int, bytearray]]:
    store, proof_key = state.id, keys.key(state.id, STORE, state.epoch)
    recovery = holder_named(ring, RECOVERY)
    if recovery.has(store, kind):
        raise Refused(
            "Only somebody who may read {what} can give that to others. Ask them, or use the recovery code.",
            what=Word(CLASS_NAMES[kind]),
        )
    key = fresh.make(store, kind, 1, keep=False)
    grant = make_grant(proof_key, recovery, store, kind, 1, key)
    ring = ring.with_grants(RECOVERY, (*recovery.grants, grant))
    return witnessed(ring, store, kind, 1, key, keys.roll(store)), {1: key}


def _no_longer_owed(ring: Ring, user_id: UUID, store: str, kind: Kind) -> Ring:
    user = known(ring, user_id)
    return ring.with_user(replace(user, owed=tuple(owed for owed in user.owed if owed != Owed(store, kind))))
