"""What registers come to: the domain reference's worked week, cards, moves, and what is not counted."""

from collections.abc import Iterator
from datetime import date, timedelta
from decimal import Decimal
from pathlib import Path

import pytest

from emis_desktop.errors import Refused
from emis_desktop.models import AttendanceTotal, Institution, Person
from emis_desktop.queries.card_parts import card_parts
from emis_desktop.queries.gradebook import ClassHead, gradebook, term_of
from emis_desktop.queries.pupil_attendance import term_attendance
from emis_desktop.queries.remark_table import remark_table
from emis_desktop.rules.ids import natural_id, new_id
from emis_desktop.rules.open_days import Kind
from emis_desktop.rules.policies import DAY_RULE
from emis_desktop.rules.registers import DayRule
from emis_desktop.rules.rights import Role, actor_of
from emis_desktop.services.calendar import CalendarEntry
from emis_desktop.services.policies import PolicyService
from tests.factories.registers import AM, MONDAY, PM, TODAY, Registers, opened_registers

DAY = timedelta(days=1)
WORKED = {
    (MONDAY, AM): "A",
    (MONDAY, PM): "P",
    (MONDAY + DAY, AM): "A",
    (MONDAY + DAY, PM): "A",
    (MONDAY + 2 * DAY, AM): "L",
    (MONDAY + 2 * DAY, PM): "A",
    (MONDAY + 3 * DAY, AM): "L",
    (MONDAY + 3 * DAY, PM): "P",
}
"""The week of the domain reference; the afternoon of "Thursday, late only" was attended."""


@pytest.fixture
def coral(tmp_path: Path) -> Iterator[Registers]:
    with opened_registers(tmp_path) as made:
        yield made


def test_the_worked_week_by_both_day_rules(coral: Registers) -> None:
    coral.week(1, WORKED)
    (found,) = coral.queries().pupil(coral.pupil(1), coral.school.year, TODAY)
    assert (found.year.sessions.marked, found.year.sessions.attended, found.year.sessions.late) == (8, 4, 2)
    assert (found.year.sessions.unexcused, found.year_rate) == (4, Decimal("50.00"))
    assert (found.year.days.marked, found.year.days.absent) == (4, 3)
    assert found.run is None


def test_unmarked_and_closed_sessions_are_in_no_rate(coral: Registers) -> None:
    coral.week(1, {(MONDAY, AM): "P", (MONDAY, PM): "A"})
    (before,) = coral.queries().pupil(coral.pupil(1), coral.school.year, MONDAY + DAY)
    closed = CalendarEntry(MONDAY + DAY, MONDAY + DAY, Kind.CLOSURE, "Storm")
    coral.calendar().add(closed, coral.school.id)
    (after,) = coral.queries().pupil(coral.pupil(1), coral.school.year, MONDAY + DAY)
    assert before.year_rate == after.year_rate == Decimal("50.00")
    assert before.year.sessions.possible - after.year.sessions.possible == 2


def test_the_card_takes_the_register_where_there_is_one_and_says_so(coral: Registers) -> None:
    school = coral.school
    with school.db.write(school.actor, "set_attendance") as session:
        for number in (1, 2):
            key = (coral.pupil(number), school.id, school.year, school.term())
            total = AttendanceTotal(
                id=natural_id("attendance_total", *key), possible=60, absent=5, excused=2, late=1
            )
            total.student_id, total.institution_id, total.period_id, total.term_id = key
            session.add(total)
    coral.week(1, {**WORKED, (MONDAY + 4 * DAY, AM): "E/ILL", (MONDAY + 4 * DAY, PM): "E/ILL"})
    with school.db.read() as session:
        students = [coral.pupil(1), coral.pupil(2), coral.pupil(3)]
        found = card_parts(session, school.id, school.term(), students, []).attendance
    one, two = found[coral.pupil(1)], found[coral.pupil(2)]
    assert (one.counted, one.possible, one.present, one.excused, one.unexcused, one.late) == (
        True,
        5,
        1,
        1,
        3,
        2,
    )
    assert (two.counted, two.possible, two.present, two.late) == (False, 60, 55, 1)
    assert coral.pupil(3) not in found


def test_a_term_asks_nothing_of_a_school_without_registers(coral: Registers) -> None:
    with coral.school.db.read() as session:
        term = term_of(session, coral.school.term())
        assert term_attendance(session, coral.school.id, term, [coral.pupil(1)]) == {}


def test_a_merged_record_keeps_its_days(coral: Registers) -> None:
    school = coral.school
    coral.mark(1, "A")
    coral.mark(2, "P", MONDAY + DAY)
    with school.db.write(school.actor, "change_student") as session:
        session.get_one(Person, coral.pupil(2)).alias_of_id = coral.pupil(1)
    (found,) = coral.queries().pupil(coral.pupil(1), school.year, TODAY)
    marked = [(day.on, [str(one) for one in day.entries if one]) for day in found.days if any(day.entries)]
    assert marked == [(MONDAY, ["A"]), (MONDAY + DAY, ["P"])]


def test_only_when_no_session_was_attended(coral: Registers) -> None:
    coral.week(1, WORKED)
    ministry = actor_of(coral.school.actor.user_id, "User 01", Role.MINISTRY_OFFICER)
    PolicyService(coral.school.db, ministry).set_policy(DAY_RULE, DayRule.ALL_MISSED.value)
    (found,) = coral.queries().pupil(coral.pupil(1), coral.school.year, TODAY)
    assert (found.year.days.absent, found.year_rate) == (1, Decimal("50.00"))


def test_a_run_goes_on_over_the_weekend_and_unmarked_days(coral: Registers) -> None:
    friday = MONDAY + 4 * DAY
    coral.week(1, {(friday, AM): "A", (friday + 3 * DAY, AM): "E", (friday + 5 * DAY, AM): "A"})
    (found,) = coral.queries().pupil(coral.pupil(1), coral.school.year, TODAY)
    assert found.run is not None
    assert (found.run.first, found.run.last, found.run.days) == (friday, friday + 5 * DAY, 3)


def test_another_schools_pupil_is_not_shown(coral: Registers) -> None:
    with coral.school.db.write(coral.school.actor, "create_school") as session:
        other = Institution(id=new_id(), code="D-0999", name="Other Demo School")
        session.add(other)
        other_id = other.id
    stranger = actor_of(coral.school.actor.user_id, "User 01", Role.PRINCIPAL, other_id)
    with pytest.raises(Refused):
        coral.queries(stranger).pupil(coral.pupil(1), coral.school.year, date(2026, 11, 5))


def test_the_table_of_remarks_shows_what_the_register_counts(coral: Registers) -> None:
    coral.week(1, WORKED)
    with coral.school.db.read() as session:
        term = term_of(session, coral.school.term())
        head = ClassHead(coral.class_id, coral.school.id, coral.school.year, "Grade 5 Coral")
        table = remark_table(session, coral.school.actor, gradebook(session, head, term, "en"), "en")
    first, second = table.rows[:2]
    assert (first.counted, first.days.possible, first.days.absent, first.days.late) == (True, 4, 3, 2)
    assert (second.counted, second.days.possible) == (False, None)
