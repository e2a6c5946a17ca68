"""National numbers from a block leased to the laptop, and what happens when it runs out."""

from collections.abc import Iterator
from pathlib import Path

import pytest
from sqlalchemy import select, update

from emis_desktop.models import NumberBlock, Site
from emis_desktop.queries.number_stock import NumberQueries, NumberStock
from emis_desktop.rules.policies import NUMBERS
from emis_desktop.rules.rights import Role
from emis_desktop.rules.student_number import is_sound, student_number
from emis_desktop.services.policies import PolicyService
from sync.client.numbers import BLOCK, LOW, ask_for, keep
from sync.protocol.leases import LeaseAnswer
from tests.factories.offices import Office, opened_office


@pytest.fixture
def office(tmp_path: Path) -> Iterator[Office]:
    with opened_office(tmp_path) as found:
        yield found


def stock(office: Office) -> NumberStock:
    return NumberQueries(office.school.db, office.actor).stock()


def number(office: Office, given: str = "Ann") -> tuple[str, str]:
    (found,) = office.record(office.admit(given, "Pupil 0004")).identities
    return found.kind, found.number


def test_without_a_block_the_number_is_provisional(office: Office) -> None:
    assert stock(office) == NumberStock(0, leased=False)
    assert number(office) == ("provisional", "T1-0001")
    assert not stock(office).used_up


def test_a_block_gives_sound_national_numbers_in_order_and_then_runs_out(office: Office) -> None:
    keep(office.school.db, LeaseAnswer("student", 41, 42))
    keep(office.school.db, LeaseAnswer("student", 41, 42))
    assert stock(office) == NumberStock(2, leased=True)
    assert [number(office, "A"), number(office, "B")] == [
        ("national", student_number(41)),
        ("national", student_number(42)),
    ]
    assert is_sound(student_number(41))
    assert stock(office).used_up
    assert number(office, "C")[0] == "provisional"
    keep(office.school.db, LeaseAnswer("student", 90, 91))
    assert number(office, "D") == ("national", student_number(90))


def test_a_number_is_never_given_twice_also_after_an_undo(office: Office) -> None:
    keep(office.school.db, LeaseAnswer("student", 1, 5))
    sitting = office.sitting()
    office.admit("A", "Pupil 0004")
    sitting.undo()
    assert number(office, "B") == ("national", student_number(2))


def test_a_number_from_a_register_is_passed_over(office: Office) -> None:
    keep(office.school.db, LeaseAnswer("student", 1, 5))
    office.admit("A", "Pupil 0004", number=student_number(1))
    assert number(office, "B") == ("national", student_number(2))


def test_a_store_that_came_back_from_a_backup_uses_none_of_its_old_blocks(office: Office) -> None:
    keep(office.school.db, LeaseAnswer("student", 1, 5))
    with office.school.db.replicate() as session:
        session.execute(update(Site).values(generation=Site.generation + 1))
    assert stock(office).used_up
    assert number(office)[0] == "provisional"
    keep(office.school.db, LeaseAnswer("student", 6, 9))
    assert number(office, "B") == ("national", student_number(6))


def test_another_block_is_asked_for_before_this_one_is_used_up(office: Office) -> None:
    db = office.school.db
    asked = ask_for(db)
    assert asked is not None
    assert (asked.kind, asked.count) == ("student", BLOCK)
    keep(db, LeaseAnswer("student", 1, LOW))
    assert ask_for(db) is None
    number(office)
    assert ask_for(db) is not None
    ministry = office.acting(Role.MINISTRY_OFFICER, everywhere=True)
    PolicyService(db, ministry.actor).set_policy(NUMBERS, "provisional")
    assert ask_for(db) is None
    assert number(office, "B")[0] == "provisional"


@pytest.mark.parametrize("answer", [LeaseAnswer("card", 1, 5), LeaseAnswer("student", 5, 1)])
def test_what_is_no_block_of_pupils_numbers_is_not_kept(office: Office, answer: LeaseAnswer) -> None:
    keep(office.school.db, answer)
    with office.school.db.read() as session:
        assert session.scalars(select(NumberBlock)).all() == []
