"""Schools, years, terms, classes and subjects, and the roll of a class on a day."""

from collections.abc import Iterator
from dataclasses import replace
from datetime import date
from pathlib import Path
from uuid import UUID

import pytest
from sqlalchemy import select

from emis_desktop.errors import Refused
from emis_desktop.models import ClassPupil, EducationGrade, Enrolment, Person, PersonIdentity
from emis_desktop.queries.gradebook import term_of
from emis_desktop.queries.roster import numbers_of, pupils_of
from emis_desktop.queries.school import SchoolQueries, subject_name
from emis_desktop.rules.calendar import Week
from emis_desktop.rules.ids import new_id
from emis_desktop.rules.rights import Role
from emis_desktop.services.rows import delete
from emis_desktop.services.structure import NewSchool, StructureService
from tests.factories.schools import IN_TERM, School, opened_school
from tests.factories.stores import new_store


@pytest.fixture
def school(tmp_path: Path) -> Iterator[School]:
    with opened_school(tmp_path) as found:
        yield found


@pytest.fixture
def queries(school: School) -> SchoolQueries:
    return SchoolQueries(school.db, school.actor)


def test_a_user_of_a_school_sees_that_school(school: School, queries: SchoolQueries) -> None:
    StructureService(school.db, school.actor).create_school(NewSchool("D-0108", "Another Demo School"))
    (own,) = queries.schools()
    assert (own.code, own.name, own.motto, own.area) == (
        "D-0107",
        "Windward Demo Primary School",
        "Steady in every wind",
        "Windward District",
    )
    assert (own.address, own.phone, own.email, own.principal) == ("", "", "", "Principal 01")
    everywhere = SchoolQueries(school.db, replace(school.actor, institution_id=None))
    assert [one.name for one in everywhere.schools()] == ["Another Demo School", own.name]


def test_a_school_with_pupils_is_shown_before_an_empty_one(school: School) -> None:
    structure = StructureService(school.db, school.actor)
    for code, name in (("D-0108", "Another Demo School"), ("D-0109", "Zenith Demo School")):
        structure.create_school(NewSchool(code, name))
    everywhere = SchoolQueries(school.db, replace(school.actor, institution_id=None))
    first, own, last = (one.id for one in everywhere.schools())
    assert everywhere.with_records(first) is None
    school.add_class("Grade 5 Coral")
    pupil = school.add_pupil("Ana Pupil", "Grade 5 Coral")
    assert everywhere.with_records() == everywhere.with_records(first) == everywhere.with_records(own) == own
    assert SchoolQueries(school.db, replace(school.actor, institution_id=last)).with_records() is None
    with school.db.write(school.actor, "test") as session:
        for stay in session.scalars(select(Enrolment).where(Enrolment.person_id == pupil)):
            delete(session, stay)
    assert everywhere.with_records() is None


def test_years_and_terms_and_which_holds_today(school: School, queries: SchoolQueries) -> None:
    assert [year.label for year in queries.years()] == ["2026–27", "2025–26"]
    now = queries.today(IN_TERM)
    assert now.year is not None
    assert now.term is not None
    assert (now.year.code, now.term.number) == ("2026-27", 1)
    assert now.term.week_of(IN_TERM) == Week(9, 14)
    assert now.term.week_of(date(2026, 12, 24)) is None
    between = queries.today(date(2026, 12, 24))
    assert between.term == now.term
    before = queries.today(date(2020, 1, 1))
    assert before.year is not None
    assert before.term is not None
    assert (before.year.code, before.term.number) == ("2025-26", 1)


def test_an_empty_store_has_no_today(tmp_path: Path, school: School) -> None:
    db = new_store(tmp_path / "empty.emis")
    today = SchoolQueries(db, school.actor).today(IN_TERM)
    db.close()
    assert (today.year, today.term) == (None, None)


def test_grades_come_in_order(queries: SchoolQueries) -> None:
    assert [grade.code for grade in queries.grades()][2:6] == ["K", "G1", "G2", "G3"]


def test_a_retired_grade_is_offered_in_its_own_years_only(school: School, queries: SchoolQueries) -> None:
    grades = school.made.grades
    with school.db.write(school.actor, "set_up") as session:
        session.get_one(EducationGrade, grades["G5"]).valid_to = date(2026, 8, 31)
        session.get_one(EducationGrade, grades["G6"]).valid_from = date(2026, 9, 1)

    def offered(year_id: UUID | None) -> set[str]:
        return {grade.code for grade in queries.grades(year_id)} & {"G5", "G6"}

    assert offered(school.year) == {"G6"}
    assert offered(school.made.years["2025-26"]) == {"G5"}
    assert offered(None) == {"G5", "G6"}, "old records still show it"


def test_classes_come_by_grade_with_their_roll(school: School, queries: SchoolQueries) -> None:
    teacher = school.add_teacher()
    school.add_class("Grade 6 Heron", ("G6",), teacher_id=teacher)
    school.add_class("Grade 5 Reef")
    school.add_class("Grade 5 Coral")
    school.add_pupil("Pupil 0001", "Grade 5 Coral", sex="F")
    school.add_pupil("Pupil 0002", "Grade 5 Coral", sex="M")
    school.add_pupil("Pupil 0003", "Grade 5 Coral", sex=None)
    school.add_pupil("Pupil 0004", "Grade 5 Coral", ends_on=date(2026, 10, 1))
    coral, reef, heron = queries.classes(school.id, school.year, IN_TERM)
    assert [one.name for one in (coral, reef, heron)] == ["Grade 5 Coral", "Grade 5 Reef", "Grade 6 Heron"]
    assert (coral.girls, coral.boys, coral.unstated, coral.on_roll) == (1, 1, 1, 3)
    assert not coral.multi_grade
    assert (heron.teacher, heron.teacher_id, reef.teacher) == ("Teacher 01", teacher, "")
    mine = SchoolQueries(school.db, school.sign_in(Role.TEACHER, teacher))
    assert [one.name for one in mine.classes(school.id, school.year, IN_TERM)] == ["Grade 6 Heron"]
    nobody = SchoolQueries(school.db, school.sign_in(Role.TEACHER))
    assert nobody.classes(school.id, school.year, IN_TERM) == ()


