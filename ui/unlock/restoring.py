"""The screen on which a backup takes the place of the records."""

from __future__ import annotations

from pathlib import Path

from PySide6.QtCore import Signal

from emis_desktop.backup import Restored
from emis_desktop.errors import EmisError
from emis_desktop.front import load_front
from emis_desktop.rules.rights import Actor
from emis_desktop.settings import Home
from resources.words import Words
from ui.backup.restore_job import restore, restored_words
from ui.tasks import Task, Tasks
from ui.unlock.card_screen import CardScreen
from ui.widgets.button import Button
from ui.widgets.progress import ProgressStrip


class RestoreScreen(CardScreen):
    """Begins at once. ``restored(text)`` when it is done, ``given_up`` when it was stopped or refused."""

    restored = Signal(str)
    given_up = Signal()

    def __init__(self, words: Words, home: Home, path: Path, tasks: Tasks, asked_by: Actor) -> None:
        super().__init__(
            words,
            load_front(home.front),
            words.tr("The records of the copy are put in place"),
            words.tr("Leave the USB stick in. The records that are here now are kept aside."),
            name="restore",
        )
        self.tongues.hide()  # it could not say what comes of it any more
        self._strip = ProgressStrip(words, name="restore.progress")
        self._strip.setProperty("alone", "true")
        self.body.addWidget(self._strip)
        self._strip.start(
            words.tr("Restoring"), words.tr("Cancel leaves everything as it is."), unit=words.tr("MB")
        )
        self._task: Task = restore(tasks, home, path, asked_by)
        self._task.progressed.connect(self._advance)
        self._task.succeeded.connect(self._done)
        self._task.refused.connect(self._refused)
        self._task.cancelled.connect(self.given_up)
        self._strip.cancelled.connect(self._task.cancel)

    def _advance(self, done: int, total: int, _what: str) -> None:
        self._strip.advance(done, total)

    def _done(self, done: Restored) -> None:
        self.restored.emit(restored_words(self.words, done))

    def _refused(self, refusal: EmisError) -> None:
        back = Button(self.words.tr("Back to sign-in"), "primary", name="restore.back")
        back.clicked.connect(self.given_up)
        result = self.words.tr("Nothing was changed")
        self._strip.finish(result, refusal.text(self.words), (back,), failed=True)
        back.setFocus()
