"""What state a data folder is in, told without opening anything: the first screen follows from it."""

from __future__ import annotations

from enum import StrEnum

from emis_desktop.errors import EmisError
from emis_desktop.keyring.ring_file import RingFile
from emis_desktop.settings import Home


class FolderState(StrEnum):
    """New: nobody has been set up. Ready: people sign in. Keys lost: records without their key ring."""

    NEW = "new"
    READY = "ready"
    KEYS_LOST = "keys_lost"


def folder_state(home: Home) -> FolderState:
    """The state of ``home``; a setting up that was cut short counts as new."""
    if cut_short(home) is not None:
        return FolderState.NEW
    if RingFile(home.keyring).exists():
        return FolderState.READY
    return FolderState.KEYS_LOST if any(home.stores.glob("*.db")) else FolderState.NEW


def cut_short(home: Home) -> str | None:
    """The id of the store of a setting up that was cut short; ``None`` where there was none.

    What it left is cleared away, so the note of it alone is not believed: records that somebody has worked
    with, or that it does not name, are never taken for its.
    """
    try:
        store_id = home.setting_up.read_text("utf-8").strip()
        named = home.store(store_id)
    except (OSError, ValueError):
        return None
    stores = set(home.stores.glob("*.db"))
    return store_id if stores <= {named} and _nobody_was_here(home, stores=bool(stores)) else None


def _nobody_was_here(home: Home, *, stores: bool) -> bool:
    """Whether the ring is one that nobody has signed in with; it is made before the store."""
    ring = RingFile(home.keyring)
    if not ring.exists():
        return not stores
    try:
        users = ring.load().users
    except EmisError:
        return False
    return all(user.seen is None for user in users)
