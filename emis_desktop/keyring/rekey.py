"""A new key for a store when somebody leaves, in two phases around the encryption of the file.

First the ring gets the new key beside the old one (``begin``), then the store is encrypted anew, then the old
key goes (``finish``). A crash at any point leaves a ring that opens the store with one of the two, and the
next sign-in ends what was begun.
"""

from dataclasses import replace
from uuid import UUID

from emis_desktop.errors import Refused
from emis_desktop.keyring.fresh import Fresh
from emis_desktop.keyring.giving import renew_classes
from emis_desktop.keyring.grants import (
    check_anchors,
    is_proven,
    is_vouched,
    known,
    make_grant,
    settled,
    vouched_for,
)
from emis_desktop.keyring.open_keys import OpenKeys
from emis_desktop.keyring.records import ROLES, STORE, Grant, Holder, Ring, StoreState
from emis_desktop.keyring.signed_keys import stands
from emis_desktop.keyring.trust import check_recovery


def begin(ring: Ring, keys: OpenKeys, user_id: UUID, fresh: Fresh) -> Ring:
    """The ring without that user, with a pending key for each store the user could open.

    Raises :class:`Refused` when one of those stores is closed to ``keys`` or is being locked anew already.
    """
    leaver = known(ring, user_id)
    if keys.user_id == user_id:
        raise Refused(
            "You cannot end your own access. Ask a colleague who manages the people on this laptop."
        )
    stores = sorted({grant.store for grant in leaver.grants} | {owed.store for owed in leaver.owed})
    if not set(stores) <= keys.stores():
        raise Refused(
            "{name} may also open records that you may not. Use the recovery code to end the access.",
            name=leaver.name,
        )
    check_recovery(ring, stores)
    ring = replace(ring, users=tuple(user for user in ring.users if user.id != user_id))
    for store in stores:
        ring = _new_key(ring, keys, settled(ring, store), fresh)
        kinds = {grant.kind for grant in leaver.grants if grant.store == store} - {STORE, ROLES}
        ring = renew_classes(ring, keys, store, kinds, fresh)
    return ring


def _new_key(ring: Ring, keys: OpenKeys, state: StoreState, fresh: Fresh) -> Ring:
    """A pending key for one store, sealed to everybody whose present access is proven and who was let in
    with the key pair of now.
    """
    old = keys.key(state.id, STORE, state.epoch)
    pending = state.epoch + 1
    verifier = keys.roll(state.id).public
    stay = [holder for holder in ring.holders() if stands(verifier, old, holder, state)]
    check_anchors(stay, keys)
    new = fresh.make(state.id, STORE, pending, keep=True)
    for holder in stay:
        grant = make_grant(new, holder, state.id, STORE, pending, new)
        ring = ring.with_grants(holder.name, (*holder.grants, grant))
    return ring.with_store(replace(state, pending=pending))


def finish(ring: Ring, store: str, old: bytearray, new: bytearray) -> Ring:
    """The ring after the store was encrypted under ``new``: old store keys gone, class keys proven by
    ``new``.

    Who was not given the new key loses the rest too, and it is noted as owed.
    """
    state = ring.store(store)
    if state is None or state.pending is None:
        return ring
    done = replace(state, epoch=state.pending, pending=None)
    for holder in list(ring.holders()):
        kept = _kept(holder, done, old, new)
        others = tuple(grant for grant in holder.grants if grant.store != store)
        ring = ring.with_grants(holder.name, others + kept)
        lost = {grant.kind for grant in holder.grants if grant.store == store} - {
            grant.kind for grant in kept
        }
        ring = ring.owing(holder.name, store, lost)
    return ring.with_store(done)


def _kept(holder: Holder, state: StoreState, old: bytearray, new: bytearray) -> tuple[Grant, ...]:
    """What ``holder`` keeps of a store that is now under ``state.epoch``."""
    if not is_proven(new, holder, state):
        return ()
    return tuple(
        grant if grant.kind == STORE else vouched_for(new, holder, grant)
        for grant in holder.grants
        if grant.store == state.id
        and (grant.epoch == state.epoch if grant.kind == STORE else is_vouched(old, holder, grant))
    )
