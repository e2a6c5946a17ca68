"""What has come of downloads and of a snapshot, in the store: a cut, a kill or a power failure loses none."""

from __future__ import annotations

from sqlalchemy import Connection

from emis_desktop.database import Database
from sync.client.sql import rows, run
from sync.engine.store import Fetching, Kept
from sync.protocol.errors import BadMessage, OtherVersion
from sync.protocol.messages import Manifest, decode, encode


def kept(connection: Connection, name: str) -> Kept | None:
    """What has come of the download of that name; its tag is kept as bytes of text."""
    found = rows(connection, "SELECT sha256, body FROM partial WHERE name = ?", (name,))
    return Kept(bytes(found[0][0] or b"").decode("utf-8", "replace"), bytes(found[0][1])) if found else None


def keep(connection: Connection, name: str, tag: str, body: bytes) -> None:
    """Keep what has come; of other downloads nothing is kept any more, so that they never pile up."""
    run(connection, "DELETE FROM partial")
    run(connection, "INSERT INTO partial (name, sha256, body) VALUES (?, ?, ?)", (name, tag.encode(), body))


def drop(connection: Connection, name: str) -> None:
    """Forget a download."""
    run(connection, "DELETE FROM partial WHERE name = ?", (name,))


def fetching(connection: Connection) -> Fetching | None:
    """The snapshot under way; one whose manifest cannot be read any more counts as none."""
    found = rows(connection, "SELECT manifest, done FROM snapshot_state")
    if not found or found[0][0] is None:
        return None
    try:
        return Fetching(decode(Manifest, bytes(found[0][0])), int(found[0][1]))
    except (BadMessage, OtherVersion):  # damaged, or of a version that was here before
        return None


def begin_snapshot(connection: Connection, manifest: Manifest) -> None:
    """Begin with a snapshot in place of any other."""
    run(connection, "DELETE FROM snapshot_state")
    run(
        connection,
        "INSERT INTO snapshot_state (one, snapshot_id, head, head_tag, history_id, parts, done, manifest) "
        "VALUES (1, ?, ?, ?, ?, ?, 0, ?)",
        (
            manifest.id.hex(),
            manifest.upto,
            manifest.tag,
            manifest.history,
            len(manifest.parts),
            encode(manifest),
        ),
    )


def part_done(connection: Connection, number: int) -> None:
    """A part of the snapshot is in."""
    run(connection, "UPDATE snapshot_state SET done = max(done, ?)", (number + 1,))


class Downloads:
    """The same over an open store, each call a transaction of its own."""

    def __init__(self, db: Database) -> None:
        """``db`` is the open store."""
        self._db = db

    def kept(self, name: str) -> Kept | None:
        """What has come of the download of that name."""
        with self._db.read() as session:
            return kept(session.connection(), name)

    def keep(self, name: str, tag: str, body: bytes) -> None:
        """Keep what has come of a download."""
        with self._db.local() as connection:
            keep(connection, name, tag, body)

    def drop(self, name: str) -> None:
        """Forget a download; writes nothing where nothing was kept."""
        if self.kept(name) is not None:
            with self._db.local() as connection:
                drop(connection, name)

    def fetching(self) -> Fetching | None:
        """The snapshot under way, if any."""
        with self._db.read() as session:
            return fetching(session.connection())

    def begin_snapshot(self, manifest: Manifest) -> None:
        """Begin with a snapshot."""
        with self._db.local() as connection:
            begin_snapshot(connection, manifest)
