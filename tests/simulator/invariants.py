"""What must hold when everything has come to rest: nothing lost, nothing stuck, nobody sees too much."""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any, Self

from sqlalchemy import Connection

from emis_desktop.journal import broken_link
from tests.simulator import looking
from tests.simulator.laptop import Laptop
from tests.simulator.ledger import Ledger, Typed
from tests.simulator.oracle import BASIC, CATALOGUE, OF_PERSON, Records, expected
from tests.simulator.promises import Found, promises
from tests.simulator.server import Server

Expected = Mapping[tuple[str, bytes], Mapping[str, Any]]
"""What a laptop is to hold: stored values by table and row, then by field."""


@dataclass
class Look:
    """What stands in the stores at one moment: the server's records, and what each laptop has."""

    server: Records
    journal: set[tuple[str, bytes, Any]]
    laptops: dict[str, Records] = field(default_factory=dict)
    written: dict[str, set[int]] = field(default_factory=dict)
    refused: set[tuple[str, bytes, Any]] = field(default_factory=set)
    aside: set[tuple[str, bytes, Any]] = field(default_factory=set)
    """What the server refused and keeps."""
    authors: dict[bytes, set[str]] = field(default_factory=dict)
    """Who typed something into a row: the schools' letters."""

    @classmethod
    def into(cls, server: Server, laptops: Iterable[Laptop]) -> Self:
        """Look into all of them."""
        with server.office.store.read() as connection:
            found = cls(looking.records(connection), set(looking.journalled(connection)))
            found.journal |= set(looking.parked(connection))
            found.aside = set(looking.set_aside(connection))
        for laptop in laptops:
            with laptop.db.read() as session:
                connection = session.connection()
                found.laptops[laptop.name] = looking.records(connection)
                found.refused |= set(looking.refused(connection))
            found.written[laptop.name] = {one.number for one in laptop.written}
        return found

    def in_force(self, one: Typed) -> bool:
        """Whether the server has that value in that field."""
        return self._is(self.server, one)

    def told(self, one: Typed) -> bool:
        """Whether the value stands in a journal that people see."""
        table, row, _ = one.place
        mark = (table, row, one.after)
        gone = one.laptop not in self.laptops and mark in self.aside  # its author's list went with the laptop
        return mark in self.journal or mark in self.refused or gone

    def survives(self, one: Typed) -> bool:
        """Whether any store still has the value, or its author's journal."""
        if self.in_force(one) or self.told(one):
            return True
        if any(one.number in written for written in self.written.values()):
            return True
        return any(self._is(records, one) for records in self.laptops.values())

    @staticmethod
    def _is(records: Records, one: Typed) -> bool:
        table, row, name = one.place
        held = records[table].get(row)
        return held is not None and held[name] == one.after


def at_the_end(
    server: Server, laptops: list[Laptop], ledger: Ledger, copied: set[str], rounds: int, now_ms: int
) -> list[Found]:
    """Everything that does not hold."""
    look = Look.into(server, laptops)
    for one in ledger.typed:
        look.authors.setdefault(one.place[1], set()).add(one.laptop[0])
    return [
        *_still(laptops, rounds),
        *_nothing_lost(look, ledger),
        *(one for laptop in laptops for one in _agrees(look, laptop)),
        *(one for laptop in laptops for one in _is_whole(laptop)),
        *_no_false_clones(server, laptops, copied),
        *promises(server, laptops, ledger, now_ms),
        *_server_is_whole(server),
    ]


def _still(laptops: list[Laptop], rounds: int) -> Iterator[Found]:
    """(d) no queue is stuck."""
    if not rounds:
        said = [f"{laptop.name}: {laptop.outcome.fault or laptop.outcome.result}" for laptop in laptops]
        yield Found("still", "; ".join(said))
    for laptop in laptops:
        with laptop.db.read() as session:
            run = session.connection().exec_driver_sql
            left = run("SELECT count(*) FROM batch WHERE state <> 'acknowledged'").scalar_one()
            unfrozen = run(
                "SELECT (SELECT coalesce(max(seq), 0) FROM change) - sent_change FROM site"
            ).scalar_one()
            parked = run("SELECT count(*) FROM parked WHERE reason <> 'stays'").scalar_one()
        if left or unfrozen or parked:
            yield Found("still", f"{laptop.name}: {left} batches, {unfrozen} changes, {parked} parked")


def _nothing_lost(look: Look, ledger: Ledger) -> Iterator[Found]:
    """(b), (c) every value typed is in force, was followed, or stands in a journal."""
    for one in ledger.missing(lambda each: look.in_force(each) or look.told(each)):
        yield Found("lost", str(one))


