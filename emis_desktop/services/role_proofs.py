"""Roles as they stand in the store, held against what was signed when they were given."""

from __future__ import annotations

from uuid import UUID

from sqlalchemy import select
from sqlalchemy.orm import Session

from emis_desktop.errors import Refused
from emis_desktop.keyring.open_keys import OpenKeys
from emis_desktop.keyring.records import ROLES
from emis_desktop.keyring.ring import Opens
from emis_desktop.keyring.roles import Claim, is_proven_role, roll_of, sign_role
from emis_desktop.models import User
from emis_desktop.queries.users import OWN_ROLE_CHANGED
from emis_desktop.rules.rights import ROLE_READS, ROLE_RIGHTS, Right, Role


def opened_to(role: Role) -> frozenset[Opens]:
    """What the keys of somebody with that role open."""
    reads: frozenset[Opens] = frozenset(ROLE_READS[role])
    return reads | {ROLES} if Right.MANAGE_USERS in ROLE_RIGHTS[role] else reads


def is_proven(keys: OpenKeys, store_id: str, user: User) -> bool:
    """Whether role and school in the user's row are those that were signed."""
    return is_proven_role(keys, _claim(store_id, user), user.role_proof)


def check_own_role(keys: OpenKeys, store_id: str, user: User) -> None:
    """Raise :class:`Refused` where the role of whoever signs in was not given by somebody who may."""
    if not is_proven(keys, store_id, user):
        raise Refused(OWN_ROLE_CHANGED)


def give_back(
    keys: OpenKeys, store_id: str, user: User, first: Role, institution_id: UUID | None, given_at: int
) -> None:
    """Give somebody who manages users their access again, and the role where it is not proven, whatever
    their row says, for the store's own school.

    Only for whom the ring shows to hold the roles key (they could sign as much themselves). In a school, and
    for a role that manages nobody, it is ``first``: that of whoever sets up such a store.
    """
    user.ended_at = user.deleted_at = None
    if is_proven(keys, store_id, user):
        return
    manages = {role.value for role in Role if Right.MANAGE_USERS in ROLE_RIGHTS[role]}
    if institution_id is not None or user.role not in manages:
        user.role = first.value
    user.institution_id = institution_id
    prove(keys, store_id, user, given_at)


def prove(keys: OpenKeys, store_id: str, user: User, given_at: int) -> None:
    """Sign role and school as the row has them; ``given_at`` in ms since 1970. Raises :class:`Refused`."""
    user.role_proof = sign_role(keys, _claim(store_id, user), given_at)


def roll(session: Session, keys: OpenKeys, store_id: str) -> tuple[bytes, ...]:
    """The proven roles of everybody with access, for a new roles key to take over."""
    live = select(User).where(User.deleted_at.is_(None), User.ended_at.is_(None))
    proven = (user for user in session.scalars(live) if is_proven(keys, store_id, user))
    return roll_of((_claim(store_id, user), user.role_proof) for user in proven)


def _claim(store_id: str, user: User) -> Claim:
    return Claim(store_id, user.id, user.role, user.institution_id)
