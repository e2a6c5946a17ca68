"""Opening the records and ending with them: what needs the store's library, the keys or paper.

They take long to load, so each is loaded when it is first asked for, after the first paint (see
:mod:`ui.program.late`, which loads them while the password is typed).
"""

from __future__ import annotations

import logging
from datetime import date, datetime
from typing import TYPE_CHECKING, Final

from resources.words import N_

if TYPE_CHECKING:
    from pathlib import Path
    from uuid import UUID

    from emis_desktop.desk import Desk
    from emis_desktop.errors import EmisError
    from emis_desktop.settings import Home

KEYS_LOST: Final = N_(
    "There are records on this laptop and no keys to them. Nothing was opened; restore from a USB copy."
)
FOLDER_GONE: Final = N_(
    "The data folder is not there any more. Put the USB stick in again, or bring the folder back, then start "
    "EMIS Desktop again."
)

log = logging.getLogger(__name__)


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


def extend(home: Home, user_id: UUID, password: str, code: str) -> None:
    """Take a code that the ministry read out by telephone; raises what :meth:`Laptop.extend` raises."""
    from emis_desktop.laptop import Laptop  # noqa: PLC0415  - after the first paint

    Laptop(home).extend(user_id, password, code)


def ask_standing(home: Home) -> None:
    """Ask the ministry's server whether this laptop still may; raises what the job raises."""
    from emis_desktop.jobs.standing import ask_standing as ask  # noqa: PLC0415  - after the first paint

    ask(home)


def shut(home: Home) -> EmisError | None:
    """Why the ministry closed the records of this laptop for good, None where it did not."""
    if not home.ended.exists():
        return None
    from emis_desktop.jobs.standing import shut as told  # noqa: PLC0415  - hardly ever

    return told(home)


def recover(home: Home, code: str, user_id: UUID, password: str) -> None:
    """Set a new password with the ministry's code; raises what :meth:`Laptop.recover` raises."""
    from emis_desktop.laptop import Laptop  # noqa: PLC0415  - after the first paint

    Laptop(home).recover(code, user_id, password)


def finish_restore(home: Home) -> None:
    """End a restore that was cut short, where there is one."""
    if (home.root / ".restore").exists():
        from emis_desktop.restoring import finish  # noqa: PLC0415  - hardly ever

        finish(home)


def save_recovery_sheet(path: Path, name: str, code: str, day: date, language: str) -> None:
    """Write the sheet with a recovery code; raises what the job raises."""
    from emis_desktop.jobs.recovery_sheet import save_recovery_sheet as save  # noqa: PLC0415  - paper: 90 ms

    save(path, name, code, day, language)


def recovery_sheet(name: str, code: str, day: date, language: str) -> bytes:
    """The same sheet, to be printed."""
    from emis_desktop.jobs.recovery_sheet import recovery_sheet as sheet  # noqa: PLC0415  - paper: 90 ms

    return sheet(name, code, day, language)


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
