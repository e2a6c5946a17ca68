"""A small two-way sync is cut at every byte, both ways, and always ends as if nothing had been."""

import pytest

from tests.simulator.network import CutPlan
from tests.simulator.small import before, sync_through

SHARES = 8


def places() -> list[CutPlan]:
    """Every byte of every request of the undisturbed sync, and of every answer."""
    with before() as world:
        world.laptops[0].sync()
        world.clockwork.run()
        assert world.laptops[0].outcome.fault is None
        sizes = list(world.surface.network.sizes)
    return [
        CutPlan(request, byte, answer)
        for request, both in enumerate(sizes)
        for answer in (False, True)
        for byte in range(both[answer] + 1)
    ]


@pytest.mark.parametrize("share", range(SHARES))
def test_a_cut_at_any_byte_loses_nothing(share: int) -> None:
    every = places()
    assert len(every) > 500
    for plan in every[share::SHARES]:
        with before(plan) as world:
            assert sync_through(world) == [], plan
