"""The worked example from the store to the card: every figure on it, and what stays out."""

from collections.abc import Iterator
from datetime import date
from decimal import Decimal
from pathlib import Path

import pytest
from sqlalchemy import select

from emis_desktop.models import (
    AssessmentScheme,
    ClassPupil,
    EducationGrade,
    Enrolment,
    Institution,
    Person,
    PersonPhoto,
    Setting,
)
from emis_desktop.queries.report_cards import ReportCardQueries
from emis_desktop.queries.settings import CardWords, card_words
from emis_desktop.rules.card import CardAttendance, CardPart, CardPoint, CardValues
from emis_desktop.rules.ids import natural_id
from emis_desktop.rules.promotion import Promotion
from emis_desktop.rules.results import ResultState
from emis_desktop.services.remarks import AttendanceFigures, RemarkService, put_attendance
from emis_desktop.services.report_cards import IssueOrder, Prepared, ReportCardService
from emis_desktop.services.rows import delete
from emis_desktop.services.structure import StructureService
from tests.factories.schools import IN_TERM, Classroom, School, classroom, opened_school


@pytest.fixture
def school(tmp_path: Path) -> Iterator[School]:
    with opened_school(tmp_path) as found:
        yield found


def cards(room: Classroom, language: str = "en", term: int = 1) -> list[CardValues]:
    queries = ReportCardQueries(room.school.db, room.school.actor)
    return queries.card_values(room.class_id, room.school.term(term), language)


def left(school: School, name: str, day: date) -> None:
    """The pupil's last day at the school."""
    with school.db.write(school.actor, "withdraw_student") as session:
        enrolment = session.get_one(Enrolment, school.enrolments[name])
        enrolment.ends_on = day
        for stay in session.scalars(select(ClassPupil).where(ClassPupil.enrolment_id == enrolment.id)):
            stay.ends_on = day


def test_72_from_the_store_to_the_card(school: School) -> None:
    room = classroom(school, pupils=1)
    test, exam = room.items
    school.enter({(room.pupil(1), test): "45", (room.pupil(1), exam): "60"})
    (card,) = cards(room)
    (maths,) = card.subjects
    assert maths.parts == (
        CardPart("Coursework", Decimal(40), Decimal(36), ResultState.FINAL),
        CardPart("Examination", Decimal(60), Decimal(36), ResultState.FINAL),
    )
    assert (maths.name, maths.mark, maths.letter, maths.passed) == ("Mathematics", Decimal(72), "B", True)
    assert (maths.state, maths.coverage) == (ResultState.FINAL, 100)
    assert (card.summary.average, card.summary.passed, card.summary.subjects) == (Decimal("72.0"), 1, 1)
    assert card.summary.coverage == 100
    assert not card.provisional


def test_70_so_far_with_an_exam_missing_and_70_with_it_exempt(school: School) -> None:
    room = classroom(school, pupils=2)
    test, exam = room.items
    school.enter({(room.pupil(1), test): "35", (room.pupil(2), test): "35", (room.pupil(2), exam): "E"})
    so_far, exempt = cards(room)
    assert (so_far.subjects[0].mark, so_far.subjects[0].coverage) == (Decimal(70), 40)
    assert (so_far.subjects[0].letter, so_far.provisional) == (None, True)
    assert (so_far.summary.state, so_far.summary.coverage) == (ResultState.PROVISIONAL, 40)
    assert (exempt.subjects[0].mark, exempt.subjects[0].coverage) == (Decimal(70), 100)
    assert exempt.subjects[0].letter == "B"
    assert exempt.subjects[0].parts[1].state is ResultState.EXEMPT
    assert not exempt.provisional


