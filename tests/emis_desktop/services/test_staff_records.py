"""Staff as people: posts at two schools, learning, what is taught, and handing it over."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from pathlib import Path
from uuid import UUID

import pytest
from sqlalchemy import func, select

from emis_desktop.errors import Refused
from emis_desktop.models import Mark, Person
from emis_desktop.queries.staff_records import StaffRecordQueries
from emis_desktop.rules.ids import new_id
from emis_desktop.rules.rights import Actor, Role
from emis_desktop.services.handing_over import HandedOver, HandOver, HandOverService
from emis_desktop.services.staff import NewMember, Post, StaffService
from emis_desktop.services.staff_learning import Award, Course, StaffLearningService
from emis_desktop.services.structure import NewSchool, StructureService
from emis_desktop.services.undo import UndoService
from tests.factories.schools import IN_TERM, Classroom, School, classroom, opened_school

SINCE = date(2020, 9, 1)


@dataclass
class Staffed:
    """A class with marks, two teachers, another school, and the ministry."""

    room: Classroom
    ministry: Actor
    other: UUID
    first: UUID
    second: UUID

    @property
    def school(self) -> School:
        return self.room.school

    @property
    def service(self) -> StaffService:
        return StaffService(self.school.db, self.school.actor, lambda: IN_TERM)

    @property
    def queries(self) -> StaffRecordQueries:
        return StaffRecordQueries(self.school.db, self.school.actor)


@pytest.fixture
def staffed(tmp_path: Path) -> Iterator[Staffed]:
    with opened_school(tmp_path) as school:
        room = classroom(school, pupils=2)
        school.enter({(room.pupil(1), room.items[0]): "40"})
        ministry = school.sign_in(Role.MINISTRY_OFFICER, everywhere=True)
        other = StructureService(school.db, ministry).create_school(NewSchool("D-0202", "Leeward School"))
        service = StaffService(school.db, school.actor, lambda: IN_TERM)
        first = service.add(school.id, "Ann", "Example", SINCE)
        new = NewMember("Bea", "Example", "F", date(1980, 2, 1))
        second = service.add_member(new, Post(school.id, "HOD", SINCE, "part_time"))
        structure = StructureService(school.db, school.actor)
        structure.set_class_teacher(room.class_id, first)
        structure.set_subject_teacher(room.class_id, room.subject_id, first)
        yield Staffed(room, ministry, other, first, second)


def test_somebody_with_two_posts_is_one_person(staffed: Staffed) -> None:
    school = staffed.school
    everywhere = StaffService(school.db, staffed.ministry, lambda: IN_TERM)
    everywhere.add_post(staffed.first, Post(staffed.other, "TEACH", date(2026, 1, 5), "part_time"))
    rows = StaffRecordQueries(school.db, staffed.ministry).people(None, school.year)
    assert [(row.name, len(row.posts), row.leads, row.teaches) for row in rows] == [
        ("Example, Ann", 2, ("Grade 5 Coral",), 1),
        ("Example, Bea", 1, (), 0),
    ]
    assert [row.name for row in staffed.queries.people(school.id, school.year, "bea ex")] == ["Example, Bea"]
    at_other = StaffRecordQueries(school.db, staffed.ministry).people(staffed.other, school.year)
    assert [row.name for row in at_other] == ["Example, Ann"]
    record = staffed.queries.record(staffed.first)
    assert [(post.school, post.role, post.employment) for post in record.posts] == [
        ("Leeward School", "TEACH", "part_time"),
        ("Windward Demo Primary School", "TEACH", ""),
    ]
    assert [(line.class_name, line.subject) for line in record.teaching] == [
        ("Grade 5 Coral", ""),
        ("Grade 5 Coral", "Mathematics"),
    ]


def test_the_record_is_changed_field_by_field(staffed: Staffed) -> None:
    service, queries = staffed.service, staffed.queries
    service.set_field(staffed.first, "family_name", " Sample ")
    service.set_field(staffed.first, "sex", "F")
    service.set_field(staffed.first, "birth_date", date(1979, 5, 4))
    service.set_contact(staffed.first, "email", "ann@example.org")
    service.set_contact(staffed.first, "phone", "000 0102")
    record = queries.record(staffed.first)
    assert (record.name, record.sex, record.birth_date) == ("Ann Sample", "F", date(1979, 5, 4))
    assert record.email == "ann@example.org"
    assert record.phone
    service.set_contact(staffed.first, "email", "")
    service.set_field(staffed.first, "sex", "")
    assert (queries.record(staffed.first).email, queries.record(staffed.first).sex) == ("", "")
    with pytest.raises(Refused, match="before") as refusal:
        service.set_field(staffed.first, "birth_date", IN_TERM)
    assert refusal.value.field == "birth_date"


def test_posts_end_with_a_reason_and_go_on(staffed: Staffed) -> None:
    service, queries = staffed.service, staffed.queries
    (post,) = queries.record(staffed.second).posts
    with pytest.raises(Refused, match="began on"):
        service.end_post(post.id, date(2020, 8, 1), "retired")
    with pytest.raises(Refused, match="Choose the reason"):
        service.end_post(post.id, IN_TERM, "bored")
    service.end_post(post.id, date(2026, 10, 1), "retired")
    (ended,) = queries.record(staffed.second).posts
    assert (ended.ends_on, ended.end_reason, ended.holds(IN_TERM)) == (date(2026, 10, 1), "retired", False)
    (row,) = queries.people(staffed.school.id, staffed.school.year, "bea")
    assert not row.serves(IN_TERM)
    with pytest.raises(Refused, match="Choose an earlier day"):
        service.change_post(post.id, Post(staffed.school.id, "HOD", IN_TERM))
    service.resume_post(post.id)
    service.change_post(post.id, Post(staffed.school.id, "TEACH", date(2021, 9, 1), "full_time"))
    (now,) = queries.record(staffed.second).posts
    assert (now.role, now.starts_on, now.ends_on, now.employment) == (
        *("TEACH", date(2021, 9, 1)),
        *(None, "full_time"),
    )
    with pytest.raises(Refused, match="only post"):
        service.remove_post(post.id)
    more = service.add_post(staffed.second, Post(staffed.school.id, "LIB", IN_TERM))
    service.remove_post(more)
    assert len(queries.record(staffed.second).posts) == 1


def test_a_namesake_with_another_birthday_joins(staffed: Staffed) -> None:
    post = Post(staffed.school.id, "TEACH", SINCE)
    with pytest.raises(Refused, match="on the staff already"):
        staffed.service.add_member(NewMember("Bea", "Example"), post)
    staffed.service.add_member(NewMember("Bea", "Example", "F", date(1990, 2, 1)), post)
    for member, wrong, field in (
        (NewMember("", "Example"), post, "given_names"),
        (NewMember("Cid", "Example"), Post(staffed.school.id, "", SINCE), "role"),
        (NewMember("Cid", "Example"), Post(staffed.school.id, "TEACH", SINCE, "slave"), "employment"),
        (NewMember("Cid", "Example"), Post(new_id(), "TEACH", SINCE), ""),
    ):
        with pytest.raises(Refused) as refusal:
            staffed.service.add_member(member, wrong)
        assert (refusal.value.field or "") == field


def test_qualifications_and_training(staffed: Staffed) -> None:
    school, person = staffed.school, staffed.first
    learning = StaffLearningService(school.db, school.actor)
    undo = UndoService(school.db, school.actor)
    old = learning.add_qualification(person, Award("CSEC", "Five subjects", "CXC", 1998))
    learning.add_qualification(person, Award("BED", "Bachelor of Education", "University", 2004))
    course = learning.add_training(person, Course("First aid", "Red Cross", hours=Decimal("12.5")))
    learning.change_training(
        person, course, Course("First aid at school", "", date(2026, 1, 5), date(2026, 1, 6))
    )
    learning.change_qualification(person, old, Award("CSEC", "Six subjects", "CXC", 1999))
    record = staffed.queries.record(person)
    assert [(one.title, one.year) for one in record.qualifications] == [
        ("Bachelor of Education", 2004),
        ("Six subjects", 1999),
    ]
    assert [(one.title, one.provider, one.hours) for one in record.trainings] == [
        ("First aid at school", "", None)
    ]
    learning.remove_training(person, course)
    learning.remove_qualification(person, old)
    assert staffed.queries.record(person).trainings == ()
    undo.undo()
    assert len(staffed.queries.record(person).qualifications) == 2
    for deed in (
        lambda: learning.add_qualification(person, Award("CSEC", " ")),
        lambda: learning.add_qualification(person, Award("", "Title")),
        lambda: learning.add_qualification(person, Award("CSEC", "Title", year=98)),
        lambda: learning.add_training(person, Course("x" * 121)),
        lambda: learning.add_training(person, Course("Title", hours=Decimal(0))),
        lambda: learning.add_training(person, Course("Title", "", IN_TERM, SINCE)),
        lambda: learning.remove_training(person, course),
        lambda: learning.change_training(staffed.second, course, Course("Title")),
        lambda: learning.remove_qualification(staffed.second, old),
    ):
        with pytest.raises(Refused):
            deed()


def test_classes_are_handed_over_and_marks_stay(staffed: Staffed) -> None:
    school, service = (
        staffed.school,
        HandOverService(staffed.school.db, staffed.school.actor, lambda: IN_TERM),
    )
    undo = UndoService(school.db, school.actor)
    order = HandOver(staffed.first, staffed.second, school.id, IN_TERM)
    assert service.hand_over(order) == HandedOver(1, 1, 0)
    assert staffed.queries.record(staffed.first).teaching == ()
    assert len(staffed.queries.record(staffed.second).teaching) == 2
    assert service.hand_over(order).nothing
    with school.db.read() as session:
        assert session.scalar(select(func.count()).select_from(Mark)) == 1
    undo.undo()
    assert len(staffed.queries.record(staffed.first).teaching) == 2
    late = HandOver(staffed.first, staffed.second, school.id, date(2027, 9, 1))
    stranger = school.add_teacher("Teacher 09")
    for bad, said in (
        (late, "still to come"),
        (HandOver(staffed.first, staffed.first, school.id, IN_TERM), "same person"),
        (HandOver(staffed.first, stranger, school.id, IN_TERM), "has a post at this school"),
    ):
        with pytest.raises(Refused, match=said):
            service.hand_over(bad)
    after = HandOverService(school.db, school.actor, lambda: date(2027, 9, 1))
    assert after.hand_over(late).nothing, "the year that ended stays as it was"


def test_two_records_of_one_person_are_one_in_the_list(staffed: Staffed) -> None:
    school = staffed.school
    double = staffed.service.add(school.id, "Ann Marie", "Example", SINCE)
    with school.db.write(school.actor, "merge_students") as session:
        session.get_one(Person, double).alias_of_id = staffed.first
    rows = staffed.queries.people(school.id, school.year)
    assert [(row.name, len(row.posts)) for row in rows] == [("Example, Ann", 2), ("Example, Bea", 1)]
    assert len(staffed.queries.record(staffed.first).posts) == 2


def test_records_of_staff_are_closed_to_others(staffed: Staffed) -> None:
    school = staffed.school
    teacher = school.sign_in(Role.TEACHER, staffed.first)
    admin = school.sign_in(Role.SYSTEM_ADMINISTRATOR, everywhere=True)
    for actor in (teacher, admin):
        with pytest.raises(Refused):
            StaffRecordQueries(school.db, actor).people(school.id, school.year)
        with pytest.raises(Refused):
            StaffRecordQueries(school.db, actor).record(staffed.first)
        with pytest.raises(Refused):
            StaffService(school.db, actor).set_field(staffed.first, "sex", "F")
        with pytest.raises(Refused):
            StaffLearningService(school.db, actor).add_training(staffed.first, Course("First aid"))
    elsewhere = StaffService(school.db, staffed.ministry).add(staffed.other, "Dan", "Example", SINCE)
    with pytest.raises(Refused, match="not open to you"):
        staffed.queries.record(elsewhere)
    with pytest.raises(Refused, match="not open to you"):
        staffed.service.set_field(elsewhere, "sex", "M")
