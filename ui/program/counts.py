"""The counts of open work in the rail: marks to enter, sheets without tests, registers not marked today."""

from __future__ import annotations

from uuid import UUID

from PySide6.QtCore import QObject, QTimer

from emis_desktop.errors import EmisError
from emis_desktop.rules.rights import Right, offers
from emis_desktop.services.moments import local_today
from ui.context import UiContext
from ui.marks.lacking import sheets_words
from ui.shell.window import MainWindow
from ui.tasks import TaskControl

QUIET_MS = 1_500
"""So long after the last write the marks of the whole school are counted anew."""
REGISTERS = frozenset({"attendance_month", "calendar_day", "enrolment", "class_pupil", "school_class"})
TABLES = frozenset(
    {"mark", "assessment_item", "class_pupil", "class_subject", "enrolment", "school_class", "setting"}
)


class Counts(QObject):
    """Counts for the chosen term, away from the screen's thread."""

    def __init__(self, window: MainWindow, context: UiContext) -> None:
        super().__init__(window)
        self._window, self._context = window, context
        self._quiet = QTimer(self, singleShot=True, interval=QUIET_MS)
        self._quiet.timeout.connect(self._count)
        self._calm = QTimer(self, singleShot=True, interval=QUIET_MS)
        self._calm.timeout.connect(self._count_registers)
        context.changes.changed.connect(self._changed)
        context.place.changed.connect(self._calm.start)
        self._calm.start()
        context.place.changed.connect(self._quiet.start)
        self._quiet.start()

    def _changed(self, tables: frozenset[str]) -> None:
        if tables & TABLES:
            self._quiet.start()
        if tables & REGISTERS:
            self._calm.start()

    def _count(self) -> None:
        place = self._context.place
        if place.institution_id is None or place.term is None:
            return
        if not offers(self._context.actor, Right.EDIT_MARKS):
            return
        asked = place.institution_id, place.term.id
        task = self._context.tasks.run(lambda control: self._ask(control, *asked))
        task.succeeded.connect(self._show)

    def _ask(self, _control: TaskControl, institution_id: UUID, term_id: UUID) -> tuple[int, int]:
        try:
            lines = self._context.queries.mark_sheet.sheets(institution_id, term_id)
            mine = [line for line in lines if line.may_edit]
            return sum(line.to_enter for line in mine), sum(line.awaits_tests for line in mine)
        except EmisError:  # locked meanwhile
            return 0, 0

    def _count_registers(self) -> None:
        school = self._context.place.institution_id
        if school is None or not offers(self._context.actor, Right.EDIT_ATTENDANCE):
            return
        task = self._context.tasks.run(lambda _control: self._registers(school))
        task.succeeded.connect(self._show_registers)

    def _registers(self, institution_id: UUID) -> int:
        try:
            return len(self._context.queries.registers.unmarked_today(institution_id, local_today()))
        except EmisError:  # locked meanwhile
            return 0

    def _show_registers(self, count: int) -> None:
        words = self._window.words
        said = words.ntr("{n} register not marked today", "{n} registers not marked today", count)
        self._window.set_count("attendance", count, said)

    def _show(self, found: tuple[int, int]) -> None:
        marks, bare = found
        words = self._window.words
        said = words.ntr("{n} mark to enter", "{n} marks to enter", marks)
        if bare:
            tests = sheets_words(words, bare)
            said = f"{said}, {tests}" if marks else tests
        self._window.set_count("marks", marks + bare, said)
