"""What the server logs of a fault names no person."""

from __future__ import annotations

import json
import logging
import sys

from sync.server.json_logs import JsonLines


def read_as_the_database_does(row: str) -> None:
    """Fail as a driver does: with the row in its words."""
    try:
        raise KeyError(row)
    except KeyError as fault:
        raise ValueError(f"DETAIL: {fault}") from fault


def test_a_trace_tells_where_and_what_kind_and_nothing_of_a_row() -> None:
    told = "Given Family"
    try:
        read_as_the_database_does(told)
    except ValueError:
        record = logging.LogRecord("sync", logging.ERROR, "", 0, "a fault", (), sys.exc_info())
    line = JsonLines().format(record)
    assert told not in line
    trace = json.loads(line)["trace"]
    assert "read_as_the_database_does" in trace
    assert [one for one in trace.split() if one.endswith("Error")] == ["ValueError", "KeyError"]
