"""One piece of work at a time: only the newest one is heard of."""

from __future__ import annotations

from collections.abc import Callable

from PySide6.QtCore import QObject, Signal

from emis_desktop.errors import EmisError
from ui.context import UiContext
from ui.tasks import Task, TaskControl


class Newest(QObject):
    """Runs a job; what was begun before is stopped, and what comes of it is not told any more.

    ``progressed(done, total, what)``, ``refused(EmisError)``, ``stopped``.
    """

    progressed = Signal(int, int, str)
    refused = Signal(object)
    stopped = Signal()

    def __init__(self, context: UiContext, parent: QObject) -> None:
        super().__init__(parent)
        self._context = context
        self.task: Task | None = None
        self._done: Callable[[object], object] = lambda _result: None

    def run(
        self, job: Callable[[TaskControl], object], done: Callable[[object], object], called: str = ""
    ) -> None:
        """Do ``job`` away from the screen's thread, then ``done(result)``; ``called`` as in ``Tasks.run``."""
        self.let_go()
        self._done = done
        self.task = task = self._context.tasks.run(job, called)
        task.progressed.connect(self._progressed)
        task.succeeded.connect(self._succeeded)
        task.refused.connect(self._refused)
        task.cancelled.connect(self._cancelled)

    def stop(self) -> None:
        """Stop what runs; ``stopped`` comes when it has."""
        if self.task is not None:
            self.task.cancel()

    def let_go(self) -> None:
        """Stop what runs and hear nothing of it any more."""
        task, self.task = self.task, None
        if task is not None:
            task.cancel()
            task.progressed.disconnect(self._progressed)
            task.succeeded.disconnect(self._succeeded)
            task.refused.disconnect(self._refused)
            task.cancelled.disconnect(self._cancelled)

    def _progressed(self, done: int, total: int, what: str) -> None:
        self.progressed.emit(done, total, what)

    def _succeeded(self, result: object) -> None:
        self.task = None
        self._done(result)

    def _refused(self, refusal: EmisError) -> None:
        self.task = None
        self.refused.emit(refusal)

    def _cancelled(self) -> None:
        self.task = None
        self.stopped.emit()
