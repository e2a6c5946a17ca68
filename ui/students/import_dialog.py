"""Bringing in a file: chosen or dropped, tried first, its errors listed, then brought in as one act."""

from __future__ import annotations

from enum import StrEnum

from PySide6.QtWidgets import QStackedWidget, QVBoxLayout, QWidget

from emis_desktop.errors import EmisError
from emis_desktop.exchange.columns import Headings, Kind
from emis_desktop.jobs.import_records import ImportReport
from emis_desktop.rules.rights import Right, offers
from ui.context import UiContext
from ui.students.import_columns import ColumnTable
from ui.students.import_drop import DropPlace
from ui.students.import_errors import ErrorTable
from ui.students.import_files import ImportFiles
from ui.students.import_flow import ImportFlow
from ui.students.import_past import PastImportsDialog
from ui.students.import_words import kind_words
from ui.widgets.base import announce, column, row
from ui.widgets.button import Button
from ui.widgets.chips import Segmented
from ui.widgets.dialog import Dialog
from ui.widgets.file_drop import FileDrop
from ui.widgets.focus import FocusRing
from ui.widgets.progress import ProgressStrip
from ui.widgets.text import Text

WIDTH, HEIGHT = 720, 510


class Step(StrEnum):
    """Where the dialog is."""

    CHOOSE = "choose"
    COLUMNS = "columns"
    TRIED = "tried"
    DONE = "done"


