"""What the design promises beside "nothing lost, nothing stuck": each promise, looked for at the end.

They are of one kind: something that must never have happened, told by what stands in the stores. How each
line of the design is covered is written in ``docs/decisions/0071-one-seed-decides.md``.
"""

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass

from sqlalchemy import Connection

from emis_desktop.rules.clock import MAX_AHEAD_MS, unpack
from tests.simulator import looking
from tests.simulator.laptop import Laptop
from tests.simulator.ledger import Ledger, Typed
from tests.simulator.oracle import Records
from tests.simulator.server import Server


@dataclass(frozen=True, slots=True)
class Found:
    """An invariant that does not hold: its name, and where."""

    name: str
    words: str

    def __str__(self) -> str:
        return f"{self.name}: {self.words}"


def promises(server: Server, laptops: Iterable[Laptop], ledger: Ledger, now_ms: int) -> Iterator[Found]:
    """Every promise that was broken."""
    with server.office.store.read() as connection:
        records = looking.records(connection)
        journal = list(looking.conflicts(connection))
        yield from _once(connection)
        yield from _no_future(connection, now_ms)
    gone = [one for one in ledger.broken if one.place[1] not in ledger.erased]
    yield from (Found("synced and gone", str(one)) for one in gone)
    yield from _frozen_for_ever(laptops)
    yield from _cause_before_clock(records, journal, ledger)
    yield from _rules_told(records, journal)
    if not server.put_back_to:
        yield from _acts_whole(records, laptops, ledger)
        if server.histories > 1:
            yield Found("history", "the server took itself for another without having been put back")


def _once(connection: Connection) -> Iterator[Found]:
    """A batch is applied once, however often it came."""
    twice = connection.exec_driver_sql(
        "SELECT hex(batch), count(*) FROM commit_log WHERE batch IS NOT NULL "
        "GROUP BY batch HAVING count(*) > 1"
    )
    yield from (Found("applied twice", f"{batch} {count} times") for batch, count in twice)


def _no_future(connection: Connection, now_ms: int) -> Iterator[Found]:
    """No laptop's clock, ten years off, makes a value that nothing can follow."""
    for facet, rank in connection.exec_driver_sql("SELECT facet, max(rank) FROM row_clock GROUP BY facet"):
        if unpack(rank)[0] > now_ms + MAX_AHEAD_MS:
            yield Found("future", f"{facet} is ranked {(unpack(rank)[0] - now_ms) // 1000} s from now")


def _frozen_for_ever(laptops: Iterable[Laptop]) -> Iterator[Found]:
    """What was frozen is the same bytes in every copy of the store."""
    known: dict[bytes, bytes] = {}
    for laptop in laptops:
        for batch, body in laptop.frozen().items():
            if known.setdefault(batch, body) != body:
                yield Found("thawed", f"{laptop.name}: batch {batch.hex()}")


def _cause_before_clock(
    records: Records, journal: list[Mapping[str, object]], ledger: Ledger
) -> Iterator[Found]:
    """Whoever had seen a value and typed another never lost against the first, whatever the clocks said."""
    told: defaultdict[tuple[object, ...], set[object]] = defaultdict(set)
    for row in journal:
        told[row["table_name"], row["row_id"], row["field"], row["other"]].add(row["kind"])
    for one in ledger.typed:
        table, row_id, name = one.place
        held = records[table].get(row_id)
        if not one.owed or held is None or one.after is None or held[name] in {None, one.after}:
            continue
        if told[table, row_id, name, one.after] == {"info"} and _had_seen(ledger, one, held[name]):
            yield Found("older won", f"{held[name]!r} is in force instead of {one}")


def _had_seen(ledger: Ledger, one: Typed, value: object) -> bool:
    """Whether that value is among those that were followed by ``one``, and nobody chose it again since. Where
    somebody else typed the same as ``one``, nothing tells whose is in the journal.
    """
    for other in ledger.at(one.place):
        if other is not one and (
            other.after == one.after or (other.after == value and other.number > one.number)
        ):
            return False
    before = one.before
    for other in reversed([each for each in ledger.at(one.place) if each.number < one.number]):
        if other.after is not None and other.after == before:
            if other.after == value:
                return True
            before = other.before
    return False


def _rules_told(records: Records, journal: list[Mapping[str, object]]) -> Iterator[Found]:
    """Two enrolments of a pupil that go on at once are named in the journal."""
    named = {row["row_id"] for row in journal if row["kind"] == "rule"}
    named |= {bytes.fromhex(text) for row in journal for text in _ids_in(row["other"])}
    open_ones: defaultdict[bytes, list[bytes]] = defaultdict(list)
    for row_id, row in records["enrolment"].items():
        if row["exit"] is None and row["deleted_at"] is None and row["standing"] != "hosted":
            open_ones[row["person_id"]].append(row_id)
    for person, rows in open_ones.items():
        if len(rows) > 1 and not named.intersection(rows):
            yield Found("rule not told", f"{len(rows)} open enrolments of {person.hex()[-6:]}")


def _ids_in(text: object) -> Iterator[str]:
    for word in text.split('"') if isinstance(text, str) else ():
        if len(word) == 32 and not set(word) - set("0123456789abcdef"):
            yield word


def _acts_whole(records: Records, laptops: Iterable[Laptop], ledger: Ledger) -> Iterator[Found]:
    """The rows that one act made are all at the server, or none, but for what its author is told of."""
    refused: set[tuple[str, bytes]] = set()
    for laptop in laptops:
        with laptop.db.read() as session:
            refused |= {(table, row) for table, row, _ in looking.refused(session.connection())}
    for author, rows in ledger.acts:
        there = [row_id in records[table] for table, row_id in rows if row_id not in ledger.erased]
        if any(there) and not all(there) and not refused.intersection(rows):
            yield Found("half an act", f"{author}: {[table for table, _ in rows]} {there}")


def refused_for_ever(laptop: Laptop) -> Iterator[Found]:
    """Who was revoked stays so, also after the server went back to a night before that."""
    result = laptop.outcome.result
    if result is not None:
        yield Found("revoked and let in", f"{laptop.name}: {result}")


def erased_everywhere(
    name: str, cells: Iterator[tuple[str, object]], people: Iterable[Typed]
) -> Iterator[Found]:
    """No store says anything any more, where it can be read, of what was typed about a person erased."""
    values = {one.after: one for one in people if isinstance(one.after, str)}
    for table, cell in cells:
        for value in sorted(looking.words_in(cell) & values.keys()):
            yield Found("not erased", f"{name}.{table}: {values[value]}")
