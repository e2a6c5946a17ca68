"""Schools open, close and are merged: nobody falls out, and what was stays where it was."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from uuid import UUID

import pytest
from sqlalchemy import select

from emis_desktop.errors import Refused
from emis_desktop.models import ClassPupil, Enrolment, Institution, Mark, SchoolClass, StaffPosition
from emis_desktop.queries.school import SchoolQueries
from emis_desktop.queries.schools import SchoolLifeQueries
from emis_desktop.queries.transfers import TransferQueries
from emis_desktop.rules.ids import new_id
from emis_desktop.rules.rights import Actor, Role
from emis_desktop.services.enrolments import check_enrolment
from emis_desktop.services.schools import Merged, SchoolLifeService
from emis_desktop.services.staff import StaffService
from emis_desktop.services.structure import NewClass, NewSchool, StructureService
from emis_desktop.services.transfers import Arrival, TransferService
from emis_desktop.services.undo import UndoService
from tests.factories.schools import Classroom, School, classroom, opened_school

LAST = date(2026, 12, 18)
NEXT = date(2026, 12, 19)


@dataclass
class Country:
    """Two schools: one with three pupils and a teacher, and another."""

    room: Classroom
    ministry: Actor
    other: UUID
    teacher: UUID

    @property
    def school(self) -> School:
        return self.room.school

    @property
    def life(self) -> SchoolLifeService:
        return SchoolLifeService(self.school.db, self.ministry)

    def open_rolls(self, institution_id: UUID) -> list[Enrolment]:
        with self.school.db.read() as session:
            question = select(Enrolment).where(
                Enrolment.institution_id == institution_id,
                Enrolment.ends_on.is_(None),
                Enrolment.deleted_at.is_(None),
            )
            return list(session.scalars(question))


@pytest.fixture
def country(tmp_path: Path) -> Iterator[Country]:
    with opened_school(tmp_path) as school:
        room = classroom(school, pupils=3)
        school.enter({(room.pupil(1), room.items[0]): "40"})
        ministry = school.sign_in(Role.MINISTRY_OFFICER, everywhere=True)
        other = StructureService(school.db, ministry).create_school(NewSchool("D-0202", "Leeward School"))
        teacher = StaffService(school.db, school.actor).add(school.id, "Ann", "Example", date(2020, 9, 1))
        yield Country(room, ministry, other, teacher)


def test_a_school_with_pupils_is_not_closed_and_they_are_listed(country: Country) -> None:
    school = country.school
    with pytest.raises(Refused, match="3 pupils are on the roll of Windward"):
        country.life.close(school.id, LAST, "too few pupils")
    left = SchoolLifeQueries(school.db, country.ministry).left_over(school.id, LAST)
    assert [(one.name, one.grade) for one in left] == [
        (f"{number:04}, Pupil", "Grade 5") for number in (1, 2, 3)
    ]


def test_an_empty_school_closes_and_opens_again(country: Country) -> None:
    school, life = country.school, country.life
    queries = SchoolLifeQueries(school.db, country.ministry)
    life.set_opened(country.other, date(2001, 9, 3))
    with pytest.raises(Refused, match="opened on"):
        life.close(country.other, date(2001, 9, 1), "too few pupils")
    with pytest.raises(Refused, match="1 to 40 characters"):
        life.close(country.other, LAST, " ")
    post = StaffService(school.db, country.ministry).add(country.other, "Bea", "Example", date(2020, 9, 1))
    life.close(country.other, LAST, "too few pupils")
    found = {one.code: one for one in queries.schools(LAST)}["D-0202"]
    assert (found.opened_on, found.closed_on, found.reason) == (date(2001, 9, 3), LAST, "too few pupils")
    with school.db.read() as session:
        (row,) = session.scalars(select(StaffPosition).where(StaffPosition.person_id == post))
        assert (row.ends_on, row.end_reason) == (LAST, "school_closed")
        check_enrolment(session, country.other, school.year, school.made.grades["G5"], LAST)
        with pytest.raises(Refused, match="Leeward School closed on"):
            check_enrolment(session, country.other, school.year, school.made.grades["G5"], NEXT)
    with pytest.raises(Refused, match="closed on"):
        life.close(country.other, LAST, "again")
    with pytest.raises(Refused, match="Choose an earlier day"):
        life.set_opened(country.other, NEXT)
    assert [one.name for one in SchoolQueries(school.db, country.ministry).schools()][-1] == "Leeward School"
    life.reopen(country.other)
    assert SchoolQueries(school.db, country.ministry).schools()[0].closed_on is None


def test_a_school_that_closed_is_no_destination(country: Country) -> None:
    school = country.school
    transfers = TransferQueries(school.db, school.actor)
    assert [one.code for one in transfers.destinations()] == ["D-0202"]
    country.life.close(country.other, date(2020, 1, 1), "long ago")
    assert transfers.destinations() == ()


def test_two_schools_are_merged_and_nothing_of_the_past_moves(country: Country) -> None:
    school, life = country.school, country.life
    StructureService(school.db, country.ministry).create_class(
        NewClass(country.other, school.year, "Grade 5 Coral", (school.made.grades["G5"],))
    )
    undo = UndoService(school.db, country.ministry)
    done = undo.made_by(lambda: life.merge(school.id, country.other, LAST))
    assert done.result == Merged(pupils=3, classes=1, posts=1)
    assert country.open_rolls(school.id) == []
    there = country.open_rolls(country.other)
    assert {one.person_id for one in there} == {country.room.pupil(number) for number in (1, 2, 3)}
    assert {(one.starts_on, one.entry, one.grade_id) for one in there} == {
        (NEXT, "transferred", school.made.grades["G5"])
    }
    with school.db.read() as session:
        old = session.get_one(Enrolment, there[0].previous_id)
        assert (old.institution_id, old.ends_on, old.exit, old.destination_id) == (
            *(school.id, LAST, "transferred"),
            country.other,
        )
        stay = session.scalars(select(ClassPupil).where(ClassPupil.enrolment_id == there[0].id)).one()
        made = session.get_one(SchoolClass, stay.class_id)
        assert (made.name, stay.starts_on) == ("Grade 5 Coral (Windward Demo Primary School)", NEXT)
        assert len(session.scalars(select(Mark).where(Mark.deleted_at.is_(None))).all()) == 1
        posts = session.scalars(select(StaffPosition).order_by(StaffPosition.starts_on)).all()
        assert [(one.institution_id, one.ends_on) for one in posts] == [
            (school.id, LAST),
            (country.other, None),
        ]
        merged = session.get_one(Institution, school.id)
        assert (merged.closed_on, merged.closing_reason, merged.successor_id) == (
            LAST,
            "merged",
            country.other,
        )
    undo.undo_act(done.act or 0)
    assert len(country.open_rolls(school.id)) == 3
    assert country.open_rolls(country.other) == []


def test_guests_and_those_who_come_later_are_moved_as_what_they_are(country: Country) -> None:
    school = country.school
    second = country.room.pupil(2)
    arrival = Arrival(country.other, school.year, school.made.grades["G5"], date(2026, 10, 5))
    TransferService(school.db, country.ministry, lambda: LAST).host_pupils([second], arrival)
    later = Enrolment(
        id=new_id(),
        person_id=country.teacher,
        institution_id=school.id,
        period_id=school.year,
        grade_id=school.made.grades["G5"],
        starts_on=date(2027, 1, 5),
    )
    with school.db.write(school.actor, "admit_student") as session:
        session.add(later)
    country.life.merge(school.id, country.other, LAST)
    there = {one.person_id: one for one in country.open_rolls(country.other)}
    assert len(there) == 4
    assert (there[second].standing, there[second].starts_on) == ("enrolled", NEXT)
    assert (there[country.teacher].starts_on, there[country.teacher].previous_id) == (date(2027, 1, 5), None)


def test_only_the_ministry_and_only_what_can_be(country: Country) -> None:
    school = country.school
    own = SchoolLifeService(school.db, school.actor)
    for deed in (
        lambda: own.close(school.id, LAST, "reason"),
        lambda: own.merge(school.id, country.other, LAST),
        lambda: own.reopen(school.id),
        lambda: own.set_opened(school.id, None),
        lambda: own.set_sex_policy(school.id, "girls"),
    ):
        with pytest.raises(Refused, match="The ministry opens, closes and merges schools"):
            deed()
    for deed, said in (
        (lambda: country.life.merge(school.id, school.id, LAST), "the same school"),
        (lambda: country.life.merge(school.id, new_id(), LAST), "no longer there"),
        (lambda: country.life.set_sex_policy(school.id, "dogs"), "mixed, girls, boys"),
    ):
        with pytest.raises(Refused, match=said):
            deed()
    country.life.set_sex_policy(school.id, "girls")
    (line, _other) = SchoolLifeQueries(school.db, country.ministry).schools(LAST)[::-1]
    assert (line.sex_policy, line.on_roll) == ("girls", 3)
    assert len(SchoolLifeQueries(school.db, school.actor).schools(LAST)) == 1
    assert len(SchoolLifeQueries(school.db, school.actor).areas()) > 1
