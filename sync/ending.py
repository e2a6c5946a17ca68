"""A laptop that the ministry marked as lost or stolen: its unsynced work is handed in, then its keys go.

Without the keys the records on the disk are noise. Lost: what was not sent yet is sealed to the ministry's
key and sent first. Stolen: nothing is sent. Neither is done for a word that the server did not sign.
"""

from __future__ import annotations

import base64
import binascii
import json
import time
from contextlib import suppress
from dataclasses import dataclass
from typing import Final
from uuid import UUID

from emis_desktop import files
from emis_desktop.errors import N_, Refused
from emis_desktop.keyring.crypto import seal_to
from emis_desktop.keyring.device_keys import DeviceFile
from emis_desktop.keyring.signing import is_signed
from emis_desktop.settings import Home
from sync.engine.calls import QUARANTINE, Call, Caller
from sync.engine.line import Steps
from sync.engine.store import ClientStore
from sync.protocol.packing import join
from sync.protocol.signing import standing_text

LOST: Final = "lost"
STOLEN: Final = "stolen"
MOST: Final = 256 * 1024
"""Bytes of work in one sealed piece, but for a batch that is larger by itself."""
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


def is_genuine(reason: str, detail: str, server_key: bytes, site: UUID, shown: bytes) -> bool:
    """Whether the server itself said that the laptop is lost or stolen, in answer to what was ``shown``."""
    if reason not in _SAID:
        return False
    try:
        signature = base64.b64decode(detail.encode(), validate=True)
    except (binascii.Error, ValueError):
        return False
    return is_signed(server_key, signature, standing_text(reason, site, shown))


def hand_in(store: ClientStore, caller: Caller, ministry_key: bytes) -> Steps[int]:
    """Seal every batch that was not acknowledged to the ministry's key and send it; returns how many."""
    store.freeze()
    waiting = store.waiting()
    piece: list[bytes] = []
    for place, batch in enumerate(waiting):
        piece.append(store.body(batch.id))
        if sum(map(len, piece)) >= MOST or place == len(waiting) - 1:
            yield from _send(caller, ministry_key, join(*piece))
            piece = []
    return len(waiting)


def quarantine_context(site: UUID) -> bytes:
    """What a piece of handed-in work is bound to."""
    return f"emis quarantine 1|{site}".encode()


def _send(caller: Caller, ministry_key: bytes, work: bytes) -> Steps[None]:
    sealed = seal_to(ministry_key, bytearray(work), quarantine_context(caller.site))
    yield from caller.call(Call("POST", QUARANTINE, sealed, signed=True))


def destroy(home: Home, store_id: str, reason: str) -> None:
    """Destroy the keys to the records of this laptop.

    The mark is written first: a kill in between is ended by :func:`finish` at the next start.
    """
    _write_mark(home, reason)
    DeviceFile(home.root, store_id).destroy()
    finish(home)


def finish(home: Home) -> None:
    """Take away what a destruction that was cut short left; does nothing on any other laptop."""
    if ended(home) is None:
        return
    folder = home.root / "device"
    for path in (*home.root.glob("keyring.json*"), *home.root.glob(".keyring.json*"), *folder.glob("*")):
        with suppress(FileNotFoundError):
            path.unlink()
    for each in (home.root, folder):
        if each.is_dir():
            files.flush_folder(each)


def ended(home: Home) -> Ended | None:
    """Why the keys of this laptop are gone; None where they are not."""
    try:
        found = json.loads(home.ended.read_text("utf-8"))
        return Ended(str(found["reason"]), int(found["at"]))
    except FileNotFoundError:
        return None
    except (OSError, ValueError, KeyError, TypeError):
        return Ended(LOST, 0)


def _write_mark(home: Home, reason: str) -> None:
    mark = {"reason": reason, "at": time.time_ns() // 1_000_000}
    files.write(home.ended, json.dumps(mark).encode())
