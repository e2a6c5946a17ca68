"""A program that promises too early, so that the replay of a power loss is seen to notice it.

Its one store is plain SQLite that does not wait for the disk; beside it stands a file that takes its name
before its bytes are down.
"""

import sqlite3
import sys
from contextlib import closing
from pathlib import Path

STORE, FILE = "plain.db", "kept.txt"
CONTENT = "all of it\n" * 200


def run(folder: Path) -> None:
    """Write ten rows, then a file beside its name that is then given the name."""
    with closing(sqlite3.connect(folder / STORE, isolation_level=None)) as connection:
        connection.execute("PRAGMA journal_mode = WAL")
        connection.execute("PRAGMA synchronous = NORMAL")
        connection.execute("CREATE TABLE row (id INTEGER PRIMARY KEY)")
        for number in range(10):
            connection.execute("INSERT INTO row VALUES (?)", (number,))
            _say(f"row {number}")
    part = folder / f"{FILE}.part"
    part.write_text(CONTENT)
    part.replace(folder / FILE)
    _say("file")


def _say(line: str) -> None:
    sys.stdout.write(line + "\n")
    sys.stdout.flush()


def check(folder: Path, said: list[str]) -> list[str]:
    """Rows and file that were promised and are not there."""
    rows: set[int] = set()
    if (folder / STORE).exists():
        with closing(sqlite3.connect(folder / STORE)) as connection:
            try:
                rows = {row[0] for row in connection.execute("SELECT id FROM row")}
            except sqlite3.DatabaseError:
                rows = set()
    promised = (line for line in said if line.startswith("row "))
    wrong = [f"lost: {line}" for line in promised if int(line.removeprefix("row ")) not in rows]
    kept = folder / FILE
    if "file" in said and not kept.exists():
        wrong.append("the file is gone")
    if kept.exists() and kept.read_text(errors="replace") != CONTENT:
        wrong.append("the file is torn")
    return wrong
