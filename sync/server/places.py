"""The organisation tree as far as enrolling needs it: the nation, districts and schools, each with a code."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Final

from sqlalchemy import Connection, insert, select, update

from emis_desktop.errors import N_, Refused
from emis_desktop.rules.ids import natural_id
from emis_desktop.rules.names import fold
from sync.server.control import node
from sync.server.sites import DISTRICT, NATION_KIND, SCHOOL, Place

KINDS: Final = (NATION_KIND, DISTRICT, SCHOOL)
NATION_CODE: Final = "NATION"
_UNKNOWN: Final = {
    SCHOOL: N_(
        "There is no school with the code {code} here yet. Add it with “emis-server place add”, or give "
        "its name with --name."
    ),
    DISTRICT: N_(
        "There is no district with the code {code} here yet. Add it with “emis-server place add”, or give "
        "its name with --name."
    ),
    NATION_KIND: N_("The ministry is not in the list of places. Set the server up with “emis-server init”."),
}


def find(connection: Connection, kind: str, code: str) -> Place | None:
    """The place of that kind and code; case and accents do not matter."""
    wanted = fold(code)
    found = connection.execute(select(node).where(node.c.kind == kind))
    for one in found:
        if fold(one.code) == wanted:
            return Place(one.id, one.kind, one.code, one.name, one.row_id)
    return None


def need(connection: Connection, kind: str, code: str) -> Place:
    """The place; raises :class:`Refused` when there is none."""
    found = find(connection, kind, code)
    if found is None:
        raise Refused(_UNKNOWN[kind], code=code, field="place")
    return found


def put(connection: Connection, kind: str, code: str, name: str, now: int) -> Place:
    """Make a place, or give one that is there another name."""
    known = find(connection, kind, code)
    if known is not None:
        connection.execute(update(node).where(node.c.id == known.id).values(name=name))
        return Place(known.id, kind, known.code, name, known.row)
    # An area's row has an id of its code, the same on every laptop; a school's comes with its first store.
    row = natural_id("area", code) if kind == DISTRICT else None
    made = Place(natural_id("node", kind, code), kind, code, name, row)
    connection.execute(
        insert(node).values(id=made.id, kind=kind, code=code, name=name, row_id=row, made_at=now)
    )
    return made


def put_many(connection: Connection, rows: Iterable[tuple[str, str, str]], now: int) -> int:
    """Make places of kind, code and name; returns how many there were."""
    known = {(one.kind, fold(one.code)) for one in everything(connection)}
    count = 0
    for kind, code, name in rows:
        count += 1
        if (kind, fold(code)) in known:
            put(connection, kind, code, name, now)
            continue
        known.add((kind, fold(code)))
        row = natural_id("area", code) if kind == DISTRICT else None
        values = {"id": natural_id("node", kind, code), "kind": kind, "code": code, "name": name}
        connection.execute(insert(node).values(**values, row_id=row, made_at=now))
    return count


def everything(connection: Connection) -> list[Place]:
    """Every place, the widest first."""
    found = connection.execute(select(node).order_by(node.c.code))
    places = [Place(one.id, one.kind, one.code, one.name, one.row_id) for one in found]
    return sorted(places, key=lambda place: KINDS.index(place.kind))
