"""What nobody foresaw: into the log with its trace, and onto the screen as one calm sentence."""

from __future__ import annotations

import contextlib
import faulthandler
import logging
import sys
import threading
from pathlib import Path
from types import TracebackType
from typing import TextIO

from PySide6.QtCore import QObject, Signal

from emis_desktop.log import start_log
from emis_desktop.settings import Home
from resources.words import N_

log = logging.getLogger(__name__)
CRASHES = "crash.log"
SAID = N_(
    "Something did not work here; your saved work is safe. Open the screen again. If it comes back, "
    "restart EMIS Desktop; the log has the details."
)


class Faults(QObject):
    """Catches what gets away from every part. ``happened`` comes in the GUI thread."""

    happened = Signal()
    _caught = Signal()

    def __init__(self, home: Home, parent: QObject | None = None) -> None:
        """For the log of ``home``; nothing is caught before :meth:`install`."""
        super().__init__(parent)
        self._home = home
        self._crashes: TextIO | None = None
        self._caught.connect(self.happened)

    def install(self) -> None:
        """Catch faults of every thread from now on, and note a crash of the interpreter."""
        sys.excepthook = self._catch
        threading.excepthook = self._catch_thread
        with contextlib.suppress(OSError):
            self._home.logs.mkdir(mode=0o700, parents=True, exist_ok=True)
            self._crashes = Path(self._home.logs / CRASHES).open("a", encoding="utf-8")  # noqa: SIM115  - until the end
            faulthandler.enable(self._crashes)

    def uninstall(self) -> None:
        """As the interpreter has it by itself."""
        sys.excepthook = sys.__excepthook__
        threading.excepthook = threading.__excepthook__
        faulthandler.disable()
        if self._crashes is not None:
            self._crashes.close()
            self._crashes = None

    def _catch(self, kind: type[BaseException], value: BaseException, trace: TracebackType | None) -> None:
        if issubclass(kind, KeyboardInterrupt):
            sys.__excepthook__(kind, value, trace)
            return
        start_log(self._home)
        log.critical("a fault got away", exc_info=(kind, value, trace))
        self._caught.emit()

    def _catch_thread(self, caught: threading.ExceptHookArgs) -> None:
        if caught.exc_value is not None and not issubclass(caught.exc_type, SystemExit):
            self._catch(caught.exc_type, caught.exc_value, caught.exc_traceback)