def test_a_subject_exempt_in_all_parts_has_no_line_and_absence_has_one(school: School) -> None:
    room = classroom(school, pupils=2)
    test, exam = room.items
    school.enter({(room.pupil(1), item): "E" for item in (test, exam)})
    school.enter({(room.pupil(2), item): "A" for item in (test, exam)})
    exempt, absent = cards(room)
    assert exempt.subjects == ()
    assert (exempt.summary.average, exempt.summary.subjects, exempt.summary.coverage) == (None, 0, 0)
    assert absent.subjects[0].state is ResultState.ABSENT
    assert absent.subjects[0].mark == 0


def test_figures_of_the_class_appear_from_five_pupils_on(school: School) -> None:
    room = classroom(school, pupils=4)
    school.enter(
        {(room.pupil(number), item): str(10 * number) for number in range(1, 5) for item in room.items}
    )
    small = cards(room)[0]
    assert (small.summary.position, small.summary.class_average) == (None, None)
    assert (small.subjects[0].class_average, small.subjects[0].class_highest) == (None, None)
    school.add_pupil("Pupil 0005", "Grade 5 Coral")
    school.enter({(room.pupil(5), item): "50" for item in room.items})
    large = cards(room)
    assert [card.summary.position.text for card in large if card.summary.position] == [
        "5",
        "4",
        "3",
        "2",
        "1",
    ]
    assert large[0].summary.class_average == Decimal("42.0")
    assert (large[0].subjects[0].class_average, large[0].subjects[0].class_highest) == (
        Decimal("42.0"),
        Decimal(70),
    )


def test_the_head_of_the_card(school: School) -> None:
    room = classroom(school, pupils=2)
    plan = StructureService(school.db, school.actor)
    plan.set_class_teacher(room.class_id, school.add_teacher())
    with school.db.write(school.actor, "change_school") as session:
        row = session.get_one(Institution, school.id)
        row.crest, row.phone, row.address = b"crest", "000 0101", "Harbour Road"
        session.get_one(Person, room.pupil(2)).birth_date = None
        session.add(
            PersonPhoto(id=natural_id("person_photo", room.pupil(1)), person_id=room.pupil(1), image=b"photo")
        )
    first, second = cards(room, "fr")
    assert (first.school.name, first.school.crest) == ("Windward Demo Primary School", b"crest")
    assert (first.term.name, first.term.year) == ("Trimestre 1", "2026–27")
    assert (first.term.starts, first.term.ends) == (date(2026, 9, 7), date(2026, 12, 11))
    assert (first.pupil.name, first.pupil.class_name, first.pupil.on_roll) == (
        "Pupil 0001",
        "Grade 5 Coral",
        2,
    )
    assert (first.pupil.age, first.pupil.age_on) == (10, date(2026, 9, 1))
    assert (first.pupil.photo, first.pupil.class_teacher) == (b"photo", "Teacher 01")
    assert (second.pupil.birth_date, second.pupil.age, second.pupil.age_on) == (None, None, None)
    assert first.next_term == date(2027, 1, 4)
    assert dict(first.key.effort) == {"A": "Excellent", "B": "Bien", "C": "Assez bien", "D": "Insuffisant"}
    assert first.key.conduct[0] == (4, "toujours")
    assert [band.letter for band in first.key.grades] == ["A", "B", "C", "D", "E"]
    assert first.key.pass_mark == 50


def test_a_store_without_words_prints_what_it_has(school: School) -> None:
    room = classroom(school, pupils=1)
    school.enter({(room.pupil(1), item): "45" for item in room.items})
    with school.db.write(school.actor, "change_setting") as session:
        for row in session.query(Setting):
            delete(session, row)
    (card,) = cards(room)
    assert [part.name for part in card.subjects[0].parts] == ["coursework", "exam"]
    assert (card.term.name, card.key.effort, card.pupil.age) == ("Term 1", (), None)
    with school.db.read() as session:
        assert card_words(session, school.id, "en") == CardWords()


