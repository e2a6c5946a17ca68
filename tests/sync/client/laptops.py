"""Small laptops that sync with the server of these tests: real stores, no line."""

import shutil
from collections.abc import Callable
from dataclasses import dataclass, field
from functools import cache
from pathlib import Path
from tempfile import mkdtemp
from typing import Any, TypeVar
from uuid import UUID

from sqlalchemy import Connection, delete

from emis_desktop import store
from emis_desktop.database import Database
from emis_desktop.models import Base, JoinedServer
from sync.client.acks import acknowledge
from sync.client.outbox import actor_of, body_of, freeze, waiting_batches
from sync.client.replica import Replica
from sync.facets import Catalogue
from sync.operations import Batch
from sync.protocol.batches import decode_batch
from tests.factories.stores import Somebody, key
from tests.helpers import scratch
from tests.sync.client.reference import Server

Answer = TypeVar("Answer")
CATALOGUE = Catalogue.of(Base.metadata)


def no_breath() -> None:
    """Tests need none."""


@dataclass
class Clock:
    """A wall clock of a test, in milliseconds."""

    ms: int = 1_700_000_000_000

    def __call__(self) -> int:
        return self.ms


@dataclass
class Laptop:
    """A laptop: its store, its replica, its one user."""

    db: Database
    clock: Clock
    user: Somebody
    replica: Replica = field(init=False)

    def __post_init__(self) -> None:
        self.replica = Replica(self.db, CATALOGUE, wall_ms=self.clock, chunk=5)

    def do(self, verb: str, *statements: tuple[str, tuple[Any, ...]]) -> None:
        """One act."""
        with self.db.write(self.user, verb) as session:
            for statement, values in statements:
                session.connection().exec_driver_sql(statement, values)

    def join(self, classes: str) -> None:
        """Belong to a server that gives these classes (a JSON list)."""
        with self.db.replicate() as session:
            session.execute(delete(JoinedServer))
            session.add(
                JoinedServer(
                    server_id=UUID(int=1),
                    server_key=b"",
                    server_name="Ministry",
                    url="http://127.0.0.1",
                    node=UUID(int=2),
                    node_kind="school",
                    role="principal",
                    classes=classes,
                    laptop="Laptop",
                    joined_at=0,
                )
            )

    def freeze(self) -> None:
        """Freeze what was typed."""
        freeze(self.db, CATALOGUE, wall_ms=self.clock(), told=self._know)

    def _know(self, seq: int, batch: Batch) -> None:
        """What is told of a batch is what its body says."""
        assert decode_batch(self.value("SELECT body FROM batch WHERE seq = ?", seq)) == batch
        self.replica.pending.know(seq, batch)

    def push(self, server: Server, *, lose_answer: bool = False) -> None:
        """Send what waits."""
        self.freeze()
        with self.db.read() as session:
            bodies = [body_of(session.connection(), one.seq) for one in waiting_batches(session.connection())]
        for body in bodies:
            assert body is not None
            ack = server.receive(body)
            if lose_answer:
                return
            acknowledge(self.replica, ack)

    def pull(self, server: Server, most: int = 10_000) -> None:
        """Read the log to its end."""
        while (after := self.value("SELECT cursor FROM site")) < server.head:
            self.replica.apply(server.page(after, self.actor, most), no_breath)

    def sync(self, server: Server) -> None:
        """Up, then down."""
        self.push(server)
        self.pull(server)

    @property
    def actor(self) -> int:
        """The number that it writes under."""
        return self.ask(actor_of)

    def ask(self, question: Callable[[Connection], Answer]) -> Answer:
        """Something about the store."""
        with self.db.read() as session:
            return question(session.connection())

    def rows(self, statement: str, *values: object) -> list[tuple[Any, ...]]:
        """What the store says."""
        with self.db.read() as session:
            return [tuple(row) for row in session.connection().exec_driver_sql(statement, values).all()]

    def value(self, statement: str, *values: object) -> Any:  # noqa: ANN401 - whatever stands there
        """The first thing that the store says."""
        found = self.rows(statement, *values)
        return found[0][0] if found else None


@cache
def _template() -> Path:
    """A store that each laptop copies: making one takes a tenth of a second."""
    folder = Path(mkdtemp(prefix="replica-", dir=scratch.ROOT))
    store.create(folder / "t.emis", key(), store.NewSite(UUID(int=1), "L0", "school", "LC"))
    return folder / "t.emis"


def laptop(folder: Path, number: int, clock: Clock | None = None) -> Laptop:
    """A new laptop."""
    clock = clock or Clock()
    path = folder / f"laptop-{number}.emis"
    shutil.copy(_template(), path)
    db = store.open_store(path, key(), wall_ms=clock)
    with db.local() as connection:
        connection.exec_driver_sql("UPDATE site SET id = ?", (UUID(int=100 + number).bytes,))
    return Laptop(db, clock, Somebody(UUID(int=1000 + number)))


TABLES = [facet.table.name for facet in CATALOGUE.facets if facet.main]


def content(one: Laptop) -> dict[str, list[tuple[Any, ...]]]:
    """Everything that the synced tables hold."""
    return {table: sorted(one.rows(f'SELECT * FROM "{table}"'), key=repr) for table in TABLES}
