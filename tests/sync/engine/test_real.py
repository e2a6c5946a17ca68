"""Laptops with their own encrypted stores and a real server process, over real sockets."""

import os
from pathlib import Path
from uuid import UUID

import pytest
from sqlalchemy import select

from emis_desktop.backup import back_up, restore
from emis_desktop.errors import BadFile, Refused
from emis_desktop.file_lock import locked
from emis_desktop.first_run import FirstRun, StoreKind
from emis_desktop.folder import FolderState, folder_state
from emis_desktop.jobs import joining
from emis_desktop.laptop import Laptop
from emis_desktop.models import EducationGrade, Person, User
from emis_desktop.rules.time_limit import DAY_MS
from emis_desktop.services.structure import NewSchool
from emis_desktop.settings import Home
from sync import stick
from sync.client.sql import one, run
from sync.ended import ended
from sync.engine.line import CertificateFault, NoLine
from sync.engine.refusals import ServerRefused
from sync.once import BUSY
from sync.standing import ask_now
from tests.helpers.central import set_up
from tests.helpers.wire import Wire
from tests.sync.engine.real_world import (
    PASSWORD,
    World,
    opened,
    phone,
    sync,
    sync_open,
    told,
    world,
    write_people,
)

__all__ = ["world"]


def test_laptops_of_a_school_and_the_ministry_come_to_hold_the_same(world: World) -> None:
    first, second = world.school(), world.school()
    ministry = world.join(str(world.server.command("enrol", "--nation")["code"]))
    sync(first)
    with opened(first) as laptop:
        phone(laptop, "555-0101")
        sent = sync_open(laptop)
        assert (sent.requests, sent.ops_sent) == (1, 1)
        assert sent.bytes_up + sent.bytes_down <= 850
    for home in (first, second, ministry):
        sync(home)
    assert told(first) == told(second)
    assert told(first)[1:] == told(ministry)[1:]
    assert told(second)[0] == "555-0101"
    with opened(second) as laptop:
        nothing = sync_open(laptop)
        assert (nothing.requests, nothing.nothing) == (1, True)
        assert nothing.bytes_up + nothing.bytes_down <= 700
        with laptop.db.read() as session:
            assert session.scalar(select(EducationGrade.id).limit(1)) is not None
            assert len(session.scalars(select(User)).all()) == 3, "the people of all three laptops"


def test_a_store_with_records_joins_and_sends_all_of_them(world: World) -> None:
    home = world.home()
    first = FirstRun(
        StoreKind.SCHOOL, "GD", "Principal", PASSWORD, school=NewSchool("GD-002", "A school"), start_year=2026
    )
    Laptop(home).set_up(first)
    names = [f"Pupil {number}" for number in range(40)]
    with opened(home) as laptop:
        write_people(laptop, names)
        done = joining.join_existing(
            laptop, joining.JoinWish(world.address, world.server.code("GD-002"), "Old")
        )
        assert done.first is not None
        assert done.first.ops_sent > 40
    other = world.school("GD-002")
    sync(home)
    with opened(other) as laptop, laptop.db.read() as session:
        assert set(names) <= set(session.scalars(select(Person.given_names)))
    assert told(other)[1] == told(home)[1]
    with opened(home) as laptop, pytest.raises(Refused, match="another school"):
        joining.join_existing(laptop, joining.JoinWish(world.address, world.server.code("GD-001"), "Old"))


def test_codes(world: World) -> None:
    code = world.server.code()
    world.join(code)
    with pytest.raises(Refused, match="used before") as used:
        world.join(code)
    assert used.value.field == "code"
    with pytest.raises(Refused, match="does not know that code"):
        world.join("R8A60-DMWY7-AP7KC-42D0K")
    with pytest.raises(Refused, match="Group 2"):
        world.join("R8A60-DMWY8-AP7KC-42D0K")
    with pytest.raises(Refused) as nobody:
        world.join(world.server.code(), address="http://192.168.0.1")
    assert nobody.value.field == "address"
    assert folder_state(Home(world.folder / f"laptop-{world.count}")) is FolderState.NEW


