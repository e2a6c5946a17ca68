"""Small stores for tests."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from uuid import UUID, uuid4

from sqlalchemy import Connection

from emis_desktop import store
from emis_desktop.database import Database
from emis_desktop.migrations import CURRENT, Schema

SITE = store.NewSite(UUID(int=7), "T1", "school", "LC")


def key(seed: int = 1) -> bytearray:
    """A key that is the same each time."""
    return bytearray((seed + position) % 256 for position in range(32))


@dataclass(frozen=True)
class Somebody:
    """An author of acts."""

    user_id: UUID = field(default_factory=uuid4)


def new_store(path: Path, schema: Schema = CURRENT, wall_ms: Callable[[], int] | None = None) -> Database:
    """An empty store, made and opened."""
    store.create(path, key(), SITE, schema=schema)
    return store.open_store(path, key(), schema=schema, wall_ms=wall_ms)


@contextmanager
def connected(db: Database) -> Iterator[Connection]:
    """A connection that reads."""
    with db.read() as session:
        yield session.connection()
