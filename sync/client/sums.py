"""The sums that tell whether laptop and server hold the same, changed with every row in its transaction."""

from __future__ import annotations

from collections import defaultdict
from typing import Final

from sqlalchemy import Connection

from emis_desktop.state_hash import Stored
from sync.client.digest_for_now import BUCKETS, ROUND, SUM_BYTES, bucket_of, root_of, row_term
from sync.client.sql import many, rows
from sync.facets import Facet

CONFLICT: Final = "conflict"
_PUT = "INSERT OR REPLACE INTO digest (sensitivity, bucket, sum) VALUES (?, ?, ?)"


class Sums:
    """What a transaction adds to the sums and takes from them."""

    def __init__(self) -> None:
        self._changes: defaultdict[tuple[str, int], int] = defaultdict(int)

    def move(
        self, sensitivity: str, facet: str, row_id: bytes, before: int | None, after: int | None
    ) -> None:
        """The version of a facet of a row changed; ``None``: the server does not have it."""
        if before == after:
            return
        place = sensitivity, bucket_of(row_id)
        if before is not None:
            self._changes[place] -= row_term(facet, row_id, before)
        if after is not None:
            self._changes[place] += row_term(facet, row_id, after)

    def write(self, connection: Connection) -> None:
        """Keep what changed."""
        changed = {place: change % ROUND for place, change in self._changes.items() if change % ROUND}
        if changed:
            held = _held(connection)
            many(
                connection,
                _PUT,
                [
                    (*place, ((held.get(place, 0) + change) % ROUND).to_bytes(SUM_BYTES))
                    for place, change in changed.items()
                ],
            )
        self._changes.clear()


def sensitivity_of(facet: Facet, kept: Stored = None) -> str:
    """The class in which a row counts: its facet's; of a conflict the one that it says (``kept``)."""
    if facet.name == CONFLICT and isinstance(kept, str):
        return kept
    return str(facet.sensitivity)


def sums_of(connection: Connection) -> dict[str, bytes]:
    """The sums of each class, one bucket after the other."""
    found: dict[str, bytearray] = {}
    for (sensitivity, bucket), number in _held(connection).items():
        sums = found.setdefault(sensitivity, bytearray(BUCKETS * SUM_BYTES))
        sums[bucket * SUM_BYTES : (bucket + 1) * SUM_BYTES] = number.to_bytes(SUM_BYTES)
    return {sensitivity: bytes(sums) for sensitivity, sums in found.items()}


def root(connection: Connection) -> bytes:
    """One number for everything that the server should have too, 16 bytes."""
    return root_of(sums_of(connection))


def _held(connection: Connection) -> dict[tuple[str, int], int]:
    return {
        (sensitivity, bucket): int.from_bytes(number)
        for sensitivity, bucket, number in rows(connection, "SELECT sensitivity, bucket, sum FROM digest")
    }
