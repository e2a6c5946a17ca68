"""A store made at once and a store taken through every step are the same, down to each statement."""

import re
from contextlib import closing
from pathlib import Path

import pytest
import sqlcipher3
from alembic.autogenerate import compare_metadata
from alembic.config import Config
from alembic.migration import MigrationContext
from alembic.script import ScriptDirectory
from sqlalchemy import Connection, Engine, create_engine, event
from sqlalchemy.pool import StaticPool

import emis_desktop.migrations
from emis_desktop import cipher
from emis_desktop.migrations import CURRENT, NEWEST, shape
from tests.factories.stores import key


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
    return {(kind, name): re.sub(r"\s+", " ", sql).replace(" ,", ",") for kind, name, sql in rows}


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


def test_a_killed_creation_leaves_a_file_that_is_no_store(tmp_path: Path) -> None:
    with closing(cipher.connect(tmp_path / "s.emis", key(), create=True)) as connection:
        assert connection.execute("PRAGMA user_version").fetchone() == (0,)