def test_subjects_are_named_in_the_readers_language(school: School, queries: SchoolQueries) -> None:
    class_id = school.add_class("Grade 5 Coral", subjects=("P-SC", "P-MA"))
    found = queries.subjects_of(class_id, "fr")
    assert [subject.name for subject in found] == ["Sciences", "Mathématiques"]
    assert all(subject.may_edit for subject in found)
    auditor = SchoolQueries(school.db, school.sign_in(Role.AUDITOR))
    assert not any(subject.may_edit for subject in auditor.subjects_of(class_id))
    assert subject_name("fr", "Steel pan", None, None) == "Steel pan"


def test_a_subject_teacher_sees_the_own_subject(school: School, queries: SchoolQueries) -> None:
    class_id = school.add_class("Grade 5 Coral", subjects=("P-SC", "P-MA"))
    teacher = school.add_teacher()
    plan = StructureService(school.db, school.actor)
    plan.set_subject_teacher(class_id, school.made.subjects["P-MA"], teacher)
    mine = SchoolQueries(school.db, school.sign_in(Role.TEACHER, teacher))
    (maths,) = mine.subjects_of(class_id)
    assert (maths.code, maths.teacher, maths.may_edit) == ("P-MA", "Teacher 01", True)
    with pytest.raises(Refused, match="own classes only"):
        mine.subjects_of(school.add_class("Grade 5 Reef"))


def test_a_class_list_is_in_register_order(school: School) -> None:
    school.add_class("Grade 5 Coral")
    for name in ("Zoé Étienne", "Ann Smith Jones", "Bea Smith", "Cy O'Neal", "Al étienne", "-Ann Émile"):
        school.add_pupil(name, "Grade 5 Coral")
    with school.db.read() as session:
        found = pupils_of(session, [school.classes["Grade 5 Coral"]], term_of(session, school.term()))
    assert [pupil.listed for pupil in found] == [
        "Émile, -Ann",
        "étienne, Al",
        "Étienne, Zoé",
        "O'Neal, Cy",
        "Smith, Bea",
        "Smith Jones, Ann",
    ]
    assert found[0].name == "-Ann Émile"


def test_first_and_last_day_count_and_a_move_counts_once(school: School) -> None:
    school.add_class("Grade 5 Coral")
    school.add_class("Grade 5 Reef")
    moved, last = date(2026, 11, 2), date(2026, 11, 20)
    school.add_pupil("Pupil 0001", "Grade 5 Coral", starts_on=date(2026, 9, 14), ends_on=last)
    with school.db.write(school.actor, "move_class") as session:
        (stay,) = session.query(ClassPupil).all()
        stay.ends_on = moved
        session.add(
            ClassPupil(
                id=new_id(),
                class_id=school.classes["Grade 5 Reef"],
                enrolment_id=school.enrolments["Pupil 0001"],
                starts_on=moved,
                ends_on=last,
            )
        )

    def where(day: date) -> list[str]:
        found = SchoolQueries(school.db, school.actor).classes(school.id, school.year, day)
        return [one.name for one in found for _ in range(one.on_roll)]

    assert where(date(2026, 9, 13)) == []
    assert where(date(2026, 9, 14)) == ["Grade 5 Coral"]
    assert where(date(2026, 11, 1)) == ["Grade 5 Coral"]
    assert where(moved) == ["Grade 5 Reef"]
    assert where(last) == ["Grade 5 Reef"]
    assert where(date(2026, 11, 21)) == []


def test_who_is_taken_off_the_records_is_off_the_roll(school: School) -> None:
    school.add_class("Grade 5 Coral")
    one = school.add_pupil("Pupil 0001", "Grade 5 Coral")
    with school.db.write(school.actor, "change_student") as session:
        delete(session, session.get_one(Person, one))
    with school.db.read() as session:
        term = term_of(session, school.term())
        assert pupils_of(session, list(school.classes.values()), term) == []


def test_the_national_number_stands_before_others(school: School) -> None:
    school.add_class("Grade 5 Coral")
    numbers = {
        "Pupil 0001": [("provisional", "T1-0001"), ("national", "0000 0001-7"), ("passport", "X1")],
        "Pupil 0002": [("passport", "X2"), ("provisional", "T1-0002")],
        "Pupil 0003": [("passport", "X3")],
        "Pupil 0004": [],
    }
    for name, given in numbers.items():
        person_id = school.add_pupil(name, "Grade 5 Coral")
        with school.db.write(school.actor, "change_number") as session:
            session.add_all(
                PersonIdentity(id=new_id(), person_id=person_id, kind=kind, number=number)
                for kind, number in given
            )
    with school.db.read() as session:
        found = numbers_of(session, list(school.pupils.values()))
    assert found == {
        school.pupils["Pupil 0001"]: "0000 0001-7",
        school.pupils["Pupil 0002"]: "T1-0002",
        school.pupils["Pupil 0003"]: "X3",
    }
