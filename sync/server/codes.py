"""One-time codes with which a laptop enrols: bound to a place and a role, for some days, kept as a hash."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Final
from uuid import UUID

from sqlalchemy import Connection, insert, select, update

from emis_desktop.rules.rights import Role, SensitivityClass
from emis_desktop.rules.spoken_code import written
from sync.server.asks import Denied
from sync.server.control import code
from sync.server.keys import ServerKeys
from sync.server.sites import read_classes, written_classes

BYTES: Final = 10
_USE: Final = "join code"
DAY_MS: Final = 24 * 60 * 60 * 1000


@dataclass(frozen=True, slots=True)
class Grant:
    """What a code gives: a place, the most that anybody on the laptop may do and read, and for how long it
    may be used without a line.
    """

    node: UUID
    role: Role
    classes: frozenset[SensitivityClass]
    limit_days: int


@dataclass(frozen=True, slots=True)
class Known:
    """A code that was made. ``site``: who used it."""

    id: bytes
    grant: Grant
    expires_at: int
    site: UUID | None


def make(
    connection: Connection,
    keys: ServerKeys,
    entropy: Callable[[int], bytes],
    grant: Grant,
    *,
    now: int,
    days: int,
    by: str,
) -> str:
    """A new code, as it is told to the school; it is kept nowhere, only what it opens."""
    secret = entropy(BYTES)
    connection.execute(
        insert(code).values(
            id=code_id(keys, secret),
            node_id=grant.node,
            role=grant.role.value,
            classes=written_classes(grant.classes),
            limit_days=grant.limit_days,
            made_at=now,
            expires_at=now + days * DAY_MS,
            made_by=by,
        )
    )
    return written(secret)


def code_id(keys: ServerKeys, secret: bytes) -> bytes:
    """What a code is kept as: without the server's secret nobody finds the code from it."""
    return keys.mac(_USE, secret)


def find(connection: Connection, keys: ServerKeys, secret: bytes) -> Known | None:
    """The code, whether it may still be used or not."""
    found = connection.execute(select(code).where(code.c.id == code_id(keys, secret))).first()
    if found is None:
        return None
    grant = Grant(found.node_id, Role(found.role), read_classes(found.classes), found.limit_days)
    return Known(bytes(found.id), grant, found.expires_at, found.site_id)


def use(connection: Connection, known: Known, site: UUID, now: int) -> None:
    """Take the code for a site; raises :class:`Denied` when it is over or somebody else was quicker."""
    if known.site is None and known.expires_at < now:
        raise Denied(403, "code_expired")
    taken = connection.execute(
        update(code).where(code.c.id == known.id, code.c.site_id.is_(None)).values(site_id=site, used_at=now)
    )
    if taken.rowcount != 1:
        raise Denied(403, "code_used")
