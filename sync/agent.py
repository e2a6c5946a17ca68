"""Syncs by itself while somebody is signed in: when asked, after changes, and every quarter of an hour.

One thread, started by :meth:`Agent.start` and ended by :meth:`Agent.stop` within a second. What it is at is a
frozen :class:`~emis_desktop.queries.sync_state.SyncState`; listeners hear of it on any thread, at most twenty
times a second.
"""

from __future__ import annotations

import logging
import threading
from collections.abc import Callable
from dataclasses import replace
from datetime import datetime
from typing import Final, Protocol

from emis_desktop.errors import Cancelled, CannotSave, EmisError, StoreDamaged
from emis_desktop.queries.sync_state import Barred, Phase, SyncState
from sync.engine.line import LineFault, NoLine, NotTheServer
from sync.engine.meter import Progress
from sync.engine.refusals import ServerRefused
from sync.engine.run import SyncResult
from sync.protocol.errors import OtherVersion
from sync.schedule import Schedule, Times

log = logging.getLogger(__name__)
BEAT: Final = 0.05
"""Seconds between two words to the listeners while bytes pass."""
_STOPPING: Final = 1.0
_BARRED: Final = {
    "revoked": Barred.REVOKED,
    "unknown_site": Barred.REVOKED,
    "bad_signature": Barred.REVOKED,
    "lost": Barred.LOST,
    "stolen": Barred.LOST,
    "wrong_server": Barred.WRONG_SERVER,
    "too_old": Barred.UPDATE,
    "too_new": Barred.UPDATE,
}


class Sync(Protocol):
    """One sync, as :class:`sync.once.OneSync` is."""

    def run(self) -> SyncResult:
        """Sync; raises :class:`EmisError`."""
        ...

    def cancel(self) -> None:
        """End it from another thread."""
        ...


