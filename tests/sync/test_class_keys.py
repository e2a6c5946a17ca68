"""The laptops of a school hand each other their class keys through a mailbox that opens nothing."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import ExitStack
from dataclasses import dataclass, field
from pathlib import Path
from uuid import UUID, uuid4

import pytest
from sqlalchemy import insert, update

from emis_desktop.errors import Refused
from emis_desktop.keyring import SealedBox, row_context
from emis_desktop.keyring.open_keys import OpenKeys
from emis_desktop.keyring.records import Kind
from emis_desktop.models import JoinedServer
from emis_desktop.queries.class_keys import kept_keys
from emis_desktop.rules.clock import actor_number
from emis_desktop.rules.rights import ROLE_READS, Role, SensitivityClass
from emis_desktop.secret import random_key
from sync.client.class_keys import due, first_ask, take
from sync.protocol.messages import KeysAnswer, KeysAsk, SentKeyWire, ShownKey
from sync.server import class_keys
from sync.server.access import SiteRights
from sync.server.control import ACTIVE, STOLEN, site
from sync.server.database import Store
from tests.factories.schools import School, opened_school

HEALTH = SensitivityClass.HEALTH
CELL = row_context("health_note", "sealed", UUID(int=5))
SCHOOL, OTHER = UUID(int=101), UUID(int=102)


@dataclass
class Mailbox:
    """A server's store, and how many requests it has answered."""

    store: Store
    asked: int = 0

    def ask(self, rights: SiteRights, ask: KeysAsk) -> KeysAnswer:
        self.asked += 1
        with self.store.write() as connection:
            return class_keys.exchange(connection, rights, ask)

    def newest(self, rights: SiteRights) -> int:
        with self.store.read() as connection:
            return class_keys.newest(connection, rights)

    def enrol(self, rights: SiteRights) -> None:
        with self.store.write() as connection:
            number = connection.execute(site.select()).all()
            row: dict[str, object] = {
                column.name: 0 if column.type.python_type is int else b""
                for column in site.c
                if not column.nullable
            }
            row |= {"id": rights.site, "name": rights.name, "node_id": rights.node, "role": rights.role.value}
            row |= {"classes": "[]", "state": ACTIVE, "number": len(number) + 1}
            connection.execute(insert(site).values(**row))

    def steal(self, rights: SiteRights) -> None:
        with self.store.write() as connection:
            connection.execute(update(site).where(site.c.id == rights.site).values(state=STOLEN))


@dataclass
class Laptop:
    """A joined laptop and somebody who is signed in on it."""

    school: School
    rights: SiteRights
    keys: OpenKeys = field(default_factory=lambda: OpenKeys(uuid4()))

    @property
    def box(self) -> SealedBox:
        return SealedBox(self.keys, "s", kept_keys(self.school.db))

    def sync(self, mailbox: Mailbox) -> int:
        """Exchange if it is due; how many requests that took."""
        before, keys = mailbox.asked, self.box.class_keys
        ask = (
            first_ask(self.school.db, keys)
            if due(self.school.db, keys, mailbox.newest(self.rights))
            else None
        )
        while ask is not None:
            ask = take(self.school.db, keys, mailbox.ask(self.rights, ask))
        return mailbox.asked - before


class Country:
    """The mailbox, and laptops that join."""

    def __init__(self, mailbox: Mailbox, folder: Path, stack: ExitStack) -> None:
        self.mailbox = mailbox
        self._folder = folder
        self._stack = stack

    def laptop(self, *kinds: Kind, role: Role = Role.PRINCIPAL, node: UUID = SCHOOL) -> Laptop:
        number = uuid4()
        folder = self._folder / str(number)
        folder.mkdir()
        school = self._stack.enter_context(opened_school(folder))
        rights = SiteRights(number, 1, actor_number(number, 1), node, ROLE_READS[role], role, node, "Laptop")
        self.mailbox.enrol(rights)
        with school.db.replicate() as session:
            session.add(_joined(node))
        made = Laptop(school, rights)
        made.keys.put("s", "store", 1, random_key())
        for kind in kinds:
            made.keys.put("s", kind, 1, random_key())
        return made


def _joined(node: UUID) -> JoinedServer:
    return JoinedServer(
        server_id=uuid4(),
        server_key=b"",
        server_name="Ministry",
        url="http://127.0.0.1",
        node=node,
        node_kind="school",
        role="principal",
        classes="[]",
        laptop="Laptop",
        joined_at=0,
    )


@pytest.fixture
def country(database_url: str, tmp_path: Path) -> Iterator[Country]:
    with ExitStack() as stack:
        store = Store.open(database_url)
        stack.callback(store.close)
        store.create()
        yield Country(Mailbox(store), tmp_path, stack)


