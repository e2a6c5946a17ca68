"""Values of this store whose place a later one took while the server had lost history.

Whoever wrote the later one may never have seen them: the server tells by its log whether they met before, and
puts both into the journal where they did not.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import replace
from typing import Final
from uuid import UUID

from sqlalchemy import Connection

from emis_desktop.rules.clock import Clock
from sync.client.parked import pack_entry, unpack_entry
from sync.client.repair import authors, fitting
from sync.client.sql import many, pieces, places, rows, run
from sync.facets import Catalogue
from sync.operations import Commit, Entry, Page
from sync.protocol.pages import encode_page

MOST: Final = 500
"""Values told at once."""
VERB: Final = "replaced"
_NOBODY: Final = UUID(int=0)
_NOTE: Final = "INSERT INTO replaced (facet, row_id, entry) VALUES (?, ?, ?)"
_HEARD: Final = (
    "SELECT row_id, field, actor, stamp, user_id FROM heard WHERE table_name = ? AND row_id IN ({})"
)
_TYPED_HERE: Final = (
    "SELECT c.row_id, c.field, a.user_id FROM change c JOIN act a ON a.seq = c.act "
    "WHERE c.table_name = ? AND c.row_id IN ({}) ORDER BY c.seq"
)


def note(connection: Connection, catalogue: Catalogue, entries: Sequence[Entry]) -> None:
    """Keep them, each with who wrote it, in the transaction that replaces them and before it is known who
    wrote what replaces them. Each has one value.
    """
    if not entries:
        return
    heard, typed = _heard_and_typed(connection, catalogue, entries)
    users: list[UUID | None] = []
    for one in entries:
        ((name, _value),) = one.values.items()
        place = catalogue.facet(one.facet).table.name, one.row.bytes, name
        users.append(heard.get((*place, one.tick.clock)) or typed.get(place))
    nameless = [(one.facet, one.row.bytes) for one, user in zip(entries, users, strict=True) if user is None]
    of_rows = authors(connection, catalogue, nameless)
    lines = []
    for one, user in zip(entries, users, strict=True):
        row = catalogue.facet(one.facet).table.name, one.row.bytes
        known = replace(one, user=user or of_rows.get(row, _NOBODY))
        lines.append((one.facet, one.row.bytes, pack_entry(known, 0)))
    many(connection, _NOTE, lines)


_Field = tuple[str, bytes, str]


def _heard_and_typed(
    connection: Connection, catalogue: Catalogue, entries: Iterable[Entry]
) -> tuple[dict[tuple[str, bytes, str, Clock], UUID], dict[_Field, UUID]]:
    """Who wrote values that came from elsewhere, and who typed last in a field here."""
    wanted: defaultdict[str, set[bytes]] = defaultdict(set)
    for one in entries:
        wanted[catalogue.facet(one.facet).table.name].add(one.row.bytes)
    heard: dict[tuple[str, bytes, str, Clock], UUID] = {}
    typed: dict[_Field, UUID] = {}
    for table, ids in wanted.items():
        for piece in pieces(ids):
            marks = places(piece)
            for row, name, actor, stamp, user in rows(connection, _HEARD.format(marks), (table, *piece)):
                heard[table, row, name, Clock(stamp, actor)] = UUID(bytes=user)
            for row, name, user in rows(connection, _TYPED_HERE.format(marks), (table, *piece)):
                typed[table, row, name] = UUID(bytes=user)
    return heard, typed


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
