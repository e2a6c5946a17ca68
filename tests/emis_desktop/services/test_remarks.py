"""Comments, effort, remarks, conduct and attendance: who writes what, and empty rows that do not stay."""

from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from sqlalchemy import select

from emis_desktop.errors import Refused
from emis_desktop.models import Act, AttendanceTotal, ConductRating, SubjectRemark, TermRemark
from emis_desktop.queries.report_cards import ReportCardQueries
from emis_desktop.rules.card import CardAttendance, CardRemark, CardValues
from emis_desktop.rules.ids import new_id
from emis_desktop.rules.rights import Role
from emis_desktop.services.remarks import AttendanceFigures, RemarkService
from emis_desktop.services.structure import StructureService
from tests.factories.schools import Classroom, School, classroom, opened_school


@pytest.fixture
def school(tmp_path: Path) -> Iterator[School]:
    with opened_school(tmp_path) as found:
        yield found


@pytest.fixture
def room(school: School) -> Classroom:
    found = classroom(school, pupils=2)
    school.enter({(found.pupil(1), found.items[0]): "45", (found.pupil(1), found.items[1]): "60"})
    return found


@pytest.fixture
def remarks(school: School) -> RemarkService:
    return RemarkService(school.db, school.actor)


def card(room: Classroom) -> CardValues:
    queries = ReportCardQueries(room.school.db, room.school.actor)
    return queries.card_values(room.class_id, room.term_id, students={room.pupil(1)})[0]


def test_a_comment_and_an_effort_stand_on_the_card(room: Classroom, remarks: RemarkService) -> None:
    remarks.set_comment(room.pupil(1), room.subject_id, room.term_id, " Quick,  accurate. ")
    remarks.set_effort(room.pupil(1), room.subject_id, room.term_id, "b")
    subject = card(room).subjects[0]
    assert (subject.comment, subject.effort) == ("Quick, accurate.", "B")
    remarks.set_comment(room.pupil(1), room.subject_id, room.term_id, "")
    assert (card(room).subjects[0].comment, card(room).subjects[0].effort) == (None, "B")
    remarks.set_effort(room.pupil(1), room.subject_id, room.term_id, "")
    with room.school.db.read() as session:
        assert session.scalars(select(SubjectRemark)).one().deleted_at is not None
    remarks.set_comment(room.pupil(1), room.subject_id, room.term_id, "Better")
    assert (card(room).subjects[0].comment, card(room).subjects[0].effort) == ("Better", None)


def test_nothing_written_leaves_no_row_and_no_act(room: Classroom, remarks: RemarkService) -> None:
    with room.school.db.read() as session:
        before = len(session.scalars(select(Act)).all())
    remarks.set_comment(room.pupil(1), room.subject_id, room.term_id, "  ")
    remarks.rate_conduct(room.pupil(1), room.term_id, "OTHERS", None)
    remarks.set_attendance(room.pupil(1), room.term_id, AttendanceFigures())
    with room.school.db.read() as session:
        assert session.scalars(select(SubjectRemark)).all() == []
        assert session.scalars(select(ConductRating)).all() == []
        assert len(session.scalars(select(Act)).all()) == before


def test_remarks_of_class_teacher_and_principal(room: Classroom, remarks: RemarkService) -> None:
    remarks.set_class_teacher_remark(room.pupil(1), room.term_id, "A steady term.")
    remarks.set_principal_remark(room.pupil(1), room.term_id, "Well done.")
    assert card(room).class_teacher == CardRemark("A steady term.", None)
    assert card(room).principal == CardRemark("Well done.", "Principal 01")
    remarks.set_principal_remark(room.pupil(1), room.term_id, "")
    remarks.set_class_teacher_remark(room.pupil(1), room.term_id, "")
    assert card(room).class_teacher == CardRemark(None, None)
    with room.school.db.read() as session:
        assert session.scalars(select(TermRemark)).one().deleted_at is not None


def test_conduct_shows_for_all_once_somebody_is_rated(room: Classroom, remarks: RemarkService) -> None:
    assert card(room).conduct == ()
    remarks.rate_conduct(room.pupil(1), room.term_id, "PUNCTUAL", 3)
    traits = {trait.name: (trait.level, trait.maximum) for trait in card(room).conduct}
    assert traits["Punctual"] == (3, 4)
    assert traits["Works with others"] == (None, 4)
    remarks.rate_conduct(room.pupil(1), room.term_id, "PUNCTUAL", None)
    assert card(room).conduct == ()


