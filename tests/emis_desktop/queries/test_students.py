"""A pupil's record: everything of one moment, for those who may see it, and of it what they may see."""

from collections.abc import Iterator
from dataclasses import replace
from datetime import date
from functools import partial
from pathlib import Path
from uuid import UUID, uuid4

import pytest

from emis_desktop.errors import Refused
from emis_desktop.models import Enrolment, Person
from emis_desktop.queries import students
from emis_desktop.queries.plain import pieces
from emis_desktop.queries.students import StudentQueries
from emis_desktop.rules.rights import Role, actor_of
from emis_desktop.rules.student_number import student_number
from emis_desktop.services.relations import NewGuardian
from emis_desktop.services.rows import delete
from tests.emis_desktop.services.test_photos import jpeg
from tests.factories.offices import FIRST_DAY, Office, opened_office
from tests.factories.schools import IN_TERM


@pytest.fixture
def office(tmp_path: Path) -> Iterator[Office]:
    with opened_office(tmp_path) as found:
        yield found


@pytest.fixture
def pupil(office: Office) -> UUID:
    fields = {"preferred_name": "Élodie", "birth_place": "Demo Bay", "nationality": "GD"}
    found = office.admit(
        class_id=office.school.classes["Grade 5 Coral"],
        fields={**fields, "address": "Harbour Road", "transport": "Walks"},
        synthetic=True,
    )
    office.students.set_number(found, "BIRTH", "482/2016")
    office.relations.set_phone(found, "000 0142")
    office.relations.add_guardian(found, NewGuardian("MOTHER", "Ann", "Guardian 0007", "000 0199"))
    office.relations.add_guardian(found, NewGuardian("UNCLE", "Bo", "Guardian 0008"))
    office.relations.add_note(found, "Older", date(2026, 10, 1))
    office.relations.add_note(found, "Newer", IN_TERM)
    office.photos.set_photo(found, jpeg())
    office.health.write(found, "Asthma")
    return found


def test_the_whole_record(office: Office, pupil: UUID) -> None:
    record = office.record(pupil)
    assert (record.preferred_name, record.birth_place, record.nationality) == ("Élodie", "Demo Bay", "GD")
    assert (record.address, record.transport, record.synthetic) == ("Harbour Road", "Walks", True)
    assert [(line.kind, line.number) for line in record.identities] == [
        ("provisional", "T1-0001"),
        ("BIRTH", "482/2016"),
    ]
    assert record.number == "T1-0001"
    assert [(line.kind, line.value, line.label) for line in record.contacts] == [("phone", "000 0142", None)]
    assert [(line.family_name, line.phone) for line in record.guardians] == [
        ("Guardian 0007", "000 0199"),
        ("Guardian 0008", None),
    ]
    assert [line.text for line in record.notes] == ["Newer", "Older"]
    assert record.photo == jpeg()
    assert record.has_health is True


def test_the_ministrys_number_stands_first(office: Office, pupil: UUID) -> None:
    office.students.set_number(pupil, "register", "31")
    office.students.set_number(pupil, "national", student_number(7))
    kinds = [line.kind for line in office.record(pupil).identities]
    assert kinds == ["national", "provisional", "BIRTH", "register"]


def test_the_class_is_that_of_the_last_stay(office: Office, pupil: UUID) -> None:
    office.students.move_to_class(pupil, office.school.classes["Grade 5 Reef"], IN_TERM)
    current = office.record(pupil).current
    assert current is not None
    assert (current.class_name, len(current.stays), current.institution, current.period) == (
        "Grade 5 Reef",
        2,
        "Windward Demo Primary School",
        "2026–27",
    )
    office.students.withdraw(pupil, IN_TERM, "expelled", "EXP")
    (line,) = office.record(pupil).enrolments
    assert line.class_name == "Grade 5 Reef"


