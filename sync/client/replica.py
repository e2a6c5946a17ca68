"""Applying what the server says: pages of its log, parts of a snapshot, rows of a repair.

As many entries a transaction as take some 30 ms here, with a breath after each. The cursor moves in the
transaction of a page's last entries, so a process killed half way applies the page again, which changes
nothing twice.
"""

from __future__ import annotations

import time
from collections.abc import Callable, Iterable, Sequence
from typing import Final

from sqlalchemy import Connection

from emis_desktop.database import Database
from emis_desktop.erasures import Order, held
from emis_desktop.rules.clock import believed
from sync.client.applying import Applied, Applier, Breathe
from sync.client.clocks import Place
from sync.client.erasing import carry_out, orders_in
from sync.client.narrowing import no_longer_held
from sync.client.outbox import actor_of, freeze_all, unfrozen
from sync.client.pace import ALONE, TARGET, Pace
from sync.client.parked import ParkedEntries, Reason, parked_count
from sync.client.pending import Pending
from sync.client.plans import Plans
from sync.client.sql import breathe, many, one, pieces, places, rows, run
from sync.client.versions import Versions, move_cursor
from sync.collector import held_back
from sync.facets import Catalogue
from sync.operations import Entry, Page
from sync.protocol.errors import BadMessage

_TYPED: Final = "SELECT 1 FROM change WHERE seq > (SELECT sent_change FROM site) AND row_id IN"
_NO_VERSION: Final = 0
AGAIN: Final = (Reason.MISSING, Reason.STAYS)
"""What is parked for these reasons is tried again at the end of all that comes."""
_Given = tuple[Entry, int]


