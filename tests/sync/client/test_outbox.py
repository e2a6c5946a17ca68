"""Frozen batches say exactly what was typed: replayed into an empty copy they make the same rows."""

from collections.abc import Iterator
from contextlib import suppress
from datetime import date
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any
from uuid import UUID

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from emis_desktop.errors import Refused
from emis_desktop.journal import Reading
from emis_desktop.rules.clock import NEVER, Clock, actor_number, pack
from emis_desktop.rules.ids import natural_id
from emis_desktop.services.reversal import reverse
from sync.client import extent
from sync.client.outbox import FrozenBatch, body_of, freeze, freeze_all
from sync.operations import Batch
from sync.protocol.batches import decode_batch
from tests.sync.client.laptops import CATALOGUE, Laptop, content, laptop
from tests.sync.client.reference import Server

PERSON = "INSERT INTO person (id, given_names, family_name, address, synthetic) VALUES (?, ?, 'T', ?, 1)"
SETTING = (
    "INSERT INTO setting (id, institution_id, name, value, deleted_at) VALUES (?, NULL, ?, ?, NULL) "
    "ON CONFLICT (id) DO UPDATE SET value = excluded.value, deleted_at = NULL"
)
IDS = [UUID(int=70 + number).bytes for number in range(4)]
TEXT = st.sampled_from(["", "a", "b", "é\U0001f600", "'", "\\|"])


@pytest.fixture
def one(tmp_path: Path) -> Iterator[Laptop]:
    made = laptop(tmp_path, 1)
    yield made
    made.db.close()


def batches(one: Laptop) -> list[Batch]:
    """Everything that is frozen."""
    return [decode_batch(body) for (body,) in one.rows("SELECT body FROM batch ORDER BY seq")]


def replayed(frozen: list[Batch]) -> dict[str, dict[bytes, dict[str, Any]]]:
    """The rows that the operations make, and every base checked against what it names."""
    made: dict[str, dict[bytes, dict[str, Any]]] = {}
    clocks: dict[tuple[str, bytes, str], Clock] = {}
    for batch in frozen:
        for op in batch.ops:
            facet = CATALOGUE.facet(op.facet)
            rows = made.setdefault(facet.table.name, {})
            if op.insert:
                assert set(op.values) == {column.name for column in facet.columns}
                row = rows.setdefault(op.row.bytes, {})
            else:
                row = rows[op.row.bytes]
            for name, value in op.values.items():
                if not op.insert:
                    before = clocks.get((op.facet, op.row.bytes, name), NEVER)
                    assert op.bases[name] == before
                    assert before != batch.clock(op)
                row[name] = value
                clocks[op.facet, op.row.bytes, name] = batch.clock(op)
    return made


def held(one: Laptop) -> dict[str, dict[bytes, dict[str, Any]]]:
    """The rows of the store."""
    found: dict[str, dict[bytes, dict[str, Any]]] = {}
    for table, rows in content(one).items():
        names = [name for _, name, *_ in one.rows(f'PRAGMA table_info("{table}")')]
        for row in rows:
            values = dict(zip(names, row, strict=True))
            found.setdefault(table, {})[values.pop("id")] = values
    return found


def without_empty(rows: dict[str, dict[bytes, dict[str, Any]]]) -> dict[str, dict[bytes, dict[str, Any]]]:
    """A column of which nothing was said is empty."""
    return {
        table: {
            row_id: {name: value for name, value in row.items() if value is not None}
            for row_id, row in some.items()
        }
        for table, some in rows.items()
        if some
    }


STEPS = st.one_of(
    st.tuples(st.just("enrol"), st.sampled_from(IDS), TEXT, st.one_of(st.none(), TEXT)),
    st.tuples(st.just("rename"), st.sampled_from(IDS), TEXT),
    st.tuples(st.just("move"), st.sampled_from(IDS), st.one_of(st.none(), TEXT)),
    st.tuples(st.just("delete"), st.sampled_from(IDS), st.sampled_from([None, 9])),
    st.tuples(st.just("set"), TEXT.filter(bool), TEXT),
    st.tuples(st.just("unset"), TEXT.filter(bool)),
    st.tuples(st.just("photo"), st.sampled_from(IDS), st.binary(max_size=3)),
)
ACTS = st.one_of(
    st.lists(STEPS, min_size=1, max_size=6),
    st.just("freeze"),
    st.just("undo"),
    st.just("part"),
)


