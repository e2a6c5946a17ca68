"""The doors of the Sync page to the real engine and records of whoever is signed in."""

from __future__ import annotations

from emis_desktop.desk import Desk
from emis_desktop.jobs.syncing import Syncing
from emis_desktop.queries.sync import SyncQueries
from emis_desktop.queries.sync_state import Joined
from emis_desktop.rules.spoken_code import read, written
from ui.sync_page.doors import JoinWish, SyncDoors
from ui.tasks import TaskControl

CODE_BYTES = 10


class _Joining:
    """Joins the store of a desk."""

    def __init__(self, syncing: Syncing) -> None:
        self._syncing = syncing

    def check_code(self, text: str) -> str:
        """The code as it is written; raises :class:`~emis_desktop.errors.Refused` for a slip."""
        return written(read(text, CODE_BYTES, "code"))

    def join(self, wish: JoinWish, control: TaskControl) -> Joined:
        """Join, and begin to sync."""
        return self._syncing.join(wish.address, wish.code, wish.laptop, control)


def open_doors(desk: Desk, syncing: Syncing) -> SyncDoors:
    """Those of a desk and its engine."""
    laptop = desk.laptop
    return SyncDoors(
        engine=syncing,
        facts=SyncQueries(laptop.db, laptop.actor),
        conflicts=desk.queries.conflicts,
        deeds=desk.services.conflicts,
        bundles=syncing,
        joining=_Joining(syncing),
        choices=syncing,
    )
