"""One small two-way sync, the same each time, to be disturbed at every byte and at every commit."""

import copy
import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path
from tempfile import mkdtemp

from tests.helpers import scratch
from tests.simulator.invariants import Found, at_the_end
from tests.simulator.ledger import Ledger
from tests.simulator.network import CutPlan
from tests.simulator.simulation import Simulation

SEED = 4
NAMES = ["A1", "A2"]
_TYPED = ("new_pupil", "edit_person", "mark", "contact", "health")


@dataclass(frozen=True, slots=True)
class Prepared:
    """The moment before: files of everybody, what was typed by then, what is in each store, and the time."""

    files: Path
    ledger: Ledger
    written: dict[str, list[int]]
    now_ms: int


@lru_cache(maxsize=1)
def prepared() -> Prepared:
    """A1 has work to send, and the server has work of A2 for it."""
    files = Path(mkdtemp(prefix="small-", dir=scratch.ROOT))
    with Simulation(SEED) as world:
        world.start(NAMES)
        one, two = world.laptops
        for turn in (one, two):
            _work_of(world, one)
            turn.sync()
            world.clockwork.run()
        for laptop in (one, two):
            _work_of(world, laptop)
        two.sync()
        world.clockwork.run()
        ledger = copy.deepcopy(world.surface.ledger)
        written = {each.name: [one.number for one in each.written] for each in world.laptops}
        now_ms = world.clockwork.now_ms
        for laptop in world.laptops:
            laptop.db.close()
        world.server.office.close()
        shutil.copytree(world.root / "country", files / "country")
    return Prepared(files / "country", ledger, written, now_ms)


def _work_of(world: Simulation, laptop: object) -> None:
    found = next(each for each in world.laptops if each is laptop)
    for name in _TYPED:
        found.work(name)


@contextmanager
def before(plan: CutPlan | None = None) -> Iterator[Simulation]:
    """That moment, each time anew; ``plan`` is what will happen to the line."""
    at = prepared()
    with Simulation(SEED, files=at.files) as world:
        world.clockwork.now_ms = at.now_ms
        world.surface.ledger = copy.deepcopy(at.ledger)
        world.start(NAMES)
        for laptop in world.laptops:
            laptop.written = [world.surface.ledger.typed[number] for number in at.written[laptop.name]]
        world.surface.network.plan = plan
        yield world


def sync_through(world: Simulation) -> list[Found]:
    """Let A1 sync as its line allows, then everybody in peace; what does not hold at the end."""
    world.laptops[0].sync()
    world.clockwork.run()
    world.surface.network.plan = None
    rounds = world.quiet()
    now_ms = world.clockwork.now_ms
    return at_the_end(world.server, world.living, world.surface.ledger, set(), rounds, now_ms)
