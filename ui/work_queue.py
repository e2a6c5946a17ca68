"""A page's questions and writes, one after the other in the order asked, on a thread of their own."""

from collections.abc import Callable
from typing import TypeVar

from PySide6.QtCore import QObject, QTimer, Signal

from emis_desktop.errors import EmisError
from ui.tasks import Tasks

Result = TypeVar("Result")
_WAIT_MS = 10_000


class WorkQueue(QObject):
    """A queue of jobs. What is read after a write has it; ``idle`` comes when nothing is left to do.

    A job starts when the screen has shown what led to it: two threads of Python in each other's way would
    make the screen wait for the disk after all.
    """

    idle = Signal()

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._tasks = Tasks(self, threads=1)
        self._asked: list[Callable[[], None]] = []
        self._waiting = 0
        self._after_paint = QTimer(self, singleShot=True, interval=0)
        self._after_paint.timeout.connect(self._start)

    def run(
        self,
        job: Callable[[], Result],
        done: Callable[[Result], object],
        failed: Callable[[EmisError], object],
    ) -> None:
        """Do ``job`` after all that were asked before; then ``done(result)`` or ``failed`` in this thread."""

        def start() -> None:
            task = self._tasks.run(lambda _control: job())
            task.succeeded.connect(done)
            task.refused.connect(failed)
            task.ended.connect(self._ended)

        self._waiting += 1
        self._asked.append(start)
        self._after_paint.start()

    def busy(self) -> bool:
        """Whether anything is still to be done or told."""
        return self._waiting > 0

    def finish(self) -> bool:
        """Wait until every job is done; its outcome is told later. False when that takes too long."""
        self._start()
        return self._tasks.stop_all(_WAIT_MS)

    def _start(self) -> None:
        asked, self._asked = self._asked, []
        for start in asked:
            start()

    def _ended(self) -> None:
        self._waiting -= 1
        if not self._waiting:
            self.idle.emit()
