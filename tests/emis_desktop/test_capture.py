"""Every change of a synced table is in the journal, exactly, whoever made it and however."""

from collections.abc import Iterator
from contextlib import suppress
from pathlib import Path
from typing import Any
from uuid import UUID

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlalchemy import Connection, update
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from emis_desktop.capture import install_triggers, installed_triggers, trigger_statements, triggers_complete
from emis_desktop.database import Database
from emis_desktop.journal import broken_link
from emis_desktop.models import Area, Base, Synced, key_columns, synced_tables
from tests.factories.stores import Somebody, connected, new_store

Dump = dict[str, dict[bytes, dict[str, Any]]]
TABLES = ("area", "subject", "setting", "person_photo")


@pytest.fixture(scope="module")
def db(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Database]:
    db = new_store(tmp_path_factory.mktemp("store") / "s.db")
    yield db
    db.close()


def dump(connection: Connection) -> Dump:
    """Everything that the tables hold, as SQLite holds it."""
    return {
        table: {
            row.id: dict(row._mapping) for row in connection.exec_driver_sql(f"SELECT * FROM {table}").all()
        }
        for table in TABLES
    }


def undone(connection: Connection, after: Dump, acts: int) -> Dump:
    """The dump as it was before the acts after ``acts``, from the journal alone."""
    before = {table: {row_id: dict(row) for row_id, row in rows.items()} for table, rows in after.items()}
    changes = connection.exec_driver_sql(
        "SELECT table_name, row_id, field, before, after FROM change WHERE act > ? ORDER BY seq DESC", (acts,)
    ).all()
    for table, row_id, field, old, new in changes:
        if field is None:
            del before[table][row_id]
        else:
            held = before[table][row_id][field]
            assert (held, type(held)) == (new, type(new))
            assert (old, type(old)) != (new, type(new))
            before[table][row_id][field] = old
    return before


def replayed(connection: Connection, before: Dump, after: Dump, acts: int) -> Dump:
    """The dump as it is now, from what was and the journal; new rows come as they are now and are then
    undone.
    """
    now = {table: {row_id: dict(row) for row_id, row in rows.items()} for table, rows in before.items()}
    changes = connection.exec_driver_sql(
        "SELECT table_name, row_id, field, before, after FROM change WHERE act > ? ORDER BY seq", (acts,)
    ).all()
    made = {(table, row_id) for table, row_id, field, *_ in changes if field is None}
    for table, row_id, field, old, new in changes:
        if field is None:
            now[table][row_id] = dict(undone(connection, after, acts).get(table, {}).get(row_id, {}))
        elif (table, row_id) not in made:
            assert now[table][row_id][field] == old
            now[table][row_id][field] = new
    for table, row_id in made:
        now[table][row_id] = after[table][row_id]
    return now


IDS = st.integers(0, 6).map(lambda number: UUID(int=number + 1).bytes)
TEXT = st.text("ab'é\U0001f600 1", max_size=3)
VALUES = st.one_of(st.none(), st.integers(-(2**63), 2**63 - 1), TEXT, st.binary(max_size=3))
STEPS = st.one_of(
    st.tuples(st.just("upsert"), IDS, TEXT, VALUES),
    st.tuples(st.just("upsert many"), st.lists(st.tuples(IDS, TEXT), max_size=5)),
    st.tuples(st.just("update"), IDS, TEXT),
    st.tuples(st.just("update all"), TEXT),
    st.tuples(st.just("update from"), TEXT),
    st.tuples(st.just("photo"), IDS, st.binary(max_size=5)),
    st.tuples(st.just("orm"), IDS, TEXT),
    st.tuples(st.just("savepoint"), IDS, TEXT),
    st.tuples(st.just("tombstone"), IDS),
)
UPSERT = (
    "INSERT INTO area (id, code, name, level, deleted_at) VALUES (?, 'c', ?, 'l', ?) "
    "ON CONFLICT (id) DO UPDATE SET name = excluded.name, deleted_at = excluded.deleted_at"
)


