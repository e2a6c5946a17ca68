"""Records that cannot be opened: nothing is opened; a USB copy brings them back, unless the ministry closed
them for good.
"""

from __future__ import annotations

from PySide6.QtCore import Signal
from PySide6.QtGui import QShowEvent

from emis_desktop.backup import Restored
from emis_desktop.errors import EmisError, StoreTooNew
from emis_desktop.front import load_front
from emis_desktop.settings import Home
from resources.words import Words
from ui.backup.choosing import CopyChooser
from ui.backup.copies import Copy
from ui.backup.restore_job import restore, restored_words
from ui.tasks import Tasks
from ui.theme.fonts import SEMIBOLD
from ui.unlock.card_screen import CardScreen
from ui.unlock.state import lost_words
from ui.widgets.base import row
from ui.widgets.button import Button
from ui.widgets.card import Rule
from ui.widgets.progress import ProgressStrip
from ui.widgets.text import Text


class TroubleScreen(CardScreen):
    """Says why and offers a copy. ``restored(text)`` when one has been put in place."""

    restored = Signal(str)

    def __init__(self, words: Words, home: Home, reason: EmisError, tasks: Tasks, lost: int = 0) -> None:
        """``lost`` entries of the sitting that has just ended were refused and are not kept."""
        front = load_front(home.front)
        title = _title(words, home, reason)
        super().__init__(words, front, title, reason.text(words), name="trouble", lost=lost or None)
        self._home, self._tasks = home, tasks
        self._rule = Rule()
        self.body.addWidget(self._rule)
        self._offer = Text(words.tr("Restore from a USB copy"), 14, SEMIBOLD)
        self.body.addWidget(self._offer)
        kept = words.tr("The files that are here now are kept aside; nothing is deleted.")
        self._kept = Text(kept, 12, tone="secondary", wrap=True)
        self.body.addWidget(self._kept)
        self._chooser = CopyChooser(words, tasks, name="trouble.copies", home=home)
        self._chooser.chosen.connect(self._choose)
        self.body.addWidget(self._chooser)
        self._strip = ProgressStrip(words, name="trouble.progress")
        self._strip.setProperty("alone", "true")
        self.body.addWidget(self._strip)
        verbs = row(None, 8)
        self._quit = Button(words.tr("Close EMIS Desktop"), name="trouble.close")
        self._quit.clicked.connect(lambda: self.window().close())
        verbs.addWidget(self._quit)
        verbs.addStretch(1)
        self._restore = Button(words.tr("Restore this copy"), "primary", name="trouble.restore")
        self._restore.clicked.connect(self._begin)
        verbs.addWidget(self._restore)
        self.body.addLayout(verbs)
        self._choose(None)
        self._offer_copies(offered=not home.ended.exists())
        if lost:
            self.say(lost_words(words, lost))

    def _offer_copies(self, *, offered: bool) -> None:
        """A laptop that the ministry closed stays closed: no copy opens there."""
        self._offered = offered
        for part in (self._rule, self._offer, self._kept, self._chooser, self._restore):
            part.setVisible(offered)
        if offered:
            self._chooser.look()

    def focus_first(self) -> None:
        """The copies, or the way out."""
        if self._offered:
            self._chooser.focus_first()
        else:
            self._quit.setFocus()

    def showEvent(self, event: QShowEvent) -> None:
        """Look for copies now that somebody sees them."""
        super().showEvent(event)
        if self._offered:
            self._chooser.look()

    def _choose(self, copy: Copy | None) -> None:
        self._restore.setEnabled(copy is not None)

    def _begin(self) -> None:
        copy = self._chooser.current()
        if copy is None:
            return
        self._set_busy(busy=True)
        leaves = self.words.tr("Cancel leaves everything as it is.")
        self._strip.start(self.words.tr("Restoring"), leaves, unit=self.words.tr("MB"))
        task = restore(self._tasks, self._home, copy.path)
        task.progressed.connect(self._advance)
        task.succeeded.connect(self._done)
        task.refused.connect(self._refused)
        task.cancelled.connect(self._stopped)
        self._strip.cancelled.connect(task.cancel)

    def _advance(self, done: int, total: int, _what: str) -> None:
        self._strip.advance(done, total)

    def _set_busy(self, *, busy: bool) -> None:
        for part in (self._chooser, self._restore, self._quit, self.tongues):
            part.setEnabled(not busy)

    def _done(self, done: Restored) -> None:
        self.restored.emit(restored_words(self.words, done))

    def _refused(self, refusal: EmisError) -> None:
        self._set_busy(busy=False)
        self._strip.finish(self.words.tr("Nothing was changed"), refusal.text(self.words), failed=True)

    def _stopped(self) -> None:
        self._set_busy(busy=False)
        self._strip.close_strip()


def _title(words: Words, home: Home, reason: EmisError) -> str:
    if home.ended.exists():
        return words.tr("The Ministry has closed this laptop")
    if isinstance(reason, StoreTooNew):
        return words.tr("These records are from a newer version")
    return words.tr("The records cannot be opened")
