"""One sync of this laptop's store: locks, keys and line put together, the engine driven, the end noted."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable, Iterator
from contextlib import ExitStack, closing, contextmanager
from dataclasses import dataclass, field
from typing import Final

from emis_desktop.database import Database
from emis_desktop.errors import N_, Cancelled, EmisError, Refused
from emis_desktop.file_lock import locked
from emis_desktop.keyring.class_exchange import ClassKeys
from emis_desktop.keyring.device_keys import DeviceFile, DeviceKeys
from emis_desktop.keyring.open_keys import OpenKeys
from emis_desktop.keyring.signing import is_signed
from emis_desktop.settings import Home
from sync import ended, ending, joining
from sync.engine.backoff import Patience
from sync.engine.calls import Caller
from sync.engine.leasing import LocalNumbers
from sync.engine.line import Line, drive
from sync.engine.local import LocalStore
from sync.engine.meter import Progress, nobody
from sync.engine.past import ending_of, note_past
from sync.engine.refusals import ServerRefused
from sync.engine.run import Engine, Surroundings, SyncResult
from sync.engine.trade import LocalKeyTrade
from sync.place import JoinedPlace, joined_place
from sync.tls import Trust
from sync.transport import Address, HttpLine, read_address

SHORT: Final = 0.004
"""Seconds between two chunks of what is applied, in which another thread gets its turn."""
NOT_JOINED: Final = N_(
    "This laptop has not joined the ministry’s server yet. Ask the ministry for a code, then join with it."
)
BUSY: Final = N_("Another EMIS Desktop on this laptop is synchronising already. Wait until it has ended.")
_STOPPED: Final = N_("Stopped. What had arrived is kept.")


@dataclass(frozen=True, slots=True)
class SyncSite:
    """Whose sync it is: the data folder, the open store with its id, and the keys of whoever is signed in.

    ``class_keys``: those of sealed classes, to be exchanged with the other laptops of the school.
    """

    home: Home
    store_id: str
    db: Database
    keys: OpenKeys
    class_keys: ClassKeys | None = None


@dataclass(frozen=True, slots=True)
class Options:
    """How to go about it. ``address``: another address of the same server; it has to prove itself. ``alone``:
    nobody works with the store meanwhile, so nobody waits for what is written.
    """

    watch: Callable[[Progress], None] = nobody
    patience: Patience = field(default_factory=Patience)
    address: str | None = None
    alone: bool = False


class OneSync:
    """One sync; :meth:`run` it on any thread, :meth:`cancel` it from any other."""

    def __init__(self, site: SyncSite, options: Options | None = None) -> None:
        """Nothing is opened before :meth:`run`."""
        self._site = site
        self._options = options or Options()
        self._stop = threading.Event()
        self._line: HttpLine | None = None

    def cancel(self) -> None:
        """End it at once; what had arrived is kept."""
        self._stop.set()
        if (line := self._line) is not None:
            line.cancel()

    def run(self) -> SyncResult:
        """Sync once. Raises :class:`Refused` (not joined, another program is at it, the server's reason),
        :class:`LineFault`, :class:`Cancelled`, and what the store raises.
        """
        place = joined_place(self._site.db)
        if place is None:
            raise Refused(NOT_JOINED)
        with ExitStack() as stack:
            stack.enter_context(no_other_sync(self._site.home))
            device = stack.enter_context(
                DeviceFile(self._site.home.root, self._site.store_id).open(self._site.keys)
            )
            line = stack.enter_context(closing(self._connect(place)))
            return self._noted(place, device, line)

    def _connect(self, place: JoinedPlace) -> HttpLine:
        address = self._options.address or place.url
        line = HttpLine(Address(address, trust_of(self._site.home, place.pin)))
        self._line = line
        self._check()
        if read_address(address) != place.url:
            drive(joining.prove_server(address, place.server, place.server_key, is_signed), line, self._sleep)
        return line

    def _noted(self, place: JoinedPlace, device: DeviceKeys, line: HttpLine) -> SyncResult:
        """Drive the engine, and note in the store how it ended."""
        began = time.time_ns() // 1_000_000
        seen = [Progress()]

        def watch(progress: Progress) -> None:
            seen[0] = progress
            self._options.watch(progress)

        try:
            result = self._driven(place, device, line, watch)
        except EmisError as fault:
            end = ending_of(fault, seen[0])
            note_past(self._site.db, began, seen[0], line.tally, end, fault=fault)
            raise
        note_past(self._site.db, began, seen[0], line.tally, ending_of(result, seen[0]), result=result)
        return result

    def _driven(
        self, place: JoinedPlace, device: DeviceKeys, line: HttpLine, watch: Callable[[Progress], None]
    ) -> SyncResult:
        store = LocalStore(self._site.db, alone=self._options.alone)
        caller = Caller(place.site, place.server, device)
        held = self._site.class_keys
        trade = None if held is None else LocalKeyTrade(self._site.db, held)
        around = Surroundings(watch=watch, breathe=self._breathe, patience=self._options.patience)
        try:
            numbers = LocalNumbers(self._site.db)
            engine = Engine(store, caller, line.tally, around, trade, numbers)
            return drive(engine.steps(), line, self._sleep)
        except ServerRefused as refusal:
            self._end_if_told(refusal, place, store, caller, line)
            raise

    def _end_if_told(
        self, refusal: ServerRefused, place: JoinedPlace, store: LocalStore, caller: Caller, line: Line
    ) -> None:
        """Hand in the work and destroy the keys where the server itself said that this laptop is lost."""
        shown = store.place().nonce
        if not ending.is_genuine(refusal.reason, refusal.detail, place.server_key, place.site, shown):
            return
        if refusal.reason == ended.LOST:
            drive(ending.hand_in(store, caller, place.ministry_key), line, self._sleep)
        ended.destroy(self._site.home, self._site.store_id, refusal.reason)

    def _breathe(self) -> None:
        self._check()
        if not self._options.alone:
            time.sleep(SHORT)

    def _sleep(self, seconds: float) -> None:
        self._stop.wait(seconds)
        self._check()

    def _check(self) -> None:
        if self._stop.is_set():
            raise Cancelled(_STOPPED)


@contextmanager
def no_other_sync(home: Home, seconds: float = 0.0) -> Iterator[None]:
    """Keep other syncs of this laptop out for the block; raises :class:`Refused` when one goes on for longer
    than ``seconds``.
    """
    with ExitStack() as stack:
        try:
            stack.enter_context(locked(home.sync_lock, seconds))
        except Refused:
            raise Refused(BUSY) from None
        yield


def trust_of(home: Home, pin: bytes | None) -> Trust:
    """Whom a line of this laptop trusts."""
    return Trust(home.server_ca if home.server_ca.exists() else None, pin)
