"""Schools, classes, subjects, terms and schemes: changed with checks, one act each."""

from collections.abc import Iterator
from dataclasses import replace
from datetime import date
from pathlib import Path
from uuid import UUID

import pytest
from sqlalchemy import func, select

from emis_desktop.errors import Refused
from emis_desktop.models import Act, ClassSubject, GradeBand, Institution, SchemeUse, Setting, Subject, Term
from emis_desktop.queries.schemes import schemes_for
from emis_desktop.queries.school import SchoolQueries
from emis_desktop.rules.ids import natural_id, new_id
from emis_desktop.rules.rights import Role
from emis_desktop.services.structure import NewClass, NewSchool, StructureService, TermDates
from tests.factories.schools import IN_TERM, School, demo_profile, opened_school


@pytest.fixture
def school(tmp_path: Path) -> Iterator[School]:
    with opened_school(tmp_path) as found:
        yield found


@pytest.fixture
def plan(school: School) -> StructureService:
    return StructureService(school.db, school.actor)


def count(school: School, model: type[Act | Subject | Setting]) -> int:
    with school.db.read() as session:
        return session.scalar(select(func.count()).select_from(model)) or 0


def test_setting_up_twice_is_setting_up_once(school: School, plan: StructureService) -> None:
    acts, subjects = count(school, Act), count(school, Subject)
    made = plan.set_up(demo_profile(), [2025, 2026])
    assert (count(school, Act), count(school, Subject)) == (acts, subjects)
    assert made == school.made
    assert made.years == {
        "2025-26": natural_id("academic_period", "2025-26"),
        "2026-27": natural_id("academic_period", "2026-27"),
    }


def test_a_further_year_is_added(school: School, plan: StructureService) -> None:
    made = plan.set_up(demo_profile(), [2027])
    terms = SchoolQueries(school.db, school.actor).terms(made.years["2027-28"])
    assert [term.name for term in terms] == ["Term 1", "Term 2", "Term 3"]
    assert all(term.starts_on < term.ends_on for term in terms)


def test_what_a_ministry_changed_is_kept(school: School, plan: StructureService) -> None:
    with school.db.write(school.actor, "change_subject") as session:
        session.get_one(Subject, school.made.subjects["P-MA"]).name = "Numeracy"
    plan.set_up(demo_profile(), [2026])
    with school.db.read() as session:
        assert session.get_one(Subject, school.made.subjects["P-MA"]).name == "Numeracy"
        bands = session.scalars(
            select(GradeBand.letter)
            .where(GradeBand.scale_id == school.made.scales["LETTERS"])
            .order_by(GradeBand.lower.desc())
        )
        assert list(bands) == ["A", "B", "C", "D", "E"]


def test_a_school_has_a_code_of_its_own(school: School, plan: StructureService) -> None:
    new = NewSchool("D-0108", "  Leeward   Demo School ", crest=b"png", phone="000 0102")
    school_id = plan.create_school(new)
    with school.db.read() as session:
        row = session.get_one(Institution, school_id)
        assert (row.name, row.crest, row.phone, row.motto) == (
            "Leeward Demo School",
            b"png",
            "000 0102",
            None,
        )
    with pytest.raises(Refused, match="D-0108 belongs to Leeward Demo School"):
        plan.create_school(replace(new, name="Another"))
    for code, name, field in (("", "Somewhere", "code"), ("D-0109", " ", "name")):
        with pytest.raises(Refused, match="Type both") as refusal:
            plan.create_school(NewSchool(code, name))
        assert refusal.value.field == field


def test_a_class_is_made_with_its_grades_and_subjects(school: School, plan: StructureService) -> None:
    made = school.made
    grades = (made.grades["G5"], made.grades["G6"])
    subjects = (made.subjects["P-SC"], made.subjects["P-MA"])
    new = NewClass(school.id, school.year, " Grades 5  and 6 ", grades, capacity=30, subject_ids=subjects)
    class_id = plan.create_class(new)
    queries = SchoolQueries(school.db, school.actor)
    (found,) = queries.classes(school.id, school.year, IN_TERM)
    assert (found.name, found.capacity, found.multi_grade) == ("Grades 5 and 6", 30, True)
    assert [grade.code for grade in found.grades] == ["G5", "G6"]
    assert [subject.code for subject in queries.subjects_of(class_id)] == ["P-SC", "P-MA"]
    for bad, said in (
        (new, "a class Grades 5 and 6 in this year already"),
        (replace(new, name="x" * 81), "1 to 80 characters"),
        (replace(new, name="New", grade_ids=()), "at least one grade"),
        (replace(new, name="New", capacity=0), "at least 1 pupil"),
    ):
        with pytest.raises(Refused, match=said):
            plan.create_class(bad)


