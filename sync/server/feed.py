"""What a site may have of the log, in pages. A page for (site, after, upto) never changes.

A site never gets what its own present actor wrote; a restored laptop has another actor, and gets it back.
"""

from __future__ import annotations

import os
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from typing import Any, Final

from sqlalchemy import Connection

from sync.operations import Commit, Entry, Page
from sync.protocol.pages import encode_page
from sync.server.access import ALL, NATION, OFFICE, SiteRights, classes_read, may_receive, named_people_only
from sync.server.areas import schools_under
from sync.server.log import entry
from sync.server.model import MODEL, ServerModel
from sync.server.raw import Raw

PAGE_BYTES: Final = 64_000
"""Packed bytes of a page at most, unless a single entry has more."""
_ENTRIES: Final = 1_500
_PLAIN: Final = 1_500_000
_WINDOW: Final = 2_000
_COLUMNS: Final = "seq, facet, sensitivity, row_id, kind, of_seq, payload, actor, user_id"


@dataclass(frozen=True, slots=True)
class Packed:
    """A page, and the bytes that go over the line."""

    page: Page
    body: bytes


@dataclass(frozen=True, slots=True)
class Place:
    """Where the log stands: this line of it, its newest number, and the tag of that transaction."""

    history: bytes
    head: int
    tag: bytes


def place(connection: Connection) -> Place:
    """Where the log stands."""
    raw = Raw(connection)
    history, head = raw.rows("SELECT history, head FROM server")[0]
    return Place(history, head, tag_at(raw, head))


def tag_at(raw: Raw, seq: int) -> bytes:
    """The tag of the transaction that wrote that number; empty when there is none."""
    found = _commit_at(raw, seq)
    return b"" if found is None else found.tag


def knows(connection: Connection, cursor: int, tag: bytes) -> bool:
    """Whether a cursor stands in this log. One that does not shows that the server came back from a copy."""
    return cursor == 0 or tag_at(Raw(connection), cursor) == tag


def begin_history(connection: Connection, entropy: Callable[[int], bytes] = os.urandom) -> bytes:
    """Give this line of the log another name (inside ``Store.write()``): every cursor is void then."""
    history = entropy(8)
    Raw(connection).run("UPDATE server SET history = ?", (history,))
    return history


def page(
    connection: Connection,
    site: SiteRights,
    after: int,
    limit_bytes: int = PAGE_BYTES,
    upto: int | None = None,
    *,
    model: ServerModel = MODEL,
) -> Page:
    """The page of :func:`packed_page`."""
    return packed_page(connection, site, after, limit_bytes, upto, model=model).page


def packed_page(
    connection: Connection,
    site: SiteRights,
    after: int,
    limit_bytes: int = PAGE_BYTES,
    upto: int | None = None,
    *,
    model: ServerModel = MODEL,
) -> Packed:
    """The log for a site after ``after``, up to ``upto`` or as far as ``limit_bytes`` packed bytes reach."""
    raw = Raw(connection)
    head = int(raw.rows("SELECT head FROM server")[0][0])
    bound = head if upto is None else min(upto, head)
    told = head if upto is None else bound  # so that a page that was asked for by its end never changes
    found, reached = _Reader(raw, site, model).read(after, bound)
    while True:
        made = _made(raw, after, reached, told, found)
        body = encode_page(made)
        if len(body) <= limit_bytes or len(found) <= 1:
            return Packed(made, body)
        keep = max(1, min(len(found) - 1, int(len(found) * limit_bytes / len(body) * 0.95)))
        found = found[:keep]
        reached = found[-1][0]


def _made(raw: Raw, after: int, upto: int, head: int, found: Sequence[tuple[int, Entry]]) -> Page:
    entries = tuple(one for _, one in found)
    return Page(after, upto, head, entries, tuple(commits_of(raw, [*(one.seq for one in entries), upto])))


def commits_of(raw: Raw, seqs: Iterable[int]) -> list[Commit]:
    """The transactions that wrote those numbers, in order."""
    found: list[Commit] = []
    for seq in sorted(set(seqs)):
        if found and seq < found[-1].first + found[-1].count:
            continue
        commit = _commit_at(raw, seq)
        if commit is not None:
            found.append(commit)
    return found