def _agrees(look: Look, laptop: Laptop) -> Iterator[Found]:
    """(a), (e) a laptop holds what it may see, as the server has it, and nothing else."""
    school = laptop.who.school.id.bytes if laptop.who.school else None
    due = expected(look.server, school, laptop.classes)
    have = look.laptops[laptop.name]
    for (table, row_id), fields in due.items():
        held = have[table].get(row_id)
        if held is None:
            yield Found("missing row", f"{laptop.name}: {table} {row_id.hex()[-6:]}")
            continue
        for name, value in fields.items():
            if held[name] != value:
                words = f"{laptop.name}: {table}.{name} {row_id.hex()[-6:]}: {held[name]!r}, server {value!r}"
                yield Found("differs", words)
    yield from _too_much(laptop, due, look)


def _too_much(laptop: Laptop, due: Expected, look: Look) -> Iterator[Found]:
    own = {(table, row) for table, row, _ in look.refused}
    named = {value for _, _, value in look.refused if isinstance(value, bytes)}  # stays until it is let go
    for table, rows in look.laptops[laptop.name].items():
        for row_id, row in rows.items():
            allowed = due.get((table, row_id))
            if allowed is None:
                if not (
                    (table, row_id) in own
                    or row_id in named
                    or _may_be_told(look.server, due, table, row)
                    or _of_nobody(look, laptop, table, row)
                ):
                    yield Found("extra row", f"{laptop.name}: {table} {row_id.hex()[-6:]}")
                continue
            for name in _fields(table):
                if (
                    name not in allowed
                    and row[name] is not None
                    and (table, row_id, row[name]) not in look.refused
                ):
                    yield Found("extra field", f"{laptop.name}: {table}.{name} {row_id.hex()[-6:]}")


def _may_be_told(server: Records, due: Expected, table: str, row: Mapping[str, Any]) -> bool:
    """Whether it is a conflict about a row that was never let in, which is told where that came from, or in
    basic fields of a row that is only named here.
    """
    if table != "conflict":
        return False
    about = (row["table_name"], row["row_id"])
    return about[1] not in server.get(about[0], {}) or (about in due and row["sensitivity"] == BASIC)


def _of_nobody(look: Look, laptop: Laptop, table: str, row: Mapping[str, Any]) -> bool:
    """Whether it is of a person whom nothing ties to a school (the tie was not taken): such a one stays where
    the record came from.
    """
    if table not in OF_PERSON:
        return False
    person = row[OF_PERSON[table]]
    ties = (("enrolment", "person_id"), ("staff_position", "person_id"), ("guardianship", "guardian_id"))
    tied = any(one[name] == person for tie, name in ties for one in look.server[tie].values())
    return not tied and laptop.name[0] in look.authors.get(person, ())


def _fields(table: str) -> Iterator[str]:
    for facet in CATALOGUE.of_table(table):
        for column in facet.columns:
            if column.sa.default is None:
                yield column.name


def _is_whole(laptop: Laptop) -> Iterator[Found]:
    """A laptop's own chain of acts holds, and no row is without its parent."""
    with laptop.db.read() as session:
        broken = broken_link(session.connection())
        orphan = session.connection().exec_driver_sql("PRAGMA foreign_key_check").first()
    if broken is not None:
        yield Found("chain", f"{laptop.name}: act {broken}")
    if orphan is not None:
        yield Found("orphan", f"{laptop.name}: {orphan[0]}")


def _no_false_clones(server: Server, laptops: list[Laptop], copied: set[str]) -> Iterator[Found]:
    """A store that was never copied stays the first of its line; two living copies are never one.

    A server that forgot what it handed out or heard, because it was put back or died over it, takes who shows
    that (or a late duplicate of it) for a copy, which loses nothing.
    """
    seen: dict[tuple[object, int], str] = {}
    for laptop in laptops:
        with laptop.db.read() as session:
            generation = session.connection().exec_driver_sql("SELECT generation FROM site").scalar_one()
        if generation != 1 and laptop.machine not in copied and not (server.put_back_to or server.deaths):
            yield Found("false clone", f"{laptop.name} is generation {generation}")
        twin = seen.setdefault((laptop.site, generation), laptop.name)
        if twin != laptop.name:
            yield Found("clone not seen", f"{laptop.name} and {twin}")


def _server_is_whole(server: Server) -> Iterator[Found]:
    """(f) the log's numbers are in order without a gap, and the audit holds."""
    with server.office.store.read() as connection:
        yield from _log_in_order(connection)
    yield from (Found("audit", words) for words in server.audit_faults())
    yield from (Found("fault", words) for words in server.faults)


def _log_in_order(connection: Connection) -> Iterator[Found]:
    head = connection.exec_driver_sql("SELECT head FROM server").scalar_one()
    after = 0
    rows = connection.exec_driver_sql('SELECT "first", "count" FROM commit_log ORDER BY "first"')
    for first, count in rows:
        if first != after + 1 or count < 1:
            yield Found("log", f"commit at {first} after {after}")
        after = first + count - 1
    if after != head:
        yield Found("log", f"head {head} after {after}")
    outside = connection.exec_driver_sql(
        "SELECT count(*) FROM change_log WHERE seq > ?", (head,)
    ).scalar_one()
    if outside:
        yield Found("log", f"{outside} entries beyond the head")
