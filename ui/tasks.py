"""Work off the GUI thread: progress, cancel, and a result or a typed refusal delivered by signals.

    task = tasks.run(lambda control: jobs.issue_cards(class_id, control))
    task.progressed.connect(strip.advance)
    task.succeeded.connect(self._issued)
    task.refused.connect(self._refused)

The page may be gone before the work ends: Qt drops connections to methods of deleted objects (connect
methods of the page, not lambdas that hold it; :func:`told` is for what takes more than the signal brings),
and the task is kept alive until it has told its end.
"""

import logging
import threading
import time
from collections.abc import Callable
from dataclasses import dataclass

from PySide6.QtCore import QObject, QRunnable, QThreadPool, Signal, Slot

from emis_desktop.errors import Cancelled, EmisError
from resources.words import N_

_log = logging.getLogger(__name__)
BEAT_SECONDS = 0.05


class TaskControl:
    """What a job is given.

    Where to report progress and whether to stop. Safe to use from the job's thread.
    """

    def __init__(self, report: Callable[[int, int, str], None]) -> None:
        self._report = report
        self._stop = threading.Event()
        self._last = 0.0

    def progress(self, done: int, total: int, what: str = "") -> None:
        """``done`` of ``total`` are finished; raises :class:`Cancelled` when the user has asked to stop.

        Cheap enough to call for each item: the screen hears of it some twenty times a second.
        """
        self.check()
        now = time.monotonic()
        if done >= total or now - self._last >= BEAT_SECONDS:
            self._last = now
            self._report(done, total, what)

    def check(self) -> None:
        """Raise :class:`Cancelled` when the user has asked to stop; call it where nothing is half done."""
        if self._stop.is_set():
            raise Cancelled(N_("Stopped. Nothing was left half done."))

    def is_cancelled(self) -> bool:
        """Whether the user has asked to stop."""
        return self._stop.is_set()

    def cancel(self) -> None:
        """Ask the job to stop at its next check."""
        self._stop.set()


@dataclass(frozen=True, slots=True)
class UnderWay:
    """Work that somebody waits for: ``called`` says which, ``stops`` whether asking it to stop does so."""

    called: str
    stops: bool = True


class Task(QObject):
    """One running job. Exactly one of ``succeeded``, ``refused`` and ``cancelled`` comes, then ``ended``.

    ``progressed(done, total, what)``; ``succeeded(result)``; ``refused(EmisError)``. All come in the GUI
    thread, so that plain functions may be connected too.
    """

    progressed = Signal(int, int, str)
    succeeded = Signal(object)
    refused = Signal(object)
    cancelled = Signal()
    ended = Signal()
    _reported = Signal(int, int, str)
    _told = Signal(str, object)

    def __init__(
        self,
        job: Callable[[TaskControl], object],
        parent: QObject | None = None,
        called: UnderWay | None = None,
    ) -> None:
        super().__init__(parent)
        self.job, self.called = job, called
        self._reported.connect(self._pass_on)
        self._told.connect(self._finish)
        self.control = TaskControl(self._reported.emit)

    def cancel(self) -> None:
        """Ask the job to stop."""
        self.control.cancel()

    def tell(self, outcome: str, value: object) -> None:
        """Called from the job's thread at its end: ``outcome`` is succeeded, refused or cancelled."""
        self._told.emit(outcome, value)

    @Slot(int, int, str)
    def _pass_on(self, done: int, total: int, what: str) -> None:
        self.progressed.emit(done, total, what)

    @Slot(str, object)
    def _finish(self, outcome: str, value: object) -> None:
        self.job = _done
        if outcome == "succeeded":
            self.succeeded.emit(value)
        elif outcome == "refused":
            self.refused.emit(value)
        else:
            self.cancelled.emit()
        self.ended.emit()


class _Way(QObject):
    """What is told to a part; it goes with the part."""

    def __init__(self, part: QObject, run: Callable[..., object]) -> None:
        super().__init__(part)
        self._run = run

    def tell(self, *values: object) -> None:
        """Pass it on."""
        self._run(*values)


def told(part: QObject, task: Task, run: Callable[..., object]) -> Callable[..., None]:
    """What to connect a signal of ``task`` to so that ``run`` is called with what it brings, as long as
    ``part`` is there; for a lambda or a partial that holds the part.
    """
    way = _Way(part, run)
    task.ended.connect(way.deleteLater)
    return way.tell


def _done(_control: TaskControl) -> None:
    """What stands in the place of a job that has ended."""


class _Run(QRunnable):
    """Carries a task into a thread of the pool and lets go of it: the pool remembers each run for ever, and
    its job may hold a password.
    """

    def __init__(self, task: Task) -> None:
        super().__init__()
        self._work = [task]

    def run(self) -> None:
        """Run the job and tell how it ended; a fault nobody foresaw is logged and told in plain words."""
        task = self._work.pop()
        task.tell(*_outcome(task))


def _outcome(task: Task) -> tuple[str, object]:
    """Run the job. What it holds on to stays with the task, which ends in the GUI thread: the last one to
    let go of a widget must not be this thread.
    """
    try:
        return "succeeded", task.job(task.control)
    except Cancelled:
        return "cancelled", None
    except EmisError as refusal:
        return "refused", refusal
    except Exception:  # noqa: BLE001 - the last net: whatever it is, the user gets words and the log the rest
        _log.exception("a task failed")
        message = N_("This did not work and nothing was changed. The log of this laptop has the details.")
        return "refused", EmisError(message)


class Tasks(QObject):
    """Starts jobs on a pool of threads and remembers them until they end. Make one for the program."""

    def __init__(self, parent: QObject | None = None, threads: int = 2) -> None:
        super().__init__(parent)
        self._pool = QThreadPool(self)
        self._pool.setMaxThreadCount(threads)
        self._running: dict[Task, _Run] = {}

    def run(self, job: Callable[[TaskControl], object], called: str = "", *, stops: bool = True) -> Task:
        """Start ``job(control)``; connect to the task's signals before returning to the event loop.

        ``called`` says what is under way, in words already translated ("The copy is still being saved"), for
        work that somebody waits for: see :meth:`under_way`. Without ``stops`` it does not look at its control
        up to the end, so that nobody is told that it can be stopped.
        """
        task = Task(job, self, UnderWay(called, stops) if called else None)
        run = _Run(task)
        run.setAutoDelete(False)
        self._running[task] = run
        task.ended.connect(self._forget)
        self._pool.start(run)
        return task

    def running(self) -> int:
        """How many jobs have not ended."""
        return len(self._running)

    def under_way(self) -> UnderWay | None:
        """What somebody waits for and would lose by leaving now; what cannot be stopped before the rest."""
        named = [task.called for task in self._running if task.called is not None]
        return min(named, key=lambda work: work.stops, default=None)

    def stop_all(self, wait_ms: int = 5000) -> bool:
        """Ask every job to stop and wait for them; False when some still run after ``wait_ms``."""
        for task in self._running:
            task.cancel()
        return self._pool.waitForDone(wait_ms)

    @Slot()
    def _forget(self) -> None:
        task = self.sender()
        if isinstance(task, Task):
            self._running.pop(task, None)
            task.deleteLater()
