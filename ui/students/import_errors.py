"""What a file would do or did: counts, and a table of the rows that are refused."""

from __future__ import annotations

from PySide6.QtWidgets import QStackedWidget, QWidget

from emis_desktop.jobs.import_records import ImportReport
from emis_desktop.services.importing.made import sentences
from emis_desktop.services.importing.outcome import RowError
from resources.words import Words
from ui.students.import_rows import ErrorRows, WrappedTable
from ui.students.import_words import column_words
from ui.theme.fonts import MEDIUM
from ui.widgets.base import column, row
from ui.widgets.button import Button
from ui.widgets.empty import EmptyState
from ui.widgets.table.cells import MISSING, Cell, Column
from ui.widgets.text import Text

MADE_SHOWN = 4


class ErrorTable(QWidget):
    """Counts above, the refused rows below, or a calm word when there is none."""

    def __init__(self, words: Words) -> None:
        super().__init__()
        self._words = words
        self._report: ImportReport | None = None
        tr = words.tr
        box = column(self, 8)
        self.says = Text("", 14, MEDIUM, wrap=True)
        self.more = Text("", 12, tone="secondary", wrap=True)
        top = row(None, 12)
        top.addWidget(self.says, 1)
        self.again = Button(tr("Try again"), "link", "refresh-cw", name="import.retry")
        top.addWidget(self.again)
        box.addLayout(top)
        box.addWidget(self.more)
        self.made = Text("", 12, tone="secondary", wrap=True)
        box.addWidget(self.made)
        columns = (
            Column("row", tr("Row"), 54, "end"),
            Column("column", tr("Column"), 130),
            Column("value", tr("What stands there"), 126),
            Column("reason", tr("What to do"), 260, stretch=1),
        )
        self.model = ErrorRows(columns, self._cells)
        self.table = WrappedTable(self.model, tr("Rows that cannot be brought in"), name="import.errors")
        self.model.setParent(self.table)
        self._stack = QStackedWidget()
        self._stack.addWidget(self.table)
        self._well = EmptyState("circle-check", tr("Every row can be brought in"), name="import.well")
        self._stack.addWidget(self._well)
        box.addWidget(self._stack, 1)

    def show_report(self, report: ImportReport) -> None:
        """Show what a file would do (a dry run) or did."""
        self._report = report
        words, tr = self._words, self._words.tr
        number = words.number
        written = report.created + report.updated
        if report.dry_run:
            said = words.ntr(
                "{n} row of {file} can be brought in",
                "{n} rows of {file} can be brought in",
                written,
                file=report.file,
            )
        else:
            said = words.ntr("{n} row brought in", "{n} rows brought in", written)
        if report.errors:
            count = report.left_out
            refused = words.ntr("{n} row cannot", "{n} rows cannot", count)
            if not report.dry_run:
                refused = words.ntr("{n} row was left out", "{n} rows were left out", count)
            said = tr("{done}; {refused}", done=said, refused=refused)
        self.says.setText(said)
        parts = [
            tr("{n} new", n=number(report.created)),
            tr("{n} changed", n=number(report.updated)),
            tr("{n} as they are", n=number(report.unchanged)),
        ]
        if report.unknown:
            shown = ", ".join(report.unknown)
            parts.append(tr("not read: {columns}", columns=shown))
        self.more.setText("; ".join(parts))
        self.again.setVisible(bool(report.errors))
        self._show_made(report)
        self.model.set_rows(report.errors)
        self._well.set_words(
            tr("Every row can be brought in") if report.dry_run else tr("Every row was brought in")
        )
        if not report.errors and not written:
            self._well.set_words(tr("Nothing new"), tr("Every row is on this laptop already, as it is."))
        self._stack.setCurrentWidget(self.table if report.errors else self._well)

    def _show_made(self, report: ImportReport) -> None:
        """The tests that come to be: each with its maximum, part and weight, and what it does to others."""
        words, made = self._words, report.made
        lines = [words.tr("Tests that would be made:") if report.dry_run else words.tr("Tests made:")]
        said = [" ".join(one.text(words) for one in sentences(each, words.language)) for each in made]
        lines += said[:MADE_SHOWN]
        left = len(made) - MADE_SHOWN
        if left > 0:
            lines.append(words.ntr("And {n} more.", "And {n} more.", left))
        self.made.setText("\n".join(lines) if made else "")
        self.made.setVisible(bool(made))
        self.made.setToolTip("\n".join(said))

    def skipped_words(self) -> str:
        """What was left out, for the result line."""
        report = self._report
        if report is None or not report.errors:
            return ""
        first = report.errors[0]
        count = self._words.ntr("{n} row was skipped", "{n} rows were skipped", report.left_out)
        return self._words.tr(
            "{count}. The first is row {row}: {reason}",
            count=count,
            row=first.row,
            reason=first.reason.text(self._words),
        )

    def _cells(self, error: RowError) -> tuple[Cell, ...]:
        return (
            Cell(str(error.row)),
            Cell(column_words(self._words, error.column) if error.column else MISSING, weight=500),
            Cell(error.value or MISSING, tone="text2"),
            Cell(error.reason.text(self._words)),
        )
