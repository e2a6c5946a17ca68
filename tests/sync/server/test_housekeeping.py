"""What nobody will ask for any more is forgotten, and nothing else; a person's data can be blanked."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from uuid import uuid4

import pytest
from sqlalchemy import func, select

from sync.server import uploads
from sync.server.control import upload, upload_part
from sync.server.housekeeping import tidy
from sync.server.office import Office
from sync.server.settings import ServerHome
from sync.server.setup import Wish, set_up
from sync.server.uploads import BATCH, Declared
from tests.helpers import central
from tests.helpers.central import Laptop, beginning, people


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
        assert server.command("erase", str(born[0].row))["erased"] is True
        assert server.command("doctor")["state_hash"] != before
        assert "no person" in str(server.command("erase", str(uuid4()), code=1)["refused"])
        assert server.command("verify-audit")["sound"] is True
