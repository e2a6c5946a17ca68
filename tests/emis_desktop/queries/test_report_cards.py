"""The list of cards: ready or not and why, issued, changed since; who may look."""

from collections.abc import Iterator
from dataclasses import replace
from datetime import date
from decimal import Decimal
from pathlib import Path

import pytest
from sqlalchemy import select

from emis_desktop.errors import Refused
from emis_desktop.models import (
    AssessmentScheme,
    ClassPupil,
    Enrolment,
    Institution,
    PersonPhoto,
    ReportCard,
)
from emis_desktop.queries.assessed import Sheet
from emis_desktop.queries.mark_sheet import MarkSheetQueries
from emis_desktop.queries.report_cards import ReportCardQueries
from emis_desktop.rules.ids import natural_id, new_id
from emis_desktop.rules.readiness import CardState
from emis_desktop.rules.rights import Role
from emis_desktop.services.items import ItemService
from emis_desktop.services.remarks import RemarkService
from emis_desktop.services.report_cards import IssueOrder, Prepared, ReportCardService, Skipped
from emis_desktop.services.structure import StructureService
from resources.words import Words
from tests.factories.schools import IN_TERM, Classroom, School, classroom, opened_school

ENGLISH = Words.load("en")


@pytest.fixture
def school(tmp_path: Path) -> Iterator[School]:
    with opened_school(tmp_path) as found:
        yield found


@pytest.fixture
def room(school: School) -> Classroom:
    """Three pupils: the first complete, the second half way, the third without a mark."""
    found = classroom(school, pupils=3)
    test, exam = found.items
    school.enter({(found.pupil(1), test): "45", (found.pupil(1), exam): "60", (found.pupil(2), test): "45"})
    return found


@pytest.fixture
def queries(school: School) -> ReportCardQueries:
    return ReportCardQueries(school.db, school.actor)


def issue(room: Classroom, language: str = "en", day: date = IN_TERM) -> None:
    service = ReportCardService(room.school.db, room.school.actor)
    order = IssueOrder((room.class_id,), room.term_id, day, language, again=True)
    service.commit([found.frozen for found in service.preparing(order) if isinstance(found, Prepared)])


def test_the_list_says_who_is_ready_and_what_is_missing(room: Classroom, queries: ReportCardQueries) -> None:
    science = room.school.add_items([("TEST", 10, "1")], subject="P-SC")
    StructureService(room.school.db, room.school.actor).set_subject_teacher(
        room.class_id, room.school.made.subjects["P-SC"], None
    )
    room.school.enter({(room.pupil(1), science[0]): "9", (room.pupil(2), science[0]): "9"})
    found = queries.card_list(room.class_id, room.term_id)
    assert [row.state for row in found.rows] == [CardState.READY, CardState.INCOMPLETE, CardState.INCOMPLETE]
    assert [[reason.text(ENGLISH) for reason in row.reasons] for row in found.rows] == [
        [],
        ["No mark: Mathematics"],
        ["No mark: Mathematics and Science"],
    ]
    assert [row.average for row in found.rows] == [Decimal("81.0"), None, None]
    assert (found.class_name, found.rows[1].name, found.rows[1].number) == ("Grade 5 Coral", "0002, Pupil", 2)
    assert found.count(CardState.READY, CardState.ISSUED) == 1
    french = queries.card_list(room.class_id, room.term_id, "fr")
    assert french.rows[1].reasons[0].values["subjects"] == ("Mathématiques",)
    mixed = queries.card_list(room.class_id, room.term_id, "fr", said_in="en")
    assert mixed.rows[1].reasons[0].values["subjects"] == ("Mathematics",)
    order = IssueOrder((room.class_id,), room.term_id, IN_TERM, "fr", said_in="en")
    service = ReportCardService(room.school.db, room.school.actor)
    left_out = [one for one in service.preparing(order) if isinstance(one, Skipped)]
    assert left_out[0].reasons[0].text(ENGLISH) == "No mark: Mathematics"


def taught(room: Classroom, code: str) -> Sheet:
    """A subject that the class is taught now, without a test in it."""
    subject = room.school.made.subjects[code]
    StructureService(room.school.db, room.school.actor).set_subject_teacher(room.class_id, subject, None)
    return Sheet(room.class_id, subject, room.term_id)


