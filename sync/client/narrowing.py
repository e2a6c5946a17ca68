"""Forgetting what this laptop may hold no longer, after the ministry took a class of data from it.

What was typed here and is not sent stays until the server has answered it; what the server refuses then is in
the visible journal.
"""

from __future__ import annotations

import json
from typing import Final
from uuid import UUID

from sqlalchemy import Connection

from emis_desktop.models import Conflict
from emis_desktop.rules.clock import UNWRITTEN
from sync.client.sql import one, rows
from sync.facets import Catalogue, Facet
from sync.operations import Entry, EntryKind

_NOBODY: Final = UUID(int=0)
_CONFLICT: Final = Conflict.__tablename__


def no_longer_held(connection: Connection, catalogue: Catalogue) -> list[Entry]:
    """A drop for each row of a class that is not among those of the joined server, details before persons.

    Without a number, so that one which has to wait is void as soon as the class is given back.
    """
    kept = set(json.loads(one(connection, "SELECT classes FROM joined") or "[]"))
    return [
        Entry(0, facet.name, UUID(bytes=row), EntryKind.DROP, {}, UNWRITTEN, {}, _NOBODY, "")
        for facet in reversed(catalogue.facets)
        for row in _rows(connection, facet, kept)
    ]


def _rows(connection: Connection, facet: Facet, kept: set[str]) -> list[bytes]:
    if facet.table.name == _CONFLICT:
        found = rows(connection, "SELECT id, sensitivity FROM conflict")
        return [bytes(row) for row, sensitivity in found if sensitivity not in kept]
    if facet.sensitivity.value in kept:
        return []
    return [
        bytes(row) for (row,) in rows(connection, "SELECT row_id FROM clock WHERE facet = ?", (facet.name,))
    ]
