"""Who gave a role to whom: a statement, signed under the roles key that only those hold who manage users.

Everybody who opens a store can write a role into it; nobody but they can sign one. What is believed about
the roles key itself is told in :mod:`emis_desktop.keyring.trust`.
"""

import hashlib
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Final
from uuid import UUID

import msgspec

from emis_desktop.errors import Refused
from emis_desktop.keyring.open_keys import OpenKeys
from emis_desktop.keyring.records import ROLES
from emis_desktop.keyring.signing import is_signed, sign

THIS_STORE: Final = "store"
"""Signed under this store's roles key. A server's signature will carry another name beside it."""


@dataclass(frozen=True, slots=True)
class Claim:
    """What a user's row says: this role, at that school (``None``: the whole country), in that store."""

    store: str
    user_id: UUID
    role: str
    institution_id: UUID | None


@dataclass(frozen=True, slots=True)
class Signature:
    """One signature of the statement, and whose: :data:`THIS_STORE`."""

    by: str
    value: bytes


@dataclass(frozen=True, slots=True)
class RoleProof:
    """Who gave the role (``None``: the recovery code) and when (ms since 1970); whoever stands behind it."""

    given_by: UUID | None
    given_at: int
    signatures: tuple[Signature, ...]


def sign_role(keys: OpenKeys, claim: Claim, given_at: int) -> bytes:
    """A proof of ``claim`` as it is kept beside it; raises :class:`Refused` without the roles key."""
    if not keys.holds(claim.store, ROLES):
        raise Refused("Only somebody who manages the people on this laptop can give a role.")
    statement = _statement(claim, keys.user_id, given_at)
    signature = Signature(THIS_STORE, sign(keys.key(claim.store, ROLES), statement))
    return msgspec.json.encode(RoleProof(keys.user_id, given_at, (signature,)))


def is_proven_role(keys: OpenKeys, claim: Claim, proof: bytes | None) -> bool:
    """Whether ``proof`` shows that ``claim`` was signed, as far as ``keys`` know what to believe.

    A role signed under an earlier roles key holds when it was taken over into the roll of the present one.
    """
    found = _read(proof)
    if found is None:
        return False
    roll = keys.roll(claim.store)
    statement = _statement(claim, found.given_by, found.given_at)
    if hashlib.sha256(statement).digest() in roll.kept:
        return True
    ours = (one.value for one in found.signatures if one.by == THIS_STORE)
    return any(is_signed(roll.public, value, statement) for value in ours)


def roll_of(claims: Iterable[tuple[Claim, bytes | None]]) -> tuple[bytes, ...]:
    """The statements of proven claims, as they are taken over by a new roles key."""
    read = ((claim, _read(proof)) for claim, proof in claims)
    return tuple(
        sorted(
            hashlib.sha256(_statement(claim, proof.given_by, proof.given_at)).digest()
            for claim, proof in read
            if proof is not None
        )
    )


def _read(proof: bytes | None) -> RoleProof | None:
    try:
        return None if proof is None else msgspec.json.decode(proof, type=RoleProof)
    except (TypeError, ValueError, RecursionError):  # another program may have put a number there
        return None


def _statement(claim: Claim, given_by: UUID | None, given_at: int) -> bytes:
    """What is signed: each part has a form of its own, so that no two statements look the same."""
    place = claim.institution_id or "nation"
    giver = given_by or "recovery"
    return f"emis role 1|{claim.store}|{claim.user_id}|{claim.role}|{place}|{giver}|{given_at}".encode()
