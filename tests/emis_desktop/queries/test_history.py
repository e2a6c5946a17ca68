"""History in sentences, and the fields of a record with what they were."""

from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from pathlib import Path

import pytest
from sqlalchemy import select

from emis_desktop.errors import Refused
from emis_desktop.journal import Reading
from emis_desktop.models import (
    Act,
    ClassPupil,
    Enrolment,
    HealthNote,
    Person,
    PersonContact,
    PersonIdentity,
    PersonPhoto,
)
from emis_desktop.queries.history import FieldChange, HistoryQueries
from emis_desktop.queries.labels import describe, name_of
from emis_desktop.rules.ids import natural_id, new_id
from emis_desktop.rules.rights import Role
from emis_desktop.services.items import ItemService, NewItem
from emis_desktop.services.marks import MarkService, TypedMark
from emis_desktop.services.relations import NewGuardian, RelationService
from emis_desktop.services.remarks import AttendanceFigures, RemarkService
from emis_desktop.services.rows import delete
from emis_desktop.services.structure import NewClass, StructureService
from emis_desktop.services.students import StudentService
from resources.words import Words
from tests.factories.conflicts import write_refused
from tests.factories.offices import opened_office
from tests.factories.schools import IN_TERM, Classroom, School, classroom, opened_school

ENGLISH = Words.load("en")


@pytest.fixture
def school(tmp_path: Path) -> Iterator[School]:
    with opened_school(tmp_path) as found:
        yield found


@pytest.fixture
def room(school: School) -> Classroom:
    return classroom(school, pupils=2)


@pytest.fixture
def history(school: School) -> HistoryQueries:
    return HistoryQueries(school.db, school.actor)


def latest(history: HistoryQueries, count: int) -> list[str]:
    return [line.sentence.text(ENGLISH) for line in history.latest(count)]


def test_marks_are_told_as_they_were_then(room: Classroom, history: HistoryQueries) -> None:
    marks = MarkService(room.school.db, room.school.actor)
    one, test = room.pupil(1), room.items[0]
    marks.record(one, test, "45")
    marks.record(one, test, "44.5")
    marks.record(one, test, "E")
    marks.record(one, test, "")
    marks.record(one, test, "A")
    marks.clear([(one, test)])
    assert latest(history, 6) == [
        "Mark of Pupil 0001, Mathematics TEST cleared",
        "Mark of Pupil 0001, Mathematics TEST entered: absent",
        "Mark of Pupil 0001, Mathematics TEST cleared",
        "Mark of Pupil 0001, Mathematics TEST changed from 44.5 to exempt",
        "Mark of Pupil 0001, Mathematics TEST changed from 45 to 44.5",
        "Mark of Pupil 0001, Mathematics TEST entered: 45",
    ]


def test_many_marks_are_counted(room: Classroom, history: HistoryQueries) -> None:
    science = room.school.add_items([("TEST", 10, "1")], subject="P-SC")
    StructureService(room.school.db, room.school.actor).set_subject_teacher(
        room.class_id, room.school.made.subjects["P-SC"], None
    )
    marks = MarkService(room.school.db, room.school.actor)
    one = room.pupil(1)
    marks.record_block([TypedMark(one, item, "5") for item in (*room.items, *science)])
    marks.clear([(one, item) for item in room.items])
    assert latest(history, 2) == [
        "2 marks of Mathematics cleared",
        "3 marks of Mathematics and Science entered",
    ]


def test_subjects_are_called_what_the_reader_calls_them(room: Classroom, history: HistoryQueries) -> None:
    marks, one = MarkService(room.school.db, room.school.actor), room.pupil(1)
    marks.record(one, room.items[0], "45")
    marks.clear([(one, item) for item in room.items])
    marks.record_block([TypedMark(one, item, "5") for item in room.items])
    RemarkService(room.school.db, room.school.actor).set_comment(one, room.subject_id, room.term_id, "Good.")
    said = [line.sentence.text(Words.load("fr")) for line in history.latest(4)]
    assert all("Mathématiques" in each for each in said if "Mathem" in each or "Mathém" in each)
    assert sum("Mathématiques" in each for each in said) >= 3


