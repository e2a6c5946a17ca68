"""Another year opened on an invented country: every pupil is placed, has finished, or is named."""

from collections import Counter
from datetime import date
from pathlib import Path
from uuid import UUID, uuid4

from sqlalchemy import select

from emis_desktop import doctor, store
from emis_desktop.jobs.demo.country import CountryWish, fill_country
from emis_desktop.jobs.open_year import open_year
from emis_desktop.models import ClassPupil, Enrolment
from emis_desktop.profiles import DEMO, load_profile, school_year
from emis_desktop.queries.school import SchoolQueries
from emis_desktop.queries.year_end import Way, YearEndQueries
from emis_desktop.rules.ids import natural_id
from emis_desktop.rules.rights import Role, actor_of
from emis_desktop.rules.year_end import Advice
from emis_desktop.services.beginnings import Beginning, begin
from emis_desktop.services.new_year.plan import Order
from emis_desktop.services.year_end import YearEndService
from emis_desktop.settings import Home
from tests.factories.stores import key

PROFILE = load_profile(DEMO)
OFFICER = actor_of(uuid4(), "Officer 01", Role.MINISTRY_OFFICER)
LAST_DAY = school_year(PROFILE, 2026).ends_on


def test_every_pupil_of_the_country_is_placed_or_named(tmp_path: Path) -> None:
    store.create(tmp_path / "c.db", key(), store.NewSite(uuid4(), "B1", "ministry", DEMO))
    db = store.open_store(tmp_path / "c.db", key())
    try:
        begin(db, Beginning(OFFICER.user_id, OFFICER.name, OFFICER.role, None, None, PROFILE, 2026))
        fill_country(db, OFFICER, PROFILE, CountryWish(96, 1, LAST_DAY, registers=False))
        year_id = natural_id("academic_period", school_year(PROFILE, 2026).code)
        opened = open_year(db, OFFICER, PROFILE, Order(year_id))
        assert not opened.left_out
        ends, ways = YearEndService(db, OFFICER), Counter[str]()
        sent: set[UUID] = set()
        for school in SchoolQueries(db, OFFICER).schools():
            looked = YearEndQueries(db, OFFICER).preview(school.id, year_id)
            for place, one in enumerate(looked.pupils):
                if place % 8 == 0:  # the others as the rules say
                    ends.decide(one.enrolment_id, Advice.REPEATED, "decided at the staff meeting")
            run = ends.run(school.id, year_id)
            assert not run.changed
            assert all(one.name and one.note is not None for one in (*run.unplaced, *run.undecided))
            ways.update(one.way for one in (*run.pupils, *run.undecided))
            sent |= {one.student_id for one in run.pupils if one.way in {Way.PLACE, Way.ENROL}}
        assert ways.total() == 96
        assert ways[Way.PLACE] > ways[Way.FINISH] > 0
        with db.read() as session:
            found = session.execute(
                select(Enrolment.person_id, Enrolment.starts_on)
                .join(ClassPupil, ClassPupil.enrolment_id == Enrolment.id)
                .where(Enrolment.period_id == opened.year.id, Enrolment.ends_on.is_(None))
            ).all()
        assert len(found) == len({row.person_id for row in found}) == ways[Way.PLACE]
        assert {row.person_id for row in found} <= sent
        assert all(row.starts_on > LAST_DAY > date(2026, 9, 1) for row in found)
        assert doctor.diagnose(db, Home(tmp_path), OFFICER).sound
    finally:
        db.close()
