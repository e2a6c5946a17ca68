"""Suspending a pupil: the dialog, and the card of suspensions on the record."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QWidget

from emis_desktop.errors import Refused
from emis_desktop.queries.student_lines import StudentRecord
from emis_desktop.queries.suspensions import SuspensionLine
from emis_desktop.rules.code_words import SUSPENSIONS
from emis_desktop.rules.dates import parse_date
from emis_desktop.rules.rights import SensitivityClass, may_read
from emis_desktop.services.suspensions import NewSuspension
from resources.words import N_, Words
from ui.students.asking import AskDialog
from ui.students.moving import EARLIEST
from ui.students.record.scope import RecordScope
from ui.students.saying import full_name
from ui.widgets.base import discard
from ui.widgets.card import Card, Rule
from ui.widgets.fields import ChoiceField, DateField, TextField
from ui.widgets.tasks import Task, TaskRow

LATEST_YEARS = 2


class SuspendDialog(AskDialog):
    """From when to when and why; for one that is there already the days alone."""

    def __init__(
        self, scope: RecordScope, record: StudentRecord, parent: QWidget, old: SuspensionLine | None = None
    ) -> None:
        tr = scope.words.tr
        name = full_name(record)
        super().__init__(
            scope.context,
            tr("Suspend {name}?", name=name) if old is None else tr("Other days of the suspension?"),
            tr("The pupil stays on the roll, and marks and registers stay as they are."),
            name="student.suspend",
            parent=parent,
        )
        self._id, self._old = record.id, old
        today = scope.today()
        latest = today.replace(year=today.year + LATEST_YEARS, day=min(today.day, 28))

        def day(label: str, key: str, *, optional: bool = False) -> DateField:
            return DateField(
                label,
                self.words,
                lambda text: parse_date(text, EARLIEST, latest),
                optional=optional,
                name=f"student.suspend.{key}",
            )

        self.first = day(tr("First day"), "first")
        self.last = day(tr("Last day"), "last", optional=True)
        self.first.set_value(today if old is None else old.starts_on)
        self.last.set_value(None if old is None else old.ends_on)
        self.put(self.first, "starts_on")
        self.put(self.last, "ends_on")
        choices = [(code, tr(text)) for code, text in SUSPENSIONS.items()]
        self.cause = ChoiceField(tr("Reason"), choices, self.words, name="student.suspend.reason")
        self.note = TextField(
            tr("Note"),
            self.words,
            optional=True,
            help_text=tr("Only who reads case notes sees it."),
            name="student.suspend.note",
        )
        if old is None:
            self.put(self.cause, "reason")
            if may_read(scope.context.actor, SensitivityClass.CASE):
                self.put(self.note, "note")
        self.set_deed(tr("Suspend") if old is None else tr("Save"))

    def deed_of(self) -> Callable[[], object]:
        """Write it."""
        first, last = self.first.value(), self.last.value()
        if first is None:
            raise Refused(N_("Type the first day."), field="starts_on")
        service, old = self.context.services.suspensions, self._old
        if old is not None:
            return lambda: service.change(old.id, first, last)
        new = NewSuspension(first, last, self.cause.value(), self.note.text())
        student_id = self._id
        return lambda: service.suspend(student_id, new)


class SuspensionCard(Card):
    """The suspensions of a pupil; ``change_asked(SuspensionLine)``. It shows only where there is one."""

    change_asked = Signal(object)

    def __init__(self, words: Words) -> None:
        super().__init__(name="student.suspensions")
        self.words = words
        self.add_head(words.tr("Suspensions"))
        self._rows: list[QWidget] = []
        self.hide()

    def show_lines(self, lines: tuple[SuspensionLine, ...], *, edits: bool) -> None:
        """Show these, the newest first."""
        for old in self._rows:
            discard(old)
        self._rows = []
        for number, line in enumerate(lines):
            if number:
                self._add(Rule())
            task = Task(
                line.id.hex,
                "lock",
                "warn",
                _days(self.words, line),
                self._said(line),
                self.words.tr("Other days…") if edits else "",
            )
            row = TaskRow(task, name=f"student.suspensions.{number}")
            row.verb.setVisible(edits)
            row.chosen.connect(partial(self._chosen, line))
            self._add(row)
        self.setVisible(bool(lines))

    def _said(self, line: SuspensionLine) -> str:
        reason = self.words.tr(SUSPENSIONS.get(line.reason, line.reason))
        return f"{reason}. {line.note}" if line.note else reason

    def _chosen(self, line: SuspensionLine, _key: str) -> None:
        self.change_asked.emit(line)

    def _add(self, row: QWidget) -> None:
        self._rows.append(row)
        self.body.addWidget(row)


def _days(words: Words, line: SuspensionLine) -> str:
    """From when to when, in words."""
    first = words.date(line.starts_on, "medium")
    if line.ends_on is None:
        return words.tr("Suspended from {first}, until it is ended", first=first)
    return words.tr("Suspended from {first} to {last}", first=first, last=words.date(line.ends_on, "medium"))