def test_other_acts_have_their_sentence_too(room: Classroom, history: HistoryQueries) -> None:
    school, one = room.school, room.pupil(1)
    remarks = RemarkService(school.db, school.actor)
    remarks.set_comment(one, room.subject_id, room.term_id, "Careful.")
    remarks.rate_conduct(one, room.term_id, "PUNCTUAL", 4)
    remarks.set_attendance(one, room.term_id, AttendanceFigures(possible=61))
    ItemService(school.db, school.actor).lock(room.items[0], locked=True)
    plan = StructureService(school.db, school.actor)
    plan.rename_class(room.class_id, "Grade 5 Reef")
    plan.set_subject_teacher(room.class_id, school.made.subjects["P-MU"], None)
    plan.use_scheme(school.made.schemes["GPA"], school.id, None)
    assert latest(history, 7) == [
        "Grading scheme chosen",
        "Music of Grade 5 Reef changed",
        "Class Grade 5 Reef changed",
        "Mathematics TEST locked",
        "Attendance of Pupil 0001 entered",
        "Conduct of Pupil 0001 rated",
        "Comment on Pupil 0001, Mathematics written",
    ]


def test_acts_that_this_version_does_not_know(room: Classroom, history: HistoryQueries) -> None:
    with room.school.db.write(room.school.actor, "from_the_future") as session:
        session.get_one(Person, room.pupil(1)).birth_place = "Demo Bay"
    with room.school.db.write(room.school.actor, "another") as session:
        session.get_one(Person, room.pupil(1)).birth_place = "Harbour"
    with room.school.db.write(room.school.actor, "set_comment") as session:
        session.get_one(Person, room.pupil(1)).birth_place = "Hill"
    assert latest(history, 3) == ["Records changed", "Records changed", "Records changed"]


def test_a_reading_of_a_sealed_note_is_told(room: Classroom, history: HistoryQueries) -> None:
    note_id = natural_id("health_note", room.pupil(1))
    with room.school.db.write(room.school.actor, "write_health") as session:
        session.add(HealthNote(id=note_id, person_id=room.pupil(1), sealed=b"sealed"))
    with room.school.db.write(room.school.actor, "read_health", about=Reading("health_note", note_id)):
        pass
    assert latest(history, 2) == ["Health note of Pupil 0001 read", "Health note of Pupil 0001 changed"]


def test_lines_say_when_and_who_and_teachers_see_their_own(room: Classroom, history: HistoryQueries) -> None:
    school = room.school
    teacher = school.add_teacher()
    StructureService(school.db, school.actor).set_class_teacher(room.class_id, teacher)
    actor = school.sign_in(Role.TEACHER, teacher)
    MarkService(school.db, actor).record(room.pupil(1), room.items[0], "45")
    line = history.latest(1)[0]
    assert line.user == "User teacher"
    assert datetime.now(UTC) - line.at < timedelta(minutes=5)
    mine = HistoryQueries(school.db, actor)
    assert [one.user for one in mine.latest()] == ["User teacher"]
    with pytest.raises(Refused, match="See who changed what"):
        mine.record("person", room.pupil(1))
    with pytest.raises(Refused, match="See who changed what"):
        mine.person(room.pupil(1))


def fields(changes: tuple[FieldChange, ...]) -> list[tuple[str, object, object]]:
    return [(change.field.text(ENGLISH), change.before, change.after) for change in changes]


def test_a_field_shows_what_it_was(room: Classroom, history: HistoryQueries) -> None:
    school, one = room.school, room.pupil(1)
    with school.db.write(school.actor, "change_student") as session:
        person = session.get_one(Person, one)
        person.birth_date = date(2016, 3, 13)
        person.preferred_name = "Pip"
        person.synthetic = False
    found = fields(history.record("person", one))
    assert found[-1] == ("Record added", None, None)
    assert ("Date of birth", date(2016, 3, 12), date(2016, 3, 13)) in found
    assert ("Name usually used", None, "Pip") in found
    assert ("Invented record", True, False) in found


def test_marks_and_references_are_shown_as_values_and_names(room: Classroom, history: HistoryQueries) -> None:
    school, one = room.school, room.pupil(1)
    marks = MarkService(school.db, school.actor)
    marks.record(one, room.items[0], "45")
    marks.record(one, room.items[0], "44")
    assert fields(history.record("mark", natural_id("mark", one, room.items[0])))[0] == (
        "Mark",
        Decimal(45),
        Decimal(44),
    )
    enrolment_id = school.enrolments["Pupil 0001"]
    with school.db.write(school.actor, "change_student") as session:
        session.get_one(Enrolment, enrolment_id).grade_id = school.made.grades["G6"]
    assert fields(history.record("enrolment", enrolment_id))[0] == ("Grade", "Grade 5", "Grade 6")


