"""People of the ministry who may use the server's commands: what is in the audit under their names."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Final
from uuid import UUID

from sqlalchemy import Connection, insert, select, update

from emis_desktop.rules.rights import Role
from sync.server.control import operator

ROLES: Final = (Role.SYSTEM_ADMINISTRATOR, Role.MINISTRY_OFFICER, Role.DISTRICT_OFFICER, Role.AUDITOR)


@dataclass(frozen=True, slots=True)
class Operator:
    """Somebody who may. ``ended_at``: no longer since then (milliseconds since 1970 UTC)."""

    id: UUID
    name: str
    role: Role
    added_at: int
    ended_at: int | None


def everybody(connection: Connection) -> list[Operator]:
    """All, those of before too, in the order of coming."""
    found = connection.execute(select(operator).order_by(operator.c.added_at, operator.c.name))
    return [Operator(one.id, one.name, Role(one.role), one.added_at, one.ended_at) for one in found]


def present(connection: Connection) -> list[Operator]:
    """Those who may now."""
    return [one for one in everybody(connection) if one.ended_at is None]


def add(connection: Connection, name: str, role: Role, new_id: Callable[[], UUID], now: int) -> Operator:
    """Let somebody in."""
    made = Operator(new_id(), name, role, now, None)
    connection.execute(
        insert(operator).values(id=made.id, name=name, role=role.value, added_at=now, ended_at=None)
    )
    return made


def set_role(connection: Connection, who: Operator, role: Role) -> None:
    """Give somebody another role."""
    connection.execute(update(operator).where(operator.c.id == who.id).values(role=role.value))


def end(connection: Connection, who: Operator, now: int) -> None:
    """Let somebody in no more; what they did stays under their name."""
    connection.execute(update(operator).where(operator.c.id == who.id).values(ended_at=now))
