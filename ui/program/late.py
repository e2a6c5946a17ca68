"""The imports that come after the first paint, in one place.

Records, keys, paper and the main window take five times as long to load as the sign-in window does. They
are loaded in a thread while the person types the password; whoever is quicker than that waits for them.
"""

from __future__ import annotations

import importlib
import logging
import threading
from datetime import date, datetime
from typing import TYPE_CHECKING, Final

from resources.words import N_

if TYPE_CHECKING:
    from pathlib import Path
    from uuid import UUID

    from PySide6.QtCore import QObject

    from emis_desktop.desk import Desk
    from emis_desktop.errors import EmisError
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

KEYS_LOST: Final = N_(
    "There are records on this laptop and no keys to them. Nothing was opened; restore from a USB copy."
)

log = logging.getLogger(__name__)
LATER = (
    *("emis_desktop.laptop", "emis_desktop.desk", "emis_desktop.jobs.all_jobs", "ui.program.sitting"),
    *("ui.home.page", "ui.students.page"),
    *("ui.marks.page", "ui.report_cards.page", "ui.backup.page", "ui.settings_page.page"),
)


class Preload(threading.Thread):
    """Loads them one after another; one that cannot be loaded is told where it is needed."""

    def __init__(self) -> None:
        super().__init__(name="preload", daemon=True)

    def run(self) -> None:
        """Load."""
        for name in LATER:
            try:
                importlib.import_module(name)
            except Exception:
                log.warning("%s was not loaded", name, exc_info=True)


def open_for(home: Home, user_id: UUID, password: str) -> Desk:
    """Sign somebody in and lay out their desk; takes as long as the password's key does.

    Raises what :meth:`emis_desktop.laptop.Laptop.sign_in` raises.
    """
    from emis_desktop.desk import open_desk  # noqa: PLC0415  - after the first paint
    from emis_desktop.laptop import Laptop  # noqa: PLC0415

    laptop = Laptop(home).sign_in(user_id, password)
    try:
        desk = open_desk(laptop)
        _mend(desk)
    except BaseException:
        laptop.lock()
        raise
    return desk


def recover(home: Home, code: str, user_id: UUID, password: str) -> None:
    """Set a new password with the ministry's code; raises what :meth:`Laptop.recover` raises."""
    from emis_desktop.laptop import Laptop  # noqa: PLC0415  - after the first paint

    Laptop(home).recover(code, user_id, password)


def finish_restore(home: Home) -> None:
    """End a restore that was cut short, where there is one."""
    if (home.root / ".restore").exists():
        from emis_desktop.restoring import finish  # noqa: PLC0415  - hardly ever

        finish(home)


def sitting(desk: Desk, theme: Theme, settings: LaptopSettings, tasks: Tasks, parent: QObject) -> Sitting:
    """The sitting of whoever has signed in."""
    from ui.program.sitting import Sitting  # noqa: PLC0415  - after the first paint

    return Sitting(desk, theme, settings, tasks, parent)


def trouble_screen(words: Words, home: Home, reason: EmisError, tasks: Tasks) -> TroubleScreen:
    """The screen for records that cannot be opened."""
    from ui.unlock.trouble import TroubleScreen  # noqa: PLC0415  - hardly ever

    return TroubleScreen(words, home, reason, tasks)


def restore_screen(words: Words, home: Home, path: Path, tasks: Tasks) -> RestoreScreen:
    """The screen that puts a backup in the place of the records."""
    from ui.unlock.restoring import RestoreScreen  # noqa: PLC0415  - hardly ever

    return RestoreScreen(words, home, path, tasks)


def forgotten_screen(words: Words, opener: Opener, user_id: UUID) -> ForgottenScreen:
    """The screen for a forgotten password."""
    from ui.unlock.forgotten import ForgottenScreen  # noqa: PLC0415  - seldom

    return ForgottenScreen(words, opener, user_id)


def first_run_screen(
    words: Words, home: Home, settings: LaptopSettings, theme: Theme, tasks: Tasks, kept: object
) -> FirstRunScreen:
    """The screen of a new laptop; ``kept`` are answers given already, in another language."""
    from ui.first_run.screen import FirstRunScreen  # noqa: PLC0415  - once

    return FirstRunScreen(words, home, settings, theme, tasks, kept)


def save_recovery_sheet(path: Path, name: str, code: str, day: date, language: str) -> None:
    """Write the sheet with a recovery code; raises what the job raises."""
    from emis_desktop.jobs.recovery_sheet import save_recovery_sheet as save  # noqa: PLC0415  - paper: 90 ms

    save(path, name, code, day, language)


def give_back_memory() -> None:
    """Let go of memory that held records."""
    from emis_desktop.secret import give_back_memory as give  # noqa: PLC0415  - after the first paint

    give()


def version() -> str:
    """The version of the program, "" where it runs from a folder that was never installed."""
    from importlib.metadata import PackageNotFoundError  # noqa: PLC0415  - 12 ms
    from importlib.metadata import version as installed  # noqa: PLC0415

    try:
        return installed("emis-desktop")
    except PackageNotFoundError:
        return ""


def now() -> datetime:
    """The moment, where the laptop stands."""
    return datetime.now().astimezone()


def _mend(desk: Desk) -> None:
    """Give the others what a killed program still owes them; no reason to keep anybody out."""
    from emis_desktop.errors import EmisError  # noqa: PLC0415  - after the first paint
    from emis_desktop.rules.rights import Right, offers  # noqa: PLC0415

    if offers(desk.laptop.actor, Right.MANAGE_USERS):
        try:
            desk.services.users.mend()
        except EmisError:
            log.warning("keys that are owed were not given", exc_info=True)
