"""Undo and redo for the whole window: the keys where nothing under the focus wants them, and the toasts."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial

from PySide6.QtCore import QEvent, QObject
from PySide6.QtGui import QKeyEvent, QKeySequence

from emis_desktop.errors import EmisError
from emis_desktop.services.undo import Undone, UndoService
from ui.shell.finder import Deed
from ui.shell.window import MainWindow
from ui.tasks import Tasks


class Undoing(QObject):
    """Takes back the last act of this sitting, and does it again."""

    def __init__(self, window: MainWindow, service: UndoService, tasks: Tasks) -> None:
        super().__init__(window)
        self._window, self._service, self._tasks = window, service, tasks
        self._running = False
        self._done: Callable[[Undone], None] = self._undone
        window.installEventFilter(self)

    def deeds(self) -> tuple[Deed, Deed]:
        """Both, for the search for everything."""
        tr = self._window.words.tr
        return (
            Deed(tr("Undo"), "undo-2", self.undo, "Ctrl+Z"),
            Deed(tr("Redo"), "redo-2", self.redo, "Ctrl+Y"),
        )

    def undo(self) -> None:
        """Take back the last act."""
        self._run(self._service.undo, self._undone)

    def redo(self) -> None:
        """Do again what was taken back last."""
        self._run(self._service.redo, self._redone)

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        """The keys, when they come up to the window: whatever had the focus did not want them."""
        if isinstance(event, QKeyEvent) and event.type() == QEvent.Type.KeyPress:
            if event.matches(QKeySequence.StandardKey.Undo):
                self.undo()
                return True
            if event.matches(QKeySequence.StandardKey.Redo) or _is_ctrl_y(event):
                self.redo()
                return True
        return False

    def _undo_again(self, act: int) -> None:
        """The act that a toast tells, whatever was done since."""
        self._run(partial(self._service.undo_act, act), self._undone)

    def _run(self, act: Callable[[], Undone], done: Callable[[Undone], None]) -> None:
        if self._running:
            return
        self._running = True
        task = self._tasks.run(lambda _control: act())
        self._done = done
        task.succeeded.connect(self._succeeded)
        task.refused.connect(self._refused)

    def _succeeded(self, undone: Undone) -> None:
        self._done(undone)

    def _undone(self, done: Undone) -> None:
        self._running = False
        words = self._window.words
        text = words.tr("Undone: {what}", what=done.sentence.text(words))
        self._window.notify(text, self.redo, words.tr("Redo"))

    def _redone(self, done: Undone) -> None:
        self._running = False
        words = self._window.words
        text = words.tr("Done again: {what}", what=done.sentence.text(words))
        self._window.notify(text, partial(self._undo_again, done.act))

    def _refused(self, refusal: EmisError) -> None:
        self._running = False
        self._window.notify(refusal.text(self._window.words))


def _is_ctrl_y(event: QKeyEvent) -> bool:
    """Redo as everybody knows it from the office, also where the system has other keys for it."""
    return QKeySequence(event.keyCombination()) == QKeySequence("Ctrl+Y")