def test_a_bare_record(office: Office) -> None:
    record = office.record(office.admit(birth_date=None))
    assert (record.contacts, record.guardians, record.notes, record.photo) == ((), (), (), None)
    assert record.current is not None
    assert (record.current.class_id, record.current.stays) == (None, ())
    with office.school.db.write(office.actor, "admit_student") as session:
        person = Person(id=uuid4(), given_names="A", family_name="B")
        enrolment = Enrolment(
            id=uuid4(),
            person_id=person.id,
            institution_id=office.school.id,
            period_id=office.school.year,
            grade_id=office.school.made.grades["G5"],
            starts_on=FIRST_DAY,
            ends_on=IN_TERM,
        )
        session.add_all([person, enrolment])
    assert office.record(person.id).number is None
    assert office.record(person.id).current is None


def test_who_may_not_read_contacts_sees_none(office: Office, pupil: UUID) -> None:
    record = office.acting(Role.DISTRICT_OFFICER, everywhere=True).record(pupil)
    assert (record.address, record.contacts) == (None, ())
    assert [(line.given_names, line.phone) for line in record.guardians] == [("Ann", None), ("Bo", None)]
    assert record.transport == "Walks"


def test_a_teacher_sees_own_classes(office: Office, pupil: UUID) -> None:
    db, school = office.school.db, office.school
    for name, seen in (("Grade 5 Coral", True), ("Grade 5 Reef", False)):
        own = frozenset({school.classes[name]})
        queries = StudentQueries(db, actor_of(uuid4(), "T", Role.TEACHER, school.id, own))
        if seen:
            assert queries.record(pupil).id == pupil
        else:
            with pytest.raises(Refused, match="not open to you"):
                queries.record(pupil)


def test_another_school_nobody_and_the_deleted(office: Office, pupil: UUID) -> None:
    with pytest.raises(Refused, match="not open to you"):
        office.acting(Role.PRINCIPAL, other=True).record(pupil)
    with pytest.raises(Refused, match="no such pupil"):
        office.record(uuid4())
    with pytest.raises(Refused, match="See pupils"):
        office.acting(Role.REGIONAL_STATISTICIAN).record(pupil)
    with office.school.db.write(office.actor, "change_student") as session:
        delete(session, session.get_one(Person, pupil))
    with pytest.raises(Refused, match="no such pupil"):
        office.record(pupil)


def test_a_teacher_is_told_of_no_brother_in_another_class(office: Office, pupil: UUID) -> None:
    school = office.school
    other = school.classes["Grade 5 Reef"]
    guardian = office.record(pupil).guardians[0].person_id
    brother = office.admit(class_id=other)
    office.relations.add_guardian(brother, NewGuardian("MOTHER", person_id=guardian))
    assert len(office.record(pupil).guardians[0].siblings) == 1
    teacher = replace(school.sign_in(Role.TEACHER), class_ids=frozenset({school.classes["Grade 5 Coral"]}))
    assert StudentQueries(school.db, teacher).record(pupil).guardians[0].siblings == ()
    both = replace(teacher, class_ids=frozenset({school.classes["Grade 5 Coral"], other}))
    assert len(StudentQueries(school.db, both).record(pupil).guardians[0].siblings) == 1


def test_the_grades_of_a_group(office: Office, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(students, "pieces", partial(pieces, size=1))
    g5, g6 = office.school.made.grades["G5"], office.school.made.grades["G6"]
    one, two, gone = office.admit("A"), office.admit("B", grade_id=g6), office.admit("C")
    office.students.withdraw(gone, IN_TERM, "emigrated", None)
    queries = StudentQueries(office.school.db, office.actor)
    assert queries.grades([one, two, gone]) == {g5, g6}
    assert queries.grades([gone]) == queries.grades([]) == frozenset()
    elsewhere = office.acting(Role.PRINCIPAL, other=True).actor
    assert StudentQueries(office.school.db, elsewhere).grades([one, two]) == frozenset()
    teacher = replace(office.actor, role=Role.TEACHER, class_ids=frozenset())
    assert StudentQueries(office.school.db, teacher).grades([one, two]) == frozenset()
