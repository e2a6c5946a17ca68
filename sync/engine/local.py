"""The laptop's store as a sync sees it, over :class:`~emis_desktop.database.Database`."""

from __future__ import annotations

import time
from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace
from uuid import UUID

from sqlalchemy import Connection

from emis_desktop.database import Database
from emis_desktop.migrations import CURRENT, NEWEST
from sync.client import acks, outbox, recovery, repair, replaced
from sync.client.applying import Applied
from sync.client.replica import Replica
from sync.client.sql import one, rows, run
from sync.client.sums import root, sums_of
from sync.engine import contact, partials
from sync.engine.partials import Downloads
from sync.engine.store import Breathe, Place, Told, Waiting
from sync.facets import Catalogue
from sync.operations import Ack, EntryKind, Page
from sync.protocol.ids import uuid_of
from sync.protocol.messages import RowsFound, Versions, Welcome

_SITE = (
    "SELECT site.id, joined.server_id, generation, nonce, history_id, cursor, cursor_tag, subscription, "
    "max(cursor, coalesce((SELECT max(last_seq) FROM batch), 0)) "
    "FROM site, joined"
)
_HEAD_OF_AUDIT = (
    "SELECT seq, digest FROM act WHERE seq > coalesce((SELECT max(act) FROM anchor), 0) "
    "AND digest IS NOT NULL ORDER BY seq DESC LIMIT 1"
)
_PARKED = (
    "SELECT (SELECT count(*) FROM parked WHERE reason != 'stays') "
    "+ (SELECT count(*) FROM (SELECT DISTINCT batch_id, op FROM refused WHERE outcome = 'parked'))"
)


