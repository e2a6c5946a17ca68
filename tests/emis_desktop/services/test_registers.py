"""Marking registers on a real store: what is taken, what is refused and why, undone, by whom."""

from collections.abc import Iterator
from datetime import date, timedelta
from pathlib import Path

import pytest
from sqlalchemy import select

from emis_desktop.errors import Refused
from emis_desktop.models import (
    AcademicPeriod,
    Act,
    AttendanceMonth,
    Change,
    ClassPupil,
    Enrolment,
    Institution,
    Suspension,
    Term,
)
from emis_desktop.rules.ids import natural_id, new_id
from emis_desktop.rules.open_days import Kind
from emis_desktop.rules.policies import SESSIONS
from emis_desktop.rules.rights import Role
from emis_desktop.services.calendar import CalendarEntry
from emis_desktop.services.policies import PolicyService
from emis_desktop.services.registers import Register, TypedCell
from tests.factories.registers import AM, MONDAY, PM, TODAY, Registers, opened_registers

DAY = timedelta(days=1)


@pytest.fixture
def coral(tmp_path: Path) -> Iterator[Registers]:
    with opened_registers(tmp_path) as made:
        yield made


def rows(coral: Registers) -> int:
    with coral.school.db.read() as session:
        return len(session.scalars(select(AttendanceMonth.id)).all())


def changes(coral: Registers) -> int:
    with coral.school.db.read() as session:
        return len(session.scalars(select(Change.seq).where(Change.table_name == "attendance_month")).all())


def test_nobody_is_present_until_somebody_says_so(coral: Registers) -> None:
    assert coral.shown() == ["", "", "", ""]
    coral.mark(2, "l")
    assert coral.shown() == ["", "L", "", ""]
    marked = coral.service().mark_rest(coral.at())
    assert len(marked) == 3
    assert coral.shown() == ["P", "L", "P", "P"]
    assert coral.service().mark_rest(coral.at()) == ()


def test_a_reason_alone_says_what_it_counts_as(coral: Registers) -> None:
    coral.mark(1, "ill")
    coral.mark(2, "A/TRUANT")
    coral.mark(3, "E")
    assert coral.shown() == ["E/ILL", "A/TRUANT", "E", ""]
    with pytest.raises(Refused, match="TRUANT"):
        coral.mark(4, "E/TRUANT")
    with pytest.raises(Refused, match="Type P"):
        coral.mark(4, "X")


def test_two_days_of_a_month_are_one_row_and_a_session_another(coral: Registers) -> None:
    coral.mark(1, "P")
    coral.mark(1, "A", MONDAY + DAY)
    assert rows(coral) == 1
    coral.mark(1, "P", MONDAY, PM)
    assert rows(coral) == 2
    key = natural_id("attendance_month", coral.pupil(1), coral.school.id, "2026-09", AM, None)
    with coral.school.db.read() as session:
        row = session.get_one(AttendanceMonth, key)
        assert (row.d14, row.d15, row.d16) == ("P", "A", None)


def test_the_same_mark_again_writes_nothing(coral: Registers) -> None:
    coral.mark(1, "P")
    before = changes(coral)
    coral.mark(1, "P")
    assert changes(coral) == before
    coral.mark(1, "")
    assert coral.shown()[0] == ""
    assert changes(coral) == before + 1


def test_a_block_takes_what_it_can_and_says_what_not(coral: Registers) -> None:
    cells = [
        TypedCell(coral.pupil(1), MONDAY, AM, "P"),
        TypedCell(coral.pupil(1), MONDAY - 2 * DAY, AM, "P"),
        TypedCell(coral.pupil(2), MONDAY, AM, "?"),
        TypedCell(coral.pupil(2), MONDAY, PM, "A"),
        TypedCell(coral.pupil(2), MONDAY, PM, "L"),
    ]
    result = coral.service().mark_block(coral.class_id, cells)
    assert [(one.typed.on, one.typed.text) for one in result.refused] == [
        (MONDAY - 2 * DAY, "P"),
        (MONDAY, "?"),
    ]
    assert coral.shown() == ["P", "", "", ""]
    assert coral.shown(session=PM) == ["", "L", "", ""]


@pytest.mark.parametrize(
    ("on", "session", "words"),
    [
        (TODAY + DAY, AM, "still to come"),
        (date(2026, 9, 12), AM, "no school day"),
        (date(2026, 8, 3), AM, "no term"),
        (MONDAY, 3, "no session 3"),
    ],
)
def test_a_day_without_school_is_refused_in_words(
    coral: Registers, on: date, session: int, words: str
) -> None:
    with pytest.raises(Refused, match=words):
        coral.mark(1, "P", on, session)
    assert rows(coral) == 0


