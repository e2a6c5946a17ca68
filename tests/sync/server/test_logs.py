"""What the server logs of a fault names no person."""

from __future__ import annotations

import json
import logging
import sys
from pathlib import Path

from sync.server.json_logs import JsonLines
from tests.helpers.central import Laptop, set_up


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


def test_a_request_is_told_by_the_first_signs_of_its_site_and_no_more(tmp_path: Path) -> None:
    server = set_up(tmp_path / "server", f"sqlite:///{tmp_path / 'server.db'}")
    with server.running() as running:
        laptop = Laptop(running.port)
        laptop.join(server.code(), name="Ada's laptop")
        laptop.hello()
        laptop.get("/sync/v1/digest")
    told = {one["what"]: one for one in map(json.loads, running.log.splitlines()) if "status" in one}
    first = str(laptop.site)[:8]
    assert (told["hello"]["site"], told["digest"]["site"], told["join"]["site"]) == (first, first, "")
    assert set(told["hello"]) == {"at", "level", "from", "what", "method", "status", "ms", "bytes", "site"}
    for secret in ("Ada", str(laptop.site), "127.0.0.1", laptop.token):
        assert secret not in running.log
