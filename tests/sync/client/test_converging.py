"""Laptops that work at once, lose answers and read in pieces all end with the same, and nothing is lost."""

import itertools
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any
from uuid import UUID

from hypothesis import example, given, settings
from hypothesis import strategies as st

from emis_desktop.models import Base
from emis_desktop.rules.clock import Clock as WireClock
from emis_desktop.rules.ids import natural_id
from emis_desktop.state_hash import Stored, state_hash
from sync.client.clocks import Place
from sync.client.recovery import end_snapshot, new_generation
from sync.client.sums import root
from sync.digest import root_of, sums_of, version_of
from sync.protocol.messages import Manifest
from tests.sync.client.laptops import CATALOGUE, TABLES, Clock, Laptop, content, laptop, no_breath
from tests.sync.client.reference import Server

LAPTOPS = 3
PERSONS = [UUID(int=50 + number).bytes for number in range(3)]
NAMES = ["Ana", "Ben", "Cora", None]
SCHOOL = UUID(int=40).bytes
PERSON = "INSERT INTO person (id, given_names, family_name, address, synthetic) VALUES (?, ?, 'T', ?, 1)"
SETTING = (
    "INSERT INTO setting (id, institution_id, name, value, deleted_at) VALUES (?, NULL, ?, ?, NULL) "
    "ON CONFLICT (id) DO UPDATE SET value = excluded.value, deleted_at = NULL"
)
ITEM_STATES = ["open", "locked"]

Step = tuple[Any, ...]
WHO = st.integers(0, LAPTOPS - 1)
WORK = st.one_of(
    st.tuples(st.just("name"), st.integers(0, 2), st.sampled_from(NAMES[:3])),
    st.tuples(st.just("preferred"), st.integers(0, 2), st.sampled_from(NAMES)),
    st.tuples(st.just("address"), st.integers(0, 2), st.sampled_from(NAMES)),
    st.tuples(st.just("both"), st.integers(0, 2), st.sampled_from(NAMES[:3])),
    st.tuples(st.just("gone"), st.integers(0, 2), st.sampled_from([None, 5])),
    st.tuples(st.just("setting"), st.sampled_from("ab"), st.sampled_from(NAMES[:3])),
    st.tuples(st.just("setting gone"), st.sampled_from("ab"), st.just(7)),
    st.tuples(st.just("new"), st.sampled_from(NAMES[:3]), st.sampled_from(NAMES)),
    st.tuples(st.just("item"), st.just(0), st.sampled_from(ITEM_STATES)),
)
STEPS = st.one_of(
    st.tuples(st.just("work"), WHO, WORK),
    st.tuples(st.just("work"), WHO, WORK),
    st.tuples(st.just("sync"), WHO, st.just(0)),
    st.tuples(st.just("push"), WHO, st.booleans()),
    st.tuples(st.just("pull"), WHO, st.integers(1, 4)),
    st.tuples(st.just("page"), WHO, st.integers(1, 4)),
    st.tuples(st.just("freeze"), WHO, st.just(0)),
    st.tuples(st.just("snapshot"), WHO, st.just(0)),
    st.tuples(st.just("generation"), WHO, st.just(0)),
    st.tuples(
        st.just("clock"), WHO, st.sampled_from([1, 1_000, 3_600_000, -315_360_000_000, 315_360_000_000])
    ),
)
FRESH = itertools.count(1_000_000)


def beginning(folder: Path) -> tuple[Server, list[Laptop]]:
    """A server and laptops that all have three persons, a school and an item."""
    server, laptops = Server(CATALOGUE), [laptop(folder, number, Clock()) for number in range(LAPTOPS)]
    grade, subject, period, term = (UUID(int=41 + number).bytes for number in range(4))
    laptops[0].do(
        "begin",
        *((PERSON, (person, "Ana", None)) for person in PERSONS),
        ("INSERT INTO institution (id, code, name) VALUES (?, 'S', 'School')", (SCHOOL,)),
        (
            "INSERT INTO education_grade (id, code, name, level, position) VALUES (?, 'G', 'G', 'p', 1)",
            (grade,),
        ),
        ("INSERT INTO subject (id, code, name, position) VALUES (?, 'M', 'Maths', 1)", (subject,)),
        (
            "INSERT INTO academic_period (id, code, label, starts_on, ends_on) "
            "VALUES (?, '26', '26', '2026-09-01', '2027-07-01')",
            (period,),
        ),
        (
            "INSERT INTO term (id, period_id, number, name, starts_on, ends_on, weight) "
            "VALUES (?, ?, 1, 'T', '2026-09-01', '2026-12-01', 1000)",
            (term, period),
        ),
        (
            "INSERT INTO assessment_item (id, institution_id, grade_id, subject_id, term_id, code, name, "
            "part, maximum, weight, position, state) "
            "VALUES (?, ?, ?, ?, ?, 'T1', 'Test', 'coursework', 1, 1, 1, 'open')",
            (UUID(int=60).bytes, SCHOOL, grade, subject, term),
        ),
    )
    for one in laptops:
        one.sync(server)
    return server, laptops


