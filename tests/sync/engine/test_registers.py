"""Registers on two laptops of a school: different days never meet, the same cell is told in words."""

from uuid import UUID

from sqlalchemy import select

from emis_desktop.laptop import OpenLaptop
from emis_desktop.models import AttendanceMonth, Conflict, Person
from emis_desktop.queries.conflict_words import title
from emis_desktop.queries.history import HistoryQueries
from emis_desktop.queries.register_cells import row_id
from emis_desktop.rules.ids import new_id
from emis_desktop.services.register_rows import CellValue, write_cells
from resources.words import Words
from tests.sync.engine.real_world import World, opened, sync_open, world

__all__ = ["world"]
WORDS = Words.load("en")


def mark(laptop: OpenLaptop, pupil: UUID, column: str, value: str | None) -> UUID:
    """Put a value into a cell of September, AM, as the service does after its checks."""
    school = laptop.site.institution_id
    assert school is not None
    key = row_id(pupil, school, "2026-09", 1, None)
    with laptop.db.write(laptop.actor, "mark_register") as session:
        write_cells(session, [CellValue(key, pupil, school, "2026-09", 1, None, column, value)])
    return key


def cells(laptop: OpenLaptop, key: UUID) -> tuple[str | None, str | None]:
    with laptop.db.read() as session:
        row = session.get_one(AttendanceMonth, key)
        return row.d07, row.d08


def test_two_teachers_who_mark_one_cell_are_told_and_other_days_stay(world: World) -> None:
    with opened(world.school()) as one, opened(world.school()) as other:
        with one.db.write(one.actor, "add_student") as session:
            pupil = Person(id=new_id(), given_names="Pupil", family_name="Demo", synthetic=True)
            session.add(pupil)
            pupil_id = pupil.id
        mark(one, pupil_id, "d01", "P")
        sync_open(one)
        sync_open(other)
        key = mark(one, pupil_id, "d07", "A")
        mark(other, pupil_id, "d07", "L")
        mark(other, pupil_id, "d08", "E/ILL")
        for laptop in (one, other, one):
            sync_open(laptop)
        assert cells(one, key) == cells(other, key) == ("L", "E/ILL")
        with one.db.read() as session:
            (row,) = session.scalars(select(Conflict).where(Conflict.table_name == "attendance_month"))
            assert title(session, row).text(WORDS) == "Register of 7 Sep 2026, AM: Pupil Demo"
        lines = HistoryQueries(one.db, one.actor).record("attendance_month", key)
        told = [line.field.text(WORDS) for line in lines]
        assert "Register of 8 Sep 2026, AM" in told
        assert told.count("Register of 7 Sep 2026, AM") == 2


def test_a_month_begun_on_both_laptops_is_one_row(world: World) -> None:
    with opened(world.school()) as one, opened(world.school()) as other:
        with one.db.write(one.actor, "add_student") as session:
            pupil = Person(id=new_id(), given_names="Other", family_name="Demo", synthetic=True)
            session.add(pupil)
            pupil_id = pupil.id
        sync_open(one)
        sync_open(other)
        key = mark(one, pupil_id, "d07", "P")
        mark(other, pupil_id, "d08", "A")
        for laptop in (one, other, one):
            sync_open(laptop)
        assert cells(one, key) == cells(other, key) == ("P", "A")