def test_a_storm_closes_school_and_the_schools_own_word_goes_first(coral: Registers) -> None:
    storm = CalendarEntry(MONDAY, MONDAY + 4 * DAY, Kind.CLOSURE, "Storm week")
    coral.calendar().add(storm, coral.school.id)
    with pytest.raises(Refused, match="Storm week"):
        coral.mark(1, "P", MONDAY + DAY)
    coral.calendar().add(CalendarEntry(MONDAY + DAY, MONDAY + DAY, Kind.OPEN), coral.school.id)
    coral.mark(1, "P", MONDAY + DAY)
    half = CalendarEntry(MONDAY + 7 * DAY, MONDAY + 7 * DAY, Kind.HALF, "Sports")
    coral.calendar().add(half, coral.school.id)
    coral.mark(1, "P", MONDAY + 7 * DAY, AM)
    with pytest.raises(Refused, match="Sports"):
        coral.mark(1, "P", MONDAY + 7 * DAY, PM)


def test_a_closed_term_takes_nothing_and_gives_nothing_back(coral: Registers) -> None:
    sitting = coral.undo()
    coral.mark(1, "P")
    with coral.school.db.write(coral.school.actor, "change_term") as session:
        session.get_one(Term, coral.school.term()).state = "closed"
    with pytest.raises(Refused, match="closed"):
        coral.mark(1, "A")
    act = max(_acts(coral, "mark_register"))
    with pytest.raises(Refused, match="closed"):
        sitting.undo_act(act)
    assert coral.shown()[0] == "P"


def _acts(coral: Registers, verb: str) -> list[int]:
    with coral.school.db.read() as session:
        return list(session.scalars(select(Act.seq).where(Act.verb == verb)))


def test_before_admission_after_leaving_and_in_another_class(coral: Registers) -> None:
    school = coral.school
    late = school.add_pupil("Pupil 0005", "Grade 5 Coral", starts_on=date(2026, 10, 5))
    gone = school.add_pupil("Pupil 0006", "Grade 5 Coral", ends_on=date(2026, 10, 2))
    service = coral.service()
    with pytest.raises(Refused, match="came to Grade 5 Coral"):
        service.mark(coral.at(), late, "P")
    with pytest.raises(Refused, match="left Grade 5 Coral"):
        service.mark(coral.at(date(2026, 10, 6)), gone, "P")
    school.add_class("Grade 5 Palm")
    other = school.add_pupil("Pupil 0007", "Grade 5 Palm")
    with pytest.raises(Refused, match="is not in Grade 5 Coral"):
        service.mark(coral.at(), other, "P")


def test_who_moves_class_in_a_month_stands_in_both_each_on_its_days(coral: Registers) -> None:
    school, change = coral.school, date(2026, 9, 16)
    palm = school.add_class("Grade 5 Palm")
    with school.db.write(school.actor, "move_class") as session:
        stay = session.scalars(
            select(ClassPupil).where(ClassPupil.enrolment_id == school.enrolments["Pupil 0001"])
        ).one()
        stay.ends_on = change
        session.add(ClassPupil(id=new_id(), class_id=palm, enrolment_id=stay.enrolment_id, starts_on=change))
    assert len(coral.shown(change - DAY)) == 4
    assert len(coral.shown(change)) == 3
    coral.mark(1, "A", change - DAY)
    service = coral.service()
    service.mark(Register(palm, change, AM), coral.pupil(1), "L")
    queries = coral.queries()
    old = queries.month(coral.class_id, MONDAY, AM, TODAY)
    new = queries.month(palm, MONDAY, AM, TODAY)
    mine = next(row for row in old.rows if row.student_id == coral.pupil(1))
    assert [str(cell) for cell in mine.cells if cell] == ["A"]
    assert [str(cell) for cell in new.rows[0].cells if cell] == ["L"]
    assert rows(coral) == 1