def _commit_at(raw: Raw, seq: int) -> Commit | None:
    found = raw.one(
        "SELECT first, count, tag FROM commit_log WHERE first <= ? ORDER BY first DESC LIMIT 1", (seq,)
    )
    if found is None or seq >= found[0] + found[1]:
        return None
    return Commit(*found)


class _Reader:
    """Reads the entries for one site in the order of the log."""

    def __init__(self, raw: Raw, site: SiteRights, model: ServerModel) -> None:
        self._raw = raw
        self._site = site
        self._classes = {str(one) for one in classes_read(site)}
        self._open = {facet.name for facet in model.catalogue.facets if may_receive(site, facet.table.name)}
        self._named = site.whole_country and named_people_only(site, "person")
        self._scopes: list[tuple[bytes, bool]] = [(NATION.bytes, True), (site.node.bytes, True)]
        if not site.whole_country:
            under = schools_under(raw, site.node.bytes) - {site.node.bytes}
            self._scopes += [(school, False) for school in sorted(under)]

    def read(self, after: int, bound: int) -> tuple[list[tuple[int, Entry]], int]:
        """Entries with their place in the log, and how far they reach."""
        found: list[tuple[int, Entry]] = []
        size = 0
        here = after
        while here < bound and self._classes:
            rows, end = self._window(here, bound)
            for row in rows:
                if len(found) >= _ENTRIES or (found and size + len(row[6]) > _PLAIN):
                    return found, found[-1][0]
                if self._goes(row):
                    seq, facet, _, row_id, kind, of_seq, payload, _, user = row
                    found.append((seq, entry(of_seq, facet, row_id, kind, payload, user)))
                    size += len(payload)
            here = end
        return found, max(after, bound)

    def _goes(self, row: tuple[Any, ...]) -> bool:
        if row[7] == self._site.actor or row[2] not in self._classes:
            return False
        return row[1] in self._open or (self._named and row[1] == "person" and self._is_named(row[0]))

    def _is_named(self, seq: int) -> bool:
        """Whether an entry goes to those who see only the people that other rows name."""
        sql = "SELECT 1 FROM log_scope WHERE scope = ? AND seq = ?"
        return self._raw.one(sql, (OFFICE.bytes, seq)) is not None

    def _window(self, after: int, bound: int) -> tuple[Sequence[tuple[Any, ...]], int]:
        """Some rows of the log in order, and up to where they are complete."""
        if self._site.whole_country:
            special = (OFFICE if self._named else ALL).bytes
            rows = self._raw.rows(
                f"SELECT {_COLUMNS} FROM change_log WHERE seq > ? AND seq <= ? AND actor <> ? "  # noqa: S608
                "AND (granted = 0 OR EXISTS (SELECT 1 FROM log_scope "
                "WHERE scope IN (?, ?) AND log_scope.seq = change_log.seq)) ORDER BY seq LIMIT ?",
                (after, bound, self._site.actor, ALL.bytes, special, _WINDOW),
            )
            return rows, rows[-1][0] if len(rows) == _WINDOW else bound
        end = bound
        seqs: set[int] = set()
        for scope, granted in self._scopes:
            part = self._seqs(scope, after, bound, granted=granted)
            seqs.update(part)
            if len(part) == _WINDOW:
                end = min(end, part[-1])
        wanted = sorted(seq for seq in seqs if seq <= end)
        sql = f"SELECT {_COLUMNS} FROM change_log WHERE seq {{ids}}"  # noqa: S608 - a constant
        return sorted(self._raw.among(sql, wanted)), end

    def _seqs(self, scope: bytes, after: int, bound: int, *, granted: bool) -> list[int]:
        more = "" if granted else " AND granted = 0"
        rows = self._raw.rows(
            f"SELECT seq FROM log_scope WHERE scope = ? AND seq > ? AND seq <= ?{more} "  # noqa: S608
            "ORDER BY seq LIMIT ?",
            (scope, after, bound, _WINDOW),
        )
        return [row[0] for row in rows]
