"""Laptops merge and part records of one pupil without knowing of each other: all end in one sane state."""

from collections.abc import Iterator
from uuid import UUID

import pytest
from sqlalchemy import select

from emis_desktop.models import Enrolment, Person
from emis_desktop.one_person import everybody_together
from emis_desktop.queries.duplicates import said_different
from emis_desktop.services.merging import MergeService
from tests.simulator.laptop import Laptop
from tests.simulator.simulation import Simulation


@pytest.fixture
def world() -> Iterator[Simulation]:
    with Simulation(7) as made:
        made.start(["A1", "A2"])
        sync(made, *made.laptops, *made.laptops)
        yield made


def sync(world: Simulation, *laptops: Laptop) -> None:
    for laptop in laptops:
        laptop.sync()
        world.clockwork.run()
        assert laptop.outcome.fault is None


def pupils(laptop: Laptop) -> list[UUID]:
    """Pupils who are on the roll of the laptop's school, the oldest record first."""
    with laptop.db.read() as session:
        return sorted(
            session.scalars(
                select(Enrolment.person_id).where(
                    Enrolment.institution_id == laptop.who.actor.institution_id,
                    Enrolment.ends_on.is_(None),
                    Enrolment.deleted_at.is_(None),
                )
            )
        )[:3]


def merging(laptop: Laptop) -> MergeService:
    return MergeService(laptop.db, laptop.who.actor)


def mains(laptop: Laptop) -> dict[UUID, UUID]:
    with laptop.db.read() as session:
        return dict(everybody_together(session).main)


def state(laptop: Laptop, people: list[UUID]) -> list[tuple[object, ...]]:
    """Records and enrolments of these people, as they stand."""
    with laptop.db.read() as session:
        rows = session.execute(
            select(
                Person.id,
                Person.given_names,
                Person.birth_place,
                Person.alias_of_id,
                Enrolment.id,
                Enrolment.deleted_at,
            )
            .join(Enrolment, Enrolment.person_id == Person.id)
            .where(Person.id.in_(people))
            .order_by(Enrolment.id)
        ).all()
    return [tuple(row) for row in rows]


def test_parted_on_the_other_laptop_both_are_as_before_everywhere(world: Simulation) -> None:
    one, two = world.laptops
    first, second, _ = people = pupils(one)
    before = state(one, people)
    assert state(two, people) == before
    merging(one).merge(second, first, take=("given_names",))
    sync(world, one, two)
    assert mains(two) == {second: first}
    parted = merging(two).unmerge(second)
    assert (parted.restored > 0, parted.left) == (True, 0)
    sync(world, two, one)
    for laptop in (one, two):
        assert state(laptop, people) == before
        with laptop.db.read() as session:
            assert frozenset((first, second)) in said_different(session.connection())


def test_merged_on_both_in_either_direction_and_in_a_chain(world: Simulation) -> None:
    one, two = world.laptops
    first, second, third = people = pupils(one)
    merging(one).merge(first, second)
    merging(two).merge(second, first)
    merging(two).merge(third, second)
    sync(world, one, two, one, two)
    assert mains(one) == mains(two) == {second: first, third: first}
    assert state(one, people) == state(two, people)
    live = [row for row in state(one, people) if row[5] is None]
    assert {row[0] for row in live} == {first}, "of the stays entered twice the oldest record's is left"
    merging(one).unmerge(third)
    sync(world, one, two)
    assert mains(two) == {second: first}


def test_two_people_said_on_both_is_said_once(world: Simulation) -> None:
    one, two = world.laptops
    first, second, _ = pupils(one)
    merging(one).two_people(first, second)
    merging(two).two_people(second, first)
    sync(world, one, two, one)
    for laptop in (one, two):
        with laptop.db.read() as session:
            assert said_different(session.connection()) == {frozenset((first, second))}
