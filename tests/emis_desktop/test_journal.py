"""The chain of acts shows what was edited, removed, swapped or added by hand."""

import hashlib
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path
from uuid import UUID

import pytest
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlalchemy import update

from emis_desktop import journal
from emis_desktop.database import Database
from emis_desktop.journal import Reading, broken_link, erase_values
from emis_desktop.models import Area
from tests.factories import erasures
from tests.factories.stores import Somebody, connected, new_store


@pytest.fixture
def db(tmp_path: Path) -> Iterator[Database]:
    db = new_store(tmp_path / "s.db")
    with db.write(Somebody(), "add") as session:
        session.add_all(Area(id=UUID(int=n), code="A", name="1", level="nation") for n in (1, 2, 3))
    for name in ("2", "3", "4"):
        with db.write(Somebody(), "edit") as session:
            session.execute(update(Area).values(name=name))
    with db.write(Somebody(), "read", about=Reading("health_note", UUID(int=1))):
        pass
    yield db
    db.close()


def test_an_honest_journal_is_whole(db: Database, tmp_path: Path) -> None:
    with connected(db) as connection:
        assert broken_link(connection) is None
    empty = new_store(tmp_path / "empty.db")
    with connected(empty) as connection:
        assert broken_link(connection) is None
    empty.close()


def test_an_open_act_knows_its_moment_and_an_empty_one_vanishes(tmp_path: Path) -> None:
    store = new_store(tmp_path / "moment.db", wall_ms=lambda: 1_793_894_400_123)
    with store.write(Somebody(), "look") as session:
        assert session.info["act"].moment == datetime(2026, 11, 5, 16, 0, 0, 123_000, tzinfo=UTC)
    with connected(store) as connection:
        assert connection.exec_driver_sql("SELECT count(*) FROM act").scalar_one() == 0
    store.close()


@pytest.mark.parametrize(
    ("harm", "broken"),
    [
        ("UPDATE change SET after = '9' WHERE seq = 5", 2),
        ("UPDATE change SET after = 2 WHERE seq = 5", 2),  # a number where text stood
        ("UPDATE change SET before = '12', after = '' WHERE seq = 5", 2),
        ("UPDATE change SET table_name = 'term' WHERE seq = 1", 1),
        ("UPDATE change SET field = 'level' WHERE seq = 8", 3),
        ("UPDATE change SET row_id = x'00' WHERE seq = 8", 3),
        ("DELETE FROM change WHERE seq = 8", 3),
        ("DELETE FROM change WHERE seq = 12", 4),
        ("UPDATE change SET seq = 100 - seq WHERE seq IN (4, 7)", 2),
        ("INSERT INTO change (act, table_name, row_id) VALUES (4, 'area', x'01')", 6),
        ("UPDATE act SET user_id = x'00' WHERE seq = 3", 3),
        ("UPDATE act SET verb = 'other' WHERE seq = 3", 3),
        ("UPDATE act SET clock = clock + 1 WHERE seq = 3", 3),
        ("UPDATE act SET about_id = NULL WHERE seq = 5", 5),
        ("UPDATE act SET undoes = 1 WHERE seq = 3", 3),
        ("UPDATE act SET last_change = NULL WHERE seq = 3", 3),
        ("DELETE FROM act WHERE seq = 1", 2),
        ("DELETE FROM act WHERE seq = 3", 4),
        ("DELETE FROM act WHERE seq = 3; UPDATE act SET seq = seq - 1 WHERE seq > 3", 3),
        ("DELETE FROM change WHERE act = 3; DELETE FROM act WHERE seq = 3", 4),
        ("DELETE FROM act WHERE seq = 5; DELETE FROM act WHERE seq = 4", 4),
        (
            "UPDATE act SET seq = 103 WHERE seq = 3; UPDATE act SET seq = 3 WHERE seq = 4; "
            "UPDATE act SET seq = 4 WHERE seq = 103",
            3,
        ),
    ],
)
def test_harm_done_by_hand_is_found_where_it_was_done(db: Database, harm: str, broken: int) -> None:
    with db.maintain() as bare:
        bare.execute("PRAGMA foreign_keys = OFF")
        bare.executescript(harm)
    with connected(db) as connection:
        assert broken_link(connection) == broken


def test_blanking_what_an_act_held_is_found(db: Database) -> None:
    with db.maintain() as bare:
        bare.execute("UPDATE change SET before = NULL, after = NULL WHERE act = 2")
    with connected(db) as connection:
        assert broken_link(connection) == 2
        digests = connection.exec_driver_sql("SELECT payload, digest FROM act ORDER BY seq").all()
    assert all(len(payload) == len(digest) == 32 for payload, digest in digests)


def erase(db: Database, *changes: int) -> None:
    """Take values out of the journal, as an order of erasure would."""
    with db.local() as connection:
        assert erase_values(connection, changes) == len(changes)