class Replica:
    """A store as the copy of what the server has, under what was typed here. Not for two threads at once."""

    def __init__(
        self,
        db: Database,
        catalogue: Catalogue,
        *,
        wall_ms: Callable[[], int] | None = None,
        chunk: int | None = None,
        alone: bool = False,
    ) -> None:
        """``wall_ms`` gives this laptop's clock; ``chunk`` fixes the entries of a transaction; ``alone``:
        nobody works with the store meanwhile, so transactions may be long.
        """
        self.db = db
        self.catalogue = catalogue
        self.plans = Plans(catalogue)
        self.pending = Pending()
        self._erased = False
        self.wall_ms = wall_ms or (lambda: time.time_ns() // 1_000_000)
        if chunk is None:
            self._pace = Pace(target=ALONE if alone else TARGET)
        else:
            self._pace = Pace(chunk, fewest=chunk, most=chunk)

    def apply(self, page: Page, breathe: Breathe = breathe) -> Applied:
        """Apply a page of the log and move the cursor to its end; after the last one, what is parked."""
        done = self._apply(_given(page), breathe, lambda connection: _move_cursor(connection, page))
        return done if page.upto < page.head else self._and_parked(done, breathe)

    def apply_part(self, page: Page, breathe: Breathe = breathe) -> Applied:
        """Merge a part of a snapshot into what is here; the cursor stays.

        The search index follows at the end of the snapshot, and so does what is parked (:meth:`narrow`).
        """
        return self._apply(_given(page), breathe, lambda _connection: None, snapshot=True)

    def apply_rows(self, page: Page, breathe: Breathe = breathe) -> Applied:
        """Take over rows of a repair, then what is parked; the cursor stays."""
        return self._and_parked(self._apply(_given(page), breathe, lambda _connection: None), breathe)

    def narrow(self, breathe: Breathe = breathe) -> Applied:
        """Forget what is of a class that this site does not receive any more, but for unsent work on it; then
        what is parked.
        """
        with self.db.read() as session:
            lost = [(entry, 0) for entry in no_longer_held(session.connection(), self.catalogue)]
        return self._and_parked(self._apply(lost, breathe, lambda _connection: None), breathe)

    def retry(self, reasons: tuple[Reason, ...] = AGAIN, breathe: Breathe = breathe) -> Applied:
        """Try parked entries again, as long as any can be applied; what still cannot is parked again."""
        done = Applied()
        while self._again(reasons, done, breathe):
            pass
        return done

    def _and_parked(self, done: Applied, breathe: Breathe) -> Applied:
        found = self.retry(breathe=breathe)
        done.entries += found.entries
        done.poison += found.poison
        done.newer += found.newer
        return done

    def _again(self, reasons: tuple[Reason, ...], done: Applied, breathe: Breathe) -> bool:
        """Try each parked entry once, some a transaction; returns whether any could be applied."""
        with self.db.read() as session:
            left = parked_count(session.connection(), reasons)
        before = done.entries
        while left > 0:
            with held_back(), self.db.replicate() as session:
                connection = session.connection()
                taken = ParkedEntries(connection, self._server_ms(connection)).take(
                    reasons, min(left, self._pace.size)
                )
                given = [(each.entry, each.version) for each in taken]
                done.add(self._take(connection, session.info["tables"], given))
            left -= max(len(taken), 1)
            if left > 0:
                breathe()
        return done.entries > before

    def _apply(
        self,
        given: Sequence[_Given],
        breathe: Breathe,
        finish: Callable[[Connection], None],
        *,
        snapshot: bool = False,
    ) -> Applied:
        done = Applied()
        with self.db.read() as session:
            self.pending.refresh(session.connection())
            self.pending.fetch(
                session.connection(), {(entry.facet, entry.row.bytes) for entry, _version in given}
            )
        at, last = 0, False
        while not last:
            piece = given[at : at + self._pace.size]
            at += len(piece)
            last = at >= len(given)
            with held_back(), self.db.replicate(index=not snapshot) as session:
                began = time.perf_counter()
                connection, tables = session.connection(), session.info["tables"]
                done.add(self._take(connection, tables, piece))
                if last:
                    finish(connection)
            self._pace.took(len(piece), time.perf_counter() - began)
            if not last:
                breathe()
        self.empty_log()
        return done

    def empty_log(self) -> None:
        """When somebody was erased: the database's log of writes still has the pages of before."""
        if not self._erased:
            return
        with self.db.maintain() as bare:
            bare.execute("PRAGMA wal_checkpoint(TRUNCATE)").fetchall()
        self._erased = False

    def _take(self, connection: Connection, tables: set[str], given: Sequence[_Given]) -> Applied:
        if not given:
            return Applied()
        self._freeze_touched(connection, given)
        self.pending.refresh(connection)
        run(connection, "SAVEPOINT chunk")
        try:
            done = self._try(connection, tables, given)
        except _store_fault(connection):
            run(connection, "ROLLBACK TO chunk")
            done = self._one_by_one(connection, tables, given)
        if orders := orders_in(connection, (entry for entry, _version in given)):
            tables |= self._carry_out(connection, orders)
        run(connection, "RELEASE chunk")
        self._settle_parked_edits(connection, given)
        return done

    def erase_again(self, connection: Connection) -> set[str]:
        """What was typed about somebody whose order was here already goes as well; the tables that changed.

        To be followed by :meth:`empty_log` after the transaction.
        """
        return self._carry_out(connection, held(connection).every)

    def _carry_out(self, connection: Connection, orders: Iterable[Order]) -> set[str]:
        tables = carry_out(connection, self.catalogue, orders, self.wall_ms())
        self.pending = Pending()
        self.pending.refresh(connection)
        self._erased = True
        return tables

    def _try(self, connection: Connection, tables: set[str], given: Sequence[_Given]) -> Applied:
        now_ms = self._server_ms(connection)
        lost_at = one(connection, "SELECT CASE WHEN reclaiming THEN lost_at END FROM site")
        parked = ParkedEntries(connection, now_ms, (_place(entry) for entry, _version in given))
        applier = Applier(connection, self.plans, self.pending, parked, lost_at=lost_at)
        tables |= applier.apply(given)
        if applier.newest_stamp:
            stamp = believed(applier.newest_stamp, now_ms)
            run(connection, "UPDATE site SET clock = ? WHERE clock < ?", (stamp, stamp))
        return applier.applied

    def _one_by_one(self, connection: Connection, tables: set[str], given: Iterable[_Given]) -> Applied:
        """The store refused a chunk for a reason that no check foresaw: find the entry."""
        done = Applied()
        for entry, version in given:
            run(connection, "SAVEPOINT entry")
            try:
                done.add(self._try(connection, tables, [(entry, version)]))
            except _store_fault(connection) as fault:
                run(connection, "ROLLBACK TO entry")
                parked = ParkedEntries(connection, self._server_ms(connection), [_place(entry)])
                done.poison += parked.add(entry, version, Reason.POISON, type(fault).__name__)
            run(connection, "RELEASE entry")
        return done

    def _freeze_touched(self, connection: Connection, given: Iterable[_Given]) -> None:
        """What was typed into these rows and is not frozen is frozen first: it saw what was there before, and
        nothing of what the journal now says about them.
        """
        if not unfrozen(connection):
            return
        touched = {entry.row.bytes for entry, _version in given}
        touched |= {about for entry, _ in given if isinstance(about := entry.values.get("row_id"), bytes)}
        for piece in pieces(touched):
            if rows(
                connection,
                f"{_TYPED} ({places(piece)}) LIMIT 1",
                piece,
            ):
                freeze_all(connection, self.catalogue, self.wall_ms())
                return

    def _settle_parked_edits(self, connection: Connection, given: Iterable[_Given]) -> None:
        """An edit of this laptop that waited at the server and comes back in its log is applied there."""
        if one(connection, "SELECT 1 FROM refused WHERE outcome = 'parked' LIMIT 1"):
            actor = actor_of(connection)
            many(
                connection,
                "DELETE FROM refused WHERE outcome = 'parked' AND row_id = ? AND stamp = ?",
                [
                    (entry.row.bytes, tick.clock.stamp)
                    for entry, _version in given
                    for tick in (entry.tick, *entry.ticks.values())
                    if tick.clock.actor == actor
                ],
            )

    def _server_ms(self, connection: Connection) -> int:
        return self.wall_ms() + int(one(connection, "SELECT clock_offset_ms FROM site"))


def _place(entry: Entry) -> Place:
    return entry.facet, entry.row.bytes


def _given(page: Page) -> list[_Given]:
    """Entries with their versions; what a repair drops has none. Raises :class:`BadMessage`."""
    versions = Versions(page.commits)
    try:
        return [(entry, versions.of(entry.seq) if entry.seq else _NO_VERSION) for entry in page.entries]
    except LookupError as fault:
        raise BadMessage(str(fault)) from fault


def _move_cursor(connection: Connection, page: Page) -> None:
    """Everything up to there is here. The tag is that of the commit there, where the page tells it."""
    tag = next((one.tag for one in page.commits if one.first <= page.upto < one.first + one.count), None)
    move_cursor(connection, page.upto, tag)


def _store_fault(connection: Connection) -> type[Exception]:
    """What the driver raises when the store refuses a value."""
    fault: type[Exception] = connection.dialect.loaded_dbapi.IntegrityError
    return fault
