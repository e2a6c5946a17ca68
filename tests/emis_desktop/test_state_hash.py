"""Two stores have the same hash exactly when they hold the same, however it came in and wherever it lies."""

import json
from collections import defaultdict
from collections.abc import Iterator
from datetime import UTC, date, datetime
from decimal import Decimal
from hashlib import blake2b
from pathlib import Path
from typing import Any
from uuid import UUID

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlalchemy import select, update

from emis_desktop.database import Database
from emis_desktop.models import Area, Base, Person, Term, synced_tables
from emis_desktop.scopes import NATION, owner
from emis_desktop.state_hash import digests, quoted, row_line, row_number, state_hash, stored
from tests.factories.roll import Roll
from tests.factories.stores import Somebody, new_store

PLACES = (UUID(int=1), UUID(int=2), UUID(int=3))


@pytest.fixture
def db(tmp_path: Path) -> Iterator[Database]:
    db = new_store(tmp_path / "s.db")
    yield db
    db.close()


def hashes(db: Database) -> dict[str, str]:
    with db.read() as session:
        return state_hash(session.connection(), Base.metadata)


def slow_hashes(db: Database) -> dict[str, str]:
    """The same from rows as SQLAlchemy gives them on any database, all in the nation's scope."""
    sums: defaultdict[str, int] = defaultdict(int)
    with db.read() as session:
        for table in synced_tables(Base.metadata):
            for row in session.execute(select(table)):
                sums[NATION] += row_number(row_line(table, dict(row._mapping)))
    return digests(sums)


def test_a_row_is_written_as_the_protocol_says() -> None:
    values: dict[str, Any] = dict.fromkeys(Term.__table__.columns.keys())
    values |= {
        "id": UUID(int=10),
        "period_id": UUID(int=11),
        "number": 1,
        "name": "Term d'été",
        "starts_on": date(2026, 9, 7),
        "weight": Decimal("1.25"),
        "deleted_at": datetime(1970, 1, 1, 0, 0, 1, tzinfo=UTC),
    }
    line = (
        "term deleted_at=1000 id=X'0000000000000000000000000000000A' name='Term d''été' number=1 "
        "period_id=X'0000000000000000000000000000000B' starts_on='2026-09-07' weight=1250"
    )
    assert row_line(Term.metadata.tables["term"], values) == line
    assert row_number(line) == int(blake2b(line.encode(), digest_size=16).hexdigest(), 16)
    assert row_number("term number=1") == 0x0 + int(blake2b(b"term number=1", digest_size=16).hexdigest(), 16)
    assert digests({"b": 2**128 + 1, "a": 2}) == {"a": "0" * 31 + "2", "b": "0" * 31 + "1"}


def test_truth_is_a_number_and_nothing_is_left_out() -> None:
    assert stored(Person.__table__.c.synthetic, True) == 1
    assert stored(Person.__table__.c.synthetic, None) is None
    assert quoted(0) == "0"
    assert quoted(b"\x00\xff") == "X'00FF'"


@settings(max_examples=60, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(
    people=st.lists(
        st.tuples(
            st.text(st.characters(exclude_characters="\0", exclude_categories=["Cs"])),
            st.none() | st.dates(),
            st.booleans(),
        ),
        max_size=4,
    )
)
def test_sql_and_python_write_the_same_lines(
    db: Database, people: list[tuple[str, date | None, bool]]
) -> None:
    with db.write(Somebody(), "add") as session:
        for name, born, synthetic in people:
            session.add(Person(given_names=name, family_name="x", birth_date=born, synthetic=synthetic))
    assert hashes(db) == slow_hashes(db)


def test_order_and_way_do_not_matter_and_every_value_does(tmp_path: Path) -> None:
    one, other = new_store(tmp_path / "one.db"), new_store(tmp_path / "other.db")
    with one.write(Somebody(), "add") as session:
        session.add_all(Area(id=place, code="A", name="a", level="l") for place in PLACES)
    for place in reversed(PLACES):
        with other.replicate() as session:
            session.add(Area(id=place, code="A", name="other", level="l"))
    assert hashes(one) != hashes(other)
    with other.write(Somebody(), "edit") as session:
        session.execute(update(Area).values(name="a"))
    assert hashes(one) == hashes(other)
    with other.write(Somebody(), "edit") as session:
        session.execute(update(Area).where(Area.id == PLACES[0]).values(deleted_at=datetime.now(UTC)))
    assert hashes(one) != hashes(other)
    one.close()
    other.close()


def test_a_school_has_a_hash_of_its_own(db: Database) -> None:
    roll = Roll()
    with db.write(Somebody(), "start") as session:
        roll.make(session)
        pupil = roll.student(session, "A", "A", phone="758 4561234", number="1")
    before = hashes(db)
    assert set(before) == {NATION, *map(str, roll.schools)}
    with db.write(Somebody(), "edit") as session:
        session.execute(update(Person).where(Person.id == pupil).values(address="elsewhere"))
    after = hashes(db)
    assert [scope for scope in before if before[scope] != after[scope]] == [str(roll.schools[0])]
    with db.write(Somebody(), "edit") as session:
        session.execute(update(Person).where(Person.given_names == "Guardian").values(address="there"))
    again = hashes(db)
    assert [scope for scope in after if again[scope] != after[scope]] == [str(roll.schools[0])]
    with db.write(Somebody(), "join") as session:
        session.add(Person(given_names="Of no school", family_name="x"))
    assert [scope for scope in again if hashes(db)[scope] != again[scope]] == [NATION]


def test_every_synced_table_belongs_somewhere(db: Database) -> None:
    of_the_nation = {table.name for table in synced_tables(Base.metadata) if owner(table)[0] == "NULL"}
    assert of_the_nation == {
        "academic_period",
        "area",
        "assessment_scheme",
        "custom_field",
        "education_grade",
        "erasure",
        "grade_band",
        "grading_scale",
        "subject",
        "term",
    }, json.dumps(sorted(of_the_nation))
