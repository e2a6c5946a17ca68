"""What a school must know of a pupil's health: sealed, for few eyes, and every reading is noted."""

from __future__ import annotations

from functools import partial
from uuid import UUID

from emis_desktop.errors import EmisError
from emis_desktop.queries.student_lines import StudentRecord
from emis_desktop.rules.health_entries import HEALTH, NEEDS
from emis_desktop.services.health_records import HealthLine
from resources.words import N_
from ui.students.record.health_entries import HealthCard
from ui.students.record.scope import Part, RecordScope, only_when
from ui.widgets.card import Card
from ui.widgets.empty import EmptyState
from ui.widgets.fields import Field
from ui.widgets.form import FormCard
from ui.widgets.long_field import LongField

READERS = N_("The principal, the school administrator and the counsellor read them.")
"""Whose roles open the note."""


class Health(Part):
    """The note. It is read when the tab is opened, and forgotten when it is left."""

    def __init__(self, scope: RecordScope) -> None:
        super().__init__(scope, "student.health")
        tr = self.words.tr
        self._read_for: UUID | None = None
        self._none_known = False
        self._shut = Card()
        self._shut_state = EmptyState(
            "lock",
            tr("Health notes are not open to you"),
            tr(READERS),
            name="student.health.shut",
        )
        self._shut.body.addWidget(self._shut_state)
        self.card = FormCard(tr("What the school must know"), name="student.health.card")
        self.note = LongField(
            tr("Allergies, conditions, medicine, whom to call"),
            self.words,
            lines=4,
            optional=True,
            help_text=tr("Sealed on this laptop. Each reading is noted in history."),
            name="student.health.note",
        )
        self.note.set_read_only(not scope.edits)
        self.note.committed.connect(self._save)
        self.card.add(self.note, 3)
        self.body.addWidget(self._shut)
        self.body.addWidget(self.card)
        self.health = HealthCard(
            scope,
            HEALTH,
            tr("Health"),
            tr("No alert, condition or medication is recorded."),
            "student.entries",
        )
        self.needs = HealthCard(
            scope,
            NEEDS,
            tr("Special needs"),
            tr("No assessment, service, device or plan is recorded."),
            "student.needs",
        )
        for card in (self.health, self.needs):
            self.body.addWidget(card)
            only_when(scope.reads_health, card)
        self._state = ""
        self.body.addStretch(1)
        only_when(not scope.reads_health, self._shut)
        only_when(scope.reads_health, self.card)
        scope.saver.watch(self.note)

    def fields(self) -> list[Field]:
        """The note."""
        return [self.note]

    def opened(self) -> None:
        """Read the note, once for each time the tab is opened."""
        record, scope = self.scope.record, self.scope
        if record is None or not scope.reads_health or self._read_for == record.id:
            return
        self._read_for = record.id
        self._shut.hide()
        for card in (self.card, self.health, self.needs):
            card.show()
        self._read_entries(record)
        self._none_known = not record.has_health
        if self._none_known:
            self.note.set_text("")
            return
        health, student_id = scope.context.services.health, record.id
        refused = partial(self._refused, student_id)
        scope.saver.queue.run(lambda: (student_id, health.read(student_id)), self._show, refused)

    def closed(self) -> None:
        """Nothing of it stays in the window."""
        self._read_for = None
        if not self.note.fault:
            self.note.set_text("")
        self._show_entries((self._read_for, ()))

    def _read_entries(self, record: StudentRecord) -> None:
        """Each reading is an act in the journal: only where something is there, and something else than was
        read.
        """
        self._state = record.health_state
        records, student_id = self.scope.context.services.health_records, record.id
        if not record.health_state:
            self._show_entries((student_id, ()))
            return
        refused = partial(self._refused, student_id)
        self.scope.saver.queue.run(
            lambda: (student_id, records.read(student_id)), self._show_entries, refused
        )

    def _show_entries(self, answer: tuple[UUID | None, tuple[HealthLine, ...]]) -> None:
        student_id, lines = answer
        if student_id == self._read_for:
            self.health.show_lines(lines)
            self.needs.show_lines(lines)

    def show_record(self, record: StudentRecord) -> None:
        """Another record: nothing of the last one stays. A note that was not known of yet when the tab was
        opened, because the record is read later than it is written, is read now.
        """
        if self._read_for is not None and self._read_for != record.id:
            self.closed()
            return
        if self._read_for is not None and record.health_state != self._state:
            self._read_entries(record)
        if self._read_for is not None and self._none_known and record.has_health:
            self._read_for = None
            self.opened()

    def _show(self, answer: tuple[UUID, str]) -> None:
        student_id, text = answer
        if student_id == self._read_for and not self.scope.saver.keeps(self.note):
            self.note.set_text(text)

    def _refused(self, student_id: UUID, refusal: EmisError) -> None:
        if student_id != self._read_for:
            return  # of a record that is no longer open
        self._shut_state.set_words(refusal.text(self.words))
        self._shut.show()
        for card in (self.card, self.health, self.needs):
            card.hide()

    def _save(self, text: str) -> None:
        scope = self.scope
        if scope.record is None:
            return
        self._none_known = False  # what stands in the field is the note
        health, student_id = scope.context.services.health, scope.student_id
        scope.saver.save(self.note, lambda: health.write(student_id, text))
