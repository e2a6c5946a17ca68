"""Whoever watches the store hears when the laptop cannot save, and when it can again."""

from pathlib import Path

import pytest

from emis_desktop.database import Database
from emis_desktop.errors import CannotSave, EmisError, Refused
from tests.factories.stores import Somebody, new_store


@pytest.fixture
def db(tmp_path: Path) -> Database:
    return new_store(tmp_path / "a.db")


def write(db: Database, fault: EmisError | None = None) -> None:
    with db.write(Somebody(), "change_school"):
        if fault is not None:
            raise fault


def test_a_fault_is_told_once_each_time_and_its_end_once(db: Database) -> None:
    heard: list[str] = []
    db.watch_saving(lambda fault: heard.append("well" if fault is None else str(fault)))
    write(db)
    assert heard == []
    for text in ("The disk is full.", "The disk is full, still."):
        with pytest.raises(CannotSave):
            write(db, CannotSave(text))
    write(db)
    write(db)
    assert heard == ["The disk is full.", "The disk is full, still.", "well"]
    db.close()


def test_a_refusal_is_no_fault_of_the_laptop_and_nobody_hears_after_closing(db: Database) -> None:
    heard: list[object] = []
    db.watch_saving(heard.append)
    with pytest.raises(Refused):
        write(db, Refused("Type a name."))
    db.close()
    with pytest.raises(Refused):
        write(db)
    assert heard == []


def test_a_real_full_disk_is_told(db: Database) -> None:
    heard: list[object] = []
    db.watch_saving(heard.append)
    with db.maintain() as connection:
        pages = connection.execute("PRAGMA page_count").fetchone()[0]
        connection.execute(f"PRAGMA max_page_count = {pages}")
    with pytest.raises(CannotSave), db.write(Somebody(), "change_school") as session:
        session.connection().exec_driver_sql("CREATE TABLE big AS SELECT randomblob(4000000) AS content")
    assert len(heard) == 1
    with db.maintain() as connection:
        connection.execute("PRAGMA max_page_count = 1073741823")
    with db.replicate():
        pass
    assert len(heard) == 2
    assert heard[1] is None
    db.close()