class LocalStore(Downloads):
    """:class:`~sync.engine.store.ClientStore` over an open store that has joined."""

    def __init__(
        self,
        db: Database,
        *,
        catalogue: Catalogue | None = None,
        wall_ms: Callable[[], int] | None = None,
        alone: bool = False,
    ) -> None:
        """``wall_ms`` gives this laptop's clock; ``alone``: nobody works with the store meanwhile."""
        super().__init__(db)
        self._catalogue = catalogue or Catalogue.of(CURRENT.metadata)
        self._wall_ms = wall_ms or _wall_ms
        self._replica = Replica(db, self._catalogue, wall_ms=self._wall_ms, alone=alone)
        self._asked: list[tuple[str, UUID]] = []
        self._offered: set[tuple[str, bytes]] = set()

    def place(self) -> Place:
        """Where it stands now."""
        with self._db.read() as session:
            return place_of(session.connection())

    def freeze(self) -> None:
        """Make batches of everything written since the last time, each in a transaction of its own."""
        known = self._replica.pending.know
        outbox.freeze(self._db, self._catalogue, wall_ms=self._wall_ms(), told=known)

    def waiting(self) -> Sequence[Waiting]:
        """The batches to be sent, oldest first."""
        with self._db.read() as session:
            found = outbox.waiting_batches(session.connection())
        return [Waiting(one.id, one.size, one.ops, one.sha256) for one in found]

    def body(self, batch: bytes) -> bytes:
        """A batch as it goes on the line; :class:`LookupError` for one that is not here any more."""
        with self._db.read() as session:
            found = one(session.connection(), "SELECT body FROM batch WHERE id = ?", (batch,))
        if found is None:
            raise LookupError("no such batch")
        return bytes(found)

    def welcomed(self, welcome: Welcome, shown: Place, offset_ms: int) -> None:
        """Note the contact, and a new generation or history where the welcome tells one."""
        with self._db.local() as connection:
            contact.note_contact(connection, welcome, offset_ms)
            if welcome.generation != shown.generation:
                recovery.new_generation(connection, welcome.generation)
            if not shown.history:
                recovery.first_history(connection, welcome.history)
            elif shown.history != welcome.history:
                recovery.new_history(connection, welcome.history)

    def acknowledge(self, ack: Ack) -> Told:
        """A batch has its result."""
        done = acks.acknowledge(self._replica, ack)
        return Told(0, done.conflicts, done.parked, done.refused)

    def apply(self, page: Page, breathe: Breathe) -> Told:
        """Apply a page of the log and move the cursor to its end."""
        return _told(self._replica.apply(page, breathe))

    def apply_loose(self, page: Page, breathe: Breathe) -> Told:
        """Take whole rows, and rows that are to go, from a page that does not follow what is here; the cursor
        stays. A change of single fields waits for the log: taken now, it would say of the row that everything
        before it had come, too.
        """
        whole = tuple(entry for entry in page.entries if entry.kind is not EntryKind.SET)
        return _told(self._replica.apply_rows(replace(page, entries=whole), breathe))

    def parked(self) -> int:
        """How many entries and edits wait for a row that has not come."""
        with self._db.read() as session:
            return int(one(session.connection(), _PARKED))

    def apply_part(self, number: int, page: Page, breathe: Breathe) -> Told:
        """Merge part ``number`` of the snapshot into what is here."""
        told = _told(self._replica.apply_part(page, breathe))
        with self._db.local() as connection:
            partials.part_done(connection, number)
        return told

    def end_snapshot(self) -> None:
        """All parts are in: the cursor stands where the snapshot was taken. What may be held no longer goes
        first: killed in between, the laptop ends the snapshot once more.
        """
        self._replica.narrow()
        with self._db.local() as connection:
            under_way = partials.fetching(connection)
            if under_way is not None:
                recovery.end_snapshot(connection, under_way.manifest)
                run(connection, "UPDATE site SET subscription = ?", (contact.receives_all(connection),))

    def sums(self) -> Mapping[str, bytes]:
        """256 sums of 16 bytes by class. A comparison begins: what an earlier one offered may not have
        arrived.
        """
        self._asked.clear()
        self._offered.clear()
        with self._db.read() as session:
            return sums_of(session.connection())

    def held(self, buckets: Sequence[tuple[str, int]]) -> tuple[Versions, ...]:
        """Ids and versions of all rows in those buckets."""
        with self._db.read() as session:
            return repair.held(session.connection(), self._catalogue, buckets)

    def repair(self, _found: RowsFound, page: Page | None, breathe: Breathe) -> Told:
        """Take over rows that differ; rows that the server does not have stay."""
        return Told() if page is None else _told(self._replica.apply_rows(page, breathe))

    def offer(self, asked: Sequence[tuple[str, UUID]]) -> bytes | None:
        """Those rows with their clocks as a packed page, and whatever is known better here than there; what
        does not fit comes when asked again, each row once in a comparison.
        """
        self._asked += asked
        with self._db.read() as session:
            page = repair.offer(session.connection(), self._catalogue, self._asked, self._offered)
        if page is None:
            self._asked.clear()
        return page

    def moves(self) -> bytes | None:
        """Where pupils were who were sent here, as far as a server that lost its history does not tell."""
        with self._db.read() as session:
            return repair.moves(session.connection(), self._catalogue)

    def replaced(self, told: int) -> tuple[bytes, int] | None:
        """Values that a later one replaced here while history was lost, without those up to ``told``."""
        if told:
            with self._db.local() as connection:
                replaced.forget(connection, told)
        with self._db.read() as session:
            return replaced.page(session.connection(), self._catalogue)

    def settled(self) -> None:
        """Both ends hold the same; bodies of batches acknowledged long ago go."""
        now = self._wall_ms()
        with self._db.read() as session:
            connection = session.connection()
            due = one(connection, "SELECT reclaiming FROM site") or recovery.has_old(connection, now)
        if due:
            with self._db.local() as connection:
                recovery.reclaimed(connection)
                recovery.prune(connection, now)


def place_of(connection: Connection) -> Place:
    """Where a store stands that has joined; raises :class:`LookupError` for another."""
    found = rows(connection, _SITE)
    if not found:
        raise LookupError("the store has not joined a server")
    site, server, generation, nonce, history, cursor, tag, subscription, newest = found[0]
    audit = rows(connection, _HEAD_OF_AUDIT)
    seq, digest = audit[0] if audit else (0, b"")
    return Place(
        site=uuid_of(site),
        server=uuid_of(server),
        generation=generation,
        nonce=bytes(nonce or b""),
        history=bytes(history or b""),
        cursor=cursor,
        cursor_tag=bytes(tag or b""),
        root=root(connection),
        subscription=bytes(subscription or b""),
        schema=NEWEST,
        audit_seq=seq,
        audit_digest=bytes(digest),
        newest=newest,
    )


def _told(applied: Applied) -> Told:
    return Told(entries=applied.entries, parked=applied.parked + applied.poison)


def _wall_ms() -> int:
    return time.time_ns() // 1_000_000
