"""Putting right what differs: the rows of different buckets, and rows that only a laptop still has.

A row that the server lacks is never a reason to delete it anywhere: its holder is asked to offer it. Offered
rows come with the clocks of their first authors and are joined, not merged: nobody knows what they had seen.
"""

from __future__ import annotations

import os
from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass
from typing import Final
from uuid import UUID

from sqlalchemy import Connection

from emis_desktop.erasures import NAMELESS
from emis_desktop.rules.clock import UNWRITTEN
from sync.digest import bucket_of
from sync.operations import ERASE, Entry, EntryKind, Page
from sync.protocol.messages import RowsAsked, RowsFound, Versions
from sync.protocol.pages import encode_page
from sync.server.access import SiteRights
from sync.server.apply import erased_among
from sync.server.feed import PAGE_BYTES, commits_of
from sync.server.holdings import Holdings
from sync.server.letting_go import let_go
from sync.server.model import MODEL, ServerModel, TableModel
from sync.server.named_rows import went_back
from sync.server.offers import take_offers
from sync.server.raw import Raw
from sync.server.states import Key

__all__ = ["Repair", "offers", "rows"]

_ID: Final = 16
_VERSION: Final = 8
_TAG: Final = 8
_MOST: Final = 1_500
_NOBODY: Final = UUID(int=0)


@dataclass(frozen=True, slots=True)
class Repair:
    """What a laptop is told: the message, and a packed page of puts and drops; empty when there is none."""

    found: RowsFound
    body: bytes


def rows(connection: Connection, site: SiteRights, asked: RowsAsked, *, model: ServerModel = MODEL) -> Repair:
    """Compare what the laptop holds in some buckets with what it should hold (inside ``Store.read()``)."""
    raw = Raw(connection)
    head = int(raw.rows("SELECT head FROM server")[0][0])
    holdings = Holdings(connection, site, model)
    comparison = _Comparison(holdings, {(name, number) for name, number in asked.buckets})
    held = _held(asked.held)
    lacking, extra = comparison.differences(held)
    lacking += [(name, row.bytes) for name, row in asked.wanted]
    unknown, hidden, erased = _told_apart(raw, holdings, {key: held[key] for key in extra})
    chosen = lacking[:_MOST]
    entries = [*_entries(holdings, model, chosen), *_drops(hidden), *_drops(erased, ERASE)]
    body, count = _fitting(raw, head, entries)
    more = len(lacking) > len(chosen) or count < len(entries)
    told = tuple((name, UUID(bytes=row)) for name, row in unknown)
    return Repair(RowsFound(head, more, told), body if count else b"")


def offers(
    connection: Connection,
    site: SiteRights,
    page: Page,
    received_ms: int,
    *,
    model: ServerModel = MODEL,
    entropy: Callable[[int], bytes] = os.urandom,
) -> int:
    """Join rows that a laptop offers (inside ``Store.write()``); how many facets of rows were taken.

    What was taken reaches everybody by the log, the laptop that offered it too; and so does that it is to let
    go of what it may not hold.
    """
    taken = take_offers(connection, site, page, received_ms, model, entropy)
    let_go(connection, site, page.entries, received_ms, model, entropy(_TAG), taken.departed)
    return taken.count


class _Comparison:
    """The rows of a site in certain buckets."""

    def __init__(self, holdings: Holdings, buckets: set[tuple[str, int]]) -> None:
        self._holdings = holdings
        self._buckets = buckets
        self._numbers = {number for _, number in buckets}

    def differences(self, held: Mapping[Key, int]) -> tuple[list[Key], list[Key]]:
        """What the laptop lacks or has in another version, parents first, at most one more than is told at
        once; and what it has and should not. A country's rows are not kept in memory meanwhile.
        """
        lacking: list[Key] = []
        right: set[Key] = set()
        for table in self._holdings.tables:
            for key, version in self._versions(table):
                if key in held:
                    right.add(key)
                if held.get(key) != version and len(lacking) <= _MOST:
                    lacking.append(key)
        return lacking, [key for key in held if key not in right]

    def _versions(self, table: TableModel) -> Iterator[tuple[Key, int]]:
        for ids in self._holdings.ids(table):
            near = [row for row in ids if bucket_of(row) in self._numbers]
            for key, (version, sensitivity) in self._holdings.versions(table, near).items():
                if (sensitivity, bucket_of(key[1])) in self._buckets:
                    yield key, version


def _held(versions: Iterable[Versions]) -> dict[Key, int]:
    found: dict[Key, int] = {}
    for one in versions:
        for place in range(len(one.rows) // _ID):
            row = one.rows[place * _ID : (place + 1) * _ID]
            version = one.versions[place * _VERSION : (place + 1) * _VERSION]
            found[one.facet, row] = int.from_bytes(version)
    return found


def _told_apart(
    raw: Raw, holdings: Holdings, keys: Mapping[Key, int]
) -> tuple[list[Key], list[Key], list[Key]]:
    """Of what the laptop has and should not: rows that it is asked to offer, those that it is to drop, those
    that were erased.

    Who may not know whether a row is there must not learn it from here: many ids can be worked out. So what
    is of a class or table that the site does not receive is dropped, there or not; and of the rest only what
    its place was told of before, and is there. Everything else is asked for, there or not: where it may not
    be offered nothing is taken. What stays of somebody erased, without a name, is asked for as well; and once
    the server went back, what the laptop has in another version: that may be the one that was lost.
    """
    by_facet: defaultdict[str, list[bytes]] = defaultdict(list)
    for name, row in keys:
        by_facet[name].append(row)
    back = went_back(raw)
    unknown: list[Key] = []
    hidden: list[Key] = []
    erased: list[Key] = []
    for name, ids in by_facet.items():
        told = holdings.told(name, ids)
        sql = "SELECT row_id, version FROM row_clock WHERE facet = ? AND row_id {ids}"
        stands = raw.among(sql, told, (name,))
        there = {row for row, version in stands if not back or version == keys[name, row]}
        gone = frozenset() if name.partition(".")[0] in NAMELESS else erased_among(raw, told)
        closed = not holdings.is_open(name)
        for row in ids:
            kind = hidden if closed or row in there else erased if row in gone else unknown
            kind.append((name, row))
    return unknown, hidden, erased


def _entries(holdings: Holdings, model: ServerModel, keys: Iterable[Key]) -> Iterable[Entry]:
    wanted: defaultdict[str, set[str]] = defaultdict(set)
    by_table: defaultdict[str, dict[bytes, None]] = defaultdict(dict)
    for name, row in keys:
        facet = model.catalogue.get(name)
        if facet is not None:
            by_table[facet.table.name][row] = None
            wanted[facet.table.name].add(name)
    for table in holdings.tables:
        for one in holdings.entries(table, by_table.get(table.name, ())):
            if one.facet in wanted[table.name]:
                yield one


def _drops(keys: Iterable[Key], verb: str = "") -> Iterable[Entry]:
    for name, row in keys:
        yield Entry(0, name, UUID(bytes=row), EntryKind.DROP, {}, UNWRITTEN, {}, _NOBODY, verb)


def _fitting(raw: Raw, head: int, entries: list[Entry]) -> tuple[bytes, int]:
    """As many entries as one page takes."""
    count = len(entries)
    while True:
        some = entries[:count]
        commits = tuple(commits_of(raw, [one.seq for one in some if one.seq]))
        body = encode_page(Page(0, head, head, tuple(some), commits))
        if len(body) <= PAGE_BYTES or count <= 1:
            return body, count
        count = max(1, min(count - 1, int(count * PAGE_BYTES / len(body) * 0.95)))
