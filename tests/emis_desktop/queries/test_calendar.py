"""The days of a school: the week of the country, its own words before the country's, closed terms."""

from collections.abc import Iterator
from dataclasses import replace
from datetime import date, timedelta
from pathlib import Path

import pytest

from emis_desktop.errors import Refused
from emis_desktop.models import Setting
from emis_desktop.queries.calendar import CalendarQueries, calendar_lines, calendar_on, session_numbers
from emis_desktop.rules.ids import natural_id
from emis_desktop.rules.open_days import Kind
from emis_desktop.rules.rights import Role, actor_of
from emis_desktop.services.calendar import CalendarEntry, CalendarService
from emis_desktop.services.set_up import set_up
from tests.factories.registers import MONDAY, Registers, opened_registers
from tests.factories.schools import demo_profile
from tests.factories.stores import new_store

DAY = timedelta(days=1)


@pytest.fixture
def coral(tmp_path: Path) -> Iterator[Registers]:
    with opened_registers(tmp_path, pupils=1) as made:
        yield made


def ministry(coral: Registers) -> CalendarService:
    actor = actor_of(coral.school.actor.user_id, "User 01", Role.MINISTRY_OFFICER)
    return CalendarService(coral.school.db, actor)


def held(coral: Registers, on: date) -> tuple[int, ...]:
    queries = CalendarQueries(coral.school.db, coral.school.actor)
    return queries.calendar(coral.school.id, coral.school.year).day(on).sessions


def test_the_country_closes_and_a_school_may_open(coral: Registers) -> None:
    ministry(coral).add(CalendarEntry(MONDAY, MONDAY, Kind.HOLIDAY, "National Day"), None)
    assert held(coral, MONDAY) == ()
    coral.calendar().add(CalendarEntry(MONDAY, MONDAY, Kind.OPEN), coral.school.id)
    assert held(coral, MONDAY) == (1, 2)
    lines = CalendarQueries(coral.school.db, coral.school.actor).lines(coral.school.id, MONDAY, MONDAY)
    assert [(line.own, line.kind) for line in lines] == [(False, Kind.HOLIDAY), (True, Kind.OPEN)]


def test_only_the_ministry_changes_the_countrys_calendar(coral: Registers) -> None:
    entry = CalendarEntry(MONDAY, MONDAY, Kind.HOLIDAY, "National Day")
    with pytest.raises(Refused, match="ministry"):
        coral.calendar().add(entry, None)
    entry_id = ministry(coral).add(entry, None)
    with pytest.raises(Refused, match="ministry"):
        coral.calendar().remove(entry_id)
    teacher = coral.school.sign_in(Role.TEACHER, coral.teacher_id)
    with pytest.raises(Refused):
        coral.calendar(teacher).add(entry, coral.school.id)


@pytest.mark.parametrize(
    ("entry", "field"),
    [
        (CalendarEntry(MONDAY, MONDAY - DAY, Kind.HOLIDAY), "ends_on"),
        (CalendarEntry(MONDAY, MONDAY + 400 * DAY, Kind.HOLIDAY), "ends_on"),
        (CalendarEntry(MONDAY, MONDAY, Kind.CLOSURE, "  "), "label"),
        (CalendarEntry(MONDAY, MONDAY, Kind.HOLIDAY, "x" * 121), "label"),
        (CalendarEntry(MONDAY, MONDAY, Kind.HALF, "Sports", (6,)), "sessions"),
    ],
)
def test_what_makes_no_entry_is_refused_at_its_field(
    coral: Registers, entry: CalendarEntry, field: str
) -> None:
    with pytest.raises(Refused) as refused:
        coral.calendar().add(entry, coral.school.id)
    assert refused.value.field == field


def test_an_entry_is_changed_removed_and_comes_back_by_undo(coral: Registers) -> None:
    sitting = coral.undo()
    service = coral.calendar()
    entry_id = service.add(CalendarEntry(MONDAY, MONDAY, Kind.CLOSURE, "Storm"), coral.school.id)
    service.change(entry_id, CalendarEntry(MONDAY, MONDAY + DAY, Kind.CLOSURE, "Storm", (2, 1)))
    assert held(coral, MONDAY + DAY) == ()
    service.remove(entry_id)
    assert held(coral, MONDAY) == (1, 2)
    sitting.undo()
    assert held(coral, MONDAY + DAY) == ()
    with pytest.raises(Refused, match="no longer"):
        service.remove(natural_id("setting", "none"))


def test_holidays_brought_in_twice_stand_once(coral: Registers) -> None:
    entries = [CalendarEntry(MONDAY + n * DAY, MONDAY + n * DAY, Kind.HOLIDAY, f"Day {n}") for n in (0, 2)]
    assert coral.calendar().add_all(entries, coral.school.id) == 2
    assert coral.calendar().add_all(entries, coral.school.id) == 0


def test_a_week_of_another_kind(coral: Registers) -> None:
    with coral.school.db.write(coral.school.actor, "set_up") as session:
        session.add(
            Setting(
                id=natural_id("setting", None, "school_week"),
                institution_id=None,
                name="school_week",
                value="0 1 2 3 5 9 x",
            )
        )
    assert held(coral, MONDAY + 4 * DAY) == ()
    assert held(coral, MONDAY + 5 * DAY) == (1, 2)


def test_setting_up_a_country_keeps_its_week(tmp_path: Path) -> None:
    profile = demo_profile()
    week = replace(profile, calendar=replace(profile.calendar, week=frozenset({0, 1, 2, 3, 6})))
    db = new_store(tmp_path / "other.emis")
    office = actor_of(natural_id("setting", "user"), "User 01", Role.PRINCIPAL)
    with db.write(office, "set_up") as session:
        set_up(session, week, [2026])
        session.flush()
        row = session.get_one(Setting, natural_id("setting", None, "school_week"))
        assert row.value == "0 1 2 3 6"
    db.close()


def test_what_a_newer_version_wrote_is_passed_over(coral: Registers) -> None:
    assert session_numbers("1,2, x") == (1, 2)
    entry_id = coral.calendar().add(CalendarEntry(MONDAY, MONDAY, Kind.HOLIDAY), coral.school.id)
    with coral.school.db.write(coral.school.actor, "change_calendar") as session:
        session.connection().exec_driver_sql(
            "UPDATE calendar_day SET kind = 'eclipse' WHERE id = ?", (entry_id.bytes,)
        )
    with coral.school.db.read() as session:
        assert calendar_lines(session, coral.school.id, MONDAY, MONDAY) == ()
        assert calendar_on(session, coral.school.id, date(2031, 1, 1)) is None
