"""Writing the pupils of a list to a CSV or XLSX file."""

from __future__ import annotations

from functools import partial
from pathlib import Path
from uuid import UUID

from PySide6.QtCore import QUrl
from PySide6.QtGui import QDesktopServices
from PySide6.QtWidgets import QFileDialog, QWidget

from emis_desktop.errors import EmisError
from ui.context import UiContext
from ui.tasks import TaskControl
from ui.widgets.base import column
from ui.widgets.button import Button
from ui.widgets.card import Card
from ui.widgets.progress import ProgressStrip
from ui.widgets.system_windows import choose_target


class ListExport(Card):
    """Asks for a file and says how it went; hidden until then."""

    def __init__(self, context: UiContext, parent: QWidget) -> None:
        super().__init__(flush=True, name="students.export_card")
        self._context, self.words = context, context.words
        self.strip = ProgressStrip(self.words, name="students.export_strip")
        box = column(None)
        box.addWidget(self.strip)
        self.body.addLayout(box)
        self.hide()

    def ask(self, ids: frozenset[UUID]) -> QFileDialog | None:
        """Ask where to write these pupils, unless the page has gone while they were counted."""
        tr, page = self.words.tr, self.parentWidget()
        if page is None or not page.isVisible():
            return None
        filters = [f"{tr('Excel workbook')} (*.xlsx)", f"{tr('CSV file')} (*.csv)"]
        proposed = Path(tr("pupils") + ".xlsx")
        return choose_target(page, tr("Export pupils"), proposed, partial(self.write, ids), filters)

    def write(self, ids: frozenset[UUID], path: Path) -> None:
        """Write them away from the screen's thread."""
        self.strip.start(self.words.ntr("Writing {n} pupil", "Writing {n} pupils", len(ids)))
        self.show()
        called = self.words.tr("The file is still being saved")
        task = self._context.tasks.run(lambda _control: self._write(_control, ids, path), called)
        task.succeeded.connect(self._written)
        task.refused.connect(self._refused)
        task.cancelled.connect(self.hide)
        self.strip.cancelled.connect(task.cancel)

    def _write(self, control: TaskControl, ids: frozenset[UUID], path: Path) -> tuple[int, Path]:
        return self._context.jobs.records.export_pupils(ids, path, control.check), path

    def _written(self, written: tuple[int, Path]) -> None:
        count, path = written
        tr = self.words
        said = tr.ntr("{n} pupil written to {file}", "{n} pupils written to {file}", count, file=path.name)
        show = Button(tr.tr("Open"), name="students.export.open")
        show.clicked.connect(lambda: QDesktopServices.openUrl(QUrl.fromLocalFile(str(path))))
        self.strip.finish(said, "", (show, self._close_button()))

    def _refused(self, refusal: EmisError) -> None:
        why = refusal.text(self.words)
        self.strip.finish(self.words.tr("Nothing was written"), why, (self._close_button(),), failed=True)

    def _close_button(self) -> Button:
        close = Button(self.words.tr("Close"), "link", name="students.export.close")
        close.clicked.connect(self.hide)
        return close