def statements(step: tuple[Any, ...]) -> Iterator[tuple[str, tuple[Any, ...]]]:
    """A step as SQL."""
    match step:
        case ("enrol", row, name, address):
            yield f"{PERSON} ON CONFLICT DO NOTHING", (row, name, address)
        case ("rename", row, name):
            yield (
                "UPDATE person SET given_names = ?, preferred_name = ? WHERE id = ?",
                (name, name + "x", row),
            )
            yield "UPDATE person SET given_names = ? WHERE id = ?", (name + "!", row)
        case ("move", row, address):
            yield "UPDATE person SET address = ? WHERE id = ?", (address, row)
        case ("delete", row, at):
            yield "UPDATE person SET deleted_at = ? WHERE id = ?", (at, row)
        case ("set", name, value):
            yield SETTING, (natural_id("setting", None, name).bytes, name, value)
        case ("unset", name):
            row = natural_id("setting", None, name).bytes
            yield "UPDATE setting SET deleted_at = 3 WHERE id = ?", (row,)
        case ("photo", row, image):
            yield (
                "INSERT INTO person_photo (id, person_id, image) SELECT id, id, ? FROM person WHERE id = ? "
                "ON CONFLICT (id) DO UPDATE SET image = excluded.image",
                (image, row),
            )


def undo_last(one: Laptop) -> None:
    """Take the last act back, as a person does."""
    found = one.rows("SELECT seq, first_change, last_change FROM act ORDER BY seq DESC LIMIT 1")
    if found:
        ((act, first, last),) = found
        with suppress(Refused), one.db.write(one.user, "undo", undoes=act) as session:
            reverse(session, first, last, None)


@settings(max_examples=120)
@given(acts=st.lists(ACTS, min_size=1, max_size=8))
def test_what_is_frozen_is_exactly_what_was_typed(acts: list[Any]) -> None:
    with TemporaryDirectory() as folder, pytest.MonkeyPatch.context() as patch:
        one = laptop(Path(folder), 1)
        for act in acts:
            match act:
                case "freeze":
                    one.freeze()
                case "part":
                    patch.setattr(extent, "MAX_OPS", 3)
                case "undo":
                    undo_last(one)
                case steps:
                    one.do("act", *(line for step in steps for line in statements(step)))
        one.freeze()
        frozen = batches(one)
        assert without_empty(replayed(frozen)) == without_empty(held(one))
        assert_well_made(one, frozen)
        one.db.close()


def assert_well_made(one: Laptop, frozen: list[Batch]) -> None:
    """Ids, clocks and acts are in order, and nothing is left to freeze."""
    stamps = [act.stamp for batch in frozen for act in batch.acts]
    assert stamps == sorted(set(stamps))
    assert len({batch.id for batch in frozen}) == len(frozen)
    assert {batch.actor for batch in frozen} <= {one.actor}
    for batch in frozen:
        assert [act.index for act in batch.acts] == list(range(len(batch.acts)))
        assert [op.act for op in batch.ops] == sorted(op.act for op in batch.ops)
        assert {op.act for op in batch.ops} == set(range(len(batch.acts)))
        written = [(op.facet, op.row, name) for op in batch.ops for name in op.values if not op.insert]
        assert len(written) == len(set(written))
    sent_change, sent_act = one.rows("SELECT sent_change, sent_act FROM site")[0]
    assert sent_change == (one.value("SELECT max(seq) FROM change") or 0)
    assert sent_act == (one.value("SELECT max(seq) FROM act") or 0)
    assert one.freeze() is None
    assert len(batches(one)) == len(frozen)


def test_what_was_undone_before_it_was_sent_is_never_sent(one: Laptop) -> None:
    one.do("enrol", (PERSON, (IDS[0], "Ana", None)))
    one.freeze()
    one.do("rename", ("UPDATE person SET given_names = 'Bea'", ()))
    one.do("undo", ("UPDATE person SET given_names = 'Ana'", ()))
    assert freeze(one.db, CATALOGUE, wall_ms=one.clock()) == []
    assert one.rows("SELECT sent_change, sent_act FROM site") == [(3, 3)]


def test_the_insert_shows_the_row_as_its_act_left_it_and_later_edits_are_their_own(one: Laptop) -> None:
    one.do("enrol", (PERSON, (IDS[0], "A", None)), ("UPDATE person SET given_names = 'B'", ()))
    one.do("rename", ("UPDATE person SET given_names = 'C'", ()))
    one.do("rename", ("UPDATE person SET given_names = 'D', address = 'x'", ()))
    one.freeze()
    (batch,) = batches(one)
    assert [act.verb for act in batch.acts] == ["enrol", "rename"]
    insert, contact, update = sorted(batch.ops, key=lambda op: (op.act, op.facet != "person", op.facet))[:3]
    assert (insert.facet, insert.values["given_names"], "address" in insert.values) == ("person", "B", False)
    by_facet = {op.facet: op for op in (contact, update)}
    assert by_facet["person"].values == {"given_names": "D"}
    assert by_facet["person"].bases == {"given_names": batch.clock(insert)}
    assert by_facet["person.contact"].bases == {"address": NEVER}
    assert not by_facet["person.contact"].insert


