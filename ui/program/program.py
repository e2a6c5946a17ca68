"""The program from its first screen to its last: first run, sign-in, a sitting, locked, what is broken."""

from __future__ import annotations

import logging
from functools import partial
from typing import TYPE_CHECKING
from uuid import UUID

from PySide6.QtCore import QObject, Qt, QTimer, Signal
from PySide6.QtGui import QCloseEvent, QPixmapCache
from PySide6.QtWidgets import QWidget

from emis_desktop.errors import CannotSave, EmisError, StoreDamaged
from emis_desktop.folder import FolderState, folder_state
from emis_desktop.front import load_front
from emis_desktop.settings import Home
from resources.words import Words
from ui.housekeeping import keep_what_is_here
from ui.laptop_settings import LaptopSettings
from ui.program import late, opening
from ui.program.faults import SAID
from ui.program.frame import Frame
from ui.program.ground import Ground
from ui.program.looking import Looking
from ui.qt_words import speak_qt
from ui.tasks import Tasks
from ui.theme.theme import Theme
from ui.unlock.opener import Opener
from ui.unlock.screen import UnlockScreen
from ui.unlock.state import Ended, LastSitting
from ui.widgets.system_windows import close_windows

if TYPE_CHECKING:
    from pathlib import Path

    from emis_desktop.desk import Desk
    from ui.program.sitting import Sitting

log = logging.getLogger(__name__)