def test_attendance_counts_all_absences_and_those_excused(room: Classroom, remarks: RemarkService) -> None:
    remarks.set_attendance(room.pupil(1), room.term_id, AttendanceFigures(61, 5, 3, 4))
    found = card(room)
    assert found.attendance == CardAttendance(possible=61, present=56, excused=3, unexcused=2, late=4)
    assert (found.summary.days_present, found.summary.days_possible) == (56, 61)
    remarks.set_attendance(room.pupil(1), room.term_id, AttendanceFigures(absent=5))
    assert card(room).attendance == CardAttendance()
    remarks.set_attendance(room.pupil(1), room.term_id, AttendanceFigures())
    assert card(room).attendance is None
    with room.school.db.read() as session:
        assert session.scalars(select(AttendanceTotal)).one().deleted_at is not None


@pytest.mark.parametrize(
    ("figures", "said"),
    [
        (AttendanceFigures(possible=-1), "0 to 366"),
        (AttendanceFigures(late=367), "0 to 366"),
        (AttendanceFigures(possible=60, absent=61), "More days absent than school days"),
        (AttendanceFigures(possible=60, absent=5, excused=6), "More days excused than days absent"),
    ],
)
def test_days_that_cannot_be_are_refused(
    room: Classroom, remarks: RemarkService, figures: AttendanceFigures, said: str
) -> None:
    with pytest.raises(Refused, match=said):
        remarks.set_attendance(room.pupil(1), room.term_id, figures)


def test_what_cannot_be_written_is_told(room: Classroom, remarks: RemarkService) -> None:
    one = room.pupil(1)
    attempts: list[tuple[Callable[[], None], str]] = [
        (lambda: remarks.set_comment(one, room.subject_id, room.term_id, "x" * 301), "longer than 300"),
        (lambda: remarks.set_effort(one, room.subject_id, room.term_id, "Z"), "Effort is one of A, B, C, D"),
        (lambda: remarks.rate_conduct(one, room.term_id, "SINGS", 3), "Choose a level"),
        (lambda: remarks.rate_conduct(one, room.term_id, "PUNCTUAL", 9), "Choose a level"),
        (lambda: remarks.set_comment(new_id(), room.subject_id, room.term_id, "x"), "no class’s roll"),
    ]
    for attempt, said in attempts:
        with pytest.raises(Refused, match=said):
            attempt()


def test_teachers_write_on_their_subjects_and_lead_their_class(room: Classroom) -> None:
    school, one = room.school, room.pupil(1)
    lead, music = school.add_teacher(), school.add_teacher("Teacher 02")
    plan = StructureService(school.db, school.actor)
    plan.set_class_teacher(room.class_id, lead)
    plan.set_subject_teacher(room.class_id, school.made.subjects["P-MU"], music)
    leading = RemarkService(school.db, school.sign_in(Role.TEACHER, lead))
    teaching = RemarkService(school.db, school.sign_in(Role.TEACHER, music))
    leading.set_class_teacher_remark(one, room.term_id, "A steady term.")
    leading.set_comment(one, room.subject_id, room.term_id, "Careful.")
    teaching.set_comment(one, school.made.subjects["P-MU"], room.term_id, "Keeps time.")
    assert card(room).class_teacher == CardRemark("A steady term.", "Teacher 01")
    attempts: list[tuple[Callable[[], None], str]] = [
        (lambda: leading.set_principal_remark(one, room.term_id, "Well done."), "principal or the office"),
        (lambda: teaching.set_class_teacher_remark(one, room.term_id, "x"), "class teacher or the office"),
        (lambda: teaching.set_comment(one, room.subject_id, room.term_id, "x"), "Another teacher"),
        (
            lambda: RemarkService(school.db, school.sign_in(Role.AUDITOR)).set_comment(
                one, room.subject_id, room.term_id, "x"
            ),
            "not open to the role",
        ),
    ]
    for attempt, said in attempts:
        with pytest.raises(Refused, match=said):
            attempt()
