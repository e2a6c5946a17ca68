"""The memory of the whole program on a ministry's laptop: ``python -m benchmarks.students_window HOME``.

A process of its own, its window offscreen: an officer signs in, opens the list of pupils, searches, opens a
record and looks further. What is told is the most that the process ever held.
"""

import os
import re
import subprocess
import sys
from pathlib import Path
from typing import Final

from emis_desktop.settings import Home

ROOT: Final = Path(__file__).resolve().parent.parent
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
    """Use the program as somebody would."""
    from PySide6.QtCore import Qt  # noqa: PLC0415 - Qt only in the process that is measured

    from benchmarks.screen_world import Driver, driven, rest  # noqa: PLC0415
    from ui.students.page import StudentsPage  # noqa: PLC0415

    def use(driver: Driver) -> None:
        driver.sign_in()
        driver.window.open("students")
        page = driver.window.page("students")
        assert isinstance(page, StudentsPage)
        for text in _KEYS:
            page.list.clear()
            page.list.search.setFocus(Qt.FocusReason.TabFocusReason)
            for letter in text:
                driver.type(letter)
                rest(120)
            rest(500)
            pupil = page.list.model.pupil(0)
            if pupil is not None:
                page.views.open_record(pupil.id)
                rest(800)
                driver.window.open("students")
        driver.until(lambda: driver.program.tasks.running() == 0)

    driven(Home(Path(home)), use)
    print(most_mb())
    return 0


if __name__ == "__main__":
    sys.exit(main(*sys.argv[1:]))