def test_a_subject_without_tests_keeps_every_card_back(room: Classroom, queries: ReportCardQueries) -> None:
    science, music = taught(room, "P-SC"), taught(room, "P-MU")
    found = queries.card_list(room.class_id, room.term_id)
    assert [row.state for row in found.rows] == [CardState.INCOMPLETE] * 3
    said = [[reason.text(ENGLISH) for reason in row.reasons] for row in found.rows]
    assert said[0] == ["No tests: Science and Music"]
    assert said[1] == ["No mark: Mathematics", "No tests: Science and Music"]
    assert found.rows[0].missing == (science.subject_id, music.subject_id)
    assert found.rows[0].average is None
    assert [row.only_tests for row in found.rows] == [True, False, False]
    assert all(row.provisional for row in found.rows)
    values = queries.card_values(room.class_id, room.term_id)[0]
    assert values.provisional
    assert (values.summary.coverage, values.summary.subjects, values.summary.state.value) == (
        33,
        3,
        "provisional",
    )


def test_a_subject_that_is_not_assessed_keeps_no_card_back(
    room: Classroom, queries: ReportCardQueries
) -> None:
    items = ItemService(room.school.db, room.school.actor)
    science, music = taught(room, "P-SC"), taught(room, "P-MU")
    items.set_assessed(science, assessed=False)
    first = queries.card_list(room.class_id, room.term_id).rows[0]
    assert [reason.text(ENGLISH) for reason in first.reasons] == ["No tests: Music"]
    items.set_assessed(music, assessed=False)
    first = queries.card_list(room.class_id, room.term_id).rows[0]
    assert (first.state, first.average) == (CardState.READY, Decimal("72.0"))
    items.set_assessed(music, assessed=True)
    assert queries.card_list(room.class_id, room.term_id).rows[0].state is CardState.INCOMPLETE


def test_an_issued_card_that_lacks_something_now_is_incomplete(
    room: Classroom, queries: ReportCardQueries
) -> None:
    issue(room)
    taught(room, "P-SC")
    first = queries.card_list(room.class_id, room.term_id).rows[0]
    assert first.state is CardState.INCOMPLETE
    assert first.issued is not None
    assert [reason.text(ENGLISH) for reason in first.reasons] == ["No tests: Science"]
    order = IssueOrder((room.class_id,), room.term_id, IN_TERM, students=frozenset({room.pupil(1)}))
    service = ReportCardService(room.school.db, room.school.actor)
    (left,) = service.preparing(order)
    assert isinstance(left, Skipped)
    assert [reason.text(ENGLISH) for reason in left.reasons] == ["No tests: Science"]
    (made,) = service.preparing(replace(order, provisional=True))
    assert isinstance(made, Prepared)
    service.commit([made.frozen])
    first = queries.card_list(room.class_id, room.term_id).rows[0]
    assert first.state is CardState.ISSUED


def test_empty_remarks_are_noted_and_hold_nothing_up(room: Classroom, queries: ReportCardQueries) -> None:
    remarks = RemarkService(room.school.db, room.school.actor)
    remarks.set_class_teacher_remark(room.pupil(1), room.term_id, "Steady.")
    first = queries.card_list(room.class_id, room.term_id).rows[0]
    assert [note.text(ENGLISH) for note in first.notes] == ["Principal’s remark is empty"]
    assert first.state is CardState.READY
    remarks.set_principal_remark(room.pupil(1), room.term_id, "Well done.")
    assert queries.card_list(room.class_id, room.term_id).rows[0].notes == ()
    assert len(queries.card_list(room.class_id, room.term_id).rows[1].notes) == 2


def test_a_pupil_with_nothing_at_all_is_not_ready(room: Classroom, queries: ReportCardQueries) -> None:
    with room.school.db.write(room.school.actor, "use_scheme") as session:
        for scheme in session.query(AssessmentScheme):
            scheme.missing_policy = "exclude"
    found = queries.card_list(room.class_id, room.term_id)
    assert [reason.text(ENGLISH) for reason in found.rows[2].reasons] == ["No marks are entered yet"]
    assert [row.state for row in found.rows] == [CardState.READY, CardState.READY, CardState.INCOMPLETE]


