"""A server whose database goes back to what it was, while its folder stays."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from sync.server.office import Office
from sync.server.raw import Raw
from sync.server.settings import ServerHome
from sync.server.setup import Wish, set_up

WISH = Wish("Ministry of Examples", "GD", bytes(32), 30)
Kept = dict[str, tuple[list[str], list[tuple[object, ...]]]]


@contextmanager
def opened(folder: Path, database_url: str) -> Iterator[Office]:
    """A server that was set up in ``folder``."""
    office = set_up(ServerHome(folder), WISH, database_url)
    try:
        yield office
    finally:
        office.close()


def kept(office: Office) -> Kept:
    """Everything that the database holds, as a backup would."""
    with office.store.read() as connection:
        raw = Raw(connection)
        return {
            table.name: (names, raw.rows(f'SELECT {", ".join(map(_quoted, names))} FROM "{table.name}"'))
            for table in office.store.model.metadata.sorted_tables
            for names in ([column.name for column in table.columns],)
        }


def _quoted(name: str) -> str:
    return f'"{name}"'


def put_back(office: Office, before: Kept) -> None:
    """Let the database be the one of before."""
    with office.store.write() as connection:
        raw = Raw(connection)
        for name in reversed(before):
            raw.run(f'DELETE FROM "{name}"')
        for name, (names, rows) in before.items():
            marks = ", ".join("?" * len(names))
            sql = f'INSERT INTO "{name}" ({", ".join(map(_quoted, names))}) VALUES ({marks})'
            raw.many(sql, rows)
