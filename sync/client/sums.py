"""The sums that tell whether laptop and server hold the same, changed with every row in its transaction."""

from __future__ import annotations

from collections import defaultdict
from typing import Final

from sqlalchemy import Connection

from emis_desktop.state_hash import Stored
from sync.client.sql import many, rows
from sync.digest import ROUND, SUM_BYTES, Differences, packed_sums, root_of
from sync.facets import Facet

CONFLICT: Final = "conflict"
_PUT = "INSERT OR REPLACE INTO digest (sensitivity, bucket, sum) VALUES (?, ?, ?)"


def write_sums(connection: Connection, differences: Differences) -> None:
    """Add to the sums what a transaction changes in them."""
    changed = list(differences)
    if changed:
        held = _held(connection)
        sums = [
            (name, bucket, ((held.get((name, bucket), 0) + change) % ROUND).to_bytes(SUM_BYTES))
            for name, bucket, change in changed
        ]
        many(connection, _PUT, sums)


def sensitivity_of(facet: Facet, kept: Stored = None) -> str:
    """The class in which a row counts: its facet's; of a conflict the one that it says (``kept``)."""
    if facet.name == CONFLICT and isinstance(kept, str):
        return kept
    return str(facet.sensitivity)


def sums_of(connection: Connection) -> dict[str, bytes]:
    """The sums of each class, one bucket after the other."""
    found: defaultdict[str, dict[int, int]] = defaultdict(dict)
    for (sensitivity, bucket), number in _held(connection).items():
        found[sensitivity][bucket] = number
    return {sensitivity: packed_sums(sums) for sensitivity, sums in found.items()}


def root(connection: Connection) -> bytes:
    """One number for everything that the server should have too, 16 bytes."""
    return root_of(sums_of(connection))


def _held(connection: Connection) -> dict[tuple[str, int], int]:
    return {
        (sensitivity, bucket): int.from_bytes(number)
        for sensitivity, bucket, number in rows(connection, "SELECT sensitivity, bucket, sum FROM digest")
    }
