"""Whose place in a term a class is: the store's answer is that of the rule."""

from collections.abc import Iterator
from dataclasses import replace
from datetime import date, timedelta
from pathlib import Path

import pytest
from sqlalchemy import select

from emis_desktop.models import ClassPupil, Enrolment, Mark
from emis_desktop.queries.gradebook import term_of
from emis_desktop.queries.roster import pupils_of
from emis_desktop.rules.ids import new_id
from emis_desktop.rules.presence import belongs
from emis_desktop.services.structure import NewSchool, create_school
from tests.factories.schools import School, classroom, opened_school


@pytest.fixture
def school(tmp_path: Path) -> Iterator[School]:
    with opened_school(tmp_path) as found:
        yield found


def listed(school: School, class_name: str) -> list[str]:
    with school.db.read() as session:
        term = term_of(session, school.term())
        return [pupil.given_names for pupil in pupils_of(session, [school.classes[class_name]], term)]


def stay(school: School, enrolment: str, class_name: str, starts: date | None, ends: date | None) -> None:
    row = ClassPupil(
        id=new_id(),
        class_id=school.classes[class_name],
        enrolment_id=school.enrolments[enrolment],
        starts_on=starts,
        ends_on=ends,
    )
    with school.db.write(school.actor, "move_student") as session:
        session.add(row)


def change_stay(school: School, name: str, ends: date) -> None:
    with school.db.write(school.actor, "move_student") as session:
        row = session.query(ClassPupil).filter_by(enrolment_id=school.enrolments[name]).one()
        row.ends_on = ends


def test_the_store_answers_as_the_rule_does(school: School) -> None:
    room = classroom(school, pupils=0)
    with school.db.read() as session:
        term = term_of(session, room.term_id)
    first, last = term.starts_on, term.ends_on
    half = first + timedelta(days=(last - first).days // 2)
    edges = [
        day + timedelta(days=more)
        for day in (first, half, half + timedelta(days=2), last)
        for more in (-1, 0, 1)
    ]
    expected = set()
    for number, (starts, ends, marked) in enumerate(
        (starts, ends, marked)
        for starts in (first - timedelta(days=90), first, first + timedelta(days=1), half, last)
        for ends in (None, *edges)
        for marked in (False, True)
        if ends is None or ends >= starts
    ):
        name = f"{number:04}"
        student = school.add_pupil(f"{name} Pupil", "Grade 5 Coral", starts_on=starts, ends_on=None)
        if marked and starts <= last:
            school.enter({(student, room.items[0]): "40"})
        with school.db.write(school.actor, "withdraw_student") as session:
            session.get_one(Enrolment, school.enrolments[f"{name} Pupil"]).ends_on = ends
            session.query(ClassPupil).filter_by(
                enrolment_id=school.enrolments[f"{name} Pupil"]
            ).one().ends_on = ends
        if belongs(starts, ends, first, last, marked=marked and starts <= last):
            expected.add(name)
    found = listed(school, "Grade 5 Coral")
    assert set(found) == expected
    assert len(found) == len(expected)
    assert 10 < len(expected) < number


def test_the_last_class_of_the_term_has_the_pupil(school: School) -> None:
    room = classroom(school, pupils=1)
    school.add_class("Grade 5 Reef")
    school.enter({(room.pupil(1), room.items[0]): "40"})
    moved = date(2026, 10, 20)
    change_stay(school, "Pupil 0001", moved)
    stay(school, "Pupil 0001", "Grade 5 Reef", moved, None)
    assert (listed(school, "Grade 5 Coral"), listed(school, "Grade 5 Reef")) == ([], ["Pupil"])


def test_a_class_chosen_by_mistake_and_left_the_same_day_has_nobody(school: School) -> None:
    classroom(school, pupils=1)
    school.add_class("Grade 5 Reef")
    change_stay(school, "Pupil 0001", date(2026, 9, 7))
    stay(school, "Pupil 0001", "Grade 5 Reef", None, None)
    assert (listed(school, "Grade 5 Coral"), listed(school, "Grade 5 Reef")) == ([], ["Pupil"])


def test_a_change_of_class_after_the_term_changes_nothing_in_it(school: School) -> None:
    classroom(school, pupils=1)
    school.add_class("Grade 5 Reef")
    change_stay(school, "Pupil 0001", date(2027, 1, 11))
    stay(school, "Pupil 0001", "Grade 5 Reef", date(2027, 1, 11), None)
    assert (listed(school, "Grade 5 Coral"), listed(school, "Grade 5 Reef")) == (["Pupil"], [])


def test_each_school_of_a_term_keeps_its_pupil(school: School) -> None:
    """A transfer inside the store: the first school gives the card for its own marks, the next for its."""
    room = classroom(school, pupils=1)
    school.enter({(room.pupil(1), room.items[0]): "40"})
    day = date(2026, 10, 20)
    other = another_school(school)
    with school.db.write(school.actor, "transfer_student") as session:
        session.get_one(Enrolment, school.enrolments["Pupil 0001"]).ends_on = day
        enrolment = Enrolment(
            id=new_id(),
            person_id=room.pupil(1),
            institution_id=other.id,
            period_id=school.year,
            grade_id=school.made.grades["G5"],
            starts_on=day,
        )
        session.add(enrolment)
        session.add(
            ClassPupil(
                id=new_id(), class_id=other.classes["Grade 5 Shell"], enrolment_id=enrolment.id, starts_on=day
            )
        )
    assert (listed(school, "Grade 5 Coral"), listed(other, "Grade 5 Shell")) == (["Pupil"], ["Pupil"])
    theirs = other.add_items([("QUIZ", 20, "100")])
    school.enter({(room.pupil(1), room.items[1]): "60"})
    other.enter({(room.pupil(1), theirs[0]): "11"})
    with school.db.read() as session:
        marks = session.scalars(select(Mark.item_id).where(Mark.student_id == room.pupil(1)))
        assert set(marks) == {*room.items, *theirs}


def another_school(school: School) -> School:
    with school.db.write(school.actor, "create_school") as session:
        other = create_school(session, NewSchool("D-0208", "Leeward Demo Primary School"))
    found = School(school.db, replace(school.actor, institution_id=other), school.made, other)
    found.add_class("Grade 5 Shell")
    return found
