"""What the parts of an incident share: which is open, who may change it, how it is written."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from datetime import date
from functools import partial
from uuid import UUID

from PySide6.QtCore import QObject, Signal
from PySide6.QtWidgets import QWidget

from emis_desktop.errors import EmisError
from emis_desktop.queries.incidents import IncidentRecord
from emis_desktop.rules.rights import Right, SensitivityClass, may_read, offers
from emis_desktop.services.undo import Made
from ui.context import UiContext
from ui.students.asking import FieldsDialog
from ui.students.saying import Sayer
from ui.widgets.fields import Field
from ui.work_queue import WorkQueue


class IncidentScope(QObject):
    """The open incident. ``changed``: read it again; ``said(text)``: a refusal that belongs to no field."""

    changed = Signal()
    said = Signal(str)

    def __init__(
        self, context: UiContext, queue: WorkQueue, today: Callable[[], date], parent: QObject | None = None
    ) -> None:
        super().__init__(parent)
        self.context, self.words, self.queue, self.today = context, context.words, queue, today
        self.say = Sayer(context.words, context.profile)
        self.record: IncidentRecord | None = None
        self.edits = offers(context.actor, Right.EDIT_BEHAVIOUR)
        self.reads_cases = may_read(context.actor, SensitivityClass.CASE)

    @property
    def incident_id(self) -> UUID:
        """Which incident is open; only where one is."""
        if self.record is None:
            raise LookupError("no incident is open")
        return self.record.line.id

    def do(self, act: Callable[[], object], told: str) -> None:
        """Do something that a toast tells, with Undo."""
        undo = self.context.services.undo
        self.queue.run(lambda: undo.made_by(act), partial(self.did, told), self.refused)

    def ask(
        self,
        question: str,
        fields: Sequence[tuple[Field, str]],
        act: Callable[[], Callable[[], object]],
        *,
        deed: str,
        told: str,
        parent: QWidget,
    ) -> None:
        """Ask in a dialog of fields; what it did is told."""
        dialog = FieldsDialog(
            self.context, question, fields, act, deed=deed, name="behaviour.dialog", parent=parent.window()
        )
        dialog.done_well.connect(partial(self.did, told))
        dialog.ask()

    def did(self, told: str, made: Made[object]) -> None:
        """Something was stored."""
        self.context.notify(told, None if made.act is None else partial(self._take_back, made.act))
        self.changed.emit()

    def refused(self, refusal: EmisError) -> None:
        """Something was not."""
        self.said.emit(refusal.text(self.words))
        self.changed.emit()

    def _take_back(self, act: int) -> None:
        undo = self.context.services.undo
        self.queue.run(lambda: undo.undo_act(act), lambda _undone: self.changed.emit(), self.refused)