class Agent:
    """Syncs one open store. All methods return at once and may be called from any thread."""

    def __init__(
        self,
        make: Callable[[Callable[[Progress], None]], Sync],
        *,
        every_minutes: int | None = 15,
        contact_at: datetime | None = None,
        times: Times | None = None,
    ) -> None:
        """``make`` makes one sync that tells its progress; ``every_minutes`` None: only when asked."""
        self._make = make
        self._times = times or Times()
        self._wake = threading.Condition()
        self._schedule = Schedule(every_minutes, self._times)
        self._ended = False
        self._sync: Sync | None = None
        self._thread: threading.Thread | None = None
        self._state = SyncState(contact_at=contact_at)
        self._listeners: list[Callable[[SyncState], None]] = []
        self._told = 0.0

    # -- What screens ask ---------------------------------------------------------------------------

    def state(self) -> SyncState:
        """What it is at."""
        return self._state

    def subscribe(self, listener: Callable[[SyncState], None]) -> Callable[[], None]:
        """Call ``listener`` with each new state, on any thread; returns the way out."""
        self._listeners.append(listener)

        def leave() -> None:
            if listener in self._listeners:
                self._listeners.remove(listener)

        return leave

    # -- What persons wish --------------------------------------------------------------------------

    def now(self) -> None:
        """Sync as soon as may be; ends a pause."""
        with self._wake:
            self._schedule.asked, self._schedule.paused, self._schedule.failures = True, False, 0
            self._wake.notify_all()

    def pause(self) -> None:
        """Hold the sync that is under way, or let none begin, until :meth:`go_on` or :meth:`now`."""
        with self._wake:
            self._schedule.paused = True
            self._schedule.asked = self._sync is not None
        self._tear()
        self._show(replace(self._state, paused=True, next_at=None))

    def go_on(self) -> None:
        """End the pause; what was held goes on where it was."""
        with self._wake:
            self._schedule.paused = False
            self._schedule.plan()
            self._wake.notify_all()
        self._show(replace(self._state, paused=False, phase=Phase.IDLE))

    def cancel(self) -> None:
        """End the sync that is under way; the next comes at its time."""
        with self._wake:
            self._schedule.asked = self._schedule.paused = False
            self._schedule.plan()
        self._tear()
        if self._sync is None:
            self._show(replace(self._state, phase=Phase.IDLE, paused=False))

    def set_every(self, minutes: int | None) -> None:
        """Another interval; None for only when asked."""
        with self._wake:
            self._schedule.every = minutes
            self._schedule.plan()
            self._wake.notify_all()

    def changed(self) -> None:
        """Somebody changed something: send it once they rest."""
        with self._wake:
            self._schedule.changed()
            self._wake.notify_all()

    # -- Its life -----------------------------------------------------------------------------------

    def start(self) -> None:
        """Begin; the first sync comes at once unless it is only wanted when asked."""
        self._schedule.asked = self._schedule.every is not None
        self._thread = threading.Thread(target=self._live, name="sync", daemon=True)
        self._thread.start()

    def stop(self) -> None:
        """End, within a second: whatever is under way is left where it is."""
        with self._wake:
            self._ended = True
            self._wake.notify_all()
        self._listeners.clear()
        self._tear()
        if self._thread is not None and self._thread is not threading.current_thread():
            self._thread.join(_STOPPING)

    def _tear(self) -> None:
        if (sync := self._sync) is not None:
            sync.cancel()

    def _live(self) -> None:
        with self._wake:
            self._schedule.plan()
        while self._due():
            self._one()

    def _due(self) -> bool:
        """Wait until a sync is due; False when it is over."""
        with self._wake:
            while not self._ended:
                wait = self._schedule.wait()
                if wait is not None and wait <= 0:
                    self._schedule.begun()
                    return True
                self._wake.wait(wait)
            return False

    def _one(self) -> None:
        sync = self._make(self._progress)
        with self._wake:
            if self._ended or self._schedule.paused:
                return
            self._sync = sync
        self._show(SyncState(phase=Phase.CONNECTING, contact_at=self._state.contact_at))
        error: EmisError | None = None
        try:
            sync.run()
        except EmisError as fault:
            error = fault
        except Exception:  # the thread must outlive a fault of the program: it is told and tried again
            log.exception("a sync ended with a fault of the program")
            error = EmisError(
                "Synchronising failed, and it is the program’s fault. Everything is saved here; the log "
                "has the details."
            )
        self._over(error)

    def _over(self, error: EmisError | None) -> None:
        with self._wake:
            self._sync = None
            stopped = isinstance(error, Cancelled)
            if not stopped:
                self._schedule.failures = self._schedule.failures + 1 if error is not None else 0
            self._schedule.plan()
            held = self._schedule.paused and stopped
        contact = self._state.contact_at if not _reached(error) else self._times.wall()
        phase = self._state.phase if held else Phase.IDLE
        self._show(
            replace(
                self._state,
                phase=phase,
                paused=self._schedule.paused,
                error=None if stopped else error,
                no_line=isinstance(error, NoLine),
                barred=barred(error),
                contact_at=contact,
                seconds_left=None,
                next_at=self._schedule.next_at(),
            )
        )

    # -- Telling ------------------------------------------------------------------------------------

    def _progress(self, progress: Progress) -> None:
        now = self._times.clock()
        state = replace(
            self._state,
            phase=progress.phase,
            bytes_done=progress.bytes_done,
            bytes_total=progress.bytes_total,
            sending=progress.sending,
            receiving=progress.receiving,
            photos=progress.photos,
            seconds_left=progress.seconds_left,
        )
        if progress.phase is not self._state.phase or now - self._told >= BEAT:
            self._told = now
            self._show(state)
        else:
            self._state = state

    def _show(self, state: SyncState) -> None:
        self._state = state
        for listener in tuple(self._listeners):
            try:
                listener(state)
            except Exception:
                log.exception("a listener of the sync failed")


def barred(error: EmisError | None) -> Barred:
    """Why it cannot go on until somebody does something, if that is so."""
    if isinstance(error, ServerRefused):
        return _BARRED.get(error.reason, Barred.NONE)
    if isinstance(error, NotTheServer):
        return Barred.WRONG_SERVER
    if isinstance(error, OtherVersion):
        return Barred.UPDATE
    return Barred.DISK if isinstance(error, CannotSave | StoreDamaged) else Barred.NONE


def _reached(error: EmisError | None) -> bool:
    """Whether the server answered, be it with a refusal."""
    return error is None or (isinstance(error, ServerRefused) and not isinstance(error, LineFault))
