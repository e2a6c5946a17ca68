"""Each promise is seen to be broken where it is: a check that finds nothing anywhere proves nothing."""

from collections.abc import Iterator

import pytest

from tests.simulator.ledger import Ledger
from tests.simulator.promises import Found, erased_everywhere, promises, refused_for_ever
from tests.simulator.simulation import Simulation
from tests.simulator.small import before, sync_through
from tests.simulator.test_ledger import FIELD, has, ledger


def broken(world: Simulation) -> list[str]:
    """The names of the promises that do not hold in a world that has come to rest."""
    found = promises(world.server, world.living, world.surface.ledger, world.clockwork.now_ms)
    return [one.name for one in found]


def test_a_sync_is_cancelled_before_each_of_its_requests_and_loses_nothing() -> None:
    number, stopped = 0, True
    while stopped:
        with before() as world:
            world.laptops[0].stop_at = number
            found = sync_through(world)
            assert found == [], number
            stopped = world.laptops[0].stopped > 0
        number += 1
    assert number > 1


def test_two_processes_over_one_database_answer_by_turns() -> None:
    with before() as world:
        apps = {id(world.server.app) for _ in range(20)}
        assert len(apps) == 2
        assert sync_through(world) == []


def test_what_the_screen_called_synced_may_only_be_forgotten_by_a_server_that_went_back() -> None:
    for put_back, told in ((0, ["1"]), (1, [])):
        made = ledger(("A", None, "1"))
        made.typed[0].synced = 0
        made.put_back = put_back
        made.settle(has())
        assert [one.after for one in made.broken] == told


@pytest.mark.parametrize("twice", [False, True], ids=["one typed it", "another did, too"])
def test_an_older_value_in_force_is_found_where_a_later_one_only_stands_in_the_journal(twice: bool) -> None:
    """Seed 30687: where two typed the same, the journal may tell of the first."""
    with before() as world:
        assert sync_through(world) == []
        one = next(one for one in world.surface.ledger.typed if one.place[2] == "given_names")
        if twice:
            world.surface.ledger.note("B1", [(one.place, None, "typed later")], allowed=True)
        world.surface.ledger.note("A1", [(one.place, one.after, "typed later")], allowed=True)
        with world.server.office.store.write() as connection:
            row = dict.fromkeys(("other", "kind", "table_name", "row_id", "field", "sensitivity"))
            row |= {"other": "typed later", "kind": "info", "sensitivity": "basic"}
            row |= {"table_name": one.place[0], "row_id": one.place[1], "field": one.place[2]}
            names = ", ".join(row)
            connection.exec_driver_sql(
                f"INSERT INTO conflict (id, {names}) VALUES (x'00', ?, ?, ?, ?, ?, ?)", tuple(row.values())
            )
        assert broken(world) == ([] if twice else ["older won"])


def test_a_batch_applied_twice_and_a_clock_from_the_future_are_found() -> None:
    with before() as world:
        assert sync_through(world) == []
        with world.server.office.store.write() as connection:
            run = connection.exec_driver_sql
            run("UPDATE commit_log SET batch = (SELECT max(batch) FROM commit_log WHERE batch IS NOT NULL)")
            run("UPDATE row_clock SET rank = rank + (1 << 50) WHERE facet = 'person'")
        assert set(broken(world)) == {"applied twice", "future"}


def test_a_batch_that_is_another_in_a_copy_and_half_an_act_are_found() -> None:
    with before() as world:
        assert sync_through(world) == []
        world.surface.ledger.acts.append(("A1", [("setting", b"not there"), *rows_there(world)]))
        with world.laptops[1].db.local() as connection:
            of = world.laptops[0].frozen()
            connection.exec_driver_sql(
                "UPDATE batch SET id = ?, body = x'00' WHERE seq = (SELECT max(seq) FROM batch)", (min(of),)
            )
        assert set(broken(world)) == {"thawed", "half an act"}


def rows_there(world: Simulation) -> Iterator[tuple[str, bytes]]:
    """One row that the server has."""
    one = world.surface.ledger.typed[0]
    yield one.place[0], one.place[1]


def test_what_was_typed_about_somebody_erased_is_found_in_any_cell() -> None:
    made = Ledger()
    made.note("A", [(FIELD, None, "Given 4")], allowed=True)
    cells = [("person", "Given 44"), ("log", b"\x00Given 4\x01"), ("note", "nothing")]
    assert [str(one) for one in erased_everywhere("server", iter(cells), made.typed)] == [
        f"not erased: server.log: {made.typed[0]}"
    ]


def test_who_was_revoked_and_comes_in_is_found() -> None:
    with before() as world:
        world.laptops[0].sync()
        world.clockwork.run()
        assert [one.name for one in refused_for_ever(world.laptops[0])] == ["revoked and let in"]
        world.revoke(world.laptops[0])
        world.server.set_state(world.laptops[0].site, "revoked")
        world.laptops[0].sync()
        world.clockwork.run()
        assert list[Found](refused_for_ever(world.laptops[0])) == []