def test_the_whole_record_of_a_person(room: Classroom, history: HistoryQueries) -> None:
    school, one = room.school, room.pupil(1)
    identity, contact = new_id(), new_id()
    with school.db.write(school.actor, "change_number") as session:
        session.add(PersonIdentity(id=identity, person_id=one, kind="national", number="1"))
        session.add(PersonContact(id=contact, person_id=one, kind="phone", value="1"))
        session.add(PersonPhoto(id=natural_id("person_photo", one), person_id=one, image=b"one"))
        session.add(HealthNote(id=natural_id("health_note", one), person_id=one, sealed=b"one"))
    with school.db.write(school.actor, "change_number") as session:
        session.get_one(PersonIdentity, identity).number = "2"
        session.get_one(PersonContact, contact).value = "2"
        session.get_one(PersonPhoto, natural_id("person_photo", one)).image = b"two"
        session.get_one(HealthNote, natural_id("health_note", one)).sealed = b"two"
    with school.db.write(school.actor, "change_number") as session:
        delete(session, session.get_one(PersonIdentity, identity))
    with school.db.write(school.actor, "change_number") as session:
        session.get_one(PersonIdentity, identity).deleted_at = None
    found = fields(history.person(one))
    assert found[:2] == [("Number brought back", None, None), ("Number removed", None, None)]
    assert ("Number", "1", "2") in found
    assert ("Photo", None, None) in found
    assert ("Place in a class added", None, "Grade 5 Coral") in found
    assert ("Number added", None, "1") in found
    assert ("Enrolment added", None, None) in found
    health = [change for change in history.person(one) if change.field.text(ENGLISH).startswith("Health")]
    assert [(change.hidden, change.before, change.after) for change in health] == [(True, None, None)] * 2
    ministry = HistoryQueries(school.db, school.sign_in(Role.AUDITOR))
    contacts = [change for change in ministry.person(one) if change.field.text(ENGLISH) == "Phone or e-mail"]
    assert [(change.hidden, change.after) for change in contacts] == [(True, None)]


def test_rows_are_named_as_people_know_them(room: Classroom) -> None:
    school, one = room.school, room.pupil(1)
    with school.db.read() as session:
        stay = session.scalars(select(ClassPupil.id)).first()
        assert stay is not None
        assert describe(session, "class_pupil", stay) == {
            "pupil": "Pupil 0001",
            "class_name": "Grade 5 Coral",
        }
        assert name_of(session, "school_class", room.class_id) == "Grade 5 Coral"
        assert name_of(session, "person", one) == "Pupil 0001"
        assert name_of(session, "school_class", one) == "–"
        assert name_of(session, "mark", one) == "–"
        assert name_of(session, "scheme_use", one) == "–"
        assert describe(session, "enrolment", one) == {"pupil": "–"}


def test_a_new_class_and_items_are_told(school: School, history: HistoryQueries) -> None:
    plan = StructureService(school.db, school.actor)
    plan.create_class(NewClass(school.id, school.year, "Grade 5 Coral", (school.made.grades["G5"],)))
    school.add_items([("TEST", 50, "40"), ("EXAM", 100, "60")])
    ids = school.add_items([("QUIZ", 10, "1")])
    ItemService(school.db, school.actor).change(ids[0], NewItem("Quiz 1", Decimal(10), Decimal(1)))
    assert latest(history, 4) == [
        "Mathematics Quiz 1 changed",
        "Mathematics Quiz 1 added",
        "2 items of assessment added",
        "Class Grade 5 Coral added",
    ]


def test_details_of_guardians_stand_in_the_pupils_history(room: Classroom, history: HistoryQueries) -> None:
    school, one = room.school, room.pupil(1)
    relations = RelationService(school.db, school.actor)
    mother = relations.add_guardian(one, NewGuardian("MOTHER", "Ann", "Guardian 0007", "000 0142"))
    relations.set_phone(mother, "000 0199")
    changes = history.person(one)
    newest = next(line for line in changes if line.whose)
    added = next(line for line in changes if line.key == "guardianship")
    assert (newest.whose, newest.key, newest.before, newest.after) == (
        "Ann Guardian 0007",
        "person_contact.value",
        "000 0142",
        "000 0199",
    )
    assert (added.key, added.after) == ("guardianship", "Ann Guardian 0007")
    contact = next(line for line in history.person(one) if line.key == "person_contact")
    assert (contact.field.text(ENGLISH), contact.after) == ("Contact added", "000 0142")
    auditor = HistoryQueries(school.db, school.sign_in(Role.AUDITOR)).person(one)
    assert all(line.after is None for line in auditor if line.key.startswith("person_contact"))


def test_a_pupil_of_another_school_has_no_history_here(room: Classroom) -> None:
    stranger = replace(room.school.actor, institution_id=new_id())
    with pytest.raises(Refused, match="not open to you"):
        HistoryQueries(room.school.db, stranger).person(room.pupil(1))


