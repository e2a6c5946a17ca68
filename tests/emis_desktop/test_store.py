"""Stores are made whole, opened, brought up with a copy kept, or refused in words."""

import os
import re
import signal
import subprocess
import sys
import textwrap
from contextlib import closing
from pathlib import Path
from uuid import uuid4

import pytest
from sqlalchemy import Boolean, Column, Connection, MetaData, String, Table, select

from emis_desktop import cipher, copies, files, store
from emis_desktop.capture import triggers_complete
from emis_desktop.errors import CannotSave, EmisError, Refused, StoreDamaged, StoreTooNew
from emis_desktop.migrations import CURRENT, NEWEST, Schema, shape
from emis_desktop.models import Base, CaptureContext, Person, Site
from emis_desktop.models.types import Instant, Key
from tests.factories.stores import SITE, Somebody, connected, key, new_store

ROOT = Path(__file__).resolve().parents[2]

STEP = '''
"""Add a hobby table and a nickname."""
from alembic import op
import sqlalchemy as sa

revision = "{new:04}"
down_revision = "{old:04}"

def upgrade() -> None:
    op.create_table(
        "hobby",
        sa.Column("id", sa.LargeBinary(16), nullable=False),
        sa.Column("deleted_at", sa.BigInteger()),
        sa.Column("name", sa.String(40), nullable=False),
        sa.PrimaryKeyConstraint("id", name="pk_hobby"),
    )
    with op.batch_alter_table("person") as batch:
        batch.add_column(sa.Column("nickname", sa.String(40)))
    with op.batch_alter_table("area", recreate="always") as batch:
        batch.add_column(sa.Column("remote", sa.Boolean()))
    op.execute("UPDATE person SET nickname = lower(given_names)")
{more}
'''


def next_schema(folder: Path, more: str = "") -> Schema:
    """A later version: one more synced table, a column in each of two, and the step that makes them."""
    folder.mkdir(exist_ok=True)
    (folder / "next.py").write_text(STEP.format(new=NEWEST + 1, old=NEWEST, more=more), encoding="utf-8")
    metadata = MetaData(naming_convention=Base.metadata.naming_convention)
    for table in Base.metadata.sorted_tables:
        table.to_metadata(metadata)
    Table(
        "hobby",
        metadata,
        Column("id", Key, primary_key=True, info={"key": True}),
        Column("deleted_at", Instant),
        Column("name", String(40), nullable=False),
    )
    metadata.tables["person"].append_column(Column("nickname", String(40)))
    metadata.tables["area"].append_column(Column("remote", Boolean))
    return Schema(metadata, NEWEST + 1, (*CURRENT.folders, folder))


@pytest.fixture
def path(tmp_path: Path) -> Path:
    return tmp_path / "home" / "school.emis"


def with_person(path: Path) -> None:
    db = new_store(path)
    with db.write(Somebody(), "enrol") as session:
        session.add(Person(given_names="Ana", family_name="Test"))
    db.close()


def test_a_new_store_has_a_site_an_open_context_and_every_trigger(path: Path) -> None:
    db = new_store(path)
    with db.read() as session:
        site = session.scalars(select(Site)).one()
        context = session.scalars(select(CaptureContext)).one()
        assert (site.id, site.code, site.generation, site.clock, site.profile) == (SITE.id, "T1", 1, 0, "LC")
        assert (context.act, context.muted, context.received) == (None, False, 0)
        assert triggers_complete(session.connection(), Base.metadata)
    db.close()
    assert sorted(item.name for item in path.parent.iterdir()) == ["school.emis"]
    assert store.schema_version(path, key()) == NEWEST


def test_creating_over_records_is_refused_and_keeps_them(path: Path) -> None:
    with_person(path)
    before = path.read_bytes()
    with pytest.raises(Refused, match="There are records in"):
        store.create(path, key(2), SITE)
    assert path.read_bytes() == before


def test_nothing_of_the_store_is_readable_on_the_disk(path: Path) -> None:
    db = new_store(path)
    with db.write(Somebody(), "enrol") as session:
        session.add(Person(given_names="Zephyrine", family_name="Quillon"))
    parts = [item.read_bytes() for item in path.parent.iterdir()]
    db.close()
    parts += [item.read_bytes() for item in path.parent.iterdir()]
    assert not any(re.search(rb"Zephyrine|Quillon|SQLite format|CREATE TABLE", part) for part in parts)


def test_opening_a_store_of_today_imports_no_alembic(path: Path) -> None:
    new_store(path).close()
    script = f"""
        import sys
        from pathlib import Path
        from emis_desktop import store
        from tests.factories.stores import key
        store.open_store(Path({str(path)!r}), key()).close()
        sys.exit("alembic" in sys.modules)
    """
    assert run(script).returncode == 0