def work(one: Laptop, what: Step) -> None:
    """One act of one laptop."""
    match what:
        case ("name", number, value):
            one.do("rename", ("UPDATE person SET given_names = ? WHERE id = ?", (value, PERSONS[number])))
        case ("preferred", number, value):
            one.do("call", ("UPDATE person SET preferred_name = ? WHERE id = ?", (value, PERSONS[number])))
        case ("address", number, value):
            one.do("move", ("UPDATE person SET address = ? WHERE id = ?", (value, PERSONS[number])))
        case ("both", number, value):
            one.do(
                "both",
                (
                    "UPDATE person SET address = ?, preferred_name = ? WHERE id = ?",
                    (value, value, PERSONS[number]),
                ),
                ("UPDATE person SET preferred_name = 'z' WHERE id = ?", (PERSONS[number],)),
            )
        case ("gone", number, at):
            one.do("delete", ("UPDATE person SET deleted_at = ? WHERE id = ?", (at, PERSONS[number])))
        case ("setting", name, value):
            one.do("set", (SETTING, (natural_id("setting", None, name).bytes, name, value)))
        case ("setting gone", name, at):
            row = natural_id("setting", None, name).bytes
            one.do("unset", ("UPDATE setting SET deleted_at = ? WHERE id = ?", (at, row)))
        case ("new", value, address):
            one.do("enrol", (PERSON, (UUID(int=next(FRESH)).bytes, value, address)))
        case ("item", _, state):
            one.do("lock", ("UPDATE assessment_item SET state = ?", (state,)))


def take(server: Server, one: Laptop, step: Step) -> None:
    """One step of one laptop."""
    match step:
        case ("work", _, what):
            work(one, what)
        case ("sync", _, _):
            one.sync(server)
        case ("push", _, lose):
            one.push(server, lose_answer=lose)
        case ("pull", _, most):
            one.push(server)
            one.pull(server, most)
        case ("page", _, most):  # a page while edits wait: they were typed during the sync
            after = one.value("SELECT cursor FROM site")
            one.replica.apply(server.page(after, one.actor, most), no_breath)
        case ("freeze", _, _):
            one.freeze()
        case ("snapshot", _, _):
            one.replica.apply_part(server.snapshot(), no_breath)
        case ("generation", _, _):  # the server took it for a copy: it adopts everything first
            adopt(one, server)
        case ("clock", _, by):
            one.clock.ms += by


def adopt(one: Laptop, server: Server) -> None:
    """Go on as another generation."""
    with one.db.local() as connection:
        new_generation(connection, one.value("SELECT generation FROM site") + 1)
    snapshot = server.snapshot()
    one.replica.apply_part(snapshot, no_breath)
    with one.db.local() as connection:
        end_snapshot(connection, Manifest(b"s", b"h" * 8, snapshot.upto, server.commits[-1].tag, ()))


def edits(server: Server) -> dict[tuple[Place, str], list[tuple[WireClock, WireClock | None, Stored, bool]]]:
    """Everything typed into each field: clock, base, value, whether it came with a new row."""
    found: dict[tuple[Place, str], list[tuple[WireClock, WireClock | None, Stored, bool]]] = {}
    for batch in server.batches:
        for op in batch.ops:
            for name, value in op.values.items():
                line = batch.clock(op), op.bases.get(name), value, op.insert
                found.setdefault(((op.facet, op.row.bytes), name), []).append(line)
    return found


def lost(server: Server) -> list[Any]:
    """Values typed that are neither in force, nor superseded, nor in the journal."""
    missing = []
    for (place, name), lines in edits(server).items():
        in_force = server.rows[place].values[name]
        bases = {base for _clock, base, _value, _new in lines}
        fine = {value for clock, _base, value, _new in lines if clock in bases}
        for _clock, _base, value, new in lines:
            silent = new and value is None
            journalled = (place, name, value) in server.journal
            if not (silent or value == in_force or journalled or value in fine):
                missing.append((place, name, value, in_force))
    return missing


def expected_root(server: Server) -> bytes:
    """The root over everything that the server has."""
    lines = []
    for (facet, row_id), row in server.rows.items():
        tag = next(one.tag for one in server.commits if one.first <= row.seq < one.first + one.count)
        lines.append((str(CATALOGUE.facet(facet).sensitivity), facet, row_id, version_of(row.seq, tag)))
    return root_of(sums_of(lines))


@settings(max_examples=60)
@given(steps=st.lists(STEPS, max_size=25))
@example(steps=[("work", 0, ("address", 0, "Ana")), ("work", 1, ("address", 0, "Ana"))])
def test_all_end_with_the_same_and_nothing_typed_is_lost(steps: list[Step]) -> None:
    with TemporaryDirectory() as folder:
        server, laptops = beginning(Path(folder))
        try:
            for step in steps:
                take(server, laptops[step[1]], step)
            for one in [*laptops, *laptops]:
                one.sync(server)
            contents = [content(one) for one in laptops]
            assert contents[0] == contents[1] == contents[2]
            for table in TABLES:
                for row in laptops[0].rows(f'SELECT * FROM "{table}"'):
                    assert row is not None
            assert_as_server(server, laptops[0])
            assert lost(server) == []
            roots = {one.ask(root) for one in laptops}
            assert roots == {expected_root(server)}
            hashes = [one.ask(lambda connection: state_hash(connection, Base.metadata)) for one in laptops]
            assert hashes[0] == hashes[1] == hashes[2]
            assert all(one.value("SELECT count(*) FROM parked") == 0 for one in laptops)
        finally:
            for one in laptops:
                one.db.close()


def assert_as_server(server: Server, one: Laptop) -> None:
    """A laptop shows exactly what the server holds."""
    for (facet, row_id), row in server.rows.items():
        table = CATALOGUE.facet(facet).table.name
        for name, value in row.values.items():
            shown = one.value(f'SELECT "{name}" FROM "{table}" WHERE id = ?', row_id)
            assert (facet, name, shown) == (facet, name, value)
