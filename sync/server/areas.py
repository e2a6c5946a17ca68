"""The tree of the country: which schools lie under a node, which nodes lie over a school."""

from __future__ import annotations

from collections.abc import Mapping
from uuid import UUID

from sync.server.access import ALL
from sync.server.raw import Raw


def parents(raw: Raw) -> dict[bytes, bytes | None]:
    """The area over each area; a deleted one still is where it was."""
    rows = raw.rows("SELECT id, parent_id FROM area")
    return {_bytes(row[0]): None if row[1] is None else _bytes(row[1]) for row in rows}


def _bytes(value: UUID | bytes) -> bytes:
    return value.bytes if isinstance(value, UUID) else value


def schools_under(raw: Raw, node: bytes) -> frozenset[bytes]:
    """The schools of a node: itself when it is no area; none for the whole country, which needs no list."""
    if node == ALL.bytes:
        return frozenset()
    over = parents(raw)
    if node not in over:
        return frozenset((node,))
    found = set()
    for school, area in raw.rows("SELECT id, area_id FROM institution"):
        if area is not None and node in _chain(over, _bytes(area)):
            found.add(_bytes(school))
    return frozenset(found)


def nodes_over(raw: Raw) -> Mapping[bytes, tuple[bytes, ...]]:
    """The areas over each school that lies in one, the nearest first."""
    over = parents(raw)
    return {
        _bytes(school): _chain(over, _bytes(area))
        for school, area in raw.rows("SELECT id, area_id FROM institution")
        if area is not None
    }


def _chain(over: Mapping[bytes, bytes | None], area: bytes) -> tuple[bytes, ...]:
    found: list[bytes] = []
    here: bytes | None = area
    while here is not None and here not in found:
        found.append(here)
        here = over.get(here)
    return tuple(found)
