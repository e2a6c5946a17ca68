"""Bringing in a file: chosen or dropped, tried first, its errors listed, then brought in as one act."""

from __future__ import annotations

from enum import StrEnum
from pathlib import Path

from PySide6.QtCore import Signal
from PySide6.QtGui import QDragEnterEvent, QDropEvent
from PySide6.QtWidgets import QFileDialog, QHBoxLayout, QStackedWidget, QWidget

from emis_desktop.errors import EmisError
from emis_desktop.exchange.columns import Headings, Kind
from emis_desktop.jobs.import_records import ImportReport, Source
from resources.words import Words
from ui.context import UiContext
from ui.students.import_columns import ColumnTable
from ui.students.import_drop import DropPlace
from ui.students.import_errors import ErrorTable
from ui.tasks import Task, TaskControl
from ui.widgets.base import announce, row
from ui.widgets.button import Button
from ui.widgets.chips import Segmented
from ui.widgets.dialog import Dialog
from ui.widgets.focus import FocusRing
from ui.widgets.progress import ProgressStrip
from ui.widgets.text import Text

WIDTH, HEIGHT = 720, 470


class Step(StrEnum):
    """Where the dialog is."""

    CHOOSE = "choose"
    COLUMNS = "columns"
    TRIED = "tried"
    DONE = "done"


def kind_words(words: Words) -> list[tuple[str, str]]:
    """The kinds of files, in words."""
    return [
        (Kind.STUDENTS.value, words.tr("Pupils")),
        (Kind.MARKS.value, words.tr("Marks")),
        (Kind.ATTENDANCE.value, words.tr("Attendance totals")),
    ]