def test_a_reading_is_an_act_without_operations(one: Laptop) -> None:
    row = UUID(int=9)
    with one.db.write(one.user, "read_health", about=Reading("health_note", row)):
        pass
    one.freeze()
    (batch,) = batches(one)
    assert [(act.verb, act.about, act.user) for act in batch.acts] == [
        ("read_health", ("health_note", row), one.user.user_id)
    ]
    assert batch.ops == ()
    one.freeze()
    assert len(batches(one)) == 1


def test_what_only_this_laptop_keeps_is_never_frozen(one: Laptop) -> None:
    with one.db.local() as connection:
        connection.exec_driver_sql("INSERT INTO past_sync VALUES (1, 2, 3, 4, 5, 'done', 0, 0, 0)")
        connection.exec_driver_sql("UPDATE site SET card_number = 9")
    assert freeze(one.db, CATALOGUE, wall_ms=0) == []
    assert one.rows("SELECT count(*) FROM act") == [(0,)]


def test_a_very_large_act_goes_in_parts_and_several_small_acts_together(
    one: Laptop, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(extent, "MAX_OPS", 10)
    setting = "INSERT INTO setting (id, name, value) VALUES (?, ?, 'v')"
    for number in range(3):
        one.do("small", (setting, (UUID(int=200 + number).bytes, f"s{number}")))
    one.do("import", *((setting, (UUID(int=300 + n).bytes, f"i{n}")) for n in range(25)))
    one.do("small", (setting, (UUID(int=400).bytes, "last")))
    frozen = freeze(one.db, CATALOGUE, wall_ms=one.clock())
    assert [(batch.acts, batch.ops) for batch in frozen] == [(3, 3), (1, 10), (1, 10), (2, 6)]
    assert all(isinstance(batch, FrozenBatch) and batch.size > 0 for batch in frozen)
    parts = [act.stamp for batch in batches(one)[1:] for act in batch.acts]
    assert len(set(parts)) == len(parts)


def test_pictures_are_counted_in_bytes(one: Laptop, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(extent, "MAX_BYTES", 10_000)
    for row in IDS:
        one.do("enrol", (PERSON, (row, "Ana", None)))
    one.freeze()
    photo = "INSERT INTO person_photo (id, person_id, image) VALUES (?, ?, ?)"
    one.do("photos", *((photo, (row, row, bytes([number]) * 6_000)) for number, row in enumerate(IDS)))
    assert [batch.ops for batch in freeze(one.db, CATALOGUE, wall_ms=one.clock())] == [1, 1, 1, 1]


def test_texts_are_counted_too_written_or_changed(one: Laptop, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(extent, "MAX_BYTES", 1_000)
    setting = "INSERT INTO setting (id, name, value) VALUES (?, 's', ?)"
    one.do("write", *((setting, (row, "one word after another " * 20)) for row in IDS))
    change = "UPDATE setting SET value = ? WHERE id = ?"
    one.do("change", *((change, ("and another one " * 30, row)) for row in IDS))
    assert [batch.ops for batch in freeze(one.db, CATALOGUE, wall_ms=one.clock())] == [2, 2, 2, 2]


@pytest.mark.parametrize("years", [-20, 20])
def test_a_wrong_clock_is_put_right_by_what_the_server_said(one: Laptop, years: int) -> None:
    now, off = one.clock.ms, years * 31_557_600_000
    one.clock.ms = now + off
    with one.db.local() as connection:
        connection.exec_driver_sql("UPDATE site SET clock_offset_ms = ?", (-off,))
    one.do("enrol", (PERSON, (IDS[0], "Ana", None)))
    one.clock.ms += 1
    one.freeze()
    (batch,) = batches(one)
    assert pack(now - 1000) < batch.acts[0].stamp <= pack(now + 1000)


def test_an_edit_ranks_above_what_it_replaces_though_the_clock_went_back_before_it_left(
    one: Laptop, tmp_path: Path
) -> None:
    """Seed 944 of the simulator: else a holder of the older value takes that for the later one."""
    server, other = Server(CATALOGUE), laptop(tmp_path, 2)
    other.clock.ms += 2_000
    other.do("enrol", (PERSON, (IDS[0], "Ana", "before")), (PERSON, (IDS[1], "Bea", None)))
    other.sync(server)
    one.do("enrol", (PERSON, (IDS[2], "Cy", None)))
    one.sync(server)
    one.clock.ms += 60_000
    one.do("move", ("UPDATE person SET address = 'meanwhile' WHERE id = ?", (IDS[0],)))
    one.do("move", ("UPDATE person SET address = 'after' WHERE id = ?", (IDS[0],)))
    one.do("rename", ("UPDATE person SET given_names = 'Di' WHERE id = ?", (IDS[2],)))
    one.clock.ms -= 3 * 31_557_600_000  # nobody told this laptop yet how wrong it is
    one.push(server)
    (moved,) = [op for op in batches(one)[-1].ops if op.row.bytes == IDS[0]]
    replaced = server.log[1].entry
    assert (replaced.facet, moved.bases) == ("person.contact", {"address": replaced.tick.clock})
    stamps = [act.stamp for act in batches(one)[-1].acts]
    assert replaced.tick.rank < stamps[0] < stamps[1] < pack(server.now_ms + 60_000)
    other.db.close()


def test_a_generation_writes_under_a_number_of_its_own(one: Laptop) -> None:
    one.do("enrol", (PERSON, (IDS[0], "Ana", None)))
    one.freeze()
    with one.db.local() as connection:
        connection.exec_driver_sql("UPDATE site SET generation = 2")
    one.do("rename", ("UPDATE person SET given_names = 'Bea'", ()))
    one.freeze()
    site = UUID(int=101)
    assert [batch.actor for batch in batches(one)] == [actor_number(site, 1), actor_number(site, 2)]
    assert batches(one)[1].ops[0].bases["given_names"].actor == actor_number(site, 1)


def test_reopening_is_counted_through_everything_that_was_coalesced(one: Laptop) -> None:
    rows = [UUID(int=90 + number).bytes for number in range(6)]
    item, school, grade, subject, period, term = rows
    one.do(
        "begin",
        ("INSERT INTO institution (id, code, name) VALUES (?, 'S', 'School')", (school,)),
        (
            "INSERT INTO education_grade (id, code, name, level, position) VALUES (?, 'G', 'G', 'p', 1)",
            (grade,),
        ),
        ("INSERT INTO subject (id, code, name, position) VALUES (?, 'M', 'Maths', 1)", (subject,)),
        (
            "INSERT INTO academic_period (id, code, label, starts_on, ends_on) VALUES (?, '26', '26', ?, ?)",
            (period, str(date(2026, 9, 1)), str(date(2027, 7, 1))),
        ),
        (
            "INSERT INTO term (id, period_id, number, name, starts_on, ends_on, weight) "
            "VALUES (?, ?, 1, 'T', '2026-09-01', '2026-12-01', 1000)",
            (term, period),
        ),
        (
            "INSERT INTO assessment_item (id, institution_id, grade_id, subject_id, term_id, code, name, "
            "part, maximum, weight, position, state) "
            "VALUES (?, ?, ?, ?, ?, 'T1', 'Test', 'c', 1, 1, 1, 'open')",
            (item, school, grade, subject, term),
        ),
    )
    for state in ("locked", "open", "locked", "open", "locked"):
        one.do("state", ("UPDATE assessment_item SET state = ?", (state,)))
    one.freeze()
    last = batches(one)[-1].ops[-1]
    assert (last.values, last.reopens) == ({"state": "locked"}, {"state": 2})
    for state in ("open", "locked", "open"):
        one.do("state", ("UPDATE assessment_item SET state = ?", (state,)))
    one.freeze()
    last = batches(one)[-1].ops[-1]
    assert (last.values, last.reopens) == ({"state": "open"}, {"state": 4})


def test_freezing_inside_another_transaction_goes_with_it(one: Laptop) -> None:
    one.do("enrol", (PERSON, (IDS[0], "Ana", None)))
    with suppress(ZeroDivisionError), one.db.replicate() as session:
        assert freeze_all(session.connection(), CATALOGUE, one.clock()) == 1
        raise ZeroDivisionError
    assert one.rows("SELECT count(*) FROM batch") == [(0,)]
    one.freeze()
    assert one.ask(lambda connection: body_of(connection, 1)) is not None


def test_freezing_ends_early_when_it_is_told_to_and_goes_on_later(one: Laptop) -> None:
    one.do("enrol", (PERSON, (IDS[0], "Ana", None)))
    assert freeze(one.db, CATALOGUE, wall_ms=one.clock(), stop=lambda: True) == []
    assert batches(one) == []
    assert len(freeze(one.db, CATALOGUE, wall_ms=one.clock(), stop=lambda: False)) == 1
    assert len(batches(one)) == 1
