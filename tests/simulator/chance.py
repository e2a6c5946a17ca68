"""One seed decides everything: every source of chance and time that the program asks is put under it.

Row ids, batch ids, nonces, salts and the waits between two tries come from the system's random bytes or from
Python's generator, moments from the wall clock. While a simulation runs, all of them are the simulation's.
"""

import random
import time
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from unittest import mock

from emis_desktop.rules import ids


@contextmanager
def determined(seed: int, wall_ms: Callable[[], int]) -> Iterator[random.Random]:
    """Put chance and time of this process under ``seed`` and ``wall_ms`` for the block.

    Gives the dice of the simulation itself, which are apart from those of the program: what the program draws
    changes no schedule.
    """
    program = random.Random(f"program {seed}")
    state = random.getstate()
    random.seed(f"waits {seed}")
    with ExitStack() as undo:
        undo.enter_context(mock.patch("os.urandom", program.randbytes))
        undo.enter_context(mock.patch.object(random, "_urandom", program.randbytes))
        undo.enter_context(mock.patch.object(time, "time_ns", lambda: wall_ms() * 1_000_000))  # noqa: PT008 - it moves
        undo.enter_context(mock.patch.object(time, "time", lambda: wall_ms() / 1000))  # noqa: PT008
        undo.enter_context(mock.patch.object(ids, "_MAKER", ids.IdMaker(wall_ms, program.getrandbits)))
        try:
            yield random.Random(f"schedule {seed}")
        finally:
            random.setstate(state)