def run(script: str) -> "subprocess.CompletedProcess[str]":
    return subprocess.run(
        [sys.executable, "-c", textwrap.dedent(script)],
        cwd=ROOT,
        env={**os.environ, "PYTHONPATH": str(ROOT)},
        capture_output=True,
        text=True,
        timeout=120,
        check=False,
    )


def test_wrong_key_missing_empty_and_foreign_files_open_nothing(path: Path, tmp_path: Path) -> None:
    new_store(path).close()
    with pytest.raises(StoreDamaged):
        store.open_store(path, key(9))
    with pytest.raises(StoreDamaged, match="not on this laptop any more"):
        store.open_store(tmp_path / "none.emis", key())
    foreign = tmp_path / "foreign.emis"
    with closing(cipher.connect(foreign, key(), create=True)) as connection:
        connection.execute("CREATE TABLE t (a)")
    with pytest.raises(StoreDamaged, match="damaged"):
        store.open_store(foreign, key())


def test_a_store_of_a_later_version_is_left_alone_and_says_what_to_do(path: Path, tmp_path: Path) -> None:
    new_store(path, next_schema(tmp_path / "steps")).close()
    before = path.read_bytes()
    with pytest.raises(StoreTooNew, match="newer EMIS Desktop"):
        store.open_store(path, key())
    assert path.read_bytes() == before


def test_a_step_adds_a_table_and_a_column_and_their_changes_are_captured(path: Path, tmp_path: Path) -> None:
    with_person(path)
    later = next_schema(tmp_path / "steps")
    db = store.open_store(path, key(), schema=later)
    hobby, person = later.metadata.tables["hobby"], later.metadata.tables["person"]
    hobby_id = uuid4()
    with db.write(Somebody(), "add_hobby") as session:
        session.execute(hobby.insert().values(id=hobby_id, name="chess"))
        session.execute(hobby.update().values(name="draughts"))
        session.execute(person.update().values(nickname="Nana"))
    with connected(db) as connection:
        last = connection.exec_driver_sql("SELECT max(act) FROM change").scalar_one()
        rows = connection.exec_driver_sql(
            "SELECT table_name, row_id, field, before, after FROM change WHERE act = ?", (last,)
        ).all()
        person_id = connection.exec_driver_sql("SELECT id FROM person").scalar_one()
        assert triggers_complete(connection, later.metadata)
        assert (
            connection.exec_driver_sql("SELECT version_num FROM alembic_version").scalar_one()
            == f"{NEWEST + 1:04}"
        )
    assert rows == [
        ("hobby", hobby_id.bytes, None, None, None),
        ("hobby", hobby_id.bytes, "name", "chess", "draughts"),
        ("person", person_id, "nickname", "ana", "Nana"),
    ]
    db.close()
    assert store.schema_version(path, key(), later) == NEWEST + 1


def test_the_store_is_copied_before_a_step_and_only_the_newest_copies_stay(
    path: Path, tmp_path: Path
) -> None:
    with_person(path)
    later = next_schema(tmp_path / "steps")
    for _ in range(copies.KEPT + 1):
        copies.take_snapshot(path, key(), NEWEST)
    (path.parent / "snapshots" / "notes.emis").touch()
    oldest = copies.snapshots(path)[-1]
    store.open_store(path, key(), schema=later).close()
    kept = copies.snapshots(path)
    assert [snapshot.version for snapshot in kept] == [NEWEST] * copies.KEPT
    assert oldest not in kept
    db = store.open_store(kept[0].path, key())
    with db.read() as session:
        assert session.scalars(select(Person.given_names)).all() == ["Ana"]
    db.close()


@pytest.mark.parametrize(
    "more",
    [
        "    raise RuntimeError('a step that is wrong')",
        """    op.execute("UPDATE person SET alias_of_id = x'00'")""",
        "    op.execute('SELECT no_such_function()')",
    ],
)
def test_a_step_that_fails_leaves_the_older_store_whole(path: Path, tmp_path: Path, more: str) -> None:
    with_person(path)
    with pytest.raises(EmisError, match="could not be brought to this version"):
        store.open_store(path, key(), schema=next_schema(tmp_path / "steps", more))
    db = store.open_store(path, key())
    with db.read() as session:
        assert session.scalars(select(Person.given_names)).all() == ["Ana"]
        assert triggers_complete(session.connection(), Base.metadata)
    db.close()


