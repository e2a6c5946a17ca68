"""What the server did not take, to a file that a person can open."""

from __future__ import annotations

from functools import partial
from pathlib import Path

from PySide6.QtCore import QObject, QUrl, Signal
from PySide6.QtGui import QDesktopServices
from PySide6.QtWidgets import QFileDialog, QWidget

from ui.context import UiContext
from ui.widgets.system_windows import choose_target


class NotTaken(QObject):
    """Asks where to, writes, and says so; ``refused(EmisError)`` when nothing was written."""

    refused = Signal(object)

    def __init__(self, context: UiContext, page: QWidget) -> None:
        super().__init__(page)
        self._context, self._page = context, page

    def ask(self) -> QFileDialog | None:
        """Ask for a file."""
        tr = self._context.words.tr
        filters = [f"{tr('Excel workbook')} (*.xlsx)", f"{tr('CSV file')} (*.csv)"]
        proposed = Path(tr("not taken by the Ministry") + ".xlsx")
        return choose_target(self._page, tr("Save what was not taken"), proposed, self.write, filters)

    def write(self, path: Path) -> None:
        """Write it, away from the screen's thread."""
        context = self._context
        called = context.words.tr("The file is still being saved")
        records, words = context.jobs.records, context.words
        task = context.tasks.run(lambda _control: (path, records.save_not_taken(path, words)), called)
        task.succeeded.connect(self._written)
        task.refused.connect(self.refused)

    def _written(self, done: tuple[Path, int]) -> None:
        path, count = done
        words = self._context.words
        said = words.ntr("{n} value written to {file}", "{n} values written to {file}", count, file=path.name)
        self._context.notify(said, partial(_open, path), words.tr("Open"))


def _open(path: Path) -> None:
    QDesktopServices.openUrl(QUrl.fromLocalFile(str(path)))
