"""Bucket by bucket until laptop and server hold the same: what is held, taken over, offered."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace
from typing import Final
from uuid import UUID

from sqlalchemy import Connection

from emis_desktop.rules.clock import NEVER
from emis_desktop.state_hash import Stored
from sync.client.clocks import Place, RowTicks
from sync.client.holding import Holding
from sync.client.pending import Pending
from sync.client.plans import Plans
from sync.client.sql import one, pieces, rows
from sync.client.sums import CONFLICT, sensitivity_of
from sync.digest import bucket_of
from sync.facets import Catalogue, Facet
from sync.operations import Commit, Entry, EntryKind, Page
from sync.protocol.messages import Versions
from sync.protocol.pages import encode_page

_NOBODY: Final = UUID(int=0)
_VERSION_BYTES: Final = 8
MOST: Final = 2_000
"""Rows offered at once."""
_ENROLMENT: Final = "enrolment"
_CAME_HERE: Final = (
    "SELECT e.id FROM enrolment e JOIN clock c ON c.facet = 'enrolment' AND c.row_id = e.id, joined, site "
    "WHERE site.reclaiming AND c.seq = 0 AND e.exit = 'transferred' "
    "AND e.institution_id != joined.institution_id ORDER BY e.id LIMIT ?"
)
_MOST_BYTES: Final = 4_000_000
"""Bytes of pictures and other values offered at once, about."""


def held(
    connection: Connection, catalogue: Catalogue, buckets: Iterable[tuple[str, int]]
) -> tuple[Versions, ...]:
    """Ids and versions of the rows in these buckets (class and number) that the server should have too."""
    wanted = set(buckets)
    classes = {sensitivity for sensitivity, _bucket in wanted}
    found = []
    for facet in catalogue.facets:
        if facet.name != CONFLICT and str(facet.sensitivity) not in classes:
            continue
        lines = rows(
            connection,
            "SELECT row_id, version FROM clock WHERE facet = ? AND version IS NOT NULL ORDER BY row_id",
            (facet.name,),
        )
        told = _conflict_classes(connection) if facet.name == CONFLICT else {}
        mine = [
            (row_id, version)
            for row_id, version in lines
            if (sensitivity_of(facet, told.get(row_id)), bucket_of(row_id)) in wanted
        ]
        if mine:
            ids = b"".join(row_id for row_id, _version in mine)
            versions = b"".join(version.to_bytes(_VERSION_BYTES) for _row_id, version in mine)
            found.append(Versions(facet.name, ids, versions))
    return tuple(found)


def offer(
    connection: Connection,
    catalogue: Catalogue,
    wanted: Iterable[tuple[str, UUID]],
    done: set[Place] | None = None,
) -> bytes | None:
    """Rows with the clocks of their values, as a packed page; ``None``: there is nothing to offer.

    ``wanted`` is what the server asks for. After its history was lost, rows of which this store knows more
    are offered unasked. What waits to be sent is not offered: it comes as what it is. ``done`` remembers what
    was offered before: asked again until ``None``, everything has its turn.
    """
    pending = Pending()
    pending.refresh(connection)
    before: set[Place] = set() if done is None else done
    places = [(name, row.bytes) for name, row in wanted if catalogue.get(name) is not None]
    if one(connection, "SELECT reclaiming FROM site"):
        places += unknown_to_server(connection, catalogue)
    left = [place for place in dict.fromkeys(places) if place not in before and not pending.waits(place)]
    for piece in (left[start : start + MOST] for start in range(0, len(left), MOST)):
        page = offered(connection, catalogue, piece)
        kept = fitting(page.entries)
        taken = {(entry.facet, entry.row.bytes) for entry in page.entries[kept:]}
        before.update(place for place in piece if place not in taken)
        if kept:
            return encode_page(replace(page, entries=page.entries[:kept]))
    return None


def moves(connection: Connection, catalogue: Catalogue) -> bytes | None:
    """Where pupils were before they came here, of which a server that lost its history tells nothing, as a
    packed page; ``None``: there is nothing of that kind.

    Without them it may take this school's own work about those pupils for work about others' pupils.
    """
    found = rows(connection, _CAME_HERE, (MOST,))
    page = offered(connection, catalogue, [(_ENROLMENT, row_id) for (row_id,) in found])
    return encode_page(page) if page.entries else None


def fitting(entries: Sequence[Entry]) -> int:
    """How many of them go into one message: pictures are large."""
    size = 0
    for count, entry in enumerate(entries):
        size += sum(len(value) for value in entry.values.values() if isinstance(value, bytes | str))
        if size > _MOST_BYTES and count:
            return count
    return len(entries)


def offered(connection: Connection, catalogue: Catalogue, places: Iterable[Place]) -> Page:
    """Those rows, whole and with their clocks."""
    wanted = list(dict.fromkeys(places))
    holding = Holding(connection, Plans(catalogue))
    holding.load_rows(wanted)
    by = authors(connection, catalogue, wanted)
    lost_at = int(one(connection, "SELECT lost_at FROM site"))
    entries = []
    for name, row_id in wanted:
        facet, ticks = catalogue.facet(name), holding.look((name, row_id))
        values = holding.row(facet.table.name, row_id)
        if values is not None and ticks is not None and (ticks.tick.clock != NEVER or ticks.fields):
            author = by.get((facet.table.name, row_id), _NOBODY)
            entries.append(_entry(facet, row_id, values, ticks, author, lost_at))
    return Page(0, 0, 0, tuple(entries), (Commit(0, 1, bytes(8)),))


def unknown_to_server(connection: Connection, catalogue: Catalogue) -> list[Place]:
    """Rows here that have no version of the server's."""
    found = rows(connection, "SELECT facet, row_id FROM clock WHERE version IS NULL")
    return [place for place in found if catalogue.get(place[0]) is not None]


def _entry(
    facet: Facet, row_id: bytes, values: Mapping[str, Stored], ticks: RowTicks, author: UUID, seq: int
) -> Entry:
    names = [column.name for column in facet.columns]
    return Entry(
        seq,
        facet.name,
        UUID(bytes=row_id),
        EntryKind.PUT,
        {name: values[name] for name in names},
        ticks.tick,
        {name: ticks.fields[name] for name in names if name in ticks.fields},
        author,
        "offer",
    )


def authors(
    connection: Connection, catalogue: Catalogue, of: Iterable[Place]
) -> dict[tuple[str, bytes], UUID]:
    """Who changed a row last, as far as this laptop heard or did it."""
    by_table: defaultdict[str, set[bytes]] = defaultdict(set)
    for facet, row_id in of:
        by_table[catalogue.facet(facet).table.name].add(row_id)
    found: dict[tuple[str, bytes], UUID] = {}
    for table, row_ids in by_table.items():
        for piece in pieces(row_ids):
            marks = ", ".join("?" * len(piece))
            for row_id, user in rows(connection, _DONE.format(marks), (table, *piece)):
                found[table, row_id] = UUID(bytes=user)
            for row_id, user in rows(connection, _HEARD.format(marks), (table, *piece)):
                found[table, row_id] = UUID(bytes=user)
    return found


_DONE: Final = (
    "SELECT c.row_id, a.user_id FROM change c JOIN act a ON a.seq = c.act "
    "WHERE c.table_name = ? AND c.row_id IN ({}) ORDER BY c.seq"
)
_HEARD: Final = "SELECT row_id, user_id FROM heard WHERE table_name = ? AND row_id IN ({}) ORDER BY seq"


def _conflict_classes(connection: Connection) -> dict[bytes, Stored]:
    return dict(rows(connection, "SELECT id, sensitivity FROM conflict"))