@pytest.mark.parametrize("seed", [1, 2, 3])
def test_random_cuts_cost_little_and_end_equal(world: World, seed: int) -> None:
    first, second = world.school("GD-010"), world.school("GD-010")
    names = [f"{os.urandom(9).hex()} {seed}" for _ in range(600)]
    with Wire(world.running.port) as wire, opened(first) as laptop:
        address = f"http://127.0.0.1:{wire.port}"
        write_people(laptop, names)
        wire.cut_at([900 + 3000 * cut + 77 * seed for cut in range(5)])
        result = sync_open(laptop, address)
        assert result.ops_sent >= len(names)
        up = wire.passed
        assert up is not None
    with Wire(world.running.port) as wire, opened(second) as laptop:
        wire.cut_at([700 + 2500 * cut + 91 * seed for cut in range(5)])
        sync_open(laptop, f"http://127.0.0.1:{wire.port}")
    sync(first)
    assert told(first) == told(second)
    with opened(second) as laptop, laptop.db.read() as session:
        assert set(names) <= set(session.scalars(select(Person.given_names)))


def test_lost_answers_make_no_false_clone(world: World) -> None:
    home = world.school("GD-011")
    with Wire(world.running.port) as wire, opened(home) as laptop:
        wire.lose_answers(0.3, seed=5)
        for number in range(15):
            phone(laptop, f"555-{number:04}")
            sync_open(laptop, f"http://127.0.0.1:{wire.port}")
        with laptop.db.read() as session:
            assert one(session.connection(), "SELECT generation FROM site") == 1
    assert told(home)[2] == 0


def test_a_restored_laptop_gets_its_own_later_edits_back(world: World, tmp_path: Path) -> None:
    home = world.school("GD-012")
    with opened(home) as laptop:
        phone(laptop, "before the copy")
        sync_open(laptop)
        back_up(laptop, tmp_path / "copy.emis")
        phone(laptop, "after the copy")
        sync_open(laptop)
    restore(tmp_path / "copy.emis", home)
    assert told(home)[0] == "before the copy"
    with opened(home) as laptop:
        write_people(laptop, ["Typed in the copy"])
        sync_open(laptop)
    assert told(home)[0] == "after the copy"
    assert told(home)[2] == 0
    other = world.school("GD-012")
    sync(home)
    assert told(other)[1] == told(home)[1]


def test_revoked_at_once_and_nothing_is_lost_here(world: World) -> None:
    home = world.school("GD-013")
    world.server.command("revoke", world.site(home))
    with opened(home) as laptop:
        phone(laptop, "kept")
        with pytest.raises(ServerRefused) as refused:
            sync_open(laptop)
    assert refused.value.reason == "revoked"
    assert told(home)[0] == "kept"
    with pytest.raises(ServerRefused):
        ask_now(home, next(home.stores.glob("*.db")).stem)
    assert ended(home) is None


@pytest.mark.parametrize("state", ["lost", "stolen"])
def test_lost_and_stolen(world: World, state: str) -> None:
    home = world.school("GD-014")
    store = next(home.stores.glob("*.db")).stem
    assert ask_now(home, store) is not None
    before = len(world.server.command("quarantine", "list"))
    with opened(home) as laptop:
        phone(laptop, "not sent yet")
        world.server.command("revoke", world.site_of(laptop), f"--{state}")
        with pytest.raises(ServerRefused):
            sync_open(laptop)
    end = ended(home)
    assert end is not None
    assert end.reason == state
    assert not list(home.root.glob("keyring.json*"))
    assert not list((home.root / "device").glob("*"))
    with pytest.raises(Refused, match=state):
        Laptop(home).sign_in(UUID(int=1), PASSWORD)
    after = len(world.server.command("quarantine", "list"))
    assert after - before == (1 if state == "lost" else 0)


def test_a_locked_laptop_learns_that_it_is_stolen(world: World) -> None:
    home = world.school("GD-015")
    world.server.command("revoke", world.site(home), "--stolen")
    with pytest.raises(ServerRefused):
        ask_now(home, next(home.stores.glob("*.db")).stem)
    assert ended(home) is not None


