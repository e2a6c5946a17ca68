"""Two laptops of a school that both open the next year, apart: one year, no class twice."""

from sqlalchemy import select

from emis_desktop.laptop import OpenLaptop
from emis_desktop.models import AcademicPeriod, ClassGrade, ClassSubject, Conflict, SchoolClass, Term
from emis_desktop.profiles import load_profile
from emis_desktop.rules.ids import natural_id
from emis_desktop.services.new_year.plan import Order
from emis_desktop.services.new_year.service import NewYearService
from emis_desktop.services.set_up import set_up
from emis_desktop.services.structure import NewClass, StructureService
from tests.sync.engine.real_world import World, opened, sync_open, world

__all__ = ["world"]
BEFORE = natural_id("academic_period", "2026-27")
AFTER = natural_id("academic_period", "2027-28")


def begin(laptop: OpenLaptop) -> None:
    """Two classes of 2026-27."""
    profile = load_profile("GD")
    with laptop.db.write(laptop.actor, "set_up") as session:
        made = set_up(session, profile, [2026])
    school = laptop.site.institution_id
    assert school is not None
    grades = list(made.grades.values())
    structure = StructureService(laptop.db, laptop.actor, profile)
    structure.create_class(NewClass(school, BEFORE, "Grade A", (grades[3],)))
    structure.create_class(NewClass(school, BEFORE, "Grades B", (grades[4], grades[5])))


def open_next(laptop: OpenLaptop) -> None:
    school = laptop.site.institution_id
    assert school is not None
    NewYearService(laptop.db, laptop.actor, load_profile("GD")).open_school(Order(BEFORE), school)


def year(laptop: OpenLaptop) -> dict[str, int]:
    """What the new year has there."""
    with laptop.db.read() as session:
        classes = session.scalars(
            select(SchoolClass).where(SchoolClass.period_id == AFTER, SchoolClass.deleted_at.is_(None))
        ).all()
        ids = [one.id for one in classes]
        subjects = select(ClassSubject).where(ClassSubject.class_id.in_(ids))
        return {
            "years": len(session.scalars(select(AcademicPeriod).where(AcademicPeriod.id == AFTER)).all()),
            "terms": len(session.scalars(select(Term).where(Term.period_id == AFTER)).all()),
            "classes": len(classes),
            "names": len({one.name for one in classes}),
            "grades": len(session.scalars(select(ClassGrade).where(ClassGrade.class_id.in_(ids))).all()),
            "subjects": len(session.scalars(subjects).all()),
            "conflicts": len(session.scalars(select(Conflict)).all()),
        }


def test_both_open_the_year_and_it_is_one(world: World) -> None:
    with opened(world.school()) as one, opened(world.school()) as other:
        begin(one)
        sync_open(one)
        sync_open(other)
        open_next(one)
        open_next(other)
        for laptop in (one, other, one):
            sync_open(laptop)
        found = year(one)
        assert found == year(other)
        assert (found["years"], found["terms"], found["classes"], found["names"]) == (1, 3, 2, 2)
        assert (found["grades"], found["conflicts"]) == (3, 0)
        assert found["subjects"] > 2
        open_next(other)
        sync_open(other)
        sync_open(one)
        assert year(one) == found
