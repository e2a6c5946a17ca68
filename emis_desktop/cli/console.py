"""What every command of the laptop is given: the data folder, the language, who signs in."""

from __future__ import annotations

import sys
from collections.abc import Sequence
from contextlib import AbstractContextManager
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING

from emis_desktop.errors import N_, CannotSave, Refused
from emis_desktop.log import start_log
from emis_desktop.settings import Home, find_home, load_settings
from emis_desktop.terminal.console import (
    DONE,
    REFUSED,
    STOPPED,
    WRONG_USAGE,
    Progress,
    Terminal,
    harmless,
    read_secret,
)

if TYPE_CHECKING:
    from emis_desktop.laptop import Laptop, OpenLaptop

__all__ = [
    "DONE",
    "REFUSED",
    "STOPPED",
    "WRONG_USAGE",
    "Console",
    "NoScreen",
    "Progress",
    "harmless",
    "make_folder",
    "read_secret",
]


class NoScreen(Refused):
    """There is nothing to open a window on."""

    def __init__(self) -> None:
        super().__init__(N_("There is no screen here to open a window on. “emis --help” lists the commands."))


class Console(Terminal):
    """One run of a command of the laptop."""

    @cached_property
    def home(self) -> Home:
        """The data folder; raises :class:`Refused` where ``EMIS_HOME`` names nobody's."""
        try:
            return find_home()
        except RuntimeError:
            raise Refused("EMIS_HOME is no folder of a person known here. Give it a whole path.") from None

    def move(self, home: Home) -> None:
        """Go on in another data folder, with the log there."""
        self.home = home
        start_log(home)

    def chosen_language(self) -> str | None:
        """The laptop's choice."""
        try:
            return load_settings(self.home.settings).settings.language
        except (OSError, Refused):
            return None

    def has_screen(self) -> bool:
        """Whether a window could be opened."""
        if sys.platform in {"win32", "darwin"} or self.environment.get("QT_QPA_PLATFORM"):
            return True
        return any(self.environment.get(name) for name in ("DISPLAY", "WAYLAND_DISPLAY"))

    # -- Who signs in -----------------------------------------------------------------------------

    def laptop(self) -> Laptop:
        """The data folder; raises :class:`Refused` when nothing has been set up in it."""
        # Half a second that --help and a wrong word need not wait for.
        from emis_desktop.folder import FolderState, folder_state  # noqa: PLC0415
        from emis_desktop.laptop import Laptop  # noqa: PLC0415

        self.check_open()
        laptop = Laptop(self.home)
        match folder_state(self.home):
            case FolderState.NEW:
                raise Refused(
                    "There are no records in {folder} yet. "
                    "Use “emis init”, “emis join”, “emis demo” or “emis restore”.",
                    folder=str(self.home.root),
                )
            case FolderState.KEYS_LOST:
                raise Refused(
                    "The keys to the records in {folder} are gone. Restore the newest USB copy.",
                    folder=str(self.home.root),
                )
        return laptop

    def check_open(self) -> None:
        """Raises :class:`Refused` where the ministry closed this laptop for good: no copy opens there."""
        if not self.home.ended.exists():
            return
        from emis_desktop.jobs.standing import shut  # noqa: PLC0415  - hardly ever

        refusal = shut(self.home)
        if refusal is not None:
            raise refusal

    def signed_in(self, *, trusting: bool = False) -> AbstractContextManager[OpenLaptop]:
        """Sign in as ``EMIS_USER`` with the password in ``EMIS_PASSWORD_FILE``, or ask at the keyboard.

        A store whose look from end to end is due is looked through first, unless ``trusting``.
        """
        laptop = self.laptop()
        name = self.user([person.name for person in laptop.people()])
        password = self.password("EMIS_PASSWORD_FILE", self.words.tr("Password"))
        opened = laptop.sign_in_as(name, password, trusting=trusting)
        try:
            if opened.look_is_due and not trusting:
                opened.look_through()
        except BaseException:
            opened.lock()
            raise
        return opened

    def user(self, known: Sequence[str]) -> str:
        """Who signs in: ``EMIS_USER``, else the only one there is, else asked."""
        name = self.environment.get("EMIS_USER", "").strip()
        if name:
            return name
        if len(known) == 1:
            return known[0]
        if self.can_ask():
            return input(f"{self.words.tr('User')}: ")
        raise Refused("Say who signs in: set EMIS_USER to a name of the sign-in list.")


def make_folder(folder: Path) -> Path:
    """Make a folder for results; raises :class:`CannotSave` where there can be none."""
    try:
        folder.mkdir(parents=True, exist_ok=True)
    except FileExistsError:
        raise CannotSave("{place} is a file. Choose a folder, or another name.", place=str(folder)) from None
    except OSError:
        raise CannotSave(
            "The folder {place} cannot be made. Choose another place.", place=str(folder)
        ) from None
    return folder
