"""Power loss, replayed: each moment of a real run, with several crashes, each looked at by its check."""

import importlib
import random
import shutil
import sys
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from hashlib import blake2b
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Protocol, cast

from tests.power.calls import Event, Flush, Rename, Said, traced
from tests.power.disk import SHARED, Disk, Loss

COUNTED = "limits"
"""The server's folder of what was asked lately, in memory that its processes share."""

ROOT = Path(__file__).resolve().parents[2]


class Program(Protocol):
    """A module under test: ``run`` is traced; ``check`` looks at what a crash left."""

    def run(self, folder: Path) -> None:
        """Work in ``folder``, saying on standard output what is promised as soon as it is."""

    def check(self, folder: Path, said: list[str]) -> list[str]:
        """What is wrong in ``folder`` after a crash when ``said`` had been promised; empty: nothing."""


@dataclass(frozen=True, slots=True)
class Fault:
    """What was found wrong: at which event, after which loss, with which seed."""

    event: int
    loss: Loss
    seed: int
    words: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Replayed:
    """A replay: events of the run, promises, moments looked at, different crashes checked, and the faults."""

    events: int
    promises: int
    moments: int
    crashes: int
    faults: tuple[Fault, ...]


def record(program: str, folder: Path) -> list[Event]:
    """Trace the module ``program`` at work in ``folder``, which is empty or as it finds it."""
    command = [sys.executable, "-m", "tests.power.replay", program, str(folder)]
    with TemporaryDirectory() as beside:
        return traced(command, folder, Path(beside) / "trace", cwd=ROOT)


def differs_from_disk(disk: Disk, folder: Path) -> list[str]:
    """Paths whose content is not what the events made of them: then the replay has missed something.

    But for memory that processes share: it is never written, and nothing in it is to outlast them.
    """
    made = {path: content for path, content in disk.now().items() if not _is_shared(Path(path))}
    there = {str(path): path for path in folder.rglob("*") if path.is_file() and not _is_shared(path)}
    return sorted(
        path
        for path in made.keys() | there.keys()
        if path not in made or path not in there or made[path] != there[path].read_bytes()
    )


def _is_shared(path: Path) -> bool:
    return path.name.endswith(SHARED) or path.parent.name == COUNTED


def replay(
    program: str, events: list[Event], folder: Path, *, per_moment: int, every: int = 1, seed: int = 0
) -> Replayed:
    """Crash at every ``every``-th moment, ``per_moment`` times by the dice besides the four plain ways.

    ``folder`` is where the run worked: each crash is laid out in a folder of its own, under the same names.
    """
    check = cast(Program, importlib.import_module(program)).check
    disk, said, seen = Disk(), [], _Seen()
    faults: list[Fault] = []
    moments = 0
    for number, event in enumerate(events):
        disk.apply(event)
        if isinstance(event, Said):
            said.append(event.line)
        if number % every and not isinstance(event, Flush | Rename | Said):
            continue
        moments += 1
        for loss, own_seed in _losses(per_moment, seed, number):
            found = disk.crashed(loss, random.Random(own_seed))
            if seen.is_new(found, len(said)):
                words = looked_at(check, found, folder, said)
                faults += [Fault(number, loss, own_seed, tuple(words))] if words else []
    return Replayed(len(events), len(said), moments, seen.count, tuple(faults))


class _Seen:
    """Crashes that were looked at already need no second look, unless more was promised since."""

    def __init__(self) -> None:
        self.count = 0
        self._seen: set[tuple[bytes, int]] = set()

    def is_new(self, found: dict[str, bytes], promises: int) -> bool:
        digest = blake2b(digest_size=16)
        for path, content in sorted(found.items()):
            digest.update(f"{path}\0{len(content)}\0".encode())
            digest.update(content)
        mark = digest.digest(), promises
        new = mark not in self._seen
        self._seen.add(mark)
        self.count += new
        return new


def _losses(per_moment: int, seed: int, number: int) -> Iterator[tuple[Loss, int]]:
    for loss in (Loss.ALL, Loss.NONE, Loss.NAMES_KEPT, Loss.LAST_TORN):
        yield loss, seed * 1_000_003 + number
    for place in range(per_moment):
        yield Loss.TORN, (seed * 1_000_003 + number) * 1_000 + place


def looked_at(
    check: Callable[[Path, list[str]], list[str]], found: dict[str, bytes], folder: Path, said: list[str]
) -> list[str]:
    """What a check finds wrong where ``found`` is all that is left of ``folder``."""
    with TemporaryDirectory(dir="/dev/shm" if Path("/dev/shm").is_dir() else None) as name:
        place = Path(name) / folder.name
        place.mkdir()
        for path, content in found.items():
            target = place / Path(path).relative_to(folder)
            target.parent.mkdir(parents=True, exist_ok=True)
            target.write_bytes(content)
        try:
            return check(place, said)
        finally:
            shutil.rmtree(place, ignore_errors=True)


if __name__ == "__main__":
    cast(Program, importlib.import_module(sys.argv[1])).run(Path(sys.argv[2]))
