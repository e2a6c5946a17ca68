"""What a site may have of the log, in pages. A page for (site, after, upto) never changes.

A site does not get what its own present actor wrote, unless it may be a laptop that was restored: a known one
has another actor, and gets it back; where that is not certain, what was written is told once more.
"""

from __future__ import annotations

import os
from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from typing import Final

from sqlalchemy import Connection

from emis_desktop.rules.clock import SERVER
from sync.operations import Commit, Entry, Page
from sync.protocol.pages import encode_page
from sync.server.access import (
    ALL,
    NATION,
    OFFICE,
    SiteRights,
    classes_read,
    may_receive,
    named_people_only,
    shows,
)
from sync.server.areas import schools_under
from sync.server.log import DROP, entry
from sync.server.model import MODEL, ServerModel
from sync.server.raw import Raw
from sync.server.sights import stored_sights

PAGE_BYTES: Final = 64_000
"""Packed bytes of a page at most, unless a single entry has more."""
_ENTRIES: Final = 1_500
_PLAIN: Final = 1_500_000
_WINDOW: Final = 2_000
_COLUMNS: Final = "seq, facet, sensitivity, row_id, kind, of_seq, length(payload), actor, user_id"
_PAYLOADS: Final = "SELECT seq, payload FROM change_log WHERE seq {ids}"
_Found = tuple[int, str, str, bytes, int, int, int, int, bytes]
"""An entry as :data:`_COLUMNS` has it: values are read only of those that fit into the page."""


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


def tell_author(connection: Connection, site: SiteRights, after: int, but: bytes) -> int:
    """Let the log tell the site what it wrote itself beyond ``after``, but for one batch; how many entries.

    A nonce that is shown a second time tells that an answer was lost, or that the store was put back to the
    moment before its last exchange: then it lacks what it sent in that.
    """
    raw = Raw(connection)
    wrote = raw.rows(
        "SELECT first, count FROM commit_log WHERE actor = ? AND (batch IS NULL OR batch <> ?) AND first >= "
        "(SELECT coalesce(max(first), 0) FROM commit_log WHERE first <= ?)",
        (site.actor, but, after),
    )
    return sum(
        raw.run(
            "UPDATE change_log SET actor = ? WHERE seq >= ? AND seq < ? AND seq > ? AND actor = ?",
            (SERVER, first, first + count, after, site.actor),
        )
        for first, count in wrote
    )


def let_go(connection: Connection) -> int:
    """The newest number of the log that operators have taken out, with all before it; 0: it is whole."""
    found = Raw(connection).rows("SELECT min(seq) FROM change_log")
    return int(found[0][0] or 1) - 1


def begin_history(connection: Connection, entropy: Callable[[int], bytes] = os.urandom) -> bytes:
    """Give this line of the log another name (inside ``Store.write()``): every cursor is void then."""
    history = entropy(8)
    Raw(connection).run("UPDATE server SET history = ?, begun_after = head", (history,))
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
        self._model = model
        self._classes = {str(one) for one in classes_read(site)}
        self._open = {facet.name for facet in model.catalogue.facets if may_receive(site, facet.table.name)}
        self._named = site.whole_country and named_people_only(site, "person")
        self._scopes: list[tuple[bytes, bool]] = [(NATION.bytes, True), (site.node.bytes, True)]
        if not site.whole_country:
            under = schools_under(raw, site.node.bytes) - {site.node.bytes}
            self._scopes += [(school, False) for school in sorted(under)]

    def read(self, after: int, bound: int) -> tuple[list[tuple[int, Entry]], int]:
        """Entries with their place in the log, and how far they reach."""
        found: list[_Found] = []
        size = 0
        here = after
        while here < bound and self._classes:
            rows, end = self._window(here, bound)
            for row in self._still_seen([one for one in rows if self._goes(one)]):
                if found and (len(found) >= _ENTRIES or size + row[6] > _PLAIN):
                    return self._entries(found), found[-1][0]
                found.append(row)
                size += row[6]
            here = end
        return self._entries(found), max(after, bound)

    def _entries(self, found: list[_Found]) -> list[tuple[int, Entry]]:
        payloads = dict(self._raw.among(_PAYLOADS, [row[0] for row in found]))
        return [
            (seq, entry(of_seq, facet, row, kind, payloads[seq], user))
            for seq, facet, _, row, kind, of_seq, _, _, user in found
        ]

    def _still_seen(self, found: list[_Found]) -> Iterator[_Found]:
        """Without what the site sees no longer, however old its cursor is: further on in the log stands that
        it goes. What tells no values stays.
        """
        if self._site.whole_country and not self._named:
            yield from found
            return
        scopes = {scope for scope, _ in self._scopes}
        if self._site.whole_country:
            scopes = {OFFICE.bytes}
        ids: defaultdict[str, set[bytes]] = defaultdict(set)
        for one in found:
            ids[self._table(one)].add(one[3])
        sights = stored_sights(self._raw, ids)
        for one in found:
            table = self._table(one)
            seen = sights.get((table, one[3]), {})
            reach = max((seen[scope] for scope in scopes & seen.keys()), default=0)
            everybodys = self._site.whole_country and one[1] in self._open
            if one[4] == DROP or not one[6] or everybodys or (reach and shows(reach, one[2])):
                yield one

    def _table(self, found: _Found) -> str:
        return self._model.catalogue.facet(found[1]).table.name

    def _goes(self, row: _Found) -> bool:
        if row[7] == self._site.actor or row[2] not in self._classes:
            return False
        return row[1] in self._open or (self._named and row[1] == "person" and self._is_named(row[0]))

    def _is_named(self, seq: int) -> bool:
        """Whether an entry goes to those who see only the people that other rows name."""
        sql = "SELECT 1 FROM log_scope WHERE scope = ? AND seq = ?"
        return self._raw.one(sql, (OFFICE.bytes, seq)) is not None

    def _window(self, after: int, bound: int) -> tuple[Sequence[_Found], int]:
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
