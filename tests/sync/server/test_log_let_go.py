"""The old part of the log may be taken out: who is further behind is given everything, and misses nothing."""

from __future__ import annotations

from pathlib import Path
from uuid import uuid4

import pytest

from sync.protocol.messages import Flag
from sync.server.office import open_office
from sync.server.raw import Raw
from sync.server.settings import ServerHome
from tests.helpers.central import Laptop, Running, Server, beginning, people, set_up


@pytest.fixture
def server(tmp_path: Path, database_url: str) -> Server:
    """A server that was set up."""
    return set_up(tmp_path / "server", database_url)


def take_out(server: Server, upto: int) -> bytes:
    """What an operator does who detaches a part of the log; the history that it has then."""
    office = open_office(ServerHome(server.home), url=server.database)
    try:
        with office.store.write() as connection:
            raw = Raw(connection)
            raw.run("DELETE FROM change_log WHERE seq <= ?", (upto,))
            return bytes(raw.rows("SELECT history FROM server")[0][0])
    finally:
        office.close()


def two_laptops(server: Server, running: Running) -> tuple[Laptop, Laptop]:
    """One that has sent some entries of the log, and one of the same school that has heard none of them."""
    first, second = Laptop(running.port), Laptop(running.port)
    first.join(server.code())
    first.hello()
    user = uuid4()
    first.hello(first.batch(*beginning(first, user), *people(10), user=user))
    second.join(server.code())
    second.hello()
    return first, second


def test_a_laptop_behind_what_was_taken_out_is_given_everything(server: Server) -> None:
    with server.running() as running:
        _, behind = two_laptops(server, running)
        history = take_out(server, 6)
        behind.cursor = 5
        welcome, page = behind.hello()
        assert Flag(welcome.flags) & Flag.SNAPSHOT
        assert (page, welcome.history) == (None, history)
        assert behind.get("/sync/v1/down?after=5").reason == "gone"


def test_a_laptop_that_is_not_behind_goes_on(server: Server) -> None:
    with server.running() as running:
        _, near = two_laptops(server, running)
        take_out(server, 6)
        near.cursor = 6
        welcome, page = near.hello()
        assert not Flag(welcome.flags) & Flag.SNAPSHOT
        assert page is not None
        assert (page.after, page.upto) == (6, welcome.head)
        assert near.get("/sync/v1/down?after=6").status == 200
