"""The year of many schools: one act each, with progress; stopped whole schools are done; all taken back."""

from collections.abc import Iterator
from pathlib import Path

import pytest
from sqlalchemy import func, select

from emis_desktop.errors import Cancelled
from emis_desktop.jobs.open_year import open_year, take_back
from emis_desktop.models import AcademicPeriod, SchoolClass
from emis_desktop.rules.ids import natural_id
from emis_desktop.rules.rights import Actor, Role
from emis_desktop.services.new_year.plan import Order
from emis_desktop.services.structure import NewClass, NewSchool, StructureService
from tests.factories.schools import School, demo_profile, opened_school

NEXT = natural_id("academic_period", "2027-28")


@pytest.fixture
def school(tmp_path: Path) -> Iterator[School]:
    with opened_school(tmp_path) as found:
        yield found


@pytest.fixture
def ministry(school: School) -> Actor:
    actor = school.sign_in(Role.MINISTRY_OFFICER, everywhere=True)
    plan = StructureService(school.db, actor)
    school.add_class("Grade 5 Coral")
    for number in (1, 2):
        other = plan.create_school(NewSchool(f"D-020{number}", f"School {number:02}"))
        plan.create_class(NewClass(other, school.year, "Grade 4", (school.made.grades["G4"],)))
    return actor


def classes(school: School) -> int:
    with school.db.read() as session:
        live = (SchoolClass.period_id == NEXT, SchoolClass.deleted_at.is_(None))
        return session.scalar(select(func.count()).select_from(SchoolClass).where(*live)) or 0


def test_all_schools_are_opened_told_and_taken_back(school: School, ministry: Actor) -> None:
    told: list[tuple[int, int]] = []
    opened = open_year(
        school.db,
        ministry,
        demo_profile(),
        Order(school.year),
        progress=lambda done, of: told.append((done, of)),
    )
    assert told == [(0, 3), (1, 3), (2, 3), (3, 3)]
    assert (opened.classes, len(opened.acts), opened.left_out, opened.empty) == (3, 4, (), False)
    again = open_year(school.db, ministry, demo_profile(), Order(school.year))
    assert (again.classes, again.acts, again.empty) == (0, (), True)
    assert classes(school) == 3
    assert take_back(school.db, ministry, opened) == ()
    assert classes(school) == 0
    with school.db.read() as session:
        assert session.get_one(AcademicPeriod, NEXT).deleted_at is not None


def test_stopped_whole_schools_are_done_and_the_rest_follows(school: School, ministry: Actor) -> None:
    def stop(done: int, _of: int) -> None:
        if done == 1:
            raise Cancelled("Stopped.")

    with pytest.raises(Cancelled):
        open_year(school.db, ministry, demo_profile(), Order(school.year), progress=stop)
    assert classes(school) == 1
    opened = open_year(school.db, ministry, demo_profile(), Order(school.year))
    assert (opened.classes, classes(school)) == (2, 3)
    with school.db.write(ministry, "change_class") as session:
        row = session.scalars(select(SchoolClass).where(SchoolClass.period_id == NEXT)).all()[-1]
        row.capacity = 12
    kept = take_back(school.db, ministry, opened)
    assert len(kept) == 1
    assert classes(school) == 2


def test_only_the_schools_that_are_named(school: School, ministry: Actor) -> None:
    opened = open_year(school.db, ministry, demo_profile(), Order(school.year), [school.id])
    assert [one.school for one in opened.schools] == ["Windward Demo Primary School"]
