"""The state of the engine in the GUI thread: the newest one, told at most some ten times a second."""

from __future__ import annotations

from collections.abc import Callable

from PySide6.QtCore import QObject, QTimer, Signal

from emis_desktop.queries.sync_state import Conflicts, Joined, SyncState
from ui.sync_page.doors import SyncDoors
from ui.tasks import TaskControl, Tasks

BEAT_MS = 90
QUIET_MS = 500
TABLES = frozenset({"conflict", "joined", "site"})
"""When one of these changes, what is to be decided is counted anew."""


class SyncWatch(QObject):
    """``changed(SyncState)`` when the engine does something; ``counted(int)`` when the number of changes to
    decide was read; ``ended`` when a sync came to its end.

    ``state``, ``joined`` and ``to_decide`` are the newest that are known.
    """

    changed = Signal(object)
    counted = Signal(int)
    ended = Signal()
    _heard = Signal()

    def __init__(self, doors: SyncDoors, tasks: Tasks, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self.doors, self._tasks = doors, tasks
        self.state: SyncState = doors.engine.state()
        self.joined: Joined | None = None
        self.to_decide = 0
        self._ran = self.state.running
        self._beat = QTimer(self, singleShot=True, interval=BEAT_MS)
        self._beat.timeout.connect(self._tell)
        self._quiet = QTimer(self, singleShot=True, interval=QUIET_MS)
        self._quiet.timeout.connect(self.count)
        self._heard.connect(self._start_beat)
        self._stop: Callable[[], None] = doors.engine.subscribe(self._hear)

    def stop(self) -> None:
        """Hear nothing any more."""
        self._stop()
        self._beat.stop()
        self._quiet.stop()

    def tables_changed(self, tables: frozenset[str]) -> None:
        """Something was written."""
        if tables & TABLES:
            self._quiet.start()

    def count(self) -> None:
        """Read away from the screen's thread where this laptop belongs and how much is to be decided."""
        task = self._tasks.run(self._ask)
        task.succeeded.connect(self._counted)

    def _ask(self, _control: TaskControl) -> tuple[Joined | None, Conflicts]:
        return self.doors.facts.joined(), self.doors.conflicts.waiting(0)

    def _counted(self, answer: tuple[Joined | None, Conflicts]) -> None:
        self.joined, found = answer
        self.to_decide = found.to_decide
        self.counted.emit(self.to_decide)

    def _hear(self, state: SyncState) -> None:
        """On any thread. A sync of a few changes begins and ends between two beats: it counts as well."""
        if state.running:
            self._ran = True
        self._heard.emit()

    def _start_beat(self) -> None:
        if not self._beat.isActive():
            self._beat.start()

    def _tell(self) -> None:
        ran, self._ran = self._ran, False  # before the state is read: what begins from here on is heard anew
        self.state = self.doors.engine.state()
        self._ran = self._ran or self.state.running
        self.changed.emit(self.state)
        if ran and not self.state.running:
            self.count()
            self.ended.emit()
