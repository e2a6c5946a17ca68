"""The look through the whole store, beside the work of whoever has signed in."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import QObject, QTimer, Signal

from emis_desktop.errors import EmisError, StoreDamaged
from ui.tasks import Tasks

if TYPE_CHECKING:
    from emis_desktop.laptop import OpenLaptop

AFTER_MS = 2_000
"""After signing in the first screen comes first."""


class Looking(QObject):
    """Looks through a store when that is due. ``damaged(StoreDamaged)`` when it is not whole."""

    damaged = Signal(object)

    def __init__(self, tasks: Tasks, parent: QObject) -> None:
        super().__init__(parent)
        self._tasks = tasks
        self._laptop: OpenLaptop | None = None
        self._timer = QTimer(self, singleShot=True)
        self._timer.timeout.connect(self._look)

    def begin(self, laptop: OpenLaptop) -> None:
        """Somebody has signed in."""
        if laptop.look_is_due:
            self._laptop = laptop
            self._timer.start(AFTER_MS)

    def stop(self) -> None:
        """They have left; a look that has begun is stopped with all tasks."""
        self._timer.stop()
        self._laptop = None

    def _look(self) -> None:
        laptop, self._laptop = self._laptop, None
        if laptop is not None:
            task = self._tasks.run(lambda control: laptop.look_through(control.is_cancelled))
            task.refused.connect(self._looked)

    def _looked(self, fault: EmisError) -> None:
        if isinstance(fault, StoreDamaged):
            self.damaged.emit(fault)