def test_a_group_that_moved_is_counted_once_each(room: Classroom, history: HistoryQueries) -> None:
    school = room.school
    reef = school.add_class("Grade 5 Reef")
    service = StudentService(school.db, school.actor, lambda: IN_TERM)
    service.move_all([room.pupil(1), room.pupil(2)], reef, IN_TERM)
    assert latest(history, 1) == ["2 pupils moved to Grade 5 Reef"]


def test_a_move_is_told_as_the_move_and_not_as_a_last_day(room: Classroom, history: HistoryQueries) -> None:
    school = room.school
    reef = school.add_class("Grade 5 Reef")
    service = StudentService(school.db, school.actor, lambda: IN_TERM)
    service.move_all([room.pupil(1), room.pupil(2)], reef, IN_TERM)
    assert fields(history.person(room.pupil(1)))[:2] == [
        ("Moved to another class", "Grade 5 Coral", "Grade 5 Reef"),
        ("Last day in the class", None, IN_TERM),
    ]


def test_another_schools_history_stays_there(tmp_path: Path) -> None:
    with opened_office(tmp_path) as office:
        pupil = office.admit()
        office.relations.set_phone(pupil, "000 440-1234")
        db = office.school.db
        here, there = HistoryQueries(db, office.actor), office.acting(Role.PRINCIPAL, other=True)
        elsewhere = HistoryQueries(db, there.actor)
        assert not any("Élodie-Ann" in text for text in latest(elsewhere, 50))
        assert latest(here, 2)[0] == "Phone of Élodie-Ann Pupil 0004 changed"
        for table in ("person", "enrolment"):
            row_id = pupil if table == "person" else office.record(pupil).enrolments[0].id
            assert here.record(table, row_id)
            with pytest.raises(Refused, match="another school"):
                elsewhere.record(table, row_id)
        with db.write(office.actor, "read_health", about=Reading("person", pupil)):
            pass
        assert len(latest(here, 1)) == 1
        assert not any("read" in text for text in latest(elsewhere, 50))
        everywhere = HistoryQueries(db, office.acting(Role.MINISTRY_OFFICER, everywhere=True).actor)
        assert everywhere.record("person", pupil) == here.record("person", pupil)
        scale = office.school.made.scales["LETTERS"]
        assert elsewhere.record("grading_scale", scale), "what is the nation's is open to every school"


def test_who_may_not_read_contacts_sees_none_in_history(tmp_path: Path) -> None:
    with opened_office(tmp_path) as office:
        pupil = office.admit()
        new = NewGuardian("MOTHER", "Bo", "Guardian", "000 440-7777")
        guardian = office.relations.add_guardian(pupil, new)
        office.relations.set_phone(pupil, "000 440-1234")
        auditor = HistoryQueries(office.school.db, office.acting(Role.AUDITOR).actor)
        lines = (*auditor.person(pupil), *auditor.record("person", guardian))
        told = " ".join([*latest(auditor, 50), *map(str, lines)])
        assert "440-" not in told
        assert "Guardian of" in told


def test_what_the_server_did_not_take_is_told_as_such(tmp_path: Path) -> None:
    with opened_office(tmp_path) as office:
        db, user, pupil = office.school.db, office.school.actor.user_id, office.admit()
        students = StudentService(db, office.school.actor)
        history = HistoryQueries(db, office.school.actor)
        students.change(pupil, "transport", "Bus 3")
        students.change(pupil, "transport", "Bus 4")
        students.change(pupil, "birth_place", "Hilltown")
        with db.read() as session:
            stamps = list(session.scalars(select(Act.clock).order_by(Act.seq.desc()).limit(3)))
        plain = latest(history, 3)
        write_refused(db, "person", pupil, "transport", "Bus 4", user, stamp=stamps[1])
        write_refused(db, "person", pupil, "birth_place", "Hilltown", user, stamp=stamps[0], outcome="parked")
        down = f"Not taken by the ministry: {plain[1]}"
        assert latest(history, 3) == [plain[0], down, plain[2]]
        lines = {(line.field.text(ENGLISH), line.after): line.refused for line in history.person(pupil)}
        assert lines["Transport", "Bus 4"]
        assert [one for one in lines.items() if one[1]] == [(("Transport", "Bus 4"), True)]
        write_refused(db, "person", pupil, "given_names", "Other", user, stamp=stamps[2])
        assert latest(history, 3)[2] == f"Not taken whole by the ministry: {plain[2]}"
