"""Build the program that needs no Python, start it from another folder and open a store with it.

``python3 run.py freeze``: what was built stands in ``dist/emis``. Prints how long the build took, the size
unpacked and zipped, and the time from process start to the end of a command that opens the store.
"""

import json
import os
import shutil
import statistics
import subprocess
import sys
import tempfile
import time
from pathlib import Path
from typing import Any

from tools import system_libraries

ROOT = Path(__file__).resolve().parent.parent
FOLDER = ROOT / "dist" / "emis"
PROGRAM = FOLDER / ("emis.exe" if os.name == "nt" else "emis")
RUNS = 5
PASSWORD = "a throw-away pass-phrase of this trial"


def build() -> float:
    """Freeze the program into ``dist/emis`` and return the seconds it took. Raises CalledProcessError."""
    started = time.monotonic()
    places = ["--distpath", str(ROOT / "dist"), "--workpath", str(ROOT / "build" / "freeze")]
    command = [
        sys.executable,
        "-m",
        "PyInstaller",
        "--noconfirm",
        "--log-level",
        "WARN",
        *places,
        "build.spec",
    ]
    subprocess.run(command, check=True, cwd=ROOT)
    return time.monotonic() - started


def size_of(folder: Path) -> int:
    """Bytes of all files in `folder`, links not followed."""
    return sum(path.lstat().st_size for path in folder.rglob("*") if not path.is_dir())


class Trial:
    """The frozen program in a folder far from the checkout, with a home of its own and no Python around."""

    def __init__(self, program: Path, folder: Path) -> None:
        self.program = program
        self.folder = folder
        password = folder / "password"
        password.write_text(PASSWORD, encoding="utf-8")
        kept = {name: os.environ[name] for name in ("SYSTEMROOT", "TEMP", "TMPDIR") if name in os.environ}
        self.settings = {
            **kept,
            "PATH": "" if os.name == "nt" else "/usr/bin:/bin",
            "HOME": str(folder),
            "LANG": "C.UTF-8",
            "EMIS_HOME": str(folder / "home"),
            "EMIS_USER": "Trial",
            "EMIS_PASSWORD_FILE": str(password),
            "QT_QPA_PLATFORM": "offscreen",
        }

    def run(self, *arguments: str) -> str:
        """What the program prints. Raises SystemExit, with what it said, when it refuses."""
        done = subprocess.run(
            [str(self.program), *arguments],
            check=False,
            cwd=self.folder,
            env=self.settings,
            capture_output=True,
            text=True,
            encoding="utf-8",
            timeout=300,
        )
        if done.returncode != 0:
            raise SystemExit(
                f"emis {' '.join(arguments)} ended with {done.returncode}:\n{done.stdout}{done.stderr}"
            )
        return done.stdout

    def store(self) -> dict[str, Any]:
        """Make a store, open it again in a second process, and return what the doctor says of it."""
        self.run("init", "--role", "school", "--profile", "XD", "--json")
        found: dict[str, Any] = json.loads(self.run("doctor", "--json"))
        return found

    def exchanged(self) -> bool:
        """Whether two laptops and a server of the demonstration, all frozen, came to hold the same."""
        found = json.loads(self.run("demo", "--headless", "--json", "--out", str(self.folder / "results")))
        return bool(found["sync"]["equal"])

    def seconds(self, *arguments: str) -> float:
        """The median time of a command, from process start to its end."""
        times = []
        for _ in range(RUNS):
            started = time.monotonic()
            self.run(*arguments)
            times.append(time.monotonic() - started)
        return statistics.median(times)


def _provide_window_libraries() -> None:
    """See that what the window needs of the system is here to be packed in; the target may lack it."""
    absent = system_libraries.missing(system_libraries.SCREEN)
    if absent and system_libraries.may_install():
        with tempfile.TemporaryFile() as log:
            system_libraries.apt_install(sorted(absent.values()), log)
        absent = system_libraries.missing(system_libraries.SCREEN)
    if absent:
        print(f"not here, so not packed in: {', '.join(absent)}")


def main() -> int:
    """Build, try, print. 0 when the frozen program opened its store and synchronised."""
    if sys.platform == "linux":
        _provide_window_libraries()
    took = build()
    print(f"built in          {took:6.1f} s")
    print(f"size              {size_of(FOLDER) / 1e6:6.1f} MB")
    with tempfile.TemporaryDirectory(prefix="emis-frozen-") as name:
        folder = Path(name)
        zipped = Path(shutil.make_archive(str(folder / "emis"), "zip", FOLDER)).stat().st_size
        print(f"zipped            {zipped / 1e6:6.1f} MB")
        trial = Trial(PROGRAM, folder)
        health = trial.store()
        versions = f"SQLite {health['sqlite_version']}, SQLCipher {health['cipher_version']}"
        print(f"store opened      {versions}, integrity {health['integrity']}")
        exchanged = trial.exchanged()
        print(f"demonstration     {'synchronised' if exchanged else 'DID NOT come to hold the same'}")
        print(f"emis --help       {trial.seconds('--help'):6.2f} s")
        print(f"emis doctor       {trial.seconds('doctor', '--json'):6.2f} s, unlocking included")
    return 0 if exchanged else 1


if __name__ == "__main__":
    sys.exit(main())
