"""What a store does when it, or the server, is not the one that it was: all work stays.

A store that was copied or brought back goes on as a new generation; its frozen batches are sent again as they
are, under the clocks and the actor that they were frozen with. A server with another history may have lost
what it acknowledged: that is sent again, and what others wrote is offered.
"""

from __future__ import annotations

from typing import Final

from sqlalchemy import Connection

from emis_desktop import search_index
from sync.client.sql import one, rows, run
from sync.client.versions import move_cursor
from sync.protocol.messages import Manifest

KEPT_DAYS: Final = 90
"""Days for which the body of an acknowledged batch stays."""
_DAY_MS: Final = 86_400_000
_OLD: Final = (
    "state = 'acknowledged' AND body IS NOT NULL AND acked_at < ? "
    "AND coalesce(last_seq, 0) <= (SELECT cursor FROM site)"
)


def new_generation(connection: Connection, generation: int) -> None:
    """Go on as another generation of this site: the cursor is void, the server's state is adopted first.

    A copy may have written under the same actor, and what it wrote never came here: so what is known of
    entries applied, and of own ones in the log, proves nothing any more. Inside an open transaction. Leases,
    cards' numbers and the nonce are the caller's.
    """
    run(connection, "UPDATE site SET generation = ?, cursor = 0, cursor_tag = NULL", (generation,))
    run(connection, "UPDATE clock SET seq = 0 WHERE seq != 0")
    run(connection, "UPDATE batch SET last_seq = NULL WHERE state = 'acknowledged'")
    _void_snapshot(connection)


def first_history(connection: Connection, history: bytes) -> None:
    """The server is met for the first time: this is its history."""
    run(connection, "UPDATE site SET history_id = ?", (history,))


def new_history(connection: Connection, history: bytes) -> None:
    """The server has another history than the one that this store knew: it was restored, or made anew.

    What it acknowledged waits again, as far as bodies are kept (:func:`prune`); until the end of the repair
    whatever is later here than there stays and is offered. Inside an open transaction.
    """
    run(
        connection,
        "UPDATE site SET lost_at = max(cursor, coalesce((SELECT max(last_seq) FROM batch), 0), "
        "CASE WHEN reclaiming THEN lost_at ELSE 0 END)",
    )
    run(
        connection,
        "UPDATE site SET history_id = ?, cursor = 0, cursor_tag = NULL, reclaiming = 1",
        (history,),
    )
    run(
        connection,
        "UPDATE batch SET state = 'resend', first_seq = NULL, last_seq = NULL, result = NULL "
        "WHERE state = 'acknowledged' AND body IS NOT NULL",
    )
    run(connection, "UPDATE clock SET seq = 0 WHERE seq != 0")
    _void_snapshot(connection)


def other_server(connection: Connection) -> None:
    """The store joins another server, which has nothing yet of what the former acknowledged.

    Batches wait again, and rows whose batches are gone are offered; what was known of the former's log, its
    versions, countersigned heads and half-fetched files, says nothing any more. Inside an open transaction.
    """
    new_history(connection, b"")
    run(
        connection,
        "INSERT OR IGNORE INTO former_server (server_id, server_key) "
        "SELECT server_id, server_key FROM joined",
    )
    run(connection, "UPDATE site SET history_id = NULL, subscription = NULL")
    run(connection, "UPDATE clock SET version = NULL WHERE version IS NOT NULL")
    for table in ("digest", "anchor", "partial", "parked", "laptop_name"):
        run(connection, f"DELETE FROM {table}")  # noqa: S608 - our own names


def end_snapshot(connection: Connection, manifest: Manifest) -> None:
    """All parts are merged: the log goes on from where the snapshot was taken, and pupils can be searched."""
    move_cursor(connection, manifest.upto, manifest.tag)
    search_index.catch_up(connection)
    _void_snapshot(connection)


def reclaimed(connection: Connection) -> None:
    """The server has everything again that is here: from now on its word counts."""
    run(connection, "UPDATE site SET reclaiming = 0 WHERE reclaiming = 1")


def server_ms(connection: Connection, wall_ms: int) -> int:
    """The moment by the server's clock, as it was learnt last: this laptop's may jump by years."""
    return wall_ms + int(one(connection, "SELECT clock_offset_ms FROM site"))


def prune(connection: Connection, wall_ms: int) -> None:
    """Let go of bodies that were acknowledged more than :data:`KEPT_DAYS` days ago; the lines stay."""
    statement = f"UPDATE batch SET body = NULL WHERE {_OLD}"  # noqa: S608 - our own words
    run(connection, statement, (_long_ago(connection, wall_ms),))


def has_old(connection: Connection, wall_ms: int) -> bool:
    """Whether :func:`prune` would let go of anything."""
    statement = f"SELECT 1 FROM batch WHERE {_OLD} LIMIT 1"  # noqa: S608 - our own words
    return bool(rows(connection, statement, (_long_ago(connection, wall_ms),)))


def _long_ago(connection: Connection, wall_ms: int) -> int:
    return server_ms(connection, wall_ms) - KEPT_DAYS * _DAY_MS


def _void_snapshot(connection: Connection) -> None:
    run(connection, "DELETE FROM snapshot_state")
