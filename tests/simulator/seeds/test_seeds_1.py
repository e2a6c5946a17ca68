"""A share of the 500 seeds that every run of the tests simulates."""

import pytest

from tests.simulator.seeds.given import share
from tests.simulator.simulation import simulate


@pytest.mark.parametrize("seed", share(0))
def test_nothing_is_lost_stuck_or_seen_by_strangers(seed: int) -> None:
    report = simulate(seed)
    assert report.found == (), f"python3 run.py simulate --show {seed}"