def test_notes_open_on_both_laptops_after_each_has_synced(country: Country) -> None:
    office, library = country.laptop("health"), country.laptop("health")
    note = office.box.seal(HEALTH, CELL, "asthma")
    assert office.sync(country.mailbox) == 1
    assert library.sync(country.mailbox) == 2  # shows its own, and brings its key for the office
    with pytest.raises(Refused, match="not on this laptop yet"):
        library.box.open(HEALTH, CELL, note)
    assert office.sync(country.mailbox) == 2
    assert library.sync(country.mailbox) == 1
    assert library.box.open(HEALTH, CELL, note) == "asthma"
    assert office.box.open(HEALTH, CELL, library.box.seal(HEALTH, CELL, "inhaler")) == "inhaler"


def test_nothing_is_asked_when_nothing_is_new(country: Country) -> None:
    office, library = country.laptop("health"), country.laptop("health")
    for _ in range(3):
        office.sync(country.mailbox)
        library.sync(country.mailbox)
    assert (office.sync(country.mailbox), library.sync(country.mailbox)) == (0, 0)


def test_who_reads_no_sealed_class_asks_nothing(country: Country) -> None:
    country.laptop("health").sync(country.mailbox)
    assert country.laptop(role=Role.TEACHER).sync(country.mailbox) == 0


def test_a_renewed_key_is_shown_and_arrives(country: Country) -> None:
    office, library = country.laptop("health"), country.laptop("health")
    for _ in range(2):
        office.sync(country.mailbox)
        library.sync(country.mailbox)
    office.keys.put("s", "health", 2, random_key())
    note = office.box.seal(HEALTH, CELL, "after")
    assert office.sync(country.mailbox) == 2
    library.sync(country.mailbox)
    assert library.box.open(HEALTH, CELL, note) == "after"


def test_the_keys_of_a_drowned_laptop_come_from_another(country: Country) -> None:
    office, library = country.laptop("health"), country.laptop("health")
    note = office.box.seal(HEALTH, CELL, "asthma")
    for _ in range(2):
        office.sync(country.mailbox)
        library.sync(country.mailbox)
    third = country.laptop("health")
    for _ in range(2):
        third.sync(country.mailbox)
        library.sync(country.mailbox)
    third.sync(country.mailbox)
    assert third.box.open(HEALTH, CELL, note) == "asthma"


def test_nothing_is_sealed_to_a_stolen_laptop_or_crosses_to_another_school(country: Country) -> None:
    office, stolen, other = (
        country.laptop("health"),
        country.laptop("health"),
        country.laptop("health", node=OTHER),
    )
    note = office.box.seal(HEALTH, CELL, "asthma")
    stolen.sync(country.mailbox)
    country.mailbox.steal(stolen.rights)
    for _ in range(2):
        office.sync(country.mailbox)
        other.sync(country.mailbox)
        stolen.sync(country.mailbox)
    for laptop in (stolen, other):
        with pytest.raises(Refused):
            laptop.box.open(HEALTH, CELL, note)


def test_a_class_that_the_site_may_not_hold_is_neither_shown_nor_taken(country: Country) -> None:
    office, desk = country.laptop("health", "case"), country.laptop("case", role=Role.SCHOOL_ADMINISTRATOR)
    office.sync(country.mailbox)
    answer = country.mailbox.ask(desk.rights, first_ask(desk.school.db, desk.box.class_keys))
    assert answer.wanted == ()
    assert country.mailbox.ask(office.rights, KeysAsk(0, ())).shown == ()


def test_what_is_not_well_formed_is_left_out(country: Country) -> None:
    office, library = country.laptop("health"), country.laptop("health")
    shown = next(iter(library.box.class_keys.shown()))
    country.mailbox.ask(library.rights, KeysAsk(0, (ShownKey("health", shown.id, shown.public),)))
    bad = (ShownKey("health", b"short", bytes(32)), ShownKey("health", b"8 bytes.", b"short"))
    boxes = (
        SentKeyWire("health", b"8 bytes.", shown.id, b"short"),
        SentKeyWire("health", b"8 bytes.", b"nobody.!", bytes(80)),
        SentKeyWire("health", b"8 bytes.", shown.id, bytes(80)),
        SentKeyWire("health", b"8 bytes.", shown.id, bytes(79) + b"2"),
    )
    country.mailbox.ask(office.rights, KeysAsk(0, bad, (), boxes))
    answer = country.mailbox.ask(library.rights, KeysAsk(0, ()))
    assert answer.sent == (boxes[2],)
    assert answer.shown == ()
    assert take(library.school.db, library.box.class_keys, answer) is None
    assert kept_keys(library.school.db)("health", b"8 bytes.") is None
