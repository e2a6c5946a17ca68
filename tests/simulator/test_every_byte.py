"""A small two-way sync is cut, both ways, and always ends as if nothing had been.

Every ninth byte here; ``python3 run.py simulate --every-byte`` takes them all.
"""

import pytest

from tests.simulator.every_byte import cut_at, places

STRIDE, SHARES = 9, 4


@pytest.mark.parametrize("share", range(SHARES))
def test_a_cut_at_any_byte_loses_nothing(share: int) -> None:
    every = places()
    assert len(every) > 1_000
    for plan in every[share * STRIDE :: SHARES * STRIDE]:
        assert cut_at(plan) == []