def test_what_could_be_issued_as_provisional(room: Classroom, queries: ReportCardQueries) -> None:
    found = queries.card_list(room.class_id, room.term_id)
    assert [row.provisional for row in found.rows] == [False, True, True]
    assert [row.missing for row in found.rows] == [(), (room.subject_id,), (room.subject_id,)]
    assert found.begun


def test_a_term_without_any_mark_has_not_begun(school: School, queries: ReportCardQueries) -> None:
    found = classroom(school, pupils=2)
    assert not queries.card_list(found.class_id, found.term_id).begun


def test_an_issued_card_stays_issued_until_something_on_it_changes(
    room: Classroom, queries: ReportCardQueries
) -> None:
    issue(room)
    first = queries.card_list(room.class_id, room.term_id).rows[0]
    assert first.state is CardState.ISSUED
    assert first.issued is not None
    assert (first.issued.number, first.issued.issue, first.issued.superseded) == ("T1-26T1-000001", 1, False)
    assert (first.issued.name, first.issued.issued_by) == ("Pupil 0001", "User 01")
    with room.school.db.write(room.school.actor, "change_school") as session:
        session.get_one(Institution, room.school.id).phone = "000 0199"
    assert queries.card_list(room.class_id, room.term_id).rows[0].state is CardState.ISSUED
    room.school.enter({(room.pupil(1), room.items[0]): "46"})
    assert queries.card_list(room.class_id, room.term_id).rows[0].state is CardState.CHANGED
    room.school.enter({(room.pupil(1), room.items[0]): "45"})
    assert queries.card_list(room.class_id, room.term_id).rows[0].state is CardState.ISSUED


def test_a_card_is_compared_in_the_language_it_was_issued_in(
    room: Classroom, queries: ReportCardQueries
) -> None:
    issue(room, "fr")
    assert queries.card_list(room.class_id, room.term_id, "en").rows[0].state is CardState.ISSUED
    room.school.enter({(room.pupil(1), room.items[0]): "46"})
    assert queries.card_list(room.class_id, room.term_id, "en").rows[0].state is CardState.CHANGED


def test_every_issue_is_kept(room: Classroom, queries: ReportCardQueries) -> None:
    issue(room)
    room.school.enter({(room.pupil(1), room.items[0]): "46"})
    issue(room, day=date(2026, 11, 9))
    newest, oldest = queries.issues_of(room.pupil(1), room.term_id)
    assert [(card.issue, card.superseded, card.number) for card in (newest, oldest)] == [
        (2, False, "T1-26T1-000002"),
        (1, True, "T1-26T1-000001"),
    ]
    values = queries.issued_values([oldest.id, newest.id])
    assert [card.subjects[0].mark for card in values] == [Decimal(72), Decimal(73)]
    assert [card.issue.check_code for card in values if card.issue] == [oldest.check_code, newest.check_code]
    last = values[1].issue
    assert last is not None
    assert last.replaces is not None
    assert (last.replaces.issue, last.replaces.issued_on) == (1, IN_TERM)
    assert queries.issues_of(room.pupil(2), room.term_id) == ()


def test_a_reprint_has_the_pictures_of_its_day(room: Classroom, queries: ReportCardQueries) -> None:
    school, one = room.school, room.pupil(1)
    photo_id = natural_id("person_photo", one)
    with school.db.write(school.actor, "change_photo") as session:
        session.get_one(Institution, school.id).crest = b"crest 1"
        session.add(PersonPhoto(id=photo_id, person_id=one, image=b"photo 1"))
    issue(room)
    for number in (2, 3):
        with school.db.write(school.actor, "change_photo") as session:
            session.get_one(Institution, school.id).crest = f"crest {number}".encode()
            session.get_one(PersonPhoto, photo_id).image = f"photo {number}".encode()
    (card,) = queries.issues_of(one, room.term_id)
    (values,) = queries.issued_values([card.id])
    assert (values.school.crest, values.pupil.photo) == (b"crest 1", b"photo 1")
    preview = queries.card_values(room.class_id, room.term_id, students=[one])[0]
    assert (preview.school.crest, preview.pupil.photo) == (b"crest 3", b"photo 3")


def test_a_picture_that_is_nowhere_leaves_its_place_empty(
    room: Classroom, queries: ReportCardQueries
) -> None:
    with room.school.db.write(room.school.actor, "change_school") as session:
        session.get_one(Institution, room.school.id).crest = b"crest 1"
    issue(room)
    with room.school.db.replicate() as session:
        session.get_one(Institution, room.school.id).crest = b"crest 2"
    (card,) = queries.issues_of(room.pupil(1), room.term_id)
    assert queries.issued_values([card.id])[0].school.crest is None


