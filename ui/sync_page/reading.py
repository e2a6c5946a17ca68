"""Reading what the Sync page shows, off the screen's thread, one question after the other."""

from __future__ import annotations

from dataclasses import dataclass, field
from functools import partial

from PySide6.QtCore import QObject, QTimer, Signal

from emis_desktop.errors import EmisError
from emis_desktop.queries.sync_state import Conflicts, DecidedList, Joined, PastSyncs, WaitingList
from ui.sync_page.doors import SyncDoors
from ui.work_queue import WorkQueue

QUIET_MS = 400
"""Writes that come in quick succession are one question."""
SHORT, STEP, PAGE = 20, 10, 200


@dataclass(frozen=True, slots=True)
class Found:
    """Everything the page shows, read in one go."""

    joined: Joined | None
    waiting: WaitingList = field(default_factory=WaitingList)
    past: PastSyncs = field(default_factory=PastSyncs)
    conflicts: Conflicts = field(default_factory=Conflicts)
    decided: DecidedList = field(default_factory=DecidedList)


@dataclass
class Wanted:
    """How many of each are asked for."""

    past: int = SHORT
    conflicts: int = STEP
    decided: int = 1


class Reading(QObject):
    """``found(Found)`` with the newest answer, ``refused(EmisError)``; asked by ``soon`` or ``now``."""

    found = Signal(object)
    refused = Signal(object)

    def __init__(self, doors: SyncDoors, queue: WorkQueue, parent: QObject) -> None:
        super().__init__(parent)
        self.wanted = Wanted()
        self._doors, self._queue = doors, queue
        self._asked = 0
        self._quiet = QTimer(self, singleShot=True, interval=QUIET_MS)
        self._quiet.timeout.connect(self.now)

    def soon(self) -> None:
        """Read when it has become quiet; the first time at once."""
        self._quiet.start(0 if self._asked == 0 else QUIET_MS)

    def now(self) -> None:
        """Read."""
        self._asked += 1
        doors, wanted = self._doors, self.wanted
        past, conflicts, decided = wanted.past, wanted.conflicts, wanted.decided

        def question() -> Found:
            joined = doors.facts.joined()
            if joined is None:
                return Found(None)
            return Found(
                joined,
                doors.facts.waiting(),
                doors.facts.past(past),
                doors.conflicts.waiting(conflicts),
                doors.conflicts.decided(decided),
            )

        self._queue.run(question, partial(self._show, self._asked), self._refused)

    def more_conflicts(self, count: int) -> None:
        """Read so many changes to look at."""
        self.wanted.conflicts = count
        self.now()

    def _show(self, ticket: int, found: Found) -> None:
        if ticket == self._asked:
            self.found.emit(found)

    def _refused(self, refusal: EmisError) -> None:
        self.refused.emit(refusal)
