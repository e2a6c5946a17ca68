"""What nobody will ask for any more is forgotten, and nothing else; a person's data can be blanked."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from uuid import uuid4

import pytest
from sqlalchemy import func, select

from emis_desktop.errors import Refused
from sync.server import erasing, uploads
from sync.server.control import upload, upload_part
from sync.server.housekeeping import tidy
from sync.server.office import Office
from sync.server.replay import replay
from sync.server.settings import ServerHome
from sync.server.setup import Wish, set_up
from sync.server.uploads import BATCH, Declared
from tests.helpers import central
from tests.helpers.central import Laptop, beginning, people
from tests.helpers.server_world import World


class Clock:
    """A clock that stands until it is moved."""

    def __init__(self) -> None:
        self.now = 1_800_000_000_000

    def __call__(self) -> int:
        return self.now


@pytest.fixture
def clock() -> Clock:
    """The server's clock."""
    return Clock()


@pytest.fixture
def office(tmp_path: Path, database_url: str, clock: Clock) -> Iterator[Office]:
    """A server of which nothing serves."""
    office = set_up(
        ServerHome(tmp_path / "server"), Wish("M", "GD", bytes(32), 30), database_url, now_ms=clock
    )
    yield office
    office.close()


@pytest.mark.parametrize(("days", "left"), [(29, 1), (31, 0)])
def test_an_upload_that_nobody_goes_on_with_is_forgotten(
    office: Office, clock: Clock, days: int, left: int
) -> None:
    said = Declared(bytes(16), 10, bytes(32), 0, 10)
    with office.quick_write() as connection:
        known = uploads.begin(connection, uuid4(), "sealed", said, clock.now)
    uploads.keep(office, known, 0, b"12345")
    clock.now += days * 24 * 3_600_000
    tidy(office)
    with office.store.read() as connection:
        counts = [
            connection.execute(select(func.count()).select_from(table)).scalar_one()
            for table in (upload, upload_part)
        ]
    assert counts == [left, left]


def test_a_site_has_so_many_uploads_under_way(office: Office, clock: Clock) -> None:
    site = uuid4()
    for number in range(20):
        clock.now += 1
        with office.quick_write() as connection:
            said = Declared(bytes([number] * 16), 10, bytes(32), 0, 10)
            uploads.begin(connection, site, BATCH, said, clock.now)
    with office.store.read() as connection:
        found = sorted(bytes(one)[0] for (one,) in connection.execute(select(upload.c.id)))
    assert found == list(range(12, 20))


def test_a_person_is_blanked(tmp_path: Path) -> None:
    server = central.set_up(tmp_path / "server", f"sqlite:///{tmp_path / 'server.db'}")
    with server.running() as running:
        laptop = Laptop(running.port)
        laptop.join(server.code())
        laptop.hello()
        user = uuid4()
        born = people(2)
        laptop.hello(laptop.batch(*beginning(laptop, user), *born, user=user))
        before = server.command("doctor")["state_hash"]
        name = " ".join(str(born[0].values[one]) for one in ("given_names", "family_name"))
        asked = ("erase", str(born[0].row), "--name")
        assert "another name" in str(server.command(*asked, "Somebody Else", code=1)["refused"])
        assert server.command("doctor")["state_hash"] == before
        done = server.command(*asked, name.upper())
        assert (done["erased"], done["quarantine"]) == (True, 0)
        assert server.command("doctor")["state_hash"] != before
        assert "no person" in str(server.command("erase", str(uuid4()), "--name", "X", code=1)["refused"])
        assert server.command("verify-audit")["sound"] is True


def test_who_was_erased_is_erased_again_after_the_database_came_back(office: Office) -> None:
    world = World(office.store)
    laptop = world.laptop(0)
    pupil, _, made = world.pupil(0, given_names="Unforgettable")
    laptop.send(*made)
    never = world.id()
    for person in (pupil, never):  # as after a restore: the ledger knows, the database does not
        office.ledger.append(erasing.LEDGER_KIND, person=str(person), by="somebody")
    assert dict(replay(office).told) == {erasing.LEDGER_KIND: 2}
    assert replay(office).total == 0
    laptop.pull()
    assert laptop.value("person", pupil, "given_names") == ""
    again = world.insert("person", never, given_names="Unforgettable", family_name="x", sex="F")
    assert laptop.send(again).not_applied[0].reason == "erased"


def test_a_person_is_found_by_number(office: Office) -> None:
    world = World(office.store)
    laptop = world.laptop(0)
    people = [world.pupil(0) for _ in range(2)]
    for number, (pupil, _, made) in zip(("123", "777"), people, strict=True):
        numbers = [
            world.insert("person_identity", world.id(), person_id=pupil, kind=kind, number=one)
            for kind, one in (("nsn", number), ("shared", "5"))
        ]
        laptop.send(*made, *numbers)
    with office.store.read() as connection:
        assert erasing.find(connection, office.store.model, "777").id == people[1][0]
        with pytest.raises(Refused, match="Several people"):
            erasing.find(connection, office.store.model, "5")
        with pytest.raises(Refused, match="no person"):
            erasing.find(connection, office.store.model, "888")