def test_how_many_cards_to_expect(room: Classroom, queries: ReportCardQueries) -> None:
    assert queries.expected([room.class_id], room.term_id) == 3


def test_cards_are_the_class_teachers_and_the_offices(room: Classroom, queries: ReportCardQueries) -> None:
    school = room.school
    issue(room)
    (card,) = queries.issues_of(room.pupil(1), room.term_id)
    lead, other = school.add_teacher(), school.add_teacher("Teacher 02")
    plan = StructureService(school.db, school.actor)
    plan.set_class_teacher(room.class_id, lead)
    plan.set_subject_teacher(room.class_id, room.subject_id, other)
    leading = ReportCardQueries(school.db, school.sign_in(Role.TEACHER, lead))
    teaching = ReportCardQueries(school.db, school.sign_in(Role.TEACHER, other))
    assert len(leading.card_list(room.class_id, room.term_id).rows) == 3
    with pytest.raises(Refused, match="open to its class teacher and the office"):
        teaching.card_list(room.class_id, room.term_id)
    for mine in (leading, teaching):
        with pytest.raises(Refused, match="kept by the office"):
            mine.issues_of(room.pupil(1), room.term_id)
    school.add_class("Grade 5 Reef")
    years = (school.id, room.term_id)
    assert [one.name for one in queries.classes(*years)] == ["Grade 5 Coral", "Grade 5 Reef"]
    assert [one.name for one in leading.classes(*years)] == ["Grade 5 Coral"]
    assert teaching.classes(*years) == ()
    elsewhere = ReportCardQueries(school.db, replace(school.actor, institution_id=new_id()))
    with pytest.raises(Refused, match="another school"):
        elsewhere.issued_values([card.id])
    with pytest.raises(Refused, match="not on this laptop"):
        queries.issued_values([new_id()])
    with school.db.read() as session:
        assert session.get_one(ReportCard, card.id).deleted_at is None


def leave(school: School, name: str, day: date) -> None:
    """The pupil's last day at the school."""
    with school.db.write(school.actor, "withdraw_student") as session:
        enrolment = session.get_one(Enrolment, school.enrolments[name])
        enrolment.ends_on = day
        for stay in session.scalars(select(ClassPupil).where(ClassPupil.enrolment_id == enrolment.id)):
            stay.ends_on = day


def test_who_left_after_a_real_part_of_the_term_has_a_card(
    room: Classroom, queries: ReportCardQueries
) -> None:
    school = room.school
    leave(school, "Pupil 0001", date(2026, 10, 2))  # early, with marks
    leave(school, "Pupil 0003", date(2026, 10, 2))  # early, without any
    rows = queries.card_list(room.class_id, room.term_id).rows
    assert [row.student_id for row in rows] == [room.pupil(1), room.pupil(2)]
    assert rows[0].state is CardState.READY
    assert rows[0].notes[0].text(ENGLISH) == "Left on 2 Oct 2026"
    assert queries.expected([room.class_id], room.term_id) == 2
    assert [one.on_roll for one in queries.classes(school.id, room.term_id)] == [2]
    cards = queries.card_values(room.class_id, room.term_id)
    assert [card.pupil.on_roll for card in cards] == [2, 2], "those who are ranked and averaged"
    sheets = MarkSheetQueries(school.db, school.actor)
    line = next(line for line in sheets.sheets(school.id, room.term_id) if line.subject_id == room.subject_id)
    assert (line.pupils, line.entered, line.expected) == (2, 3, 4)
    sheet = sheets.sheet(room.class_id, room.subject_id, room.term_id)
    assert [row.student_id for row in sheet.rows] == [room.pupil(1), room.pupil(2)]
    assert (sheet.entered, sheet.expected) == (3, 4)
    school.enter({(room.pupil(1), room.items[0]): "40"})
    issue(room)
    assert queries.card_list(room.class_id, room.term_id).rows[0].state is CardState.ISSUED
    leave(school, "Pupil 0003", date(2026, 12, 1))
    assert len(queries.card_list(room.class_id, room.term_id).rows) == 3, "twelve of fourteen weeks"
