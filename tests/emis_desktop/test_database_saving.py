"""Whoever watches the store hears when the laptop cannot save, and when it can again."""

from pathlib import Path

import pytest
from sqlalchemy import select

from emis_desktop.database import Database
from emis_desktop.errors import CannotSave, EmisError, Refused, StoreDamaged
from emis_desktop.models import Area
from tests.factories.harm import harm_all_but_first
from tests.factories.stores import Somebody, key, new_store


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


def test_damage_met_by_a_look_or_an_act_is_told_once_and_closes_the_store_to_all(db: Database) -> None:
    heard: list[StoreDamaged] = []

    def odd(fault: StoreDamaged) -> None:
        raise ZeroDivisionError(fault)

    db.watch_damage(odd)
    db.watch_damage(heard.append)
    with db.write(Somebody(), "start") as session:
        session.add(Area(code="A", name="A", level="nation"))
    db.close()
    again = Database(db.path, key())
    again.watch_damage(odd)
    again.watch_damage(heard.append)
    assert not again.damaged
    with pytest.raises(StoreDamaged, match="restore it"):
        meet_damage_twice(again)
    assert again.damaged
    db.path.write_bytes(b"")
    for _ in range(2):
        with pytest.raises(StoreDamaged, match="restore it"), again.read():
            pass
        with pytest.raises(StoreDamaged, match="restore it"):
            write(again)
        with pytest.raises(StoreDamaged, match="restore it"), again.maintain():
            pass
    assert len(heard) == 1
    again.close()


def meet_damage_twice(store: Database) -> None:
    """Two looks that began before anybody knew both meet it."""
    with store.read() as session:
        harm_all_but_first(store.path)
        with pytest.raises(StoreDamaged, match="restore it"), store.read() as another:
            another.scalars(select(Area)).all()
        session.scalars(select(Area)).all()


def test_damage_met_by_opening_and_by_upkeep_is_told_too(db: Database, tmp_path: Path) -> None:
    db.close()
    for place, meet in enumerate((reading, keeping_up)):
        path = tmp_path / f"{place}.db"
        path.write_bytes(db.path.read_bytes())
        store = Database(path, key())
        heard: list[StoreDamaged] = []
        store.watch_damage(heard.append)
        meet(store)
        assert len(heard) == 1
        store.close()


def reading(store: Database) -> None:
    harm_all_but_first(store.path, pages=0)
    with pytest.raises(StoreDamaged), store.read():
        pass


def keeping_up(store: Database) -> None:
    with pytest.raises(StoreDamaged):
        keep_up(store)


def keep_up(store: Database) -> None:
    with store.maintain() as connection:
        harm_all_but_first(store.path)
        connection.execute("SELECT * FROM area").fetchall()
