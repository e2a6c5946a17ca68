"""How long the window does not hear while rows come from the server and somebody types.

    python3 run.py bench screen

The whole program (its window offscreen) is signed in on a laptop that has joined; another laptop of the same
school has sent rows to a server process; the program's own engine fetches them while keys are typed every
tenth of a second. A beat every 5 ms in the thread of the window measures its turns: what lies between two
beats, by the clock and by the processor time of that thread alone. The clock counts whatever else runs on
the machine, so that the promise is about processor time; the same window, left alone for as long, stands
beside.
"""

import json
import os
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from dataclasses import asdict, dataclass, field
from itertools import count as count_from
from typing import Final

os.environ.setdefault("QT_QPA_PLATFORM", "offscreen")

from PySide6.QtCore import QObject, Qt, QTimer

from benchmarks import screen_library
from benchmarks.figures import Figure, Limit, Promise
from benchmarks.screen_scenes import SCENES, Scene
from benchmarks.screen_world import ROOT, Driver, World, driven, made, rest

BEAT_MS: Final = 5
KEY_MS: Final = 100
STILL_MS: Final = 1_000
LONGEST_MS: Final = 50.0
"""Longer than that a person notices that a key does not show."""
PUPILS, ROWS, CONFLICTS = 417, 10_000, 500
CONFLICTING: Final = "conflicts"


@dataclass(frozen=True, slots=True)
class Gaps:
    """Between two beats, in milliseconds, the shortest first."""

    clock: tuple[float, ...]
    processor: tuple[float, ...]

    @property
    def note(self) -> str:
        """The rest, for the reader."""
        return (
            f"99 % below {_most(self.processor):.1f}; by the clock {self.clock[-1]:.0f}, "
            f"99 % below {_most(self.clock):.1f}"
        )


def _most(values: tuple[float, ...]) -> float:
    return values[len(values) * 99 // 100]


class Heart(QObject):
    """Beats in the thread of the window."""

    def __init__(self) -> None:
        """At rest."""
        super().__init__()
        self._beats: list[tuple[float, float]] = []
        self._timer = QTimer(self, interval=BEAT_MS, timerType=Qt.TimerType.PreciseTimer)
        self._timer.timeout.connect(self._beat)

    def _beat(self) -> None:
        self._beats.append((time.perf_counter(), time.thread_time()))

    def during(self, work: Callable[[], None]) -> Gaps:
        """What it measures while ``work`` goes on in the event loop."""
        self._beats = []
        self._timer.start()
        work()
        self._timer.stop()
        pairs = list(zip(self._beats, self._beats[1:], strict=False))
        clock = sorted(1_000 * (after[0] - before[0]) for before, after in pairs)
        processor = sorted(1_000 * (after[1] - before[1]) for before, after in pairs)
        return Gaps(tuple(clock), tuple(processor))


@dataclass(frozen=True, slots=True)
class Told:
    """What was found of a scene, and of the same window left alone for as long."""

    name: str
    gaps: Gaps
    alone: Gaps
    seconds: float


@dataclass
class Show:
    """The scenes one after the other in one window."""

    world: World
    rows: int
    conflicts: int
    told: list[Told] = field(default_factory=list)

    def run(self, driver: Driver) -> None:
        """Sign in and measure all."""
        driver.sign_in()
        for scene in SCENES:
            count = self._sent(driver, scene)
            self.told.append(_measured(driver, scene, count))

    def _sent(self, driver: Driver, scene: Scene) -> int:
        """Have rows sent by the other laptop; returns how many wait at the server."""
        if scene.deed != CONFLICTING:
            self.world.send(scene.deed, self.rows)
            return self.rows
        self.world.send(scene.deed, self.conflicts)
        laptop = driver.context.laptop
        assert laptop is not None
        screen_library.conflicts(laptop.db, laptop.actor, self.conflicts, "office")
        return self.conflicts


def _measured(driver: Driver, scene: Scene, count: int) -> Told:
    key, turns, before = scene.ready(driver), count_from(0), driver.conflicts()
    came: list[int] = []
    rest(STILL_MS)
    typist = QTimer(interval=KEY_MS)
    typist.timeout.connect(lambda: key(next(turns)))

    def fetch() -> None:
        typist.start()
        came.append(driver.sync())
        typist.stop()

    began = time.perf_counter()
    gaps = Heart().during(fetch)
    took = time.perf_counter() - began
    if came[0] < count or (scene.deed == CONFLICTING and driver.conflicts() - before < count):
        raise RuntimeError(f"{scene.name}: {came[0]} came, {count} were sent")
    alone = Heart().during(lambda: rest(round(took * 1_000)))
    return Told(f"{count:,} {scene.name}", gaps, alone, took)


def measured(*, quick: bool) -> Iterator[Figure]:
    """All of it, in this process."""
    with made(40 if quick else PUPILS) as world:
        show = Show(world, 200 if quick else ROWS, 20 if quick else CONFLICTS)
        driven(world.office, show.run)
    most = Promise(Limit.AT_MOST, LONGEST_MS)
    for told in show.told:
        yield Figure(
            f"{told.name}: longest turn",
            told.gaps.processor[-1],
            "ms",
            told.alone.processor[-1],
            "left alone",
            most,
            f"{told.gaps.note}; within {told.seconds:.1f} s. Left alone: {told.alone.note}",
        )


def run(*, quick: bool = False) -> Iterator[Figure]:
    """All of it in a process of its own, as a person starts the program: with nothing else in it."""
    command = [sys.executable, "-P", "-m", "benchmarks.screen", *(["--quick"] if quick else [])]
    around = {**os.environ, "PYTHONPATH": str(ROOT)}
    done = subprocess.run(command, check=True, cwd=ROOT, env=around, stdout=subprocess.PIPE)
    for values in json.loads(done.stdout):
        limit = values.pop("promise")
        yield Figure(**values, promise=Promise(Limit(limit["limit"]), limit["value"]))


def main(arguments: list[str]) -> int:
    """Measure and print the figures as JSON."""
    found = [asdict(figure) for figure in measured(quick="--quick" in arguments)]
    sys.stdout.write(json.dumps(found))
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
