"""A scratch copy of the checkout, a patch in it, and the first test that fails there."""

import os
import re
import shutil
import subprocess
import sys
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from tempfile import mkdtemp

from tools.defects.patches_read import Defect
from tools.environment import ROOT

_FAILED = re.compile(r"^(?:FAILED|ERROR) (\S+)", re.MULTILINE)
_SECONDS = 900
_SEEN = ("emis_desktop", "sync", "ui", "reports", "resources", "tests", "tools", "benchmarks", "docs")
_FILES = ("pyproject.toml", "run.py", "README.md", "CONTRIBUTING.md", "requirements.txt")


@dataclass(frozen=True, slots=True)
class Caught:
    """The test that failed, or why none did."""

    by: str | None
    why: str = ""


@contextmanager
def scratch() -> Iterator[Path]:
    """A copy of the checkout, gone at the end."""
    folder = Path(mkdtemp(prefix="emis-defect-"))
    try:
        for name in _SEEN:
            if (ROOT / name).is_dir():
                shutil.copytree(ROOT / name, folder / name, ignore=shutil.ignore_patterns("__pycache__"))
        for name in _FILES:
            if (ROOT / name).exists():
                shutil.copyfile(ROOT / name, folder / name)
        yield folder
    finally:
        shutil.rmtree(folder, ignore_errors=True)


def caught(defect: Defect) -> Caught:
    """Put the defect into a copy and run its tests until one fails."""
    with scratch() as folder:
        applied = subprocess.run(
            ["git", "apply", "-C1", "--recount", str(defect.path)],
            check=False,
            capture_output=True,
            text=True,
            cwd=folder,
        )
        if applied.returncode:
            return Caught(None, f"the patch no longer fits: {applied.stderr.strip()}")
        return _first_failure(folder, defect.tests)


def sound(defects: Iterable[Defect]) -> str:
    """What fails of all their tests without any defect; empty when nothing does."""
    tests = sorted({test for defect in defects for test in defect.tests})
    with scratch() as folder:
        return _first_failure(folder, tests).by or ""


def _first_failure(folder: Path, tests: Iterable[str]) -> Caught:
    command = [sys.executable, "-m", "pytest", "-x", "-q", "--tb=no", "-p", "no:cacheprovider", *tests]
    kept = {name: value for name, value in os.environ.items() if name != "PYTHONPATH"}
    try:
        done = subprocess.run(
            command,
            check=False,
            capture_output=True,
            text=True,
            cwd=folder,
            env=kept | {"PYTHONPATH": str(folder)},
            timeout=_SECONDS,
        )
    except subprocess.TimeoutExpired:
        return Caught(" ".join(tests), "it never ended")
    failed = _FAILED.search(done.stdout)
    if failed:
        return Caught(failed[1])
    return Caught(None, "every test passed" if done.returncode == 0 else done.stdout[-500:])
