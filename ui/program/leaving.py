"""How a sitting ends: after a question where something would be lost, or because nobody is there."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from functools import partial

from PySide6.QtCore import QCoreApplication, QEvent, QObject, Signal

from emis_desktop.sentence import NN_
from resources.words import N_
from ui.context import UnsavedWork
from ui.laptop_settings import LaptopSettings
from ui.shell.idle import IdleWatch
from ui.shell.window import MainWindow
from ui.tasks import Task, Tasks
from ui.unlock.state import Ended
from ui.widgets.dialog import Dialog
from ui.work_queue import WorkQueue

AGAIN_MS = 5_000
"""A lock that waits for a long piece of work looks again after this time."""


@dataclass(frozen=True, slots=True)
class _How:
    """What is asked before refused entries are forgotten; ``key`` is that of the verb that goes on.

    ``stops`` and ``stop`` say what leaving does to long work that is under way, and do it; ``waits`` says
    that work which cannot be stopped is waited for.
    """

    name: str
    asks: tuple[str, str]
    why: tuple[str, str]
    key: str
    verb: tuple[str, str]
    stops: str
    stop: str
    waits: str


LOCK = _How(
    "shell.lock",
    NN_("Lock with {n} entry that is not saved?", "Lock with {n} entries that are not saved?"),
    NN_(
        "It was refused, so it is in no record. Locking forgets it; all the rest is saved.",
        "They were refused, so they are in no record. Locking forgets them; all the rest is saved.",
    ),
    "lock",
    NN_("Lock and forget it", "Lock and forget them"),
    N_("Locking stops it now. It can be done again later."),
    N_("Lock and stop it"),
    N_("It cannot be stopped halfway. Lock when it has ended."),
)
LEAVE = _How(
    "shell.leave",
    NN_("Go on with {n} entry that is not saved?", "Go on with {n} entries that are not saved?"),
    NN_(
        "It was refused, so it is in no record. Going on forgets it; all the rest is saved.",
        "They were refused, so they are in no record. Going on forgets them; all the rest is saved.",
    ),
    "go",
    NN_("Go on and forget it", "Go on and forget them"),
    N_("Going on stops it now. It can be done again later."),
    N_("Go on and stop it"),
    N_("It cannot be stopped halfway. Go on when it has ended."),
)


class Leaving(QObject):
    """``ended(Ended)`` when the sitting shall end; whoever is in charge of it then ends it."""

    ended = Signal(object)

    def __init__(self, unsaved: UnsavedWork, settings: LaptopSettings, tasks: Tasks, parent: QObject) -> None:
        super().__init__(parent)
        self._unsaved, self._settings, self._tasks = unsaved, settings, tasks
        self._window: MainWindow | None = None
        self.idle = IdleWatch(settings.auto_lock_minutes, self)
        self.idle.idle.connect(self.left_alone)
        settings.changed.connect(self._settings_changed)

    def set_window(self, window: MainWindow) -> None:
        """It is typed in this window from now on; what was refused in the one before is gone with it."""
        self._window = window
        self._unsaved.forget()

    def stop(self) -> None:
        """The sitting ends: nothing is asked or waited for any more."""
        if self._window is not None:
            self._window = None
            self.idle.stop()
            self._settings.changed.disconnect(self._settings_changed)

    def finish_typing(self) -> bool:
        """Store what is being typed and hear what came of it; False when the open page does not let go."""
        window = self._window
        if window is None:
            return True
        window.setFocus()
        page = window.page()
        free = page is None or page.leave()
        for queue in window.findChildren(WorkQueue):
            queue.finish()
            for task in queue.findChildren(Task):  # else a refusal would come after the question
                QCoreApplication.sendPostedEvents(task, QEvent.Type.MetaCall.value)
        return free

    def lost(self) -> int:
        """How many entries stand refused and in no store."""
        return self._unsaved.count()

    def ask_to_end(self, how: Ended) -> None:
        """Lock or sign out, after a question when something would be lost or cut short."""
        self._ask_to_stop(LOCK, partial(self._ask, LOCK, partial(self.ended.emit, how)))

    def ask_to_go_on(self, go_on: Callable[[], object]) -> None:
        """Close the window, after a question when something would be lost or cut short."""
        self._ask_to_stop(LEAVE, partial(self._ask, LEAVE, go_on))

    def ask_to_speak(self, go_on: Callable[[], object]) -> None:
        """Change the language of the window, after a question when something would be lost.

        Long work tells its window what came of it, so the window stays until that has ended.
        """
        work, window = self._tasks.under_way(), self._window
        if work is not None and window is not None:
            tr = window.words.tr
            window.notify(tr("{work}. Choose the language when that has ended.", work=work.called))
        else:
            self._ask(LEAVE, go_on)

    def left_alone(self) -> None:
        """Nobody is at the laptop: lock, after a long piece of work that is running has ended."""
        if self._tasks.running():
            self.idle.look_again(AGAIN_MS)
        else:
            self.ended.emit(Ended.IDLE)

    def _settings_changed(self) -> None:
        self.idle.set_minutes(self._settings.auto_lock_minutes)

    # -- The questions --------------------------------------------------------------------------------

    def _ask_to_stop(self, how: _How, go_on: Callable[[], object]) -> None:
        """Long work is under way: it is not cut short by a slip of the hand, and what cannot be stopped
        is waited for.
        """
        work, window = self._tasks.under_way(), self._window
        if work is None or window is None:
            go_on()
            return
        words = window.words
        text = words.tr(how.stops if work.stops else how.waits)
        dialog = Dialog(work.called, text, name=f"{how.name}.work", parent=window)
        if work.stops:
            dialog.add_verb("stop", words.tr(how.stop), "danger")
        dialog.add_verb("stay", words.tr("Stay"), safe=True)
        dialog.answered.connect(lambda key: go_on() if key == "stop" else None)
        dialog.ask()

    def _ask(self, how: _How, go_on: Callable[[], object]) -> None:
        free, window, lost = self.finish_typing(), self._window, self.lost()
        if window is None or (free and not lost):
            go_on()
            return
        dialog = _question(window, how, lost) if lost else _unfinished(window)
        dialog.add_verb("stay", window.words.tr("Stay"), safe=True)
        dialog.answered.connect(lambda key: self._stay() if key in ("", "stay") else go_on())
        dialog.ask()

    def _stay(self) -> None:
        """Back to what was refused."""
        window, first = self._window, self._unsaved.first()
        if window is not None and first is not None:
            window.open(self._unsaved.first_page())
            first.lead()


def _question(window: MainWindow, how: _How, lost: int) -> Dialog:
    words = window.words
    dialog = Dialog(words.ntr(*how.asks, lost), words.ntr(*how.why, lost), name=how.name, parent=window)
    dialog.add_verb(how.key, words.ntr(*how.verb, lost), "danger")
    return dialog


def _unfinished(window: MainWindow) -> Dialog:
    """The page is in the middle of something, and nothing that was typed is in danger."""
    words = window.words
    dialog = Dialog(
        words.tr("Something here is not finished"),
        words.tr("Nothing that was typed is lost. What this page is in the middle of ends."),
        name="shell.unfinished",
        parent=window,
    )
    dialog.add_verb("go", words.tr("End it and go on"), "danger")
    return dialog
