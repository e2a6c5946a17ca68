"""The files of an import: the one to bring in, an empty one to fill in, and the rows that are refused."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

from PySide6.QtCore import QObject, Signal
from PySide6.QtWidgets import QFileDialog, QWidget

from emis_desktop.exchange.columns import Kind
from emis_desktop.jobs.import_records import ImportReport
from ui.context import UiContext
from ui.students.import_words import kind_words
from ui.tasks import TaskControl
from ui.widgets.system_windows import choose_file, choose_target


class ImportFiles(QObject):
    """Asks which or where, then writes. ``chosen(Path)``; ``saved(name)`` or ``refused(EmisError)``."""

    chosen = Signal(object)
    saved = Signal(object)
    refused = Signal(object)

    def __init__(self, context: UiContext, parent: QWidget) -> None:
        super().__init__(parent)
        self._context, self.words, self._parent = context, context.words, parent

    def ask_table(self) -> QFileDialog:
        """Ask for the file to bring in."""
        tr = self.words.tr
        tables = f"{tr('Tables')} (*.csv *.tsv *.txt *.xlsx *.xlsm *.xlsb *.xls *.ods)"
        return choose_file(self._parent, tr("Choose a file"), self.chosen.emit, [tables])

    def ask_list(self, report: ImportReport | None) -> QFileDialog | None:
        """Ask where to write the rows that are refused; None where no file was tried."""
        if report is None:
            return None
        tr = self.words.tr
        return self._ask(tr("Save the list"), tr("rows to mend"), lambda path: self.save_list(report, path))

    def save_list(self, report: ImportReport, path: Path) -> None:
        """Write the rows that are refused, with what to do."""
        jobs, words = self._context.jobs.records, self.words
        self._write(lambda: jobs.save_refused(report, path, words), path)

    def ask_template(self, kind: Kind) -> QFileDialog:
        """Ask where to write an empty file."""
        title, name = self.words.tr("Get an empty file to fill in"), dict(kind_words(self.words))[kind.value]
        return self._ask(title, name, lambda path: self.save_template(kind, path))

    def save_template(self, kind: Kind, path: Path) -> None:
        """Write an empty file of the kind."""
        jobs, words = self._context.jobs.records, self.words
        self._write(lambda: jobs.template(kind, path, words), path)

    def ask_export(self, kind: Kind) -> QFileDialog:
        """Ask where to write what is here of a kind."""
        title, name = self.words.tr("Export what is here"), dict(kind_words(self.words))[kind.value]
        return self._ask(title, name, lambda path: self.save_export(kind, path))

    def save_export(self, kind: Kind, path: Path) -> None:
        """Write what is here of the kind in this school year: changed, it can be brought in again."""
        jobs = self._context.jobs.records
        self._write(lambda: jobs.export(kind, path), path)

    def _ask(self, title: str, name: str, then: Callable[[Path], None]) -> QFileDialog:
        tr = self.words.tr
        filters = [f"{tr('Excel workbook')} (*.xlsx)", f"{tr('CSV file')} (*.csv)"]
        return choose_target(self._parent, title, Path(f"{name}.xlsx"), then, filters)

    def _write(self, act: Callable[[], object], path: Path) -> None:
        def job(_control: TaskControl) -> str:
            act()
            return path.name

        called = self.words.tr("The file is still being saved")
        task = self._context.tasks.run(job, called, stops=False)
        task.succeeded.connect(self.saved)
        task.refused.connect(self.refused)
