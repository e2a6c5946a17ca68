"""What somebody or something may do to a laptop that has joined: nothing typed is lost, no key stays."""

from __future__ import annotations

import shutil
import time
from pathlib import Path
from uuid import UUID

import pytest
from sqlalchemy import select

from emis_desktop.backup import back_up, restore
from emis_desktop.errors import Refused
from emis_desktop.file_lock import locked
from emis_desktop.jobs import joining
from emis_desktop.laptop import Laptop
from emis_desktop.models import Person
from emis_desktop.rules.time_limit import DAY_MS
from sync import ended
from sync.client.sql import one, run
from sync.place import joined_place
from tests.helpers.central import set_up
from tests.sync.engine.test_real import (
    PASSWORD,
    World,
    opened,
    phone,
    sync,
    sync_open,
    told,
    write_people,
)
from tests.sync.engine.test_real import world as world  # noqa: PLC0414 - a fixture


def test_a_mark_that_cannot_be_read_costs_no_key(world: World) -> None:
    home = world.school("GD-101")
    home.ended.mkdir()  # as a failing disk: what is there cannot be read
    with opened(home) as laptop:
        phone(laptop, "still here")
    assert home.keyring.exists()
    home.ended.rmdir()
    home.ended.write_bytes(b"\0\0\0")
    with pytest.raises(Refused, match="lost"):
        Laptop(home).sign_in(UUID(int=1), PASSWORD)
    assert home.keyring.exists()
    assert list((home.root / "device").glob("*.json"))
    home.ended.unlink()
    assert told(home)[0] == "still here"


def test_of_a_stolen_laptop_no_key_ring_stays_anywhere(world: World, tmp_path: Path) -> None:
    home = world.school("GD-102")
    with opened(home) as laptop:
        back_up(laptop, tmp_path / "copy.emis")
    restore(tmp_path / "copy.emis", home)
    assert list(home.root.glob("replaced/*/keyring.json"))
    ended.destroy(home, next(home.stores.glob("*.db")).stem, ended.STOLEN)
    assert not list(home.root.rglob("*keyring.json*"))


def test_joining_another_server_sends_it_all_that_was_sent_to_the_first(world: World, tmp_path: Path) -> None:
    home = world.school("GD-103")
    with opened(home) as laptop:
        phone(laptop, "555-0103")
        write_people(laptop, [f"Pupil {number}" for number in range(30)])
        sync_open(laptop)
    other = set_up(tmp_path / "other", f"sqlite:///{tmp_path / 'other' / 'central.db'}")
    with other.running() as running:
        address = f"http://127.0.0.1:{running.port}"
        with opened(home) as laptop:
            wish = joining.JoinWish(address, other.code("GD-103"), "Elsewhere")
            done = joining.join_existing(laptop, wish)
            assert done.first is not None
            assert done.first.ops_sent >= 31
            sync_open(laptop)
            assert sync_open(laptop).nothing
        second = world.join(other.code("GD-103"), address=address)
        sync(second)
        with opened(home) as laptop:
            sync_open(laptop)
            school = str(laptop.site.institution_id)
        assert told(second)[1][school] == told(home)[1][school]
        with opened(second) as laptop, laptop.db.read() as session:
            assert len(session.scalars(select(Person.id)).all()) == 30


def test_joining_the_same_server_again_goes_on_as_before(world: World) -> None:
    home = world.school("GD-104")
    other = world.school("GD-104")
    with opened(home) as laptop:
        phone(laptop, "555-0104")
        sync_open(laptop)
        write_people(laptop, ["Typed before it joined again"])
        wish = joining.JoinWish(world.address, world.server.code("GD-104"), "Again")
        done = joining.join_existing(laptop, wish)
        assert done.first is not None
        write_people(laptop, ["Typed after"])
        sync_open(laptop)
    sync(other)
    sync(home)
    assert told(other) == told(home)


def test_no_joining_while_a_sync_is_under_way(world: World) -> None:
    home = world.school("GD-105")
    with opened(home) as laptop:
        before = joined_place(laptop.db)
        with locked(home.sync_lock), pytest.raises(Refused, match="synchronising"):
            joining.join_existing(
                laptop, joining.JoinWish(world.address, world.server.code("GD-105"), "Again")
            )
        assert joined_place(laptop.db) == before


def test_a_copied_data_folder_loses_nothing(world: World, tmp_path: Path) -> None:
    home = world.school("GD-106")
    with opened(home) as laptop:
        phone(laptop, "first")
        sync_open(laptop)
        write_people(laptop, ["Not sent yet"])
    copy = world.home()
    shutil.copytree(home.root, copy.root)
    with opened(home) as laptop:
        write_people(laptop, ["In the first"])
        sync_open(laptop)
    with opened(copy) as laptop:
        write_people(laptop, ["In the copy"])
        sync_open(laptop)
    with opened(home) as laptop:
        write_people(laptop, ["In the first again"])
        sync_open(laptop)
    for _ in range(2):
        sync(copy)
        sync(home)
    assert told(home) == told(copy)
    with opened(home) as laptop, laptop.db.read() as session:
        names = sorted(session.scalars(select(Person.given_names)))
        assert names == sorted(["Not sent yet", "In the first", "In the copy", "In the first again"])
        assert one(session.connection(), "SELECT count(*) FROM batch WHERE state != 'acknowledged'") == 0


def test_a_clock_set_ahead_at_a_contact_gains_no_day(world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    home = world.school("GD-107")
    with opened(home) as laptop, laptop.db.local() as connection:
        run(connection, "UPDATE joined SET contact_at = contact_at - ?", (40 * DAY_MS,))
    ahead = time.time_ns() + 3650 * DAY_MS * 1_000_000
    with monkeypatch.context() as clock:
        clock.setattr(time, "time_ns", lambda: ahead)
        with opened(home):  # over its time: the server is asked, and answers
            pass
    with opened(home) as laptop:
        place = joined_place(laptop.db)
    assert place is not None
    assert abs(place.contact_ms - time.time_ns() // 1_000_000) < DAY_MS


def test_a_code_by_telephone_counts_once_also_after_a_copy_was_put_back(world: World, tmp_path: Path) -> None:
    home = world.school("GD-108")
    (person,) = Laptop(home).people()
    with opened(home) as laptop:
        back_up(laptop, tmp_path / "copy.emis")
    code = str(world.server.command("extend", home.root.name)["code"])
    Laptop(home).extend(person.id, PASSWORD, code)
    restore(tmp_path / "copy.emis", home)
    with pytest.raises(Refused, match="used before"):
        Laptop(home).extend(person.id, PASSWORD, code)
    Laptop(home).extend(person.id, PASSWORD, str(world.server.command("extend", home.root.name)["code"]))
