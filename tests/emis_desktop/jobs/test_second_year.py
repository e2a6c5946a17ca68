"""A second year on the demonstration school: opened, the first one ended, every pupil placed or named."""

from collections import Counter
from datetime import date
from pathlib import Path

from sqlalchemy import select

from emis_desktop.jobs.open_year import open_year
from emis_desktop.models import ClassPupil, Enrolment
from emis_desktop.queries.year_end import Way
from emis_desktop.rules.year_end import Advice
from emis_desktop.services.new_year.plan import Order
from emis_desktop.services.year_end import YearEndService
from emis_desktop.services.years import YearService
from tests.factories.desks import demo_desk
from tests.factories.laptops import PRINCIPAL

AFTER = date(2027, 9, 20)


def test_every_pupil_is_placed_or_named_as_unplaced(tmp_path: Path) -> None:
    with demo_desk(tmp_path, pupils=60, name=PRINCIPAL) as demo:
        db, actor = demo.laptop.db, demo.laptop.actor
        with db.read() as session:
            before = list(
                session.scalars(
                    select(Enrolment).where(
                        Enrolment.period_id == demo.year.id,
                        Enrolment.ends_on.is_(None),
                        Enrolment.deleted_at.is_(None),
                    )
                )
            )
        pupils = {row.person_id for row in before}
        assert len(pupils) >= 55
        opened = open_year(db, actor, demo.laptop.profile, Order(demo.year.id))
        assert opened.classes == len(demo.class_infos())
        ends = YearEndService(db, actor)
        for row in before:  # the rules decide nobody whose marks are not complete; people do
            ends.decide(row.id, Advice.PROMOTED, "decided at the staff meeting")
        run = ends.run(demo.school_id, demo.year.id)
        assert {one.student_id for one in run.pupils} == pupils
        assert run.undecided == ()
        placed = {one.student_id for one in run.pupils if one.way is Way.PLACE}
        finished = {one.student_id for one in run.pupils if one.way is Way.FINISH}
        unplaced = {one.student_id for one in run.unplaced}
        assert placed | finished | unplaced == pupils
        assert all(one.name for one in run.unplaced)
        with db.read() as session:
            now = session.execute(
                select(Enrolment.person_id, ClassPupil.class_id)
                .outerjoin(ClassPupil, ClassPupil.enrolment_id == Enrolment.id)
                .where(Enrolment.period_id == opened.year.id, Enrolment.deleted_at.is_(None))
            ).all()
        seats = Counter(row.person_id for row in now)
        assert set(seats) == placed | unplaced
        assert set(seats.values()) == {1}, "one place for each"
        assert {row.person_id for row in now if row.class_id is None} == unplaced
        rolls = demo.desk.queries.school.classes(demo.school_id, opened.year.id, AFTER)
        assert sum(one.on_roll for one in rolls) == len(placed)
        years = YearService(db, actor)
        years.close_year(demo.year.id)
        assert demo.desk.queries.school.years()[1].closed
