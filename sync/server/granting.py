"""Changing what a laptop may that has joined: its classes of sensitive data, its role, its days, its name.

What it receives is drawn anew by itself: the mark of what it subscribes to is another from then on, so that
it is told its classes and given a snapshot, and lets go of what it may hold no longer. Tokens of before stop
at once, because each is bound to what the laptop might when it was handed.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from types import MappingProxyType
from typing import Any, Final
from uuid import UUID

from sqlalchemy import Connection, update

from emis_desktop.errors import N_, Refused, Word
from emis_desktop.rules.rights import ROLE_NAMES, ROLE_READS, ROLE_RIGHTS, Right, Role, SensitivityClass
from sync.protocol.messages import Notice
from sync.server import audit, sites
from sync.server.control import site as site_table
from sync.server.countersigning import countersign
from sync.server.office import Office
from sync.server.sites import DISTRICT, NATION_KIND, SCHOOL, Enrolled, Step

LEDGER_KIND: Final = "rights"
ROLES: Final[Mapping[str, tuple[Role, ...]]] = MappingProxyType(
    {
        SCHOOL: (Role.PRINCIPAL, Role.SCHOOL_ADMINISTRATOR, Role.COUNSELLOR, Role.TEACHER),
        DISTRICT: (Role.DISTRICT_OFFICER,),
        NATION_KIND: (
            Role.MINISTRY_OFFICER,
            Role.EXAMINATION_OFFICER,
            Role.REGIONAL_STATISTICIAN,
            Role.SYSTEM_ADMINISTRATOR,
            Role.AUDITOR,
        ),
    }
)
"""The most that anybody on a laptop of such a place may do; the first where none is said."""
_ELSEWHERE = N_("The role {role} does not belong to a {kind}. Such a laptop may be: {roles}.")
_OTHER_RECORDS = N_(
    "A laptop with the role {role} holds other records than this one does. Revoke it, and let it join anew "
    "with a code for that role."
)
_NOT_READ = N_("The role {role} does not read {classes}. Give it another role, or leave that out.")
_ABOUT: Final = 120


def check_role(kind: str, role: Role) -> None:
    """Raise :class:`Refused` for a role that no laptop of such a place has."""
    roles = ROLES[kind]
    if role not in roles:
        told = ", ".join(one.value for one in roles)
        raise Refused(_ELSEWHERE, field="role", role=Word(ROLE_NAMES[role]), kind=kind, roles=told)


def with_role(site: Enrolled, role: Role) -> Enrolled:
    """The site with that role, reading no more than it read and than the role reads; raises :class:`Refused`
    for a role of other places, and for one that receives other tables: nothing takes those from a store.
    """
    check_role(site.place.kind, role)
    if _tables(role) != _tables(site.role):
        raise Refused(_OTHER_RECORDS, field="role", role=Word(ROLE_NAMES[role]))
    return replace(site, role=role, classes=site.classes & ROLE_READS[role])


def with_classes(
    site: Enrolled, more: frozenset[SensitivityClass], less: frozenset[SensitivityClass]
) -> Enrolled:
    """The site with further classes and without others; raises :class:`Refused` for one that its role does
    not read.
    """
    odd = more - ROLE_READS[site.role]
    if odd:
        told = ", ".join(sorted(str(one) for one in odd))
        raise Refused(_NOT_READ, field="with", role=Word(ROLE_NAMES[site.role]), classes=told)
    return replace(site, classes=(site.classes | more) - less)


def _tables(role: Role) -> tuple[bool, bool]:
    """Which tables a role receives: all of them, or those that tell of no people, or none."""
    rights = ROLE_RIGHTS[role]
    everything = Right.VIEW_STUDENTS in rights
    return everything, everything or Right.MANAGE_STRUCTURE in rights


def set_rights(office: Office, wanted: Enrolled, by: str) -> Enrolled:
    """Let a site be from now on as ``wanted`` says. ``by``: the operator, for the audit.

    The ledger has it before the database: a crash in between changes it all the same at the next start.
    """
    now = office.now_ms()
    told = {
        "name": wanted.name,
        "role": wanted.role.value,
        "classes": sites.written_classes(wanted.classes),
        "limit_days": wanted.limit_days,
    }
    office.ledger.append(LEDGER_KIND, at=now, site=str(wanted.id), **told, by=by)
    made = replace(wanted, changed_at=now)
    with office.store.write() as connection:
        _write(connection, made.id, {**told, "changed_at": now})
        classes = " ".join(sorted(str(one) for one in made.classes))
        about = f"{made.role} {made.limit_days} {classes} by {by}"[:_ABOUT]
        head = audit.append(connection, [audit.Fact("ministry", "set_rights", about, site=made.id)], now)
    countersign(office, head)
    return made


def set_again(connection: Connection, told: Mapping[str, Any], at: int) -> bool:
    """What the ledger knows and the database may not (inside ``Store.write()``); whether it did not."""
    known = sites.find(connection, UUID(str(told["site"])))
    if known is None:
        return False
    there = {
        "name": known.name,
        "role": known.role.value,
        "classes": sites.written_classes(known.classes),
        "limit_days": known.limit_days,
    }
    wanted = {name: told[name] for name in there}
    if there == wanted and known.changed_at >= at:
        return False
    _write(connection, known.id, {**wanted, "changed_at": at})
    return True


def _write(connection: Connection, site_id: UUID, values: Mapping[str, Any]) -> None:
    connection.execute(update(site_table).where(site_table.c.id == site_id).values(dict(values)))


def untold(connection: Connection, site: Enrolled, step: Step) -> tuple[Notice, ...]:
    """What a laptop is told by the way of a change that it may not have heard of, until it surely has."""
    if step.told >= site.changed_at:
        return ()
    sites.note_told(connection, site.id, step.generation, site.changed_at)
    return (
        Notice("site", text=site.name, data=site.id.bytes),
        Notice("role", text=site.role.value),
        Notice("limit", number=site.limit_days),
    )
