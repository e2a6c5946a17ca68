"""A store made at once and a store taken through every step are the same, down to each statement."""

import re
import shutil
from contextlib import closing
from pathlib import Path

import pytest
import sqlcipher3
from alembic.autogenerate import compare_metadata
from alembic.config import Config
from alembic.migration import MigrationContext
from alembic.script import ScriptDirectory
from sqlalchemy import Connection, Engine, MetaData, create_engine, event, select
from sqlalchemy.pool import StaticPool

import emis_desktop.migrations
from emis_desktop import cipher
from emis_desktop.capture import triggers_complete
from emis_desktop.migrations import CURRENT, NEWEST, Schema, shape
from emis_desktop.models import Enrolment, Site
from emis_desktop.store import open_store
from tests.factories.stores import SITE, key


@pytest.fixture
def engine(tmp_path: Path) -> Engine:
    engine = create_engine(
        "sqlite+pysqlite://",
        module=sqlcipher3,
        creator=lambda: cipher.connect(tmp_path / "s.emis", key(), create=True),
        poolclass=StaticPool,
    )
    event.listen(engine, "begin", lambda connection: connection.exec_driver_sql("BEGIN IMMEDIATE"))
    return engine


def content(connection: Connection) -> dict[tuple[str, str], str]:
    """Every object of a store and its statement, blanks evened out."""
    rows = connection.exec_driver_sql("SELECT type, name, sql FROM sqlite_schema WHERE sql IS NOT NULL")
    return {(kind, name): re.sub(r"\s+", " ", sql).strip().replace(" ,", ",") for kind, name, sql in rows}


def rolled_back(engine: Engine, make: object) -> tuple[dict[tuple[str, str], str], str, int]:
    with engine.connect() as connection:
        transaction = connection.begin()
        make(connection, CURRENT)  # type: ignore[operator]
        made = content(connection)
        step = connection.exec_driver_sql("SELECT version_num FROM alembic_version").scalar_one()
        version = connection.exec_driver_sql("PRAGMA user_version").scalar_one()
        transaction.rollback()
    return made, step, version


def test_both_ways_make_the_same_store(engine: Engine) -> None:
    at_once = rolled_back(engine, shape.build)
    step_by_step = rolled_back(engine, shape.upgrade)
    assert at_once == step_by_step
    assert len(at_once[0]) > 200
    engine.dispose()


def not_of_the_search_index(name: str | None, kind: str, _parents: object) -> bool:
    """Whether alembic is to look at it; the search index is made anew with every step and is no model."""
    return (
        kind != "table"
        or name is None
        or not name.startswith(("search_", "student_line", "student_place", "student_gram"))
    )


def test_the_steps_make_what_the_models_say(engine: Engine) -> None:
    with engine.connect() as connection:
        transaction = connection.begin()
        shape.upgrade(connection, CURRENT)
        context = MigrationContext.configure(connection, opts={"include_name": not_of_the_search_index})
        assert compare_metadata(context, CURRENT.metadata) == []
        transaction.rollback()
    engine.dispose()


def test_the_newest_step_is_the_one_that_is_named_and_steps_are_one_line() -> None:
    config = Config()
    config.set_main_option("script_location", str(Path(emis_desktop.migrations.__file__).parent))
    steps = list(ScriptDirectory.from_config(config).walk_revisions())
    assert [step.revision for step in steps] == [f"{number:04}" for number in range(NEWEST, 0, -1)]


def as_version_one(folder: Path) -> Schema:
    """The schema of the first version: its one step, and its tables."""
    folder.mkdir()
    for name in ("0001_ground_floor.py", "0001_ground_floor.sql"):
        shutil.copy(CURRENT.folders[0] / name, folder)
    first = (folder / "0001_ground_floor.sql").read_text(encoding="utf-8")
    metadata = MetaData(naming_convention=CURRENT.metadata.naming_convention)
    for table in CURRENT.metadata.sorted_tables:
        if re.search(rf'CREATE TABLE "?{table.name}"? ', first):
            table.to_metadata(metadata)
    later = metadata.tables["enrolment"]
    later._columns.remove(later.c.destination_id)
    return Schema(metadata, 1, (folder,))


def test_a_store_of_version_one_comes_up_with_everything_it_held(tmp_path: Path) -> None:
    first, path = as_version_one(tmp_path / "steps"), tmp_path / "s.emis"
    with closing(cipher.connect(path, key(), create=True)) as bare:
        bare.execute("PRAGMA foreign_keys = OFF")
        engine = create_engine(
            "sqlite+pysqlite://", module=sqlcipher3, creator=lambda: bare, poolclass=StaticPool
        )
        event.listen(engine, "begin", lambda connection: connection.exec_driver_sql("BEGIN IMMEDIATE"))
        with engine.connect() as connection, connection.begin():
            shape.upgrade(connection, first)
            run = connection.exec_driver_sql
            run("INSERT INTO capture_context (one, act, muted, received) VALUES (1, NULL, 0, 3)")
            run(
                "INSERT INTO site (one, id, code, generation, store_kind, profile, clock, clock_offset_ms, "
                "sent_change, card_number, student_number) "
                "VALUES (1, ?, 'T1', 2, 'school', 'LC', 77, 0, 0, 5, 6)",
                (SITE.id.bytes,),
            )
            run("UPDATE capture_context SET muted = 1")
            for table, columns in (
                ("institution (id, code, name)", (b"i" * 16, "S", "School")),
                ("person (id, given_names, family_name, synthetic)", (b"p" * 16, "Ana", "Test", 1)),
                (
                    "academic_period (id, code, label, starts_on, ends_on)",
                    (b"y" * 16, "a", "b", "2026-01-01", "x"),
                ),
                ("education_grade (id, code, name, level, position)", (b"g" * 16, "a", "b", "c", 1)),
                (
                    "enrolment (id, person_id, institution_id, period_id, grade_id, starts_on, standing, "
                    "repeater)",
                    (b"e" * 16, b"p" * 16, b"i" * 16, b"y" * 16, b"g" * 16, "2026-09-01", "enrolled", 1),
                ),
            ):
                run(f"INSERT INTO {table} VALUES ({', '.join('?' * len(columns))})", columns)
            run("UPDATE capture_context SET muted = 0")
        engine.dispose()
    db = open_store(path, key())
    with db.read() as session:
        row = session.scalars(select(Enrolment)).one()
        site = session.scalars(select(Site)).one()
        assert (row.id.bytes, row.standing, row.repeater, row.destination_id) == (
            b"e" * 16,
            "enrolled",
            True,
            None,
        )
        assert (site.generation, site.clock, site.card_number, site.cursor, site.sent_act) == (2, 77, 5, 0, 0)
        assert triggers_complete(session.connection(), CURRENT.metadata)
    db.close()


def test_a_killed_creation_leaves_a_file_that_is_no_store(tmp_path: Path) -> None:
    with closing(cipher.connect(tmp_path / "s.emis", key(), create=True)) as connection:
        assert connection.execute("PRAGMA user_version").fetchone() == (0,)
