"""A school's registers: who has not marked which, who is absent and whom to call, runs, rates."""

from collections.abc import Iterator
from datetime import date, timedelta
from decimal import Decimal
from pathlib import Path

import pytest

from emis_desktop.models import Guardianship, Person, PersonContact
from emis_desktop.queries.home import HomeQueries, TaskKind
from emis_desktop.rules.ids import natural_id, new_id
from emis_desktop.rules.rights import Role
from emis_desktop.services.registers import Register
from resources.words import Words
from tests.factories.registers import AM, MONDAY, PM, TODAY, Registers, opened_registers

DAY = timedelta(days=1)
ENGLISH = Words.load("en")


@pytest.fixture
def coral(tmp_path: Path) -> Iterator[Registers]:
    with opened_registers(tmp_path) as made:
        yield made


def test_what_nobody_marked_is_chased_by_the_teachers_name(coral: Registers) -> None:
    school = coral.school
    school.add_class("Grade 5 Palm")
    school.add_pupil("Pupil 0009", "Grade 5 Palm")
    coral.service().mark_rest(coral.at())
    coral.mark(1, "P", MONDAY, PM)
    found = coral.queries().unmarked(school.id, MONDAY, MONDAY)
    assert [(one.class_name, one.teacher, one.session_name, one.marked, one.expected) for one in found] == [
        ("Grade 5 Coral", "Teacher 01", "PM", 1, 4),
        ("Grade 5 Palm", "", "AM", 0, 1),
        ("Grade 5 Palm", "", "PM", 0, 1),
    ]
    teacher = school.sign_in(Role.TEACHER, coral.teacher_id)
    own = coral.queries(teacher).unmarked(school.id, MONDAY, MONDAY)
    assert [one.class_name for one in own] == ["Grade 5 Coral"]


def test_the_chase_list_looks_ten_school_days_back(coral: Registers) -> None:
    found = coral.queries().chased(coral.school.id, MONDAY + 11 * DAY)
    assert len(found) == 20
    assert (found[0].on, found[-1].on) == (MONDAY + 11 * DAY, MONDAY)


def test_absentees_come_with_the_phones_to_call_in_order(coral: Registers) -> None:
    school, pupil = coral.school, coral.pupil(2)
    with school.db.write(school.actor, "add_guardian") as session:
        for place, name in ((2, "Second"), (1, "First")):
            guardian = Person(id=new_id(), given_names=name, family_name="Guardian", synthetic=True)
            session.add(guardian)
            session.add(
                PersonContact(id=new_id(), person_id=guardian.id, kind="phone", value=f"555-010{place}")
            )
            link = Guardianship(
                id=natural_id("guardianship", pupil, guardian.id), relation="MOTHER", priority=place
            )
            link.student_id, link.guardian_id = pupil, guardian.id
            session.add(link)
    coral.week(2, {(MONDAY, AM): "ILL", (MONDAY + DAY, AM): "A", (MONDAY + DAY, PM): "P"})
    coral.mark(1, "L", MONDAY + DAY)
    (found,) = coral.queries().absentees(school.id, MONDAY + DAY)
    assert (found.name, found.class_name, found.run) == ("0002, Pupil", "Grade 5 Coral", 2)
    assert [str(one) for one in found.entries] == ["A", "P"]
    assert [(one.name, one.phone) for one in found.guardians] == [
        ("First Guardian", "555-0101"),
        ("Second Guardian", "555-0102"),
    ]
    auditor = school.sign_in(Role.AUDITOR)
    (hidden,) = coral.queries(auditor).absentees(school.id, MONDAY + DAY)
    assert hidden.guardians == ()


def test_runs_reach_to_today_and_end_when_somebody_is_back(coral: Registers) -> None:
    for after in range(4):
        coral.mark(1, "A", MONDAY + after * DAY)
        coral.mark(2, "A", MONDAY + after * DAY)
    coral.mark(2, "P", MONDAY + 4 * DAY)
    found = coral.queries().runs(coral.school.id, MONDAY + 4 * DAY)
    assert [(one.name, one.run.days) for one in found] == [("0001, Pupil", 4)]
    assert coral.queries().runs(coral.school.id, MONDAY + 4 * DAY, 5) == ()
    assert len(coral.queries().runs(coral.school.id, MONDAY + DAY, 2)) == 2


def test_rates_of_pupil_class_and_school_agree(coral: Registers) -> None:
    school = coral.school
    palm = school.add_class("Grade 5 Palm")
    school.add_pupil("Pupil 0009", "Grade 5 Palm")
    coral.week(1, {(MONDAY, AM): "P", (MONDAY, PM): "A"})
    coral.week(2, {(MONDAY, AM): "L", (MONDAY, PM): "E"})
    coral.service().mark(Register(palm, MONDAY, AM), school.pupils["Pupil 0009"], "P")
    found = coral.queries().rates(school.id, MONDAY, MONDAY + DAY)
    assert found is not None
    assert [(one.class_name, one.rate) for one in found.classes] == [
        ("Grade 5 Coral", Decimal("50.00")),
        ("Grade 5 Palm", Decimal("100.00")),
    ]
    assert found.rate == Decimal("60.00")
    assert (found.sessions.attended, found.sessions.marked, found.sessions.possible) == (3, 5, 20)
    assert [one.rate for one in found.pupils][2:4] == [None, None]
    whole = coral.queries().rates(school.id, None, TODAY)
    assert whole is not None
    assert whole.first.month == 9


def test_a_school_without_a_year_has_no_lists(coral: Registers) -> None:
    before = MONDAY.replace(year=2020)
    assert coral.queries().unmarked(coral.school.id, before, before) == ()
    assert coral.queries().absentees(coral.school.id, before) == ()
    assert coral.queries().runs(coral.school.id, before) == ()
    assert coral.queries().rates(coral.school.id, None, before) is None


def test_the_past_of_a_register_shows_days_rates_and_what_was_not_taken(coral: Registers) -> None:
    coral.service().mark_rest(coral.at())
    coral.mark(1, "A", MONDAY, PM)
    found = coral.queries().past(coral.class_id, MONDAY, TODAY)
    assert found.days[-1].on == MONDAY
    last = {student: cells[-1] for student, cells in found.cells.items()}
    assert [str(one) for one in last[coral.pupil(1)] or ()] == ["P", "A"]
    assert found.rates[coral.pupil(1)] == Decimal("50.00")
    assert found.rates[coral.pupil(2)] == Decimal("100.00")
    assert (MONDAY, PM) not in found.not_taken
    assert (MONDAY - 3 * DAY, AM) in found.not_taken
    assert found.absent_share[-1] == Decimal(20)


def test_home_tells_registers_of_today_where_a_school_keeps_any(coral: Registers) -> None:
    school = coral.school
    home = HomeQueries(school.db, school.actor)

    def told(today: date) -> list[str]:
        tasks = home.home(school.id, school.term(), today, backup_days=7).tasks
        return [one.title.text(ENGLISH) for one in tasks if one.kind is TaskKind.REGISTERS_UNMARKED]

    assert told(MONDAY) == []
    coral.mark(1, "P")
    assert told(MONDAY) == ["2 registers not marked today"]
    coral.service().mark_rest(coral.at())
    assert told(MONDAY) == ["1 register not marked today"]
    coral.service().mark_rest(coral.at(session=PM))
    assert told(MONDAY) == []
    assert told(MONDAY - 2 * DAY) == []
    assert len(coral.queries().unmarked_today(school.id, MONDAY + DAY)) == 2
