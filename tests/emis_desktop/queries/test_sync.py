"""The screen is told what waits, by kind and class and never by pupil, and how past syncs ended."""

from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path
from uuid import UUID

import pytest
from sqlalchemy import text

from emis_desktop.database import Database
from emis_desktop.models import JoinedServer, OutBatch, PastSyncRow
from emis_desktop.queries.outbox import waiting_changes, waiting_ranges
from emis_desktop.queries.sync import SyncQueries
from emis_desktop.queries.sync_state import End
from emis_desktop.rules.rights import Actor, Role
from resources.words import Words
from tests.factories.stores import Somebody, connected, new_store

WALL = 1_700_000_000_000
ACTOR = Actor(UUID(int=1), "Teacher 01", Role.TEACHER, None, None, frozenset())
BODY = {"id": b"", "sha256": b"", "ops": 1, "acts": 1, "size": 500, "made_at": WALL, "body": b"x"}


@pytest.fixture
def db(tmp_path: Path) -> Iterator[Database]:
    db = new_store(tmp_path / "s.db", wall_ms=lambda: WALL)
    yield db
    db.close()


def act(db: Database, *statements: str) -> None:
    with db.write(Somebody(), "act") as session:
        for statement in statements:
            session.connection().exec_driver_sql(statement)


def batch(db: Database, number: int, first: int, last: int, state: str) -> None:
    with db.replicate() as session:
        session.add(
            OutBatch(**{**BODY, "id": bytes([number])}, first_change=first, last_change=last, state=state)
        )
        session.execute(text("UPDATE site SET sent_change = max(sent_change, :last)"), {"last": last})


def marks(db: Database) -> None:
    """A class of two pupils with two marks, and one pupil without a class."""
    act(
        db,
        "INSERT INTO institution (id, code, name) VALUES (x'01', 'S', 'School')",
        "INSERT INTO education_grade (id, code, name, level, position) VALUES (x'02', 'G', 'G', 'p', 1)",
        "INSERT INTO academic_period (code, label, starts_on, ends_on, id) "
        "VALUES ('26', '26', '2026-09-01', '2027-07-01', x'03')",
        "INSERT INTO subject (id, code, name, position) VALUES (x'04', 'M', 'Maths', 1)",
        "INSERT INTO term (id, period_id, number, name, starts_on, ends_on, weight) "
        "VALUES (x'05', x'03', 1, 'T', '2026-09-01', '2026-12-01', 1000)",
        "INSERT INTO assessment_item (id, institution_id, grade_id, subject_id, term_id, code, name, part, "
        "maximum, weight, position, state) "
        "VALUES (x'06', x'01', x'02', x'04', x'05', 'T1', 'Test', 'c', 1, 1, 1, 'open')",
        "INSERT INTO school_class (id, institution_id, period_id, name) "
        "VALUES (x'07', x'01', x'03', 'Coral')",
    )
    for number in range(1, 4):
        pupil = f"x'1{number}'"
        act(
            db,
            f"INSERT INTO person (id, given_names, family_name, synthetic) VALUES ({pupil}, 'Pupil', 'T', 1)",
            "INSERT INTO enrolment (id, person_id, institution_id, period_id, grade_id, starts_on, standing, "
            f"repeater) VALUES (x'2{number}', {pupil}, x'01', x'03', x'02', '2026-09-01', 'enrolled', 0)",
        )
        if number < 3:
            act(
                db,
                "INSERT INTO class_pupil (id, class_id, enrolment_id) "
                f"VALUES (x'3{number}', x'07', x'2{number}')",
            )
        act(
            db,
            "INSERT INTO mark (id, student_id, item_id, state) "
            f"VALUES (x'4{number}', {pupil}, x'06', 'scored')",
        )


def test_what_waits_is_grouped_by_kind_and_class_the_oldest_first(db: Database) -> None:
    marks(db)
    found = SyncQueries(db, ACTOR).waiting()
    words = Words.load("en")
    assert [(group.what.text(words), group.count) for group in found.groups] == [
        ("School", 5),
        ("Tests", 1),
        ("Classes", 3),
        ("Pupils", 6),
        ("Marks, Coral", 2),
        ("Marks", 1),
    ]
    assert found.changes == 18
    assert 250 < found.bytes < 1_000
    assert found.groups[0].since == datetime.fromtimestamp(WALL / 1000, UTC)
    assert "Pupil T" not in repr(found)


def test_what_was_sent_and_not_acknowledged_still_waits(db: Database) -> None:
    act(db, *(f"INSERT INTO setting (id, name, value) VALUES (x'0{n}', 'n', 'v')" for n in range(9)))
    batch(db, 1, 1, 3, "acknowledged")
    batch(db, 2, 4, 5, "frozen")
    batch(db, 3, 6, 6, "acknowledged")
    with connected(db) as connection:
        assert waiting_ranges(connection) == [(4, 5), (7, 9)]
        assert waiting_changes(connection) == 5
    found = SyncQueries(db, ACTOR).waiting()
    assert (found.changes, found.bytes) == (5, 500 + 250 + 3 * 12)
    batch(db, 4, 7, 9, "resend")
    with connected(db) as connection:
        assert waiting_ranges(connection) == [(4, 5), (7, 9)]
    with db.local() as connection:
        connection.exec_driver_sql("UPDATE batch SET state = 'acknowledged'")
    assert SyncQueries(db, ACTOR).waiting().groups == ()


def test_where_it_belongs_and_until_when_one_may_sign_in(db: Database) -> None:
    queries = SyncQueries(db, ACTOR)
    assert queries.joined() is None
    joined = JoinedServer(
        server_id=UUID(int=1), server_key=b"k", server_name="Ministry", url="https://a.example",
        node=UUID(int=2), node_kind="school", role="principal", classes="[]", laptop="Office 1",
        joined_at=WALL,
    )  # fmt: skip
    with db.replicate() as session:
        session.add(joined)
    found = queries.joined()
    assert found is not None
    assert (found.laptop, found.server, found.address, found.until) == (
        "Office 1", "Ministry", "https://a.example", None
    )  # fmt: skip
    day = 86_400_000
    with db.local() as connection:
        connection.exec_driver_sql("UPDATE joined SET contact_at = ?, limit_days = 10", (WALL,))
    found = queries.joined()
    assert found is not None
    assert found.until == datetime.fromtimestamp((WALL + 10 * day) / 1000, UTC)
    with db.local() as connection:
        connection.exec_driver_sql("UPDATE joined SET extended_to = ?", (WALL + 12 * day,))
    found = queries.joined()
    assert found is not None
    assert found.until == datetime.fromtimestamp((WALL + 12 * day) / 1000, UTC)


def test_past_syncs_are_listed_the_newest_first(db: Database) -> None:
    with db.replicate() as session:
        session.add_all(
            PastSyncRow(at=WALL + n, sent=n, received=None, size=10 * n, ending=End.DONE) for n in range(5)
        )
    found = SyncQueries(db, ACTOR).past(2)
    assert [(row.sent, row.bytes, row.end) for row in found.rows] == [(4, 40, End.DONE), (3, 30, End.DONE)]
    assert found.total == 5
