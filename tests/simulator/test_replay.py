"""One seed is one history: the same in this process, again, and in another with another order of hashing."""

import os
import subprocess
import sys
from pathlib import Path

import pytest

from tests.simulator.simulation import simulate

ROOT = Path(__file__).resolve().parents[2]


@pytest.mark.parametrize("seed", [1, 2, 3])
def test_a_seed_replays_to_the_bit(seed: int) -> None:
    first, again = simulate(seed, keep=True), simulate(seed, keep=True)
    assert first.lines == again.lines
    assert first.digest == again.digest


def test_another_process_has_the_same_history() -> None:
    script = "from tests.simulator.simulation import simulate; print(simulate(5).digest)"
    digests = {
        subprocess.run(
            [sys.executable, "-c", script],
            check=True,
            capture_output=True,
            text=True,
            cwd=ROOT,
            env={**os.environ, "PYTHONHASHSEED": seed},
        ).stdout.strip()
        for seed in ("1", "2")
    }
    assert digests == {simulate(5).digest}


def test_another_seed_is_another_history() -> None:
    assert simulate(6).digest != simulate(7).digest
