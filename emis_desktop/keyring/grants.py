"""One key sealed to one person, and who stands behind it.

Every grant carries two proofs over holder, public key and box. One is made with the store's key: somebody who
can write the file but not open the store cannot slip in a public key that the next new key would then be
sealed to. The other is made with the sealed key itself: a colleague who opens the store cannot pass for
somebody who was given the key of a class.
"""

from collections.abc import Iterable
from dataclasses import replace
from typing import Final
from uuid import UUID

from emis_desktop.errors import N_, Refused, StoreDamaged
from emis_desktop.keyring.crypto import seal_to, unseal_with, vouch, vouched
from emis_desktop.keyring.open_keys import OpenKeys
from emis_desktop.keyring.records import RECOVERY, STORE, Grant, Holder, Kind, Ring, RingUser, StoreState

CHANGED_OUTSIDE: Final = N_(
    "The keys on this laptop were changed outside EMIS Desktop. Nothing was done; restore a USB copy."
)
NO_SUCH_PERSON: Final = N_("That person has no access on this laptop any more.")


def make_grant(proof_key: bytearray, to: Holder, store: str, kind: Kind, epoch: int, key: bytearray) -> Grant:
    """``key`` sealed to a holder, with the proofs made by ``proof_key`` and by itself."""
    box = seal_to(to.public, key, _context(to.name, store, kind, epoch))
    grant = Grant(store, kind, epoch, box, b"", b"")
    return vouched_for(proof_key, to, replace(grant, held=vouch(key, *_proven(to, grant))))


def vouched_for(proof_key: bytearray, to: Holder, grant: Grant) -> Grant:
    """The grant with a proof made by ``proof_key``."""
    return replace(grant, vouch=vouch(proof_key, *_proven(to, grant)))


def is_vouched(proof_key: bytearray, to: Holder, grant: Grant) -> bool:
    """Whether a holder of ``proof_key`` stood behind this grant to this public key."""
    return vouched(proof_key, grant.vouch, *_proven(to, grant))


def was_given(key: bytearray, holder: Holder, store: str, kind: Kind, epoch: int) -> bool:
    """Whether ``holder`` was given ``key`` by one who had it, under this public key."""
    return any(
        vouched(key, grant.held, *_proven(holder, grant))
        for grant in holder.grants
        if (grant.store, grant.kind, grant.epoch) == (store, kind, epoch)
    )


def open_grant(private: bytearray, to: str, grant: Grant) -> bytearray:
    """The key in a grant; raises ``DoesNotOpenError``."""
    return unseal_with(private, grant.box, _context(to, grant.store, grant.kind, grant.epoch))


def known(ring: Ring, user_id: UUID) -> RingUser:
    """The user of that id; raises :class:`Refused` when there is none."""
    user = ring.user(user_id)
    if user is None:
        raise Refused(NO_SUCH_PERSON)
    return user


def known_store(ring: Ring, store: str) -> StoreState:
    """The state of ``store``; raises :class:`Refused` when there is none."""
    state = ring.store(store)
    if state is None:
        raise Refused("There are no such records on this laptop.")
    return state


def settled(ring: Ring, store: str) -> StoreState:
    """The state of ``store``; raises :class:`Refused` also while it is being locked with a new key."""
    state = known_store(ring, store)
    if state.pending is not None:
        raise Refused("The records are still being locked with a new key. Sign out and in again, then go on.")
    return state


def is_proven(proof_key: bytearray, holder: Holder, state: StoreState) -> bool:
    """Whether ``holder`` was given the store's present key by one who had it, under this public key."""
    return any(
        is_vouched(proof_key, holder, grant)
        for grant in holder.grants
        if (grant.store, grant.kind, grant.epoch) == (state.id, STORE, state.epoch)
    )


def check_anchors(proven: Iterable[Holder], keys: OpenKeys) -> None:
    """Raise :class:`StoreDamaged` unless the recovery key and the one who signed in are among the proven."""
    needed = {RECOVERY} if keys.user_id is None else {RECOVERY, str(keys.user_id)}
    if not needed <= {holder.name for holder in proven}:
        raise StoreDamaged(CHANGED_OUTSIDE)


def holder_named(ring: Ring, name: str) -> Holder:
    """The user of that id, or the recovery key; raises :class:`Refused` when there is none."""
    for holder in ring.holders():
        if holder.name == name:
            return holder
    raise Refused(NO_SUCH_PERSON)


def _context(holder: str, store: str, kind: str, epoch: int) -> bytes:
    return f"emis grant 1|{holder}|{store}|{kind}|{epoch}".encode()


def _proven(to: Holder, grant: Grant) -> tuple[bytes, ...]:
    return (_context(to.name, grant.store, grant.kind, grant.epoch), to.public, grant.box)
