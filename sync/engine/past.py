"""How a sync ended, for the list of past ones."""

from __future__ import annotations

import time
from contextlib import suppress

from emis_desktop.database import Database
from emis_desktop.errors import Cancelled, EmisError
from emis_desktop.queries.sync_state import End
from sync.client.sql import run
from sync.engine.line import NO_LINE, LineFault, NoLine, Tally
from sync.engine.meter import Progress
from sync.engine.run import SyncResult

KEPT = 500
"""Past syncs that are remembered."""
_KEEP = (
    "INSERT INTO past_sync (at, sent, received, size, ending, seconds, at_percent, by_file) "
    "VALUES (?, ?, ?, ?, ?, ?, ?, ?)"
)
_TIDY = "DELETE FROM past_sync WHERE seq <= (SELECT max(seq) FROM past_sync) - ?"


def ending_of(outcome: SyncResult | EmisError, progress: Progress) -> End:
    """The word for how it ended."""
    if isinstance(outcome, SyncResult):
        if outcome.resumed:
            return End.RESUMED
        return End.NOTHING if outcome.nothing else End.DONE
    if isinstance(outcome, Cancelled):
        return End.STOPPED
    if isinstance(outcome, NoLine) and outcome.message == NO_LINE and not progress.bytes_done:
        return End.NO_LINE
    return End.CUT if isinstance(outcome, LineFault) and outcome.again else End.REFUSED


def note_past(
    db: Database,
    began_ms: int,
    progress: Progress,
    tally: Tally,
    end: End,
    *,
    result: SyncResult | None = None,
    by_file: tuple[int, int] | None = None,
    fault: EmisError | None = None,
) -> None:
    """Remember one; a store that cannot be written to now is no reason to fail.

    ``by_file``: changes sent and received by a file on a stick.
    """
    seconds = max(0, time.time_ns() // 1_000_000 - began_ms) // 1000
    percent = 100 * progress.bytes_done // max(1, progress.bytes_total) if fault else 0
    reached = end not in {End.NO_LINE, End.REFUSED}
    sent = result.ops_sent if result else progress.sending.done if reached else None
    received = result.ops_received if result else progress.receiving.done if reached else None
    if by_file is not None:
        sent, received = by_file
    row = (began_ms, sent, received, tally.up + tally.down, end.value, seconds, percent, by_file is not None)
    with suppress(EmisError), db.local() as connection:
        run(connection, _KEEP, row)
        run(connection, _TIDY, (KEPT,))
