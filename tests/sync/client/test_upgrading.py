"""What a newer version wrote is kept by an older one and taken in after the update."""

from dataclasses import replace
from pathlib import Path
from uuid import UUID

from sqlalchemy import Column, MetaData, String, Table

from emis_desktop import store
from emis_desktop.migrations import CURRENT, NEWEST, Schema
from emis_desktop.models import Base, Merge
from emis_desktop.models.types import Instant, Key
from sync.client.replica import Replica
from sync.client.upgrading import replay
from sync.facets import Catalogue
from sync.operations import EntryKind
from tests.factories.stores import key
from tests.sync.client.laptops import laptop, no_breath
from tests.sync.client.test_replica import entry, page, person

A, B = UUID(int=50), UUID(int=51)
STEP = f'''
"""A nickname and hobbies."""
from alembic import op

revision = "{NEWEST + 1:04}"
down_revision = "{NEWEST:04}"

def upgrade() -> None:
    op.execute("ALTER TABLE person ADD COLUMN nickname VARCHAR(40)")
    op.execute(
        "CREATE TABLE hobby (id BLOB NOT NULL, deleted_at BIGINT, name VARCHAR(40) NOT NULL, "
        "CONSTRAINT pk_hobby PRIMARY KEY (id))"
    )
'''


def newer(folder: Path) -> Schema:
    """The next version."""
    folder.mkdir()
    (folder / "next.py").write_text(STEP, encoding="utf-8")
    metadata = MetaData(naming_convention=Base.metadata.naming_convention)
    for table in Base.metadata.sorted_tables:
        table.to_metadata(metadata)
    info = {"merge": Merge.LWW}
    Table(
        "hobby",
        metadata,
        Column("id", Key, primary_key=True, info={"key": True}),
        Column("deleted_at", Instant, info=info),
        Column("name", String(40), nullable=False, info=info),
    )
    metadata.tables["person"].append_column(Column("nickname", String(40), info=info))
    return Schema(metadata, NEWEST + 1, (*CURRENT.folders, folder))


def test_fields_and_tables_of_a_newer_version_wait_for_it(tmp_path: Path) -> None:
    old = laptop(tmp_path, 1)
    some = [
        replace(person(seq, row), values={**person(seq, row).values, "nickname": "Nan"})
        for seq, row in ((1, A), (2, B))
    ]
    hobby = entry(3, "hobby", UUID(int=9), EntryKind.PUT, name="chess", deleted_at=None)
    again = entry(4, "person", A, nickname="Nana")
    done = old.replica.apply(page(*some, hobby, again), no_breath)
    assert (done.entries, done.parked, done.poison) == (3, 1, 0)
    assert replay(old.replica) == 0
    old.db.close()

    schema = newer(tmp_path / "steps")
    db = store.open_store(old.db.path, key(), schema=schema)
    replica = Replica(db, Catalogue.of(schema.metadata), wall_ms=old.clock)
    with db.write(old.user, "call") as session:
        session.connection().exec_driver_sql("UPDATE person SET nickname = 'typed' WHERE id = ?", (B.bytes,))
    assert replay(replica) == 3
    with db.read() as session:
        run = session.connection().exec_driver_sql
        assert run("SELECT nickname FROM person ORDER BY id").scalars().all() == ["Nana", "typed"]
        assert run("SELECT name FROM hobby").scalars().all() == ["chess"]
        assert run("SELECT (SELECT count(*) FROM extra) + (SELECT count(*) FROM parked)").scalar() == 0
        assert run("SELECT count(*) FROM change").scalar() == 1
    assert replay(replica) == 0
    db.close()
