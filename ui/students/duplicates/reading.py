"""Looking for doubles off the screen's thread, and reading what was merged."""

from __future__ import annotations

from functools import partial
from uuid import UUID

from PySide6.QtCore import QObject, Signal

from emis_desktop.queries.duplicates import Report
from ui.context import UiContext
from ui.tasks import Task, TaskControl, told


class DuplicatesReader(QObject):
    """``looked(Report)`` and ``merged(tuple of Merged)`` with the newest answers; ``advanced(done, total)``
    and ``stopped`` of the look; ``refused(EmisError)``.
    """

    looked = Signal(object)
    merged = Signal(object)
    advanced = Signal(int, int)
    stopped = Signal()
    refused = Signal(object)

    def __init__(self, context: UiContext, parent: QObject) -> None:
        super().__init__(parent)
        self._context = context
        self._task: Task | None = None

    def busy(self) -> bool:
        """Whether somebody is being looked for."""
        return self._task is not None

    def look(self, school: UUID | None) -> None:
        """Compare everybody of the school, or of the country, anew."""
        self.stop()
        queries = self._context.queries.duplicates

        def job(control: TaskControl) -> Report:
            return queries.report(control.progress, school)

        task = self._task = self._context.tasks.run(job)
        task.progressed.connect(told(self, task, lambda done, total, _what: self.advanced.emit(done, total)))
        task.succeeded.connect(told(self, task, partial(self._looked, task)))
        task.refused.connect(self.refused)
        task.cancelled.connect(self.stopped)
        task.ended.connect(told(self, task, partial(self._ended, task)))

    def stop(self) -> None:
        """Stop looking; nothing is half done."""
        if self._task is not None:
            self._task.cancel()

    def read_merged(self) -> None:
        """Read what was merged."""
        queries = self._context.queries.pairs
        task = self._context.tasks.run(lambda _control: queries.merged())
        task.succeeded.connect(self.merged)
        task.refused.connect(self.refused)

    def _looked(self, task: Task, report: Report) -> None:
        if self._task is task:
            self.looked.emit(report)

    def _ended(self, task: Task) -> None:
        if self._task is task:
            self._task = None
