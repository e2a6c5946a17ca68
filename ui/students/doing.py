"""A deed of a view that stands in the list's place: done off the screen's thread, told with Undo."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial

from PySide6.QtCore import QObject, Signal

from emis_desktop.services.undo import Made
from ui.context import UiContext
from ui.tasks import told


class Doing(QObject):
    """``done`` when something was written or taken back; ``refused(EmisError)`` where it could not be."""

    done = Signal()
    refused = Signal(object)

    def __init__(self, context: UiContext, parent: QObject) -> None:
        super().__init__(parent)
        self._context = context

    def do(self, deed: Callable[[], object], said: str) -> None:
        """Do it; ``said`` becomes a toast with Undo, which takes back that act and no other."""
        undo = self._context.services.undo
        task = self._context.tasks.run(lambda _control: undo.made_by(deed))
        task.succeeded.connect(told(self, task, partial(self._told, said)))
        task.refused.connect(self.refused)

    def _told(self, said: str, made: Made[object]) -> None:
        self._context.notify(said, None if made.act is None else partial(self._take_back, made.act))
        self.done.emit()

    def _take_back(self, act: int) -> None:
        undo = self._context.services.undo
        task = self._context.tasks.run(lambda _control: undo.undo_act(act))
        task.succeeded.connect(told(self, task, lambda _undone: self.done.emit()))
        task.refused.connect(self.refused)
