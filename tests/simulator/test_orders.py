"""An order of erasure that the server lost with its ledger is brought back by a laptop that has it."""

from uuid import UUID

from tests.simulator.simulation import Simulation
from tests.simulator.small import before, sync_through

_NAME = "SELECT given_names FROM person WHERE id = ?"


def _names(world: Simulation, person: UUID) -> list[set[str]]:
    """What the server and each laptop call somebody."""
    with world.server.office.store.read() as connection:
        found = [{name for (name,) in connection.exec_driver_sql(_NAME, (person.bytes,))}]
    for laptop in world.laptops:
        with laptop.db.read() as session:
            rows = session.connection().exec_driver_sql(_NAME, (person.bytes,))
            found.append({name for (name,) in rows})
    return found


def _settle(world: Simulation) -> None:
    """Let everybody sync; what was typed about who is erased is lost, and nothing else is wrong."""
    assert {found.name for found in sync_through(world)} <= {"lost"}


def test_who_was_erased_does_not_come_back_with_database_and_ledger_of_last_night() -> None:
    with before() as world:
        _settle(world)
        world.night(world.laptops[0])
        ledger = world.server.office.ledger.path
        of_last_night = ledger.read_bytes()
        with world.server.office.store.read() as connection:
            sql = "SELECT person_id FROM enrolment LIMIT 1"
            person = UUID(bytes=connection.exec_driver_sql(sql).one()[0])
        world.server.erase(person)
        _settle(world)
        assert _names(world, person) == [{""}] * 3
        ledger.write_bytes(of_last_night)
        world.rollback(world.laptops[0])
        assert _names(world, person)[0] != {""}
        _settle(world)
        assert _names(world, person) == [{""}] * 3
