"""Pupils were sent to another school, and the server was put back to before: nobody types anything again."""

from tests.simulator import looking
from tests.simulator.network import FAIR
from tests.simulator.simulation import Simulation


def test_what_the_new_school_did_about_its_pupils_is_taken_once_more() -> None:
    with Simulation(7) as world:
        world.start(["A1", "A2", "B1"])
        former, _, new = world.laptops
        world.surface.network.weather = FAIR

        def sync() -> None:
            for laptop in world.living:
                laptop.sync()
                world.clockwork.run()

        sync()
        world.night(former)
        for _ in range(3):
            former.work("transfer_out")
        sync()
        entered = [
            new.work(act) for act in ("transfer_in", "transfer_in", "edit_person", "edit_person", "mark")
        ]
        assert all(entered)
        sync()
        world.burn(former)
        world.rollback(new)
        new.sync()
        world.clockwork.run()
        with new.db.read() as session:
            assert list(looking.refused(session.connection())) == []
        report = world.report()
        assert report.good, report.found
        assert report.owed == report.typed
