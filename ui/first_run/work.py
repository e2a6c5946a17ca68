"""What the first run does off the screen's thread, one piece at a time, with the strip that shows it."""

from __future__ import annotations

from collections.abc import Callable
from uuid import UUID

from PySide6.QtCore import QObject, Signal

from emis_desktop.backup import Restored
from emis_desktop.errors import EmisError
from emis_desktop.settings import Home
from resources.words import Words
from ui.backup.restore_job import restore, restored_words
from ui.first_run.answers import Answers, Source
from ui.first_run.setting_up import make_demo, set_up
from ui.program import opening
from ui.tasks import Task, TaskControl, Tasks
from ui.widgets.progress import ProgressStrip


class FirstRunWork(QObject):
    """``busy(bool)`` at the beginning and the end of a piece of work, then at most one of the others.

    ``made(Made)``: new records; ``restored(text)``; ``demo_made(Home)``; ``opened(Desk)``;
    ``refused(EmisError)``.
    """

    busy = Signal(bool)
    made = Signal(object)
    restored = Signal(str)
    demo_made = Signal(object)
    opened = Signal(object)
    refused = Signal(object)

    def __init__(self, words: Words, home: Home, tasks: Tasks, parent: QObject) -> None:
        super().__init__(parent)
        self._words, self._home, self._tasks = words, home, tasks
        self._running: Task | None = None
        self.strip = ProgressStrip(words, name="first.progress")
        self.strip.setProperty("alone", "true")
        self.strip.cancelled.connect(self._cancel)

    def set_up(self, answers: Answers) -> None:
        """Make the new records."""
        tr = self._words.tr
        task = set_up(self._tasks, self._home, answers)
        if answers.source is Source.JOIN:
            note = tr("Once the code is taken, Cancel leaves the rest for later: it comes while you work.")
            self._begin(task, self.made.emit, tr("Joining"), note)
        else:
            self._begin(task, self.made.emit, tr("Setting up the laptop"), tr("A few seconds."))

    def bring_in(self, answers: Answers) -> None:
        """Make the demonstration, or put a copy in place."""
        tr = self._words.tr
        if answers.source is Source.DEMO:
            task = make_demo(self._tasks, self._home, self._words)
            note = tr("Half a minute; 417 invented pupils, two laptops and a server.")
            self._begin(task, self.demo_made.emit, tr("Making the demonstration school"), note)
        elif answers.copy is not None:
            task = restore(self._tasks, self._home, answers.copy)
            note = tr("Cancel leaves everything as it is.")
            self._begin(task, self._is_restored, tr("Restoring"), note, unit=tr("MB"))

    def open(self, user_id: UUID, password: str) -> None:
        """Sign in with the password that was just chosen."""

        def job(_control: TaskControl) -> object:
            return opening.open_for(self._home, user_id, password)

        self._begin(self._tasks.run(job), self.opened.emit, self._words.tr("Opening the records"), "")

    def tell(self, what: str, why: str = "") -> None:
        """Say in the strip what did not work."""
        self.strip.finish(what, why, failed=True)

    def is_busy(self) -> bool:
        """Whether something is under way."""
        return self._running is not None

    def _begin(
        self, task: Task, done: Callable[[object], object], title: str, leaves: str, *, unit: str = ""
    ) -> None:
        self._running, self._done = task, done
        self.strip.start(title, leaves, unit=unit)
        task.progressed.connect(self._advance)
        task.succeeded.connect(self._succeeded)
        task.refused.connect(self._refused)
        task.cancelled.connect(self._end)
        self.busy.emit(True)

    def _advance(self, done: int, total: int, _what: str) -> None:
        self.strip.advance(done, total)

    def _cancel(self) -> None:
        if self._running is not None:
            self._running.cancel()

    def _end(self) -> None:
        self._running = None
        self.strip.close_strip()
        self.busy.emit(False)

    def _succeeded(self, result: object) -> None:
        self._end()
        self._done(result)

    def _refused(self, refusal: EmisError) -> None:
        self._end()
        self.refused.emit(refusal)

    def _is_restored(self, done: object) -> None:
        if isinstance(done, Restored):
            self.restored.emit(restored_words(self._words, done))