def test_a_class_changes_its_name_and_teacher(school: School, plan: StructureService) -> None:
    class_id = school.add_class("Grade 5 Coral")
    school.add_class("Grade 5 Reef")
    teacher = school.add_teacher()
    plan.rename_class(class_id, "grade 5 coral")
    plan.set_class_teacher(class_id, teacher)
    (coral, _reef) = SchoolQueries(school.db, school.actor).classes(school.id, school.year, IN_TERM)
    assert {coral.name, _reef.name} == {"grade 5 coral", "Grade 5 Reef"}
    with pytest.raises(Refused, match="already"):
        plan.rename_class(class_id, "GRADE 5 REEF")
    with pytest.raises(Refused, match="class is no longer there"):
        plan.rename_class(new_id(), "Nobody")


def links(school: School, class_id: UUID) -> list[tuple[UUID, int, bool]]:
    with school.db.read() as session:
        rows = session.scalars(
            select(ClassSubject).where(ClassSubject.class_id == class_id).order_by(ClassSubject.position)
        )
        return [(row.subject_id, row.position, row.deleted_at is None) for row in rows]


def test_a_subject_joins_leaves_and_comes_back_last(school: School, plan: StructureService) -> None:
    class_id = school.add_class("Grade 5 Coral", subjects=("P-MA", "P-SC"))
    subjects = school.made.subjects
    plan.set_subject_teacher(class_id, subjects["P-MU"], school.add_teacher())
    assert links(school, class_id)[2] == (subjects["P-MU"], 3, True)
    plan.remove_subject(class_id, subjects["P-MA"])
    plan.remove_subject(class_id, subjects["P-MA"])
    plan.remove_subject(class_id, subjects["P-AG"])
    assert links(school, class_id)[0] == (subjects["P-MA"], 1, False)
    plan.set_subject_teacher(class_id, subjects["P-MA"], None)
    assert links(school, class_id)[2] == (subjects["P-MA"], 4, True)


def test_the_dates_of_a_term_stay_in_order(school: School, plan: StructureService) -> None:
    dates = TermDates(date(2026, 9, 8), date(2026, 12, 18), date(2027, 1, 5))
    plan.set_term_dates(school.term(), dates)
    with school.db.read() as session:
        term = session.get_one(Term, school.term())
        assert (term.ends_on, term.next_begins_on, term.marks_due_on) == (
            date(2026, 12, 18),
            date(2027, 1, 5),
            date(2026, 12, 18),
        )
    for bad, said in (
        (replace(dates, ends_on=date(2027, 1, 4)), "Term 1 and Term 2 overlap"),
        (replace(dates, ends_on=date(2026, 9, 1)), "ends before it starts"),
        (replace(dates, starts_on=date(2026, 8, 31)), "runs from 7 September 2026 to 2 July 2027"),
    ):
        with pytest.raises(Refused, match=said):
            plan.set_term_dates(school.term(), bad)
    with pytest.raises(Refused, match="runs from"):
        plan.set_term_dates(school.term(3), TermDates(date(2027, 4, 5), date(2027, 7, 30)))
    with pytest.raises(Refused, match="term is no longer there"):
        plan.set_term_dates(new_id(), dates)


def test_the_most_specific_scheme_holds(school: School, plan: StructureService) -> None:
    fifth, sixth = school.made.grades["G5"], school.made.grades["G6"]
    schemes = school.made.schemes

    def pass_marks() -> list[int]:
        with school.db.read() as session:
            rules = schemes_for(session, school.id, [fifth, sixth])
            return [int(rules[grade].pass_mark) for grade in (fifth, sixth)]

    assert pass_marks() == [50, 50]
    plan.use_scheme(schemes["C70E30"], school.id, None)
    assert pass_marks() == [60, 60]
    plan.use_scheme(schemes["PASS70"], school.id, fifth)
    assert pass_marks() == [70, 60]
    with pytest.raises(Refused, match="scheme is no longer there"):
        plan.use_scheme(new_id(), school.id, fifth)


def test_without_a_scheme_nothing_is_computed(school: School, plan: StructureService) -> None:
    with school.db.write(school.actor, "use_scheme") as session:
        for use in session.scalars(select(SchemeUse)):
            use.deleted_at = session.info["act"].moment
    with school.db.read() as session:
        assert schemes_for(session, school.id, [school.made.grades["G5"]]) == {}
    plan.use_scheme(school.made.schemes["GPA"], None, None)
    with school.db.read() as session:
        assert (
            schemes_for(session, school.id, [school.made.grades["G5"]])[school.made.grades["G5"]].pass_mark
            == 60
        )


def test_another_schools_class_is_not_touched(school: School, plan: StructureService) -> None:
    other = plan.create_school(NewSchool("D-0108", "Leeward Demo School"))
    stranger = replace(school.actor, institution_id=other)
    class_id = school.add_class("Grade 5 Coral")
    with pytest.raises(Refused, match="another school"):
        StructureService(school.db, stranger).rename_class(class_id, "Ours")
    teacher = StructureService(school.db, school.sign_in(Role.TEACHER))
    for attempt in (
        lambda: teacher.create_school(NewSchool("X", "Y")),
        lambda: teacher.rename_class(class_id, "Ours"),
    ):
        with pytest.raises(Refused, match="not open to the role Teacher"):
            attempt()
