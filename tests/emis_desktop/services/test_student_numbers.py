"""Numbers: what may stand as one, whose it is, and that none is given twice."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from emis_desktop.errors import Refused
from emis_desktop.rules.rights import Role
from emis_desktop.rules.student_number import student_number
from emis_desktop.services.student_numbers import kept_number, number_kind, provisional_number
from tests.factories.offices import Office, opened_office

ONE, TWO = student_number(1), student_number(2)


@pytest.fixture
def office(tmp_path: Path) -> Iterator[Office]:
    with opened_office(tmp_path) as found:
        yield found


def numbers(office: Office, student_id: object) -> dict[str, str]:
    return {line.kind: line.number for line in office.record(student_id).identities}  # type: ignore[arg-type]


@pytest.mark.parametrize(
    ("kind", "typed", "kept"),
    [
        ("national", "0000 0001-7", "000000017"),
        ("national", "  ", ""),
        ("register", "2024/153", "2024/153"),
        ("register", "a-17", "A-17"),
        ("BIRTH", " 482/2016 ", "482/2016"),
        ("PASSPORT", "RÉ 77.1", "RÉ 77.1"),
        ("CXC_UCI", "00 123 456 789", "00123456789"),
    ],
)
def test_numbers_are_kept_as_text(kind: str, typed: str, kept: str) -> None:
    assert kept_number(kind, typed) == kept


@pytest.mark.parametrize(
    ("kind", "typed", "said"),
    [
        ("national", "0000 0001-8", "A digit of 0000 0001-8 is wrong or two are swapped"),
        ("national", "123", "is no pupil number"),
        ("register", "#5", "is no register number"),
        ("BIRTH", "-", "is no number of a paper"),
        ("BIRTH", "4" * 41, "is no number of a paper"),
        ("CXC_CAND", "12A", "in digits"),
        ("CXC_CAND", "1" * 41, "in digits"),
        ("CXC_CAND", "١٢", "in digits"),
    ],
)
def test_what_cannot_be_a_number(kind: str, typed: str, said: str) -> None:
    with pytest.raises(Refused, match=said):
        kept_number(kind, typed)


def test_the_kind_is_known_by_the_check_digit() -> None:
    assert [number_kind(text) for text in (ONE, "0000 0001-7", "31")] == ["national", "national", "register"]


def test_a_number_is_given_changed_taken_away_and_brought_back(office: Office) -> None:
    pupil = office.admit()
    office.students.set_number(pupil, "national", "0000 0001-7")
    assert office.latest() == "Number of Élodie-Ann Pupil 0004 changed"
    assert office.record(pupil).number == ONE
    row = next(line.id for line in office.record(pupil).identities if line.kind == "national")
    office.students.set_number(pupil, "national", TWO)
    office.students.set_number(pupil, "national", None)
    assert set(numbers(office, pupil)) == {"provisional"}
    office.students.set_number(pupil, "national", "")
    office.students.set_number(pupil, "BIRTH", None)
    office.students.set_number(pupil, "national", ONE)
    assert numbers(office, pupil)["national"] == ONE
    assert row == next(line.id for line in office.record(pupil).identities if line.kind == "national")


def test_a_taken_number_is_refused_and_names_the_holder(office: Office) -> None:
    office.admit("Zoë", "Pupil 0001", number=ONE)
    pupil = office.admit()
    with pytest.raises(Refused, match=f"{ONE} is already the number of Zoë Pupil 0001") as refused:
        office.students.set_number(pupil, "national", "0000 0001-7")
    assert refused.value.field == "number.national"
    with pytest.raises(Refused, match="already the number of Zoë"):
        office.admit("Ann", "Pupil 0005", number=ONE)
    office.students.set_number(pupil, "BIRTH", ONE)
    with pytest.raises(Refused, match="is no pupil number") as slip:
        office.students.set_number(pupil, "national", "12")
    assert slip.value.field == "number.national"


def test_a_number_that_was_given_up_is_free(office: Office) -> None:
    first = office.admit("Zoë", "Pupil 0001", number=ONE)
    office.students.set_number(first, "national", None)
    second = office.admit("Ann", "Pupil 0002", number=ONE)
    assert office.record(second).number == ONE
    with pytest.raises(Refused, match="already the number of Ann Pupil 0002"):
        office.students.set_number(first, "national", ONE)


def test_register_numbers_belong_to_a_school(office: Office) -> None:
    office.admit("Zoë", "Pupil 0001", number="31")
    elsewhere = office.acting(Role.PRINCIPAL, other=True)
    there = elsewhere.admit("Ann", "Pupil 0002", number="31")
    assert elsewhere.record(there).number == "31"
    other = elsewhere.admit("Bo", "Pupil 0003")
    with pytest.raises(Refused, match="31 is already the number of Ann Pupil 0002"):
        elsewhere.students.set_number(other, "register", "31")


def test_nobody_is_named_to_another_school(office: Office) -> None:
    office.admit("Zoë", "Pupil 0001", number=ONE)
    elsewhere = office.acting(Role.PRINCIPAL, other=True)
    with pytest.raises(Refused, match="is already the number of a pupil at another school"):
        elsewhere.admit("Ann", "Pupil 0002", number=ONE)
    ministry = office.acting(Role.MINISTRY_OFFICER, everywhere=True)
    with pytest.raises(Refused, match="Zoë Pupil 0001"):
        ministry.admit("Ann", "Pupil 0002", number=ONE)


@pytest.mark.parametrize("kind", ["provisional", "", "a b", "x" * 33])
def test_kinds_that_nobody_types(office: Office, kind: str) -> None:
    pupil = office.admit()
    with pytest.raises(Refused, match="given by the program"):
        office.students.set_number(pupil, kind, "1")


def test_provisional_numbers_only_grow_also_after_an_undo(office: Office) -> None:
    sitting = office.sitting()
    first = office.record(office.admit()).number
    assert first == "T1-0001"
    sitting.undo()
    assert office.record(office.admit("Zoë", "Pupil 0001")).number == "T1-0002"
    with office.school.db.write(office.actor, "change_number") as session:
        assert provisional_number(session) == "T1-0003"
