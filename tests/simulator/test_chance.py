"""Everything that the program draws or reads off the clock comes from the seed."""

import os
import random
import secrets
import time
from uuid import uuid4

from emis_desktop.rules.ids import id_time_ms, new_id
from tests.simulator.chance import determined


def drawn(seed: int) -> list[object]:
    with determined(seed, lambda: 1_000_000) as dice:
        return [
            new_id(),
            uuid4(),
            secrets.token_bytes(8),
            secrets.randbits(70),
            secrets.token_hex(4),
            os.urandom(8),
            random.random(),
            time.time_ns(),
            time.time(),
            dice.random(),
        ]


def test_one_seed_draws_one_way() -> None:
    assert drawn(7) == drawn(7)
    assert all(one != other for one, other in zip(drawn(7)[:7], drawn(8)[:7], strict=True))


def test_ids_carry_the_time_of_the_simulation() -> None:
    with determined(1, lambda: 1_234_567):
        assert id_time_ms(new_id()) == 1_234_567


def test_what_the_program_draws_does_not_move_the_schedule() -> None:
    with determined(3, lambda: 0) as dice:
        first = dice.random()
    with determined(3, lambda: 0) as dice:
        new_id()
        assert dice.random() == first


def test_afterwards_chance_is_chance_again() -> None:
    before = random.getstate()
    drawn(1)
    assert random.getstate() == before
    assert os.urandom(8) != os.urandom(8)
    assert id_time_ms(new_id()) > 1_500_000_000_000
