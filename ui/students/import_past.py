"""Files that were brought in before: which can be reversed, why another cannot, and reversing one."""

from __future__ import annotations

from PySide6.QtWidgets import QWidget

from emis_desktop.errors import EmisError, Refused
from emis_desktop.queries.imports import PastImport
from ui.context import UiContext
from ui.students.import_words import kind_words
from ui.students.newest import Newest
from ui.tasks import TaskControl
from ui.widgets.base import announce
from ui.widgets.dialog import Dialog
from ui.widgets.empty import EmptyState
from ui.widgets.table.cells import Cell, Column
from ui.widgets.table.model import RowsModel
from ui.widgets.table.view import TableView
from ui.widgets.text import Text

WIDTH, HEIGHT = 720, 420
ROW = 34


class PastImportsDialog(Dialog):
    """The list, newest first; the row that is chosen is looked at off the screen's thread."""

    def __init__(self, context: UiContext, parent: QWidget | None = None) -> None:
        tr = context.words.tr
        super().__init__(
            tr("Past imports"),
            tr("A file is reversed whole, while nothing later depends on what it brought."),
            name="imports",
            parent=parent,
        )
        self.setMaximumWidth(WIDTH)
        self.resize(WIDTH, HEIGHT)
        self._context, self.words = context, context.words
        self._kinds = dict(kind_words(self.words))
        self.rows: tuple[PastImport, ...] = ()
        columns = (
            Column("at", tr("When"), 104),
            Column("file", tr("File"), 110, stretch=1),
            Column("kind", tr("What it holds"), 100),
            Column("by", tr("Brought in by"), 104),
            Column("created", tr("New"), 62, "end"),
            Column("updated", tr("Changed"), 76, "end"),
            Column("state", "", 84),
        )
        self.model = RowsModel[PastImport](columns, self._cells)
        self.table = TableView(self.model, tr("Past imports"), row_height=ROW, name="imports.table")
        self.model.setParent(self.table)
        self.table.picked.connect(self._picked)
        self.nothing = EmptyState(
            "file-spreadsheet", tr("No file has been brought in yet"), name="imports.none"
        )
        self.nothing.hide()
        self.says = Text("", 13, 500, "secondary", wrap=True)
        for part in (self.table, self.nothing):
            self.body.addWidget(part, 1)
        self.body.addWidget(self.says)
        self.close_button = self.add_verb("close", tr("Close"), safe=True)
        self.reverse = self.add_verb("reverse", tr("Reverse"), "primary")
        self.reverse.clicked.disconnect()
        self.reverse.clicked.connect(self._reverse)
        self.work = Newest(context, self)
        self.work.refused.connect(self._refused)
        self._chosen: PastImport | None = None
        self._load("")

    # -- What is there ------------------------------------------------------------------------------

    def _load(self, said: str) -> None:
        """Read the list; ``said`` stands below it then."""
        self._chosen = None
        self.reverse.setEnabled(False)
        jobs = self._context.jobs.records

        def done(rows: object) -> None:
            if isinstance(rows, tuple):
                self._show(rows, said)

        self.work.run(lambda _control: jobs.past_imports(), done)

    def _show(self, rows: tuple[PastImport, ...], said: str) -> None:
        self.rows = rows
        self.model.set_rows(rows)
        self.table.setVisible(bool(rows))
        self.nothing.setVisible(not rows)
        self.reverse.setVisible(bool(rows))
        hint = self.words.tr("Choose a file to see whether it can be reversed.") if rows else ""
        self._tell(said or hint, "secondary")

    def _cells(self, one: PastImport) -> tuple[Cell, ...]:
        words, at = self.words, one.at.astimezone()
        state = Cell(words.tr("Reversed"), pill="neutral") if one.reversed else Cell("")
        return (
            Cell(f"{words.date(at.date(), 'day_month')} {at:%H:%M}"),
            Cell(one.file, weight=500),
            Cell(self._kinds.get(one.kind, one.kind)),
            Cell(one.by, tone="text2"),
            Cell(words.number(one.created)),
            Cell(words.number(one.updated)),
            state,
        )

    # -- The chosen one -----------------------------------------------------------------------------

    def _picked(self, row: int) -> None:
        if not 0 <= row < len(self.rows):
            return
        self._chosen = one = self.rows[row]
        self.reverse.setEnabled(False)
        if one.reversed:
            self._tell(self.words.tr("This import is reversed already."), "secondary")
            return
        self._tell(self.words.tr("Looking whether anything depends on it…"), "secondary")
        jobs = self._context.jobs.records

        def done(found: object) -> None:
            if isinstance(found, Refused):
                self._tell(self.words.tr("Cannot be reversed: {why}", why=found.text(self.words)), "warn")
            else:
                self._tell(self.words.tr("It can be reversed: nothing depends on it."), "secondary")
                self.reverse.setEnabled(True)

        self.work.run(lambda _control: jobs.objection(one.number), done)

    def _reverse(self) -> None:
        one, jobs = self._chosen, self._context.jobs.records
        if one is None:
            return
        self.reverse.setEnabled(False)
        self._tell(self.words.tr("Reversing {file}…", file=one.file), "secondary")

        def job(_control: TaskControl) -> bool:
            jobs.reverse_import(one.number)
            return True

        def done(_result: object) -> None:
            self._load(self.words.tr("{file} is reversed. Nothing of it is left.", file=one.file))
            self.close_button.setFocus()

        self.work.run(job, done, self.words.tr("A file is still being reversed"))

    def _refused(self, refusal: EmisError) -> None:
        self._tell(refusal.text(self.words), "bad")

    def _tell(self, text: str, tone: str) -> None:
        self.says.set_tone(tone)
        self.says.setText(text)
        if text:
            announce(self.says, text)