def test_a_guest_is_marked_at_the_host_and_not_at_home(coral: Registers) -> None:
    school = coral.school
    with school.db.write(school.actor, "host_pupils") as session:
        host = Institution(id=new_id(), code="D-0200", name="Leeward Demo School")
        session.add(host)
        session.flush()
        own = session.get_one(Enrolment, school.enrolments["Pupil 0001"])
        session.add(
            Enrolment(
                id=new_id(),
                person_id=own.person_id,
                institution_id=host.id,
                period_id=own.period_id,
                grade_id=own.grade_id,
                starts_on=MONDAY,
                standing="hosted",
            )
        )
    with pytest.raises(Refused, match="guest at Leeward Demo School"):
        coral.mark(1, "P")
    found = coral.queries().register(coral.class_id, MONDAY, AM, TODAY)
    assert (found.rows[0].away, found.rows[0].at, found.unmarked) == ("guest", "Leeward Demo School", 3)
    assert len(coral.service().mark_rest(coral.at())) == 3
    coral.mark(1, "P", MONDAY - 3 * DAY)


def test_who_is_suspended_shows_as_such_and_is_not_called_present(coral: Registers) -> None:
    school = coral.school
    with school.db.write(school.actor, "change_student") as session:
        session.add(
            Suspension(
                id=new_id(),
                student_id=coral.pupil(2),
                institution_id=school.id,
                enrolment_id=school.enrolments["Pupil 0002"],
                starts_on=MONDAY,
                ends_on=MONDAY + DAY,
                reason="FIGHT",
            )
        )
    assert len(coral.service().mark_rest(coral.at())) == 3
    found = coral.queries().register(coral.class_id, MONDAY, AM, TODAY)
    assert (found.rows[1].away, found.rows[1].entry, found.unmarked) == ("suspended", None, 0)
    coral.mark(2, "SUSP")
    assert coral.shown()[1] == "E/SUSP"


def test_a_teacher_marks_own_classes_only(coral: Registers) -> None:
    own = coral.school.sign_in(Role.TEACHER, coral.teacher_id)
    coral.service(own).mark(coral.at(), coral.pupil(1), "P")
    other = coral.school.sign_in(Role.TEACHER, coral.school.add_teacher("Teacher 02"))
    with pytest.raises(Refused, match="own classes"):
        coral.service(other).mark(coral.at(), coral.pupil(1), "A")
    auditor = coral.school.sign_in(Role.AUDITOR)
    with pytest.raises(Refused, match="Mark registers"):
        coral.service(auditor).mark_rest(coral.at())
    seen = coral.queries(auditor).register(coral.class_id, MONDAY, AM, TODAY)
    assert seen.barrier is not None


def test_a_subject_keeps_its_own_register(coral: Registers) -> None:
    maths = coral.school.made.subjects["P-MA"]
    coral.service().mark(coral.at(subject_id=maths), coral.pupil(1), "A")
    assert coral.shown() == ["", "", "", ""]
    found = coral.queries().register(coral.class_id, MONDAY, AM, TODAY, maths)
    assert [str(row.entry) for row in found.rows if row.entry] == ["A"]
    other = coral.school.made.subjects["P-SC"]
    with pytest.raises(Refused, match="not taught"):
        coral.service().mark(coral.at(subject_id=other), coral.pupil(1), "A")


def test_undo_empties_the_month_and_keeps_other_days(coral: Registers) -> None:
    sitting = coral.undo()
    coral.mark(1, "A")
    coral.mark(1, "L", MONDAY + DAY)
    sitting.undo()
    assert (coral.shown()[0], coral.shown(MONDAY + DAY)[0]) == ("A", "")
    sitting.undo()
    assert coral.shown()[0] == ""
    sitting.redo()
    assert coral.shown()[0] == "A"
    with coral.school.db.read() as session:
        assert session.scalars(select(AttendanceMonth.deleted_at)).all() == [None]


def test_undoing_the_rest_takes_back_all_of_them_and_nothing_else(coral: Registers) -> None:
    sitting = coral.undo()
    coral.mark(3, "A")
    coral.service().mark_rest(coral.at())
    done = sitting.undo()
    assert coral.shown() == ["", "", "A", ""]
    assert done.sentence.n == 3


def test_five_sessions_a_day_by_policy(coral: Registers) -> None:
    school = coral.school
    PolicyService(school.db, school.actor).set_policy(SESSIONS, "1, 2, 3, 4, 5", school.id)
    for number in range(1, 6):
        coral.mark(1, "P", MONDAY, number)
    found = coral.queries().register(coral.class_id, MONDAY, 5, TODAY)
    assert [(one.name, one.marked) for one in found.sessions] == [(str(n), 1) for n in range(1, 6)]


def test_no_year_no_register(coral: Registers) -> None:
    with coral.school.db.write(coral.school.actor, "change_year") as session:
        session.get_one(AcademicPeriod, coral.school.year).state = "closed"
    with pytest.raises(Refused, match="closed"):
        coral.mark(1, "P")
