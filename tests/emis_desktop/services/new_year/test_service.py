"""The next year is made of the old one: shown first, once, the same on two laptops, and taken back."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from uuid import UUID

import pytest
from sqlalchemy import func, select

from emis_desktop.errors import Refused
from emis_desktop.models import (
    AcademicPeriod,
    Act,
    AssessmentItem,
    CalendarDay,
    ClassPupil,
    EducationGrade,
    Enrolment,
    Institution,
    OptionBlock,
    OptionSubject,
    PupilGroup,
    SchoolClass,
    Setting,
    StaffPosition,
    Term,
)
from emis_desktop.queries.assessed import Sheet
from emis_desktop.queries.school import SchoolQueries
from emis_desktop.rules.ids import natural_id, new_id
from emis_desktop.services.items import ItemService
from emis_desktop.services.new_year.plan import Order, Standing
from emis_desktop.services.new_year.service import NewYearService
from emis_desktop.services.structure import StructureService
from emis_desktop.services.undo import UndoService
from tests.factories.schools import School, demo_profile, opened_school

NEXT = natural_id("academic_period", "2027-28")


@dataclass
class Plans:
    """A school with something of everything, and the service."""

    school: School
    service: NewYearService
    undo: UndoService
    coral: UUID
    teacher: UUID
    gone: UUID

    @property
    def order(self) -> Order:
        return Order(self.school.year)

    def count(self, model: type, *where: object) -> int:
        with self.school.db.read() as session:
            return session.scalar(select(func.count()).select_from(model).where(*where)) or 0  # type: ignore[arg-type]


@pytest.fixture
def plans(tmp_path: Path) -> Iterator[Plans]:
    with opened_school(tmp_path) as school:
        teacher, gone = school.add_teacher("Teacher 01"), school.add_teacher("Teacher 02")
        coral = school.add_class("Grade 5 Coral", subjects=("P-MA", "P-SC"), teacher_id=teacher)
        mixed = school.add_class("Grades 5 and 6", ("G5", "G6"), teacher_id=gone)
        school.add_items([("TEST", 50, "40"), ("EXAM", 100, "60")])
        school.add_items([("TEST", 20, "1")], term=2)
        made = school.made
        StructureService(school.db, school.actor).set_subject_teacher(coral, made.subjects["P-SC"], gone)
        with school.db.write(school.actor, "change_class") as session:
            session.get_one(SchoolClass, coral).shift = "morning"
            session.get_one(SchoolClass, mixed).capacity = 24
            item = natural_id(
                "assessment_item", school.id, made.grades["G5"], made.subjects["P-MA"], school.term(), "TEST"
            )
            session.get_one(AssessmentItem, item).due_on = date(2026, 11, 5)
            post = {"institution_id": school.id, "role": "TEACH", "starts_on": date(2020, 9, 1)}
            session.add_all(
                [
                    StaffPosition(id=new_id(), person_id=teacher, **post),
                    StaffPosition(id=new_id(), person_id=gone, ends_on=date(2027, 7, 2), **post),
                    PupilGroup(
                        id=new_id(),
                        institution_id=school.id,
                        period_id=school.year,
                        name="Choir",
                        teacher_id=gone,
                    ),
                    block := OptionBlock(
                        id=new_id(),
                        institution_id=school.id,
                        period_id=school.year,
                        grade_id=made.grades["G5"],
                        name="Block A",
                        choose_max=2,
                    ),
                ]
            )
            session.add(
                OptionSubject(id=new_id(), block_id=block.id, subject_id=made.subjects["P-MU"], places=20)
            )
            days = (
                (date(2026, 12, 25), date(2026, 12, 26), "holiday", "Christmas"),
                (date(2026, 11, 5), date(2026, 11, 5), "half", "Sports day"),
                (date(2026, 10, 5), date(2026, 10, 9), "closure", "Storm"),
            )
            session.add_all(
                CalendarDay(
                    id=new_id(),
                    institution_id=school.id,
                    starts_on=first,
                    ends_on=last,
                    kind=kind,
                    label=label,
                )
                for first, last, kind, label in days
            )
        ItemService(school.db, school.actor).set_assessed(
            Sheet(coral, made.subjects["P-SC"], school.term()), assessed=False
        )
        service = NewYearService(school.db, school.actor, demo_profile())
        yield Plans(school, service, UndoService(school.db, school.actor), coral, teacher, gone)


def test_the_preview_says_what_would_be_made_and_makes_nothing(plans: Plans) -> None:
    acts = plans.count(Act)
    plan = plans.service.preview(plans.order)
    assert (plan.year.label, plan.year.there, len(plan.year.terms)) == ("2027–28", False, 3)
    (school,) = plan.schools
    lines = [(one.name, one.grades, one.subjects, one.standing, one.teacher) for one in school.classes]
    assert lines == [
        ("Grade 5 Coral", ("Grade 5",), 2, Standing.NEW, "Teacher 01"),
        ("Grades 5 and 6", ("Grade 5", "Grade 6"), 1, Standing.NEW, ""),
    ]
    assert (school.groups, school.blocks, school.tests) == (("Choir",), ("Block A",), 3)
    assert school.days == ((date(2027, 11, 4), "Sports day"), (date(2027, 12, 25), "Christmas"))
    assert not plan.empty
    assert plans.count(Act) == acts


def test_the_year_is_made_of_the_old_one(plans: Plans) -> None:
    school = plans.school
    made = plans.service.open_school(plans.order, school.id)
    assert made.new_classes == 2
    classes = SchoolQueries(school.db, school.actor).classes(school.id, NEXT, date(2027, 11, 5))
    assert [(one.name, one.teacher, one.capacity, one.on_roll) for one in classes] == [
        ("Grade 5 Coral", "Teacher 01", None, 0),
        ("Grades 5 and 6", "", 24, 0),
    ]
    coral = natural_id("school_class", plans.coral, NEXT)
    assert classes[0].id == coral
    subjects = SchoolQueries(school.db, school.actor).subjects_of(coral)
    assert [(one.code, one.teacher) for one in subjects] == [("P-MA", ""), ("P-SC", "")]
    term = natural_id("term", NEXT, 1)
    with school.db.read() as session:
        assert session.get_one(SchoolClass, coral).shift == "morning"
        items = session.scalars(select(AssessmentItem).where(AssessmentItem.term_id == term)).all()
        assert {(one.code, one.due_on, one.state) for one in items} == {
            ("TEST", date(2027, 11, 4), "open"),
            ("EXAM", None, "open"),
        }
        group = session.scalars(select(PupilGroup).where(PupilGroup.period_id == NEXT)).one()
        assert (group.name, group.teacher_id) == ("Choir", None)
        block = session.scalars(select(OptionBlock).where(OptionBlock.period_id == NEXT)).one()
        places = session.scalars(select(OptionSubject.places).where(OptionSubject.block_id == block.id)).all()
        assert (block.name, block.choose_max, list(places)) == ("Block A", 2, [20])
        names = session.scalars(select(Setting.name).where(Setting.institution_id == school.id)).all()
        assert len(names) == 2, "the sheet that is not assessed is not assessed in the new year"


def test_opening_twice_changes_nothing_and_adds_what_is_new(plans: Plans) -> None:
    school = plans.school
    plans.service.open_school(plans.order, school.id)
    acts = plans.count(Act)
    again = plans.service.preview(plans.order)
    assert again.empty
    assert {one.standing for one in again.schools[0].classes} == {Standing.THERE}
    plans.service.open_school(plans.order, school.id)
    assert plans.count(Act) == acts
    school.add_class("Grade 5 Reef")
    assert plans.service.open_school(plans.order, school.id).new_classes == 1


def test_what_somebody_took_away_stays_away(plans: Plans) -> None:
    school = plans.school
    plans.service.open_school(plans.order, school.id)
    with school.db.write(school.actor, "remove_class") as session:
        row = session.get_one(SchoolClass, natural_id("school_class", plans.coral, NEXT))
        row.deleted_at = session.info["act"].moment
    plan = plans.service.preview(plans.order).schools[0]
    assert [one.standing for one in plan.classes] == [Standing.TAKEN_AWAY, Standing.THERE]
    assert plan.empty


def test_a_class_made_by_hand_is_not_doubled(plans: Plans) -> None:
    school = plans.school
    plans.service.open_country(plans.order)
    with school.db.write(school.actor, "create_class") as session:
        session.add(SchoolClass(id=new_id(), institution_id=school.id, period_id=NEXT, name="GRADE 5 CORAL"))
    assert plans.service.open_school(plans.order, school.id).new_classes == 1
    assert plans.count(SchoolClass, SchoolClass.period_id == NEXT) == 2


def test_it_is_undone_as_long_as_nobody_went_on_and_opens_again(plans: Plans) -> None:
    school = plans.school
    made = plans.undo.made_by(lambda: plans.service.open_school(plans.order, school.id))
    assert made.act is not None
    plans.undo.undo_act(made.act)
    assert plans.count(SchoolClass, SchoolClass.period_id == NEXT, SchoolClass.deleted_at.is_(None)) == 0
    assert plans.service.preview(plans.order).schools[0].new_classes == 2
    opened = plans.undo.made_by(lambda: plans.service.open_school(plans.order, school.id))
    assert opened.result.new_classes == 2
    assert plans.count(SchoolClass, SchoolClass.period_id == NEXT, SchoolClass.deleted_at.is_(None)) == 2
    assert plans.count(Term, Term.period_id == NEXT, Term.deleted_at.is_(None)) == 3
    with school.db.write(school.actor, "move_class") as session:
        enrolment = Enrolment(
            id=new_id(),
            person_id=plans.teacher,
            institution_id=school.id,
            period_id=NEXT,
            grade_id=school.made.grades["G5"],
            starts_on=date(2027, 9, 6),
        )
        session.add(enrolment)
        session.flush()
        coral = natural_id("school_class", plans.coral, NEXT)
        session.add(ClassPupil(id=new_id(), class_id=coral, enrolment_id=enrolment.id))
    with pytest.raises(Refused, match="in use by later entries"):
        plans.undo.undo_act(opened.act or 0)


def test_what_was_changed_since_is_not_undone(plans: Plans) -> None:
    school = plans.school
    made = plans.undo.made_by(lambda: plans.service.open_school(plans.order, school.id))
    with school.db.write(school.actor, "change_class") as session:
        session.get_one(SchoolClass, natural_id("school_class", plans.coral, NEXT)).capacity = 30
    with pytest.raises(Refused, match="changed again"):
        plans.undo.undo_act(made.act or 0)


def test_without_teachers_tests_and_calendar(plans: Plans) -> None:
    order = Order(plans.school.year, teachers=False, tests=False, calendar=False)
    (plan,) = plans.service.preview(order).schools
    assert (plan.tests, plan.days, {one.teacher for one in plan.classes}) == (0, (), {""})


def test_a_grade_that_ends_is_not_copied(plans: Plans) -> None:
    with plans.school.db.write(plans.school.actor, "change_class") as session:
        for code in ("G5", "G6"):
            session.get_one(EducationGrade, plans.school.made.grades[code]).valid_to = date(2027, 8, 1)
        session.get_one(EducationGrade, plans.school.made.grades["G6"]).valid_to = None
    (plan,) = plans.service.preview(plans.order).schools
    assert [(one.name, one.standing, one.dropped) for one in plan.classes] == [
        ("Grades 5 and 6", Standing.NEW, ("Grade 5",)),
        ("Grade 5 Coral", Standing.NO_GRADE, ("Grade 5",)),
    ]
    assert plan.blocks == ()


def test_a_country_that_has_no_rules_moves_its_year_by_52_weeks(plans: Plans) -> None:
    school = plans.school
    bare = NewYearService(school.db, school.actor)
    year = bare.preview(plans.order).year
    with school.db.read() as session:
        before = session.get_one(AcademicPeriod, school.year)
        assert (year.starts_on - before.starts_on).days == 364
    assert (year.code, year.label, year.id) == ("2027-28", "2027–28", NEXT)
    assert [term.frame.weeks for term in year.terms if term.frame] == [52, 52, 52]
    assert bare.open_country(plans.order).code == "2027-28"
    assert bare.preview(plans.order).year.there


def test_closed_schools_and_unknown_years_are_refused(plans: Plans) -> None:
    school = plans.school
    with pytest.raises(Refused, match="school year is no longer there"):
        plans.service.preview(Order(new_id()))
    plans.service.open_country(plans.order)
    with school.db.write(school.actor, "close_school") as session:
        session.get_one(Institution, school.id).closed_on = date(2027, 8, 1)
    assert plans.service.schools(plans.order) == ()
    with pytest.raises(Refused, match="closed in the new year"):
        plans.service.open_school(plans.order, school.id)
