"""Values of this store whose place a later one took while the server had lost history.

Whoever wrote the later one may never have seen them: the server tells by its log whether they met before, and
puts both into the journal where they did not.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace
from typing import Final
from uuid import UUID

from sqlalchemy import Connection

from sync.client.parked import pack_entry, unpack_entry
from sync.client.repair import authors, fitting
from sync.client.sql import many, rows, run
from sync.facets import Catalogue
from sync.operations import Commit, Entry, Page
from sync.protocol.pages import encode_page

MOST: Final = 500
"""Values told at once."""
VERB: Final = "replaced"
_NOBODY: Final = UUID(int=0)
_NOTE: Final = "INSERT INTO replaced (facet, row_id, entry) VALUES (?, ?, ?)"
_HEARD_OF: Final = (
    "SELECT user_id FROM heard WHERE table_name = ? AND row_id = ? AND field = ? AND actor = ? AND stamp = ?"
)
_TYPED_HERE: Final = (
    "SELECT a.user_id FROM change c JOIN act a ON a.seq = c.act "
    "WHERE c.table_name = ? AND c.row_id = ? AND c.field = ? ORDER BY c.seq DESC LIMIT 1"
)


def note(connection: Connection, catalogue: Catalogue, entries: Iterable[Entry]) -> None:
    """Keep them, each with who wrote it, in the transaction that replaces them and before it is known who
    wrote what replaces them.
    """
    known = [replace(one, user=_author(connection, catalogue, one)) for one in entries]
    many(connection, _NOTE, [(one.facet, one.row.bytes, pack_entry(one, 0)) for one in known])


def _author(connection: Connection, catalogue: Catalogue, entry: Entry) -> UUID:
    ((name, _value),) = entry.values.items()
    table, clock = catalogue.facet(entry.facet).table.name, entry.tick.clock
    field = table, entry.row.bytes, name
    found = rows(connection, _HEARD_OF, (*field, clock.actor, clock.stamp))
    found = found or rows(connection, _TYPED_HERE, field)
    if found:
        return UUID(bytes=found[0][0])
    of_row = authors(connection, catalogue, [(entry.facet, entry.row.bytes)])
    return of_row.get((table, entry.row.bytes), _NOBODY)


def page(connection: Connection, catalogue: Catalogue) -> tuple[bytes, int] | None:
    """The oldest of them as a packed page, and the number up to which they are in it; ``None``: all are told.

    One of a table that a newer version knows no more stays away from the page and is let go with the others.
    """
    found = rows(connection, "SELECT seq, entry FROM replaced ORDER BY seq LIMIT ?", (MOST,))
    if not found:
        return None
    entries = [unpack_entry(body)[0] for _seq, body in found]
    count = fitting(entries)
    told = tuple(entry for entry in entries[:count] if catalogue.get(entry.facet) is not None)
    return encode_page(Page(0, 0, 0, told, (Commit(0, 1, bytes(8)),))), found[count - 1][0]


def forget(connection: Connection, upto: int) -> None:
    """The server has them, up to that number."""
    run(connection, "DELETE FROM replaced WHERE seq <= ?", (upto,))