class ImportDialog(Dialog):
    """Three kinds of files through the same steps. ``brought_in(ImportReport)`` when rows were written."""

    brought_in = Signal(object)

    def __init__(self, context: UiContext, parent: QWidget | None = None, kind: str = "students") -> None:
        tr = context.words.tr
        super().__init__(
            tr("Bring in a file"),
            tr("CSV, Excel or OpenDocument. The file is tried first; nothing is written before you say so."),
            name="import",
            parent=parent,
        )
        self.setMaximumWidth(WIDTH)
        self.resize(WIDTH, HEIGHT)
        self._context, self.words = context, context.words
        self._path: Path | None = None
        self._mapping: dict[str, str] = {}
        self._report: ImportReport | None = None
        self._task: Task | None = None
        self._saved_as = ""
        self.step = Step.CHOOSE
        self.body.addLayout(self._make_top(kind))
        self._stack = QStackedWidget()
        self.drop = DropPlace(self.words)
        self.columns = ColumnTable(self.words)
        self.errors = ErrorTable(self.words)
        for part in (self.drop, self.columns, self.errors):
            self._stack.addWidget(part)
        self.body.addWidget(self._stack, 1)
        self._fault = Text("", 13, 500, "bad", wrap=True)
        self._fault.hide()
        self.body.addWidget(self._fault)
        self.strip = ProgressStrip(self.words, name="import.progress")
        self.strip.cancelled.connect(self._stop)
        self.body.addWidget(self.strip)
        self._make_verbs()
        self.drop.chosen.connect(self.take)
        self.drop.asked.connect(self.choose)
        self.setAcceptDrops(True)
        FocusRing(self)
        self._go(Step.CHOOSE)

    # -- Parts --------------------------------------------------------------------------------------

    def _make_top(self, kind: str) -> QHBoxLayout:
        tr = self.words.tr
        line = row(None, 12)
        self.kinds = Segmented(kind_words(self.words), tr("What the file holds"), name="import.kind")
        self.kinds.set_value(kind)
        self.kinds.chosen.connect(self._other_kind)
        line.addWidget(self.kinds)
        line.addStretch(1)
        self.template = Button(tr("Get an empty file to fill in"), "link", "download", name="import.template")
        self.template.clicked.connect(self.ask_template)
        line.addWidget(self.template)
        return line

    def _make_verbs(self) -> None:
        tr = self.words.tr
        self.save_list = self._verb("save", tr("Save the list"), self.ask_save)
        self.again = self._verb("again", tr("Another file"), self._start_over)
        self.map = self._verb("columns", tr("Columns…"), lambda: self._go(Step.COLUMNS))
        self.close_button = self.add_verb("close", tr("Close"), safe=True)
        self.deed = self._verb("do", "", self._act)
        self.deed.set_kind("primary")

    def _verb(self, key: str, text: str, act: object) -> Button:
        button = self.add_verb(key, text)
        button.clicked.disconnect()
        button.clicked.connect(act)
        return button

    def _go(self, step: Step) -> None:
        """Show a step and the verbs that belong to it."""
        self.step = step
        tr, words = self.words.tr, self.words
        shown = {Step.CHOOSE: self.drop, Step.COLUMNS: self.columns}
        self._stack.setCurrentWidget(shown.get(step, self.errors))
        report = self._report
        bad = len(report.errors) if report is not None else 0
        self.save_list.setVisible(step in {Step.TRIED, Step.DONE} and bad > 0)
        self.again.setVisible(step is not Step.CHOOSE)
        self.map.setVisible(step is Step.TRIED)
        self.kinds.setEnabled(step is not Step.DONE)
        writes = 0 if report is None else report.created + report.updated
        self.deed.setVisible(step is Step.COLUMNS or (step is Step.TRIED and writes > 0))
        if step is Step.COLUMNS:
            self.deed.setText(tr("Try again"))
        elif step is Step.TRIED:
            self.deed.setText(words.ntr("Bring in {n} row", "Bring in {n} rows", writes))
        self.deed.setEnabled(True)

    # -- The file -----------------------------------------------------------------------------------

    def kind(self) -> Kind:
        """What the file holds."""
        return Kind(self.kinds.value())

    def choose(self) -> QFileDialog:
        """Ask for a file."""
        tr = self.words.tr
        dialog = QFileDialog(self, tr("Choose a file"))
        dialog.setFileMode(QFileDialog.FileMode.ExistingFile)
        dialog.setNameFilters([f"{tr('Tables')} (*.csv *.tsv *.txt *.xlsx *.xlsm *.xlsb *.xls *.ods)"])
        dialog.fileSelected.connect(lambda path: self.take(Path(path)))
        dialog.open()
        return dialog

    def take(self, path: Path) -> None:
        """Look at a file and try it."""
        self._path, self._mapping = path, {}
        self._look()

    def _other_kind(self, _kind: str) -> None:
        self._mapping = {}
        if self._path is not None:
            self._look()

    def _start_over(self) -> None:
        self._stop()
        self._path, self._report = None, None
        self._say_fault("")
        self.strip.close_strip()
        self._go(Step.CHOOSE)

    def _source(self) -> Source:
        return Source(self.kind(), self._path or Path(), headings=self._mapping)

    def _say_fault(self, text: str) -> None:
        self._fault.setText(text)
        self._fault.setVisible(bool(text))
        if text:
            announce(self._fault, text)

    def _run(self, job: object, done: object) -> None:
        """Start a piece of work; one at a time."""
        self._say_fault("")
        self.deed.setEnabled(False)
        task = self._context.tasks.run(job)  # type: ignore[arg-type]
        self._task = task
        task.progressed.connect(self.strip.advance)
        task.succeeded.connect(done)
        task.refused.connect(self._refused)
        task.cancelled.connect(self._cancelled)

    def _stop(self) -> None:
        if self._task is not None:
            self._task.cancel()

    def _refused(self, refusal: EmisError) -> None:
        self._task = None
        self.strip.close_strip()
        self._say_fault(refusal.text(self.words))
        self._go(self.step)

    def _cancelled(self) -> None:
        self._task = None
        self.strip.finish(self.words.tr("Stopped. Nothing was written."))
        self._go(self.step)

    # -- Looking and trying -------------------------------------------------------------------------

    def _look(self) -> None:
        jobs, source = self._context.jobs.records, self._source()
        self.strip.start(self.words.tr("Reading {file}", file=source.path.name))
        self._run(lambda _control: jobs.look(source), self._looked)

    def _looked(self, headings: Headings) -> None:
        self._task = None
        self.columns.show_headings(self.kind(), headings)
        if headings.missing or headings.twice:
            self.strip.close_strip()
            self._go(Step.COLUMNS)
            return
        self._try()

    def _try(self) -> None:
        jobs, source = self._context.jobs.records, self._source()
        self.strip.start(
            self.words.tr("Trying {file}", file=source.path.name), self.words.tr("Nothing is written yet.")
        )

        def job(control: TaskControl) -> ImportReport:
            control.check()
            return jobs.try_out(source, control.progress)

        self._run(job, self._tried)

    def _tried(self, report: ImportReport) -> None:
        self._task = None
        self._report = report
        self.strip.close_strip()
        self.errors.show_report(report)
        self._go(Step.TRIED)
        self.deed.setFocus()

    # -- Doing --------------------------------------------------------------------------------------

    def _act(self) -> None:
        if self.step is Step.COLUMNS:
            self._mapping = self.columns.mapping()
            self._look()
        elif self.step is Step.TRIED:
            self._bring_in()

    def _bring_in(self) -> None:
        jobs, source = self._context.jobs.records, self._source()
        self.strip.start(
            self.words.tr("Bringing in {file}", file=source.path.name),
            self.words.tr("Cancel leaves everything as it was."),
        )
        for button in (self.again, self.map, self.kinds):
            button.setEnabled(False)

        def job(control: TaskControl) -> ImportReport:
            control.check()
            return jobs.bring_in(source, control.progress)

        self._run(job, self._brought)

    def _brought(self, report: ImportReport) -> None:
        self._task = None
        self._report = report
        self.errors.show_report(report)
        for button in (self.again, self.map):
            button.setEnabled(True)
        self._go(Step.DONE)
        undo = self._context.services.undo
        act = undo.last_act()
        take_back = Button(self.words.tr("Undo"), name="import.undo")
        take_back.clicked.connect(lambda: self._take_back(act, take_back))
        written = report.created + report.updated
        ways = (take_back,) if act is not None and written else ()
        said = self.words.ntr("{n} row brought in", "{n} rows brought in", written)
        self.strip.finish(said, self.errors.skipped_words(), ways)
        self.close_button.setFocus()
        self.brought_in.emit(report)

    def _take_back(self, act: int | None, button: Button) -> None:
        undo = self._context.services.undo
        if act is None:
            return
        button.setEnabled(False)
        task = self._context.tasks.run(lambda _control: undo.undo_act(act))
        task.succeeded.connect(self._taken_back)
        task.refused.connect(self._not_done)

    def _taken_back(self, _undone: object) -> None:
        self.strip.finish(self.words.tr("Taken back. Nothing was kept."))

    def _not_done(self, refusal: EmisError) -> None:
        self._say_fault(refusal.text(self.words))

    # -- Files that leave ---------------------------------------------------------------------------

    def ask_save(self) -> QFileDialog:
        """Ask where to write the rows that are refused."""
        return self._ask_where(self.words.tr("Save the list"), self.words.tr("rows to mend"), self.save)

    def save(self, path: Path) -> None:
        """Write the rows that are refused, with what to do."""
        jobs, report, words = self._context.jobs.records, self._report, self.words
        if report is not None:
            self._write(lambda: jobs.save_refused(report, path, words), path)

    def ask_template(self) -> QFileDialog:
        """Ask where to write an empty file."""
        name = dict(kind_words(self.words))[self.kinds.value()]
        return self._ask_where(self.template.text(), name, self.save_template)

    def save_template(self, path: Path) -> None:
        """Write an empty file of the kind."""
        jobs, kind, words = self._context.jobs.records, self.kind(), self.words
        self._write(lambda: jobs.template(kind, path, words), path)

    def _ask_where(self, title: str, name: str, then: object) -> QFileDialog:
        tr = self.words.tr
        dialog = QFileDialog(self, title)
        dialog.setAcceptMode(QFileDialog.AcceptMode.AcceptSave)
        dialog.setNameFilters([f"{tr('Excel workbook')} (*.xlsx)", f"{tr('CSV file')} (*.csv)"])
        dialog.setDefaultSuffix("xlsx")
        dialog.selectFile(f"{name}.xlsx")
        dialog.fileSelected.connect(lambda path: then(Path(path)))  # type: ignore[operator]
        dialog.open()
        return dialog

    def _write(self, act: object, path: Path) -> None:
        task = self._context.tasks.run(lambda _control: act())  # type: ignore[operator]
        self._saved_as = path.name
        task.succeeded.connect(self._written)
        task.refused.connect(self._not_done)

    def _written(self, _result: object) -> None:
        self.strip.finish(self.words.tr("Saved as {file}", file=self._saved_as))

    # -- Dropping, closing --------------------------------------------------------------------------

    def dragEnterEvent(self, event: QDragEnterEvent) -> None:
        """One file from this machine may be dropped anywhere on the dialog."""
        urls = event.mimeData().urls()
        if len(urls) == 1 and urls[0].isLocalFile() and self._task is None:
            event.acceptProposedAction()

    def dropEvent(self, event: QDropEvent) -> None:
        """Take the file."""
        event.acceptProposedAction()
        self.take(Path(event.mimeData().urls()[0].toLocalFile()))

    def reject(self) -> None:
        """Esc: stop what runs, then close."""
        self._stop()
        super().reject()
