"""Pupils of whom the server lost what was written are another school's before anybody has noticed."""

import random

import pytest

from sync.server.bringing_back import after_restore
from tests.simulator.laptop import Laptop
from tests.simulator.simulation import Report, Simulation

WRITTEN = (
    *("note", "contact", "edit_person", "health", "guardian"),
    *("remark", "mark", "new_pupil", "two_fields"),
)


def _write(dice: random.Random, laptop: Laptop, acts: int) -> None:
    for _ in range(acts):
        any(laptop.work(dice.choice(WRITTEN)) for _try in range(4))


def taken_over(seed: int, *, announced: bool) -> Report:
    """Two laptops of a school send away pupils and go on writing; the server is put back; the other school
    enrols them; the author may be gone.
    """
    dice = random.Random(f"taken over {seed}")
    with Simulation(seed) as world:
        world.start(["A1", "A2", "B1"])
        author, colleague, other = world.laptops

        def sync(*laptops: Laptop) -> None:
            for laptop in laptops:
                laptop.sync()
                world.clockwork.run()

        sync(*world.laptops, *world.laptops)
        _write(dice, author, 2)
        for _ in range(2):
            author.work("transfer_out")
        sync(author, colleague, other)
        world.night(author)
        _write(dice, author, 7)
        sync(author, colleague)
        for laptop in (author, colleague):
            _write(dice, laptop, dice.randint(0, 2))
        sync(author, colleague, author, colleague)
        if dice.random() < 0.7:
            world.burn(author)
        world.rollback(author)
        if announced:
            after_restore(world.server.office)
        for _ in range(2):
            other.work("transfer_in")
        _write(dice, other, dice.randint(0, 3))
        sync(other)
        return world.report()


@pytest.mark.parametrize("announced", [True, False])
@pytest.mark.parametrize("seed", [2, 12, 13, 18, 21, 22])
def test_nothing_is_lost_and_everything_comes_to_rest(seed: int, announced: bool) -> None:
    assert taken_over(seed, announced=announced).found == ()
