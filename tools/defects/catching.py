"""Which test catches a defect: its own narrow ones, else the wider suites, else the simulator.

A test counts only when it fails with the defect and passes in the same copy without it, so neither a flaw of
the checkout nor a test of the dice is taken for a catch.
"""

import os
import re
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path

from tools.defects.copies import Copy
from tools.defects.patches import Defect

WIDER = ("tests/sync",)
SEEDS = 50
_SECONDS = 1_800
"""The longest that one run of tests may take."""
_STUCK = 120
"""Seconds after which a single test counts as one that never ends."""
_OTHERS = 5
"""Tests that fail without the defect as well and are passed over at most."""
_PYTEST = (
    "pytest", "-x", "-v", "-r", "fE", "--tb=no", "--hypothesis-seed=0",
    "-p", "no:cacheprovider", "-p", "no:xdist", "-o", f"faulthandler_timeout={_STUCK}",
    "-o", "faulthandler_exit_on_timeout=true",
)  # fmt: skip
_FAILED = re.compile(r"^(?:FAILED|ERROR) ([^\s\[]+(?:\[.*?\])?)(?= - |$)", re.MULTILINE)
_RUNNING = re.compile(r"^(tests/\S+::.*?) *$", re.MULTILINE)
_SEED = re.compile(r"^seed (\d+): (.+)$", re.MULTILINE)
_SEED_OF = re.compile(r"seed (\d+):.*", re.DOTALL)
_DROPPED = ("PYTHONPATH", "CI", "COVERAGE_PROCESS_START")


@dataclass(frozen=True, slots=True)
class Caught:
    """What came of one defect. ``by``: the first test that fails; empty when none does, then ``why``."""

    defect: Defect
    by: str
    why: str
    seconds: float


@dataclass(frozen=True, slots=True)
class Run:
    """What a run of tests said: ``failed`` is the first that failed, empty when all passed."""

    failed: str
    said: str
    broke: bool = False


Tester = Callable[[Path, Sequence[str], Sequence[str]], Run]
"""Runs tests in a folder, without those named last, until one fails."""


def catch(copy: Copy, defect: Defect, *, wider: bool = True) -> Caught:
    """Put the defect into the copy, look for a test that fails, and take the defect out again."""
    began = time.perf_counter()
    by, why = _catch(copy, defect, wider=wider)
    return Caught(defect, by, why, time.perf_counter() - began)


def _catch(copy: Copy, defect: Defect, *, wider: bool) -> tuple[str, str]:
    stages: list[tuple[Tester, tuple[str, ...]]] = [(run_tests, defect.catches)]
    if wider:
        stages += [(run_tests, WIDER), (run_seeds, (str(SEEDS),))]
    for tester, wanted in stages:
        passed_over: list[str] = []
        while len(passed_over) < _OTHERS:
            with copy.with_defect(defect) as misfit:
                if misfit:
                    return "", f"the patch does not fit: {misfit}"
                found = tester(copy.folder, wanted, passed_over)
            if found.broke:
                return "", found.said
            if not found.failed:
                break
            if not _fails_anyway(copy, tester, found.failed):
                return found.failed, ""
            passed_over.append(found.failed)
    return "", "every test passed"


def _fails_anyway(copy: Copy, tester: Tester, name: str) -> bool:
    """Whether it fails without any defect, too."""
    found = tester(copy.folder, (name,), ())
    return bool(found.failed or found.broke)


def run_tests(folder: Path, wanted: Sequence[str], without: Sequence[str]) -> Run:
    """Run tests until one fails, or never ends."""
    command = ["-m", *_PYTEST, *(f"--deselect={name}" for name in without), *wanted]
    return judged(*_python(folder, command))


def judged(code: int, said: str) -> Run:
    """What pytest's exit code and words come to."""
    if code == 0:
        return Run("", said)
    if failed := _FAILED.search(said):
        return Run(failed[1], said)
    if code not in {2, 3, 4, 5} and (running := _RUNNING.findall(said)):
        return Run(running[-1], said)  # it hung, or took the interpreter with it
    return Run("", f"the tests could not be run: {said[-600:]}", broke=True)


def run_seeds(folder: Path, wanted: Sequence[str], without: Sequence[str]) -> Run:
    """Run so many seeds of the simulator, or the one that a catch names, until one fails."""
    ((what),) = wanted
    seed = _SEED_OF.fullmatch(what)
    words = ["1", "--first", seed[1]] if seed else [what]
    return seeds_judged(*_python(folder, ["-m", "tools.simulate", *words, "--processes", "1"]), without)


def seeds_judged(code: int, said: str, without: Sequence[str]) -> Run:
    """What the simulator's exit code and words come to, the seeds ``without`` left aside."""
    found = {f"seed {number}": told for number, told in _SEED.findall(said)}
    known = {name.partition(":")[0] for name in without}
    failed = next((f"{seed}: {told[:80]}" for seed, told in found.items() if seed not in known), "")
    broke = code != 0 and not found
    return Run(failed, f"the simulator could not be run: {said[-600:]}" if broke else said, broke=broke)


def _python(folder: Path, command: Sequence[str]) -> tuple[int, str]:
    """Run the interpreter on the copy; exit code and what it said. Ended with its children when it hangs."""
    kept = {name: value for name, value in os.environ.items() if name not in _DROPPED}
    child = subprocess.Popen(
        [sys.executable, *command],
        cwd=folder,
        env=kept | {"PYTHONPATH": str(folder), "QT_QPA_PLATFORM": "offscreen"},
        stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL,
        text=True, encoding="utf-8", errors="replace", start_new_session=True,
    )  # fmt: skip
    try:
        said, _ = child.communicate(timeout=_SECONDS)
    except subprocess.TimeoutExpired:
        _end(child)
        said, _ = child.communicate()
    except BaseException:
        _end(child)
        raise
    return child.returncode, said


def _end(child: subprocess.Popen[str]) -> None:
    """End a run and what it started, all of one session of ours."""
    if os.name == "nt":
        child.kill()
    else:
        os.killpg(child.pid, signal.SIGKILL)
