"""One small two-way sync, the same each time, to be disturbed at every byte and at every commit."""

import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from functools import lru_cache
from pathlib import Path

from tests.helpers import scratch
from tests.simulator.invariants import Found, at_the_end
from tests.simulator.network import CutPlan
from tests.simulator.simulation import Simulation

SEED = 4
_TYPED = ("new_pupil", "edit_person", "mark", "contact", "health")


@contextmanager
def before(plan: CutPlan | None = None) -> Iterator[Simulation]:
    """A1 has work to send, and the server has work of A2 for it; ``plan`` is what will happen to the line."""
    with Simulation(SEED) as world:
        world.start(["A1", "A2"])
        one, two = world.laptops
        for name in _TYPED:
            one.work(name)
        one.sync()
        world.clockwork.run()
        two.sync()
        world.clockwork.run()
        for laptop in (one, two):
            for name in _TYPED:
                laptop.work(name)
        two.sync()
        world.clockwork.run()
        world.surface.network.sizes.clear()
        world.surface.network.plan = plan
        one.commits = world.server.commits = 0
        yield world


def sync_through(world: Simulation) -> list[Found]:
    """Let A1 sync as its line allows, then everybody in peace; what does not hold at the end."""
    world.laptops[0].sync()
    world.clockwork.run()
    world.surface.network.plan = None
    rounds = world.quiet()
    return at_the_end(world.server, world.living, world.surface.ledger, set(), rounds)


__all__ = ["Path", "before", "lru_cache", "scratch", "shutil", "sync_through"]
