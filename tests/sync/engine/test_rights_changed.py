"""The ministry changes what a laptop may that has joined: it comes there, both ways, and loses nothing."""

from typing import Any
from uuid import UUID

import pytest
from sqlalchemy import func, select

from emis_desktop.jobs import joining
from emis_desktop.laptop import OpenLaptop
from emis_desktop.models import HealthNote, Person, PersonContact
from emis_desktop.rules.ids import natural_id, new_id
from sync.client.sql import one
from sync.once import OneSync, Options
from tests.helpers.wire import Wire
from tests.sync.engine.real_world import QUICK, World, opened, sync, sync_open, told, world

__all__ = ["world"]


def write_health(laptop: OpenLaptop, count: int) -> list[UUID]:
    """Invented people with a telephone and a sealed note of health."""
    made = [new_id() for _ in range(count)]
    with laptop.db.write(laptop.actor, "add_student") as session:
        for place, person in enumerate(made):
            name = f"Given {place}"
            session.add(Person(id=person, given_names=name, family_name="Synthetic", synthetic=True))
            session.flush()
            session.add(PersonContact(person_id=person, kind="phone", value=f"000 {place:04}"))
            session.add(
                HealthNote(
                    id=natural_id("health_note", person), person_id=person, sealed=b"sealed %d" % place
                )
            )
    return made


def counts(laptop: OpenLaptop) -> tuple[int, int, int]:
    """People, telephones, notes of health."""
    with laptop.db.read() as session:
        tables = (Person, PersonContact, HealthNote)
        found = [session.scalar(select(func.count()).select_from(table)) for table in tables]
    return found[0] or 0, found[1] or 0, found[2] or 0


def set_site(world: World, site: str, *more: str) -> dict[str, Any]:
    return dict(world.server.command("site", "set", site, *more))


def test_a_class_goes_from_a_laptop_and_comes_back(world: World) -> None:
    first, second = world.school("GD-101"), world.school("GD-101")
    with opened(first) as laptop:
        write_health(laptop, 30)
        sync_open(laptop)
    sync(second)
    with opened(second) as laptop:
        assert counts(laptop) == (30, 30, 30)
    site = world.site(second)
    assert "health" not in set_site(world, site, "--without", "health", "--without", "contact")["classes"]
    sync(second)
    with opened(second) as laptop:
        assert counts(laptop) == (30, 0, 0)
        assert sync_open(laptop).nothing, "sums of both ends agree without those classes"
    with opened(first) as laptop:
        assert counts(laptop) == (30, 30, 30)
        more = write_health(laptop, 3)
        sync_open(laptop)
    sync(second)
    with opened(second) as laptop:
        assert counts(laptop) == (33, 0, 0)
    set_site(world, site, "--with", "health")
    sync(second)
    with opened(second) as laptop:
        assert counts(laptop) == (33, 0, 33), "those of before and those of meanwhile"
        with laptop.db.read() as session:
            note = session.get_one(HealthNote, natural_id("health_note", more[0]))
            assert note.sealed == b"sealed 0"
    set_site(world, site, "--with", "contact")
    sync(second)
    sync(first)
    assert told(first) == told(second)
    with opened(second) as laptop:
        assert sync_open(laptop).nothing


def test_what_was_typed_before_the_laptop_heard_of_it_is_kept_at_the_server(world: World) -> None:
    first, second = world.school("GD-102"), world.school("GD-102")
    sync(second)
    site = world.site(second)
    with opened(second) as laptop:
        write_health(laptop, 2)
        set_site(world, site, "--without", "health")
        sync_open(laptop)
        assert counts(laptop) == (2, 2, 0)
        with laptop.db.read() as session:
            kept = one(session.connection(), "SELECT count(*) FROM refused WHERE table_name = 'health_note'")
        assert kept > 0, "what was not taken stands in the visible journal"
    sync(first)
    with opened(first) as laptop:
        assert counts(laptop) == (2, 2, 0)
    assert world.server.command("doctor")["set_aside"] >= 2


def test_name_role_and_days_reach_the_laptop_also_when_answers_are_lost(world: World) -> None:
    home = world.school("GD-103")
    site = world.site(home)
    set_site(world, site, "--name", "Staff room", "--role", "school_administrator", "--limit-days", "7")
    with Wire(world.running.port) as wire, opened(home) as laptop:
        wire.lose_answers(0.5, seed=3)
        OneSync(
            joining.site_of(laptop), Options(patience=QUICK, address=f"http://127.0.0.1:{wire.port}")
        ).run()
    with opened(home) as laptop:
        sync_open(laptop)
        with laptop.db.read() as session:
            row = session.connection().exec_driver_sql("SELECT laptop, role, limit_days FROM joined").one()
        assert tuple(row) == ("Staff room", "school_administrator", 7)
        before = sync_open(laptop)
        again = sync_open(laptop)
        told = len("Staff room") + len("school_administrator")  # a few bytes differ with the clock
        assert again.bytes_down < before.bytes_down + told, "it is told until it surely has heard of it"
        assert again.bytes_up + again.bytes_down <= 700
    found = next(one for one in world.server.command("site", "list") if one["id"] == site)
    assert (found["name"], found["role"]) == ("Staff room", "school_administrator")
    assert "finance" not in found["classes"]


@pytest.mark.parametrize("times", [2])
def test_taking_and_giving_again_and_again_loses_nothing(world: World, times: int) -> None:
    first, second = world.school("GD-104"), world.school("GD-104")
    with opened(first) as laptop:
        write_health(laptop, 5)
        sync_open(laptop)
    sync(second)
    site = world.site(second)
    for _ in range(times):
        set_site(world, site, "--without", "health")
        sync(second)
        set_site(world, site, "--with", "health")
        sync(second)
    set_site(world, site, "--without", "health")
    set_site(world, site, "--with", "health")  # it never hears of the first
    sync(second)
    with opened(second) as laptop:
        assert counts(laptop) == (5, 5, 5)
    sync(first)
    assert told(first) == told(second)
