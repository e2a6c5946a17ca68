"""The pupils that are ticked, and the choice of everybody whom the list shows."""

from __future__ import annotations

from collections.abc import Callable
from uuid import UUID

from PySide6.QtCore import QObject, Qt, Signal
from PySide6.QtWidgets import QApplication, QStackedWidget

from emis_desktop.queries.search import StudentFilter
from ui.context import UiContext
from ui.students.bulk import BulkBar
from ui.students.model import PupilModel
from ui.tasks import TaskControl
from ui.widgets.table.view import TableView

AT_ONCE = 2_000
"""So many pupils are ticked without leaving the screen's thread."""
Question = tuple[str, StudentFilter]


class Ticks(QObject):
    """Keeps the ticks of ``model`` and shows ``bulk`` in place of the filters while there are any.

    ``move_asked(ids)``, ``transfer_asked(ids)``; ``export_asked(ids)`` also for everybody shown;
    ``refused(EmisError)``.
    """

    move_asked = Signal(object)
    transfer_asked = Signal(object)
    export_asked = Signal(object)
    refused = Signal(object)

    def __init__(
        self,
        context: UiContext,
        table: TableView,
        model: PupilModel,
        bulk: BulkBar,
        bar: QStackedWidget,
        question: Callable[[], Question],
    ) -> None:
        """``question()`` is what the list shows now; ``bar`` has the filters first, then ``bulk``."""
        super().__init__(table)
        self._context, self._question = context, question
        self._table, self._model, self._bulk, self._bar = table, model, bulk, bar
        self._asked: Question | None = None
        table.check_toggled.connect(self.toggle)
        table.all_toggled.connect(self.toggle_all)
        bulk.move_asked.connect(lambda: self.move_asked.emit(frozenset(model.checked)))
        bulk.transfer_asked.connect(lambda: self.transfer_asked.emit(frozenset(model.checked)))
        bulk.export_asked.connect(lambda: self.export_asked.emit(frozenset(model.checked)))
        bulk.cleared.connect(self.clear)

    def clear(self) -> None:
        """Take every tick away."""
        self._check(set())

    def toggle(self, row: int) -> None:
        """Tick the pupil of a row, or take the tick away."""
        self._model.toggle(row)
        self._show()

    def toggle_all(self, checked: bool) -> None:
        """Tick everybody whom the list shows, or nobody."""
        self._asked = None
        if not checked:
            self.clear()
            return
        asked = self._question()
        if self._model.count() <= AT_ONCE:
            self._check(self._ids(asked))
            return
        self._asked = asked
        task = self._context.tasks.run(lambda _control: (asked, self._ids(asked)))
        task.succeeded.connect(self._found)
        task.refused.connect(self.refused)

    def export_all(self) -> None:
        """Ask for the export of everybody whom the list shows."""
        asked = self._question()

        def job(_control: TaskControl) -> frozenset[UUID]:
            return frozenset(self._ids(asked))

        task = self._context.tasks.run(job)
        task.succeeded.connect(self.export_asked)
        task.refused.connect(self.refused)

    def _ids(self, question: Question) -> set[UUID]:
        return set(self._context.queries.search.ids(*question))

    def _found(self, answer: tuple[Question, set[UUID]]) -> None:
        asked, ids = answer
        if asked == self._asked == self._question():  # else the list shows somebody else by now
            self._check(ids)

    def _check(self, ids: set[UUID]) -> None:
        self._asked = None
        self._model.set_checked(ids)
        self._show()

    def _show(self) -> None:
        count = len(self._model.checked)
        self._table.head.set_all_checked(bool(count) and count >= self._model.count())
        self._bulk.set_count(count)
        focus = QApplication.focusWidget()
        had_focus = focus is not None and self._bulk.isAncestorOf(focus)
        self._bar.setCurrentIndex(1 if count else 0)
        if not count and had_focus:
            self._table.setFocus(Qt.FocusReason.ShortcutFocusReason)
