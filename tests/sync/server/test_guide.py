"""What the operator's guide says of PostgreSQL, done: a ministry's own questions, and a log in partitions."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date
from decimal import Decimal
from uuid import UUID

import pytest

from sync.server import snapshots
from sync.server.database import Store
from sync.server.raw import Raw
from tests.helpers.server_world import GRADE, SUBJECT, TERM, World

PARTITIONS = (
    "ALTER TABLE log_scope RENAME TO log_scope_before",
    "CREATE TABLE log_scope (LIKE log_scope_before INCLUDING ALL) PARTITION BY HASH (scope)",
    *(
        f"CREATE TABLE log_scope_{part} PARTITION OF log_scope FOR VALUES WITH (MODULUS 16, REMAINDER {part})"
        for part in range(16)
    ),
    "INSERT INTO log_scope SELECT * FROM log_scope_before",
    "DROP TABLE log_scope_before",
    "ALTER TABLE change_log RENAME TO change_log_before",
    "CREATE TABLE change_log (LIKE change_log_before INCLUDING ALL) PARTITION BY RANGE (seq)",
    "CREATE TABLE change_log_0 PARTITION OF change_log FOR VALUES FROM (0) TO (20)",
    "CREATE TABLE change_log_1 PARTITION OF change_log FOR VALUES FROM (20) TO (10000000)",
    "INSERT INTO change_log SELECT * FROM change_log_before",
    "DROP TABLE change_log_before",
)
"""The guide's third step, with small parts."""


@pytest.fixture
def world(postgres_url: str) -> Iterator[World]:
    """A ministry and two schools on PostgreSQL."""
    store = Store.open(postgres_url)
    store.create(1)
    yield World(store)
    store.close()


def marked(world: World, value: int) -> UUID:
    """A pupil with a mark, in thousandths; the pupil's id."""
    pupil, _, ops = world.pupil(0, birth_date="2016-05-06")
    item = world.id()
    named = {"institution_id": world.schools[0], "grade_id": GRADE, "subject_id": SUBJECT, "term_id": TERM}
    quiz = {"code": f"Q{item.hex[:6]}", "name": "Quiz", "maximum": 20_000, "weight": 1000}
    mark = world.insert("mark", world.id(), student_id=pupil, item_id=item, state="scored", value=value)
    ops += [world.insert("assessment_item", item, **named, **quiz), mark]
    assert world.laptop(0).send(*ops).not_applied == {}
    return pupil


def test_a_ministry_asks_the_typed_tables(world: World) -> None:
    pupil = marked(world, 12_500)
    sql = (
        "SELECT institution.name, person.id, person.birth_date, avg(mark.value / assessment_item.maximum), "
        "bool_or(enrolment.repeater) FROM mark JOIN assessment_item ON assessment_item.id = mark.item_id "
        "JOIN person ON person.id = mark.student_id JOIN enrolment ON enrolment.person_id = person.id "
        "JOIN institution ON institution.id = enrolment.institution_id "
        "WHERE person.birth_date < date '2017-01-01' AND mark.deleted_at IS NULL GROUP BY 1, 2, 3"
    )
    with world.store.read() as connection:
        (found,) = Raw(connection).rows(sql)
    assert found[:2] == ("School 0", pupil)
    assert found[2:] == (date(2016, 5, 6), Decimal("0.625"), False)


def test_a_log_in_partitions_serves_as_before(world: World) -> None:
    marked(world, 12_500)
    with world.store.write() as connection:
        for statement in PARTITIONS:
            connection.exec_driver_sql(statement)
    second = marked(world, 15_000)
    reader = world.laptop(0)
    reader.pull()
    assert second in reader.holds("person")
    assert {row["value"] for row in reader.holds("mark").values()} == {12_500, 15_000}
    assert snapshots.build_snapshot(world.store, reader.rights, world.now).parts
    world.ministry.pull()
    assert world.ministry.rows.keys() >= reader.rows.keys()
