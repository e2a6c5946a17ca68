"""What must be known at once of a pupil's health: at the top of the record, for those who may read it."""

from __future__ import annotations

from uuid import UUID

from emis_desktop.errors import EmisError
from emis_desktop.queries.student_lines import StudentRecord
from emis_desktop.rules.health_entries import HealthEntry
from ui.students.record.health_entries import entry_title
from ui.students.record.scope import RecordScope
from ui.widgets.base import announce, column, row
from ui.widgets.card import Card
from ui.widgets.fields import Sign
from ui.widgets.text import Text

MOST = 3
"""Alerts that are told; more are counted."""


class AlertStrip(Card):
    """Hidden while there is nothing to tell. The reading is an act in the journal, once for each time that
    the record is opened or its alerts change.
    """

    def __init__(self, scope: RecordScope) -> None:
        super().__init__(tint="bad", name="student.alerts")
        self._scope, self.words = scope, scope.words
        self._read: tuple[UUID, str] | None = None
        self.body.setContentsMargins(13, 8, 13, 8)
        line = row(None, 8)
        line.addWidget(Sign("triangle-alert", "bad", 16))
        box = column(None, 1)
        self._text = Text("", 13, 500, "bad", wrap=True)
        box.addWidget(self._text)
        line.addLayout(box, 1)
        self.body.addLayout(line)
        self.hide()

    def show_record(self, record: StudentRecord) -> None:
        """Read the alerts of a record that has any."""
        if not record.alerts:
            self.forget()
            return
        wanted = (record.id, record.health_state)
        if wanted == self._read:
            return
        if self._read is None or self._read[0] != record.id:
            self.hide()
        self._read = wanted
        health, student_id = self._scope.context.services.health_records, record.id
        self._scope.saver.queue.run(
            lambda: (wanted, health.alerts([student_id]).get(student_id, ())), self._show, self._refused
        )

    def forget(self) -> None:
        """Nothing of the last record stays."""
        self._read = None
        self._text.setText("")
        self.hide()

    def _show(self, answer: tuple[tuple[UUID, str], tuple[HealthEntry, ...]]) -> None:
        wanted, entries = answer
        if wanted != self._read or not entries:
            return
        lines = [self._words(entry) for entry in entries[:MOST]]
        if len(entries) > MOST:
            rest = len(entries) - MOST
            lines.append(self.words.ntr("{n} more under Health", "{n} more under Health", rest))
        self._text.setText("\n".join(lines))
        self.show()
        announce(self, self._text.text())

    def _words(self, entry: HealthEntry) -> str:
        tr = self.words.tr
        title = entry_title(self._scope.say, entry)
        said = tr("Allergy: {what}", what=title) if entry.kind == "allergy" else title
        detail = " ".join(entry.detail.split())
        return f"{said}. {detail}" if detail else said

    def _refused(self, _refusal: EmisError) -> None:
        self.forget()
