"""From the start of the process to the sign-in window painted, focused and taking a key, by a bare window.

``python -m benchmarks.startup``; both are started in turn, each from a cold process, and the medians divided.
With ``--imports`` the modules that take longest to load before the first paint are listed.
"""

from __future__ import annotations

import os
import re
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from emis_desktop.desk import open_desk
from emis_desktop.laptop import FirstRun, Laptop, StoreKind
from emis_desktop.rules.rights import Role
from emis_desktop.services.structure import NewSchool
from emis_desktop.services.users import NewUser
from emis_desktop.settings import Home

ROUNDS = 9
MOST = 2.5
"""So many times a bare window ours may take."""

_TAKING = """
import sys, time
from PySide6.QtCore import QCoreApplication, QEvent, QObject, QTimer, Qt
from PySide6.QtGui import QKeyEvent
from PySide6.QtWidgets import QApplication, QLineEdit, QWidget

class Taking(QObject):
    "Types one key once the window has been painted and has the focus, and ends when it is taken."
    def __init__(self, window):
        super().__init__(window)
        self.window, self.painted = window, False
        window.installEventFilter(self)
        window.activateWindow()
        self.timer = QTimer(self, interval=1)
        self.timer.timeout.connect(self.look)
        self.timer.start()
    def eventFilter(self, watched, event):
        self.painted = self.painted or event.type() == QEvent.Type.Paint
        return False
    def look(self):
        line = QApplication.focusWidget()
        if not (self.painted and self.window.isActiveWindow() and isinstance(line, QLineEdit)):
            return
        self.timer.stop()
        line.textEdited.connect(self.taken)
        key = QKeyEvent(QEvent.Type.KeyPress, Qt.Key.Key_X, Qt.KeyboardModifier.NoModifier, "x")
        QCoreApplication.postEvent(line, key)
    def taken(self):
        sys.stdout.write(repr(time.monotonic()))
        sys.stdout.flush()
        import os
        os._exit(0)
"""
_BARE = (
    _TAKING
    + """
application = QApplication(sys.argv[:1])
window = QWidget()
line = QLineEdit(window)
window.resize(1366, 768)
window.show()
line.setFocus()
taking = Taking(window)
application.exec()
"""
)
_OURS = (
    """
import emis_desktop.cli.main
from emis_desktop import app
"""
    + _TAKING
    + """
from pathlib import Path
from emis_desktop.settings import Home
app.run(Home(Path(sys.argv[1])), started=Taking)
"""
)


@dataclass(frozen=True)
class Ratio:
    """Ours against a bare window, in seconds, each a median; ``most`` is what the ratio may be."""

    name: str
    ours: float
    theirs: float
    most: float = MOST

    @property
    def value(self) -> float:
        """How many times theirs ours takes."""
        return self.ours / self.theirs


def run(rounds: int = ROUNDS) -> list[Ratio]:
    """Measure both in turn."""
    with _folder() as home:
        _start(_OURS, home)  # both once before, so that neither pays for reading the disk first
        _start(_BARE, home)
        pairs = [(_start(_OURS, home), _start(_BARE, home)) for _ in range(rounds)]
    ours, bare = (statistics.median(column) for column in zip(*pairs, strict=True))
    return [Ratio("start to sign-in window taking a key / bare Qt window", ours, bare)]


def imports(most: int = 25) -> Iterator[str]:
    """The modules that take longest to load on the way to the first paint, in microseconds of their own."""
    with _folder() as home:
        done = subprocess.run(
            [sys.executable, "-P", "-X", "importtime", "-c", _OURS, str(home)],
            capture_output=True,
            text=True,
            check=True,
            env=_environment(),
        )
    lines = re.findall(r"import time:\s+(\d+) \|\s+(\d+) \|\s+(\S+)", done.stderr)
    for own, total, name in sorted(lines, key=lambda line: -int(line[0]))[:most]:
        yield f"{int(own):8} {int(total):8}  {name}"


def _start(program: str, home: Path) -> float:
    """Seconds from the start of the process to the key."""
    began = time.monotonic()
    done = subprocess.run(
        [sys.executable, "-P", "-c", program, str(home)],
        capture_output=True,
        text=True,
        check=True,
        env=_environment(),
    )
    return float(done.stdout) - began


def _environment() -> dict[str, str]:
    root = str(Path(__file__).resolve().parent.parent)
    return {"QT_QPA_PLATFORM": "offscreen", **os.environ, "PYTHONPATH": root, "LANG": "en_GB.UTF-8"}


@contextmanager
def _folder() -> Iterator[Path]:
    """A data folder in which three people sign in, as a school has it."""
    password = "seven green bottles on a wall"
    with tempfile.TemporaryDirectory() as folder:
        laptop = Laptop(Home(Path(folder) / "home"))
        school = NewSchool("D-0107", "Windward Demo Primary School")
        laptop.set_up(FirstRun(StoreKind.SCHOOL, "XD", "Principal 01", password, school=school))
        with laptop.sign_in_as("Principal 01", password) as mine:
            users = open_desk(mine).services.users
            for name, role in (("User 01", Role.SCHOOL_ADMINISTRATOR), ("Teacher 01", Role.TEACHER)):
                users.add(NewUser(name, role, password))
        yield Path(folder) / "home"


def main() -> int:
    """Print the ratio; 1 when it is too high."""
    if "--imports" in sys.argv:
        print("     own    total  microseconds, longest first")
        print("\n".join(imports()))
        return 0
    rows = run()
    for row in rows:
        print(
            f"{row.name}: {row.ours * 1000:.0f} ms / {row.theirs * 1000:.0f} ms"
            f" = {row.value:.2f} (at most {row.most})"
        )
    return 1 if any(row.value > row.most for row in rows) else 0


if __name__ == "__main__":
    sys.exit(main())
