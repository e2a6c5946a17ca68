"""The way of a file into the records: looked at, tried, brought in as one act, taken back."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

from PySide6.QtCore import QObject, Signal

from emis_desktop.errors import EmisError
from emis_desktop.exchange.columns import Headings, Kind
from emis_desktop.jobs.import_records import FileChanged, ImportReport, Source
from emis_desktop.services.undo import Made
from ui.context import UiContext
from ui.students.newest import Newest
from ui.tasks import TaskControl


class ImportFlow(QObject):
    """One file, one piece of work at a time, away from the screen's thread.

    What was begun for another file or another kind is stopped, and what comes of it is not told any more.
    ``began(title, what Cancel leaves)`` and ``progressed(done, total, what)``; then ``looked(Headings)``,
    ``tried(ImportReport)``, ``brought(ImportReport)`` or ``taken_back``; else ``refused(EmisError)`` or
    ``stopped``. A file that changed after its try is not written: ``changed(EmisError)``, then it is tried
    again.
    """

    began = Signal(str, str)
    progressed = Signal(int, int, str)
    looked = Signal(object)
    tried = Signal(object)
    brought = Signal(object)
    taken_back = Signal()
    refused = Signal(object)
    changed = Signal(object)
    stopped = Signal()

    def __init__(self, context: UiContext, kind: Kind, parent: QObject) -> None:
        super().__init__(parent)
        self._context, self.words = context, context.words
        self.kind = kind
        self.report: ImportReport | None = None
        self._path: Path | None = None
        self._mapping: dict[str, str] = {}
        self._act: int | None = None
        self._writing = False
        self.work = Newest(context, self)
        self.work.progressed.connect(self.progressed)
        self.work.refused.connect(self._refused)
        self.work.stopped.connect(self.stopped)

    # -- What is asked for ----------------------------------------------------------------------------

    def take(self, path: Path) -> None:
        """Look at a file, then try it."""
        self._path, self._mapping = path, {}
        self._look(path)

    def other_kind(self, kind: Kind) -> None:
        """The file holds something else."""
        self.kind, self._mapping = kind, {}
        if self._path is not None:
            self._look(self._path)

    def map_columns(self, mapping: dict[str, str]) -> None:
        """The headings mean this."""
        self._mapping = mapping
        if self._path is not None:
            self._look(self._path)

    def try_again(self) -> None:
        """The file may have been mended: look at it and try it once more."""
        if self._path is not None:
            self._look(self._path)

    def start_over(self) -> None:
        """Another file will come."""
        self.work.let_go()
        self._path, self.report, self._act = None, None, None

    def stop(self) -> None:
        """Stop what runs; ``stopped`` comes when it has."""
        self.work.stop()

    def is_busy(self) -> bool:
        """Whether something runs."""
        return self.work.task is not None

    def is_writing(self) -> bool:
        """Whether rows are being written."""
        return self.is_busy() and self._writing

    def bring_in(self) -> None:
        """Write the rows that can be written."""
        if self._path is None:
            return
        jobs, tr = self._context.jobs.records, self.words.tr
        source = replace(self._source(self._path), tried="" if self.report is None else self.report.content)

        undo = self._context.services.undo

        def job(control: TaskControl) -> Made[ImportReport]:
            control.check()
            return undo.made_by(lambda: jobs.bring_in(source, control.progress))

        title = tr("Bringing in {file}", file=source.path.name)
        leaves, called = tr("Cancel leaves everything as it was."), tr("The list is still being brought in")
        self._run(job, self._brought, title, leaves, called, writing=True)

    def can_take_back(self) -> bool:
        """Whether rows were written that can be taken back."""
        report = self.report
        return self._act is not None and report is not None and bool(report.created + report.updated)

    def take_back(self) -> None:
        """Undo what was brought in."""
        act, undo = self._act, self._context.services.undo
        if act is not None:
            called = self.words.tr("The list is still being taken back")
            task = self._context.tasks.run(lambda _control: undo.undo_act(act), called, stops=False)
            task.succeeded.connect(self._taken_back)
            task.refused.connect(self.refused)

    # -- The work -------------------------------------------------------------------------------------

    def _source(self, path: Path) -> Source:
        return Source(self.kind, path, headings=self._mapping or None)

    def _look(self, path: Path) -> None:
        jobs, source = self._context.jobs.records, self._source(path)
        title = self.words.tr("Reading {file}", file=source.path.name)
        self._run(lambda _control: jobs.look(source), self._looked, title, "")

    def _looked(self, headings: object) -> None:
        if not isinstance(headings, Headings) or self._path is None:
            return
        self.looked.emit(headings)
        if headings.missing or headings.twice:
            return
        jobs, source, tr = self._context.jobs.records, self._source(self._path), self.words.tr

        def job(control: TaskControl) -> ImportReport:
            control.check()
            return jobs.try_out(source, control.progress)

        title = tr("Trying {file}", file=source.path.name)
        self._run(job, self._tried, title, tr("Nothing is written yet."))

    def _tried(self, report: object) -> None:
        if isinstance(report, ImportReport):
            self.report = report
            self.tried.emit(report)

    def _brought(self, made: object) -> None:
        if isinstance(made, Made):
            self.report, self._act = made.result, made.act
            self.brought.emit(made.result)

    def _refused(self, refusal: EmisError) -> None:
        if isinstance(refusal, FileChanged):
            self.changed.emit(refusal)
            self.try_again()
        else:
            self.refused.emit(refusal)

    def _taken_back(self, _undone: object) -> None:
        self._act = None
        self.taken_back.emit()

    def _run(
        self,
        job: Callable[[TaskControl], object],
        done: Callable[[object], object],
        title: str,
        leaves: str,
        called: str = "",
        *,
        writing: bool = False,
    ) -> None:
        self._writing = writing
        self.began.emit(title, leaves)
        self.work.run(job, done, called)
