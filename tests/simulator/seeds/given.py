"""The 500 seeds that every run of the tests simulates, in four shares for the processes that run them, and
those of longer runs that once found something.
"""

from typing import Final

SEEDS: Final = 500
SHARES: Final = 4
FOUND: Final = (935, 944, 2116, 2674, 3097, 3278, 4168, 7009, 7136, 9259)
"""Further seeds: each found a fault of the program once."""


def share(number: int) -> tuple[int, ...]:
    """The seeds of one share."""
    return (*range(number, SEEDS, SHARES), *FOUND[number::SHARES])
