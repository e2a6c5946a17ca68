"""Which parts of the journal the ministry does not have yet."""

from __future__ import annotations

from sqlalchemy import Connection, select

from emis_desktop.models import OutBatch, Site


def waiting_changes(connection: Connection) -> int:
    """How many lines of the journal wait to be sent, or were sent and not acknowledged."""
    return sum(
        connection.exec_driver_sql(
            "SELECT count(*) FROM change WHERE seq BETWEEN ? AND ?", (first, last)
        ).scalar_one()
        for first, last in waiting_ranges(connection)
    )


def waiting_ranges(connection: Connection) -> list[tuple[int, int]]:
    """The parts of the journal that the ministry does not have, first and last change of each."""
    sent = connection.execute(select(Site.sent_change)).scalar()
    if sent is None:  # harmed: the doctor asks as well
        return []
    newest = connection.exec_driver_sql("SELECT coalesce(max(seq), 0) FROM change").scalar_one()
    frozen = connection.execute(
        select(OutBatch.first_change, OutBatch.last_change)
        .where(OutBatch.state != "acknowledged")
        .order_by(OutBatch.first_change)
    ).all()
    ranges: list[tuple[int, int]] = []
    for first, last in (*frozen, (sent + 1, newest)):
        if ranges and first <= ranges[-1][1] + 1:
            ranges[-1] = ranges[-1][0], max(last, ranges[-1][1])
        elif first <= last:
            ranges.append((first, last))
    return ranges
