"""A server's store, on either database, and a world upon it."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from sync.server.database import Store
from sync.server.office import Office
from tests.helpers.restored import opened
from tests.helpers.server_world import World


@pytest.fixture
def office(tmp_path: Path, database_url: str) -> Iterator[Office]:
    """A server that was set up; where its folder counts, ``store`` is its records."""
    with opened(tmp_path / "server", database_url) as made:
        yield made


@pytest.fixture
def store(database_url: str) -> Iterator[Store]:
    """An empty store of the server."""
    store = Store.open(database_url)
    store.create(1)
    yield store
    store.close()


@pytest.fixture
def world(store: Store) -> World:
    """A ministry and two schools."""
    return World(store)
