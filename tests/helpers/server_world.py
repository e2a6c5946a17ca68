"""A server with two schools and a ministry, and laptops that are nothing but dictionaries."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from itertools import count
from random import Random
from uuid import UUID

from emis_desktop.rules.clock import Clock, actor_number, pack
from emis_desktop.rules.ids import natural_id
from emis_desktop.rules.rights import Role, SensitivityClass
from emis_desktop.state_hash import Stored
from sync.operations import Ack, Act, Batch, Entry, EntryKind, Op, Outcome
from sync.server import feed
from sync.server.access import ALL, SiteRights
from sync.server.database import Store

NOW = 1_790_000_000_000
YEAR = natural_id("academic_period", "2026")
TERM = natural_id("term", YEAR, 1)
GRADE = natural_id("education_grade", "G1")
SUBJECT = natural_id("subject", "MATH")
EVERYTHING = frozenset(SensitivityClass)
Value = Stored | UUID


@dataclass
class Laptop:
    """A site with what it holds, by facet and row; only as much of a laptop as a server's test needs."""

    world: World
    rights: SiteRights
    user: UUID
    cursor: int = 0
    rows: dict[tuple[str, UUID], dict[str, Stored]] = field(default_factory=dict)
    clocks: dict[tuple[str, UUID, str], Clock] = field(default_factory=dict)
    seqs: dict[tuple[str, UUID, str], int] = field(default_factory=dict)
    entries: list[Entry] = field(default_factory=list)
    dropped: list[tuple[str, UUID]] = field(default_factory=list)

    def send(self, *ops: Op, ahead_ms: int = 0, cursor: int | None = None, blind: bool = False) -> Ack:
        """One act of these operations, sent at once; bases are what it holds unless ``blind``."""
        batch = self.batch(*ops, ahead_ms=ahead_ms, cursor=cursor, blind=blind)
        return self.deliver(batch)

    def deliver(self, batch: Batch) -> Ack:
        """Hand a batch over and take the answer."""
        ack = self.world.store.apply(self.rights, batch, self.world.now)
        seq = ack.first
        for index, op in enumerate(batch.ops):
            answer = ack.not_applied.get(index)
            if answer is None or answer.logged:
                for name, value in op.values.items():
                    self.take(op.facet, op.row, name, value, batch.clock(op), seq)
                seq += 1
            if answer is not None:
                for name, value in answer.values.items():
                    self.take(op.facet, op.row, name, value, answer.ticks[name].clock, ack.first - 1)
        return ack

    def batch(
        self,
        *ops: Op,
        ahead_ms: int = 0,
        cursor: int | None = None,
        blind: bool = False,
        user: UUID | None = None,
    ) -> Batch:
        """A frozen batch of one act."""
        self.world.now += 1_000
        stamp = pack(self.world.now + ahead_ms)
        act = Act(0, user or self.user, "edit", stamp)
        based = tuple(self._based(op, blind=blind) for op in ops)
        with self.world.store.read() as connection:
            history = feed.place(connection).history
        at = self.cursor if cursor is None else cursor
        batch_id = self.world.random.randbytes(16)
        return Batch(batch_id, self.rights.actor, 2, at, history, (act,), based)

    def _based(self, op: Op, *, blind: bool) -> Op:
        if op.insert or blind:
            return op
        bases = {
            name: self.clocks[op.facet, op.row, name]
            for name in op.values
            if (op.facet, op.row, name) in self.clocks
        }
        return Op(op.act, op.facet, op.row, op.insert, op.values, bases, op.reopens)

    def take(self, facet: str, row: UUID, name: str, value: Stored, clock: Clock, seq: int) -> None:
        """Hold a value, unless what is held was written later: an own edit is known before older ones."""
        if seq < self.seqs.get((facet, row, name), 0):
            return
        self.seqs[facet, row, name] = seq
        self.rows.setdefault((facet, row), {})[name] = value
        self.clocks[facet, row, name] = clock

    def pull(self, limit: int = feed.PAGE_BYTES) -> list[Entry]:
        """Take everything that the feed has."""
        came: list[Entry] = []
        while True:
            with self.world.store.read() as connection:
                page = feed.page(connection, self.rights, self.cursor, limit)
            for entry in page.entries:
                self._apply(entry)
            came += page.entries
            self.cursor = page.upto
            if page.upto >= page.head:
                self.entries += came
                return came

    def _apply(self, entry: Entry) -> None:
        if entry.kind is EntryKind.DROP:
            self.rows.pop((entry.facet, entry.row), None)
            self.dropped.append((entry.facet, entry.row))
            return
        for name, value in entry.values.items():
            self.take(entry.facet, entry.row, name, value, entry.tick_of(name).clock, entry.seq)

    def holds(self, facet: str) -> dict[UUID, dict[str, Stored]]:
        """Rows of a facet."""
        return {row: values for (name, row), values in self.rows.items() if name == facet}

    def value(self, facet: str, row: UUID, name: str) -> Stored:
        """One field."""
        return self.rows[facet, row][name]


