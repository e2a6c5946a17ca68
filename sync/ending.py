"""A laptop that the ministry marked as lost or stolen: its unsynced work is handed in, then its keys go.

Without the keys the records on the disk are noise. Lost: what was not sent yet is sealed to the ministry's
key and sent first. Stolen: nothing is sent. Neither is done for a word that the server did not sign.
"""

from __future__ import annotations

from typing import Final
from uuid import UUID

from emis_desktop.keyring.crypto import seal_to
from emis_desktop.keyring.signing import is_signed
from sync.ended import LOST, STOLEN
from sync.engine.calls import QUARANTINE, Call, Caller
from sync.engine.line import Steps
from sync.engine.store import ClientStore
from sync.protocol.packing import join
from sync.protocol.signing import bytes64, quarantine_context, standing_text

MOST: Final = 256 * 1024
"""Bytes of work in one sealed piece, but for a batch that is larger by itself."""


def is_genuine(reason: str, detail: str, server_key: bytes, site: UUID, shown: bytes) -> bool:
    """Whether the server itself said that the laptop is lost or stolen, in answer to what was ``shown``."""
    if reason not in {LOST, STOLEN}:
        return False
    signature = bytes64(detail) or b""
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


def _send(caller: Caller, ministry_key: bytes, work: bytes) -> Steps[None]:
    sealed = seal_to(ministry_key, bytearray(work), quarantine_context(caller.site))
    yield from caller.call(Call("POST", QUARANTINE, sealed, signed=True))
