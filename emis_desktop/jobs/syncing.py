"""The engine of whoever is signed in, from signing in to locking: made, started, told what to do, ended."""

from __future__ import annotations

from collections.abc import Callable
from contextlib import suppress
from dataclasses import replace
from pathlib import Path
from typing import Final

from sqlalchemy import text

from emis_desktop.errors import N_, EmisError, Refused
from emis_desktop.jobs import joining
from emis_desktop.jobs.demo.keeper import address_of
from emis_desktop.jobs.joining import Control, JoinWish
from emis_desktop.journal import Changed
from emis_desktop.keyring.device_keys import DeviceFile
from emis_desktop.laptop import OpenLaptop
from emis_desktop.queries.sync import SyncQueries
from emis_desktop.queries.sync_state import BundleDone, Joined, SyncState
from emis_desktop.rules.rights import Right, require
from sync import stick
from sync.agent import Agent
from sync.engine.meter import Progress
from sync.engine.run import SyncResult
from sync.joining import check_laptop_name
from sync.once import OneSync, Options
from sync.tls import PIN_BYTES
from sync.transport import read_address

_ODD_PIN: Final = N_(
    "What stands behind # in the address is 64 signs, 0 to 9 and a to f. Compare it with the paper."
)


class _WholeSync:
    """A sync, and what is still owed after the first whole one of a laptop that joined."""

    def __init__(self, opened: OpenLaptop, watch: Callable[[Progress], None]) -> None:
        self._opened, self._watch = opened, watch
        self._now = self._one()
        self._cancelled = False

    def _one(self) -> OneSync:
        return OneSync(
            joining.site_of(self._opened), Options(watch=self._watch, address=address_of(self._opened.home))
        )

    def run(self) -> SyncResult:
        """Sync; once more where that wrote what the server did not have."""
        result = self._now.run()
        if joining.complete_join(self._opened):
            self._now = self._one()
            if not self._cancelled:  # asked last: whoever cancels later than this reaches the new one
                result = self._now.run()
        return result

    def cancel(self) -> None:
        """End it."""
        self._cancelled = True
        self._now.cancel()


class Syncing:
    """The engine of an open laptop. It does nothing before the laptop has joined.

    :meth:`state`, :meth:`subscribe`, :meth:`now`, :meth:`pause`, :meth:`go_on` and :meth:`cancel` return at
    once, on any thread; the rest writes, or waits for the line.
    """

    def __init__(self, opened: OpenLaptop) -> None:
        """Made at signing in; call :meth:`start`, and :meth:`stop` before the laptop is locked."""
        self._opened = opened
        self._queries = SyncQueries(opened.db, opened.actor)
        self._leave: Callable[[], None] | None = None
        joined = self._queries.joined()
        self._agent = Agent(
            lambda watch: _WholeSync(opened, watch),
            every_minutes=joined.every_minutes if joined is not None else None,
            contact_at=joined.contact_at if joined is not None else None,
        )
        self._joined = joined is not None

    # -- Its life -------------------------------------------------------------------------------------

    def start(self) -> None:
        """Begin to sync by itself, where the laptop has joined."""
        if self._joined and self._leave is None:
            self._leave = self._opened.db.subscribe(self._changed)
            self._agent.start()

    def stop(self) -> None:
        """End within a second; what is under way is left where it is."""
        if self._leave is not None:
            self._leave()
            self._leave = None
        self._agent.stop()

    def _changed(self, changed: Changed) -> None:
        if changed.act:  # what came over the line itself is no act
            self._agent.changed()

    # -- What screens ask and wish --------------------------------------------------------------------

    def state(self) -> SyncState:
        """What it is at."""
        return self._agent.state()

    def subscribe(self, listener: Callable[[SyncState], None]) -> Callable[[], None]:
        """Call ``listener`` with each new state, on any thread; returns the way out."""
        return self._agent.subscribe(listener)

    def now(self) -> None:
        """Sync as soon as may be."""
        self._agent.now()

    def pause(self) -> None:
        """Hold what is under way."""
        self._agent.pause()

    def go_on(self) -> None:
        """End the pause."""
        self._agent.go_on()

    def cancel(self) -> None:
        """End what is under way."""
        self._agent.cancel()

    # -- By a file on a stick -------------------------------------------------------------------------

    def save(self, path: Path, control: Control) -> BundleDone:
        """Write what waits into a file for the ministry. Raises what :func:`sync.stick.save` does."""
        require(self._opened.actor, Right.BACKUP)
        return stick.save(joining.site_of(self._opened), path, control.progress)

    def read(self, path: Path, control: Control) -> BundleDone:
        """Take in the ministry's answer. Raises what :func:`sync.stick.read` does."""
        require(self._opened.actor, Right.BACKUP)
        done = stick.read(joining.site_of(self._opened), path, control.progress)
        joining.complete_join(self._opened)
        return done

    # -- Joining and choices --------------------------------------------------------------------------

    def join(self, address: str, code: str, laptop: str, control: Control) -> Joined:
        """Join with the records that are here, and begin to sync by itself.

        Raises what :func:`emis_desktop.jobs.joining.join_existing` does.
        """
        whole, pin = address_and_pin(address)
        joining.join_existing(self._opened, JoinWish(whole, code, laptop, pin=pin), control)
        return self._begin()

    def _begin(self) -> Joined:
        joined = self._queries.joined()
        assert joined is not None  # noqa: S101  - it has just joined
        self._joined = True
        with suppress(EmisError):
            self.start()
        self._agent.set_every(joined.every_minutes)
        return joined

    def set_every(self, minutes: int | None) -> None:
        """Sync by itself every so many minutes; None for only when asked. Raises :class:`Refused`."""
        require(self._opened.actor, Right.MANAGE_USERS)
        with self._opened.db.local() as connection:
            connection.execute(text("UPDATE joined SET every_minutes = :minutes"), {"minutes": minutes})
        self._agent.set_every(minutes)

    def rename(self, laptop: str) -> None:
        """Call this laptop something else here. Others know it by the name in the ministry's register; when
        the ministry changes that, the change holds here, too. Raises :class:`Refused` (field laptop).
        """
        require(self._opened.actor, Right.MANAGE_USERS)
        name = check_laptop_name(laptop)
        with self._opened.db.local() as connection:
            connection.execute(text("UPDATE joined SET laptop = :name"), {"name": name})

    def move(self, address: str) -> None:
        """Find the same server at another address: it proves itself in a sync before the address is kept.

        Raises :class:`Refused` (field address), :class:`~sync.engine.line.LineFault`.
        """
        opened = self._opened
        require(opened.actor, Right.MANAGE_USERS)
        url = read_address(address)
        OneSync(joining.site_of(opened), Options(address=url)).run()
        with opened.db.local() as connection:
            connection.execute(text("UPDATE joined SET url = :url"), {"url": url})
        kept = DeviceFile(opened.home.root, opened.store_id)
        contact = kept.contact()
        if contact is not None:
            with kept.open(opened.keys) as device:
                kept.save(device, opened.keys, replace(contact, url=url))


def address_and_pin(typed: str) -> tuple[str, bytes | None]:
    """An address as it stands on the paper: behind a # may be the pin of a server whose certificate no
    authority signed. Raises :class:`Refused` for the field address.
    """
    address, _, tail = typed.strip().partition("#")
    if not tail:
        return address, None
    try:
        pin = bytes.fromhex(tail)
    except ValueError:
        pin = b""
    if len(pin) != PIN_BYTES:
        raise Refused(_ODD_PIN, field="address")
    return address, pin
