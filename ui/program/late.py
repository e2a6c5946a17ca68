"""The imports that come after the first paint, in one place.

Records, keys, paper and the main window take five times as long to load as the sign-in window does. They
are loaded in a thread while the person types the password; whoever is quicker than that waits for them.
"""

from __future__ import annotations

import importlib
import logging
import threading
from typing import TYPE_CHECKING

from PySide6.QtCore import QObject, QTimer, Signal

if TYPE_CHECKING:
    from pathlib import Path
    from uuid import UUID

    from emis_desktop.desk import Desk
    from emis_desktop.errors import EmisError
    from emis_desktop.rules.rights import Actor
    from emis_desktop.settings import Home
    from resources.words import Words
    from ui.first_run.screen import FirstRunScreen
    from ui.laptop_settings import LaptopSettings
    from ui.program.sitting import Sitting
    from ui.tasks import Tasks
    from ui.theme.theme import Theme
    from ui.unlock.forgotten import ForgottenScreen
    from ui.unlock.opener import Opener
    from ui.unlock.restoring import RestoreScreen
    from ui.unlock.trouble import TroubleScreen

log = logging.getLogger(__name__)
LOOK_MS = 300
LATER = (
    *("emis_desktop.laptop", "emis_desktop.desk", "emis_desktop.jobs.all_jobs", "ui.program.sitting"),
    *("ui.home.page", "ui.students.page"),
    *("ui.marks.page", "ui.report_cards.page", "ui.backup.page", "ui.settings_page.page"),
)


class Preload(QObject):
    """Loads them one after another, and says ``done``."""

    done = Signal()

    def __init__(self, parent: QObject) -> None:
        super().__init__(parent)
        # The program may end meanwhile: the thread knows nothing of this object, and nobody waits for it.
        self._thread = threading.Thread(target=_load, name="preload", daemon=True)
        self._timer = QTimer(self, interval=LOOK_MS)
        self._timer.timeout.connect(self._look)

    def start(self) -> None:
        """Begin."""
        self._thread.start()
        self._timer.start()

    def _look(self) -> None:
        if not self._thread.is_alive():
            self._timer.stop()
            self.done.emit()


def _load() -> None:
    """Import all; one that cannot be loaded is told where it is needed."""
    for name in LATER:
        try:
            importlib.import_module(name)
        except Exception:
            log.warning("%s was not loaded", name, exc_info=True)


def sitting(desk: Desk, theme: Theme, settings: LaptopSettings, tasks: Tasks, parent: QObject) -> Sitting:
    """The sitting of whoever has signed in."""
    from ui.program.sitting import Sitting  # noqa: PLC0415  - after the first paint

    return Sitting(desk, theme, settings, tasks, parent)


def trouble_screen(words: Words, home: Home, reason: EmisError, tasks: Tasks, lost: int) -> TroubleScreen:
    """The screen for records that cannot be opened."""
    from ui.unlock.trouble import TroubleScreen  # noqa: PLC0415  - hardly ever

    return TroubleScreen(words, home, reason, tasks, lost)


def restore_screen(words: Words, home: Home, path: Path, tasks: Tasks, asked_by: Actor) -> RestoreScreen:
    """The screen that puts a backup in the place of the records, for who was signed in until now."""
    from ui.unlock.restoring import RestoreScreen  # noqa: PLC0415  - hardly ever

    return RestoreScreen(words, home, path, tasks, asked_by)


def forgotten_screen(words: Words, opener: Opener, user_id: UUID, kept: object) -> ForgottenScreen:
    """The screen for a forgotten password; ``kept`` was typed already, in another language."""
    from ui.unlock.forgotten import ForgottenScreen  # noqa: PLC0415  - seldom

    return ForgottenScreen(words, opener, user_id, kept)


def first_run_screen(
    words: Words, home: Home, settings: LaptopSettings, theme: Theme, tasks: Tasks, kept: object
) -> FirstRunScreen:
    """The screen of a new laptop; ``kept`` are answers given already, in another language."""
    from ui.first_run.screen import FirstRunScreen  # noqa: PLC0415  - once

    return FirstRunScreen(words, home, settings, theme, tasks, kept)