def test_a_schools_own_words_go_before_the_countrys(school: School) -> None:
    with school.db.write(school.actor, "change_setting") as session:
        session.add(
            Setting(
                id=natural_id("setting", school.id, "report_card"),
                institution_id=school.id,
                name="report_card",
                value='{"effort": [{"code": "1", "en": "Tries", "fr": "Essaie"}]}',
            )
        )
    with school.db.read() as session:
        found = card_words(session, school.id, "fr")
        spanish = card_words(session, school.id, "es")
    assert (found.effort, spanish.effort, found.traits, found.age_on) == (
        {"1": "Essaie"},
        {"1": "Tries"},
        {},
        None,
    )


def issue(room: Classroom, term: int) -> None:
    service = ReportCardService(room.school.db, room.school.actor)
    order = IssueOrder((room.class_id,), room.school.term(term), IN_TERM)
    service.commit([found.frozen for found in service.preparing(order) if isinstance(found, Prepared)])


def test_progress_shows_what_was_printed_and_computes_what_was_not(school: School) -> None:
    room = classroom(school, pupils=5)
    second = school.add_items([("TEST", 100, "1")], term=2)
    third = school.add_items([("TEST", 100, "1")], term=3)
    school.enter({(room.pupil(number), item): "40" for number in range(1, 6) for item in room.items})
    issue(room, 1)
    school.enter({(room.pupil(1), room.items[0]): "50"})
    school.enter({(room.pupil(number), second[0]): str(50 + number) for number in (1, 2, 3, 4, 5)})
    school.enter({(room.pupil(number), third[0]): str(60 + number) for number in (1, 2)})
    first = cards(room, term=3)[0]
    assert first.progress == (
        CardPoint("T1 2026", Decimal("56.0"), Decimal("56.0")),
        CardPoint("T2", Decimal("51.0"), Decimal("53.0")),
        CardPoint("T3", Decimal("61.0"), None),
    )
    assert cards(room, term=3)[2].progress[-1] == CardPoint("T3", None, None)
    assert cards(room, term=1)[0].progress == (CardPoint("T1 2026", Decimal("64.0"), Decimal("57.6")),)


def test_a_pupil_who_came_late_starts_later(school: School) -> None:
    room = classroom(school, pupils=5)
    second = school.add_items([("TEST", 100, "1")], term=2)
    school.enter({(room.pupil(number), item): "40" for number in range(1, 6) for item in room.items})
    school.add_pupil("Pupil 0006", "Grade 5 Coral", starts_on=date(2027, 1, 11))
    school.enter({(room.pupil(6), second[0]): "70"})
    late = cards(room, term=2)[5]
    assert late.progress == (CardPoint("T2", Decimal("70.0"), None),)
    assert cards(room, term=3)[0].progress == (
        CardPoint("T1 2026", Decimal("56.0"), Decimal("56.0")),
        CardPoint("T2", None, None),
        CardPoint("T3", None, None),
    )


def test_the_decision_stands_on_the_last_card_of_the_year(school: School) -> None:
    room = classroom(school, pupils=4)
    outcomes = {1: "promoted", 2: "repeated", 3: "graduated"}
    with school.db.write(school.actor, "end_year") as session:
        for number, outcome in outcomes.items():
            session.get_one(Enrolment, school.enrolments[f"Pupil {number:04}"]).outcome = outcome
    assert [(card.promotion, card.goes_to) for card in cards(room, term=3)] == [
        (Promotion.PROMOTED, "Grade 6"),
        (Promotion.REPEATS, "Grade 5"),
        (Promotion.PROMOTED, "Grade 6"),
        (None, None),
    ]
    assert [card.promotion for card in cards(room, term=2)] == [None] * 4


def test_the_next_grade_is_one_that_the_country_still_has(school: School) -> None:
    room = classroom(school, pupils=2)
    with school.db.write(school.actor, "end_year") as session:
        for name in ("Pupil 0001", "Pupil 0002"):
            session.get_one(Enrolment, school.enrolments[name]).outcome = "promoted"
        session.get_one(EducationGrade, school.made.grades["G6"]).valid_to = date(2027, 7, 2)
    assert [card.goes_to for card in cards(room, term=3)] == ["Form 1", "Form 1"]


