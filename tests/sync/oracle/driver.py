"""Brings a country into a server as a laptop of the ministry would, and reads what each laptop is handed."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field, replace
from pathlib import Path
from random import Random
from uuid import UUID

from emis_desktop.models import Base
from emis_desktop.rules.clock import Clock, actor_number, pack
from emis_desktop.rules.rights import Role, SensitivityClass
from emis_desktop.state_hash import Stored
from sync.facets import Catalogue
from sync.operations import Act, Batch, EntryKind, Op, Page
from sync.protocol.pages import decode_page
from sync.protocol.versions import SCHEMA
from sync.server.access import ALL, SiteRights
from sync.server.database import Store
from sync.server.feed import page
from sync.server.raw import Raw
from sync.server.snapshots import manifest, part
from tests.sync.oracle.expected import PERSONAL, Device, Field, main_class, owner, present_schools
from tests.sync.oracle.world import TABLES, Row, World, Written

CATALOGUE = Catalogue.of(Base.metadata)
STARTED = 1_793_000_000_000
OF_A_SCHOOL_ALONE = frozenset({SensitivityClass.HEALTH, SensitivityClass.CASE})
"""Classes that a laptop of the ministry does not read."""
MINISTRY, RIVAL = UUID(int=0xA), UUID(int=0xAA)


def rights_of(world: World, device: Device, *, site: UUID | None = None) -> SiteRights:
    """What the server knows of a laptop."""
    named, node, institution = world.named, ALL, None
    if device.node in named.schools:
        node = institution = named.schools[device.node]
    elif device.node in named.districts:
        node = named.districts[device.node]
    known = site or UUID(int=Random(f"{device.role}{device.node}").getrandbits(128))
    number = actor_number(known, 1)
    return SiteRights(known, 1, number, node, device.classes, device.role, institution, device.role.value)


@dataclass
class Author:
    """A laptop that writes: it remembers the clock of each field that it saw."""

    rights: SiteRights
    user: UUID
    stamp: int = 0
    batches: int = 0

    def batch(self, acts: list[list[Written]], clocks: dict[Field, Clock]) -> Batch:
        """The acts frozen; ``clocks`` are brought up to date with what was written."""
        told, ops = list[Act](), list[Op]()
        for written in (act for act in acts if act):
            self.stamp += 1
            act = Act(len(told), self.user, "import_students", pack(STARTED + self.stamp))
            told.append(act)
            clock = Clock(act.stamp, self.rights.actor)
            for one in written:
                ops.extend(operations(act.index, one, clocks, clock))
        self.batches += 1
        body = self.rights.site.bytes[8:] + self.batches.to_bytes(8)
        return Batch(body, self.rights.actor, SCHEMA, 0, bytes(8), tuple(told), tuple(ops))


def operations(act: int, written: Written, clocks: dict[Field, Clock], clock: Clock) -> Iterator[Op]:
    """What one written row is on the line: an operation a facet."""
    for facet in CATALOGUE.of_table(written.table):
        values = {
            column.name: written.values[column.name]
            for column in facet.columns
            if column.name in written.values
        }
        if not values or (written.insert and not facet.main and set(values.values()) == {None}):
            continue
        known = {name: clocks.get((written.table, written.row, name)) for name in values}
        insert = written.insert or None in known.values()
        if insert and not written.insert:  # the facet holds something for the first time
            values = {column.name: written.values.get(column.name) for column in facet.columns}
        bases = {} if insert else {name: found for name, found in known.items() if found is not None}
        yield Op(act, facet.name, written.row, insert, values, bases)
        for name in values:
            clocks[written.table, written.row, name] = clock


@dataclass
class Reader:
    """A laptop that only listens: what it holds, facet by facet."""

    rights: SiteRights
    cursor: int = 0
    held: dict[tuple[str, UUID], Row] = field(default_factory=dict)

    def fetch(self, store: Store) -> None:
        """Take a snapshot, then the log after it."""
        found = manifest(store, self.rights, STARTED + 2_000_000)
        for number in range(len(found.parts)):
            with store.read() as connection:
                body = part(Raw(connection), self.rights, found.id, number)
            assert body is not None
            self.take(decode_page(body))
        self.cursor = found.upto
        self.listen(store)

    def listen(self, store: Store) -> None:
        """Read the log to its end."""
        while True:
            with store.read() as connection:
                found = page(connection, self.rights, self.cursor)
            self.take(found)
            if found.upto >= found.head:
                return
            assert found.upto > self.cursor
            self.cursor = found.upto

    def take(self, found: Page) -> None:
        """Apply the entries of a page."""
        for entry in found.entries:
            key = entry.facet, entry.row
            if entry.kind is EntryKind.DROP:
                self.held.pop(key, None)
            elif entry.kind is EntryKind.PUT:
                self.held[key] = dict(entry.values)
            else:
                self.held[key].update(entry.values)
        self.cursor = found.upto

    def fields(self) -> dict[Field, Stored]:
        """Every field held; an empty one of a class of its own says nothing."""
        return {
            (CATALOGUE.facet(facet).table.name, row, name): value
            for (facet, row), values in self.held.items()
            for name, value in values.items()
            if value is not None or CATALOGUE.facet(facet).main
        }


class Ministry:
    """The server with a laptop of the ministry that writes everything into it."""

    def __init__(self, place: Path | str, world: World) -> None:
        """``place``: a folder for a database of SQLite, or the address of one."""
        url = place if isinstance(place, str) else f"sqlite:///{place / 'server.db'}"
        self.world = world
        self.store = Store.open(url, entropy=Random(7).randbytes)
        self.store.create(STARTED)
        everything = SiteRights(
            MINISTRY, 1, actor_number(MINISTRY, 1), ALL, frozenset(SensitivityClass), Role.MINISTRY_OFFICER
        )
        self.author = Author(everything, world.named.ministry)
        second = replace(everything, site=RIVAL, actor=actor_number(RIVAL, 1), name="Second laptop")
        self.rival = Author(second, world.named.ministry, stamp=-500_000)
        self.clocks: dict[Field, Clock] = {}
        self.principals: dict[str, Author] = {}

    def send(self) -> None:
        """Send what was written since the last time; every operation must be taken as it stands.

        The ministry reads neither health nor cases: these are written by the principal of the school that has
        the row, or that the pupil is at.
        """
        acts, self.world.acts = self.world.acts, []
        rivals, self.world.rivals = self.world.rivals, []
        known = dict(self.clocks)
        self._give(self.author, [[each for one in act for each in _open_part(one)] for act in acts])
        for closed in [each for act in acts for one in act for each in _closed_part(one)]:
            self._give(self._principal(self._school_of(closed)), [[closed]])
        if rivals:
            batch = self.rival.batch([rivals], known)
            self.store.apply(self.rival.rights, batch, STARTED + 1_000_000)

    def _school_of(self, one: Written) -> UUID:
        if one.table not in PERSONAL:
            return _known(owner(self.world, one.table, one.row))
        person = UUID(bytes=self.world.rows[one.table][one.row]["person_id"])  # type: ignore[arg-type]
        return min(present_schools(self.world, person))

    def _principal(self, school: UUID) -> Author:
        name = next(name for name, row_id in self.world.named.schools.items() if row_id == school)
        if name not in self.principals:
            rights = rights_of(self.world, Device(Role.PRINCIPAL, name), site=UUID(int=0xC0 + ord(name[0])))
            self.principals[name] = Author(rights, self.world.named.users[Role.PRINCIPAL, name])
        return self.principals[name]

    def _give(self, author: Author, acts: list[list[Written]]) -> None:
        batch = author.batch(acts, self.clocks)
        ack = self.store.apply(author.rights, batch, STARTED + 1_000_000)
        assert dict(ack.not_applied) == {}, [
            (batch.ops[index].facet, answer) for index, answer in list(ack.not_applied.items())[:5]
        ]

    def conflicts(self) -> dict[UUID, Row]:
        """The rows of the journal as the server has them."""
        table = Base.metadata.tables["conflict"]
        names = [column.name for column in table.columns]
        columns = ", ".join(f'"{name}"' for name in names)
        with self.store.read() as connection:
            raw = Raw(connection)
            rows = list(raw.stored(table, names, raw.rows(f"SELECT {columns} FROM conflict")))
        found = [dict(zip(names, row, strict=True)) for row in rows]
        return {UUID(bytes=row.pop("id")): row for row in found}  # type: ignore[arg-type]


def _open_part(one: Written) -> list[Written]:
    """What the ministry may write of a row."""
    if main_class(one.table) in OF_A_SCHOOL_ALONE:
        return []
    closed = _closed(one)
    values = {name: None if name in closed else value for name, value in one.values.items()}
    if not one.insert:
        values = {name: value for name, value in values.items() if name not in closed}
    return [replace(one, values=values)] if values else []


def _closed_part(one: Written) -> list[Written]:
    """The rest of it."""
    if main_class(one.table) in OF_A_SCHOOL_ALONE:
        return [one]
    closed = {name: one.values[name] for name in _closed(one) if one.values[name] is not None}
    return [Written(one.table, one.row, closed, insert=False)] if closed else []


def _closed(one: Written) -> set[str]:
    columns = TABLES[one.table].c
    return {name for name in one.values if columns[name].info.get("sensitivity") in OF_A_SCHOOL_ALONE}


def _known(found: UUID | None) -> UUID:
    assert found is not None
    return found
