"""Putting a backup back, and telling a database that was brought back by other means what it missed.

A new machine gets everything from the backup. Where the server's own folder is still there, its keys must be
the same, and its ledger is kept: it knows what happened since. The database is filled in one transaction
(PostgreSQL) or beside the old file, which is kept under another name (SQLite).
"""

from __future__ import annotations

import json
import os
import tarfile
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path, PurePosixPath
from typing import Any

import msgspec
from sqlalchemy import make_url

from emis_desktop import files
from emis_desktop.errors import N_, BadFile, Refused, StoreTooNew
from emis_desktop.file_lock import locked
from sync.protocol.versions import SCHEMA
from sync.server import audit, shape
from sync.server.backup import FORMAT, LEFT_OUT, MANIFEST
from sync.server.countersigning import countersign
from sync.server.database import Store
from sync.server.feed import begin_history
from sync.server.keys import IDENTITY, SECRET, load_keys
from sync.server.ledger import NAME as LEDGER_NAME
from sync.server.migrations import NEWEST
from sync.server.office import Office, open_office, open_store
from sync.server.raw import Raw
from sync.server.replay import replay
from sync.server.sealed_file import opened
from sync.server.settings import ServerHome, is_set_up
from sync.server.verifying import RESTORED

_NO_BACKUP = N_("{file} is no backup of a server, or not all of it.")
_TOO_NEW = N_("{file} was written by a newer version. Install that version, then restore.")
_OTHER = N_("{file} is another server’s. Restore it into a folder of its own: EMIS_HOME.")
_SERVING = N_("The server is serving. Stop it first, then do it again.")
_FULL = N_("The database has records. Give “--replace” to put the backup in their place.")


@dataclass(frozen=True, slots=True)
class Restored:
    """What came back: rows, the log's head then, and what the ledger told the database again."""

    rows: int
    head: int
    replayed: int


@contextmanager
def nobody_serves(home: ServerHome) -> Iterator[None]:
    """Keep every serving process out during the block; raises :class:`Refused` while one is at work."""
    home.make()
    with files.saving_in(home.root):
        try:
            with locked(home.lock, seconds=1):
                yield
        except Refused as fault:
            if isinstance(fault.__cause__, OSError):
                raise Refused(_SERVING) from fault
            raise


def restore(
    home: ServerHome,
    file: Path,
    private: bytearray,
    url: str,
    *,
    replace: bool,
    now_ms: Callable[[], int],
) -> Restored:
    """Put back what ``file`` holds; nothing is changed before all of it was read and found whole.

    Raises :class:`BadFile`, :class:`Refused`, :class:`StoreTooNew`, :class:`CannotSave`.
    """
    manifest = _looked_through(file, private)
    with nobody_serves(home):
        _check_free(url, replace=replace)
        _bring_home(home, file, private, manifest)
        store = open_store(load_keys(home.keys), _aside(url), os.urandom)
        try:
            rows = _fill(store, file, private, manifest, now_ms(), replace=replace)
        finally:
            store.close()
        _swap(url)
        office = open_office(home, url=url, now_ms=now_ms)
        try:
            replayed = after_restore(office)
        finally:
            office.close()
    return Restored(rows, int(manifest["head"]), replayed)


def after_restore(office: Office) -> int:
    """Begin another history, tell the database what the ledger knows, and write down that it was restored.

    Returns how much the ledger told. Also for a database that was brought back by other means.
    """
    with office.store.write() as connection:
        audit.begin(connection)
        head = audit.current_head(connection)
        begin_history(connection, office.entropy)
    office.ledger.append(RESTORED, seq=head.seq, digest=head.digest.hex())
    told = replay(office).total
    with office.store.write() as connection:
        fact = audit.Fact("ministry", "restore", f"ledger told {told}")
        newest = audit.append(connection, [fact], office.now_ms())
    countersign(office, newest)
    return told


def _looked_through(file: Path, private: bytearray) -> dict[str, Any]:
    """The manifest of a backup that was read from its start to its end."""
    manifest: dict[str, Any] | None = None
    rows = 0
    for name, content in _members(file, private):
        if name == MANIFEST:
            manifest = json.loads(content)
        elif name.startswith("tables/"):
            rows += len(msgspec.msgpack.decode(content))
    if manifest is None or rows != manifest.get("rows"):
        raise BadFile(_NO_BACKUP, file=file.name)
    if manifest["format"] > FORMAT or manifest["schema"] > SCHEMA:
        raise StoreTooNew(_TOO_NEW, file=file.name)
    return manifest


