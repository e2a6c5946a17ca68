"""A small two-way sync, cut at any byte of any request or answer."""

from tests.simulator.network import CutPlan
from tests.simulator.small import before, sync_through


def places() -> list[CutPlan]:
    """Every byte of every request of the undisturbed sync, and of every answer."""
    with before() as world:
        world.laptops[0].sync()
        world.clockwork.run()
        if world.laptops[0].outcome.fault is not None:
            raise world.laptops[0].outcome.fault
        sizes = list(world.surface.network.sizes)
    return [
        CutPlan(request, byte, answer)
        for request, both in enumerate(sizes)
        for answer in (False, True)
        for byte in range(both[answer] + 1)
    ]


def cut_at(plan: CutPlan) -> list[str]:
    """What does not hold after that cut, once everybody has synced in peace."""
    with before(plan) as world:
        return [f"{plan}: {found}" for found in sync_through(world)]
