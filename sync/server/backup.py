"""A backup of the whole server in one sealed file: identity, choices, ledger, and every table as of one
moment.

Rows are written as stored values, the same from either kind of database: what was backed up from SQLite can
be restored into PostgreSQL, and the other way. One repeatable-read transaction sees them all; nobody waits.
"""

from __future__ import annotations

import io
import json
import tarfile
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from hashlib import sha256
from pathlib import Path
from typing import Any, BinaryIO, Final

import msgspec
from sqlalchemy import Connection, Table, func, select

from emis_desktop import files
from emis_desktop.errors import N_, BadFile
from sync.protocol.versions import SCHEMA
from sync.server import audit, control
from sync.server.feed import place
from sync.server.office import Office
from sync.server.raw import Raw
from sync.server.sealed_file import opened, sealing
from sync.server.settings import ServerHome

FORMAT: Final = 1
ROWS: Final = 5_000
"""Rows of a piece at most."""
PIECE: Final = 8_000_000
"""Bytes after which a piece ends: of uploads and sealed work a single row may have 32 MB."""
LEFT_OUT: Final = frozenset({"snapshot", "snapshot_part", control.attempt.name})
"""Made anew when it is wanted."""
MANIFEST: Final = "manifest.json"
_DIFFERS: Final = N_(
    "{file} was written and does not read back as it was. Do not rely on it: check the disk."
)

Step = Callable[[int, int], None]


@dataclass(frozen=True, slots=True)
class Backed:
    """What a backup holds. ``head`` is the log's, ``audit`` the audit's newest row."""

    bytes: int
    rows: int
    head: int
    audit: int
    made_at: int


def back_up(office: Office, target: Path, step: Step = lambda _done, _total: None) -> Backed:
    """Write a backup and read it back from its start to its end. Raises :class:`CannotSave`."""
    with files.new_file(target) as part:
        with part.open("wb") as file, sealing(file, office.choices.ministry_key) as (out, key):
            hashes, backed = _write(office, out, step)
        with part.open("rb") as written:
            _try(opened(written, target.name, key=key), hashes, target)
    return Backed(target.stat().st_size, **backed)


def _write(office: Office, out: BinaryIO, step: Step) -> tuple[dict[str, str], dict[str, int]]:
    hashes: dict[str, str] = {}
    with tarfile.open(fileobj=out, mode="w|", format=tarfile.PAX_FORMAT) as archive:

        def put(name: str, content: bytes) -> None:
            entry = tarfile.TarInfo(name)
            entry.size, entry.mode = len(content), files.PRIVATE
            archive.addfile(entry, io.BytesIO(content))
            hashes[name] = sha256(content).hexdigest()

        tables = [table for table in office.store.model.metadata.sorted_tables if table.name not in LEFT_OUT]
        with office.store.read() as connection:
            backed = {
                "head": place(connection).head,
                "audit": audit.current_head(connection).seq,
                "made_at": office.now_ms(),
            }
            counts = {
                table.name: int(connection.execute(select(func.count()).select_from(table)).scalar_one())
                for table in tables
            }
            backed["rows"] = sum(counts.values())
            put(MANIFEST, json.dumps(_manifest(office, tables, counts, backed)).encode())
            done = 0
            for table in tables:
                for number, rows in enumerate(_rows(connection, table)):
                    put(f"tables/{table.name}/{number:06}", msgspec.msgpack.encode(rows))
                    done += len(rows)
                    step(done, backed["rows"])
        for path in _files(office.home):  # after the tables: the ledger may know more, never less
            put(f"home/{path.relative_to(office.home.root).as_posix()}", path.read_bytes())
    return hashes, backed


def _manifest(
    office: Office, tables: Sequence[Table], counts: dict[str, int], backed: dict[str, int]
) -> dict[str, object]:
    return {
        "format": FORMAT,
        "schema": SCHEMA,
        "server": str(office.choices.server),
        "name": office.choices.name,
        "tables": {table.name: names_of(table) for table in tables},
        "counts": counts,
        **backed,
    }


def names_of(table: Table) -> list[str]:
    """The columns of a table as they stand in its rows."""
    return [column.name for column in table.columns]


def _rows(connection: Connection, table: Table) -> Iterator[list[Sequence[Any]]]:
    names = names_of(table)
    columns = ", ".join(f'"{name}"' for name in names)
    at_once = 2 if "body" in table.columns else ROWS
    flowing = connection.execution_options(stream_results=True, max_row_buffer=at_once)
    found = flowing.exec_driver_sql(f'SELECT {columns} FROM "{table.name}"')  # noqa: S608 - our own names
    for block in _pieces(Raw(connection).stored(table, names, found)):
        yield [tuple(row) for row in block]


def _pieces(rows: Iterable[Sequence[Any]]) -> Iterator[list[Sequence[Any]]]:
    """Rows in lists that memory holds."""
    piece: list[Sequence[Any]] = []
    size = 0
    for row in rows:
        piece.append(row)
        size += sum(len(value) for value in row if isinstance(value, bytes | str))
        if len(piece) >= ROWS or size >= PIECE:
            yield piece
            piece, size = [], 0
    if piece:
        yield piece


def _files(home: ServerHome) -> list[Path]:
    kept = [home.choices, *sorted(home.keys.iterdir()), *sorted(home.ledger.glob("*.jsonl"))]
    return [path for path in kept if path.is_file() and not files.is_part(path)]


def _try(content: BinaryIO, hashes: dict[str, str], target: Path) -> None:
    """Read a backup through; raises :class:`BadFile` when it is not what was written."""
    found: dict[str, str] = {}
    with tarfile.open(fileobj=content, mode="r|") as archive:
        for entry in archive:
            member = archive.extractfile(entry)
            found[entry.name] = sha256(member.read() if member else b"").hexdigest()
    if found != hashes:
        raise BadFile(_DIFFERS, file=target.name)
