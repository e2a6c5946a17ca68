"""A laptop whose keys were destroyed because the ministry marked it as lost or stolen.

Without the keys the records on the disk are noise.
"""

from __future__ import annotations

import json
import time
from contextlib import suppress
from dataclasses import dataclass
from typing import Final

from emis_desktop import files
from emis_desktop.errors import N_, Refused
from emis_desktop.keyring.device_keys import DeviceFile
from emis_desktop.settings import Home

LOST: Final = "lost"
STOLEN: Final = "stolen"
_SAID: Final = {
    LOST: N_(
        "The ministry has marked this laptop as lost, so its records were closed for good. Work that had "
        "not been sent was handed to the ministry first. Take the laptop to the ministry."
    ),
    STOLEN: N_(
        "The ministry has marked this laptop as stolen, so its records were closed for good. Take the laptop "
        "to the ministry."
    ),
}


@dataclass(frozen=True, slots=True)
class Ended:
    """Why and when (milliseconds since 1970 UTC) the keys of this laptop were destroyed."""

    reason: str
    at_ms: int

    def refusal(self) -> Refused:
        """What is told to whoever wants to sign in."""
        return Refused(_SAID.get(self.reason, _SAID[LOST]))


def destroy(home: Home, store_id: str, reason: str) -> None:
    """Destroy the keys to the records of this laptop.

    The mark is written first: a kill in between is ended by :func:`finish` at the next start.
    """
    _write_mark(home, reason)
    DeviceFile(home.root, store_id).destroy()
    finish(home)


def finish(home: Home) -> None:
    """Take away what a destruction that was cut short left; does nothing on any other laptop.

    Key rings of records that a restore put aside go too: they may open the same store. A mark that cannot be
    read destroys nothing: a failing disk must not cost anybody's records.
    """
    if _mark(home) is None:
        return
    folder = home.root / "device"
    for path in (*home.root.rglob("*keyring.json*"), *folder.glob("*")):
        with suppress(FileNotFoundError):
            path.unlink()
    for each in (home.root, folder):
        if each.is_dir():
            files.flush_folder(each)


def ended(home: Home) -> Ended | None:
    """Why the keys of this laptop are gone; None where they are not.

    A mark that says nothing whole still keeps everybody out: the destruction may have begun.
    """
    return _mark(home) or (Ended(LOST, 0) if home.ended.is_file() else None)


def _mark(home: Home) -> Ended | None:
    """What the mark says; None without one, and where it cannot be read."""
    try:
        found = json.loads(home.ended.read_text("utf-8"))
        return Ended(str(found["reason"]), int(found["at"]))
    except (OSError, ValueError, KeyError, TypeError):
        return None


def _write_mark(home: Home, reason: str) -> None:
    mark = {"reason": reason, "at": time.time_ns() // 1_000_000}
    files.write(home.ended, json.dumps(mark).encode())
