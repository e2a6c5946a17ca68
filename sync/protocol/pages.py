"""A page of the log, or a part of a snapshot, as bytes: entries in columns.

The JSON of a page is an array::

    ["p", after, upto, head, commits, actors, ids, words, count, seqs, users, verbs, clocks, ranks, reopens,
     order, groups, ticks]

``commits`` are their number, firsts, counts and tags; ``ranks`` what a rank is more than its stamp;
``ticks`` the fields whose tick is another: their number, entries, fields, clocks, ranks, reopens.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final
from uuid import UUID

import msgspec

from emis_desktop.rules.clock import Tick
from emis_desktop.state_hash import Stored
from sync.collector import held_back
from sync.operations import Commit, Entry, EntryKind, Page
from sync.protocol.clocks import ActorTable, read_clocks
from sync.protocol.columns import Known, Tables, read_tables
from sync.protocol.groups import counts, grouped, read_group, write_group
from sync.protocol.numbers import (
    INT64,
    MOST_REOPENS,
    Json,
    Room,
    bad,
    counted,
    decode_ints,
    encode_ints,
    picked,
)
from sync.protocol.packing import best_level, pack, unpack
from sync.protocol.reading import guarded, read_bytes, read_json
from sync.protocol.texts import decode_texts, encode_texts

MAX_ENTRIES: Final = 100_000
"""Entries in one page at most."""
_TAG_BYTES: Final = 8


def encode_page(page: Page, level: int | None = None) -> bytes:
    """The packed bytes of a page. A part of a snapshot is a page too, with ``after`` 0."""
    plain = page_json(page)
    return pack(plain, best_level(len(plain)) if level is None else level)


def page_json(page: Page) -> bytes:
    """The JSON of a page, before it is packed."""
    with held_back():
        return msgspec.json.encode(_written(page))


def decode_page(packed: bytes) -> Page:
    """The page in packed bytes; :class:`~sync.protocol.errors.BadMessage` for anything else."""
    return guarded(_read, read_json(unpack(packed)))


def _written(page: Page) -> Json:
    tables, entries = Tables(), page.entries
    order, members = grouped(entries, [entry.kind for entry in entries])
    groups = [
        write_group(key, [entries[index] for index in indexes], tables) for key, indexes in members.items()
    ]
    users = encode_ints(tables.ids.places([entry.user.bytes for entry in entries]))
    seqs = encode_ints([entry.seq for entry in entries])
    verbs = encode_texts([entry.verb for entry in entries], tables.words)
    ticks = _write_ticks([(entry.row, entry.tick) for entry in entries], tables.actors)
    apart = _write_apart(entries, tables)
    head = ["p", page.after, page.upto, page.head, _write_commits(page.commits)]
    body = [seqs, users, verbs, *ticks, encode_ints(order), groups, apart]
    shared = [tables.actors.table(), tables.ids.written(), tables.words.written()]
    return [*head, *shared, len(entries), *body]


def _write_commits(commits: tuple[Commit, ...]) -> Json:
    firsts = encode_ints([commit.first for commit in commits])
    return [
        len(commits),
        firsts,
        encode_ints([commit.count for commit in commits]),
        [commit.tag for commit in commits],
    ]


def _write_ticks(ticks: list[tuple[UUID, Tick]], actors: ActorTable) -> list[Json]:
    """Clocks, ranks, reopens of the fields of rows."""
    return [
        actors.written([tick.clock for _, tick in ticks], [row for row, _ in ticks]),
        encode_ints([tick.rank - tick.clock.stamp for _, tick in ticks]),
        encode_ints([tick.reopens for _, tick in ticks]),
    ]


def _write_apart(entries: tuple[Entry, ...], tables: Tables) -> Json:
    apart = [(index, name, tick) for index, entry in enumerate(entries) for name, tick in entry.ticks.items()]
    if not apart:
        return []
    places = encode_ints([index for index, _, _ in apart])
    names = encode_texts([name for _, name, _ in apart], tables.words)
    return [
        len(apart),
        places,
        names,
        *_write_ticks([(entries[index].row, tick) for index, _, tick in apart], tables.actors),
    ]


def _read(written: Json) -> Page:
    match written:
        case ["p", after, upto, head, commits, actors, ids, words, count, *body]:
            room = Room()
        case _:
            raise bad("no page")
    counted([after, upto, head], INT64)
    if type(count) is not int or not 0 <= count <= MAX_ENTRIES:
        raise bad("too many entries")
    known = read_tables(actors, ids, words, room)
    seqs, users, verbs, clocks, ranks, reopens, order, groups, apart = body
    facts = _facts(groups, decode_ints(order, count, room), known)
    common = zip(
        counted(decode_ints(seqs, count, room), INT64),
        facts,
        _read_ticks((clocks, ranks, reopens), [row for _, row, _, _ in facts], known),
        _read_apart(apart, [row for _, row, _, _ in facts], known),
        picked(known.rows, decode_ints(users, count, room)),
        decode_texts(verbs, count, known.words, room),
        strict=True,
    )
    entries = tuple(
        Entry(seq, facet, row, kind, values, tick, ticks, user, verb)
        for seq, (facet, row, kind, values), tick, ticks, user, verb in common
    )
    return Page(after, upto, head, entries, _read_commits(commits, room))


_Facts = tuple[str, UUID, EntryKind, dict[str, Stored]]


def _facts(groups: Json, order: list[int], known: Known) -> list[_Facts]:
    """Facet, row, kind and values of each entry, in their order."""
    found = [
        _of_group(group, count, known)
        for group, count in zip(groups, counts(order, len(groups)), strict=True)
    ]
    return [next(found[number]) for number in order]


def _of_group(group: Json, count: int, known: Known) -> Iterator[_Facts]:
    read = read_group(group, count, known)
    kind = EntryKind(read.kind)
    rows = zip(read.rows, read.values(), strict=True)
    for row, values in rows:  # pragma: no branch - nobody asks for one more than there are
        yield read.facet, row, kind, values


def _read_ticks(columns: Json, rows: list[UUID], known: Known) -> list[Tick]:
    clocks, more, reopens = columns
    whole = read_clocks(clocks, rows, known.actors, known.room)
    later = decode_ints(more, len(rows), known.room)
    ranks = counted([clock.stamp + each for clock, each in zip(whole, later, strict=True)], INT64)
    times = counted(decode_ints(reopens, len(rows), known.room), MOST_REOPENS)
    return [Tick(clock, rank, often) for clock, rank, often in zip(whole, ranks, times, strict=True)]


def _read_apart(written: Json, rows: list[UUID], known: Known) -> list[dict[str, Tick]]:
    apart: list[dict[str, Tick]] = [{} for _row in rows]
    if not written:
        return apart
    count, entries, fields, *columns = written
    places = decode_ints(entries, count, known.room)
    names = decode_texts(fields, count, known.words, known.room)
    ticks = _read_ticks(columns, picked(rows, places), known)
    for place, name, tick in zip(places, names, ticks, strict=True):
        apart[place][name] = tick
    return apart


def _read_commits(written: Json, room: Room) -> tuple[Commit, ...]:
    count, firsts, sizes, tags = written
    first = counted(decode_ints(firsts, count, room), INT64)
    size = counted(decode_ints(sizes, count, room), INT64)
    whole = zip(first, size, tags, strict=True)
    return tuple(Commit(one, many, read_bytes(tag, _TAG_BYTES)) for one, many, tag in whole)
