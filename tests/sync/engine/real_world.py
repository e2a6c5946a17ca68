"""A real server process, and laptops with their own encrypted stores that reach it over real sockets."""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from uuid import UUID

import pytest

from emis_desktop.jobs import joining
from emis_desktop.keyring.ring import KeyRing
from emis_desktop.laptop import Laptop, OpenLaptop
from emis_desktop.models import Institution, Person
from emis_desktop.settings import Home
from emis_desktop.state_hash import state_hash
from sync.client.sql import one
from sync.engine.backoff import Patience
from sync.engine.run import SyncResult
from sync.once import OneSync, Options
from tests.factories.rings import CHEAP
from tests.helpers.central import Running, Server, set_up

PASSWORD = "seven green bottles on a wall"
QUICK = Patience(first=0.01, most=0.05, tries=8)


@dataclass
class World:
    """A server and where its laptops live."""

    server: Server
    running: Running
    folder: Path
    count: int = 0

    @property
    def address(self) -> str:
        return f"http://127.0.0.1:{self.running.port}"

    def home(self) -> Home:
        self.count += 1
        return Home(self.folder / f"laptop-{self.count}")

    def join(self, code: str, home: Home | None = None, address: str = "") -> Home:
        """A new laptop with that code."""
        place = home or self.home()
        name = f"Person {place.root.name}"
        wish = joining.JoinWish(address or self.address, code, place.root.name, name, PASSWORD)
        joining.join(place, wish)
        return place

    def school(self, code: str = "GD-001") -> Home:
        return self.join(self.server.code(code))

    def site(self, home: Home) -> str:
        """Its id at the server."""
        with opened(home) as laptop:
            return self.site_of(laptop)

    def site_of(self, laptop: OpenLaptop) -> str:
        with laptop.db.read() as session:
            return str(UUID(bytes=one(session.connection(), "SELECT id FROM site")))


@pytest.fixture(scope="module")
def world(tmp_path_factory: pytest.TempPathFactory) -> Iterator[World]:
    folder = tmp_path_factory.mktemp("world")
    patch = pytest.MonkeyPatch()
    patch.setattr("emis_desktop.laptop.KeyRing", partial(KeyRing, cost=CHEAP))  # a fourth of each test
    server = set_up(folder / "server", f"sqlite:///{folder / 'server' / 'central.db'}")
    with server.running() as running:
        yield World(server, running, folder)
    patch.undo()


@contextmanager
def opened(home: Home) -> Iterator[OpenLaptop]:
    laptop = Laptop(home)
    (person,) = laptop.people()
    with laptop.sign_in(person.id, PASSWORD) as found:
        yield found


def sync(home: Home, address: str | None = None) -> SyncResult:
    with opened(home) as laptop:
        return sync_open(laptop, address)


def sync_open(laptop: OpenLaptop, address: str | None = None) -> SyncResult:
    return OneSync(joining.site_of(laptop), Options(patience=QUICK, address=address)).run()


def write_people(laptop: OpenLaptop, names: list[str]) -> None:
    with laptop.db.write(laptop.actor, "add_student") as session:
        session.add_all(Person(given_names=name, family_name="Synthetic", synthetic=True) for name in names)


def phone(laptop: OpenLaptop, number: str) -> None:
    with laptop.db.write(laptop.actor, "change_school") as session:
        session.get_one(Institution, laptop.site.institution_id).phone = number


def told(home: Home) -> tuple[str | None, dict[str, str], int]:
    with opened(home) as laptop, laptop.db.read() as session:
        connection = session.connection()
        waiting = int(one(connection, "SELECT count(*) FROM batch WHERE state != 'acknowledged'"))
        school = laptop.site.institution_id
        number = session.get_one(Institution, school).phone if school else None
        return number, state_hash(connection, Institution.metadata), waiting
