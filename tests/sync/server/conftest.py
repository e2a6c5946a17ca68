"""A server's store, on either database, and a world upon it."""

from collections.abc import Iterator

import pytest

from sync.server.database import Store
from tests.helpers.server_world import World


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
