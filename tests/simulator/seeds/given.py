"""The 500 seeds that every run of the tests simulates, in four shares for the processes that run them."""

from typing import Final

SEEDS: Final = 500
SHARES: Final = 4


def share(number: int) -> range:
    """The seeds of one share."""
    return range(number, SEEDS, SHARES)
