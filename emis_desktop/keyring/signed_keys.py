"""Whose a public key is: signed under the roles key of each store, for each person and the recovery key.

Whoever opens a store can make the proofs of a box, and so could write a key pair of their own into the entry
of somebody else. Who that is tells the roles key alone: it signs the pair when somebody who manages users
lets a person in or gives them a new password, and the next roles key signs those again who stay.
"""

from typing import Final
from uuid import UUID

from emis_desktop.errors import N_, Refused
from emis_desktop.keyring.grants import holder_named, is_proven
from emis_desktop.keyring.open_keys import OpenKeys
from emis_desktop.keyring.records import RECOVERY, ROLES, STORE, Holder, Ring, RingUser, StoreState
from emis_desktop.keyring.signing import is_signed, sign

ENTRY_CHANGED: Final = N_(
    "The keys of {name} were changed outside EMIS Desktop. Nothing was opened; ask whoever manages people "
    "here for a new password, or use the recovery code."
)


def sign_key(ring: Ring, store: str, holder: str, key: bytearray) -> Ring:
    """The ring with the public key of ``holder`` signed under ``key``, the roles key of ``store``."""
    to = holder_named(ring, holder)
    return ring.with_signature(holder, store, sign(key, _statement(store, to)))


def sign_person(ring: Ring, keys: OpenKeys, store: str, user_id: UUID) -> Ring:
    """The same for a key pair that was just made for a user; raises :class:`Refused` without the roles
    key.
    """
    if not keys.holds(store, ROLES):
        raise Refused(
            "Only somebody who manages the people on this laptop can let somebody in or give a new password."
        )
    return sign_key(ring, store, str(user_id), keys.key(store, ROLES))


def sign_again(ring: Ring, store: str, before: bytes, key: bytearray, leaver: UUID | None) -> Ring:
    """The ring in which the new roles key ``key`` signs all whom the one ``before`` had signed.

    ``leaver``, whose access is about to end, is signed by no new one.
    """
    for user in ring.users:
        if user.id != leaver and is_signed_for(before, _holder(user), store):
            ring = sign_key(ring, store, str(user.id), key)
    return sign_key(ring, store, RECOVERY, key)


def is_signed_for(verifier: bytes, holder: Holder, store: str) -> bool:
    """Whether the roles key behind ``verifier`` stands behind the present public key of ``holder``."""
    return is_signed(verifier, holder.signed.get(store, b""), _statement(store, holder))


def check_entry(verifier: bytes, user: RingUser, store: str) -> None:
    """Raise :class:`Refused` where the key pair of ``user`` is not the one they were let in with."""
    if not is_signed_for(verifier, _holder(user), store):
        raise Refused(ENTRY_CHANGED, name=user.name)


def check_as_said(ring: Ring, user: RingUser) -> None:
    """The same by the roles keys that the ring names, for whoever opens nothing yet: a ring in which these
    were changed too is told to those who go by a pin.
    """
    for grant in user.grants:
        state = ring.store(grant.store)
        if grant.kind == STORE and state is not None and state.roles:
            check_entry(state.roles[-1].public, user, grant.store)


def stands(verifier: bytes, store_key: bytearray, holder: Holder, state: StoreState) -> bool:
    """Whether ``holder`` has the store's present key under the public key they were let in with."""
    return is_proven(store_key, holder, state) and is_signed_for(verifier, holder, state.id)


def _holder(user: RingUser) -> Holder:
    return Holder(str(user.id), user.public, user.grants, user.signed)


def _statement(store: str, holder: Holder) -> bytes:
    if holder.name == RECOVERY:
        return f"emis recovery key 1|{store}|".encode() + holder.public
    return f"emis person key 1|{store}|{holder.name}|".encode() + holder.public
