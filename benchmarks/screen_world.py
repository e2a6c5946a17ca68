"""The program on a laptop that has joined, its window offscreen, driven by keys; a server process; another
laptop of the same school as a process of its own.
"""

import os
import subprocess
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Final

from PySide6.QtCore import QEventLoop, Qt, QTimer
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QWidget
from sqlalchemy import func, select

from benchmarks import screen_library
from emis_desktop import app
from emis_desktop.demo_people import SCHOOL
from emis_desktop.jobs import joining
from emis_desktop.jobs.demo.laptop import PASSWORD, PRINCIPAL, USER
from emis_desktop.jobs.demo.walk import Wish, prepare_demo
from emis_desktop.jobs.syncing import Syncing
from emis_desktop.laptop import Laptop
from emis_desktop.models import Conflict
from emis_desktop.profiles import DEMO
from emis_desktop.queries.sync_state import End
from emis_desktop.settings import Home
from tests.helpers.central import Server
from ui.context import UiContext
from ui.program.frame import Frame
from ui.program.program import Program
from ui.shell.window import MainWindow

ROOT: Final = Path(__file__).resolve().parent.parent
PATIENCE_MS: Final = 600_000
LOOK_MS: Final = 50
SETTLE_MS: Final = 1_500
"""What is told a moment after a sync has ended counts as well."""
NAMES: Final = 120


@dataclass(frozen=True, slots=True)
class World:
    """The laptop with the window, and the process of another one of its school. Their server serves."""

    office: Home
    _library: "subprocess.Popen[str]"

    def send(self, deed: str, count: int) -> None:
        """Have the other laptop write so many rows and send them. Raises RuntimeError when it cannot."""
        asked, told = self._library.stdin, self._library.stdout
        assert asked is not None
        assert told is not None
        asked.write(f"{deed} {count}\n")
        asked.flush()
        if told.readline() != "sent\n":
            raise RuntimeError("the other laptop did not send")


@contextmanager
def made(pupils: int) -> Iterator[World]:
    """A demonstration school of so many pupils on two laptops, and its server."""
    with TemporaryDirectory(prefix="emis-bench-") as name:
        folder = Path(name)
        office, library = Home(folder / "office"), Home(folder / "library")
        prepare_demo(office, Wish(folder / "results", pupils), lambda _step: None)
        server = Server(folder / "server", "")
        server.command("init", "--name", "Ministry", "--profile", DEMO)
        with server.running("--log-level", "error") as running:
            _join(office, library, server, f"http://127.0.0.1:{running.port}")
            with _process(library) as process:
                yield World(office, process)


def _join(office: Home, library: Home, server: Server, address: str) -> None:
    wish = joining.JoinWish(address, server.code(SCHOOL.code), "Office laptop")
    with Laptop(office).sign_in_as(PRINCIPAL, PASSWORD) as laptop:
        joining.join_existing(laptop, wish)
        Syncing(laptop).set_every(None)
    code, user = server.code(SCHOOL.code), screen_library.USER
    joining.join(library, joining.JoinWish(address, code, "Library laptop", user, PASSWORD))


@contextmanager
def _process(library: Home) -> Iterator["subprocess.Popen[str]"]:
    process = subprocess.Popen(
        [sys.executable, "-P", "-m", "benchmarks.screen_library", str(library.root)],
        cwd=ROOT,
        env={**os.environ, "PYTHONPATH": str(ROOT)},
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
    )
    with process:
        try:
            yield process
        finally:
            process.terminate()


class Driver:
    """Hands on the keys of a program, and eyes on its store."""

    def __init__(self, frame: Frame) -> None:
        """For the program whose window has just been shown."""
        self.frame = frame
        found = frame.findChild(Program)
        assert isinstance(found, Program)
        self.program = found

    @property
    def window(self) -> MainWindow:
        """The main window."""
        found = self.frame.screen_widget
        assert isinstance(found, MainWindow)
        return found

    @property
    def context(self) -> UiContext:
        """What its pages work with."""
        sitting = self.program.sitting
        assert sitting is not None
        assert sitting.context is not None
        return sitting.context

    def sign_in(self) -> None:
        """As a person does, once everything is loaded."""
        rest(2_000)
        self.until(lambda: self.program.tasks.running() == 0)
        self._choose(f"Password of {USER}")
        self.type(PASSWORD)
        self.press(Qt.Key.Key_Return)
        self.until(lambda: isinstance(self.frame.screen_widget, MainWindow))
        rest(SETTLE_MS)
        self.until(lambda: self.program.tasks.running() == 0)

    def _choose(self, said: str) -> None:
        for _ in range(NAMES):
            if self.find("unlock.password").accessibleName() == said:
                return
            self.press(Qt.Key.Key_Down)
        raise RuntimeError(f"nobody can be chosen: {said}")

    def find(self, name: str) -> QWidget:
        """A widget of the present screen by its object name."""
        screen = self.frame.screen_widget
        found = None if screen is None else screen.findChild(QWidget, name)
        assert isinstance(found, QWidget), name
        return found

    def focused(self) -> QWidget:
        """What has the focus."""
        found: QWidget | None = self.frame.focusWidget()
        return self.frame if found is None else found

    def type(self, text: str) -> None:
        """Type into what has the focus."""
        QTest.keyClicks(self.focused(), text)

    def press(self, key: Qt.Key, modifier: Qt.KeyboardModifier = Qt.KeyboardModifier.NoModifier) -> None:
        """Press a key."""
        QTest.keyClick(self.focused(), key, modifier)

    def until(self, so: Callable[[], bool]) -> None:
        """Wait until ``so``; raises RuntimeError when it does not become so."""
        for _ in range(PATIENCE_MS // LOOK_MS):
            if so():
                return
            rest(LOOK_MS)
        raise RuntimeError("the window does not come to where it is wanted")

    # -- Syncs ----------------------------------------------------------------------------------------

    def sync(self) -> int:
        """Sync as by the button, to the end; returns how many changes came."""
        sync = self.context.sync
        assert sync is not None
        before = sync.doors.facts.past(1).total
        sync.doors.engine.now()
        self.until(lambda: not sync.doors.engine.state().running and sync.doors.facts.past(1).total > before)
        last = sync.doors.facts.past(1).rows[0]
        if last.end is not End.DONE:
            raise RuntimeError(f"the sync ended with {last.end}")
        rest(SETTLE_MS)
        return last.received or 0

    def conflicts(self) -> int:
        """How many changes there are to look at, and were."""
        laptop = self.context.laptop
        assert laptop is not None
        with laptop.db.read() as session:
            return session.scalar(select(func.count()).select_from(Conflict)) or 0


def rest(milliseconds: int) -> None:
    """Let the program go on, sleeping in its event loop."""
    loop = QEventLoop()
    QTimer.singleShot(milliseconds, loop.quit)
    loop.exec()


def driven(home: Home, drive: Callable[[Driver], None]) -> None:
    """Run the whole program on a data folder, ``drive`` it, and close it. Raises what ``drive`` raises."""
    fault: list[BaseException] = []

    def begin(frame: QWidget) -> None:
        assert isinstance(frame, Frame)
        try:
            drive(Driver(frame))
        except BaseException as found:  # noqa: BLE001 - raised again once the window is closed
            fault.append(found)
        finally:
            frame.close()

    app.run(home, started=lambda frame: QTimer.singleShot(0, frame, lambda: begin(frame)))
    if fault:
        raise fault[0]
