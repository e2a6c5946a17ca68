"""A small two-way sync is killed before every commit, of the laptop and of the server, and loses nothing."""

from tests.simulator.small import before, sync_through


def commits() -> tuple[int, int]:
    """How many transactions laptop and server commit in the undisturbed sync."""
    with before() as world:
        world.laptops[0].sync()
        world.clockwork.run()
        return world.laptops[0].commits, world.server.commits


def test_the_laptop_is_killed_before_each_of_its_commits() -> None:
    own, _ = commits()
    assert own > 3
    for number in range(own):
        with before() as world:
            world.laptops[0].die_at = number
            found = sync_through(world)
            assert world.laptops[0].deaths == 1
            assert found == [], number


def test_the_server_is_killed_before_each_of_its_commits() -> None:
    _, its = commits()
    assert its > 0
    for number in range(its):
        with before() as world:
            world.server.die_at = number
            found = sync_through(world)
            assert world.server.deaths == 1
            assert found == [], number
