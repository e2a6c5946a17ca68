"""After a restore the database is told again what the ledger knows: joined, revoked, leased, used, erased.

A database that was brought back from last night would revive a revoked laptop, take a code twice and lease a
number twice. Reading the ledger again is harmless where nothing is missing, so it is done at every start.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from types import MappingProxyType
from typing import Any, Final
from uuid import UUID

from sqlalchemy import Connection, func, insert, select, update

from emis_desktop.rules.rights import Role
from sync.server import audit, erasing, granting, join, leases, phone, revoking, sites
from sync.server.control import ACTIVE, code, lease, node, site
from sync.server.ledger import Line
from sync.server.office import Office
from sync.server.sites import Enrolled, Place

VERB: Final = "replay_ledger"


@dataclass(frozen=True, slots=True)
class Replayed:
    """What was missing and is there again, by kind of line."""

    told: MappingProxyType[str, int]

    @property
    def total(self) -> int:
        """How many things that were."""
        return sum(self.told.values())


def replay(office: Office) -> Replayed:
    """Tell the database what the ledger knows and it does not. Raises :class:`StoreDamaged` for a ledger that
    was tampered with.
    """
    every = list(office.ledger.lines(but=audit.LEDGER_KIND))
    lines = _that_count([line for line in every if line.kind in _TAKE])
    found: dict[str, int] = {}
    with office.store.write() as connection:
        audit.begin(connection)
        for line in lines:
            if _TAKE[line.kind](connection, line):
                found[line.kind] = found.get(line.kind, 0) + 1
        erased = erasing.again(office, connection, every)
        if erased:
            found[erasing.LEDGER_KIND] = erased
        if found:
            about = " ".join(f"{kind}:{count}" for kind, count in sorted(found.items()))
            audit.append(connection, [audit.Fact("ministry", VERB, about)], office.now_ms())
    return Replayed(MappingProxyType(found))


def _that_count(lines: list[Line]) -> list[Line]:
    """Without what a later line took back: states and rights of before the last ones, and all that was before
    a site joined anew.
    """
    joined = {line.told["site"]: line.n for line in lines if line.kind == join.LEDGER_KIND}
    last_counts = {revoking.LEDGER_KIND, granting.LEDGER_KIND}
    last = {(line.kind, line.told["site"]): line.n for line in lines if line.kind in last_counts}
    after_joining = {phone.LEDGER_KIND, *last_counts}
    return [
        line
        for line in lines
        if not (line.kind in after_joining and line.n < joined.get(line.told["site"], 0))
        and not (line.kind in last_counts and line.n < last[line.kind, line.told["site"]])
    ]


def _site(connection: Connection, line: Line) -> bool:
    told = line.told
    site_id = UUID(str(told["site"]))
    connection.execute(
        update(code)
        .where(code.c.id == bytes.fromhex(str(told["code"])), code.c.site_id.is_(None))
        .values(site_id=site_id, used_at=line.at)
    )
    known = sites.find(connection, site_id)
    if known is not None and known.joined_at >= line.at:
        return False
    join.write(connection, _enrolled(told, _place(connection, told, line.at), line.at))
    return True


def _place(connection: Connection, told: dict[str, Any], at: int) -> Place:
    place = Place(
        UUID(told["node"]),
        str(told["node_kind"]),
        str(told["node_code"]),
        str(told["node_name"]),
        None if told["row"] is None else UUID(told["row"]),
    )
    known = connection.execute(select(node.c.row_id).where(node.c.id == place.id)).first()
    if known is None:
        connection.execute(
            insert(node).values(
                id=place.id,
                kind=place.kind,
                code=place.code,
                name=place.name,
                row_id=place.row,
                made_at=at,
            )
        )
    elif known.row_id is None:
        connection.execute(update(node).where(node.c.id == place.id).values(row_id=place.row))
    return place


def _enrolled(told: dict[str, Any], place: Place, at: int) -> Enrolled:
    return Enrolled(
        id=UUID(told["site"]),
        name=str(told["name"]),
        place=place,
        role=Role(told["role"]),
        classes=sites.read_classes(str(told["classes"])),
        limit_days=int(told["limit_days"]),
        sign_key=bytes.fromhex(told["sign_key"]),
        box_key=bytes.fromhex(told["box_key"]),
        standing=bytes.fromhex(told["standing"]),
        number=int(told["number"]),
        state=ACTIVE,
        state_at=at,
        joined_at=at,
        seen_at=None,
        phone_used=0,
    )


def _state(connection: Connection, line: Line) -> bool:
    site_id = UUID(str(line.told["site"]))
    known = sites.find(connection, site_id)
    if known is None or known.state == line.told["state"]:
        return False
    sites.set_state(connection, site_id, str(line.told["state"]), line.at)
    return True


def _rights(connection: Connection, line: Line) -> bool:
    return granting.set_again(connection, line.told, line.at)


def _lease(connection: Connection, line: Line) -> bool:
    told = line.told
    here = (lease.c.kind == told["of"]) & (lease.c.first == told["first"])
    if connection.execute(select(func.count()).where(here)).scalar_one():
        return False
    connection.execute(
        insert(lease).values(
            kind=told["of"],
            first=told["first"],
            last=told["last"],
            site_id=UUID(str(told["site"])),
            generation=told["generation"],
            leased_at=line.at,
        )
    )
    return True


def _phone(connection: Connection, line: Line) -> bool:
    done = connection.execute(
        update(site)
        .where(site.c.id == UUID(str(line.told["site"])), site.c.phone_used < line.told["index"])
        .values(phone_used=line.told["index"])
    )
    return done.rowcount > 0


_TAKE: Final[MappingProxyType[str, Callable[[Connection, Line], bool]]] = MappingProxyType(
    {
        join.LEDGER_KIND: _site,
        revoking.LEDGER_KIND: _state,
        granting.LEDGER_KIND: _rights,
        leases.LEDGER_KIND: _lease,
        phone.LEDGER_KIND: _phone,
    }
)