def test_values_erased_by_an_order_leave_a_chain_that_holds(db: Database) -> None:
    erasures.take(db, erasures.ordered(gone=[UUID(int=2)]))
    erase(db, 5, 8)
    with connected(db) as connection:
        assert broken_link(connection) is None
        kept = connection.exec_driver_sql("SELECT seq, before, after FROM change WHERE act = 2").all()
        assert kept == [(4, "1", "2"), (5, None, None), (6, "1", "2")]
        assert connection.exec_driver_sql("SELECT salt FROM act WHERE seq = 2").scalar_one() == b""
    erase(db, 11)
    with connected(db) as connection:
        assert broken_link(connection) is None


@pytest.mark.parametrize(
    "harm",
    [
        "UPDATE change SET after = '9' WHERE seq = 4",  # a neighbour in the same act
        "UPDATE change SET after = '9' WHERE seq = 5",  # other words in place of those that were erased
        "UPDATE change SET row_id = x'00' WHERE seq = 5",
        "UPDATE change SET field = 'level' WHERE seq = 5",
        "UPDATE change_seal SET seal = zeroblob(32) WHERE change = 5",
        "UPDATE change_seal SET seal = zeroblob(16) WHERE change = 5",
        "DELETE FROM change_seal WHERE change = 5",
        "DELETE FROM change_seal WHERE change = 4",
        "DELETE FROM erasure",
        "UPDATE erasure SET signature = zeroblob(64)",
        "UPDATE erasure SET told = zeroblob(61)",
        "DELETE FROM former_server",
    ],
)
def test_harm_beside_what_was_erased_is_found(db: Database, harm: str) -> None:
    erasures.take(db, erasures.ordered(gone=[UUID(int=2)]))
    erase(db, 5)
    with db.maintain() as bare:
        bare.execute("UPDATE capture_context SET muted = 1")
        bare.execute("DROP TRIGGER capture_erasure_key")
        bare.executescript(harm)
    with connected(db) as connection:
        assert broken_link(connection) == 2


def test_who_erases_without_an_order_or_what_no_order_names_is_found(db: Database) -> None:
    erase(db, 5)
    with connected(db) as connection:
        assert broken_link(connection) == 2
    erasures.take(db, erasures.ordered(gone=[UUID(int=3)]))
    with connected(db) as connection:
        assert broken_link(connection) == 2
    erasures.take(db, erasures.ordered(gone=[UUID(int=2)]), Ed25519PrivateKey.generate())
    with connected(db) as connection:
        assert broken_link(connection) == 2
    erasures.take(db, erasures.ordered(gone=[UUID(int=2)]))
    with connected(db) as connection:
        assert broken_link(connection) is None


def as_an_early_version(db: Database) -> None:
    """Make the chain what version 0.1 wrote: one hash over all values of an act, under a salt of 16 bytes."""
    with db.maintain() as bare:
        before = b""
        for seq, first, last, head in bare.execute(
            f"SELECT seq, first_change, last_change, {journal._HEAD} FROM act ORDER BY seq"
        ).fetchall():
            digest, salt = hashlib.sha256(bytes([seq]) * 16), bytes([seq]) * 16
            for (line,) in bare.execute(journal._EARLY_CHANGES, (first, last)):
                digest.update(line.encode() + b"\n")
            digest.update(str(last - first + 1).encode())
            payload = digest.digest()
            before = hashlib.sha256(before + head.encode() + payload).digest()
            bare.execute(
                "UPDATE act SET salt = ?, payload = ?, digest = ? WHERE seq = ?", (salt, payload, before, seq)
            )


def test_what_an_early_version_wrote_holds_and_can_be_erased(db: Database) -> None:
    as_an_early_version(db)
    with connected(db) as connection:
        assert broken_link(connection) is None
    erase(db, 5)
    with connected(db) as connection:
        assert broken_link(connection) == 2
    erasures.take(db, erasures.ordered(gone=[UUID(int=2)]))
    erase(db, 8)
    with connected(db) as connection:
        assert broken_link(connection) is None
    with db.maintain() as bare:
        bare.execute("UPDATE change SET after = '9' WHERE seq = 10")
    with connected(db) as connection:
        assert broken_link(connection) == 4


@settings(max_examples=30, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(place=st.integers(1, 12), text=st.text("0123456789ab", min_size=1, max_size=3))
def test_no_value_can_be_changed_unseen(db: Database, place: int, text: str) -> None:
    with db.maintain() as bare:
        bare.execute("BEGIN")
        try:
            was = bare.execute("SELECT before, after FROM change WHERE seq = ?", (place,)).fetchone()
            bare.execute("UPDATE change SET before = ?, after = ? WHERE seq = ?", (text, text, place))
            assert was != (text, text)
            bare.execute("COMMIT")
        finally:
            if bare.in_transaction:
                bare.execute("ROLLBACK")
    with connected(db) as connection:
        assert broken_link(connection) is not None
    with db.maintain() as bare:
        bare.execute("UPDATE change SET before = ?, after = ? WHERE seq = ?", (*was, place))
