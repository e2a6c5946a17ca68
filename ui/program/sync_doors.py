"""The doors of the Sync page to the real engine and records of whoever is signed in."""

from __future__ import annotations

from emis_desktop.desk import Desk
from ui.sync_page.doors import SyncDoors


def open_doors(_desk: Desk) -> SyncDoors | None:
    """Those of a desk, None where the program has no engine."""
    return None