class ImportDialog(Dialog):
    """Every kind of file through the same steps; ``flow`` does the work, ``files`` writes what leaves."""

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
        self.flow = ImportFlow(context, Kind(kind), self)
        self.files = ImportFiles(context, self)
        self.step = Step.CHOOSE
        self._changed: EmisError | None = None
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
        self.body.addWidget(self.strip)
        self._make_verbs()
        self._connect()
        FileDrop(self, lambda: not self.flow.is_busy()).dropped.connect(self.flow.take)
        FocusRing(self)
        self._go(Step.CHOOSE)

    def _connect(self) -> None:
        flow, tr = self.flow, self.words.tr
        flow.began.connect(self._began)
        flow.progressed.connect(self.strip.advance)
        flow.looked.connect(self._looked)
        flow.tried.connect(self._tried)
        flow.brought.connect(self._brought)
        flow.taken_back.connect(self._taken_back)
        flow.changed.connect(self._file_changed)
        self.errors.again.clicked.connect(flow.try_again)
        flow.refused.connect(self._refused)
        flow.stopped.connect(self._stopped)
        self.strip.cancelled.connect(flow.stop)
        self.files.saved.connect(lambda name: self.strip.finish(tr("Saved as {file}", file=name)))
        self.files.chosen.connect(flow.take)
        self.files.refused.connect(lambda refusal: self._say_fault(refusal.text(self.words)))
        self.drop.chosen.connect(flow.take)
        self.drop.asked.connect(self.files.ask_table)
        self.kinds.chosen.connect(lambda kind: flow.other_kind(Kind(kind)))

    # -- Parts --------------------------------------------------------------------------------------

    def _make_top(self, kind: str) -> QVBoxLayout:
        tr = self.words.tr
        lines = column(None, 4)
        line = row(None, 12)
        self.kinds = Segmented(kind_words(self.words), tr("What the file holds"), name="import.kind")
        self.kinds.set_value(kind)
        line.addWidget(self.kinds)
        line.addStretch(1)
        lines.addLayout(line)
        ways = row(None, 12)
        self.template = Button(tr("Get an empty file to fill in"), "link", "download", name="import.template")
        self.template.clicked.connect(lambda: self.files.ask_template(self.flow.kind))
        ways.addWidget(self.template)
        self.export = Button(tr("Export what is here"), "link", "file-spreadsheet", name="import.export")
        self.export.clicked.connect(lambda: self.files.ask_export(self.flow.kind))
        if not offers(self._context.actor, Right.EXPORT_RECORDS):
            self.export.hide()
        ways.addWidget(self.export)
        ways.addStretch(1)
        self.past = Button(tr("Past imports"), "link", "history", name="import.past")
        self.past.clicked.connect(self.show_past)
        ways.addWidget(self.past)
        lines.addLayout(ways)
        return lines

    def show_past(self) -> PastImportsDialog:
        """The files that were brought in before."""
        dialog = PastImportsDialog(self._context, self)
        dialog.ask()
        return dialog

    def _make_verbs(self) -> None:
        tr = self.words.tr
        self.save_list = self._verb(
            "save", tr("Save the list"), lambda: self.files.ask_list(self.flow.report)
        )
        self.again = self._verb("again", tr("Another file"), self._start_over)
        self.map = self._verb("columns", tr("Columns…"), lambda: self._go(Step.COLUMNS))
        self.close_button = self._verb("close", tr("Close"), self.reject, safe=True)
        self.deed = self._verb("do", "", self._act)
        self.deed.set_kind("primary")

    def _verb(self, key: str, text: str, act: object, *, safe: bool = False) -> Button:
        button = self.add_verb(key, text, safe=safe)
        button.clicked.disconnect()
        button.clicked.connect(act)
        return button

    def _go(self, step: Step) -> None:
        """Show a step and the verbs that belong to it."""
        self.step = step
        tr, words = self.words.tr, self.words
        shown = {Step.CHOOSE: self.drop, Step.COLUMNS: self.columns}
        self._stack.setCurrentWidget(shown.get(step, self.errors))
        report = self.flow.report
        bad = len(report.errors) if report is not None else 0
        self.save_list.setVisible(step in {Step.TRIED, Step.DONE} and bad > 0)
        self.again.setVisible(step is not Step.CHOOSE)
        self.map.setVisible(step is Step.TRIED)
        for control in (self.again, self.map, self.errors.again):
            control.setEnabled(True)
        self.kinds.setEnabled(step is not Step.DONE)
        writes = 0 if report is None else report.created + report.updated
        self.deed.setVisible(step is Step.COLUMNS or (step is Step.TRIED and writes > 0))
        if step is Step.COLUMNS:
            self.deed.setText(tr("Try again"))
        elif step is Step.TRIED and bad:
            self.deed.setText(words.ntr("Bring in the other row", "Bring in the other {n} rows", writes))
        elif step is Step.TRIED:
            self.deed.setText(words.ntr("Bring in {n} row", "Bring in {n} rows", writes))
        self.deed.setEnabled(True)

    # -- The file -----------------------------------------------------------------------------------

    def _start_over(self) -> None:
        self.flow.start_over()
        self._say_fault("")
        self.strip.close_strip()
        self._go(Step.CHOOSE)

    def _act(self) -> None:
        """The verb of the step."""
        if self.step is Step.COLUMNS:
            self.flow.map_columns(self.columns.mapping())
        elif self.step is Step.TRIED:
            for button in (self.again, self.map, self.kinds, self.errors.again):
                button.setEnabled(False)
            self.flow.bring_in()

    def _say_fault(self, text: str) -> None:
        self._fault.setText(text)
        self._fault.setVisible(bool(text))
        if text:
            announce(self._fault, text)

    # -- What comes of it ---------------------------------------------------------------------------

    def _began(self, title: str, leaves: str) -> None:
        self._say_fault("")
        self.deed.setEnabled(False)
        self.strip.start(title, leaves)

    def _looked(self, headings: Headings) -> None:
        self.columns.show_headings(self.flow.kind, headings)
        if headings.missing or headings.twice:
            self.strip.close_strip()
            self._go(Step.COLUMNS)

    def _tried(self, report: ImportReport) -> None:
        self.strip.close_strip()
        self.errors.show_report(report)
        self._go(Step.TRIED)
        if self._changed is not None:
            self._say_fault(self._changed.text(self.words))
            self._changed = None
        (self.deed if self.deed.isVisibleTo(self) else self.close_button).setFocus()

    def _brought(self, report: ImportReport) -> None:
        self.errors.show_report(report)
        self._go(Step.DONE)
        take_back = Button(self.words.tr("Undo"), name="import.undo")
        take_back.clicked.connect(self.flow.take_back)
        take_back.clicked.connect(lambda: take_back.setEnabled(False))
        ways = (take_back,) if self.flow.can_take_back() else ()
        written = report.created + report.updated
        said = self.words.ntr("{n} row brought in", "{n} rows brought in", written)
        self.strip.finish(said, self.errors.skipped_words(), ways)
        self.close_button.setFocus()

    def _file_changed(self, refusal: EmisError) -> None:
        """Said when the file has been tried again, beside what came of it."""
        self._changed = refusal

    def _taken_back(self) -> None:
        """Nothing of the file is left to be told of; another may come."""
        self._start_over()
        self.strip.finish(self.words.tr("Taken back. Nothing was kept."))

    def _refused(self, refusal: EmisError) -> None:
        if self.step is not Step.DONE:
            self.strip.close_strip()
        self._say_fault(refusal.text(self.words))
        self._go(self.step)

    def _stopped(self) -> None:
        self.strip.finish(self.words.tr("Stopped. Nothing was written."))
        self._go(self.step)

    # -- Closing ------------------------------------------------------------------------------------

    def reject(self) -> None:
        """Esc: stop what runs, then close; not before it is known whether the file was still written."""
        self.flow.stop()
        if not self.flow.is_writing():
            super().reject()