def take(session: Session, step: tuple[Any, ...]) -> None:  # noqa: C901 - a list of ways
    """One change in one of the ways that the program, or a person with a shell, can make one."""
    run = session.connection().exec_driver_sql
    match step:
        case ("upsert", row_id, text, value):
            run(UPSERT, (row_id, text, value))
        case ("upsert many", rows):
            if rows:
                run(UPSERT, [(row_id, text, None) for row_id, text in rows])
                run(
                    "INSERT INTO subject (id, code, name, position) VALUES (?, 'x', ?, 1) "
                    "ON CONFLICT DO NOTHING",
                    rows,
                )
        case ("update", row_id, text):
            run("UPDATE area SET name = ?, level = name WHERE id = ?", (text, row_id))
        case ("update all", text):
            run("UPDATE area SET name = name || ?", (text,))
        case ("update from", text):
            run("UPDATE subject SET name = area.name || ?, position = position + 1 FROM area", (text,))
        case ("photo", row_id, image):
            run(
                "INSERT INTO person_photo (id, person_id, image) VALUES (?, ?, ?) "
                "ON CONFLICT (id) DO UPDATE SET image = excluded.image",
                (row_id, PERSON.bytes, image),
            )
        case ("orm", row_id, text):
            known = run("SELECT 1 FROM area WHERE id = ?", (row_id,)).scalar()
            if known is None:
                session.add(Area(id=UUID(bytes=row_id), code="o", name=text, level="l"))
            else:
                session.execute(update(Area).where(Area.id == UUID(bytes=row_id)).values(name=text))
            session.flush()
            session.expunge_all()
        case ("savepoint", row_id, text):
            run("SAVEPOINT s")
            run("UPDATE area SET name = ?", (text,))
            run("ROLLBACK TO s")
            run("UPDATE area SET level = ? WHERE id = ?", (text, row_id))
            run("RELEASE s")
        case ("tombstone", row_id):
            run("UPDATE area SET deleted_at = 5 WHERE id = ?", (row_id,))


PERSON = UUID(int=99)


