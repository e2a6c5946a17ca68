"""Moving the ticked pupils to another class: the question, and Undo."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date
from functools import partial
from uuid import UUID

from PySide6.QtCore import QObject, Signal
from PySide6.QtWidgets import QWidget

from emis_desktop.queries.school import ClassInfo
from emis_desktop.services.undo import Made
from ui.context import UiContext
from ui.students.moving import MoveDialog, fitting
from ui.students.rolls import Rolls


class BulkMove(QObject):
    """``moved`` when they are in the other class; ``refused(EmisError)`` when Undo was."""

    moved = Signal()
    refused = Signal(object)

    def __init__(self, context: UiContext, rolls: Rolls, today: Callable[[], date], parent: QWidget) -> None:
        super().__init__(parent)
        self._context, self._rolls, self._today, self._parent = context, rolls, today, parent

    def ask(self, ids: frozenset[UUID]) -> MoveDialog | None:
        """Ask for another class; None when nobody is ticked."""
        if not ids:
            return None
        context, words, count = self._context, self._context.words, len(ids)
        grades = context.queries.students.grades(ids)
        classes = [(one, "") for one in fitting(self._rolls.classes(), grades)]
        students, chosen_ids = context.services.students, sorted(ids)

        def move(chosen: ClassInfo, day: date, reason: str | None) -> None:
            students.move_all(chosen_ids, chosen.id, day, reason)

        several = words.tr("They are of several grades. Choose pupils of one grade.")
        dialog = MoveDialog(
            context,
            words.ntr("Move {n} pupil to another class?", "Move {n} pupils to another class?", count),
            classes,
            move,
            today=self._today(),
            verb=words.ntr("Move {n} pupil", "Move {n} pupils", count),
            parent=self._parent.window(),
            nothing=several if len(grades) > 1 else "",
        )
        dialog.done_well.connect(partial(self._moved, count))
        dialog.ask()
        return dialog

    def _moved(self, count: int, made: Made[ClassInfo]) -> None:
        self.moved.emit()
        said = self._context.words.ntr(
            "{n} pupil moved to {class_name}",
            "{n} pupils moved to {class_name}",
            count,
            class_name=made.result.name,
        )
        self._context.notify(said, None if made.act is None else partial(self._take_back, made.act))

    def _take_back(self, act: int) -> None:
        undo = self._context.services.undo
        task = self._context.tasks.run(lambda _control: undo.undo_act(act))
        task.refused.connect(self.refused)