def test_thirty_days_without_a_line_and_a_code_by_telephone(world: World) -> None:
    home = world.school("GD-016")
    late = 40 * DAY_MS
    with opened(home) as laptop, laptop.db.local() as connection:
        run(connection, "UPDATE joined SET contact_at = contact_at - ?", (late,))
        run(connection, "UPDATE joined SET url = 'http://127.0.0.1:9'")
    _elsewhere(home)
    (person,) = Laptop(home).people()
    with pytest.raises(Refused, match="40 days; 30 are allowed") as refused:
        Laptop(home).sign_in(person.id, PASSWORD)
    assert refused.value.field == "phone_code"
    code = str(world.server.command("extend", home.root.name)["code"])
    with pytest.raises(Refused, match="slip"):
        Laptop(home).extend(person.id, PASSWORD, code[:-1] + ("0" if code[-1] != "0" else "1"))
    Laptop(home).extend(person.id, PASSWORD, code)
    with pytest.raises(Refused, match="used before"):
        Laptop(home).extend(person.id, PASSWORD, code)
    with opened(home):
        pass


def _elsewhere(home: Home) -> None:
    """Let the laptop look for its server where nobody is."""
    (path,) = (home.root / "device").glob("*.json")
    text = path.read_text()
    start = text.index('"url":"') + 7
    path.write_text(text[:start] + "http://127.0.0.1:9" + text[text.index('"', start) :])


def test_only_one_sync_at_a_time_on_a_laptop(world: World) -> None:
    home = world.school("GD-017")
    with opened(home) as laptop, locked(home.sync_lock), pytest.raises(Refused) as refused:
        sync_open(laptop)
    assert refused.value.message == BUSY


def test_another_server_at_a_new_address_gets_nothing(world: World, tmp_path: Path) -> None:
    home = world.school("GD-018")
    other = set_up(tmp_path / "other", f"sqlite:///{tmp_path / 'other' / 'central.db'}")
    with other.running() as running, opened(home) as laptop:
        phone(laptop, "a secret")
        with pytest.raises(Refused, match="not the one that this laptop belongs to"):
            sync_open(laptop, f"http://127.0.0.1:{running.port}")
    assert '"hello"' not in running.log
    with Wire(world.running.port) as wire:
        assert sync(home, f"http://127.0.0.1:{wire.port}").ops_sent == 1


def test_no_line_is_told_and_noted(world: World) -> None:
    home = world.school("GD-019")
    with opened(home) as laptop:
        with laptop.db.local() as connection:
            run(connection, "UPDATE joined SET url = 'http://127.0.0.1:9'")
        with pytest.raises(NoLine) as fault:
            sync_open(laptop)
        assert not isinstance(fault.value, CertificateFault)
        with laptop.db.read() as session:
            assert one(session.connection(), "SELECT ending FROM past_sync ORDER BY seq DESC") == "no_line"


def test_by_a_file_on_a_stick_both_ways(world: World, tmp_path: Path) -> None:
    first, second = world.school("GD-020"), world.school("GD-020")
    sync(first)
    with opened(first) as laptop:
        phone(laptop, "by stick")
        saved = stick.save(joining.site_of(laptop), tmp_path / "up.emis")
        assert saved.changes == 1
    assert b"by stick" not in (tmp_path / "up.emis").read_bytes()
    done = world.server.command("bundle", str(tmp_path / "up.emis"), "--answer", str(tmp_path / "down.emis"))
    assert (done["batches"], done["again"]) == (1, 0)
    again = world.server.command("bundle", str(tmp_path / "up.emis"), "--answer", str(tmp_path / "two.emis"))
    assert again["again"] == 1
    sync(second)
    assert told(second)[0] == "by stick"
    with opened(second) as laptop, pytest.raises(BadFile, match="another laptop"):
        stick.read(joining.site_of(laptop), tmp_path / "down.emis")
    with opened(first) as laptop:
        for name in ("two.emis", "down.emis", "two.emis"):
            stick.read(joining.site_of(laptop), tmp_path / name)
        nothing = sync_open(laptop)
        assert nothing.ops_sent == 0
    sync(first)
    sync(second)
    assert told(first) == told(second)
    broken = bytearray((tmp_path / "down.emis").read_bytes())
    broken[-90] ^= 1
    (tmp_path / "broken.emis").write_bytes(broken)
    with opened(first) as laptop, pytest.raises(BadFile, match="damaged or was changed"):
        stick.read(joining.site_of(laptop), tmp_path / "broken.emis")
    assert world.server.command("bundle", str(tmp_path / "broken.emis"), code=1)["refused"]
