"""Reading who moves between schools, off the screen's thread."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date, timedelta

from PySide6.QtCore import QObject, QTimer, Signal

from emis_desktop.queries.transfers import Moves
from emis_desktop.rules.rights import Right, offers
from ui.context import UiContext
from ui.students.rolls import Rolls
from ui.tasks import TaskControl

QUIET_MS = 300
"""Writes that come in quick succession are one question."""
DAYS_SHOWN = 400
"""Who left longer ago than a school year is only in the history."""


class MovesReader(QObject):
    """``read(Moves)`` with the newest answer; ``moves`` is the last one."""

    read = Signal(object)

    def __init__(self, context: UiContext, rolls: Rolls, today: Callable[[], date], parent: QObject) -> None:
        super().__init__(parent)
        self._context, self._rolls, self._today = context, rolls, today
        self.moves = Moves()
        self.offered = offers(context.actor, Right.EDIT_STUDENTS)
        self._asked = 0
        self._quiet = QTimer(self, singleShot=True, interval=QUIET_MS)
        self._quiet.timeout.connect(self.now)

    def soon(self) -> None:
        """Read when it has become quiet."""
        if self.offered:
            self._quiet.start()

    def now(self) -> None:
        """Read."""
        school = self._rolls.institution_id
        if not self.offered or school is None:
            return
        self._quiet.stop()
        self._asked += 1
        ticket, since = self._asked, self._today() - timedelta(days=DAYS_SHOWN)
        queries = self._context.queries.transfers

        def question(_control: TaskControl) -> tuple[int, Moves]:
            return ticket, queries.moves(school, since)

        task = self._context.tasks.run(question)
        task.succeeded.connect(self._show)

    def _show(self, answer: tuple[int, Moves]) -> None:
        ticket, moves = answer
        if ticket == self._asked:
            self.moves = moves
            self.read.emit(moves)
