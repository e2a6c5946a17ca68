"""Everything a site may hold, at one number of the log, in parts of at most 64 kB that can be fetched again.

Head and rows are read in one repeatable-read transaction. Every writer moves the head in the transaction that
writes its rows, so what is read is the log up to that head and nothing else: no lock is held meanwhile. What
a laptop needs first comes first: the country's shape, its people, the present term; then earlier terms and
photos. A snapshot is made for a node, a set of classes and a role's tables, and serves every site alike.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from typing import Final

from sync.operations import Entry, Page
from sync.protocol.messages import Manifest, PartName
from sync.protocol.pages import encode_page
from sync.server.access import SiteRights, classes_read, reads_everything
from sync.server.asks import Denied
from sync.server.database import Store
from sync.server.feed import Place, commits_of, place
from sync.server.holdings import Holdings
from sync.server.model import TableModel
from sync.server.raw import Raw

PART_BYTES: Final = 64_000
KEPT_MS: Final = 7 * 24 * 3_600_000
"""How long the parts of a snapshot can be fetched."""
FRESH_MS: Final = 3_600_000
"""How old a snapshot may be that is given to somebody else; the log tells the rest."""
AGAIN_S: Final = 10
"""Seconds after which to come again for a snapshot that is being made."""
LEVEL: Final = 12
_BEGIN: Final = 1_000
_LEAST: Final = 50
_LATE: Final = frozenset({"person_photo"})


@dataclass(frozen=True, slots=True)
class _Kept:
    number: int
    sha256: bytes
    records: int
    body: bytes


def manifest(store: Store, site: SiteRights, now_ms: int, since: int = 0) -> Manifest:
    """A snapshot for the site: one that was made lately for the same node and classes, else a new one.

    ``since``: the newest number of the log of which the laptop has had anything. An older snapshot would not
    bring back what it let go of since with a class that it has again: the log tells it nothing twice.
    """
    forget_old(store, now_ms)
    with store.read() as connection:
        found = Raw(connection).one(
            "SELECT id FROM snapshot WHERE node = ? AND classes = ? AND complete = 1 "
            "AND made_at > ? AND made_at <= ? AND head >= ? "
            "AND history = (SELECT history FROM server) ORDER BY made_at DESC LIMIT 1",
            (site.node.bytes, _kind(site), now_ms - FRESH_MS, now_ms, since),
        )
        known = None if found is None else manifest_of(Raw(connection), found[0])
    return known or build_snapshot(store, site, now_ms)


def manifest_of(raw: Raw, snapshot_id: bytes) -> Manifest | None:
    """The list of parts of a snapshot; ``None`` when it is no more."""
    found = raw.one("SELECT history, head, tag FROM snapshot WHERE id = ? AND complete = 1", (snapshot_id,))
    if found is None:
        return None
    sql = "SELECT length(body), sha256, rows FROM snapshot_part WHERE id = ? ORDER BY number"
    parts = tuple(PartName(*part) for part in raw.rows(sql, (snapshot_id,)))
    history, head, tag = found
    return Manifest(snapshot_id, history, head, tag, parts)


def part(raw: Raw, site: SiteRights, snapshot_id: bytes, number: int) -> bytes | None:
    """The bytes of one part; ``None`` when it is no more, or is not for this site."""
    found = raw.one(
        "SELECT body FROM snapshot_part JOIN snapshot ON snapshot.id = snapshot_part.id "
        "WHERE snapshot.id = ? AND number = ? AND node = ? AND classes = ?",
        (snapshot_id, number, site.node.bytes, _kind(site)),
    )
    return None if found is None else bytes(found[0])


def build_snapshot(store: Store, site: SiteRights, now_ms: int) -> Manifest:
    """Make a snapshot and keep it; parts are written as they are made, so memory holds one.

    While it is being made, others who want the same are told to come again (:class:`Denied`): a laptop whose
    line died meanwhile would else keep every thread at it.
    """
    snapshot_id = store.entropy(16)
    work = f"snapshot {site.node} {_kind(site)}"
    with store.read() as connection, store.alone(connection, work) as alone:
        if not alone:
            raise Denied(503, "busy", wait_s=AGAIN_S)
        at = place(connection)
        with store.note() as other:
            Raw(other).run(
                "INSERT INTO snapshot (id, node, classes, head, tag, history, made_at, complete) "
                "VALUES (?, ?, ?, ?, ?, ?, ?, 0)",
                (snapshot_id, site.node.bytes, _kind(site), at.head, at.tag, at.history, now_ms),
            )
        holdings = Holdings(connection, site, store.model)
        for made in _parts(Raw(connection), at, _entries(Raw(connection), holdings)):
            with store.note() as other:
                Raw(other).run(
                    "INSERT INTO snapshot_part (id, number, sha256, rows, body) VALUES (?, ?, ?, ?, ?)",
                    (snapshot_id, made.number, made.sha256, made.records, made.body),
                )
    with store.note() as other:
        raw = Raw(other)
        raw.run("UPDATE snapshot SET complete = 1 WHERE id = ?", (snapshot_id,))
        done = manifest_of(raw, snapshot_id)
        if done is None:  # somebody was erased meanwhile, who is in these parts
            raw.run("DELETE FROM snapshot_part WHERE id = ?", (snapshot_id,))
    if done is None:
        raise Denied(503, "busy", wait_s=AGAIN_S)
    return done


def forget_old(store: Store, now_ms: int) -> None:
    """Let go of snapshots that were kept long enough."""
    with store.read() as connection:
        old = [row[0] for row in Raw(connection).rows(_OLD, (now_ms - KEPT_MS,))]
        lost = Raw(connection).one(_LOST)
    if old or lost is not None:
        with store.note() as connection:
            raw = Raw(connection)
            raw.run(_FORGET_LOST)
            raw.many("DELETE FROM snapshot_part WHERE id = ?", [(one,) for one in old])
            raw.many("DELETE FROM snapshot WHERE id = ?", [(one,) for one in old])


_LOST: Final = "SELECT 1 FROM snapshot_part WHERE id NOT IN (SELECT id FROM snapshot) LIMIT 1"
_FORGET_LOST: Final = "DELETE FROM snapshot_part WHERE id NOT IN (SELECT id FROM snapshot)"
"""Parts of a snapshot that was thrown away while it was made."""
_OLD: Final = "SELECT id FROM snapshot WHERE made_at <= ?"


def _kind(site: SiteRights) -> str:
    """Which snapshots serve it: by classes, and by whether its role receives every table."""
    tables = "" if reads_everything(site) else f" {site.role}"
    return ",".join(sorted(map(str, classes_read(site)))) + tables


def _entries(raw: Raw, holdings: Holdings) -> Iterator[Entry]:
    """The rows, what is needed first before the rest."""
    present = _present_terms(raw)
    later: list[TableModel] = []
    for table in holdings.tables:
        of_term = _of_term(table)
        if of_term or table.name in _LATE:
            later.append(table)
        if table.name not in _LATE:
            for ids in holdings.ids(table):
                now, _ = _split(raw, table, ids, present) if of_term else (ids, [])
                yield from holdings.entries(table, now)
    for table in later:
        for ids in holdings.ids(table):
            _, rest = _split(raw, table, ids, present) if table.name not in _LATE else ([], ids)
            yield from holdings.entries(table, rest)


def _of_term(table: TableModel) -> str:
    """The column by which a row belongs to a term; empty where none does."""
    names = {reference.column for reference in table.references}
    if table.name == "assessment_item":
        return ""
    return "term_id" if "term_id" in names else "item_id" if "item_id" in names else ""


def _present_terms(raw: Raw) -> frozenset[bytes]:
    """The terms of the newest school year, and their items."""
    sql = (
        "SELECT id FROM term WHERE period_id = "
        "(SELECT id FROM academic_period ORDER BY starts_on DESC, id LIMIT 1)"
    )
    terms = {getattr(row[0], "bytes", row[0]) for row in raw.rows(sql)}
    items = raw.rows(f"SELECT id FROM assessment_item WHERE term_id IN ({sql})")  # noqa: S608 - a constant
    return frozenset(terms | {getattr(row[0], "bytes", row[0]) for row in items})


def _split(
    raw: Raw, table: TableModel, ids: list[bytes], present: frozenset[bytes]
) -> tuple[list[bytes], list[bytes]]:
    """Rows of the present terms, and the others."""
    now: list[bytes] = []
    rest: list[bytes] = []
    for row, of in raw.read(table.table, ("id", _of_term(table)), "id", ids):
        (now if of in present else rest).append(row)  # type: ignore[arg-type]
    return now, rest


def _parts(raw: Raw, at: Place, entries: Iterable[Entry]) -> Iterator[_Kept]:
    """Entries in pages as large as fit; how many fit is learnt from the one before."""
    number, wanted = 0, _BEGIN
    waiting: list[Entry] = []
    source = iter(entries)
    while True:
        while len(waiting) < wanted and (one := next(source, None)) is not None:
            waiting.append(one)
        if not waiting:
            return
        count = min(wanted, len(waiting))
        body = _body(raw, at, waiting[:count])
        while len(body) > PART_BYTES and count > 1:
            count = max(1, int(count * PART_BYTES / len(body) * 0.95))
            body = _body(raw, at, waiting[:count])
        yield _Kept(number, hashlib.sha256(body).digest(), count, body)
        number += 1
        del waiting[:count]
        wanted = max(_LEAST, int(count * PART_BYTES / len(body) * 0.97))


def _body(raw: Raw, at: Place, entries: list[Entry]) -> bytes:
    commits = tuple(commits_of(raw, [one.seq for one in entries]))
    return encode_page(Page(0, at.head, at.head, tuple(entries), commits), LEVEL)
