"""Which id a school may have when its first laptop joins: none that means anything else here.

What a laptop receives goes by the id of its school. One that called its school by the id of a district, of
the nation or of another school would receive theirs.
"""

from __future__ import annotations

from typing import Final
from uuid import RFC_4122, UUID

from sqlalchemy import Connection, or_, select

from emis_desktop.rules.names import fold
from sync.server.access import ALL, NATION, OFFICE
from sync.server.control import node
from sync.server.model import ServerModel
from sync.server.raw import Raw

_OF_A_KEY: Final = 5
"""The version of ids that follow from a natural key, which anybody can work out: areas have them."""
_RESERVED: Final = frozenset({NATION, ALL, OFFICE})


def of_code(connection: Connection, model: ServerModel, code: str) -> set[UUID]:
    """The schools on record with that code that are no other place's; case and accents do not matter.

    A school that gave itself the code of another does not keep that one out.
    """
    table = model.tables["institution"].table
    taken = {
        row
        for row, said in connection.execute(select(node.c.row_id, node.c.code))
        if fold(said) != fold(code)
    }
    rows = Raw(connection).rows("SELECT id, code FROM institution WHERE deleted_at IS NULL")
    wanted = fold(code)
    found = {
        UUID(bytes=row)
        for row, said in Raw(connection).stored(table, ("id", "code"), rows)
        if isinstance(row, bytes) and fold(str(said)) == wanted
    }
    return found - taken


def is_free(connection: Connection, model: ServerModel, row: UUID) -> bool:
    """Whether nothing and nobody here has that id: no place, no scope, no row."""
    if row in _RESERVED or (row.variant == RFC_4122 and row.version == _OF_A_KEY):
        return False
    if connection.execute(select(node.c.id).where(or_(node.c.id == row, node.c.row_id == row))).first():
        return False
    raw = Raw(connection)
    if raw.one("SELECT 1 FROM sight WHERE scope = ?", (row.bytes,)):
        return False
    facets = [facet.name for facet in model.catalogue.facets]
    sql = "SELECT 1 FROM row_clock WHERE row_id = ? AND facet {ids}"
    return next(iter(raw.among(sql, facets, (row.bytes,))), None) is None
