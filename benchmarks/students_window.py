"""The memory of the whole program on a ministry's laptop: ``python -m benchmarks.students_window HOME``.

A process of its own, its window offscreen: an officer signs in, opens the list of pupils, searches, opens a
record and looks further. What is told is the most that the process ever held.
"""

import os
import re
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING, Final

from emis_desktop.settings import Home

if TYPE_CHECKING:
    from PySide6.QtWidgets import QLineEdit, QWidget

    from ui.program.frame import Frame

ROOT: Final = Path(__file__).resolve().parent.parent
_NAMES: Final = 50
_KEYS: Final = ("joseph", "  ", "aur", "12", "o'n", "felicien an")


def peak_mb(home: Home) -> float:
    """Run the program on a data folder and give its peak in MB. Raises RuntimeError when it fails."""
    done = subprocess.run(
        [sys.executable, "-P", "-m", "benchmarks.students_window", str(home.root)],
        cwd=ROOT,
        env={**os.environ, "PYTHONPATH": str(ROOT), "QT_QPA_PLATFORM": "offscreen"},
        capture_output=True,
        text=True,
        check=False,
    )
    if done.returncode != 0:
        raise RuntimeError(done.stderr[-2_000:])
    return float(done.stdout.splitlines()[-1])


def most_mb() -> float:
    """The most memory that this process has held, in MB; 0 where the system does not tell it so (Windows)."""
    status = Path("/proc/self/status")
    found = re.search(r"VmHWM:\s+(\d+) kB", status.read_text()) if status.exists() else None
    return int(found[1]) * 1024 / 1e6 if found else 0.0


def main(home: str) -> int:
    """Use the program as somebody would; nothing is loaded but the program and the hands that type."""
    from PySide6.QtCore import QTimer  # noqa: PLC0415 - Qt only in the process that is measured

    from emis_desktop import app  # noqa: PLC0415
    from ui.program.frame import Frame  # noqa: PLC0415

    fault: list[BaseException] = []

    def begin(frame: "QWidget") -> None:
        assert isinstance(frame, Frame)
        try:
            _use(frame)
        except BaseException as found:  # noqa: BLE001 - raised again once the window is closed
            fault.append(found)
        finally:
            frame.close()

    app.run(Home(Path(home)), started=lambda frame: QTimer.singleShot(0, frame, lambda: begin(frame)))
    if fault:
        raise fault[0]
    print(most_mb())
    return 0


def _use(frame: "Frame") -> None:
    """Sign in, search for some pupils and open their records."""
    from PySide6.QtCore import Qt  # noqa: PLC0415
    from PySide6.QtTest import QTest  # noqa: PLC0415

    from emis_desktop.jobs.demo.laptop import PASSWORD, USER  # noqa: PLC0415
    from ui.shell.window import MainWindow  # noqa: PLC0415
    from ui.students.page import StudentsPage  # noqa: PLC0415

    _until(lambda: _box(frame) is not None)
    box = _box(frame)
    for _ in range(_NAMES):
        if box is None or box.accessibleName().endswith(USER):
            break
        QTest.keyClick(box, Qt.Key.Key_Down)
        box = _box(frame)
    assert box is not None
    QTest.keyClicks(box, PASSWORD)
    QTest.keyClick(box, Qt.Key.Key_Return)
    _until(lambda: isinstance(frame.screen_widget, MainWindow))
    window = frame.screen_widget
    assert isinstance(window, MainWindow)
    _rest(3_000)
    window.open("students")
    page = window.page("students")
    assert isinstance(page, StudentsPage)
    for text in _KEYS:
        page.list.clear()
        for letter in text:
            QTest.keyClicks(page.list.search, letter)
            _rest(120)
        _rest(500)
        pupil = page.list.model.pupil(0)
        if pupil is not None:
            page.views.open_record(pupil.id)
            _rest(800)
            window.open("students")


def _box(frame: "Frame") -> "QLineEdit | None":
    """Where the password is typed."""
    from PySide6.QtWidgets import QLineEdit  # noqa: PLC0415

    screen = frame.screen_widget
    return None if screen is None else screen.findChild(QLineEdit, "unlock.password")


def _until(so: Callable[[], bool]) -> None:
    for _ in range(600):
        if so():
            return
        _rest(100)
    raise RuntimeError("the window does not come to where it is wanted")


def _rest(milliseconds: int) -> None:
    """Let the program go on."""
    from PySide6.QtCore import QEventLoop, QTimer  # noqa: PLC0415

    loop = QEventLoop()
    QTimer.singleShot(milliseconds, loop.quit)
    loop.exec()


if __name__ == "__main__":
    sys.exit(main(*sys.argv[1:]))
