"""What stops a request becomes an answer that a laptop can act on."""

import sqlite3
from pathlib import Path

import pytest
import sqlcipher3
from psycopg.errors import DeadlockDetected, DiskFull, UniqueViolation
from sqlalchemy.exc import IntegrityError, OperationalError

from emis_desktop.errors import CannotSave
from sync.protocol.errors import BadMessage
from sync.server.asks import Denied
from sync.server.web import _denied


def full_sqlite(folder: Path) -> OperationalError:
    """What SQLite really says when it has no room."""
    connection = sqlcipher3.connect(str(folder / "full.db"))
    try:
        connection.execute("CREATE TABLE one (content)")
        connection.execute("PRAGMA max_page_count = 3").fetchone()
        connection.execute("INSERT INTO one VALUES (zeroblob(100000))")
    except sqlcipher3.OperationalError as fault:
        return OperationalError("INSERT", {}, fault)
    finally:
        connection.close()
    raise AssertionError("there was room")


def test_a_full_disk_is_told_as_such_by_either_database(tmp_path: Path) -> None:
    for fault in (full_sqlite(tmp_path), OperationalError("INSERT", {}, DiskFull()), CannotSave("The disk.")):
        denied = _denied(fault)
        assert (denied.status, denied.reason) == (507, "full")
        assert denied.wait_s >= 60


@pytest.mark.parametrize(
    ("fault", "status"),
    [
        (OperationalError("SELECT", {}, DeadlockDetected()), 503),
        (OperationalError("SELECT", {}, sqlite3.OperationalError("database is locked")), 503),
        (IntegrityError("INSERT", {}, UniqueViolation()), 500),
        (BadMessage("odd"), 400),
        (Denied(410, "gone"), 410),
        (ValueError("ours"), 500),
    ],
)
def test_what_is_no_full_disk(fault: Exception, status: int) -> None:
    assert _denied(fault).status == status
