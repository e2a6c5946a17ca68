"""A file on a stick tells a restored server as much as a hello does."""

from tests.simulator import stick
from tests.simulator.small import before, sync_through


def test_a_file_is_taken_and_its_answer_read() -> None:
    with before() as world:
        laptop = world.laptops[0]
        content = stick.written(laptop, world.server)
        assert content is not None
        answer = stick.taken(world.server, content)
        assert answer is not None
        assert stick.read(laptop, world.server, answer)
        assert laptop.is_synced
        assert sync_through(world) == []


def test_the_file_of_a_laptop_that_saw_more_than_the_server_has_begins_another_history() -> None:
    """Else the log grew past the laptop's place by what others write, and nobody saw that it is another."""
    with before() as world:
        one, other = world.laptops
        world.night(one)
        one.work("edit_person")
        one.sync()
        world.clockwork.run()
        world.rollback(one)
        content = stick.written(one, world.server)
        assert content is not None
        answer = stick.taken(world.server, content)
        for _ in range(5):
            other.work("new_pupil")
        other.sync()
        world.clockwork.run()
        assert answer is not None
        assert not stick.read(one, world.server, answer), "it is of the history that the laptop does not know"
        late = stick.taken(world.server, content)
        assert late is not None
        assert not stick.read(one, world.server, late)
        assert world.server.histories == 2
        assert sync_through(world) == []


def test_a_restored_laptop_gets_its_own_later_edits_back_by_a_file() -> None:
    """A file shows no nonce, so nobody knows that it was restored: what it wrote is told all the same."""
    with before() as world:
        laptop = world.laptops[0]
        sync_through(world)
        world.copy(laptop)
        laptop.work("edit_person")
        laptop.sync()
        world.clockwork.run()
        laptop.put_back(world.copies[0].files, list(world.copies[0].written), announced=False)
        content = stick.written(laptop, world.server)
        assert content is not None
        answer = stick.taken(world.server, content)
        assert answer is not None
        assert stick.read(laptop, world.server, answer)
        one = world.surface.ledger.typed[-1]
        with laptop.db.read() as session:
            (held,) = (
                session.connection()
                .exec_driver_sql(f"SELECT {one.place[2]} FROM {one.place[0]} WHERE id = ?", (one.place[1],))
                .one()
            )
        assert held == one.after
