"""An order of erasure comes to a laptop: what it held of the person goes, whatever state that was in."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from uuid import UUID

import pytest
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from sqlalchemy import Connection

from emis_desktop.doctor import _disagreements
from emis_desktop.erasures import Order
from emis_desktop.journal import broken_link, erase_values
from emis_desktop.models import ParkedEntry
from emis_desktop.rules.clock import Clock, Tick
from emis_desktop.state_hash import Stored
from sync.client.acks import acknowledge
from sync.client.outbox import body_of, waiting_batches
from sync.client.recovery import other_server
from sync.client.replaced import note
from sync.client.sql import run
from sync.client.sums import root
from sync.operations import (
    ERASE,
    ERASED_FACET,
    Ack,
    Answer,
    Commit,
    Entry,
    EntryKind,
    Outcome,
    Page,
)
from sync.protocol.batches import decode_batch
from tests.factories.erasures import KEY, PUBLIC, SERVER, signed
from tests.sync.client.laptops import Laptop, laptop, no_breath

PERSON, OTHER, CONTACT, NOTE, MARK = (UUID(int=n) for n in range(11, 16))
NOBODY = UUID(int=0)
INSERT = "INSERT INTO person (id, given_names, family_name, synthetic) VALUES (?, ?, 'T', 0)"
INSERT_NOTE = (
    "INSERT INTO person_note (id, person_id, written_on, text) VALUES (?, ?, '2026-10-01', 'Zephyrine')"
)
TAG = b"tag-----"
AT = 1_790_000_000_000


@pytest.fixture
def one(tmp_path: Path) -> Iterator[Laptop]:
    """A laptop of the server whose key signs, with two people, one of them with a contact."""
    made = laptop(tmp_path, 1)
    made.join('["basic", "contact"]')
    with made.db.local() as connection:
        run(connection, "UPDATE joined SET server_id = ?, server_key = ?", (SERVER.bytes, PUBLIC))
    made.do("enrol", (INSERT, (PERSON.bytes, "Zephyrine")), (INSERT, (OTHER.bytes, "Nell")))
    made.do(
        "add_contact",
        (
            "INSERT INTO person_contact (id, person_id, kind, value, priority) "
            "VALUES (?, ?, 'phone', 'Zephyrine', 1)",
            (CONTACT.bytes, PERSON.bytes),
        ),
    )
    yield made
    made.db.close()


def order(*gone: UUID) -> Order:
    """The person goes, with those rows."""
    return Order(PERSON.bytes, AT, frozenset(row.bytes for row in gone), frozenset({PERSON.bytes}))


def entry(
    seq: int, facet: str, row: UUID, kind: EntryKind = EntryKind.PUT, verb: str = "", **values: object
) -> Entry:
    """What the server says."""
    tick = Tick(Clock(AT << 16 | seq, 0), AT << 16 | seq)
    return Entry(seq, facet, row, kind, values, tick, {}, NOBODY, verb)  # type: ignore[arg-type]


def ordered(seq: int, of: Order, key: Ed25519PrivateKey = KEY) -> Entry:
    """The order as it comes."""
    told, signature = signed(of, key)
    return entry(seq, "erasure", UUID(int=1000 + seq), told=told, signature=signature, deleted_at=None)


def tell(one: Laptop, *entries: Entry) -> None:
    """A page of the log with those entries."""
    last = max(entry.seq for entry in entries)
    one.replica.apply(Page(0, last, last, entries, (Commit(1, last, TAG),)), no_breath)


def ops(one: Laptop) -> list[str]:
    """The facets of the operations that wait."""
    with one.db.read() as session:
        connection = session.connection()
        bodies = [body_of(connection, batch.seq) for batch in waiting_batches(connection)]
    return [op.facet for body in bodies for op in decode_batch(body or b"").ops]


def left(one: Laptop) -> list[str]:
    """Where the name is still."""
    found = []
    for (table,) in one.rows(
        "SELECT name FROM sqlite_schema WHERE type = 'table' AND name != 'student_gram'"
    ):
        for row in one.rows(f'SELECT * FROM "{table}"'):
            text = repr(decode_batch(row[2])) if table == "batch" else repr(row)
            if "zephyrine" in text.lower():
                found.append(table)
    return sorted(set(found))


def test_what_waits_is_emptied_in_its_place_and_told_in_words(one: Laptop) -> None:
    one.freeze()
    one.do("note", (INSERT_NOTE, (NOTE.bytes, PERSON.bytes)))  # not even frozen when the order comes
    one.do("rename", ("UPDATE person SET given_names = 'Zephyrine B' WHERE id = ?", (PERSON.bytes,)))
    one.do("rename", ("UPDATE person SET preferred_name = 'Nelly' WHERE id = ?", (OTHER.bytes,)))
    assert left(one) == ["batch", "change", "person", "person_contact", "person_note"]
    tell(one, ordered(5, order(CONTACT)))
    assert left(one) == []
    assert ops(one) == [ERASED_FACET, "person", ERASED_FACET, ERASED_FACET, ERASED_FACET, "person"]
    sizes = one.rows("SELECT size = length(body) FROM batch")
    assert sizes == [(1,), (1,)]
    assert one.rows("SELECT table_name, row_id, value, reason, user_id FROM refused") == [
        ("person", PERSON.bytes, None, "erased", one.user.user_id.bytes)
    ]
    assert one.ask(broken_link) is None
    assert one.rows("SELECT given_names, family_name, deleted_at FROM person ORDER BY id") == [
        ("", "", AT),
        ("Nell", "T", None),
    ]
    assert one.value("SELECT preferred_name FROM person WHERE id = ?", OTHER.bytes) == "Nelly"


def test_what_is_typed_after_the_order_goes_when_the_server_says_so(one: Laptop) -> None:
    tell(one, ordered(5, order(CONTACT)))
    one.do("note", (INSERT_NOTE, (NOTE.bytes, PERSON.bytes)))
    one.freeze()
    batch = one.ask(waiting_batches)[-1]
    assert ops(one)[-1] == "person_note"
    answers = {0: Answer(Outcome.REFUSED, reason="erased")}
    assert left(one) == ["batch", "person_note"]
    acknowledge(one.replica, Ack(batch.id, 6, TAG, answers))
    assert left(one) == []
    assert one.rows("SELECT id FROM person_note") == []
    told = one.rows("SELECT table_name, row_id, value, reason FROM refused")
    assert told == [("person", PERSON.bytes, None, "erased")]
    assert one.ask(broken_link) is None
    assert b"zephyrine" not in one.db.path.with_name(one.db.path.name + "-wal").read_bytes().lower()


def test_what_was_heard_refused_parked_or_half_fetched_goes(one: Laptop) -> None:
    tell(one, entry(2, "person", PERSON, EntryKind.SET, "rename", transport="Zephyrine"))
    with one.db.replicate() as session:
        connection = session.connection()
        run(
            connection,
            "INSERT INTO refused (batch_id, op, table_name, row_id, field, value, inserting, user_id, verb, "
            "stamp, outcome, reason, at) VALUES (x'00', 0, 'person_contact', ?, 'value', 'Zephyrine', 0, ?, "
            "'v', 1, 'refused', 'right', 1)",
            (CONTACT.bytes, one.user.user_id.bytes),
        )
        session.add_all(
            ParkedEntry(
                facet=facet,
                row_id=row,
                entry=b"Zephyrine" + PERSON.bytes,
                log_seq=1,
                reason="poison",
                parked_at=1,
            )
            for facet, row in (("person", PERSON), ("person_note", NOTE))
        )
        gave_way = [
            entry(9, "person", PERSON, EntryKind.SET, transport="Zephyrine"),
            entry(9, "person_contact", CONTACT, EntryKind.SET, value="Zephyrine"),
            entry(9, "guardianship", UUID(int=99), EntryKind.SET, guardian_id=PERSON.bytes),
            entry(9, "person", OTHER, EntryKind.SET, transport="by foot"),
        ]
        note(connection, one.replica.plans.catalogue, gave_way)
        run(connection, "INSERT INTO partial (name, body) VALUES ('down', 'Zephyrine')")
        run(
            connection,
            "INSERT INTO extra (facet, row_id, field, value, tick) "
            "VALUES ('person', ?, 'new', 'Zephyrine', x'00')",
            (PERSON.bytes,),
        )
        run(
            connection,
            "INSERT INTO conflict (id, table_name, row_id, field, kind, sensitivity, held) "
            "VALUES (x'01', 'person_contact', ?, 'value', 'info', 'contact', 'Zephyrine')",
            (CONTACT.bytes,),
        )
    assert {"conflict", "extra", "heard", "parked", "partial", "refused", "replaced"} <= set(left(one))
    tell(one, ordered(5, order(CONTACT)))
    assert left(one) == []
    assert one.rows("SELECT count(*) FROM parked") == [(0,)]
    assert one.rows("SELECT row_id FROM replaced") == [(OTHER.bytes,)]
    assert one.rows("SELECT reason FROM refused") == [("erased",)]


def test_the_sums_lose_what_went(one: Laptop) -> None:
    one.freeze()
    tell(one, entry(2, "person", OTHER, given_names="Nell", family_name="T", synthetic=0))
    before = one.ask(root)
    tell(
        one, entry(3, "person_note", NOTE, person_id=PERSON.bytes, written_on="2026-10-01", text="Zephyrine")
    )
    assert one.ask(root) != before
    after = ordered(5, order(CONTACT, NOTE))
    tell(one, after, entry(5, "person_note", NOTE, EntryKind.DROP, ERASE))
    with one.db.local() as connection:
        run(connection, "DELETE FROM clock WHERE facet = 'erasure'")
    assert one.rows("SELECT DISTINCT facet FROM clock WHERE version IS NOT NULL") == [("person",)]
    assert one.rows("SELECT 1 FROM person_note") == []


def test_an_order_that_the_server_did_not_sign_erases_nothing(one: Laptop) -> None:
    one.freeze()
    tell(one, ordered(5, order(CONTACT), Ed25519PrivateKey.generate()))
    assert left(one) == ["batch", "person", "person_contact"]
    assert one.rows("SELECT 1 FROM erased_row") == []


def test_what_went_does_not_come_back(one: Laptop) -> None:
    tell(one, ordered(5, order(CONTACT)))
    late = {"person_id": PERSON.bytes, "kind": "phone", "value": "Zephyrine", "label": None, "priority": 1}
    tell(one, entry(6, "person_contact", CONTACT, **late))
    tell(one, entry(7, "person_contact", CONTACT, EntryKind.SET, value="Zephyrine"))
    assert left(one) == []
    assert one.rows("SELECT 1 FROM person_contact") == []
    assert one.rows("SELECT 1 FROM parked") == []


def test_a_drop_of_an_erased_row_does_not_wait_for_unsent_work_and_another_does(one: Laptop) -> None:
    one.freeze()
    tell(one, entry(3, "person_contact", CONTACT, EntryKind.DROP))
    assert one.rows("SELECT reason FROM parked") == [("stays",)]
    tell(one, entry(4, "person_contact", CONTACT, EntryKind.DROP, ERASE))
    assert one.rows("SELECT 1 FROM person_contact") == []
    assert one.rows("SELECT 1 FROM parked") == []


def test_the_doctor_tells_what_no_order_names_and_a_blanked_value_is_found(one: Laptop) -> None:
    one.do("note", (INSERT_NOTE, (NOTE.bytes, PERSON.bytes)))
    one.do("note", ("UPDATE person_note SET text = 'Zephyrine was here' WHERE id = ?", (NOTE.bytes,)))
    one.do("rename", ("UPDATE person SET preferred_name = 'Nelly' WHERE id = ?", (OTHER.bytes,)))
    tell(one, ordered(5, order(CONTACT)))
    assert one.ask(broken_link) is None
    found = {one.check: one.count for one in one.ask(_disagreements)}
    assert found["erased_here"] == 1, "the note never left this laptop"
    with one.db.maintain() as bare:
        bare.execute("UPDATE change SET before = NULL, after = NULL WHERE row_id = ?", (OTHER.bytes,))
    assert one.ask(broken_link) is not None


def test_of_somebody_who_signs_in_the_name_alone_goes(one: Laptop) -> None:
    user = UUID(int=21)
    one.do(
        "add_user",
        (
            "INSERT INTO \"user\" (id, name, role, person_id) VALUES (?, 'Zephyrine', 'teacher', ?)",
            (user.bytes, PERSON.bytes),
        ),
    )
    for name, value in (("name", "Zephyrine B"), ("role", "counsellor")):
        one.do("change_user", (f'UPDATE "user" SET {name} = ? WHERE id = ?', (value, user.bytes)))
    stay = frozenset({PERSON.bytes, user.bytes})
    tell(one, ordered(5, Order(PERSON.bytes, AT, frozenset({CONTACT.bytes}), stay)))
    assert left(one) == []
    assert one.rows('SELECT name, role FROM "user"') == [("", "counsellor")]
    assert one.rows("SELECT before, after FROM change WHERE field = 'role'") == [("teacher", "counsellor")]
    assert one.ask(broken_link) is None
    with one.db.local() as connection:
        (seq,) = next(iter(connection.exec_driver_sql("SELECT seq FROM change WHERE field = 'role'")))
        erase_values(connection, [seq])
    assert one.ask(broken_link) is not None, "the role was not ordered to go"


def test_what_was_decided_about_the_person_is_not_sent_any_more(one: Laptop) -> None:
    one.freeze()
    values: dict[str, Stored] = {
        "table_name": "person_contact",
        "row_id": CONTACT.bytes,
        "field": "value",
        "kind": "info",
    }
    conflict = UUID(int=31)
    came = entry(2, "conflict", conflict, sensitivity="contact", held="Zephyrine")
    tell(one, replace(came, values={**came.values, **values}))
    one.do("decide_conflict", ("UPDATE conflict SET decision = 'keep' WHERE id = ?", (conflict.bytes,)))
    tell(one, ordered(5, order(CONTACT)))
    assert one.rows("SELECT 1 FROM conflict") == []
    assert ops(one)[-1] == ERASED_FACET
    assert left(one) == []
    assert one.ask(broken_link) is None


def test_an_order_holds_at_another_server_as_well(one: Laptop) -> None:
    one.do("rename", ("UPDATE person SET given_names = 'Zephyrine B' WHERE id = ?", (PERSON.bytes,)))
    tell(one, ordered(5, order(CONTACT)))

    def move(connection: Connection) -> None:
        other_server(connection)
        run(connection, "UPDATE joined SET server_id = ?, server_key = ?", (UUID(int=5).bytes, b"k" * 32))

    with one.db.local() as connection:
        move(connection)
    assert one.ask(broken_link) is None
    with one.db.local() as connection:
        run(connection, "DELETE FROM former_server")
    assert one.ask(broken_link) is not None


def test_erasing_once_more_and_what_is_not_there_change_nothing(one: Laptop) -> None:
    one.do("rename", ("UPDATE person SET given_names = 'Zephyrine B' WHERE id = ?", (PERSON.bytes,)))
    found = one.rows("SELECT seq FROM change WHERE row_id = ? AND after IS NOT NULL", PERSON.bytes)
    changes = [seq for (seq,) in found]
    with one.db.local() as connection:
        assert erase_values(connection, changes) == len(changes) > 0
    with one.db.local() as connection:
        assert erase_values(connection, [*changes, 999_999]) == 0
