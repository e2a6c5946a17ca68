"""Dated notes on a pupil."""

from __future__ import annotations

from functools import partial

from emis_desktop.queries.student_lines import NoteLine, StudentRecord
from ui.students.record.scope import Part, RecordScope, only_when
from ui.theme.fonts import SEMIBOLD
from ui.widgets.base import add_key, column, row
from ui.widgets.button import Button
from ui.widgets.card import Card
from ui.widgets.fields import Field
from ui.widgets.form import FormCard
from ui.widgets.long_field import LongField
from ui.widgets.text import Text


class Notes(Part):
    """A field for a new note and the notes so far, newest first."""

    def __init__(self, scope: RecordScope) -> None:
        super().__init__(scope, "student.notes")
        tr = self.words.tr
        self.new = FormCard(tr("New note"), name="student.new_note")
        self.text = LongField(
            tr("Note"),
            self.words,
            lines=4,
            help_text=tr("Dated today. Notes are read by everybody who sees the pupil."),
            name="student.note",
        )
        self.new.add(self.text, 3)
        self.save = Button(tr("Save note"), name="student.note.save", keys="Ctrl+Return")
        self.save.clicked.connect(self.save_note)
        add_key(self.text, "Ctrl+Return", tr("Save note")).triggered.connect(self.save_note)
        line = row(None)
        line.addWidget(self.save)
        line.addStretch(1)
        self.new.body.addLayout(line)
        only_when(scope.edits, self.new)
        self.body.addWidget(self.new)
        self._list = column(None, 12)
        self.body.addLayout(self._list)
        self.body.addStretch(1)
        scope.saver.watch(self.text)

    def fields(self) -> list[Field]:
        """The new note."""
        return [self.text]

    def show_record(self, record: StudentRecord) -> None:
        """Show the notes; a new one being written stays."""
        while (item := self._list.takeAt(0)) is not None:
            old = item.widget()
            if old is not None:
                old.hide()
                old.deleteLater()
        for line in record.notes:
            self._list.addWidget(self._card(line))
        if not record.notes and not self.scope.edits:
            self._list.addWidget(Text(self.words.tr("No notes yet."), 13, tone="secondary"))

    def closed(self) -> None:
        """What was begun is kept, too."""
        if self.text.text().strip() and not self.text.fault:
            self.save_note()

    def save_note(self) -> None:
        """Write the note."""
        scope = self.scope
        if scope.record is None:
            return
        relations, student_id, said = scope.context.services.relations, scope.student_id, self.text.text()
        today = scope.today()

        def write() -> None:
            relations.add_note(student_id, said, today)

        def done(_result: object) -> None:
            if self.text.text() == said:
                self.text.set_text("")
            scope.reload_asked.emit()

        scope.saver.run(write, done, self.text.set_refusal)

    def _card(self, line: NoteLine) -> Card:
        tr = self.words.tr
        card = Card()
        head = row(None, 8)
        head.addWidget(Text(self.words.date(line.written_on), 12, SEMIBOLD, "secondary"))
        head.addStretch(1)
        remove = Button(tr("Remove"), "link_flush", name="student.note.remove")
        remove.setAccessibleName(tr("Remove the note of {day}", day=self.words.date(line.written_on)))
        remove.clicked.connect(partial(self._remove, line))
        only_when(self.scope.edits, remove)
        head.addWidget(remove)
        card.body.addLayout(head)
        card.body.addWidget(Text(line.text, 13, wrap=True))
        return card

    def _remove(self, line: NoteLine) -> None:
        relations = self.scope.context.services.relations
        self.scope.do(lambda: relations.remove_note(line.id), self.words.tr("Note removed"))
