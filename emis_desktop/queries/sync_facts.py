"""Where a store stands with the ministry's server, for ``emis doctor``."""

from __future__ import annotations

from dataclasses import asdict, dataclass
from datetime import UTC, datetime

from sqlalchemy import Connection

_QUESTION = (
    "SELECT server_name, url, laptop, contact_at, generation, cursor, "
    "(SELECT count(*) FROM batch WHERE state != 'acknowledged'), "
    "(SELECT count(*) FROM parked WHERE reason != 'stays'), "
    "(SELECT count(*) FROM refused WHERE let_go_at IS NULL) FROM joined, site"
)


@dataclass(frozen=True, slots=True)
class SyncFacts:
    """``cursor``: how far in the server's log this store is; ``batches`` wait for their result, ``parked``
    entries for a row, ``refused`` edits for a person.
    """

    server: str
    address: str
    laptop: str
    contact_at: str | None
    generation: int
    cursor: int
    batches: int
    parked: int
    refused: int

    def document(self) -> dict[str, object]:
        """As plain values."""
        return asdict(self)


def sync_facts(connection: Connection) -> SyncFacts | None:
    """Those of a store that has joined; None for another."""
    found = connection.exec_driver_sql(_QUESTION).first()
    if found is None:
        return None
    server, address, laptop, contact, *counts = found
    moment = None if contact is None else datetime.fromtimestamp(contact / 1000, UTC).isoformat()
    return SyncFacts(server, address, laptop, moment, *counts)