class Program(QObject):
    """Decides which screen the window shows, and holds the sitting while somebody is signed in.

    ``demo_made(Home)``: a demonstration is ready and wants a program of its own.
    """

    demo_made = Signal(object)

    def __init__(
        self, home: Home, settings: LaptopSettings, words: Words, theme: Theme, frame: Frame
    ) -> None:
        super().__init__(frame)
        self._home, self._settings, self._words = home, settings, words
        self._theme, self._frame = theme, frame
        self.tasks = Tasks(self)
        self._opener = Opener(home, self.tasks)
        self._last = LastSitting()
        self._version = ""
        self._look = Looking(self.tasks, self)
        self._look.damaged.connect(self._damaged)
        self.sitting: Sitting | None = None
        speak_qt(words.language)
        frame.setWindowTitle(words.tr("School records"))
        frame.closing.connect(self._closing)

    # -- Screens --------------------------------------------------------------------------------------

    def begin(self) -> None:
        """Show the screen that the data folder asks for."""
        try:
            opening.finish_restore(self._home)
            state, shut = folder_state(self._home), opening.shut(self._home)
            if shut is not None:
                self.show_broken(shut)
            elif state is FolderState.NEW:
                self._show_first_run()
            elif state is FolderState.KEYS_LOST:
                self.show_broken(EmisError(opening.KEYS_LOST))
            else:
                self.show_unlock()
        except EmisError as refusal:
            self.show_broken(refusal)

    def show_unlock(self, said: str = "") -> None:
        """Ask who is at the laptop; ``said`` is a sentence under the card."""
        try:
            people = self._opener.people()
        except EmisError as refusal:
            gone = folder_state(self._home) is FolderState.NEW  # there were records when the program began
            self.show_broken(EmisError(opening.FOLDER_GONE) if gone else refusal)
            return
        front = load_front(self._home.front)
        screen = UnlockScreen(self._words, self._opener, people, front, self._last)
        screen.opened.connect(self._opened)
        screen.broken.connect(self.show_broken)
        screen.forgotten.connect(self._show_forgotten)
        screen.language_asked.connect(self._speak)
        screen.set_version(self._version)
        self._frame.show_screen(screen)
        if said:
            screen.say(said)

    def show_broken(self, reason: EmisError) -> None:
        """The records cannot be opened: say why and offer a USB copy."""
        screen = late.trouble_screen(self._words, self._home, reason, self.tasks, self._last.lost)
        screen.restored.connect(self._restored)
        screen.language_asked.connect(lambda code: self._speak(code, then=lambda: self.show_broken(reason)))
        self._frame.show_screen(screen)

    def _show_forgotten(self, user_id: UUID, kept: object = None) -> None:
        screen = late.forgotten_screen(self._words, self._opener, user_id, kept)
        screen.left.connect(self.show_unlock)
        screen.broken.connect(self.show_broken)
        screen.language_asked.connect(
            lambda code: self._speak(code, then=lambda: self._show_forgotten(user_id, screen.typed()))
        )
        self._frame.show_screen(screen)

    def _show_first_run(self, kept: object = None) -> None:
        screen = late.first_run_screen(self._words, self._home, self._settings, self._theme, self.tasks, kept)
        screen.finished.connect(self._set_up)
        screen.restored.connect(self._restored)
        screen.demo_made.connect(self.demo_made)
        screen.language_asked.connect(
            lambda code: self._speak(code, then=lambda: self._show_first_run(screen.answers))
        )
        self._frame.show_screen(screen)

    def _set_up(self, desk: Desk) -> None:
        """The first run has ended with somebody signed in."""
        self._settings.reload()
        self._last = LastSitting()
        self._opened(desk)

    def _restored(self, said: str) -> None:
        """Other records are in place: whoever is in them signs in."""
        self._settings.reload()
        self._last = LastSitting()
        self.show_unlock(said)

    def _speak(self, code: str, then: object = None) -> None:
        """Use another language from now on and show the screen again in it."""
        try:
            self._settings.change(language=code)
        except CannotSave:
            log.warning("the language was not kept", exc_info=True)
        self._words = Words.load(code)
        speak_qt(code)
        self._frame.setWindowTitle(self._words.tr("School records"))
        if callable(then):
            then()
        else:
            self.show_unlock()

    # -- A sitting ------------------------------------------------------------------------------------

    def _opened(self, desk: Desk) -> None:
        self.sitting = sitting = late.sitting(desk, self._theme, self._settings, self.tasks, self)
        sitting.ended.connect(self.end)
        sitting.language_asked.connect(self._speak_on)
        sitting.restore_asked.connect(self._restore)
        # Not at once: what found the damage is still at work in the window that goes.
        sitting.damaged.connect(self._damaged, Qt.ConnectionType.QueuedConnection)
        sitting.shut.connect(self._damaged, Qt.ConnectionType.QueuedConnection)
        last, self._last = self._last, LastSitting()
        try:
            self._frame.show_screen(sitting.window(self._words))
            sitting.begin(last.bookmark if last.user_id == desk.laptop.actor.user_id else None)
        except StoreDamaged as fault:
            self._damaged(fault)
            return
        self._look.begin(desk.laptop)

    def _damaged(self, fault: EmisError) -> None:
        """The records cannot be relied on, or were closed: nothing of them stays open, a copy is offered."""
        sitting = self.sitting
        if sitting is not None:
            self._close(sitting)
            self.show_broken(fault)
            QTimer.singleShot(0, forget)

    def _speak_on(self, code: str) -> None:
        """Another language while somebody is signed in: a new window, the same desk and screen."""
        sitting = self.sitting
        if sitting is not None:
            sitting.leaving.ask_to_speak(partial(self._show_again, sitting, code))

    def _show_again(self, sitting: Sitting, code: str) -> None:
        bookmark = sitting.bookmark()
        close_windows(self._frame)  # they ask in the language before, about a window that goes
        self._speak(code, then=lambda: self._frame.show_screen(sitting.window(self._words)))
        sitting.begin(bookmark)

    def end(self, how: Ended) -> None:
        """Lock or sign out."""
        sitting = self.sitting
        if sitting is None:
            return
        sitting.leaving.finish_typing()  # whoever has walked away: what stands in an open cell is stored, too
        if self.sitting is not sitting:  # found damaged, and ended, while it was stored
            return
        self._last = sitting.left(how)
        self._close(sitting)
        self.show_unlock()
        QTimer.singleShot(0, forget)

    def _close(self, sitting: Sitting) -> None:
        self._look.stop()
        sitting.leaving.finish_typing()
        sitting.leaving.stop()
        close_windows(self._frame)  # they may show names, or a code
        self.tasks.stop_all()
        sitting.close()
        self.sitting = None
        sitting.deleteLater()

    def _restore(self, path: Path) -> None:
        """Somebody wants a backup in the place of these records."""
        sitting = self.sitting
        if sitting is None:
            return

        def put_in_place() -> None:
            """Lock, put it in place, ask who is there."""
            asked_by = sitting.desk.laptop.actor
            self._close(sitting)
            screen = late.restore_screen(self._words, self._home, path, self.tasks, asked_by)
            screen.restored.connect(self._restored)
            screen.given_up.connect(self.show_unlock)
            self._frame.show_screen(screen)
            QTimer.singleShot(0, forget)

        sitting.leaving.ask_to_go_on(put_in_place)

    # -- What happens to the window -------------------------------------------------------------------

    def after_paint(self) -> None:
        """What can wait until the window has been seen."""
        self._version = opening.version()
        screen = self._frame.screen_widget
        if isinstance(screen, UnlockScreen):
            screen.set_version(self._version)
        preload = late.Preload(self)
        preload.done.connect(partial(_loaded, self))
        preload.start()

    def fault(self) -> None:
        """Something got away from every part of the program: say so calmly."""
        screen: QWidget | None = self._frame.screen_widget
        if self.sitting is not None:
            self.sitting.saving.say(SAID)
        elif isinstance(screen, Ground):
            screen.say(self._words.tr(SAID))

    def _closing(self, event: QCloseEvent) -> None:
        sitting = self.sitting
        if sitting is not None:
            event.ignore()
            sitting.leaving.ask_to_go_on(partial(self._close_window, sitting))
            event.setAccepted(self.sitting is None)  # there was nothing to ask

    def _close_window(self, sitting: Sitting) -> None:
        self._close(sitting)
        self._frame.close()


def _loaded(program: Program) -> None:
    """Everything is imported: what is there is the program itself, unless somebody is in or on the way in."""
    if program.sitting is None and not program.tasks.running():
        keep_what_is_here()


def forget() -> None:
    """After locking: nothing of the records stays in memory that can be let go of."""
    QPixmapCache.clear()
    opening.give_back_memory()
