"""What the page needs of the engine and the records, as it asks for it: nothing here knows how they do it."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Protocol
from uuid import UUID

from emis_desktop.queries.sync_state import (
    BundleDone,
    Conflicts,
    DecidedList,
    Joined,
    PastSyncs,
    SyncState,
    Verb,
    WaitingList,
)
from ui.tasks import TaskControl


class Engine(Protocol):
    """The engine in the background. Everything returns at once and may be called from any thread."""

    def state(self) -> SyncState:
        """What it is at now."""
        ...

    def subscribe(self, listener: Callable[[SyncState], None]) -> Callable[[], None]:
        """Have ``listener`` called from any thread at each change; gives what ends that."""
        ...

    def now(self) -> None:
        """Sync as soon as it can."""
        ...

    def pause(self) -> None:
        """Stop after what is on the line; what has come is kept."""
        ...

    def go_on(self) -> None:
        """Go on where it was paused."""
        ...

    def cancel(self) -> None:
        """End this sync; the next begins where it stopped."""
        ...


class SyncFacts(Protocol):
    """Questions about sending; they read the store."""

    def joined(self) -> Joined | None:
        """Where this laptop belongs, None while it works on its own."""
        ...

    def waiting(self) -> WaitingList:
        """What waits to be sent."""
        ...

    def past(self, most: int) -> PastSyncs:
        """The newest ``most`` syncs."""
        ...


class ConflictFacts(Protocol):
    """Questions about the changes to look at, limited to what the person may see."""

    def waiting(self, most: int) -> Conflicts:
        """The oldest ``most``."""
        ...

    def decided(self, most: int) -> DecidedList:
        """The newest ``most`` that were decided."""
        ...


class ConflictDeeds(Protocol):
    """Deciding, each one act."""

    def decide(self, conflict_id: UUID, verb: Verb, value: str = "") -> None:
        """Do ``verb``; ``value`` is what was typed, for an edit. Raises ``Refused`` with field "value"."""
        ...


class Bundles(Protocol):
    """The same exchange through a file; both take a while."""

    def save(self, path: Path, control: TaskControl) -> BundleDone:
        """Write what waits, and what the server needs to know, into a file."""
        ...

    def read(self, path: Path, control: TaskControl) -> BundleDone:
        """Take in what the ministry wrote. Raises :class:`~emis_desktop.errors.BadFile`."""
        ...


class Choices(Protocol):
    """How this laptop syncs; each is stored, and raises :class:`~emis_desktop.errors.EmisError`."""

    def set_every(self, minutes: int | None) -> None:
        """Sync by itself every so many minutes; None for only when asked."""
        ...

    def rename(self, laptop: str) -> None:
        """Call this laptop something else here; raises ``Refused`` with field laptop."""
        ...

    def move(self, address: str) -> None:
        """Find the same server at another address; raises ``Refused`` with field address. Needs the line."""
        ...


@dataclass(frozen=True, slots=True)
class JoinWish:
    """What joining needs: where, the code as typed, and what this laptop shall be called."""

    address: str
    code: str
    laptop: str


class Joining(Protocol):
    """Joining with a code; for a store that is there already."""

    def check_code(self, text: str) -> str:
        """The code as it is written; raises ``Refused`` for a slip, without a line."""
        ...

    def join(self, wish: JoinWish, control: TaskControl) -> Joined:
        """Join. Raises ``Refused`` with field address, code or laptop."""
        ...


@dataclass(frozen=True, slots=True)
class SyncDoors:
    """All of them, for one sitting; without ``bundles`` nothing is offered for USB."""

    engine: Engine
    facts: SyncFacts
    conflicts: ConflictFacts
    deeds: ConflictDeeds
    bundles: Bundles | None
    joining: Joining
    choices: Choices
