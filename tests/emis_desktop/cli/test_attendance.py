"""What the registers say, from the command line."""

import json
from datetime import date
from pathlib import Path

import pytest

from emis_desktop.desk import open_desk
from emis_desktop.jobs.demo.laptop import PASSWORD
from emis_desktop.profiles.absence import absence_reasons
from emis_desktop.services.registers import Register, RegisterService
from tests.factories.laptops import cheap_laptop
from tests.helpers.commands import emis

DAY = date(2026, 10, 5)


@pytest.fixture
def home(school: Path) -> Path:
    """A small school in which one register is marked but for its afternoon; one pupil is ill."""
    with cheap_laptop(school).sign_in_as("User 01", PASSWORD) as laptop:
        desk = open_desk(laptop)
        service = RegisterService(laptop.db, laptop.actor, absence_reasons(laptop.profile), lambda: DAY)
        place = desk.queries.school.schools()[0]
        year = desk.queries.school.today(DAY).year
        assert year is not None
        one = next(each for each in desk.queries.school.classes(place.id, year.id, DAY) if each.on_roll)
        register = Register(one.id, DAY, 1)
        found = desk.queries.registers.register(one.id, DAY, 1, DAY)
        service.mark(register, found.rows[0].student_id, "ILL")
        service.mark_rest(register)
    return school


def test_unmarked_names_class_session_and_teacher(home: Path) -> None:
    result = emis("attendance", "unmarked", "--date", "2026-10-05", "--json")
    assert result.code == 0
    lines = [line for line in json.loads(result.out) if line["date"] == "2026-10-05"]
    assert lines
    assert {line["session"] for line in lines} == {"AM", "PM"}
    assert all(line["marked"] < line["expected"] for line in lines)
    told = emis("attendance", "unmarked", "--date", "2026-10-05")
    assert "Teacher" in told.out


def test_absentees_have_what_stands_there_and_whom_to_call(home: Path) -> None:
    (line,) = json.loads(emis("attendance", "absentees", "--date", "2026-10-05", "--json").out)
    assert line["sessions"] == ["E/ILL", None]
    assert line["days_in_a_row"] == 1
    assert "phone" in line["guardians"][0]


def test_rates_of_a_school_add_up(home: Path) -> None:
    (document,) = json.loads(
        emis("attendance", "rates", "--from", "2026-10-05", "--date", "2026-10-05", "--pupils", "--json").out
    )
    sessions = document["sessions"]
    assert sessions["excused"] == 1
    assert sessions["marked"] == sessions["attended"] + 1
    assert document["rate"] == round(100 * sessions["attended"] / sessions["marked"], 2)
    assert len(document["pupils"]) >= sessions["marked"]
    assert "All" in emis("attendance", "rates", "--date", "2026-10-05").out


def test_a_school_that_is_not_there_is_refused(home: Path) -> None:
    result = emis("attendance", "rates", "--school", "X-1")
    assert result.code == 1
    assert "X-1" in result.err