@settings(max_examples=150, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(acts=st.lists(st.lists(STEPS, max_size=6), min_size=1, max_size=3))
def test_the_journal_is_exactly_the_difference_of_two_dumps(db: Database, acts: list[list[Any]]) -> None:
    with db.write(Somebody(), "person") as session:
        session.connection().exec_driver_sql(
            "INSERT INTO person (id, given_names, family_name, synthetic) VALUES (?, 'a', 'b', 0) "
            "ON CONFLICT DO NOTHING",
            (PERSON.bytes,),
        )
    with connected(db) as connection:
        before = dump(connection)
        done = connection.exec_driver_sql("SELECT coalesce(max(seq), 0) FROM act").scalar_one()
    for steps in acts:
        with db.write(Somebody(), "act") as session:
            for step in steps:
                take(session, step)
    with connected(db) as connection:
        after = dump(connection)
        assert undone(connection, after, done) == before
        assert replayed(connection, before, after, done) == after
        assert broken_link(connection) is None


def test_an_insert_is_one_line_without_values_and_an_update_one_a_changed_field(tmp_path: Path) -> None:
    db = new_store(tmp_path / "s.db")
    row_id = UUID(int=1)
    with db.write(Somebody(), "add") as session:
        session.add(Area(id=row_id, code="A", name="one", level="nation"))
    with db.write(Somebody(), "edit") as session:
        session.connection().exec_driver_sql("UPDATE area SET name = 'two', level = 'nation', deleted_at = 7")
    with connected(db) as connection:
        rows = connection.exec_driver_sql(
            "SELECT act, table_name, row_id, field, before, after FROM change"
        ).all()
    assert rows == [
        (1, "area", row_id.bytes, None, None, None),
        (2, "area", row_id.bytes, "name", "one", "two"),
        (2, "area", row_id.bytes, "deleted_at", None, 7),
    ]
    db.close()


@pytest.mark.parametrize(
    ("statement", "reason"),
    [
        ("DELETE FROM area", "rows are never deleted"),
        ("REPLACE INTO area (id, code, name, level) SELECT id, 'B', 'new', 'l' FROM area", "never deleted"),
        ("UPDATE OR REPLACE area SET id = (SELECT max(id) FROM area)", "natural keys never change"),
        ("UPDATE area SET id = x'01'", "natural keys never change"),
        ("UPDATE area SET code = 'B'", "natural keys never change"),
    ],
)
def test_what_would_lose_history_is_refused(tmp_path: Path, statement: str, reason: str) -> None:
    db = new_store(tmp_path / "s.db")
    with db.write(Somebody(), "add") as session:
        session.add_all(Area(id=UUID(int=n), code="A", name="one", level="nation") for n in (1, 2))
    with connected(db) as connection:
        before = connection.exec_driver_sql("SELECT * FROM area").all()
    with pytest.raises(IntegrityError, match=reason), db.write(Somebody(), "harm") as session:
        session.connection().exec_driver_sql(statement)
    with connected(db) as connection:
        assert connection.exec_driver_sql("SELECT * FROM area").all() == before
    db.close()


def test_a_download_may_delete_but_never_changes_a_natural_key(tmp_path: Path) -> None:
    db = new_store(tmp_path / "s.db")
    with db.write(Somebody(), "add") as session:
        session.add(Area(id=UUID(int=1), code="A", name="one", level="nation"))
    with pytest.raises(IntegrityError, match="natural keys"), db.replicate() as session:
        session.connection().exec_driver_sql("UPDATE area SET code = 'B'")
    with db.replicate() as session:
        session.connection().exec_driver_sql("DELETE FROM area")
    with connected(db) as connection:
        assert connection.exec_driver_sql("SELECT count(*) FROM area").scalar_one() == 0
        assert connection.exec_driver_sql("SELECT count(*) FROM change").scalar_one() == 1
    db.close()


INSERT = "INSERT INTO area (id, code, name, level) VALUES (x'02', 'B', 'b', 'l')"


def test_a_write_outside_an_act_is_refused(tmp_path: Path) -> None:
    db = new_store(tmp_path / "s.db")
    with db.write(Somebody(), "add") as session:
        session.add(Area(id=UUID(int=1), code="A", name="one", level="nation"))
    for statement in (INSERT, "UPDATE area SET name = 'two'"):
        with db.maintain() as bare, pytest.raises(Exception, match="NOT NULL constraint failed"):
            bare.execute(statement)
    with db.maintain() as bare:
        bare.execute("DELETE FROM capture_context")
        with pytest.raises(Exception, match="NOT NULL constraint failed"):
            bare.execute(INSERT)
    db.close()


def test_a_download_that_fails_leaves_capture_on(tmp_path: Path) -> None:
    db = new_store(tmp_path / "s.db")
    with suppress(ZeroDivisionError), db.replicate() as session:
        session.connection().exec_driver_sql(INSERT)
        raise ZeroDivisionError
    with db.write(Somebody(), "add") as session:
        session.connection().exec_driver_sql(INSERT)
    with connected(db) as connection:
        assert connection.exec_driver_sql("SELECT count(*) FROM change").scalar_one() == 1
    db.close()


def test_triggers_are_made_equal_to_what_the_models_need(tmp_path: Path) -> None:
    db = new_store(tmp_path / "s.db")
    with db.maintain() as bare:
        bare.execute("DROP TRIGGER capture_area_update")
        bare.execute("DROP TRIGGER capture_area_delete")
        bare.execute("CREATE TRIGGER capture_area_delete AFTER DELETE ON area BEGIN SELECT 1; END")
        bare.execute("CREATE TRIGGER capture_of_old AFTER DELETE ON area BEGIN SELECT 1; END")
    with db.replicate() as session:
        connection = session.connection()
        assert not triggers_complete(connection, Base.metadata)
        install_triggers(connection, Base.metadata)
        assert triggers_complete(connection, Base.metadata)
        assert installed_triggers(connection) == trigger_statements(Base.metadata)
    db.close()


def test_every_synced_table_is_fit_to_be_exchanged() -> None:
    tables = list(synced_tables(Base.metadata))
    captured = {mapper.local_table for mapper in Base.registry.mappers if issubclass(mapper.class_, Synced)}
    assert captured == set(tables)
    for table in tables:
        assert "id" in key_columns(table)
        assert not any(index.unique for index in table.indexes)
        assert [
            constraint for constraint in table.constraints if type(constraint).__name__ == "UniqueConstraint"
        ] == []
        for foreign_key in table.foreign_keys:
            assert (foreign_key.deferrable, foreign_key.initially) == (True, "DEFERRED")
        for column in table.columns:
            assert "merge" in column.info or column.name == "id", f"{table.name}.{column.name}"