def test_two_starts_at_once_take_the_steps_once(
    path: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    with_person(path)
    later = next_schema(tmp_path / "steps")
    snapshot = copies.take_snapshot

    def slow(source: Path, secret: bytearray, version: int) -> copies.Snapshot:
        monkeypatch.undo()
        store.open_store(path, key(), schema=later).close()
        return snapshot(source, secret, version)

    monkeypatch.setattr(copies, "take_snapshot", slow)
    db = store.open_store(path, key(), schema=later)
    with connected(db) as connection:
        assert connection.exec_driver_sql("SELECT count(*) FROM alembic_version").scalar_one() == 1
    db.close()


def test_another_program_that_writes_holds_a_step_up_in_words(
    path: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    with_person(path)
    monkeypatch.setattr(cipher, "BUSY_SECONDS", 0.05)
    with closing(cipher.connect(path, key())) as other:
        other.execute("BEGIN IMMEDIATE")
        with pytest.raises(Refused, match="Another program is using the records"):
            store.open_store(path, key(), schema=next_schema(tmp_path / "steps"))
        other.execute("ROLLBACK")


KILLED = """
    import os, signal, sys
    from pathlib import Path
    from sqlalchemy import event
    from sqlalchemy.engine import Engine
    from emis_desktop import store
    sys.path.insert(0, {tests!r})
    from test_store import next_schema
    from tests.factories.stores import key

    left = int(sys.argv[1]) if len(sys.argv) > 1 else {after}

    def count(*_):
        global left
        left -= 1
        if left < 0:
            os.kill(os.getpid(), signal.SIGKILL)

    for name in ("before_cursor_execute", "commit"):
        event.listen(Engine, name, count)
    store.open_store(Path({path!r}), key(), schema=next_schema(Path({steps!r}))).close()
    print(left)
"""


@pytest.mark.slow
@pytest.mark.skipif(sys.platform == "win32", reason="sends a POSIX signal")
def test_killed_at_any_statement_of_a_step_the_store_is_old_or_new_and_whole(
    path: Path, tmp_path: Path
) -> None:
    with_person(path)
    saved = path.read_bytes()
    later = next_schema(tmp_path / "steps")
    script = {"path": str(path), "steps": str(tmp_path / "steps"), "tests": str(Path(__file__).parent)}
    whole = run(KILLED.format(after=1_000_000, **script))
    statements = 1_000_000 - int(whole.stdout)
    assert statements > 30
    for after in sorted({*range(0, statements, max(statements // 10, 1)), statements - 2, statements - 1}):
        for item in path.parent.glob("school.emis*"):
            item.unlink()
        path.write_bytes(saved)
        died = run(KILLED.format(after=after, **script))
        assert died.returncode == -signal.SIGKILL, died.stderr
        cipher.verify(path, key())
        with closing(cipher.connect(path, key())) as connection:
            assert connection.execute("PRAGMA user_version").fetchone() == (NEWEST,)
            assert connection.execute("SELECT version_num FROM alembic_version").fetchall() == [
                (f"{NEWEST:04}",)
            ]
            assert not connection.execute("SELECT 1 FROM sqlite_schema WHERE name = 'hobby'").fetchone()
        store.open_store(path, key()).close()
    store.open_store(path, key(), schema=later).close()


def test_a_full_disk_in_the_middle_of_a_step_leaves_the_older_store(
    path: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    with_person(path)
    upgrade = shape.upgrade

    def in_little_room(connection: Connection, schema: Schema) -> None:
        pages = connection.exec_driver_sql("PRAGMA page_count").scalar_one()
        connection.exec_driver_sql(f"PRAGMA max_page_count = {pages}")
        upgrade(connection, schema)

    monkeypatch.setattr(shape, "upgrade", in_little_room)
    with pytest.raises(CannotSave, match="disk is full"):
        store.open_store(
            path,
            key(),
            schema=next_schema(
                tmp_path / "steps",
                "    op.execute('CREATE TABLE big AS SELECT * FROM sqlite_schema AS a, sqlite_schema AS b')",
            ),
        )
    monkeypatch.undo()
    store.open_store(path, key()).close()


def test_no_room_for_the_copy_means_no_step(
    path: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    with_person(path)

    def none_left(folder: Path, needed: int) -> None:
        raise CannotSave("There is too little room in {place}.", place=str(folder))

    monkeypatch.setattr(files, "check_space", none_left)
    before = path.read_bytes()
    with pytest.raises(CannotSave, match="too little room"):
        store.open_store(path, key(), schema=next_schema(tmp_path / "steps"))
    assert path.read_bytes() == before


def test_a_creation_that_fails_leaves_nothing(path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def fail(*_: object) -> None:
        raise RuntimeError("half way")

    monkeypatch.setattr(shape, "build", fail)
    with pytest.raises(RuntimeError, match="half way"):
        store.create(path, key(), SITE)
    assert list(path.parent.iterdir()) == []
