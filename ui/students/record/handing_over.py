"""Writing the pupil of the record into a transfer file, for a school without a common server."""

from __future__ import annotations

from functools import partial
from pathlib import Path
from uuid import UUID

from emis_desktop.exchange.handover import SUFFIX
from ui.students.record.scope import RecordScope
from ui.students.transfers.files import filters, told_code
from ui.tasks import told
from ui.widgets.button import Button
from ui.widgets.system_windows import choose_target


class HandOverButton(Button):
    """Asks where the file goes, writes it, and shows the code that opens it."""

    def __init__(self, scope: RecordScope) -> None:
        super().__init__(scope.words.tr("Transfer file…"), "link", name="student.enrolment.file")
        self._scope, self.words = scope, scope.words
        self.clicked.connect(self.choose_target)

    def choose_target(self) -> None:
        """Ask where the file goes."""
        record = self._scope.record
        if record is not None:
            name = f"{record.family_name}-{record.given_names}".replace("/", "-")
            title = self.words.tr("Write a transfer file")
            taken = partial(self.write_file, record.id)
            choose_target(self, title, Path(f"{name}{SUFFIX}"), taken, filters(self.words))

    def write_file(self, student_id: UUID, target: Path) -> None:
        """Write it, and show the code."""
        context, language = self._scope.context, self.words.language
        jobs, today = context.jobs.handovers, self._scope.today()
        task = context.tasks.run(
            lambda _control: jobs.write(student_id, target, today, language),
            self.words.tr("The transfer file is still being written"),
        )
        task.succeeded.connect(
            told(self, task, lambda written: told_code(self.words, written, self.window()).ask())
        )
        task.refused.connect(
            told(self, task, lambda refusal: self._scope.said.emit(refusal.text(self.words)))
        )
