"""Whether a row is still named, at a scope, by a row that is seen there."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping
from typing import Final, cast

from sync.operations import ConflictKind
from sync.server.access import OFFICE, about_people
from sync.server.model import ServerModel
from sync.server.raw import Raw
from sync.server.sights import Sights, stored_sights
from sync.server.states import Key

_OFFICE: Final = OFFICE.bytes


def named_at(
    raw: Raw, model: ServerModel, known: Mapping[Key, Sights], doubtful: Mapping[Key, set[bytes]]
) -> dict[Key, set[bytes]]:
    """Of the rows in doubt and their scopes: those that a row names which is seen there.

    ``known``: sights that this transaction has worked out; those of other rows are as they are stored.
    """
    by_table: defaultdict[str, set[bytes]] = defaultdict(set)
    for table, row in doubtful:
        by_table[table].add(row)
    found: defaultdict[Key, set[bytes]] = defaultdict(set)
    for table, ids in by_table.items():
        for namer, pairs in _namers(raw, model, table, ids):
            rows = {row for row, _ in pairs if (namer, row) not in known}
            stored = stored_sights(raw, {namer: rows})
            for row, target in pairs:
                key = table, target
                seen = set(known.get((namer, row)) or stored.get((namer, row), {}))
                if table == "person" and not about_people(namer):
                    seen.add(_OFFICE)
                found[key] |= doubtful[key] & seen
    return {key: scopes for key, scopes in found.items() if scopes}


def _namers(
    raw: Raw, model: ServerModel, table: str, ids: Iterable[bytes]
) -> Iterator[tuple[str, list[tuple[bytes, bytes]]]]:
    """Tables that name rows, and in each the pairs of naming and named row."""
    for namer, column in model.namers[table]:
        rows = raw.read(model.tables[namer].table, ("id", column), column, ids)
        yield namer, cast(list[tuple[bytes, bytes]], list(rows))
    if table == "person" and "conflict" in model.tables:
        yield "conflict", list(asked_about(raw, model, frozenset(ids)))


def asked_about(raw: Raw, model: ServerModel, people: frozenset[bytes]) -> Iterator[tuple[bytes, bytes]]:
    """The conflicts that ask whether one of these is another pupil, each with whom it names of them: both."""
    names = ("id", "row_id", "other")
    rows = raw.rows("SELECT id, row_id, other FROM conflict WHERE kind = ?", (str(ConflictKind.DUPLICATE),))
    for conflict, one, other in raw.stored(model.tables["conflict"].table, names, rows):
        for person in (one, other):
            if person in people:
                yield cast(bytes, conflict), person
