"""The description of the endpoints names those that there are, and what is asked for in their queries."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from starlette.routing import Route

from sync.server import openapi
from sync.server.app import application
from sync.server.office import open_office
from sync.server.settings import ServerHome
from tests.helpers.central import Running, set_up


@pytest.fixture
def running(tmp_path: Path) -> Iterator[Running]:
    """A server that serves."""
    with set_up(tmp_path / "server", f"sqlite:///{tmp_path / 'server.db'}").running() as running:
        yield running


def operations() -> dict[tuple[str, str], dict[str, Any]]:
    """What is described, by path and method."""
    paths = openapi.description()["paths"]
    return {(path, method.upper()): one for path, of in paths.items() for method, one in of.items()}


def test_every_endpoint_is_described_and_nothing_else(tmp_path: Path) -> None:
    server = set_up(tmp_path / "server", f"sqlite:///{tmp_path / 'server.db'}")
    office = open_office(ServerHome(server.home), url=server.database)
    try:
        routes = [one for one in application(office).routes if isinstance(one, Route)]
    finally:
        office.close()
    served = {(one.path, method) for one in routes for method in (one.methods or set()) - {"HEAD"}}
    assert served == set(operations())


def test_what_is_open_to_nobody_is_so(running: Running) -> None:
    """Each path that is said to need a device or a token refuses who has neither; the others do not."""
    for (path, method), one in operations().items():
        if method == "GET" and path != "/sync/v1/standing/{token}":
            query = "&".join(
                f"{said['name']}=1" for said in one.get("parameters", ()) if said["in"] == "query"
            )
            status = running.get(path.replace("{id}", "A" * 22).replace("{number}", "0") + f"?{query}").status
            assert (status == 401) is bool(one.get("security")), (path, status)


def test_a_query_that_has_to_be_there_is_asked_for(running: Running) -> None:
    asked = {
        path: {one["name"]: one["required"] for one in said.get("parameters", ()) if one["in"] == "query"}
        for (path, _), said in operations().items()
    }
    assert asked["/sync/v1/down"] == {"after": True, "upto": False}
    assert asked["/sync/v1/who"] == {"c": True}
    assert running.get("/sync/v1/down").reason == running.get("/sync/v1/who").reason == "poison"