def _members(file: Path, private: bytearray) -> Iterator[tuple[str, bytes]]:
    with file.open("rb") as handle:
        content = opened(handle, file.name, private=private)
        try:
            with tarfile.open(fileobj=content, mode="r|") as archive:
                for entry in archive:
                    member = archive.extractfile(entry)
                    if member is not None:
                        yield entry.name, member.read()
            while content.read(1 << 16):  # to the mark that says it is whole
                pass
        except (tarfile.TarError, EOFError) as fault:
            raise BadFile(_NO_BACKUP, file=file.name) from fault


def _bring_home(home: ServerHome, file: Path, private: bytearray, manifest: Mapping[str, Any]) -> None:
    """Keys, choices and ledger of the backup, where the folder has none; the folder's own where it has."""
    kept = {
        PurePosixPath(name).relative_to("home"): content
        for name, content in _members(file, private)
        if name.startswith("home/")
    }
    for key in (IDENTITY, SECRET):
        there = home.keys / key
        if there.exists() and there.read_bytes() != kept.get(PurePosixPath("keys") / key):
            raise Refused(_OTHER, file=file.name)
    if is_set_up(home) and json.loads(home.choices.read_text("utf-8"))["server"] != manifest["server"]:
        raise Refused(_OTHER, file=file.name)
    ledger = PurePosixPath("ledger") / LEDGER_NAME
    for name, content in sorted(kept.items(), key=lambda one: one[0].name == "server.json"):
        target = home.root / name
        if not _is_ours(name):
            continue
        if not target.exists() or (name == ledger and target.stat().st_size < len(content)):
            files.write(target, content)


def _is_ours(name: PurePosixPath) -> bool:
    return name.parts in {
        ("keys", IDENTITY),
        ("keys", SECRET),
        ("ledger", LEDGER_NAME),
        ("server.json",),
    }


def _fill(
    store: Store, file: Path, private: bytearray, manifest: Mapping[str, Any], now: int, *, replace: bool
) -> int:
    """Put the rows into an empty database, in one transaction."""
    with store.engine.execution_options(emis_begin="BEGIN IMMEDIATE").begin() as connection:
        there = connection.dialect.has_table(connection, "server")
        if there and not replace and Raw(connection).rows("SELECT one FROM server WHERE head > 0"):
            raise Refused(_FULL)
        store.model.metadata.drop_all(connection)
        store.model.create(connection)
        shape.stamp(connection, NEWEST)
        raw = Raw(connection)
        rows = 0
        for name, content in _members(file, private):
            if name.startswith("tables/"):
                rows += _put(store, raw, name.split("/")[1], content, manifest)
    shape.prepare(store, now)
    store.analyze()
    return rows


def _put(store: Store, raw: Raw, name: str, content: bytes, manifest: Mapping[str, Any]) -> int:
    table = store.model.metadata.tables.get(name)
    rows: list[list[Any]] = msgspec.msgpack.decode(content)
    if table is None or name in LEFT_OUT:
        raise BadFile(_NO_BACKUP, file=name)
    raw.insert(table, manifest["tables"][name], rows)
    return len(rows)


def _check_free(url: str, *, replace: bool) -> None:
    """Raise :class:`Refused` where a file of SQLite would be replaced unasked."""
    parts = make_url(url)
    if parts.get_backend_name() == "sqlite" and Path(str(parts.database)).exists() and not replace:
        raise Refused(_FULL)


def _aside(url: str) -> str:
    """Where the database is filled: for SQLite a file beside the one that it will replace."""
    parts = make_url(url)
    if parts.get_backend_name() != "sqlite":
        return url
    path = Path(f"{parts.database}.restoring")
    for leftover in (path, *(Path(f"{path}{end}") for end in ("-wal", "-shm"))):
        leftover.unlink(missing_ok=True)
    return f"sqlite:///{path}"


def _swap(url: str) -> None:
    """Give the filled file of SQLite its name; the one of before stays beside it as ``.before``."""
    parts = make_url(url)
    if parts.get_backend_name() != "sqlite":
        return
    path = Path(str(parts.database))
    if path.exists():
        files.replace(path, Path(f"{path}.before"))
    for end in ("-wal", "-shm"):
        with suppress(FileNotFoundError):
            Path(f"{path}{end}").replace(Path(f"{path}.before{end}"))
    files.replace(Path(f"{path}.restoring"), path)