def test_the_scheme_advises_where_nobody_has_decided(school: School) -> None:
    room = classroom(school, pupils=4)
    terms = [
        room.items,
        school.add_items([("TEST", 100, "1")], term=2),
        school.add_items([("TEST", 100, "1")], term=3),
    ]
    school.add_pupil("Pupil 0005", "Grade 5 Coral", starts_on=date(2027, 4, 6))
    StructureService(school.db, school.actor).use_scheme(school.made.schemes["PASS70"], school.id, None)
    with school.db.write(school.actor, "use_scheme") as session:
        session.get_one(AssessmentScheme, school.made.schemes["PASS70"]).promotion_passes = 1
    school.enter({(room.pupil(1), item): "50" for item in terms[0]})
    school.enter({(room.pupil(1), item): "90" for items in terms[1:] for item in items})
    school.enter({(room.pupil(2), item): "30" for items in terms for item in items})
    school.enter({(room.pupil(3), item): "30" for item in terms[2]})
    school.enter({(room.pupil(5), item): "80" for item in terms[2]})
    assert [(card.promotion, card.goes_to) for card in cards(room, term=3)] == [
        (Promotion.PROMOTED, "Grade 6"),
        (Promotion.REPEATS, "Grade 5"),
        (Promotion.UNDECIDED, None),
        (Promotion.UNDECIDED, None),
        (Promotion.PROMOTED, "Grade 6"),
    ]


def test_who_left_before_the_end_counts_with_the_others_and_is_sent_to_no_grade_here(school: School) -> None:
    room = classroom(school, pupils=5)
    items = (*room.items, *school.add_items([("TEST", 100, "1")], term=2))
    items += tuple(school.add_items([("TEST", 100, "1")], term=3))
    StructureService(school.db, school.actor).use_scheme(school.made.schemes["PASS70"], school.id, None)
    with school.db.write(school.actor, "use_scheme") as session:
        session.get_one(AssessmentScheme, school.made.schemes["PASS70"]).promotion_passes = 1
    school.enter({(room.pupil(number), item): "50" for number in range(1, 6) for item in items})
    last_week = date(2027, 6, 21)
    for name in ("Pupil 0001", "Pupil 0002"):
        left(school, name, last_week)
    with school.db.write(school.actor, "end_year") as session:
        session.get_one(Enrolment, school.enrolments["Pupil 0002"]).outcome = "promoted"
    printed = cards(room, term=3)
    assert [card.promotion for card in printed[:2]] == [None, Promotion.PROMOTED], "the office decided on one"
    assert (printed[0].goes_to, printed[1].goes_to) == (None, "Grade 6")
    assert all(card.promotion is Promotion.REPEATS for card in printed[2:])
    for card in printed:
        assert card.summary.position is not None
        assert (card.summary.position.of, card.pupil.on_roll) == (5, 5)


def test_attendance_of_the_year_stands_on_its_last_card_and_says_so(school: School) -> None:
    room = classroom(school, pupils=2)
    with school.db.write(school.actor, "import_attendance") as session:
        for number in (1, 2):
            key = (room.pupil(number), school.id, school.year, None)
            put_attendance(session, key, AttendanceFigures(183, 12, 10, 4))
    remarks = RemarkService(school.db, school.actor)
    remarks.set_attendance(room.pupil(2), school.term(3), AttendanceFigures(60, 1, 1, 0))
    of_year = CardAttendance(183, 171, 10, 2, 4, whole_year=True)
    assert [card.attendance for card in cards(room)] == [None, None], "not a term's figures"
    assert [card.attendance for card in cards(room, term=3)] == [of_year, CardAttendance(60, 59, 1, 0, 0)]
    first, second = (card.summary for card in cards(room, term=3))
    assert (first.days_present, first.days_possible) == (None, None), "the strip is of the term"
    assert (second.days_present, second.days_possible) == (59, 60)
