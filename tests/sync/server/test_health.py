"""Whether the server is well is told truly: also while it is busy, and when its database went silent."""

from __future__ import annotations

import asyncio
import threading
import traceback
from collections.abc import Iterator
from pathlib import Path

import pytest
from starlette.requests import Request
from starlette.routing import Route

from sync.server import app, web
from sync.server.app import application
from sync.server.database import Store
from sync.server.json_logs import JsonLines
from sync.server.office import Office, open_office
from sync.server.raw import Raw
from sync.server.settings import ServerHome
from tests.helpers.central import set_up


@pytest.fixture
def office(tmp_path: Path) -> Iterator[Office]:
    """An open server."""
    server = set_up(tmp_path / "server", f"sqlite:///{tmp_path / 'server.db'}")
    office = open_office(ServerHome(server.home), url=server.database)
    yield office
    office.close()


async def health(running: object) -> int:
    """The status that ``/healthz`` answers."""
    routes = running.routes  # type: ignore[attr-defined]
    (route,) = [one for one in routes if isinstance(one, Route) and one.path == "/healthz"]
    response = await route.endpoint(Request({"type": "http", "headers": []}))
    return int(response.status_code)


def test_a_server_whose_threads_all_wait_for_one_batch_is_well(
    office: Office, monkeypatch: pytest.MonkeyPatch
) -> None:
    go = threading.Event()
    webs: list[web.Web] = []
    monkeypatch.setattr(app, "Web", lambda of: webs.append(web.Web(of)) or webs[-1])

    async def asked() -> int:
        running = application(office)
        waiting = [asyncio.create_task(webs[0].run(go.wait)) for _ in range(web.THREADS)]
        await asyncio.sleep(0)
        try:
            return await asyncio.wait_for(health(running), 20)
        finally:
            go.set()
            await asyncio.gather(*waiting)

    assert asyncio.run(asked()) == 200


def test_a_database_that_went_silent_is_told(office: Office, monkeypatch: pytest.MonkeyPatch) -> None:
    go = threading.Event()
    monkeypatch.setattr(web, "LOOK_SECONDS", 0.05)
    monkeypatch.setattr(app, "_look", lambda _office: go.wait())

    async def asked() -> int:
        try:
            return await asyncio.wait_for(health(application(office)), 60)
        finally:
            go.set()

    assert asyncio.run(asked()) == 503


WORDS = "Failing row contains (Ada, Example)."


def _fails(_office: Office) -> None:
    raise ValueError(WORDS)


def test_a_start_that_fails_tells_no_rows(
    office: Office, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    monkeypatch.setattr(app, "replay", _fails)

    async def begun() -> str:
        running = application(office)
        try:
            async with running.router.lifespan_context(running):
                return "served"
        except RuntimeError:
            return traceback.format_exc()  # what the web server logs

    told = asyncio.run(begun())
    assert "RuntimeError: ValueError" in told
    assert "Ada" not in told + "".join(JsonLines().format(record) for record in caplog.records)
    assert "could not be told to the database" in caplog.text


def test_what_cannot_be_taken_in_keeps_nobody_from_being_served(
    office: Office, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    monkeypatch.setattr(app, "take_newer", _fails)

    async def begun() -> int:
        running = application(office)
        async with running.router.lifespan_context(running):
            return await health(running)

    assert asyncio.run(begun()) == 200
    assert "could not be taken in" in caplog.text


def test_a_database_without_its_tables_is_told(office: Office) -> None:
    with office.store.write() as connection:
        connection.exec_driver_sql("DELETE FROM server")
    assert asyncio.run(health(application(office))) == 503


def _waits(url: str) -> tuple[str, str]:
    """How long a connection of the store waits for its start, and PostgreSQL for its next word."""
    store = Store.open(url)
    try:
        with store.read() as connection:
            driver = connection.connection.driver_connection
            assert driver is not None
            (found,) = Raw(connection).rows("SHOW idle_in_transaction_session_timeout")
            return driver.info.get_parameters()["connect_timeout"], found[0]
    finally:
        store.close()


def test_neither_end_waits_for_ever_for_the_other(postgres_url: str) -> None:
    """A worker's machine without power would keep the writers' lock for two hours."""
    assert _waits(postgres_url) == ("10", "10min")
    assert _waits(f"{postgres_url}&connect_timeout=3") == ("3", "10min")
