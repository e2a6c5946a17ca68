"""The desktop program put together: settings, log, one window for one data folder, and what is in it.

Shown first is the window with the sign-in screen; records, keys and paper are loaded while somebody types
the password (see :mod:`ui.program.late`).
"""

from __future__ import annotations

import locale
import os
import sys
from collections.abc import Callable
from contextlib import ExitStack

from PySide6.QtCore import QEvent, QObject, QProcess, QProcessEnvironment, Qt, QTimer
from PySide6.QtWidgets import QApplication, QWidget

from emis_desktop.jobs.demo.note import pair_of
from emis_desktop.settings import Home, find_home
from resources.words import LANGUAGES, Words
from sync.collector import quiet_for
from ui.housekeeping import Housekeeper
from ui.laptop_settings import LaptopSettings
from ui.program.faults import Faults
from ui.program.frame import Frame
from ui.program.program import Program
from ui.program.single import SingleInstance
from ui.theme.theme import Theme, ThemeMode

NAME = "emis-desktop"
DONE = 0
SETTLE_MS = 150
"""After the first paint the first keys go before everything that can wait."""
Started = Callable[[QWidget], None]


class _AfterPaint(QObject):
    """Calls something once, when a window has been painted for the first time."""

    def __init__(self, window: QWidget, then: Callable[[], None]) -> None:
        super().__init__(window)
        self._window, self._then = window, then
        window.installEventFilter(self)

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:  # noqa: ARG002  - Qt calls it so
        """Wait for the paint; what follows comes after it."""
        if event.type() == QEvent.Type.Paint:
            self._window.removeEventFilter(self)
            QTimer.singleShot(SETTLE_MS, self._then)
        return False


def run(home: Home | None = None, *, started: Started | None = None) -> int:
    """Open the desktop program on ``home`` (the usual data folder without one) and stay until it is closed.

    A second start for the same folder brings the first one's window up and returns at once. ``started`` is
    called with the window once it is shown, for measuring. Returns the exit code.
    """
    home = home or find_home()
    application = _application()
    single = SingleInstance(home, application)
    if not single.take():
        single.call()
        return DONE
    faults = Faults(home, application)
    faults.install()
    housekeeper = Housekeeper(application, quiet_for=quiet_for)
    keeper = _keeper(home)
    try:
        settings = LaptopSettings(home, application)
        words = Words.load(language_of(settings.language))
        theme = Theme(application, ThemeMode(settings.theme))
        frame = Frame()
        program = Program(home, settings, words, theme, frame)
        faults.happened.connect(program.fault)
        single.asked.connect(frame.bring_up)
        program.demo_made.connect(lambda other: frame.close() if start_on(other) else None)
        program.begin()
        _AfterPaint(frame, lambda: _settle(home, single, program))
        frame.open_window()
        if started is not None:
            started(frame)
        return application.exec()
    finally:
        keeper.close()
        housekeeper.stop()
        faults.uninstall()
        single.release()


def _keeper(home: Home) -> ExitStack:
    """A server for the two laptops of a demonstration while one of them is open; nothing for any other."""
    stack = ExitStack()
    if (pair := pair_of(home)) is not None:
        from emis_desktop.jobs.demo.keeper import ServerKeeper  # noqa: PLC0415 - no school needs it

        stack.enter_context(ServerKeeper(pair))
    return stack


def language_of(chosen: str | None) -> str:
    """The language to speak: the laptop's choice, else the system's, else English."""
    system = os.environ.get("LC_ALL") or os.environ.get("LANG") or locale.getlocale()[0] or ""
    for candidate in (chosen, system[:2].lower()):
        if candidate in LANGUAGES:
            return candidate
    return "en"


def start_on(home: Home) -> bool:
    """Start the program on another data folder; False when the system does not let it."""
    process = QProcess()
    process.setProgram(sys.executable)
    process.setArguments([] if getattr(sys, "frozen", False) else ["-P", "-m", "emis_desktop.cli"])
    environment = QProcessEnvironment.systemEnvironment()
    environment.insert("EMIS_HOME", str(home.root))
    process.setProcessEnvironment(environment)
    return bool(process.startDetached())


def _application() -> QApplication:
    """The application, as sharp on a screen of 125 % as on one of 100 %."""
    there = QApplication.instance()
    if isinstance(there, QApplication):
        return there
    QApplication.setHighDpiScaleFactorRoundingPolicy(Qt.HighDpiScaleFactorRoundingPolicy.PassThrough)
    QApplication.setApplicationName(NAME)
    QApplication.setDesktopFileName(NAME)
    return QApplication(sys.argv[:1])


def _settle(home: Home, single: SingleInstance, program: Program) -> None:
    """What the first paint did not need."""
    from emis_desktop.log import start_log  # noqa: PLC0415  - 8 ms that the first paint saves

    start_log(home)
    single.listen()
    program.after_paint()