class World:
    """The server and everybody."""

    def __init__(self, store: Store) -> None:
        self.store = store
        self.now = NOW
        self.random = Random(7)
        self._serial = count(1)
        self.schools = (self.id(), self.id())
        self.ministry = self.laptop(None, Role.MINISTRY_OFFICER)
        self.ministry.send(*self._structure())

    def id(self) -> UUID:
        """A new id."""
        return UUID(bytes=self.random.randbytes(16))

    def laptop(
        self,
        school: int | None,
        role: Role = Role.PRINCIPAL,
        classes: Iterable[SensitivityClass] = EVERYTHING,
        node: UUID | None = None,
    ) -> Laptop:
        """A new site of a school, or of the ministry."""
        site = self.id()
        institution = None if school is None else self.schools[school]
        place = node or institution or ALL
        name = f"Laptop {next(self._serial)}"
        rights = SiteRights(
            site, 1, actor_number(site, 1), place, frozenset(classes), role, institution, name
        )
        return Laptop(self, rights, self.id())

    def insert(self, facet: str, row: UUID, **values: Value) -> Op:
        """An insert of a whole facet; ids are turned into bytes."""
        columns = self.store.model.columns[facet]
        given = {name: stored(value) for name, value in values.items()}
        assert given.keys() <= columns.keys(), given.keys() - columns.keys()
        return Op(0, facet, row, True, {name: given.get(name) for name in columns})

    def edit(self, facet: str, row: UUID, **values: Value) -> Op:
        """An update of some fields."""
        return Op(0, facet, row, False, {name: stored(value) for name, value in values.items()})

    def _structure(self) -> list[Op]:
        days = {"starts_on": "2026-09-01", "ends_on": "2027-07-01"}
        made = [
            self.insert("academic_period", YEAR, code="2026", label="2026-27", **days),
            self.insert("term", TERM, period_id=YEAR, number=1, name="Term 1", weight=1000, **days),
            self.insert("education_grade", GRADE, code="G1", name="Grade 1", level="primary", position=1),
            self.insert("subject", SUBJECT, code="MATH", name="Mathematics", position=1),
        ]
        for place, school in enumerate(self.schools):
            made.append(self.insert("institution", school, code=f"S{place}", name=f"School {place}"))
        return made

    def pupil(self, school: int, **values: Value) -> tuple[UUID, UUID, list[Op]]:
        """A pupil's person and enrolment, and the operations that make them."""
        person, enrolment = self.id(), self.id()
        named = {
            "given_names": f"Pupil {person.hex[:6]}",
            "family_name": f"Test {person.hex[6:12]}",
            **values,
        }
        return (
            person,
            enrolment,
            [
                self.insert("person", person, sex="F", **named),
                self.enrol(enrolment, person, school),
            ],
        )

    def enrol(self, enrolment: UUID, person: UUID, school: int, **values: Value) -> Op:
        """An enrolment."""
        usual: dict[str, Value] = {"starts_on": "2026-09-01", "standing": "enrolled", "repeater": 0}
        named = {**usual, **values}
        return self.insert(
            "enrolment",
            enrolment,
            person_id=person,
            institution_id=self.schools[school],
            period_id=YEAR,
            grade_id=GRADE,
            **named,
        )


def stored(value: Value) -> Stored:
    """Ids as bytes; everything else is stored as it is."""
    return value.bytes if isinstance(value, UUID) else value


def outcomes(ack: Ack) -> Mapping[int, Outcome]:
    """What was not applied whole."""
    return {index: answer.outcome for index, answer in ack.not_applied.items()}
