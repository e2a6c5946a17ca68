"""What a sync asks of the laptop's store. Every call is one short transaction, over before the next request.

:class:`sync.engine.local.LocalStore` has all of it over a :class:`~emis_desktop.database.Database`.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Protocol
from uuid import UUID

from sync.operations import Ack, Page
from sync.protocol.messages import Manifest, RowsFound, Versions, Welcome

Breathe = Callable[[], None]
"""Called between two chunks of what is applied: somebody may be typing."""


@dataclass(frozen=True, slots=True)
class Place:
    """Where a store stands: who it is, what it has, and at which server (``server``: its id).

    The fields are those of :class:`~sync.protocol.messages.Hello`; empty bytes for what it does not have yet.
    ``newest``: the newest number of the log of which it has had anything, its own operations among them.
    """

    site: UUID
    server: UUID
    generation: int
    nonce: bytes
    history: bytes
    cursor: int
    cursor_tag: bytes
    root: bytes
    subscription: bytes
    schema: int
    audit_seq: int = 0
    audit_digest: bytes = b""
    newest: int = 0


@dataclass(frozen=True, slots=True)
class Waiting:
    """A frozen batch that the server has not acknowledged: bytes on the line and operations."""

    id: bytes
    size: int
    ops: int
    sha256: bytes


@dataclass(frozen=True, slots=True)
class Told:
    """What an acknowledgement or a page did: entries applied, edits that lost or wait, parked, refused."""

    entries: int = 0
    conflicts: int = 0
    parked: int = 0
    rejected: int = 0


@dataclass(frozen=True, slots=True)
class Fetching:
    """A snapshot under way: what it is, and how many of its parts are applied."""

    manifest: Manifest
    done: int


@dataclass(frozen=True, slots=True)
class Kept:
    """What has come of a download: its hash or tag, and the bytes so far."""

    tag: str
    body: bytes


class DownloadStore(Protocol):
    """What a laptop keeps of downloads that a cut may interrupt."""

    def kept(self, name: str) -> Kept | None:
        """What has come of the download of that name."""
        ...

    def keep(self, name: str, tag: str, body: bytes) -> None:
        """Keep what has come of a download, in place of what was kept under that name."""
        ...

    def drop(self, name: str) -> None:
        """Forget a download that is done or of no use."""
        ...

    def fetching(self) -> Fetching | None:
        """The snapshot under way, if any."""
        ...

    def begin_snapshot(self, manifest: Manifest) -> None:
        """Begin with a snapshot, in place of any before."""
        ...


class ClientStore(DownloadStore, Protocol):
    """The laptop's store, as a sync sees it."""

    def place(self) -> Place:
        """Where it stands now."""
        ...

    def freeze(self) -> None:
        """Make batches of everything written since the last time."""
        ...

    def waiting(self) -> Sequence[Waiting]:
        """The batches to be sent, oldest first."""
        ...

    def body(self, batch: bytes) -> bytes:
        """A batch as it goes on the line."""
        ...

    def welcomed(self, welcome: Welcome, shown: Place, offset_ms: int) -> None:
        """Note the contact: nonce, server time, notices, and a new generation or history where told.

        ``shown`` is what the hello said, ``offset_ms`` the server's clock minus this one's.
        """
        ...

    def acknowledge(self, ack: Ack) -> Told:
        """A batch has its result; raises nothing for one that has it already."""
        ...

    def apply(self, page: Page, breathe: Breathe) -> Told:
        """Apply a page of the log and move the cursor to its end."""
        ...

    def apply_part(self, number: int, page: Page, breathe: Breathe) -> Told:
        """Merge part ``number`` of the snapshot into what is here."""
        ...

    def end_snapshot(self) -> None:
        """All parts are in: the cursor stands where the snapshot was taken."""
        ...

    def sums(self) -> Mapping[str, bytes]:
        """256 sums of 16 bytes by class, over what the server should have too."""
        ...

    def held(self, buckets: Sequence[tuple[str, int]]) -> tuple[Versions, ...]:
        """Ids and versions of all rows in those buckets."""
        ...

    def moves(self) -> bytes | None:
        """The enrolments elsewhere of pupils who were sent here, as a packed page, as far as a server that
        lost its history tells nothing of them; None where there are none.
        """
        ...

    def replaced(self, told: int) -> tuple[bytes, int] | None:
        """Values that a later one replaced here while history was lost, as a packed page, and the number of
        the last of them. What the server was told, up to number ``told``, is forgotten first.
        """
        ...

    def repair(self, found: RowsFound, page: Page | None, breathe: Breathe) -> Told:
        """Take over rows that differ; rows that the server does not have stay."""
        ...

    def parked(self) -> int:
        """How many entries and edits wait for a row that has not come."""
        ...

    def settled(self) -> None:
        """Both ends hold the same, or were brought to it: what the server says counts from now on."""
        ...

    def offer(self, rows: Sequence[tuple[str, UUID]]) -> bytes | None:
        """Those rows with their clocks as a packed page, for a server that lost them, and as much as fits of
        what else is better known here; None once there is nothing more.
        """
        ...
