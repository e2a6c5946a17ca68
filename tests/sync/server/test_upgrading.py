"""A server that was one version behind takes in what it kept, once it knows the fields and tables."""

from __future__ import annotations

from uuid import UUID

from sqlalchemy import Integer, MetaData, String
from sqlalchemy.orm import DeclarativeBase, Mapped

from emis_desktop.models.base import Synced, field
from sync.operations import Op
from sync.server import feed, set_aside
from sync.server.access import SiteRights
from sync.server.database import Store
from sync.server.model import model_with
from sync.server.raw import Raw
from sync.server.upgrading import replay_newer
from tests.helpers.server_world import World


class First(DeclarativeBase):
    """A schema with one more table."""

    metadata = MetaData()


class Ferry(Synced, First):
    """As the first version has it."""

    __tablename__ = "ferry"

    name: Mapped[str] = field(String(40))


class Second(DeclarativeBase):
    """The schema that follows it."""

    metadata = MetaData()


class NewFerry(Synced, Second):
    """The same with two more fields."""

    __tablename__ = "ferry"

    name: Mapped[str] = field(String(40))
    deck: Mapped[str | None] = field(String(40))
    seats: Mapped[int] = field(Integer, default=10)


class Pier(Synced, Second):
    """A table that the first version does not have."""

    __tablename__ = "pier"

    name: Mapped[str] = field(String(40))


def test_fields_and_tables_of_a_later_version_are_taken_in_after_the_upgrade(database_url: str) -> None:
    old = Store.open(database_url, model=model_with(First.metadata))
    old.create(1)
    world = World(old)
    laptop = world.ministry
    one, two, pier = world.id(), world.id(), world.id()
    made = Op(0, "ferry", one, True, {"name": "A", "deck": "Upper", "seats": 50, "deleted_at": None})
    other = Op(0, "ferry", two, True, {"name": "B", "deck": None, "seats": 20, "deleted_at": None})
    laptop.send(made, other)
    laptop.send(Op(0, "ferry", one, False, {"deck": "Lower", "far_future": "kept"}))
    laptop.send(Op(0, "pier", pier, True, {"name": "P", "deleted_at": None}))
    rights = {laptop.rights.actor: laptop.rights}

    def rights_of(_site: UUID, actor: int) -> SiteRights | None:
        return rights.get(actor)

    with old.write() as connection:
        assert replay_newer(connection, old.model, rights_of, world.now, entropy=old.entropy) == 0
    old.close()
    new = Store.open(database_url, model=model_with(Second.metadata))
    with new.engine.begin() as connection:
        connection.exec_driver_sql("ALTER TABLE ferry ADD COLUMN deck TEXT")
        connection.exec_driver_sql("ALTER TABLE ferry ADD COLUMN seats INTEGER NOT NULL DEFAULT 10")
    new.create(1)
    world.store = new
    for expected in (4, 0):
        with new.write() as connection:
            assert replay_newer(connection, new.model, rights_of, world.now, entropy=new.entropy) == expected
    with new.read() as connection:
        raw = Raw(connection)
        assert raw.rows("SELECT name, deck, seats FROM ferry ORDER BY name") == [
            ("A", "Lower", 50),
            ("B", None, 20),
        ]
        assert raw.rows("SELECT name FROM pier") == [("P",)]
        (left,) = set_aside.listed(raw)
        assert dict(left.op.values) == {"far_future": "kept"}
    for reader in (world.laptop(0), laptop):  # its author hears of it as well
        with new.read() as connection:
            page = feed.page(connection, reader.rights, 0, model=new.model)
        told = {(entry.row, name): value for entry in page.entries for name, value in entry.values.items()}
        assert (told[one, "deck"], told[two, "seats"], told[pier, "name"]) == ("Lower", 20, "P")
    new.close()
