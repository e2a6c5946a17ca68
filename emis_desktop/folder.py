"""What state a data folder is in, told without opening anything: the first screen follows from it."""

from __future__ import annotations

from enum import StrEnum

from emis_desktop.keyring.ring_file import RingFile
from emis_desktop.settings import Home


class FolderState(StrEnum):
    """New: nobody has been set up. Ready: people sign in. Keys lost: records without their key ring."""

    NEW = "new"
    READY = "ready"
    KEYS_LOST = "keys_lost"


def folder_state(home: Home) -> FolderState:
    """The state of ``home``; a setting up that was cut short counts as new."""
    if home.setting_up.exists():
        return FolderState.NEW
    if RingFile(home.keyring).exists():
        return FolderState.READY
    return FolderState.KEYS_LOST if any(home.stores.glob("*.db")) else FolderState.NEW
